//! Who is calling, as the verified token says it, and the isolate's memory of verified tokens.

use std::cell::{Cell, RefCell};
use std::num::NonZeroUsize;
use std::rc::Rc;

use lru::LruCache;
use mithril_codec::bytes;

use super::scope::Scopes;
use super::{TokenRefusal, remote, token};
use crate::http::{Header, Request};
use crate::ports::Ports;
use crate::state::{App, FRESH_SECONDS};

#[derive(Debug)]
pub struct Principal {
    /// The user or service that acts (`sub`); empty when a trusted issuer sends none.
    pub subject: String,
    pub client_id: String,
    /// From the token's claim; empty when a trusted issuer sends none (then: own client only).
    pub client_type: String,
    /// `Some` exactly for tokens that this service signed.
    pub connection_id: Option<String>,
    /// `jti` of a token that this service signed.
    pub token_id: Option<String>,
    /// The grant that it came from, if it came with a refresh token.
    pub grant_id: Option<String>,
    pub scopes: Scopes,
    pub issued_at: Option<i64>,
    /// `exp`, without leeway.
    pub expires_at: i64,
    /// Until when this may be remembered: `exp` with the leeway, or earlier when the issuer's keys must be
    /// fetched again.
    pub remember_until: i64,
    /// When the database last said that this token is not revoked; 0 for never.
    pub live_as_of: Cell<i64>,
}

impl Principal {
    pub fn was_seen_live(&self, now: i64) -> bool {
        (0..FRESH_SECONDS).contains(&(now - self.live_as_of.get()))
    }

    pub fn seen_live(&self, now: i64) {
        self.live_as_of.set(now);
    }

    pub fn seen_revoked(&self) {
        self.live_as_of.set(0);
    }
}

/// RFC 6750 sets no limit; 8 KiB is what HTTP servers commonly take for a header.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Longer tokens are verified each time, so that a full memory holds 16 MiB of them at most.
const MAX_KEPT_BYTES: usize = 4 * 1024;
const MAX_KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
/// Of the signature, in base64url: enough to tell tokens apart.
const TAIL: usize = 16;

/// Verified tokens, never past `exp`: a hot token costs no signature check. They are found by their last characters,
/// and compared whole: a digest of the whole text would be computed for every call (decision 0003).
pub struct VerifiedTokens(RefCell<LruCache<[u8; TAIL], Verified>>);

struct Verified {
    token: Box<str>,
    principal: Rc<Principal>,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(MAX_KEPT)))
    }
}

impl VerifiedTokens {
    fn find(&self, token: &str, now: i64) -> Option<Rc<Principal>> {
        let mut kept = self.0.borrow_mut();
        let verified = kept.get(token.as_bytes().last_chunk()?)?;
        let holds =
            bytes::are_equal(verified.token.as_bytes(), token.as_bytes()) && now < verified.principal.remember_until;
        holds.then(|| Rc::clone(&verified.principal))
    }

    fn keep(&self, token: &str, principal: &Rc<Principal>) {
        if let Some(tail) = token.as_bytes().last_chunk().filter(|_| token.len() <= MAX_KEPT_BYTES) {
            self.0.borrow_mut().put(*tail, Verified { token: token.into(), principal: Rc::clone(principal) });
        }
    }
}

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
