//! The hash chain over the audit: `hash = base64url(SHA-256(input))` without padding, where `input` is a row's
//! fields as netstrings, one after the other:
//!
//! hash of the row before (or [`GENESIS`]), `seq`, `at`, `actor`, `client_id`, `action`, `subject`,
//! `request_id`, `fields`
//!
//! A netstring is `<length in bytes>:<UTF-8 bytes>,` so that no two rows have one encoding. `seq` is decimal,
//! `fields` the JSON text without white space. scripts/lib/audit-chain.mjs says the same in JavaScript.

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::base::base64url;

/// Stands for the hash before the first row: 32 zero bytes.
pub const GENESIS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The last sealed row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// Its number.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

/// The fields of a row that its hash covers.
#[derive(Deserialize)]
pub struct Row<'a> {
    /// Its number.
    pub seq: i64,
    at: String,
    actor: String,
    client_id: String,
    action: String,
    subject: String,
    request_id: String,
    #[serde(borrow)]
    fields: &'a RawValue,
}

impl Row<'_> {
    /// This row's hash when `before` is the hash of the row before it.
    pub fn hash(&self, before: &str) -> String {
        let seq = self.seq.to_string();
        let values = [
            before,
            &seq,
            &self.at,
            &self.actor,
            &self.client_id,
            &self.action,
            &self.subject,
            &self.request_id,
            self.fields.get(),
        ];
        let mut digest = Sha256::new();
        for value in values {
            digest.update(value.len().to_string());
            digest.update(":");
            digest.update(value);
            digest.update(",");
        }
        base64url::encode(&digest.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"seq":1,"at":"2026-11-21T08:00:00Z","actor":"user-1","client_id":"c-1","action":"role.create",
        "subject":"role/Лікар","request_id":"r-1","fields":["name","scope"]}"#;

    /// Computed with Python's hashlib.
    #[test]
    fn a_known_row_has_a_known_hash() {
        let row: Row<'_> = serde_json::from_str(ROW).unwrap();
        assert_eq!(row.hash(GENESIS), "xslUflPOIZOCftuPQE3yUFfwD7sGHfq2_RBxodlc51E");
    }

    #[test]
    fn no_part_of_a_row_can_move_into_another() {
        let hash = |text: &str| serde_json::from_str::<Row<'_>>(text).unwrap().hash(GENESIS);
        assert_ne!(hash(ROW), hash(&ROW.replace(r#""user-1","client_id":"c-1""#, r#""user-1c","client_id":"-1""#)));
        assert_ne!(hash(ROW), hash(&ROW.replace("\"seq\":1", "\"seq\":2")));
    }
}
