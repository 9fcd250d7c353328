//! The SQL of clients. Readers under `/api` see `properties`, administrations all of a client.

use crate::db::page;
use crate::db::sql::{changed_fields, first_version, kept_total, stored_time, tagged};
use crate::db::statement::{Param, Statement};
use crate::mithril::clients::input::ClientData;
use crate::mithril::list::{CREATION, ListFilter, ListSource, SIZE};
use crate::mithril::list_request::ListRequest;
use crate::ports::id::is_guid;
use crate::request::change::Change;
use crate::request::conditions::{MAY_BE_NEW, NEVER_NEW, TaggedRow};
use crate::request::delegation::Given;

/// SQL: the members that every reader sees.
macro_rules! properties {
    () => {
        "'id', id, 'name', name, 'settings', json(settings), 'user_id', user_id, 'client_type_id', client_type_id,
  'is_blocked', json(iif(is_blocked, 'true', 'false')), 'block_reason', block_reason, 'inserted_at', inserted_at,
  'updated_at', updated_at"
    };
}

/// SQL: the member with the name of the client's type.
macro_rules! type_name {
    () => {
        ", 'client_type_name', (SELECT type.name FROM client_types type WHERE type.id = client_type_id)"
    };
}

/// SQL: one client with the name of its type, and `$more` members, as JSON.
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

/// SQL: one client as only administrations see it, as JSON.
macro_rules! whole_client_json {
    () => {
        client_json!(", 'priv_settings', json(priv_settings)")
    };
}

/// SQL: the tag of a client. It is made of the client's version and its type's version.
macro_rules! tag {
    () => {
        "version || '-' || (SELECT type.version FROM client_types type WHERE type.id = client_type_id)"
    };
}

/// SQL: one client as only administrations see it, with its tag, as columns.
macro_rules! tagged_whole_client {
    () => {
        tagged!(tag!(), whole_client_json!())
    };
}

const ITEM: &str = concat!("json_object(", properties!(), ")");

/// SQL: whether no connection of a client, found by `$column`, has a secret that was made or used, or a grant that began,
/// after `unused_for`, in seconds since 1970.
macro_rules! none_used {
    ($column:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM connections link WHERE link.",
            $column,
            " = clients.id AND (EXISTS (SELECT 1 FROM connection_secrets WHERE connection_id = link.id
      AND COALESCE(last_used_at, created_at) > ",
            stored_time!("?1 ->> 'unused_for'"),
            ") OR EXISTS (SELECT 1 FROM refresh_grants WHERE connection_number = link.number AND is_spare IN (0, 1)
      AND grant_iat > ?1 ->> 'unused_for')))"
        )
    };
}

/// SQL: whether a client that was there at `unused_for` has not been used since: neither its own connections nor, as their
/// consumer, those of others.
const UNUSED: &str = concat!(
    "inserted_at <= ",
    stored_time!("?1 ->> 'unused_for'"),
    " AND ",
    none_used!("client_id"),
    " AND ",
    none_used!("consumer_id")
);

const ALL: ListSource = ListSource {
    table: "clients",
    item: ITEM,
    order: CREATION,
    total: Some(kept_total!("clients")),
    always: &[],
    filters: &[
        ListFilter::indexed("id", "id = ?1 ->> 'id'"),
        ListFilter::indexed("user_id", "user_id = ?1 ->> 'user_id'"),
        ListFilter::indexed("is_blocked", "is_blocked = ?1 ->> 'is_blocked'"),
        ListFilter::scanned("name", "instr(name, ?1 ->> 'name') > 0"),
        ListFilter::scanned("unused_for", UNUSED),
    ],
};

/// Only the caller's own client.
const OWN: ListSource = ListSource { total: None, always: &["id = ?1 ->> 'own'"], ..ALL };

/// The client `?1`.
const FIND: &str = concat!("SELECT ", tagged!(tag!(), client_json!()), " FROM clients WHERE id = ?1");

const FIND_WHOLE: &str = concat!("SELECT ", tagged_whole_client!(), " FROM clients WHERE id = ?1");

