//! The SQL of Mithril's roles. The table holds Endpoint's access roles too, under another `type`. Every statement here has
//! the condition [`is_ours`], so that neither dialect reaches the roles of the other.

use crate::db::sql::{changed_fields, first_version, kept_total, tagged};
use crate::db::statement::{Param, Statement};
use crate::mithril::list::{CREATION, ListFilter, ListSource};
use crate::mithril::list_request::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{MAY_BE_NEW, NEVER_NEW, TaggedRow};
use crate::request::delegation::Given;

/// SQL: the condition that a role is one of Mithril's.
macro_rules! is_ours {
    () => {
        "type = 'Role'"
    };
}

/// SQL: a role as the API shows it, as JSON. Its members are in the order of seed 003.
macro_rules! role_json {
    () => {
        "json_object('name', name, 'scope', scope, 'id', id)"
    };
}

/// SQL: a role with its tag, as columns.
macro_rules! tagged_role {
    () => {
        tagged!("version || ''", role_json!())
    };
}

/// SQL: what still uses the role `?1`, or NULL.
macro_rules! used_by {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM permissions WHERE role_id = ?1) THEN 'permissions'
  WHEN EXISTS (SELECT 1 FROM user_roles WHERE role_id = ?1) THEN 'user_roles' END"
    };
}

const SOURCE: ListSource = ListSource {
    table: "roles",
    item: role_json!(),
    order: CREATION,
    // The access roles are counted by the index of their type.
    total: Some(concat!("(", kept_total!("roles"), " - (SELECT count(*) FROM roles WHERE type = 'AccessRole'))")),
    always: &[is_ours!()],
    filters: &[
        ListFilter::scanned("name", "instr(name, ?1 ->> 'name') > 0"),
        ListFilter::scanned(
            "scope",
            "EXISTS (SELECT 1 FROM json_each(?1, '$.scope') WHERE instr(' ' || scope || ' ', ' ' || value || ' ') > 0)",
        ),
    ],
};

const FIND: &str = concat!("SELECT ", tagged_role!(), " FROM roles WHERE id = ?1 AND ", is_ours!());

const INSERT: &str = concat!(
    "INSERT INTO roles (id, name, scope, inserted_at, updated_at, version)
SELECT ?1, ?2, ?3, at, at, ",
    first_version!(),
    " FROM (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?4, 'unixepoch') AS at) WHERE 1 RETURNING ",
    tagged_role!()
);

/// Updates the role `?1`. A value that is NULL leaves its column as it is.
const UPDATE: &str = concat!(
    "UPDATE roles SET name = COALESCE(?2, name), scope = COALESCE(?3, scope),
  updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?4, 'unixepoch'), version = version + 1
WHERE id = ?1 AND ",
    is_ours!(),
    " RETURNING ",
    tagged_role!()
);

/// The columns `subject` and `fields` of the audit row of [`UPDATE`].
const UPDATED: &str = concat!(
    "SELECT 'role/' || id AS subject, ",
    changed_fields!("name" = "COALESCE(?2, name)", "scope" = "COALESCE(?3, scope)"),
    " AS fields FROM roles WHERE id = ?1 AND ",
    is_ours!()
);

/// `{"used_by"}`: what still uses the role. There is no row for a role that does not exist.
const DELETE_FACTS: &str =
    concat!("SELECT json_object('used_by', ", used_by!(), ") AS facts FROM roles WHERE id = ?1 AND ", is_ours!());

const DELETE: &str =
    concat!("DELETE FROM roles WHERE id = ?1 AND ", is_ours!(), " AND ", used_by!(), " IS NULL RETURNING id");

/// A page of roles: the columns `total` and `items`.
pub fn list(list: &ListRequest) -> Statement {
    SOURCE.select(list)
}

/// A role: the columns `tag` and `data`.
pub fn find(id: &str) -> Statement {
    Statement::new(FIND, [id.into()])
}

/// The role that a change is made to.
fn record(id: &str, may_be_new: &'static str) -> TaggedRow {
    TaggedRow {
        tag: "version || ''",
        data: role_json!(),
        from: concat!("roles WHERE id = ?1 AND ", is_ours!()),
        ids: vec![id.into()],
        may_be_new,
    }
}

/// The change `role.create`. `now` is in seconds since 1970.
pub fn create(id: &str, name: String, scope: String, now: i64) -> Change {
    let given = Given::text(&scope);
    let insert = Statement::new(INSERT, [id.into(), name.into(), scope.into(), Param::Int(now)]);
    Change::new("role.create", subject(id), insert)
        .gives(given)
        .fields(["name", "scope"])
        .record(record(id, MAY_BE_NEW))
}

/// The change `action`, which sets the values that are there. `now` is in seconds since 1970.
pub fn update(action: &'static str, id: &str, name: Option<String>, scope: Option<String>, now: i64) -> Change {
    // An absent scope stays as it is, so nothing is given.
    let given = Given::text(scope.as_deref().unwrap_or_default());
    let values: [Param; 3] = [id.into(), name.into(), scope.into()];
    let update = Statement::new(UPDATE, [values.as_slice(), &[Param::Int(now)]].concat());
    Change::new(action, subject(id), update)
        .gives(given)
        .named(Statement::new(UPDATED, values))
        .record(record(id, NEVER_NEW))
}

/// The change `role.delete`. It deletes nothing while the role is used.
pub fn delete(id: &str) -> Change {
    Change::new("role.delete", subject(id), Statement::new(DELETE, [id.into()]))
        .facts(Statement::new(DELETE_FACTS, [id.into()]))
        .record(record(id, NEVER_NEW))
}

/// The name of a role in the audit.
fn subject(id: &str) -> String {
    format!("role/{id}")
}
