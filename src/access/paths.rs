//! The SQL of the paths by which somebody has a right.
//!
//! | right | path |
//! |---|---|
//! | a type of permission for an access role or in an access group | user → access group, directly or through a group of users → permission → access role |
//! | a scope, for a user at a client | user → role, at the client or at every client → scope; the client's type allows it |
//! | a scope, for a client | client → client type → scope |
//! | a scope, for a connection | the same, and the consumer's `broker_scope` allows it |
//!
//! Only what is active counts. A path of permissions can be walked from the user or from what is given. Both walks are made
//! of the same conditions, and `CROSS JOIN` keeps the order of the tables.

/// SQL: an access role that counts. Its application, if it has one, is active.
macro_rules! role_counts {
    () => {
        "roles.is_active = 1 AND NOT EXISTS (SELECT 1 FROM applications
      WHERE applications.id = roles.access_application_id AND applications.is_active = 0)"
    };
}
pub(crate) use role_counts;

/// SQL: joins from a membership `member` to its access group, and to the permissions and access roles that count there.
/// `$permission` is a condition on `permissions`.
macro_rules! given_there {
    ($permission:expr) => {
        concat!(
            " CROSS JOIN access_groups ON access_groups.id = member.access_group_id AND access_groups.is_active = 1
  CROSS JOIN permissions ON permissions.access_group_id = access_groups.id AND permissions.is_active = 1 AND ",
            $permission,
            " CROSS JOIN roles ON roles.id = permissions.role_id AND ",
            $crate::access::paths::role_counts!()
        )
    };
}
pub(crate) use given_there;

/// SQL: the columns of a path of permissions.
macro_rules! path_columns {
    ($user_group:literal) => {
        concat!(
            $user_group,
            " AS user_group_id, access_groups.id AS access_group_id, access_groups.access_group_type_id,
  permissions.id AS place, permissions.role_id, permissions.permission_id,
  max(member.created_on, permissions.created_on) AS since"
        )
    };
}
pub(crate) use path_columns;

/// SQL: a SELECT of the paths of the user with the number `$user`, who must be active. `user_group_id` is 0 where the user
/// is a member of the access group itself. `$member` is a condition on `member`, `$permission` one on `permissions`.
macro_rules! paths_of_user {
    ($user:expr, $member:expr, $permission:expr) => {
        concat!(
            "SELECT ",
            $crate::access::paths::path_columns!("0"),
            " FROM access_group_users member",
            $crate::access::paths::given_there!($permission),
            " WHERE member.user_id = ",
            $user,
            " AND ",
            $member,
            " UNION ALL SELECT ",
            $crate::access::paths::path_columns!("member.user_group_id"),
            " FROM user_group_users inside
  CROSS JOIN access_group_user_groups member ON member.user_group_id = inside.user_group_id",
            $crate::access::paths::given_there!($permission),
            " WHERE inside.user_id = ",
            $user,
            " AND ",
            $member
        )
    };
}
pub(crate) use paths_of_user;

/// SQL: the number of the Endpoint user that `$type` and `$id` name, NULL for none. `endpoint_user` is named by the number;
/// `user` by the `sub` of tokens, which must be that of one user only.
macro_rules! user_number {
    ($type:literal, $id:literal) => {
        concat!(
            "CASE ",
            $type,
            " WHEN 'endpoint_user' THEN (SELECT id FROM endpoint_users WHERE id = CAST(",
            $id,
            " AS INTEGER) AND id || '' = ",
            $id,
            ") WHEN 'user' THEN (SELECT min(id) FROM endpoint_users WHERE external_id = ",
            $id,
            " AND external_id <> '' HAVING count(*) = 1) END"
        )
    };
}
pub(crate) use user_number;

/// SQL: the id as it is stored, of an access role or an access group that the JSON `$ask` names in `ids`: as it was sent, and
/// a GUID also in lower and upper case. `$kind` is one more condition; a plus keeps the planner from the index of the type.
macro_rules! stored_id {
    ($table:literal, $kind:literal, $ask:literal) => {
        concat!(
            "COALESCE((SELECT id FROM ",
            $table,
            " WHERE id = ",
            $ask,
            " ->> '$.ids[0]'",
            $kind,
            "), (SELECT id FROM ",
            $table,
            " WHERE id IN (",
            $ask,
            " ->> '$.ids[1]', ",
            $ask,
            " ->> '$.ids[2]')",
            $kind,
            " LIMIT 1))"
        )
    };
}
pub(crate) use stored_id;

/// SQL: whether a set of scopes holds the scope whose two forms, with a space on either side, the JSON `$ask` has in
/// `names`: the scope itself, or the vendor's pair that it is a half of. NULL for a NULL set.
macro_rules! holds {
    ($set:expr, $ask:literal) => {
        concat!(
            "(SELECT instr(held, ",
            $ask,
            " ->> '$.names[0]') > 0 OR instr(held, ",
            $ask,
            " ->> '$.names[1]') > 0 FROM (SELECT ",
            $crate::oauth::store::scopes::searched!($set),
            " AS held))"
        )
    };
}
pub(crate) use holds;

/// SQL: whether the caller may ask about the client `$client`: its own, or any when its type has the context `any`. `?1`
/// has the caller's client in `own` and its type in `type`.
macro_rules! may_ask {
    ($client:expr) => {
        concat!("(", $client, " = ?1 ->> 'own' OR ", $crate::access::paths::is_any!(), ")")
    };
}
pub(crate) use may_ask;

/// SQL: whether the type of the caller has the context `any`.
macro_rules! is_any {
    () => {
        "'any' IS (SELECT context FROM client_types WHERE name = ?1 ->> 'type')"
    };
}
pub(crate) use is_any;

/// SQL: whether the caller may ask about access groups and access roles. These belong to no client, so a caller of context
/// `own` needs the scope that lets it read them; `?1` says in `directory` whether the token has it.
macro_rules! may_ask_directory {
    () => {
        concat!("(?1 ->> 'directory' OR ", $crate::access::paths::is_any!(), ")")
    };
}
pub(crate) use may_ask_directory;

/// SQL: whether the caller reaches the connection `link`. A consumer that acts for a client reaches its own connections only;
/// `?1` has the connection of the caller's token in `via`.
macro_rules! reaches_link {
    () => {
        "link.consumer_id = COALESCE((SELECT held.consumer_id FROM connections held
    WHERE held.id = ?1 ->> 'via' AND held.consumer_id <> held.client_id), link.consumer_id)"
    };
}
pub(crate) use reaches_link;
