//! The SQL of connections. Every statement finds a connection by its id **and** the id of its client, so that the path
//! of one client never reaches the row of another.

use crate::db::statement::{Param, Statement};
use crate::identity::ids::{ClientId, ConnectionId};
use crate::mithril::connections::auth_method::AuthMethod;
use crate::mithril::connections::ceiling;
use crate::mithril::list::{CREATION, ListFilter, ListSource};
use crate::mithril::list_query::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{NEVER_NEW, TaggedRow};
use crate::secrets::secret::StoredSecret;

/// SQL: a connection as the API shows it, as JSON.
macro_rules! connection_json {
    () => {
        "json_object('id', id, 'client_id', client_id, 'consumer_id', consumer_id, 'redirect_uri', redirect_uri,
  'inserted_at', inserted_at, 'updated_at', updated_at)"
    };
}
pub(crate) use connection_json;

/// SQL: a connection with its tag, as columns.
macro_rules! tagged_connection {
    () => {
        $crate::db::sql::tagged!("version || ''", $crate::mithril::connections::store::connection_json!())
    };
}
pub(crate) use tagged_connection;

const SOURCE: ListSource = ListSource {
    table: "connections",
    item: connection_json!(),
    order: CREATION,
    total: None,
    always: &["client_id = ?1 ->> 'client_id'"],
    filters: &[
        ListFilter::indexed("consumer_id", "consumer_id = ?1 ->> 'consumer_id'"),
        ListFilter::scanned("redirect_uri", "instr(lower(redirect_uri), ?1 ->> 'redirect_uri') > 0"),
    ],
};

/// The connection `?1` of the client `?2`.
const FIND: &str = concat!("SELECT ", tagged_connection!(), " FROM connections WHERE id = ?1 AND client_id = ?2");

/// `{"missing", "is_known"}`: which of the two clients does not exist (`client` or `consumer`), and whether the pair
/// has a connection (1 or 0).
const PUT_FACTS: &str = "SELECT json_object(
  'missing', CASE WHEN NOT EXISTS (SELECT 1 FROM clients WHERE id = ?1) THEN 'client'
    WHEN NOT EXISTS (SELECT 1 FROM clients WHERE id = ?2) THEN 'consumer' END,
  'is_known', EXISTS (SELECT 1 FROM connections WHERE client_id = ?1 AND consumer_id = ?2)) AS facts";

