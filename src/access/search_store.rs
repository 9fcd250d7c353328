//! The SQL of searches. `?1` is the caller ([`caller`](crate::access::question::caller)) with the question `ask`, the `size`
//! of the page, and `after`: the place where the page before ended, an array, or NULL.
//!
//! Each SELECT walks paths in the order of indexes, from the place of `after` on, so a page reads what it shows and not what
//! came before it. Who has several paths is shown at the first of them. The columns `a` to `d` are the place.

use std::borrow::Cow;

use serde_json::Value;

use crate::access::paths::{
    holds, may_ask, may_ask_directory, paths_of_user, reaches_link, role_counts, stored_id, user_number,
};
use crate::access::question::Part;
use crate::db::statement::{Param, Statement};
use crate::oauth::store::caller::{broker_scope, items, role_scopes};

/// SQL: a value of the place behind which the page begins; NULL on the first page.
macro_rules! after {
    ("a") => {
        "?1 ->> '$.after[0]'"
    };
    ("b") => {
        "?1 ->> '$.after[1]'"
    };
    ("c") => {
        "?1 ->> '$.after[2]'"
    };
    ("d") => {
        "?1 ->> '$.after[3]'"
    };
}

pub(crate) use after;

/// SQL: the access role or access group that the question names.
macro_rules! record {
    ("access_role") => {
        stored_id!("roles", " AND +type = 'AccessRole'", "?1 -> 'ask'")
    };
    ("access_group") => {
        stored_id!("access_groups", "", "?1 -> 'ask'")
    };
}

/// What a search finds that can find nothing.
const NOBODY: &str = "SELECT NULL AS a, NULL AS b, NULL AS c, NULL AS d, NULL AS entity WHERE 0";

/// SQL: whether the Endpoint user can be named by the type of subject that is searched: a `sub` must be that of one user.
const IS_NAMED: &str = "(?1 ->> '$.ask.subject_type' = 'endpoint_user' OR (endpoint_users.external_id <> ''
    AND 1 = (SELECT count(*) FROM endpoint_users one WHERE one.external_id = endpoint_users.external_id)))";

/// SQL of the users who have a type of permission: for each row `granting` of `grants` and each access group, the members
/// in order, directly (`b` is 0) and through groups of users. `grants` is FROM and WHERE; its `rowid` is `a`, and
/// `group_id` is its access group. `earlier` finds a path of the user before the place (`a`, `b`); the aliases
/// here differ from those of a path.
fn users(grants: (&str, &str, &str), earlier: &str) -> String {
    let (table, group_id, condition) = grants;
    let [a, b, c] = [after!("a"), after!("b"), after!("c")];
    let arm = |via: &str, from: &str, member: &str, resume: &str| {
        format!(
            "SELECT granting.rowid AS a, {via} AS b, {member} AS c, NULL AS d, json_object('type', ?1 ->> '$.ask.subject_type',
    'id', iif(?1 ->> '$.ask.subject_type' = 'user', endpoint_users.external_id, endpoint_users.id || '')) AS entity
  FROM {table} granting CROSS JOIN access_groups ON access_groups.id = {group_id} AND access_groups.is_active = 1
  CROSS JOIN {from} CROSS JOIN endpoint_users ON endpoint_users.id = {member} AND endpoint_users.is_active = 1
  WHERE {condition} AND granting.rowid >= COALESCE({a}, 0) AND {resume} AND {IS_NAMED} AND NOT EXISTS ({earlier})",
            earlier = earlier.replace("{via}", via).replace("{member}", member)
        )
    };
    let direct = arm(
        "0",
        "access_group_users joined ON joined.access_group_id = access_groups.id",
        "joined.user_id",
        &format!(
            "joined.user_id > CASE WHEN granting.rowid = {a} THEN iif({b} > 0, 9223372036854775807, {c}) ELSE 0 END"
        ),
    );
    let through = arm(
        "link.user_group_id",
        "access_group_user_groups link ON link.access_group_id = access_groups.id
  CROSS JOIN user_group_users insider ON insider.user_group_id = link.user_group_id",
        "insider.user_id",
        &format!(
            "link.user_group_id >= iif(granting.rowid = {a}, {b}, 0)
    AND insider.user_id > iif(granting.rowid = {a} AND link.user_group_id = {b}, {c}, 0)"
        ),
    );
    format!("{direct} UNION ALL {through} ORDER BY 1, 2, 3")
}

