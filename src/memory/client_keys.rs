//! The registered keys of clients.

use crate::identity::keys::VerifyKey;

/// The registered keys of a connection.
#[derive(Clone)]
pub struct ClientKeys {
    pub connection_id: String,
    pub jwks: String,
    pub keys: Vec<VerifyKey>,
}
