//! Who is calling, as the verified token says it.

use std::cell::Cell;

use crate::identity::scope::Scopes;

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
