//! Who is calling, as the verified token says it, and the isolate's memory of verified tokens.

use crate::identity::principal::Principal;
use std::rc::Rc;

use crate::auth::{remote, token};
use crate::base::token_refusal::TokenRefusal;
use crate::http::{Header, Request};
use crate::memory::App;
use crate::ports::Ports;

/// RFC 6750 sets no limit; 8 KiB is what HTTP servers commonly take for a header.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// The principal of the request's bearer token (RFC 6750 §2.1: the `Authorization` header only).
pub async fn authenticate<P: Ports>(app: &App, ports: &P, request: &Request) -> Result<Rc<Principal>, TokenRefusal> {
    verify(app, ports, bearer(request)?).await
}

/// The principal of a token.
pub async fn verify<P: Ports>(app: &App, ports: &P, token: &str) -> Result<Rc<Principal>, TokenRefusal> {
    let now = ports.now();
    if let Some(principal) = app.memory.tokens.find(token, now) {
        return Ok(principal);
    }
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenRefusal::Malformed);
    }
    let unverified = token::Unverified::parse(token)?;
    let issuer = unverified.issuer(&app.settings.issuers)?;
    unverified.check_type(issuer)?;
    let found = remote::find_key(app, ports, issuer, unverified.key_id()).await?;
    unverified.check_signature(ports, &found.key).await?;
    let principal = unverified.into_principal(issuer, app.settings.leeway, now, found.good_until)?;
    let principal = Rc::new(principal);
    app.memory.tokens.keep(token, &principal);
    Ok(principal)
}

fn bearer(request: &Request) -> Result<&str, TokenRefusal> {
    let credentials = request.header(Header::Authorization).ok_or(TokenRefusal::Missing)?;
    let (scheme, token) = credentials.split_once(' ').ok_or(TokenRefusal::Malformed)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token) } else { Err(TokenRefusal::Malformed) }
}
