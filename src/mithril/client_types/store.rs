//! The SQL of client types.

use crate::db::sql::{changed_fields, tagged};
use crate::db::statement::{Param, Statement};
use crate::mithril::list::{CREATION, ListFilter, ListSource};
use crate::mithril::list_request::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{MAY_BE_NEW, NEVER_NEW, TaggedRow};
use crate::request::delegation::Given;

/// SQL: a client type as the API shows it, as JSON.
macro_rules! client_type_json {
    () => {
        "json_object('id', id, 'name', name, 'scope', scope, 'context', context,
  'inserted_at', inserted_at, 'updated_at', updated_at)"
    };
}

/// SQL: a client type with its tag, as columns.
macro_rules! tagged_client_type {
    () => {
        tagged!("version || ''", client_type_json!())
    };
}

const SOURCE: ListSource = ListSource {
    table: "client_types",
    item: client_type_json!(),
    order: CREATION,
    total: None,
    always: &[],
    filters: &[ListFilter::scanned("name", "instr(name, ?1 ->> 'name') > 0")],
};

const FIND: &str = concat!("SELECT ", tagged_client_type!(), " FROM client_types WHERE id = ?1");

const INSERT: &str = concat!(
    "INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at)
SELECT ?1, ?2, ?3, ?4, at, at FROM (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch') AS at) WHERE 1 RETURNING ",
    tagged_client_type!()
);

const REPLACE: &str = concat!(
    "UPDATE client_types SET name = ?2, scope = ?3, context = ?4,
  updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch'), version = version + 1
WHERE id = ?1 RETURNING ",
    tagged_client_type!()
);

/// The columns `subject` and `fields` of the audit row of [`REPLACE`].
const REPLACED: &str = concat!(
    "SELECT 'client_type/' || id AS subject, ",
    changed_fields!("name" = "?2", "scope" = "?3", "context" = "?4"),
    " AS fields FROM client_types WHERE id = ?1"
);

/// `{"name", "used_by"}`: the name of the type, and `clients` if it still has any. There is no row for a type that does
/// not exist.
const CHANGE_FACTS: &str = "SELECT json_object('name', name, 'used_by',
  CASE WHEN EXISTS (SELECT 1 FROM clients WHERE client_type_id = ?1) THEN 'clients' END) AS facts
FROM client_types WHERE id = ?1";

const DELETE: &str = "DELETE FROM client_types WHERE id = ?1
AND NOT EXISTS (SELECT 1 FROM clients WHERE client_type_id = ?1) RETURNING id";

/// What a body sets of a client type.
pub struct NewClientType {
    /// The name, by which tokens know the type.
    pub name: String,
    /// The scopes that tokens of its clients may have, with spaces between them.
    pub scope: String,
    /// `own` or `any`.
    pub context: String,
}

/// A page of client types: the columns `total` and `items`.
pub fn list(list: &ListRequest) -> Statement {
    SOURCE.select(list)
}

/// A client type: the columns `tag` and `data`.
pub fn find(id: &str) -> Statement {
    Statement::new(FIND, [id.into()])
}

/// The client type that a change is made to.
fn record(id: &str, may_be_new: &'static str) -> TaggedRow {
    TaggedRow {
        tag: "version || ''",
        data: client_type_json!(),
        from: "client_types WHERE id = ?1",
        ids: vec![id.into()],
        may_be_new,
    }
}

/// The change `client_type.create`. `now` is in seconds since 1970.
pub fn create(id: &str, new: NewClientType, now: i64) -> Change {
    write("client_type.create", INSERT, id, new, now, MAY_BE_NEW).fields(["name", "scope", "context"])
}

/// The change `client_type.replace`. `now` is in seconds since 1970.
pub fn replace(id: &str, new: NewClientType, now: i64) -> Change {
    let values: [Param; 4] =
        [id.into(), new.name.as_str().into(), new.scope.as_str().into(), new.context.as_str().into()];
    write("client_type.replace", REPLACE, id, new, now, NEVER_NEW).named(Statement::new(REPLACED, values))
}

/// The change `client_type.delete`. It deletes nothing while clients have the type.
pub fn delete(id: &str) -> Change {
    Change::new("client_type.delete", subject(id), Statement::new(DELETE, [id.into()]))
        .facts(Statement::new(CHANGE_FACTS, [id.into()]))
        .record(record(id, NEVER_NEW))
}

/// A change that writes a whole row.
fn write(
    action: &'static str,
    sql: &'static str,
    id: &str,
    new: NewClientType,
    now: i64,
    may_be_new: &'static str,
) -> Change {
    let given = Given::text(&new.scope);
    let row = [id.into(), new.name.into(), new.scope.into(), new.context.into(), Param::Int(now)];
    Change::new(action, subject(id), Statement::new(sql, row))
        .gives(given)
        .facts(Statement::new(CHANGE_FACTS, [id.into()]))
        .record(record(id, may_be_new))
}

/// The name of a client type in the audit.
fn subject(id: &str) -> String {
    format!("client_type/{id}")
}
