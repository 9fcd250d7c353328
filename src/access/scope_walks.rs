//! The SQL of the searches about scopes: who may use a scope, and which scopes somebody may use. The form of a walk is in
//! `search_store`.

use crate::access::paths::{holds, may_ask, reaches_link};
use crate::access::question::Part;
use crate::access::walk::after;
use crate::oauth::store::scopes::{broker_scope, holds_part, role_scopes, searched, split};

/// SQL: a client `client` and its type `kind`, that allows the scope of the question. `$client` is a condition on `client`.
macro_rules! allowing_client {
    ($client:expr) => {
        concat!(
            "client.is_blocked = 0 AND ",
            $client,
            " AND ",
            holds!("kind.scope", "?1 -> 'ask'"),
            " AND ",
            may_ask!("client.id")
        )
    };
}

pub(crate) use allowing_client;

/// The users who have a scope at the client of the question: for each role that gives it, those who have the role at the
/// client (`c` is 0) and those who have it everywhere (1), in the order of their rows.
macro_rules! scope_users {
    ($which:literal, $client:literal) => {
        concat!(
            "SELECT role.inserted_at AS a, role.id AS b, ",
            $which,
            " AS c, held.rowid AS d, json_object('type', 'user', 'id', held.user_id,
    'properties', json_object('client_id', ?1 ->> '$.ask.client_id')) AS entity
  FROM roles role INDEXED BY roles_by_type CROSS JOIN user_roles held INDEXED BY user_roles_by_role
    ON held.role_id = role.id AND held.client_id ",
            $client,
            " AND held.rowid > CASE WHEN role.id = ",
            after!("b"),
            " THEN CASE WHEN ",
            $which,
            " = ",
            after!("c"),
            " THEN ",
            after!("d"),
            " WHEN ",
            $which,
            " < ",
            after!("c"),
            " THEN 9223372036854775807 ELSE 0 END ELSE 0 END
  WHERE role.type = 'Role' AND (role.inserted_at, role.id) >= (COALESCE(",
            after!("a"),
            ", ''), COALESCE(",
            after!("b"),
            ", '')) AND ",
            holds!("role.scope", "?1 -> 'ask'"),
            " AND (SELECT 1 FROM clients client JOIN client_types kind ON kind.id = client.client_type_id WHERE ",
            allowing_client!("client.id = ?1 ->> '$.ask.client_id'"),
            ") AND NOT EXISTS (SELECT 1 FROM user_roles other CROSS JOIN roles former ON former.id = other.role_id AND ",
            holds!("former.scope", "?1 -> 'ask'"),
            " WHERE other.user_id = held.user_id AND (other.client_id = ?1 ->> '$.ask.client_id' OR other.client_id IS NULL)
      AND (former.inserted_at, former.id, other.client_id IS NULL) < (role.inserted_at, role.id, ",
            $which,
            "))"
        )
    };
}

/// The users who may use a scope at a client.
pub const SCOPE_USERS: &str = concat!(
    scope_users!("0", "= ?1 ->> '$.ask.client_id'"),
    " UNION ALL ",
    scope_users!("1", "IS NULL"),
    " ORDER BY 1, 2, 3, 4"
);

/// The clients whose type allows a scope. `$entity` is SQL of one as JSON.
macro_rules! scope_clients {
    ($entity:expr) => {
        concat!(
            "SELECT kind.rowid AS a, client.rowid AS b, NULL AS c, NULL AS d, ",
            $entity,
            " AS entity
  FROM client_types kind CROSS JOIN clients client ON client.client_type_id = kind.id
    AND client.rowid > iif(kind.rowid = ",
            after!("a"),
            ", ",
            after!("b"),
            ", 0) WHERE kind.rowid >= COALESCE(",
            after!("a"),
            ", 0) AND ",
            allowing_client!("1"),
            " ORDER BY kind.rowid, client.rowid"
        )
    };
}
pub(crate) use scope_clients;

/// The clients that may use a scope.
pub const SCOPE_CLIENTS: &str = scope_clients!("json_object('type', 'client', 'id', client.id)");

/// The connections that are allowed a scope. `$entity` is SQL of one as JSON.
macro_rules! scope_connections {
    ($entity:expr) => {
        concat!(
            "SELECT kind.rowid AS a, client.rowid AS b, link.number AS c, NULL AS d, ",
            $entity,
            " AS entity
  FROM client_types kind CROSS JOIN clients client ON client.client_type_id = kind.id
    AND client.rowid >= iif(kind.rowid = ",
            after!("a"),
            ", ",
            after!("b"),
            ", 0) CROSS JOIN connections link ON link.client_id = client.id
    AND link.number > iif(kind.rowid = ",
            after!("a"),
            " AND client.rowid = ",
            after!("b"),
            ", ",
            after!("c"),
            ", 0) CROSS JOIN clients consumer ON consumer.id = link.consumer_id AND consumer.is_blocked = 0
  WHERE kind.rowid >= COALESCE(",
            after!("a"),
            ", 0) AND ",
            allowing_client!("1"),
            " AND COALESCE(",
            holds!(broker_scope!(), "?1 -> 'ask'"),
            ", 1) AND ",
            reaches_link!(),
            " ORDER BY kind.rowid, client.rowid, link.number"
        )
    };
}
pub(crate) use scope_connections;

/// The connections that may use a scope.
pub const SCOPE_CONNECTIONS: &str = scope_connections!("json_object('type', 'connection', 'id', link.id)");

/// SQL: FROM and WHERE of the scopes (`part.value`) that the client's type and the bound allow.
macro_rules! allowed_parts {
    ($bound:expr) => {
        concat!(
            split!("kind.scope"),
            " WHERE (SELECT ",
            holds_part!("held"),
            " FROM (SELECT ",
            searched!($bound),
            " AS held))"
        )
    };
}

/// The scopes that a user's roles and the client's type allow.
const PARTS_OF_USER: &str = allowed_parts!(role_scopes!("?1 ->> '$.ask.subject_id'"));
/// The scopes that the client's type and the broker allow.
const PARTS: &str = allowed_parts!(broker_scope!());

/// The scopes of a subject, or the one action on the scope that the question names. `None` for another type of subject.
pub fn scopes(part: Part, subject_type: &str) -> Option<String> {
    let no_link =
        "LEFT JOIN connections link ON link.id = NULL LEFT JOIN clients consumer ON consumer.id = link.consumer_id";
    let (links, condition, parts) = match subject_type {
        "user" => (no_link, "client.id = ?1 ->> '$.ask.client_id'", PARTS_OF_USER),
        "client" => (no_link, "client.id = ?1 ->> '$.ask.subject_id'", PARTS),
        "connection" => (
            "JOIN connections link ON link.client_id = client.id JOIN clients consumer ON consumer.id = link.consumer_id",
            concat!("link.id = ?1 ->> '$.ask.subject_id' AND consumer.is_blocked = 0 AND ", reaches_link!()),
            PARTS,
        ),
        _ => return None,
    };
    let (entity, wanted) = if part == Part::Action {
        ("json_object('name', 'use')", "part.value = ?1 ->> '$.ask.ids[0]'")
    } else {
        ("json_object('type', 'scope', 'id', part.value)", "?1 ->> '$.ask.action' = 'use'")
    };
    let (after, may_ask) = (after!("a"), may_ask!("client.id"));
    Some(format!(
        "SELECT part.value AS a, NULL AS b, NULL AS c, NULL AS d, {entity} AS entity
  FROM clients client JOIN client_types kind ON kind.id = client.client_type_id {links}, {parts}
  AND client.is_blocked = 0 AND {condition} AND {may_ask} AND {wanted} AND part.value > COALESCE({after}, '')
  GROUP BY 1 ORDER BY 1"
    ))
}