/// The users who have a type of permission for an access role.
fn users_of_role() -> String {
    let condition = concat!(
        "granting.role_id = ",
        record!("access_role"),
        " AND granting.permission_id = ?1 ->> '$.ask.action' AND granting.is_active = 1
    AND EXISTS (SELECT 1 FROM roles WHERE id = granting.role_id AND ",
        role_counts!(),
        ") AND ",
        may_ask_directory!()
    );
    let earlier = concat!(
        "SELECT 1 FROM (",
        paths_of_user!(
            "{member}",
            "1",
            "permissions.role_id = granting.role_id AND permissions.permission_id = granting.permission_id"
        ),
        ") WHERE (place, user_group_id) < (granting.rowid, {via})"
    );
    users(("permissions", "granting.access_group_id", condition), earlier)
}

/// The users who have a type of permission in an access group.
fn users_of_group() -> String {
    let condition = concat!(
        "granting.id = ",
        record!("access_group"),
        " AND EXISTS (SELECT 1 FROM permissions CROSS JOIN roles ON roles.id = permissions.role_id AND ",
        role_counts!(),
        " WHERE permissions.access_group_id = granting.id AND permissions.is_active = 1
      AND permissions.permission_id = ?1 ->> '$.ask.action') AND ",
        may_ask_directory!()
    );
    let earlier = "SELECT 1 FROM access_group_users other WHERE other.access_group_id = granting.id
      AND other.user_id = {member} AND {via} > 0
    UNION ALL SELECT 1 FROM user_group_users within_one CROSS JOIN access_group_user_groups other
      ON other.access_group_id = granting.id AND other.user_group_id = within_one.user_group_id
    WHERE within_one.user_id = {member} AND within_one.user_group_id < {via}";
    users(("access_groups", "granting.id", condition), earlier)
}

/// SQL: what a user's paths of permissions have in one column, each value once. `$entity` is the result of a value.
macro_rules! of_paths {
    ($column:literal, $entity:literal, $member:expr, $permission:expr) => {
        concat!(
            "SELECT ",
            $column,
            " AS a, NULL AS b, NULL AS c, NULL AS d, ",
            $entity,
            " AS entity FROM (",
            paths_of_user!(
                user_number!("?1 ->> '$.ask.subject_type'", "?1 ->> '$.ask.subject_id'"),
                $member,
                $permission
            ),
            ") WHERE ",
            $column,
            " > COALESCE(",
            after!("a"),
            ", '') AND ",
            may_ask_directory!(),
            " AND (SELECT is_active FROM endpoint_users WHERE id = ",
            user_number!("?1 ->> '$.ask.subject_type'", "?1 ->> '$.ask.subject_id'"),
            ") GROUP BY 1 ORDER BY 1"
        )
    };
}

const ROLES: &str = of_paths!(
    "role_id",
    "json_object('type', 'access_role', 'id', role_id)",
    "1",
    "permissions.permission_id = ?1 ->> '$.ask.action'"
);

const GROUPS: &str = of_paths!(
    "access_group_id",
    "json_object('type', 'access_group', 'id', access_group_id)",
    "1",
    "permissions.permission_id = ?1 ->> '$.ask.action'"
);

const ACTIONS_FOR_ROLE: &str = of_paths!(
    "permission_id",
    "json_object('name', permission_id)",
    "1",
    concat!("permissions.role_id = ", record!("access_role"))
);

const ACTIONS_IN_GROUP: &str = of_paths!(
    "permission_id",
    "json_object('name', permission_id)",
    concat!("member.access_group_id = ", record!("access_group")),
    "1"
);

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

