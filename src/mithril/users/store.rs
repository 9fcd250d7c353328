//! The SQL of users' roles. `?1` is the gate (see `auth::gate`).

use crate::db::gate::{asked_context, gate};
use crate::db::sql::tagged;
use crate::db::statement::{Param, Statement};
use crate::mithril::list;
use crate::mithril::list::{CREATION, Source};
use crate::mithril::list_query::List;
use crate::request::conditions::Record;

/// A user's role as the API shows it.
macro_rules! user_role_json {
    () => {
        "json_object('id', id, 'user_id', user_id, 'role_id', role_id,
  'role_name', (SELECT name FROM roles WHERE id = role_id), 'client_id', client_id, 'inserted_at', inserted_at)"
    };
}

/// The same with its tag. The row itself never changes, its role's name may.
macro_rules! tagged_user_role {
    () => {
        tagged!("(SELECT version FROM roles WHERE id = role_id) || ''", user_role_json!())
    };
}

const SOURCE: Source = Source {
    table: "user_roles",
    item: user_role_json!(),
    order: CREATION,
    total: None,
    always: &["user_id = ?2 ->> 'user_id'"],
    filters: &[("client_id", "client_id = ?2 ->> 'client_id'")],
};

/// `{"gate", "context", "row": {"missing"}}`: what the new row would name that does not exist.
const ADD_GATE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', ",
    asked_context!(),
    ",
  'row', json_object('missing', CASE WHEN NOT EXISTS (SELECT 1 FROM roles WHERE id = ?2) THEN 'role'
    WHEN ?3 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clients WHERE id = ?3) THEN 'client' END))"
);

const ADD: &str = concat!(
    "INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
SELECT ?4, ?5, role.id, ?3, strftime('%Y-%m-%dT%H:%M:%SZ', ?6, 'unixepoch') FROM roles role
WHERE role.id = ?2 AND (?3 IS NULL OR EXISTS (SELECT 1 FROM clients WHERE id = ?3)) AND 'ok' = ",
    gate!(),
    " RETURNING ",
    tagged_user_role!()
);

const REMOVE: &str = concat!("DELETE FROM user_roles WHERE id = ?2 AND 'ok' = ", gate!(), " RETURNING json_quote(id)");

pub fn list(gate: String, list: &List) -> Statement {
    list::select("users", &SOURCE, gate, list, &|| SOURCE.rows(list))
}

pub fn record(id: &str, may_be_new: bool) -> Record {
    Record { shows: tagged_user_role!(), from: "user_roles WHERE id = ?3", ids: vec![id.into()], may_be_new }
}

pub struct NewUserRole {
    pub id: String,
    pub user_id: String,
    pub role_id: String,
    /// `None`: at every client.
    pub client_id: Option<String>,
}

/// Two statements for one batch; the first answers the gate, the last the row.
pub fn add(gate: &str, new: NewUserRole, now: i64) -> Vec<Statement> {
    let named: [Param; 3] = [gate.into(), new.role_id.into(), new.client_id.into()];
    let row = [named.as_slice(), &[new.id.into(), new.user_id.into(), Param::Int(now)]].concat();
    vec![Statement::new(ADD_GATE, named), Statement::new(ADD, row)]
}

pub fn remove(gate: String, id: &str) -> Statement {
    Statement::new(REMOVE, [gate.into(), id.into()])
}
