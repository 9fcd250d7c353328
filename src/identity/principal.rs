//! The caller of a request, as its verified token names it.

use std::cell::Cell;

use crate::identity::scope::Scopes;

/// The caller of a request, as its verified token names it. Times are in seconds since 1970.
#[derive(Debug)]
pub struct Principal {
    /// The user or service that acts (`sub`); empty when a trusted issuer sends none.
    pub subject: String,
    /// The client that calls (`client_id`).
    pub client_id: String,
    /// The name of the client's type (`client_type`). Empty when a trusted issuer sends none; then the caller may act
    /// for its own client only.
    pub client_type: String,
    /// The connection that the token was issued through. `Some` exactly for tokens that this service signed.
    pub connection_id: Option<String>,
    /// The id under which this one token can be revoked: the `jti` of a token that this service signed; of any other,
    /// the SHA-256 of what its signature covers, because its issuer may send no `jti`.
    pub token_id: String,
    /// The grant that the token came from, if it came with a refresh token.
    pub grant_id: Option<String>,
    /// What the token allows.
    pub scopes: Scopes,
    /// When the token was issued (`iat`); `None` when a trusted issuer does not say.
    pub issued_at: Option<i64>,
    /// When the token ends (`exp`), without leeway.
    pub expires_at: i64,
    /// How long the verified token may be remembered: until `exp` with the leeway, or until the issuer's keys must be
    /// fetched again, if that is earlier.
    pub remember_until: i64,
    /// When the database last said that this token is not revoked; 0 for never.
    pub live_as_of: Cell<i64>,
}

impl Principal {
    /// The user whom the token names; `None` when a client acts for itself, and then is its own subject (RFC 9068 §2.2).
    pub fn user(&self) -> Option<&str> {
        Some(self.subject.as_str()).filter(|subject| !subject.is_empty() && *subject != self.client_id)
    }
}
