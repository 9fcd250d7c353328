//! The gate: what the database must say about the caller, asked inside the request's own statement or
//! batch, so that revocation costs no round trip of its own.
//!
//! Every statement of a protected route binds the gate as `?1`, a JSON object, and has its own values from
//! `?2` on. A read selects [`gate!`](crate::gate) beside its row; a change carries `'ok' = gate!()` in its
//! WHERE, so that a refused caller changes nothing.

use serde::{Deserialize, Serialize};

use super::TokenRefusal;
use crate::call::part;
use crate::connections::secret::SecretUse;
use crate::error::Failure;
use crate::state::Context;

/// SQL: one word for the caller that `?1` describes. First match wins.
///
/// | word | when |
/// |---|---|
/// | `revoked` | the client is blocked; or `iat` is not after a revocation; or, for a token signed by us, it was revoked itself, or client, connection or grant are gone |
/// | `foreign` | `type` is given (the path names another client) and its context is not `any` |
/// | `api_key_…`, `broker_…`, `access_type` | `API_KEY_RULE = "broker"` and the client's settings ask for a key (spec/mithril.md §4.5) |
/// | `ok` | otherwise |
#[macro_export]
macro_rules! gate {
    () => {
        concat!(
            "CASE
  WHEN CASE WHEN ?1 ->> 'connection' IS NULL
    THEN EXISTS (
      SELECT 1 FROM clients WHERE id = ?1 ->> 'client'
      AND (is_blocked = 1 OR tokens_valid_after >= COALESCE(?1 ->> 'iat', 0)))
    ELSE NOT EXISTS (
      SELECT 1 FROM connections held JOIN clients holder ON holder.id = held.client_id
      WHERE held.id = ?1 ->> 'connection' AND held.client_id = ?1 ->> 'client' AND holder.is_blocked = 0
      AND COALESCE(holder.tokens_valid_after, -1) < ?1 ->> 'iat'
      AND COALESCE(held.tokens_valid_after, -1) < ?1 ->> 'iat'
      AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?1 ->> 'jti')
      AND (?1 ->> 'grant' IS NULL OR EXISTS (SELECT 1 FROM grants WHERE id = ?1 ->> 'grant')))
    END THEN 'revoked'
  WHEN ?1 ->> 'type' IS NOT NULL
    AND COALESCE((SELECT context FROM client_types WHERE name = ?1 ->> 'type'), 'own') <> 'any' THEN 'foreign'
",
            $crate::gate_keys!(),
            "
END"
        )
    };
}

/// SQL: the end of [`gate!`](crate::gate), which nothing but the broker rule needs.
#[macro_export]
macro_rules! gate_keys {
    () => {
        "  WHEN ?1 ->> 'keys' IS NULL THEN 'ok'
  ELSE COALESCE((
    SELECT CASE COALESCE(client.priv_settings ->> 'access_type', '')
      WHEN 'DIRECT' THEN 'ok'
      WHEN 'BROKER' THEN CASE
        WHEN ?1 ->> 'keys' = '[]' THEN 'api_key_required'
        ELSE COALESCE((
          SELECT CASE
            WHEN broker.priv_settings ->> 'broker_scope' IS NULL THEN 'broker_settings'
            WHEN instr(' ' || (broker.priv_settings ->> 'broker_scope') || ' ', ' ' || (?1 ->> 'scope') || ' ') = 0
              THEN 'broker_scope'
            ELSE 'ok' END
          FROM connection_secrets secret
          JOIN connections link ON link.id = secret.connection_id
          JOIN clients broker ON broker.id = link.client_id
          WHERE secret.digest IN (SELECT value FROM json_each(?1, '$.keys'))
          AND (secret.expires_at IS NULL
            OR secret.expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'now', 'unixepoch'))),
          'api_key_invalid') END
      ELSE 'access_type' END
    FROM clients client WHERE client.id = ?1 ->> 'client'), 'ok')"
    };
}

/// What a statement is where no call's gate has `keys`, that is under any rule but the broker's: more than half of
/// the gate is gone, and so are the ends of its lines. It is sent with every call.
pub fn without_keys(sql: &str) -> String {
    let short = sql.replace(gate_keys!(), "  ELSE 'ok'");
    short.lines().map(str::trim_start).collect::<Vec<_>>().join(" ")
}

/// The gate alone, first statement of a batch of changes: `{"gate": word, "context": own|any|null}`.
pub const GATE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', (SELECT context FROM client_types WHERE name = ?1 ->> 'type'))"
);

/// What `?1` holds.
#[derive(Serialize, Debug)]
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

/// What the database said, with the row that was asked for beside it.
#[derive(Debug)]
pub struct Guarded<'a> {
    said: Said,
    row: Option<&'a str>,
}

#[derive(Deserialize, Debug)]
struct Said {
    gate: Word,
    context: Option<ContextWord>,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Word {
    Ok,
    Revoked,
    Foreign,
    ApiKeyRequired,
    ApiKeyInvalid,
    BrokerSettings,
    BrokerScope,
    AccessType,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ContextWord {
    Own,
    Any,
}

impl Gate {
    pub fn new(principal: &super::Principal, scope: &'static str) -> Self {
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

    pub fn to_json(&self) -> String {
        crate::http::envelope::json(self)
    }
}

impl<'a> Guarded<'a> {
    /// The row comes last; it is not looked at.
    pub fn parse(text: &'a str) -> Result<Self, Failure> {
        let (said, row) = part(text, "row");
        let said = serde_json::from_str(&said).map_err(|error| Failure::Internal(format!("gate answer: {error}")))?;
        Ok(Self { said, row: row.filter(|row| *row != "null") })
    }

    /// The context that was looked up on the way, to be remembered.
    pub fn context(&self) -> Option<Context> {
        self.said.context.map(|word| match word {
            ContextWord::Own => Context::Own,
            ContextWord::Any => Context::Any,
        })
    }

    /// # Errors
    /// The refusal that the gate's word stands for.
    pub const fn admit(&self) -> Result<Option<&'a str>, Failure> {
        match self.said.gate {
            Word::Ok => Ok(self.row),
            Word::Revoked => Err(Failure::Token(TokenRefusal::Revoked)),
            Word::Foreign => Err(Failure::ForeignClient),
            Word::ApiKeyRequired => Err(Failure::ApiKey("API-KEY header required")),
            Word::ApiKeyInvalid => Err(Failure::ApiKey("API-KEY header is invalid.")),
            Word::BrokerSettings => Err(Failure::ApiKey("Incorrect broker settings.")),
            Word::AccessType => Err(Failure::ApiKey("Client settings must contain access_type.")),
            Word::BrokerScope => Err(Failure::Scope(&[])),
        }
    }
}
