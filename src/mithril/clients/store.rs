//! The SQL of clients.

use crate::db::sql::{first_version, kept_total, tagged};
use crate::db::statement::{Param, Statement};
use crate::mithril::clients::input::ClientData;
use crate::mithril::list::{CREATION, Filter, Source};
use crate::mithril::list_query::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{MAY_BE_NEW, NEVER_NEW, TaggedRow};

/// What a client may know of itself.
macro_rules! own_properties {
    () => {
        "'id', id, 'name', name, 'settings', json(settings), 'user_id', user_id, 'inserted_at', inserted_at,
  'updated_at', updated_at"
    };
}

/// What a caller of context `any` sees of every client.
macro_rules! properties {
    () => {
        concat!(
            own_properties!(),
            ", 'client_type_id', client_type_id, 'is_blocked', json(iif(is_blocked, 'true', 'false')),
  'block_reason', block_reason"
        )
    };
}

macro_rules! type_name {
    () => {
        ", 'client_type_name', (SELECT type.name FROM client_types type WHERE type.id = client_type_id)"
    };
}

/// One client, with the name of its type.
macro_rules! client_json {
    ($($more:literal)?) => {
        concat!(
            "json_object(",
            properties!(),
            type_name!(),
            $($more,)?
            ")"
        )
    };
}

/// One client as administrations alone see it.
macro_rules! whole_client_json {
    () => {
        client_json!(", 'priv_settings', json(priv_settings)")
    };
}

/// A tag: of the form that shows it, the client and its type.
macro_rules! tag {
    ($form:literal) => {
        concat!(
            "'",
            $form,
            "' || version || '-' || (SELECT type.version FROM client_types type WHERE type.id = client_type_id)"
        )
    };
}

macro_rules! tagged_whole_client {
    () => {
        tagged!(tag!("w"), whole_client_json!())
    };
}

/// What still needs the client `?1`, or NULL.
macro_rules! used_by {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM connections WHERE client_id = ?1)
    OR EXISTS (SELECT 1 FROM connections WHERE consumer_id = ?1) THEN 'connections'
  WHEN EXISTS (SELECT 1 FROM user_roles WHERE client_id = ?1) THEN 'user_roles' END"
    };
}

const ITEM: &str = concat!("json_object(", properties!(), ")");

const ALL: Source = Source {
    table: "clients",
    item: ITEM,
    order: CREATION,
    total: Some(kept_total!("clients")),
    always: &[],
    filters: &[
        Filter::indexed("id", "id = ?1 ->> 'id'"),
        Filter::indexed("user_id", "user_id = ?1 ->> 'user_id'"),
        Filter::indexed("is_blocked", "is_blocked = ?1 ->> 'is_blocked'"),
        Filter::scanned("name", "instr(name, ?1 ->> 'name') > 0"),
    ],
};

/// The caller's own client alone.
const OWN: Source =
    Source { item: concat!("json_object(", own_properties!(), ")"), always: &["id = ?1 ->> 'own'"], ..ALL };

/// `?2` is the caller's type.
const FIND: &str = concat!(
    "SELECT iif(may_see_all, ",
    tag!("a"),
    ", ",
    tag!("o"),
    ") AS tag, iif(may_see_all, ",
    client_json!(),
    ", json_object(",
    own_properties!(),
    type_name!(),
    ")) AS data
FROM clients, (SELECT 'any' IS (SELECT context FROM client_types WHERE name = ?2) AS may_see_all) WHERE id = ?1"
);

const FIND_WHOLE: &str = concat!("SELECT ", tagged_whole_client!(), " FROM clients WHERE id = ?1");

/// Its id as JSON; no row for a client that does not exist.
const EXISTS: &str = "SELECT json_quote(id) AS facts FROM clients WHERE id = ?1";

macro_rules! insert {
    () => {
        concat!(
            "INSERT INTO clients (id, name, user_id, client_type_id, settings, priv_settings, inserted_at, updated_at, version)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, at, at, ",
            first_version!(),
            " FROM (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?7, 'unixepoch') AS at) WHERE 1"
        )
    };
}

const CREATE: &str = concat!(insert!(), " RETURNING ", tagged_whole_client!());

/// Tokens name the type of their client: with another type, those that were issued are dead.
const PUT: &str = concat!(
    insert!(),
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name, user_id = excluded.user_id,
  client_type_id = excluded.client_type_id, settings = excluded.settings, priv_settings = excluded.priv_settings,
  tokens_valid_after = iif(client_type_id = excluded.client_type_id, tokens_valid_after, ?7),
  updated_at = excluded.updated_at, version = version + 1 RETURNING ",
    tagged_whole_client!()
);

