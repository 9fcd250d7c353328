//! The SQL of client types. `?1` is the gate (see `auth::gate`).

use crate::db::gate::{asked_context, gate};
use crate::db::sql::tagged;
use crate::db::statement::{Param, Statement};
use crate::mithril::list;
use crate::mithril::list::{CREATION, Source};
use crate::mithril::list_query::List;
use crate::request::conditions::Record;

/// A client type as the API shows it.
macro_rules! client_type_json {
    () => {
        "json_object('id', id, 'name', name, 'scope', scope, 'context', context,
  'inserted_at', inserted_at, 'updated_at', updated_at)"
    };
}

/// The same with its tag.
macro_rules! tagged_client_type {
    () => {
        tagged!("version || ''", client_type_json!())
    };
}

const SOURCE: Source = Source {
    table: "client_types",
    item: client_type_json!(),
    order: CREATION,
    total: None,
    always: &[],
    filters: &[("name", "instr(name, ?2 ->> 'name') > 0")],
};

/// `{"gate", "row": tagged client type | null}`.
const FIND: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'row', (SELECT ",
    tagged_client_type!(),
    " FROM client_types WHERE id = ?2))"
);

const INSERT: &str = concat!(
    "INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at)
SELECT ?2, ?3, ?4, ?5, at, at FROM (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?6, 'unixepoch') AS at)
WHERE 'ok' = ",
    gate!(),
    " RETURNING ",
    tagged_client_type!()
);

const REPLACE: &str = concat!(
    "UPDATE client_types SET name = ?3, scope = ?4, context = ?5,
  updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?6, 'unixepoch'), version = version + 1
WHERE id = ?2 AND 'ok' = ",
    gate!(),
    " RETURNING ",
    tagged_client_type!()
);

/// `{"gate", "context", "row": {"name", "used_by"} | null}`: the type as it was.
const BEFORE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', ",
    asked_context!(),
    ",
  'row', (SELECT json_object('name', name, 'used_by',
    CASE WHEN EXISTS (SELECT 1 FROM clients WHERE client_type_id = ?2) THEN 'clients' END)
    FROM client_types WHERE id = ?2))"
);

const DELETE: &str = concat!(
    "DELETE FROM client_types WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM clients WHERE client_type_id = ?2)
AND 'ok' = ",
    gate!(),
    " RETURNING json_quote(id)"
);

pub struct NewClientType {
    pub id: String,
    pub name: String,
    pub scope: String,
    pub context: String,
}

pub fn list(gate: String, list: &List) -> Statement {
    list::select("client_types", &SOURCE, gate, list, &|| SOURCE.rows(list))
}

pub fn find(gate: String, id: &str) -> Statement {
    Statement::new(FIND, [gate.into(), id.into()])
}

pub fn record(id: &str, may_be_new: bool) -> Record {
    Record { shows: tagged_client_type!(), from: "client_types WHERE id = ?3", ids: vec![id.into()], may_be_new }
}

/// Each of the changes below is a batch of two: the type as it was with the gate, and the change.
pub fn insert(gate: &str, new: NewClientType, now: i64) -> Vec<Statement> {
    write(INSERT, gate, new, now)
}

pub fn replace(gate: &str, new: NewClientType, now: i64) -> Vec<Statement> {
    write(REPLACE, gate, new, now)
}

pub fn delete(gate: &str, id: &str) -> Vec<Statement> {
    let params = || [gate.into(), id.into()];
    vec![Statement::new(BEFORE, params()), Statement::new(DELETE, params())]
}

fn write(sql: &'static str, gate: &str, new: NewClientType, now: i64) -> Vec<Statement> {
    let before = Statement::new(BEFORE, [gate.into(), new.id.as_str().into()]);
    let row = [gate.into(), new.id.into(), new.name.into(), new.scope.into(), new.context.into(), Param::Int(now)];
    vec![before, Statement::new(sql, row)]
}
