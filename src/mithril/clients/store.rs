//! The SQL of clients. `?1` is the gate (see `auth::gate`).

use crate::db::gate::{asked_context, gate};
use crate::db::sql::{first_version, tagged};
use crate::db::statement::{Param, Statement};
use crate::mithril::clients::input::ClientData;
use crate::mithril::list;
use crate::mithril::list::{CREATION, Source};
use crate::mithril::list_query::List;
use crate::request::conditions::Record;

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

/// What still needs the client `?2`, or NULL.
macro_rules! used_by {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM connections WHERE client_id = ?2)
    OR EXISTS (SELECT 1 FROM connections WHERE consumer_id = ?2) THEN 'connections'
  WHEN EXISTS (SELECT 1 FROM user_roles WHERE client_id = ?2) THEN 'user_roles' END"
    };
}

/// SQL: the gate with `row`, by whatever the path names.
macro_rules! guarded {
    ($($row:expr),+) => {
        concat!(
            "SELECT json_object('gate', ",
            gate!(),
            ", 'context', ",
            asked_context!(),
            ", 'row', ",
            $($row),+,
            ")"
        )
    };
}

const ITEM: &str = concat!("json_object(", properties!(), ")");

const ALL: Source = Source {
    table: "clients",
    item: ITEM,
    order: CREATION,
    total: Some(crate::db::sql::kept_total!("clients")),
    always: &[],
    filters: &[
        ("id", "id = ?2 ->> 'id'"),
        ("user_id", "user_id = ?2 ->> 'user_id'"),
        ("is_blocked", "is_blocked = ?2 ->> 'is_blocked'"),
        ("name", "instr(name, ?2 ->> 'name') > 0"),
    ],
};

const OWN: Source =
    Source { item: concat!("json_object(", own_properties!(), ")"), always: &["id = ?1 ->> 'client'"], ..ALL };

/// `?3` is the caller's type.
const FIND: &str = guarded!(
    "(SELECT CASE WHEN 'any' = (SELECT context FROM client_types WHERE name = ?3) THEN ",
    tagged!(tag!("a"), client_json!()),
    " ELSE ",
    tagged!(tag!("o"), concat!("json_object(", own_properties!(), type_name!(), ")")),
    " END FROM clients WHERE id = ?2)"
);

const FIND_WHOLE: &str = guarded!("(SELECT ", tagged_whole_client!(), " FROM clients WHERE id = ?2)");

/// Whether the client exists: its id or NULL.
const EXISTS: &str = guarded!("(SELECT json_quote(id) FROM clients WHERE id = ?2)");

macro_rules! insert {
    () => {
        concat!(
            "INSERT INTO clients (id, name, user_id, client_type_id, settings, priv_settings, inserted_at, updated_at, version)
SELECT ?2, ?3, ?4, ?5, ?6, ?7, at, at, ",
            first_version!(),
            " FROM (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?8, 'unixepoch') AS at)
WHERE 'ok' = ",
            gate!()
        )
    };
}

const CREATE: &str = concat!(insert!(), " RETURNING ", tagged_whole_client!());

/// Tokens name the type of their client: with another type, those that were issued are dead.
const PUT: &str = concat!(
    insert!(),
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name, user_id = excluded.user_id,
  client_type_id = excluded.client_type_id, settings = excluded.settings, priv_settings = excluded.priv_settings,
  tokens_valid_after = iif(client_type_id = excluded.client_type_id, tokens_valid_after, ?8),
  updated_at = excluded.updated_at, version = version + 1 RETURNING ",
    tagged_whole_client!()
);

/// An action: what it sets, of the client `?2`, at the time `?3`.
macro_rules! action {
    ($set:literal) => {
        concat!(
            "UPDATE clients SET ",
            $set,
            ", updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?3, 'unixepoch'), version = version + 1
WHERE id = ?2 AND 'ok' = ",
            gate!(),
            " RETURNING ",
            tagged_whole_client!()
        )
    };
}

const BLOCK: &str = action!("is_blocked = 1, block_reason = ?4");
const UNBLOCK: &str = action!("is_blocked = 0, block_reason = NULL");
const DEACTIVATE_TOKENS: &str = action!("tokens_valid_after = ?3");

/// `{"gate", "context", "row": {"used_by"} | null}`.
const USE: &str = guarded!("(SELECT json_object('used_by', ", used_by!(), ") FROM clients WHERE id = ?2)");

const DELETE: &str = concat!(
    "DELETE FROM clients WHERE id = ?2 AND ",
    used_by!(),
    " IS NULL AND 'ok' = ",
    gate!(),
    " RETURNING json_quote(id)"
);

/// Every client for a type of context `any`, the caller's own for the others: the type is bound, so that the
/// database decides in the same round trip.
pub fn list(gate: String, list: List, client_type: &str) -> (List, Statement) {
    let list = list.with("type", client_type);
    let statement = list::select("clients", &ALL, gate, &list, &|| {
        let (all, own) = (ALL.rows(&list), OWN.rows(&list));
        format!(
            "CASE WHEN 'any' = (SELECT context FROM client_types WHERE name = ?2 ->> 'type') THEN {all} ELSE {own} END"
        )
    });
    (list, statement)
}

pub fn record(id: &str, may_be_new: bool) -> Record {
    Record { shows: tagged_whole_client!(), from: "clients WHERE id = ?3", ids: vec![id.into()], may_be_new }
}

/// The form that the caller's type may see.
pub fn find(gate: String, id: &str, client_type: &str) -> Statement {
    Statement::new(FIND, [gate.into(), id.into(), client_type.into()])
}

pub fn find_whole(gate: String, id: &str) -> Statement {
    Statement::new(FIND_WHOLE, [gate.into(), id.into()])
}

/// Each of the changes below is a batch of two: the gate with the id of the client that was there, and the
/// change.
pub fn create(gate: &str, id: &str, data: ClientData, now: i64) -> Vec<Statement> {
    vec![exists(gate, id), Statement::new(CREATE, row(gate, id, data, now))]
}

pub fn put(gate: &str, id: &str, data: ClientData, now: i64) -> Vec<Statement> {
    vec![exists(gate, id), Statement::new(PUT, row(gate, id, data, now))]
}

pub fn block(gate: &str, id: &str, reason: String, now: i64) -> Vec<Statement> {
    vec![exists(gate, id), Statement::new(BLOCK, [gate.into(), id.into(), Param::Int(now), reason.into()])]
}

pub fn unblock(gate: &str, id: &str, now: i64) -> Vec<Statement> {
    vec![exists(gate, id), Statement::new(UNBLOCK, [gate.into(), id.into(), Param::Int(now)])]
}

pub fn deactivate_tokens(gate: &str, id: &str, now: i64) -> Vec<Statement> {
    vec![exists(gate, id), Statement::new(DEACTIVATE_TOKENS, [gate.into(), id.into(), Param::Int(now)])]
}

/// What uses the client, and the delete if nothing does.
pub fn delete(gate: &str, id: &str) -> Vec<Statement> {
    let params = || [gate.into(), id.into()];
    vec![Statement::new(USE, params()), Statement::new(DELETE, params())]
}

fn exists(gate: &str, id: &str) -> Statement {
    Statement::new(EXISTS, [gate.into(), id.into()])
}

fn row(gate: &str, id: &str, data: ClientData, now: i64) -> [Param; 8] {
    [
        gate.into(),
        id.into(),
        data.name.into(),
        data.user_id.into(),
        data.client_type_id.into(),
        data.settings.into(),
        data.priv_settings.into(),
        Param::Int(now),
    ]
}