/// The id of the client as JSON. There is no row for a client that does not exist.
const EXISTS: &str = "SELECT json_quote(id) AS facts FROM clients WHERE id = ?1";

/// The ceiling of the type `?2` that the client `?1` gets. There is no row when the client has that type already.
const GIVEN: &str = "SELECT scope FROM client_types WHERE id = ?2
AND NOT EXISTS (SELECT 1 FROM clients WHERE id = ?1 AND client_type_id = ?2)";

/// The INSERT of a whole client, if `$when` holds.
macro_rules! insert {
    ($when:literal) => {
        concat!(
            "INSERT INTO clients (id, name, user_id, client_type_id, settings, priv_settings, inserted_at, updated_at, version)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, at, at, ",
            first_version!(),
            " FROM (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?7, 'unixepoch') AS at) WHERE ",
            $when
        )
    };
}

/// When the tokens of a client are revoked; `$now` in seconds since 1970. It is later than any revocation before, of the
/// client or of one of its connections: tokens that were issued since are dated behind that one, even when the clock
/// stood or went back.
macro_rules! revocation {
    ($now:literal) => {
        concat!(
            "MAX(",
            $now,
            ", COALESCE(clients.tokens_valid_after, -1) + 1, COALESCE((SELECT MAX(link.tokens_valid_after)
    FROM connections link WHERE link.client_id = clients.id), -1) + 1)"
        )
    };
}

const CREATE: &str = concat!(insert!("1"), " RETURNING ", tagged_whole_client!());