/// Inserts the connection of a new pair. An existing pair keeps its row, and so its id and its secrets.
const PUT_INSERT: &str = "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
SELECT ?3, owner.id, consumer.id, ?4, at, at
FROM clients owner, clients consumer, (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch') AS at)
WHERE owner.id = ?1 AND consumer.id = ?2
ON CONFLICT (client_id, consumer_id) DO NOTHING";

/// Inserts the secret of the connection `?1`. That row exists only when [`PUT_INSERT`] has just inserted it.
const PUT_SECRET: &str = "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
SELECT ?2, id, ?3, ?4, ?5, inserted_at FROM connections WHERE id = ?1";

/// Comes last: it updates existing and new rows alike, and its row count decides the audit. `?6` is how the client of
/// the connection authenticates, and `?7` are its keys. Both columns stay as they are when `?6` is NULL.
const PUT_UPDATE: &str = concat!(
    "UPDATE connections SET redirect_uri = ?4, updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch'),
  token_endpoint_auth_method = COALESCE(?6, token_endpoint_auth_method),
  jwks = CASE WHEN ?6 IS NULL THEN jwks ELSE ?7 END, version = version + (id <> ?3)
WHERE client_id = ?1 AND consumer_id = ?2 RETURNING ",
    tagged_connection!()
);

const DELETE: &str = "DELETE FROM connections WHERE id = ?1 AND client_id = ?2 RETURNING id";

const UPDATE_REDIRECT_URI: &str = concat!(
    "UPDATE connections SET redirect_uri = ?3, updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?4, 'unixepoch'),
  version = version + 1
WHERE id = ?1 AND client_id = ?2 RETURNING ",
    tagged_connection!()
);

/// A page of the connections of a client: the columns `total` and `items`. There is no row for a client that does not
/// exist.
pub fn list(list: &ListRequest) -> Statement {
    SOURCE.select_where(list, "EXISTS (SELECT 1 FROM clients WHERE id = ?1 ->> 'client_id')")
}

/// A connection: the columns `tag` and `data`.
pub fn find(client_id: &ClientId, connection_id: &ConnectionId) -> Statement {
    Statement::new(FIND, [connection_id.into(), client_id.into()])
}

/// The connection that a change is made to.
pub fn record(client_id: &ClientId, connection_id: &ConnectionId) -> TaggedRow {
    TaggedRow {
        tag: "version || ''",
        data: connection_json!(),
        from: "connections WHERE id = ?1 AND client_id = ?2",
        ids: vec![connection_id.into(), client_id.into()],
        may_be_new: NEVER_NEW,
    }
}

/// The connection of a pair, which the change may create.
fn record_of_pair(client_id: &ClientId, consumer_id: &ClientId) -> TaggedRow {
    TaggedRow {
        tag: "version || ''",
        data: connection_json!(),
        from: "connections WHERE client_id = ?1 AND consumer_id = ?2",
        ids: vec![client_id.into(), consumer_id.into()],
        may_be_new: "EXISTS (SELECT 1 FROM clients WHERE id = ?1) AND EXISTS (SELECT 1 FROM clients WHERE id = ?2)",
    }
}

/// A connection to create or change: its pair, and what the body sets.
pub struct PutConnection<'a> {
    /// The client that the connection is for.
    pub client_id: &'a ClientId,
    /// The client that may act for it.
    pub consumer_id: &'a ClientId,
    /// The id of the connection if it is new.
    pub new_id: &'a ConnectionId,
    /// The checked redirect URI.
    pub redirect_uri: String,
    /// How the client authenticates, if the body has it.
    pub auth: AuthMethod,
    /// The secret of the connection if it is new.
    pub secret: StoredSecret,
    /// The id of that secret.
    pub secret_id: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// The change `connection.put`.
pub fn put(put: PutConnection<'_>) -> Change {
    let PutConnection { client_id, consumer_id, new_id, auth, secret, secret_id, .. } = put;
    let subject = format!("client/{client_id}/consumer/{consumer_id}");
    let fields = auth.changes("redirect_uri");
    let pair: [Param; 2] = [client_id.into(), consumer_id.into()];
    let given = ceiling::given_by_put(client_id, consumer_id, auth.method.is_some());
    let row = [pair.as_slice(), &[new_id.into(), put.redirect_uri.into(), Param::Int(put.now)]].concat();
    let whole = [row.as_slice(), &[auth.method.into(), auth.jwks.into()]].concat();
    let stored: [Param; 5] =
        [new_id.into(), secret_id.into(), secret.digest.into(), Param::Int(secret.pepper_version), secret.hint.into()];
    Change::new("connection.put", subject, Statement::new(PUT_UPDATE, whole))
        .gives(given)
        .fields(fields)
        .facts(Statement::new(PUT_FACTS, pair))
        .steps(vec![Statement::new(PUT_INSERT, row), Statement::new(PUT_SECRET, stored)])
        .record(record_of_pair(client_id, consumer_id))
}

/// The change `connection.delete`.
pub fn delete(client_id: &ClientId, connection_id: &ConnectionId) -> Change {
    let statement = Statement::new(DELETE, [connection_id.into(), client_id.into()]);
    Change::new("connection.delete", subject(connection_id), statement).record(record(client_id, connection_id))
}

/// The change `connection.update`. `now` is in seconds since 1970.
pub fn update_redirect_uri(client_id: &ClientId, connection_id: &ConnectionId, uri: String, now: i64) -> Change {
    let params = [connection_id.into(), client_id.into(), uri.into(), Param::Int(now)];
    Change::new("connection.update", subject(connection_id), Statement::new(UPDATE_REDIRECT_URI, params))
        .fields(["redirect_uri"])
        .record(record(client_id, connection_id))
}

/// The name of a connection in the audit.
pub fn subject(connection_id: &ConnectionId) -> String {
    format!("connection/{connection_id}")
}
