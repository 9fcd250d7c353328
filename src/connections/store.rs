//! The SQL of connections. `?1` is the gate (see `auth::gate`); a connection is always looked up by its id
//! **and** its client's, so one client's path never reaches another's row.

use super::secret::StoredSecret;
use crate::gate;
use crate::ports::{Param, Statement};

/// The columns of [`super::Connection`], as JSON.
macro_rules! connection_json {
    () => {
        "json_object('id', id, 'client_id', client_id, 'consumer_id', consumer_id, 'redirect_uri', redirect_uri,
  'inserted_at', inserted_at, 'updated_at', updated_at)"
    };
}

/// The client that the presented key's connection belongs to.
macro_rules! key_client {
    () => {
        "SELECT link.client_id FROM connection_secrets secret JOIN connections link ON link.id = secret.connection_id
      WHERE secret.digest IN (SELECT value FROM json_each(?4))"
    };
}

const DELETE: &str = concat!(
    "DELETE FROM connections WHERE id = ?2 AND client_id = ?3 AND 'ok' = ",
    gate!(),
    " RETURNING json_quote(id)"
);

const UPDATE_REDIRECT_URI: &str = concat!(
    "UPDATE connections SET redirect_uri = ?4, updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch'),
  version = version + 1
WHERE id = ?2 AND client_id = ?3 AND 'ok' = ",
    gate!(),
    " RETURNING ",
    connection_json!()
);

/// What the api-key rule of refresh compares: `{"gate", "context", "row": {"consumer_id", "key_client"} | null}`.
/// `?4` is a JSON array of the header's digests.
const REFRESH_GATE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', (SELECT context FROM client_types WHERE name = ?1 ->> 'type'),
  'row', (SELECT json_object('consumer_id', consumer_id, 'key_client', (",
    key_client!(),
    ")) FROM connections WHERE id = ?2 AND client_id = ?3))"
);

/// The new secret, if the rule allows it (`?5` = 0: no rule). The statements after it hang on its row, so the
/// old secrets go only when this one has come, and the rule is read while a key among them still counts.
const REFRESH_INSERT: &str = concat!(
    "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
SELECT ?6, id, ?7, ?8, ?9, strftime('%Y-%m-%dT%H:%M:%SZ', ?10, 'unixepoch') FROM connections
WHERE id = ?2 AND client_id = ?3 AND (?5 = 0 OR consumer_id = ?3 OR consumer_id = (",
    key_client!(),
    ")) AND 'ok' = ",
    gate!()
);

/// `?1` is the new secret's id, here and below.
const REFRESH_DROP_OLD: &str = "DELETE FROM connection_secrets
WHERE connection_id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) AND id <> ?1";

/// A refreshed secret ends what was issued through the old one, if `?3` says so.
const REFRESH_TOUCH: &str = concat!(
    "UPDATE connections SET updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?2, 'unixepoch'),
  tokens_valid_after = CASE ?3 WHEN 1 THEN ?2 ELSE tokens_valid_after END,
  version = version + 1
WHERE id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) RETURNING ",
    connection_json!()
);

pub fn delete(gate: String, client_id: &str, connection_id: &str) -> Statement {
    Statement::new(DELETE, [gate.into(), connection_id.into(), client_id.into()])
}

pub fn update_redirect_uri(gate: String, client_id: &str, connection_id: &str, uri: String, now: i64) -> Statement {
    Statement::new(
        UPDATE_REDIRECT_URI,
        [gate.into(), connection_id.into(), client_id.into(), uri.into(), Param::Int(now)],
    )
}

/// How the `api-key` header counts for a refresh.
pub struct KeyRule {
    pub applies: bool,
    /// Digests of the header under every pepper.
    pub digests: Vec<String>,
}

/// Four statements for one batch; the first answers the gate, the last the connection.
pub fn refresh_secret(
    gate: &str,
    client_id: &str,
    connection_id: &str,
    rule: &KeyRule,
    (secret_id, secret): (&str, StoredSecret),
    (now, revoke_tokens): (i64, bool),
) -> Vec<Statement> {
    let digests = crate::http::envelope::json(&rule.digests);
    let target = || vec![gate.into(), connection_id.into(), client_id.into(), digests.as_str().into()];
    let mut insert: Vec<Param> = target();
    insert.extend([
        Param::Int(rule.applies.into()),
        secret_id.into(),
        secret.digest.into(),
        Param::Int(secret.pepper_version),
        secret.hint.into(),
        Param::Int(now),
    ]);
    vec![
        Statement::new(REFRESH_GATE, target()),
        Statement::new(REFRESH_INSERT, insert),
        Statement::new(REFRESH_DROP_OLD, [secret_id.into()]),
        Statement::new(REFRESH_TOUCH, [secret_id.into(), Param::Int(now), Param::Int(revoke_tokens.into())]),
    ]
}
