//! The SQL of searches, which are walks (`walk`). `?1` is the caller ([`caller`](crate::access::question::caller)) with the
//! question `ask`, the `size` of the page, and `after`: the place where the page before ended, an array, or NULL.
//!
//! Who has several paths is shown at the first of them.

use std::borrow::Cow;

use serde_json::Value;

use crate::access::paths::{may_ask_directory, paths_of_user, role_counts, stored_id, user_number};
use crate::access::question::Part;
use crate::access::scope_walks::{SCOPE_CLIENTS, SCOPE_CONNECTIONS, SCOPE_USERS, scopes};
use crate::access::walk::{after, page};
use crate::db::statement::Statement;

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

/// SQL: whether the Endpoint user can be named by the type of subject that is searched: a `sub` must be that of one user. The
/// user's own entry of the index is left out, so none is read.
const IS_NAMED: &str = "(?1 ->> '$.ask.subject_type' = 'endpoint_user' OR (endpoint_users.external_id <> ''
    AND NOT EXISTS (SELECT 1 FROM endpoint_users one WHERE one.external_id = endpoint_users.external_id AND one.id < endpoint_users.id)
    AND NOT EXISTS (SELECT 1 FROM endpoint_users one WHERE one.external_id = endpoint_users.external_id AND one.id > endpoint_users.id)))";

/// SQL: joins from a membership `other` to the permission `granting` in its access group, if its path is before the place.
macro_rules! given_before {
    ($via:literal) => {
        concat!(
            " CROSS JOIN permissions given ON given.access_group_id = other.access_group_id AND given.role_id = granting.role_id
    AND given.permission_id = granting.permission_id AND given.is_active = 1 AND (given.id, ",
            $via,
            ") < (granting.rowid, {via})
  CROSS JOIN access_groups there ON there.id = other.access_group_id AND there.is_active = 1"
        )
    };
}

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
    // The permission is looked up before its access group: for most users it is that of the place, and nothing else is read.
    let earlier = concat!(
        "SELECT 1 FROM access_group_users other",
        given_before!("0"),
        " WHERE other.user_id = {member}
    UNION ALL SELECT 1 FROM user_group_users within_one
  CROSS JOIN access_group_user_groups other ON other.user_group_id = within_one.user_group_id",
        given_before!("other.user_group_id"),
        " WHERE within_one.user_id = {member}"
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
