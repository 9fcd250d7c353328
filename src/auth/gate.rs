//! The gate as a caller: what the database is asked about the principal at hand (`db::gate` holds the SQL).

use serde::Serialize;

use crate::db::gate::{ASK_OURS, ASK_TRUSTED, GUARD_OURS, GUARD_TRUSTED};
use crate::db::statement::{Param, Statement};
use crate::identity::principal::Principal;
use crate::secrets::secret::SecretUse;

/// The caller as the gate's SQL takes it: `?1`, as JSON.
#[derive(Debug, Serialize)]
pub struct Gate {
    client: String,
    /// `None` for a token of a trusted issuer.
    connection: Option<String>,
    iat: Option<i64>,
    /// The id of a token that this service signed.
    jti: Option<String>,
    /// The grant that ends the token when it is ended.
    grant: Option<String>,
    /// The client type whose context is still to be looked up, when the path names another client.
    r#type: Option<String>,
    /// Digests of the `api-key` header under every pepper; `Some` only under the broker rule.
    keys: Option<Vec<String>>,
    /// The version of the current pepper, which made the first of `keys`.
    pepper: Option<i64>,
    now: i64,
    /// The scope that the route needs.
    scope: &'static str,
}

impl Gate {
    pub fn new(principal: &Principal, scope: &'static str) -> Self {
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

    /// Leaves the broker rule to the database. `key` is the default when there is no header.
    pub fn ask_api_key(&mut self, key: SecretUse) {
        self.keys = Some(key.digests);
        self.pepper = key.pepper;
        self.now = key.now;
    }

    /// The current digest of the `api-key` header, where the broker rule asks for one.
    pub fn key(&self) -> Option<&str> {
        self.keys.as_deref().and_then(|digests| digests.first()).map(String::as_str)
    }

    /// Whether the own-client rule or the broker rule is left to the database.
    pub const fn has_questions(&self) -> bool {
        self.r#type.is_some() || self.keys.is_some()
    }

    /// The type whose context is asked for.
    pub fn client_type(&self) -> Option<&str> {
        self.r#type.as_deref()
    }

    /// The value of `?1`.
    pub fn param(&self) -> Param {
        Param::json(self)
    }

    /// Asks for the word and the context, beside a read.
    pub fn ask(&self) -> Statement {
        Statement::new(if self.connection.is_some() { ASK_OURS } else { ASK_TRUSTED }, [self.param()])
    }

    /// Ends the batch of a change when the caller is refused.
    pub fn guard(&self) -> Statement {
        Statement::new(if self.connection.is_some() { GUARD_OURS } else { GUARD_TRUSTED }, [self.param()])
    }
}
