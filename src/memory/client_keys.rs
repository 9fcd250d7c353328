//! The registered public keys of clients, which check their assertions (RFC 7523).

use crate::identity::keys::VerifyKey;

/// The most keys that a connection may register. Of a longer set, the first ones count.
pub const MAX_KEYS: usize = 10;

/// The registered keys of one connection.
#[derive(Clone)]
pub struct ClientKeys {
    /// The connection.
    pub connection_id: String,
    /// The JWK Set as the database holds it.
    pub jwks: String,
    /// The keys of that set, at most [`MAX_KEYS`].
    pub keys: Vec<VerifyKey>,
}
