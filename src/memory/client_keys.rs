//! The registered public keys of clients, which check their assertions (RFC 7523).

use crate::identity::keys::VerifyKey;

/// The registered keys of one connection.
#[derive(Clone)]
pub struct ClientKeys {
    /// The connection.
    pub connection_id: String,
    /// Its keys.
    pub keys: Vec<RegisteredKey>,
}

/// One registered key.
#[derive(Clone)]
pub struct RegisteredKey {
    /// The JWK as the database holds it, so that the database can confirm that it is still registered.
    pub stored: String,
    /// The key.
    pub key: VerifyKey,
}
