//! The SQL of connections. `?1` is the gate (see `auth::gate`); a connection is always looked up by its id
//! **and** its client's, so one client's path never reaches another's row.

use super::secret::StoredSecret;
use crate::gate;
use crate::http::paging::List;
use crate::list::{self, Source};
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

const SOURCE: Source = Source {
    table: "connections",
    item: connection_json!(),
    always: &["client_id = ?2 ->> 'client_id'"],
    filters: &[
        ("consumer_id", "consumer_id = ?2 ->> 'consumer_id'"),
        ("redirect_uri", "instr(lower(redirect_uri), ?2 ->> 'redirect_uri') > 0"),
    ],
};

/// `{"gate", "context", "row": connection | null}`.
const FIND: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', (SELECT context FROM client_types WHERE name = ?1 ->> 'type'),
  'row', (SELECT ",
    connection_json!(),
    " FROM connections WHERE id = ?2 AND client_id = ?3))"
);

/// `{"gate", "context", "row": {"missing"}}`: which of the two clients does not exist.
const PUT_GATE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', (SELECT context FROM client_types WHERE name = ?1 ->> 'type'),
  'row', json_object('missing', CASE WHEN NOT EXISTS (SELECT 1 FROM clients WHERE id = ?2) THEN 'client'
    WHEN NOT EXISTS (SELECT 1 FROM clients WHERE id = ?3) THEN 'consumer' END))"
);

/// A pair that is known keeps its row, and with it its id and secret.
const PUT_INSERT: &str = concat!(
    "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
SELECT ?4, owner.id, consumer.id, ?5, at, at
FROM clients owner, clients consumer, (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?6, 'unixepoch') AS at)
WHERE owner.id = ?2 AND consumer.id = ?3 AND 'ok' = ",
    gate!(),
    " ON CONFLICT (client_id, consumer_id) DO NOTHING"
);

/// Only for a row that has just come. `?1` is its id.
const PUT_SECRET: &str = "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
SELECT ?2, id, ?3, ?4, ?5, inserted_at FROM connections WHERE id = ?1";

/// Last, because it is the change of the known and the new alike.
const PUT_UPDATE: &str = concat!(
    "UPDATE connections SET redirect_uri = ?5, updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?6, 'unixepoch'),
  version = version + (id <> ?4)
WHERE client_id = ?2 AND consumer_id = ?3 AND 'ok' = ",
    gate!(),
    " RETURNING ",
    connection_json!()
);

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

/// NULL in the place of rows for a client that does not exist.
pub fn list(gate: String, list: &List) -> Statement {
    let rows = SOURCE.rows(list);
    let row = format!("CASE WHEN EXISTS (SELECT 1 FROM clients WHERE id = ?2 ->> 'client_id') THEN {rows} END");
    list::select(gate, list, &row)
}

pub fn find(gate: String, client_id: &str, connection_id: &str) -> Statement {
    Statement::new(FIND, [gate.into(), connection_id.into(), client_id.into()])
}

/// The pair that a connection is for, and the id it gets if it is new.
pub struct Target<'a> {
    pub client_id: &'a str,
    pub consumer_id: &'a str,
    pub new_id: &'a str,
}

/// Four statements for one batch; the first answers the gate, the last the connection.
pub fn put(
    gate: &str,
    target: &Target<'_>,
    uri: String,
    (secret_id, secret): (&str, StoredSecret),
    now: i64,
) -> Vec<Statement> {
    let Target { client_id, consumer_id, new_id } = *target;
    let pair: [Param; 3] = [gate.into(), client_id.into(), consumer_id.into()];
    let row = || [pair.as_slice(), &[new_id.into(), uri.as_str().into(), Param::Int(now)]].concat();
    let stored: [Param; 5] =
        [new_id.into(), secret_id.into(), secret.digest.into(), Param::Int(secret.pepper_version), secret.hint.into()];
    vec![
        Statement::new(PUT_GATE, pair.clone()),
        Statement::new(PUT_INSERT, row()),
        Statement::new(PUT_SECRET, stored),
        Statement::new(PUT_UPDATE, row()),
    ]
}

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