const SCOPE_USERS: &str = concat!(
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

const SCOPE_CLIENTS: &str = scope_clients!("json_object('type', 'client', 'id', client.id)");

/// The connections that are allowed a scope. `$entity` is SQL of one as JSON.
macro_rules! scope_connections {
    ($entity:expr) => {
        concat!(
            "SELECT kind.rowid AS a, client.rowid AS b, link.consumer_id AS c, NULL AS d, ",
            $entity,
            " AS entity
  FROM client_types kind CROSS JOIN clients client ON client.client_type_id = kind.id
    AND client.rowid >= iif(kind.rowid = ",
            after!("a"),
            ", ",
            after!("b"),
            ", 0) CROSS JOIN connections link ON link.client_id = client.id
    AND link.consumer_id > iif(kind.rowid = ",
            after!("a"),
            " AND client.rowid = ",
            after!("b"),
            ", ",
            after!("c"),
            ", '') CROSS JOIN clients consumer ON consumer.id = link.consumer_id AND consumer.is_blocked = 0
  WHERE kind.rowid >= COALESCE(",
            after!("a"),
            ", 0) AND ",
            allowing_client!("1"),
            " AND COALESCE(",
            holds!(broker_scope!(), "?1 -> 'ask'"),
            ", 1) AND ",
            reaches_link!(),
            " ORDER BY kind.rowid, client.rowid, link.consumer_id"
        )
    };
}
pub(crate) use scope_connections;

const SCOPE_CONNECTIONS: &str = scope_connections!("json_object('type', 'connection', 'id', link.id)");

/// SQL: the scopes (`part.value`) that a user's roles and the client's type allow.
const ITEMS_OF_USER: &str = items!(role_scopes!("?1 ->> '$.ask.subject_id'"), "NULL");
/// SQL: the scopes (`part.value`) that the client's type and the broker allow.
const ITEMS: &str = items!("NULL", "NULL");

/// The scopes of a subject, or the one action on the scope that the question names. `None` for another type of subject.
fn scopes(part: Part, subject_type: &str) -> Option<String> {
    let no_link =
        "LEFT JOIN connections link ON link.id = NULL LEFT JOIN clients consumer ON consumer.id = link.consumer_id";
    let (links, condition, items) = match subject_type {
        "user" => (no_link, "client.id = ?1 ->> '$.ask.client_id'", ITEMS_OF_USER),
        "client" => (no_link, "client.id = ?1 ->> '$.ask.subject_id'", ITEMS),
        "connection" => (
            "JOIN connections link ON link.client_id = client.id JOIN clients consumer ON consumer.id = link.consumer_id",
            concat!("link.id = ?1 ->> '$.ask.subject_id' AND consumer.is_blocked = 0 AND ", reaches_link!()),
            ITEMS,
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
  FROM clients client JOIN client_types kind ON kind.id = client.client_type_id {links}, {items}
  AND client.is_blocked = 0 AND {condition} AND {may_ask} AND {wanted} AND part.value > COALESCE({after}, '')
  GROUP BY 1 ORDER BY 1"
    ))
}

/// A page of a search, as [`page`] has it: the columns `results` (a JSON array), `count`, `last` (the place of the last result, NULL on an empty
/// page) and `more` (1 when there are more results). `asked` is `?1`. Nothing is allowed to a subject, or on a resource, of
/// a type that there is not.
pub fn search(part: Part, subject_type: &str, resource_type: &str, asked: &Value) -> Statement {
    let is_use = asked.pointer("/ask/action").and_then(Value::as_str) == Some("use");
    let walk = match (part, resource_type, subject_type) {
        (Part::Subject, "access_role", "user" | "endpoint_user") => users_of_role().into(),
        (Part::Subject, "access_group", "user" | "endpoint_user") => users_of_group().into(),
        (Part::Subject, "scope", "user") if is_use => SCOPE_USERS.into(),
        (Part::Subject, "scope", "client") if is_use => SCOPE_CLIENTS.into(),
        (Part::Subject, "scope", "connection") if is_use => SCOPE_CONNECTIONS.into(),
        (Part::Resource, "access_role", _) => ROLES.into(),
        (Part::Resource, "access_group", _) => GROUPS.into(),
        (Part::Action, "access_role", _) => ACTIONS_FOR_ROLE.into(),
        (Part::Action, "access_group", _) => ACTIONS_IN_GROUP.into(),
        (Part::Resource | Part::Action, "scope", subject) => scopes(part, subject).map_or(NOBODY.into(), Cow::from),
        _ => Cow::from(NOBODY),
    };
    page(&walk, asked)
}

/// A page of a walk: a SELECT of `entity` and the place `a` to `d`, in the order of the place.
pub fn page(walk: &str, asked: &Value) -> Statement {
    let sql = format!(
        "SELECT json_group_array(json(entity)) FILTER (WHERE place <= ?1 ->> 'size') AS results,
  min(count(*), ?1 ->> 'size') AS count, max(iif(place = ?1 ->> 'size', json_array(a, b, c, d), NULL)) AS last,
  count(*) > ?1 ->> 'size' AS more
FROM (SELECT *, row_number() OVER () AS place FROM (SELECT * FROM ({walk}) LIMIT (?1 ->> 'size') + 1))"
    );
    Statement::new(sql, [Param::json(asked)])
}
