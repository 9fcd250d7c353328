//! The token plane over SQLite: what each grant gives, what refuses, and what ends a token.

mod allowed_grants;
pub mod assertion;
mod assertion_keys;
mod assertion_rotation;
mod blocked_consumer;
mod bounds;
mod client_credentials;
pub mod code;
mod grant_rules;
mod live_grants;
mod logout;
mod malformed;
mod metadata;
mod moments;
mod nonce;
mod refresh;
mod reusable;
mod reusable_ends;
mod revocation;
mod tokens;
mod unproved;
mod verifier;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use mithril_edge::http::{Header, Method};
use mithril_edge::identity::enforced::ENFORCED;
use serde_json::Value;

use crate::support::{Reply, Service, mint};

pub const CLIENT: &str = "1380df72-275a-11e7-93ae-92361f002671";
pub const CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864352";
pub const OTHER_CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864353";
/// The ceiling of the fixture's client type MSP.
pub const CEILING: &str = "connection:read connection:write connection:refresh_secret connection:delete";

const FORM: &str = "application/x-www-form-urlencoded";

impl Service {
    /// A new secret of one of the fixture's connections.
    pub fn secret(&self, client_id: &str, connection_id: &str) -> String {
        let path = format!("/api/clients/{client_id}/connections/{connection_id}/actions/refresh_secret");
        let reply = self.call(Method::Patch, &path, &mint(&ENFORCED.join(" ")), "");
        reply.json["data"]["secret"].as_str().expect("a secret").to_owned()
    }

    /// A form to an address of the token plane, without an `Authorization` header.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(Method::Post, path, &[(Header::ContentType, FORM)], &encoded(fields))
    }

    /// The same with HTTP Basic.
    pub fn basic(&self, path: &str, client: &str, secret: &str, fields: &[(&str, &str)]) -> Reply {
        let basic = format!("Basic {}", Base64::encode_string(format!("{client}:{secret}").as_bytes()));
        self.send(Method::Post, path, &[(Header::ContentType, FORM), (Header::Authorization, &basic)], &encoded(fields))
    }

    /// What the audit says of grants and tokens, all by the client itself.
    pub fn audited(&self) -> String {
        self.sql(&format!(
            "SELECT group_concat(action || CASE WHEN subject GLOB 'grant/????????????' THEN '' ELSE ' ' || subject END)
             FROM audit WHERE actor = '{CLIENT}' AND client_id = '{CLIENT}'"
        ))
    }

    /// An access token of the client of a secret.
    pub fn token(&self, client: &str, secret: &str) -> String {
        let reply = self.basic("/oauth/token", client, secret, &[("grant_type", "client_credentials")]);
        assert_eq!(reply.status, 200, "{:?}", reply.json);
        reply.json["access_token"].as_str().expect("a token").to_owned()
    }
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(
                |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") },
            )
            .collect::<String>()
    };
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// Header and claims of a token.
pub fn decoded(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| Base64UrlUnpadded::decode_vec(part).expect("base64url"));
    let mut next = || serde_json::from_slice(&parts.next().expect("a part")).expect("JSON");
    (next(), next())
}
