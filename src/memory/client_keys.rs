//! The registered public keys of clients, which check their assertions (RFC 7523).

use crate::base::json::json;
use crate::identity::keys::VerifyKey;
use crate::memory::App;

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

impl App {
    /// Forgets the registered keys of a client, so that its next assertion is checked against the stored ones.
    pub fn forget_client_keys(&self, client_id: &str) {
        let mut known = self.memory.client_keys.borrow_mut();
        let start = format!("[{},", json(&client_id));
        let names: Vec<String> =
            known.iter().map(|(name, _)| name.clone()).filter(|name| name.starts_with(&start)).collect();
        for name in names {
            known.pop(&name);
        }
    }
}
