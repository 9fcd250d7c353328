//! The registered public keys of clients, which check their assertions (RFC 7523).

use crate::base::json::json;
use crate::identity::keys::VerifyKey;

/// The most keys that a connection may register. Of a longer set, the first ones count.
pub const MAX_KEYS: usize = 10;

/// A key that a connection has registered.
#[derive(Clone)]
pub struct RegisteredKey {
    /// The connection.
    pub connection_id: String,
    /// The JWK as the database holds it, so that the database can confirm that it is still registered.
    pub stored: String,
    /// The key.
    pub key: VerifyKey,
}

/// The name under which memory keeps the keys that an assertion of this client with this `kid` is checked against.
pub fn name(client_id: &str, kid: Option<&str>) -> String {
    json(&(client_id, kid))
}