/// Replaces a client, or inserts one when `?8` says that its id may be new. Tokens name the type of their client, so a change
/// of the type revokes those that were issued before.
const PUT: &str = concat!(
    insert!("(?8 OR EXISTS (SELECT 1 FROM clients WHERE id = ?1))"),
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name, user_id = excluded.user_id,
  client_type_id = excluded.client_type_id, settings = excluded.settings, priv_settings = excluded.priv_settings,
  tokens_valid_after = iif(client_type_id = excluded.client_type_id, tokens_valid_after, ",
    revocation!("?7"),
    "),
  updated_at = excluded.updated_at, version = version + 1 RETURNING ",
    tagged_whole_client!()
);

/// The columns `subject` and `fields` of the audit row of [`PUT`]; `?7` whether the id may be new. Where there is a row, the
/// change is made.
const PUTTED: &str = concat!(
    "SELECT 'client/' || ?1 AS subject, ",
    changed_fields!(
        "name" = "?2",
        "user_id" = "?3",
        "client_type_id" = "?4",
        "settings" = "?5",
        "priv_settings" = "?6"
    ),
    " AS fields FROM (SELECT 1) LEFT JOIN clients ON clients.id = ?1 WHERE ?7 OR clients.id IS NOT NULL"
);

/// An action on the client `?1` at the time `?2`; `$set` is what it sets.
macro_rules! action {
    ($set:expr) => {
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
/// The columns `subject` and `fields` of the audit row of an action on the client `?1`, for the new values `?2` of
/// `is_blocked` and `?3` of `block_reason`.
const BLOCKED: &str = concat!(
    "SELECT 'client/' || id AS subject, ",
    changed_fields!("is_blocked" = "?2", "block_reason" = "?3"),
    " AS fields FROM clients WHERE id = ?1"
);
const UNBLOCK: &str = action!("is_blocked = 0, block_reason = NULL");
const DEACTIVATE_TOKENS: &str = action!(concat!("tokens_valid_after = ", revocation!("?2")));

/// The fields that a body sets.
const DATA: [&str; 5] = ["name", "user_id", "client_type_id", "settings", "priv_settings"];

/// A page of clients: the columns `total`, `items` and `fitted`. A caller whose type has the context `any` gets all clients, any
/// other caller its own. The database looks the context up in the same round trip.
pub fn list(list: &ListRequest) -> Statement {
    const MAY_SEE_ALL: &str = "('any' IS (SELECT context FROM client_types WHERE name = ?1 ->> 'type'))";
    let (all, own) = (ALL.total(list), OWN.total(list));
    let page = page::cut(
        &format!(
            "SELECT item FROM ({}) WHERE {MAY_SEE_ALL} UNION ALL SELECT item FROM ({}) WHERE NOT {MAY_SEE_ALL}",
            ALL.items(list),
            OWN.items(list)
        ),
        SIZE,
    );
    let sql = format!("SELECT iif({MAY_SEE_ALL}, {all}, {own}) AS total, items, fitted FROM {page}");
    ListSource::statement(list, sql)
}

/// SQL of the number of clients that `list` asks for. Of a filter without an index, it is the number among the first
/// 100,000.
pub fn total(list: &ListRequest) -> String {
    ALL.count(list)
}

/// A client without `priv_settings`: the columns `tag` and `data`.
pub fn find(id: &str) -> Statement {
    Statement::new(FIND, [id.into()])
}

/// A client as only administrations see it: the columns `tag` and `data`.
pub fn find_whole(id: &str) -> Statement {
    Statement::new(FIND_WHOLE, [id.into()])
}

/// The client that a change is made to.
fn record(id: &str, may_be_new: &'static str) -> TaggedRow {
    let ids = vec![id.into()];
    TaggedRow { tag: tag!(), data: whole_client_json!(), from: "clients WHERE id = ?1", ids, may_be_new }
}

/// The change `client.create`. `now` is in seconds since 1970.
pub fn create(id: &str, data: ClientData, now: i64) -> Change {
    let given = given(id, &data);
    change("client.create", id, Statement::new(CREATE, row(id, data, now)))
        .gives(given)
        .fields(DATA)
        .record(record(id, MAY_BE_NEW))
}

/// The change `client.put`. Its facts are the id, if the client existed before. Only a UUID becomes a new client; a client that
/// was imported with another id is replaced. `now` is in seconds since 1970.
pub fn put(id: &str, data: ClientData, now: i64) -> Change {
    let given = given(id, &data);
    let may_be_new = is_guid(id);
    let row = row(id, data, now);
    let named: Vec<Param> = row.iter().take(6).cloned().chain([may_be_new.into()]).collect();
    let put: Vec<Param> = row.into_iter().chain([may_be_new.into()]).collect();
    change("client.put", id, Statement::new(PUT, put))
        .gives(given)
        .named(Statement::new(PUTTED, named))
        .facts(Statement::new(EXISTS, [id.into()]))
        .record(record(id, if may_be_new { MAY_BE_NEW } else { NEVER_NEW }))
}

/// The change `client.block`. `now` is in seconds since 1970.
pub fn block(id: &str, reason: String, now: i64) -> Change {
    let named = Statement::new(BLOCKED, [id.into(), true.into(), reason.as_str().into()]);
    let block = Statement::new(BLOCK, [id.into(), Param::Int(now), reason.into()]);
    change("client.block", id, block).named(named)
}

/// The change `client.unblock`. `now` is in seconds since 1970.
pub fn unblock(id: &str, now: i64) -> Change {
    let unblock = Statement::new(UNBLOCK, [id.into(), Param::Int(now)]);
    let named = Statement::new(BLOCKED, [id.into(), false.into(), Param::Null]);
    change("client.unblock", id, unblock).named(named)
}

/// The change `client.deactivate_tokens`. `now` is in seconds since 1970.
pub fn deactivate_tokens(id: &str, now: i64) -> Change {
    let deactivate = Statement::new(DEACTIVATE_TOKENS, [id.into(), Param::Int(now)]);
    change("client.deactivate_tokens", id, deactivate).fields(["tokens_valid_after"])
}

/// What a client gets with its type.
fn given(id: &str, data: &ClientData) -> Given {
    Given::Stored(Statement::new(GIVEN, [id.into(), data.client_type_id.as_str().into()]))
}

/// A change to an existing client.
pub fn change(action: &'static str, id: &str, decisive: Statement) -> Change {
    Change::new(action, format!("client/{id}"), decisive).record(record(id, NEVER_NEW))
}

/// The parameters of the INSERT.
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
