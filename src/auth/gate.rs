//! The gate: what the database must say about the caller, asked inside the request's own statement or
//! batch, so that revocation costs no round trip of its own.
//!
//! Every statement of a protected route binds the gate as `?1`, a JSON object, and has its own values from
//! `?2` on. A read selects [`gate!`](crate::db::gate::gate) beside its row; a change carries `'ok' = gate!()` in its
//! WHERE, so that a refused caller changes nothing.

use crate::db::gate::Shape;
use crate::db::gate::Signer;
use mithril_codec::json;
use mithril_codec::json::{Object, Quotes};

use crate::secrets::secret::SecretUse;

/// What `?1` holds, as far as its [`Shape`] asks for it.
#[derive(Debug)]
pub struct Gate {
    client: String,
    /// `None` for a token of a trusted issuer.
    connection: Option<String>,
    iat: Option<i64>,
    /// Of a token signed by us, like `grant`.
    jti: Option<String>,
    /// The grant that ends the token when it is ended.
    grant: Option<String>,
    /// The client type whose context is still to be looked up, when the path names another client.
    r#type: Option<String>,
    /// Digests of the `api-key` header under every pepper; `Some` only under the broker rule.
    keys: Option<Vec<String>>,
    /// The version of the current pepper, the first of `keys`; `Some` with them.
    pepper: Option<i64>,
    now: i64,
    /// The scope that the route needs.
    scope: &'static str,
}

impl Gate {
    pub fn new(principal: &crate::identity::principal::Principal, scope: &'static str) -> Self {
        Self {
            client: principal.client_id.clone(),
            connection: principal.connection_id.clone(),
            iat: principal.issued_at,
            jti: principal.token_id.clone(),
            grant: principal.grant_id.clone(),
            r#type: None,
            keys: None,
            pepper: None,
            now: 0,
            scope,
        }
    }

    /// Leaves the own-client rule to the database.
    pub fn ask_context(&mut self, client_type: &str) {
        self.r#type = Some(client_type.to_owned());
    }

    /// Leaves the broker rule to the database; `key` is nobody's when there is no header.
    pub fn ask_api_key(&mut self, key: SecretUse) {
        self.keys = Some(key.digests);
        self.pepper = key.pepper;
        self.now = key.now;
    }

    /// The current digest of the `api-key` header, where the broker rule asks for one.
    pub fn key(&self) -> Option<&str> {
        self.keys.as_deref().and_then(|digests| digests.first()).map(String::as_str)
    }

    /// Whether a refusal before the database was asked could hide a 403 that comes earlier in the order.
    pub const fn is_open(&self) -> bool {
        self.r#type.is_some() || self.keys.is_some()
    }

    pub fn client_type(&self) -> Option<&str> {
        self.r#type.as_deref()
    }

    /// Of this gate as [`Gate::to_json5`] says it.
    pub const fn shape(&self) -> Shape {
        Shape {
            signer: if self.connection.is_some() { Signer::Us } else { Signer::TrustedIssuer },
            grant: self.grant.is_some(),
            r#type: self.r#type.is_some(),
            keys: self.keys.is_some(),
        }
    }

    pub fn to_json5(&self) -> String {
        let mut gate = Object::new(Quotes::Single).text("client", &self.client);
        for (name, value) in
            [("connection", &self.connection), ("jti", &self.jti), ("grant", &self.grant), ("type", &self.r#type)]
        {
            gate = gate.some_text(name, value.as_deref());
        }
        if let Some(iat) = self.iat {
            gate = gate.number("iat", iat);
        }
        if let Some(keys) = &self.keys {
            gate =
                gate.json("keys", &json::texts(keys, Quotes::Single)).number("now", self.now).text("scope", self.scope);
        }
        if let Some(pepper) = self.pepper {
            gate = gate.number("pepper", pepper);
        }
        gate.end()
    }
}
