//! The SQL of connections. Every statement finds a connection by its id **and** the id of its client, so that the path
//! of one client never reaches the row of another.

use crate::db::sql::tagged;
use crate::db::statement::{Param, Statement};
use crate::identity::ids::ConnectionId;
use crate::mithril::connections::reach::{Reached, reached, within_reach};
use crate::mithril::list::{ListFilter, ListSource};
use crate::mithril::list_request::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{NEVER_NEW, TaggedRow};

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

/// SQL: the new value of `tokens_valid_after` when the tokens of a connection are revoked at the time `$now`. It is
/// later than any revocation before, of the connection and of its client: tokens that were issued since are dated behind
/// that one, even when the clock stood or went back.
macro_rules! revocation {
    ($now:literal) => {
        concat!(
            "MAX(",
            $now,
            ", COALESCE(tokens_valid_after, -1) + 1,
    COALESCE((SELECT tokens_valid_after FROM clients WHERE id = connections.client_id), -1) + 1)"
        )
    };
}
pub(crate) use revocation;

/// SQL: the new value of `former_redirect_uris` when a connection gets the redirect URI `$uri` at the time `$now`: the last five,
/// the newest first, each with the time when it was replaced.
macro_rules! former_redirect_uris {
    ($uri:literal, $now:literal) => {
        concat!(
            "CASE WHEN redirect_uri = ",
            $uri,
            " THEN former_redirect_uris ELSE (SELECT json_group_array(json(former)) FROM (
    SELECT json_object('redirect_uri', connections.redirect_uri, 'until', strftime('%Y-%m-%dT%H:%M:%SZ', ",
            $now,
            ", 'unixepoch')) AS former
    UNION ALL SELECT value FROM json_each(connections.former_redirect_uris) WHERE key < 4)) END"
        )
    };
}
pub(crate) use former_redirect_uris;

const SOURCE: ListSource = ListSource {
    table: "connections",
    item: connection_json!(),
    order: "number",
    total: None,
    always: &["client_id = ?1 ->> 'client_id'", within_reach!("?1 ->> 'caller'")],
    filters: &[
        ListFilter::indexed("consumer_id", "consumer_id = ?1 ->> 'consumer_id'"),
        ListFilter::scanned("redirect_uri", "instr(lower(redirect_uri), ?1 ->> 'redirect_uri') > 0"),
    ],
};

/// The connection `?1` with all that an administration may know of it; `?2` is the connection of the caller's token.
const FIND_WHOLE: &str = concat!(
    "SELECT ",
    tagged!(
        "version || ''",
        "json_object('id', id, 'client_id', client_id, 'consumer_id', consumer_id, 'redirect_uri', redirect_uri,
  'former_redirect_uris', json(COALESCE(former_redirect_uris, '[]')),
  'token_endpoint_auth_method', token_endpoint_auth_method, 'jwks', json(jwks),
  'inserted_at', inserted_at, 'updated_at', updated_at)"
    ),
    " FROM connections WHERE id = ?1 AND ",
    within_reach!("?2")
);

/// The connection that the path names.
const FIND: &str = concat!("SELECT ", tagged_connection!(), " FROM connections WHERE ", reached!());

const DELETE: &str = concat!("DELETE FROM connections WHERE ", reached!(), " RETURNING id");

/// The same without the client, for callers whose reach has no bound.
const DELETE_ANYWHERE: &str = "DELETE FROM connections WHERE id = ?1 RETURNING id";

const UPDATE_REDIRECT_URI: &str = concat!(
    "UPDATE connections SET redirect_uri = ?4, updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch'),
  former_redirect_uris = ",
    former_redirect_uris!("?4", "?5"),
    ", version = version + 1
WHERE ",
    reached!(),
    " RETURNING ",
    tagged_connection!()
);

/// The columns `subject` and `fields` of the audit row; `?4` is the new URI.
const UPDATED: &str = concat!(
    "SELECT 'connection/' || id AS subject,
  CASE WHEN redirect_uri = ?4 THEN json_array() ELSE json_array('redirect_uri') END AS fields
FROM connections WHERE ",
    reached!()
);

/// A page of the connections of a client: the columns `total` and `items`. There is no row for a client that does not
/// exist.
pub fn list(list: &ListRequest) -> Statement {
    SOURCE.select_where(list, "EXISTS (SELECT 1 FROM clients WHERE id = ?1 ->> 'client_id')")
}

/// A connection: the columns `tag` and `data`.
pub fn find(reached: &Reached) -> Statement {
    Statement::new(FIND, reached.params())
}

/// A connection by its id alone, for an administration: the columns `tag` and `data`. `caller` is the connection of the
/// caller's token.
pub fn find_whole(id: &str, caller: Option<String>) -> Statement {
    Statement::new(FIND_WHOLE, [id.into(), caller.into()])
}

/// The connection that a change is made to.
pub fn record(reached: &Reached) -> TaggedRow {
    TaggedRow {
        tag: "version || ''",
        data: connection_json!(),
        from: concat!("connections WHERE ", reached!()),
        ids: reached.params().to_vec(),
        may_be_new: NEVER_NEW,
    }
}

/// The change `connection.delete`.
pub fn delete(reached: &Reached) -> Change {
    let statement = Statement::new(DELETE, reached.params());
    Change::new("connection.delete", subject(&reached.connection_id), statement).record(record(reached))
}

/// The change `connection.delete` of a connection whose client is not said. Its route must let no consumer in that acts for
/// a client (`Access::Unbounded`): such a caller reaches its own connections only.
pub fn delete_anywhere(id: &str) -> Change {
    let statement = Statement::new(DELETE_ANYWHERE, [id.into()]);
    Change::new("connection.delete", format!("connection/{id}"), statement)
}

/// The change `connection.update`. `now` is in seconds since 1970.
pub fn update_redirect_uri(reached: &Reached, uri: String, now: i64) -> Change {
    let guard = reached.redirect_uri_guard(&uri);
    let named = [reached.params().as_slice(), &[uri.as_str().into()]].concat();
    let params = [reached.params().as_slice(), &[uri.into(), Param::Int(now)]].concat();
    let update = Statement::new(UPDATE_REDIRECT_URI, params);
    Change::new("connection.update", subject(&reached.connection_id), update)
        .named_before_decisive(Statement::new(UPDATED, named))
        .guards([guard])
        .record(record(reached))
}

/// The name of a connection in the audit.
pub fn subject(connection_id: &ConnectionId) -> String {
    format!("connection/{connection_id}")
}
