//! The gate: what the database must check about a caller. `db::gate` holds its SQL, and this file the values for it.

use serde::Serialize;

use crate::db::gate::GateQuestions;
use crate::db::statement::{Param, Statement};
use crate::identity::principal::Principal;
use crate::secrets::secret::SecretUse;

/// A caller, and the checks that are left to the database. As JSON it is `?1` of the gate's SQL.
#[derive(Debug, Serialize)]
pub struct Gate {
    /// The client's id.
    client: String,
    /// The connection that the token was issued through; `None` for a token of a trusted issuer.
    connection: Option<String>,
    /// When the token was issued, in seconds since 1970.
    iat: Option<i64>,
    /// The id under which the token itself may have been revoked.
    jti: String,
    /// The grant whose end also ends the token.
    grant: Option<String>,
    /// The caller's client type. `Some` when the path names another client and the type's context must be looked up.
    r#type: Option<String>,
    /// Whether the route is for administrations only.
    admin: bool,
    /// Digests of the `api-key` header under every pepper; `Some` only under the broker rule.
    keys: Option<Vec<String>>,
    /// The version of the current pepper, which made the first of `keys`.
    pepper: Option<i64>,
    /// When the `api-key` is used, in seconds since 1970.
    now: i64,
    /// The scope that the route needs.
    scope: &'static str,
    /// Whether a consumer that acts for the client is refused.
    #[serde(skip)]
    is_unbounded: bool,
    /// By how many seconds the clock of a trusted issuer may be ahead.
    leeway: i64,
}

impl Gate {
    /// The gate of a principal. At first it checks that the token is not revoked. `scope` is the scope that the route
    /// needs, `leeway` the setting.
    pub fn new(principal: &Principal, scope: &'static str, leeway: i64) -> Self {
        Self {
            client: principal.client_id.clone(),
            connection: principal.connection_id.clone(),
            iat: principal.issued_at,
            jti: principal.token_id.clone(),
            grant: principal.grant_id.clone(),
            r#type: None,
            admin: false,
            keys: None,
            pepper: None,
            now: 0,
            scope,
            is_unbounded: false,
            leeway,
        }
    }

    /// Adds the own-client rule to what the database checks. `admin` says that the route is for administrations only.
    pub fn ask_context(&mut self, client_type: &str, admin: bool) {
        self.r#type = Some(client_type.to_owned());
        self.admin = admin;
    }

    /// Adds that no consumer may act for the client.
    pub const fn ask_consumer(&mut self) {
        self.is_unbounded = true;
    }

    /// Whether the database must say whether there is an administration, when it refuses the caller.
    pub const fn asks_administration(&self) -> bool {
        self.admin
    }

    /// Adds the broker rule to what the database checks. `key` is empty (the default) when the request has no
    /// `api-key`.
    pub fn ask_api_key(&mut self, key: SecretUse) {
        self.keys = Some(key.digests);
        self.pepper = key.pepper;
        self.now = key.now;
    }

    /// The digest of the `api-key` header under the current pepper, when the broker rule is checked and there is a
    /// header.
    pub fn key(&self) -> Option<&str> {
        self.keys.as_deref().and_then(|digests| digests.first()).map(String::as_str)
    }

    /// Whether the database must check the own-client rule, the consumer or the broker rule.
    pub const fn has_questions(&self) -> bool {
        self.r#type.is_some() || self.is_unbounded || self.keys.is_some()
    }

    /// Whether the broker rule is checked.
    pub const fn asks_api_key(&self) -> bool {
        self.keys.is_some()
    }

    /// The client type whose context the database must look up.
    pub fn client_type(&self) -> Option<&str> {
        self.r#type.as_deref()
    }

    /// The value of `?1`: this gate as JSON.
    pub fn param(&self) -> Param {
        Param::json(self)
    }

    /// The statement that reads the gate's word and the context. It goes before the read in one batch.
    pub fn ask(&self) -> Statement {
        Statement::new(self.questions().ask(), [self.param()])
    }

    /// The statement that fails, and so ends the batch of a change, when the caller is refused.
    pub fn guard(&self) -> Statement {
        Statement::new(self.questions().guard(), [self.param()])
    }

    /// What the statements ask.
    const fn questions(&self) -> GateQuestions {
        GateQuestions {
            is_ours: self.connection.is_some(),
            has_type: self.r#type.is_some(),
            refuses_consumers: self.is_unbounded && self.connection.is_some(),
            has_keys: self.keys.is_some(),
        }
    }
}