/// An action: what it sets, of the client `?1`, at the time `?2`.
macro_rules! action {
    ($set:literal) => {
        concat!(
            "UPDATE clients SET ",
            $set,
            ", updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?2, 'unixepoch'), version = version + 1
WHERE id = ?1 RETURNING ",
            tagged_whole_client!()
        )
    };
}

const BLOCK: &str = action!("is_blocked = 1, block_reason = ?3");
const UNBLOCK: &str = action!("is_blocked = 0, block_reason = NULL");
const DEACTIVATE_TOKENS: &str = action!("tokens_valid_after = ?2");

/// `{"used_by"}`; no row for a client that does not exist.
const USE: &str = concat!("SELECT json_object('used_by', ", used_by!(), ") AS facts FROM clients WHERE id = ?1");

const DELETE: &str = concat!("DELETE FROM clients WHERE id = ?1 AND ", used_by!(), " IS NULL RETURNING id");

const DATA: [&str; 5] = ["name", "user_id", "client_type_id", "settings", "priv_settings"];

/// The columns `total` and `items`: every client for a type of context `any`, the caller's own for the others. The
/// database decides by the type, in the same round trip.
pub fn list(list: &ListRequest) -> Statement {
    const MAY_SEE_ALL: &str = "'any' IS (SELECT context FROM client_types WHERE name = ?1 ->> 'type')";
    let [total, items] = [[ALL.total(list), OWN.total(list)], [ALL.items(list), OWN.items(list)]]
        .map(|[all, own]| format!("iif({MAY_SEE_ALL}, {all}, {own})"));
    Source::statement(list, format!("SELECT {total} AS total, {items} AS items"))
}

/// A client under its tag, in the form that the caller's type may see.
pub fn find(id: &str, client_type: &str) -> Statement {
    Statement::new(FIND, [id.into(), client_type.into()])
}

/// A client under its tag, as administrations alone see it.
pub fn find_whole(id: &str) -> Statement {
    Statement::new(FIND_WHOLE, [id.into()])
}

fn record(id: &str, may_be_new: &'static str) -> TaggedRow {
    let ids = vec![id.into()];
    TaggedRow { tag: tag!("w"), data: whole_client_json!(), from: "clients WHERE id = ?1", ids, may_be_new }
}

/// `client.create`.
pub fn create(id: &str, data: ClientData, now: i64) -> Change {
    change("client.create", id, Statement::new(CREATE, row(id, data, now))).fields(DATA).record(record(id, MAY_BE_NEW))
}

/// `client.put`. Its facts are the id of the client that was there.
pub fn put(id: &str, data: ClientData, now: i64) -> Change {
    change("client.put", id, Statement::new(PUT, row(id, data, now)))
        .fields(DATA)
        .facts(Statement::new(EXISTS, [id.into()]))
        .record(record(id, MAY_BE_NEW))
}

/// `client.block`.
pub fn block(id: &str, reason: String, now: i64) -> Change {
    let block = Statement::new(BLOCK, [id.into(), Param::Int(now), reason.into()]);
    change("client.block", id, block).fields(["is_blocked", "block_reason"])
}

/// `client.unblock`.
pub fn unblock(id: &str, now: i64) -> Change {
    let unblock = Statement::new(UNBLOCK, [id.into(), Param::Int(now)]);
    change("client.unblock", id, unblock).fields(["is_blocked", "block_reason"])
}

/// `client.deactivate_tokens`.
pub fn deactivate_tokens(id: &str, now: i64) -> Change {
    let deactivate = Statement::new(DEACTIVATE_TOKENS, [id.into(), Param::Int(now)]);
    change("client.deactivate_tokens", id, deactivate).fields(["tokens_valid_after"])
}

/// `client.delete`; nothing is deleted while the client is used.
pub fn delete(id: &str) -> Change {
    change("client.delete", id, Statement::new(DELETE, [id.into()])).facts(Statement::new(USE, [id.into()]))
}

fn change(action: &'static str, id: &str, decisive: Statement) -> Change {
    Change::new(action, format!("client/{id}"), decisive).record(record(id, NEVER_NEW))
}

fn row(id: &str, data: ClientData, now: i64) -> [Param; 7] {
    [
        id.into(),
        data.name.into(),
        data.user_id.into(),
        data.client_type_id.into(),
        data.settings.into(),
        data.priv_settings.into(),
        Param::Int(now),
    ]
}
