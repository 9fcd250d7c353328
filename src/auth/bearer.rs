//! The caller of a request, from its bearer token. Verified tokens are remembered as long as their key is the issuer's, so
//! that a token is verified once per isolate.

use std::rc::Rc;

use crate::auth::{remote, token};
use crate::base::token_refusal::TokenRefusal;
use crate::http::{Header, Request};
use crate::identity::principal::Principal;
use crate::memory::App;
use crate::ports::Ports;

/// The longest token that is read. RFC 6750 sets no limit; HTTP servers commonly accept headers of 8 KiB.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// The caller that the request's bearer token names. Only the `Authorization` header is read (RFC 6750 §2.1).
///
/// # Errors
/// `Missing` without the header, `Malformed` when it holds something else, and every reason for which a token is not
/// valid.
pub async fn authenticate<P: Ports>(app: &App, ports: &P, request: &Request) -> Result<Rc<Principal>, TokenRefusal> {
    verify(app, ports, bearer(request)?).await
}

/// The caller that a token names, from memory or after all checks that need no database.
///
/// # Errors
/// Why the token is not valid: any [`TokenRefusal`] but `Missing` and `Revoked`.
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
    let mut known = remote::find_key(app, ports, issuer, unverified.key_id()).await?;
    if let Err(refusal) = unverified.check_signature(ports, &known.key).await {
        let changed = remote::find_changed_key(app, ports, issuer, unverified.key_id(), &known.key).await;
        known = changed.ok_or(refusal)?;
        unverified.check_signature(ports, &known.key).await?;
    }
    let principal = unverified.into_principal(issuer, app.settings.leeway, now, known.good_until)?;
    let principal = Rc::new(principal);
    app.memory.tokens.keep(token, &principal, &known.key);
    Ok(principal)
}

/// The token in the `Authorization` header.
fn bearer(request: &Request) -> Result<&str, TokenRefusal> {
    let credentials = request.header(Header::Authorization).ok_or(TokenRefusal::Missing)?;
    let (scheme, token) = credentials.split_once(' ').ok_or(TokenRefusal::Malformed)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token) } else { Err(TokenRefusal::Malformed) }
}
