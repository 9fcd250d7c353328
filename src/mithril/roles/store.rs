//! The SQL of roles. `?1` is the gate (see `auth::gate`).

use crate::db::gate::{asked_context, gate};
use crate::db::sql::{first_version, tagged};
use crate::db::statement::{Param, Statement};
use crate::mithril::list;
use crate::mithril::list::{CREATION, Source};
use crate::mithril::list_query::List;
use crate::request::conditions::Record;

/// A role as the API shows it, keys in the seed's order.
macro_rules! role_json {
    () => {
        "json_object('name', name, 'scope', scope, 'id', id)"
    };
}

/// The same with its tag.
macro_rules! tagged_role {
    () => {
        tagged!("version || ''", role_json!())
    };
}

/// What still needs the role `?2`, or NULL.
macro_rules! used_by {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM permissions WHERE role_id = ?2) THEN 'permissions'
  WHEN EXISTS (SELECT 1 FROM user_roles WHERE role_id = ?2) THEN 'user_roles' END"
    };
}

const SOURCE: Source = Source {
    table: "roles",
    item: role_json!(),
    order: CREATION,
    total: Some(crate::db::sql::kept_total!("roles")),
    always: &[],
    filters: &[
        ("name", "instr(name, ?2 ->> 'name') > 0"),
        (
            "scope",
            "EXISTS (SELECT 1 FROM json_each(?2, '$.scope') WHERE instr(' ' || scope || ' ', ' ' || value || ' ') > 0)",
        ),
    ],
};

/// `{"gate", "row": tagged role | null}`.
const FIND: &str =
    concat!("SELECT json_object('gate', ", gate!(), ", 'row', (SELECT ", tagged_role!(), " FROM roles WHERE id = ?2))");

const INSERT: &str = concat!(
    "INSERT INTO roles (id, name, scope, inserted_at, updated_at, version)
SELECT ?2, ?3, ?4, at, at, ",
    first_version!(),
    " FROM (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch') AS at)
WHERE 'ok' = ",
    gate!(),
    " RETURNING ",
    tagged_role!()
);

/// NULL leaves a column as it is.
const UPDATE: &str = concat!(
    "UPDATE roles SET name = COALESCE(?3, name), scope = COALESCE(?4, scope),
  updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch'), version = version + 1
WHERE id = ?2 AND 'ok' = ",
    gate!(),
    " RETURNING ",
    tagged_role!()
);

/// `{"gate", "context", "row": {"used_by"} | null}`.
const USE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', ",
    asked_context!(),
    ",
  'row', (SELECT json_object('used_by', ",
    used_by!(),
    ") FROM roles WHERE id = ?2))"
);

const DELETE: &str = concat!(
    "DELETE FROM roles WHERE id = ?2 AND ",
    used_by!(),
    " IS NULL AND 'ok' = ",
    gate!(),
    " RETURNING json_quote(id)"
);

pub fn list(gate: String, list: &List) -> Statement {
    list::select("roles", &SOURCE, gate, list, &|| SOURCE.rows(list))
}

pub fn find(gate: String, id: &str) -> Statement {
    Statement::new(FIND, [gate.into(), id.into()])
}

pub fn record(id: &str, may_be_new: bool) -> Record {
    Record { shows: tagged_role!(), from: "roles WHERE id = ?3", ids: vec![id.into()], may_be_new }
}

pub fn insert(gate: String, id: &str, name: String, scope: String, now: i64) -> Statement {
    Statement::new(INSERT, [gate.into(), id.into(), name.into(), scope.into(), Param::Int(now)])
}

pub fn update(gate: String, id: &str, name: Option<String>, scope: Option<String>, now: i64) -> Statement {
    Statement::new(UPDATE, [gate.into(), id.into(), name.into(), scope.into(), Param::Int(now)])
}

/// Two statements for one batch: what uses the role, and the delete if nothing does.
pub fn delete(gate: &str, id: &str) -> Vec<Statement> {
    let params = || [gate.into(), id.into()];
    vec![Statement::new(USE, params()), Statement::new(DELETE, params())]
}
