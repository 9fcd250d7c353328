//! The hash chain over the audit. A row's hash is `base64url(SHA-256(input))` without padding. `input` is the
//! concatenation of these values as netstrings:
//!
//! the hash of the previous row (or [`GENESIS`]), `seq`, `at`, `actor`, `client_id`, `action`, `subject`, `request_id`,
//! `fields`
//!
//! A netstring is `<length in bytes>:<UTF-8 bytes>,` so two different rows never have the same input. `seq` is decimal,
//! and `fields` is JSON without white space. scripts/lib/audit-chain.mjs computes the same hash in JavaScript.

use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::base::base64url;
use crate::base::object::object;

/// The hash that comes before the first row: 32 zero bytes.
pub const GENESIS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

object! {
    /// The end of the chain: the last sealed row.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ChainHead {
        /// Its number.
        pub seq: i64,
        /// Its hash.
        pub hash: String,
    }
}

impl Default for ChainHead {
    fn default() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

object! {
    /// A row of the audit: the fields that its hash covers, and the hash.
    #[derive(Serialize)]
    pub struct AuditRow {
        /// Its number.
        pub seq: i64,
        /// When the change was made, such as `2026-11-21T08:00:00Z`.
        pub at: String,
        /// The `sub` of the token.
        pub actor: String,
        /// The client of the token.
        pub client_id: String,
        /// What was done, such as `role.create`.
        pub action: String,
        /// To what it was done, such as `role/<id>`.
        pub subject: String,
        request_id: String,
        fields: Box<RawValue>,
        /// Its hash. `None` in the database's rows that were sealed by segments, or not yet.
        pub hash: Option<String>,
    }
}

impl AuditRow {
    /// This row's hash; `before` is the hash of the previous row.
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

    /// The expected value was computed with Python's hashlib.
    #[test]
    fn a_known_row_has_a_known_hash() {
        let row: AuditRow = serde_json::from_str(ROW).unwrap();
        assert_eq!(row.hash(GENESIS), "xslUflPOIZOCftuPQE3yUFfwD7sGHfq2_RBxodlc51E");
    }

    #[test]
    fn no_part_of_a_row_can_move_into_another() {
        let hash = |text: &str| serde_json::from_str::<AuditRow>(text).unwrap().hash(GENESIS);
        assert_ne!(hash(ROW), hash(&ROW.replace(r#""user-1","client_id":"c-1""#, r#""user-1c","client_id":"-1""#)));
        assert_ne!(hash(ROW), hash(&ROW.replace("\"seq\":1", "\"seq\":2")));
    }
}
