//! The SQL of connections. `?1` is the gate (see `auth::gate`); a connection is always looked up by its id
//! **and** its client's, so one client's path never reaches another's row.

use crate::db::gate::{asked_context, gate};
use crate::db::statement::{Param, Statement};
use crate::mithril::connections::auth_method::AuthMethod;
use crate::mithril::list;
use crate::mithril::list::{CREATION, Source};
use crate::mithril::list_query::List;
use crate::request::conditions::Record;
use crate::secrets::secret::StoredSecret;

/// A connection as the API shows it, as JSON.
macro_rules! connection_json {
    () => {
        "json_object('id', id, 'client_id', client_id, 'consumer_id', consumer_id, 'redirect_uri', redirect_uri,
  'inserted_at', inserted_at, 'updated_at', updated_at)"
    };
}
pub(crate) use connection_json;

/// The same with its tag.
macro_rules! tagged_connection {
    () => {
        $crate::db::sql::tagged!("version || ''", $crate::mithril::connections::store::connection_json!())
    };
}
pub(crate) use tagged_connection;

const SOURCE: Source = Source {
    table: "connections",
    item: connection_json!(),
    order: CREATION,
    total: None,
    always: &["client_id = ?2 ->> 'client_id'"],
    filters: &[
        ("consumer_id", "consumer_id = ?2 ->> 'consumer_id'"),
        ("redirect_uri", "instr(lower(redirect_uri), ?2 ->> 'redirect_uri') > 0"),
    ],
};

/// `{"gate", "context", "row": tagged connection | null}`.
const FIND: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', ",
    asked_context!(),
    ",
  'row', (SELECT ",
    tagged_connection!(),
    " FROM connections WHERE id = ?2 AND client_id = ?3))"
);

/// `{"gate", "context", "row": {"missing", "is_known"}}`: which of the two clients does not exist, and whether the pair
/// has a connection.
const PUT_GATE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', ",
    asked_context!(),
    ",
  'row', json_object('missing', CASE WHEN NOT EXISTS (SELECT 1 FROM clients WHERE id = ?2) THEN 'client'
    WHEN NOT EXISTS (SELECT 1 FROM clients WHERE id = ?3) THEN 'consumer' END,
    'is_known', EXISTS (SELECT 1 FROM connections WHERE client_id = ?2 AND consumer_id = ?3)))"
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

/// Last, because it is the change of the known and the new alike. `?7` and `?8`: how its client authenticates, and
/// its keys; kept where the body says nothing.
const PUT_UPDATE: &str = concat!(
    "UPDATE connections SET redirect_uri = ?5, updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?6, 'unixepoch'),
  token_endpoint_auth_method = COALESCE(?7, token_endpoint_auth_method),
  jwks = CASE WHEN ?7 IS NULL THEN jwks ELSE ?8 END, version = version + (id <> ?4)
WHERE client_id = ?2 AND consumer_id = ?3 AND 'ok' = ",
    gate!(),
    " RETURNING ",
    tagged_connection!()
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
    tagged_connection!()
);

/// NULL in the place of rows for a client that does not exist.
pub fn list(gate: String, list: &List) -> Statement {
    list::select("connections", &SOURCE, gate, list, &|| {
        let rows = SOURCE.rows(list);
        format!("CASE WHEN EXISTS (SELECT 1 FROM clients WHERE id = ?2 ->> 'client_id') THEN {rows} END")
    })
}

pub fn find(gate: String, client_id: &str, connection_id: &str) -> Statement {
    Statement::new(FIND, [gate.into(), connection_id.into(), client_id.into()])
}

/// A connection of a client.
pub fn record(client_id: &str, connection_id: &str) -> Record {
    Record {
        shows: tagged_connection!(),
        from: "connections WHERE id = ?3 AND client_id = ?4",
        ids: vec![connection_id.into(), client_id.into()],
        may_be_new: false,
    }
}

/// The connection of a pair, if there is one.
pub fn record_of_pair(client_id: &str, consumer_id: &str) -> Record {
    Record {
        shows: tagged_connection!(),
        from: "connections WHERE client_id = ?3 AND consumer_id = ?4",
        ids: vec![client_id.into(), consumer_id.into()],
        may_be_new: true,
    }
}

/// The pair that a connection is for, and the id it gets if it is new.
pub struct Pair<'a> {
    pub client_id: &'a str,
    pub consumer_id: &'a str,
    pub new_id: &'a str,
}

/// Four statements for one batch; the first answers the gate, the last the connection.
pub fn put(
    gate: &str,
    pair: &Pair<'_>,
    uri: String,
    auth: AuthMethod,
    (secret_id, secret): (&str, StoredSecret),
    now: i64,
) -> Vec<Statement> {
    let Pair { client_id, consumer_id, new_id } = *pair;
    let named: [Param; 3] = [gate.into(), client_id.into(), consumer_id.into()];
    let row = [named.as_slice(), &[new_id.into(), uri.into(), Param::Int(now)]].concat();
    let whole = [row.as_slice(), &[auth.method.into(), auth.jwks.into()]].concat();
    let stored: [Param; 5] =
        [new_id.into(), secret_id.into(), secret.digest.into(), Param::Int(secret.pepper_version), secret.hint.into()];
    vec![
        Statement::new(PUT_GATE, named.clone()),
        Statement::new(PUT_INSERT, row),
        Statement::new(PUT_SECRET, stored),
        Statement::new(PUT_UPDATE, whole),
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
