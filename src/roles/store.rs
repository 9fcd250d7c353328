//! The SQL of roles, and their cache in KV. `?1` is the gate (see `auth::gate`).

use crate::gate;
use crate::ports::Statement;

/// `{"gate", "row": {name, scope, id} | null}`, keys in the seed's order.
const FIND: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'row', (SELECT json_object('name', name, 'scope', scope, 'id', id) FROM roles WHERE id = ?2))"
);

pub fn find(gate: String, id: &str) -> Statement {
    Statement::new(FIND, [gate.into(), id.into()])
}

/// KV key of a role's answer; its value is `<as_of> <json>`.
pub fn cache_key(id: &str) -> String {
    format!("role/{id}")
}
