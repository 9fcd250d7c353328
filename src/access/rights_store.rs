//! The SQL of the lists of rights. Each is a walk, as a search is ([`page`]): SELECTs of `entity` and of the place `a` to
//! `d`, each in the order of an index, merged.
//!
//! `?1` has the caller ([`caller`](crate::access::question::caller)), whose rights are asked, `size` and `after`.

use serde_json::Value;

use crate::access::paths::{given_there, holds, may_ask, reaches_link, user_number};
use crate::access::scope_walks::{allowing_client, scope_clients, scope_connections};
use crate::access::walk::{after, completed_page, page};
use crate::db::statement::Statement;
use crate::oauth::store::scopes::{broker_scope, holds_part, searched, split};

/// A list of rights.
pub struct Walk {
    /// Its name, which is a part of its tokens' digest.
    pub name: &'static str,
    sql: &'static str,
    /// Whether the roles that it finds lack their scopes, which are then read once for each role of a page.
    lacks_scopes: bool,
}

/// A page of the list.
pub fn portion(walk: &Walk, asked: &Value) -> Statement {
    if walk.lacks_scopes { completed_page(walk.sql, SCOPES, WITH_SCOPE, asked) } else { page(walk.sql, asked) }
}

/// SQL: the scopes of the role `role` that the type of the client `$client` allows, between spaces; those of the role where
/// the user has it at every client and no client is asked for.
macro_rules! usable {
    ($client:expr) => {
        concat!(
            "iif(",
            $client,
            " IS NULL, role.scope, COALESCE((SELECT group_concat(part.value, ' ') FROM clients client
      JOIN client_types kind ON kind.id = client.client_type_id, ",
            split!("kind.scope"),
            " WHERE client.id = ",
            $client,
            " AND client.is_blocked = 0 AND ",
            holds_part!(searched!("role.scope")),
            "), ''))"
        )
    };
}

/// SQL: the scopes of each role of a page at the client `client_id`.
const SCOPES: &str = concat!(
    ", usable AS MATERIALIZED (SELECT role.id, ",
    usable!("?1 ->> 'client_id'"),
    " AS scope FROM (SELECT DISTINCT entity ->> 'role_id' AS id FROM page) one CROSS JOIN roles role ON role.id = one.id)"
);
/// SQL: an entity of a page with the scopes of its role.
const WITH_SCOPE: &str = "iif(entity ->> 'kind' = 'role',
  json_set(entity, '$.scope', (SELECT scope FROM usable WHERE usable.id = entity ->> 'role_id')), entity)";

/// SQL: a role that a user has, as JSON. `$scope` is SQL of its scopes.
macro_rules! role_entity {
    ($scope:expr) => {
        concat!(
            "json_object('kind', 'role', 'id', held.id, 'user_id', held.user_id, 'client_id', held.client_id,
    'role_id', held.role_id, 'role_name', role.name, 'scope', ",
            $scope,
            ", 'since', held.inserted_at, 'last_used_at', NULL)"
        )
    };
}

/// SQL: whether the walk goes on in the part `$part`, behind the place: in a later part from its beginning.
macro_rules! goes_on {
    ($part:literal) => {
        concat!("COALESCE(", after!("a"), ", 0) <= ", $part)
    };
}

/// SQL: `$value` of the place when it is in the part `$part`, otherwise `$first`.
macro_rules! resumed {
    ($part:literal, $value:expr, $first:literal) => {
        concat!("iif(", after!("a"), " = ", $part, ", ", $value, ", ", $first, ")")
    };
}

/// SQL: a path of permissions of a user, as JSON. `$user_group` is the group of users, NULL for a member of the access group.
macro_rules! permission_entity {
    ($user_group:literal) => {
        concat!(
            "json_object('kind', 'permission', 'id', permissions.id, 'user_id', ?1 ->> 'user_id',
    'access_group_id', access_groups.id, 'access_group_name', access_groups.name,
    'access_group_type_id', access_groups.access_group_type_id, 'user_group_id', ",
            $user_group,
            ", 'access_role_id', roles.id, 'access_role_name', roles.name, 'permission_id', permissions.permission_id,
    'since', max(member.created_on, permissions.created_on), 'last_used_at', (SELECT nullif(last_login, '1900-01-01T12:00:00Z')
      FROM endpoint_users WHERE id = ",
            number!(),
            "))"
        )
    };
}

/// SQL: the number of the active Endpoint user that `?1` names by the `sub`.
macro_rules! number {
    () => {
        concat!(
            "(SELECT id FROM endpoint_users WHERE is_active = 1 AND id = ",
            user_number!("'user'", "?1 ->> 'user_id'"),
            ")"
        )
    };
}

/// The rights of a user: roles in the order in which they were given, then permissions: through the user's own access
/// groups, and through groups of users.
pub static OF_USER: Walk = Walk {
    name: "user",
    lacks_scopes: false,
    sql: concat!(
        "SELECT 1 AS a, held.inserted_at AS b, held.id AS c, NULL AS d, ",
        role_entity!(usable!("COALESCE(held.client_id, ?1 ->> 'client_id')")),
        " AS entity FROM user_roles held CROSS JOIN roles role ON role.id = held.role_id
  WHERE held.user_id = ?1 ->> 'user_id' AND ",
        goes_on!("1"),
        " AND (held.inserted_at, held.id) > (COALESCE(",
        after!("b"),
        ", ''), COALESCE(",
        after!("c"),
        ", '')) AND (?1 ->> 'client_id' IS NULL OR held.client_id IS NULL OR held.client_id = ?1 ->> 'client_id')
  UNION ALL SELECT 2, member.rowid, permissions.role_id, permissions.permission_id, ",
        permission_entity!("NULL"),
        " FROM access_group_users member",
        given_there!(concat!(
            "(permissions.role_id, permissions.permission_id) > (iif(member.rowid = ",
            resumed!("2", after!("b"), "0"),
            ", ",
            after!("c"),
            ", ''), iif(member.rowid = ",
            resumed!("2", after!("b"), "0"),
            ", ",
            after!("d"),
            ", ''))"
        )),
        " WHERE member.user_id = ",
        number!(),
        " AND ",
        goes_on!("2"),
        " AND member.rowid >= ",
        resumed!("2", after!("b"), "0"),
        "
  UNION ALL SELECT 3, inside.user_group_id, member.access_group_id, permissions.role_id || '/' || permissions.permission_id, ",
        permission_entity!("member.user_group_id"),
        " FROM user_group_users inside
  CROSS JOIN access_group_user_groups member ON member.user_group_id = inside.user_group_id",
        given_there!("1"),
        " WHERE inside.user_id = ",
        number!(),
        " AND (inside.user_group_id, member.access_group_id, permissions.role_id || '/' || permissions.permission_id) > (",
        resumed!("3", after!("b"), "0"),
        ", ",
        resumed!("3", after!("c"), "''"),
        ", ",
        resumed!("3", after!("d"), "''"),
        ") ORDER BY 1, 2, 3, 4"
    ),
};

/// The rights at a client: its own, those of its connections, and those of its users: at the client, then at every client.
pub static OF_CLIENT: Walk = Walk {
    name: "client",
    lacks_scopes: true,
    sql: concat!(
        "SELECT 1 AS a, NULL AS b, NULL AS c, NULL AS d, json_object('kind', 'client', 'id', client.id,
    'client_type', kind.name, 'scope', kind.scope, 'is_blocked', json(iif(client.is_blocked, 'true', 'false')),
    'since', client.inserted_at, 'last_used_at', NULL) AS entity
  FROM clients client CROSS JOIN client_types kind ON kind.id = client.client_type_id
  WHERE client.id = ?1 ->> 'client_id' AND ",
        after!("a"),
        " IS NULL
  UNION ALL SELECT 2, link.number, NULL, NULL, json_object('kind', 'connection', 'id', link.id,
    'consumer_id', link.consumer_id, 'broker_scope', ",
        broker_scope!(),
        ", 'is_blocked', json(iif(consumer.is_blocked, 'true', 'false')), 'since', link.inserted_at,
    'last_used_at', (SELECT max(last_used_at) FROM connection_secrets WHERE connection_id = link.id))
  FROM connections link CROSS JOIN clients client ON client.id = link.client_id
  CROSS JOIN clients consumer ON consumer.id = link.consumer_id
  WHERE link.client_id = ?1 ->> 'client_id' AND ",
        goes_on!("2"),
        " AND link.number > ",
        resumed!("2", after!("b"), "0"),
        " UNION ALL SELECT 3, held.rowid, NULL, NULL, ",
        role_entity!("NULL"),
        " FROM user_roles held INDEXED BY user_roles_by_client CROSS JOIN roles role ON role.id = held.role_id
  WHERE held.client_id = ?1 ->> 'client_id' AND ",
        goes_on!("3"),
        " AND held.rowid > ",
        resumed!("3", after!("b"), "0"),
        " UNION ALL SELECT 4, held.rowid, NULL, NULL, ",
        role_entity!("NULL"),
        " FROM user_roles held INDEXED BY user_roles_by_client CROSS JOIN roles role ON role.id = held.role_id
  WHERE held.client_id IS NULL AND EXISTS (SELECT 1 FROM clients WHERE id = ?1 ->> 'client_id')
    AND held.rowid > ",
        resumed!("4", after!("b"), "0"),
        " ORDER BY 1, 2"
    ),
};

/// SQL: the users with a role that has the scope of `ask`: `$held` is a condition on `held` that its index answers, `$c` what
/// stands for the client in the place.
macro_rules! users_of_roles {
    ($c:literal, $held:expr, $client:literal) => {
        concat!(
            "SELECT role.inserted_at AS a, role.id AS b, ",
            $c,
            " AS c, held.rowid AS d, json_object('kind', 'user', 'id', held.user_id, 'client_id', held.client_id,
    'role_id', role.id, 'role_name', role.name, 'since', held.inserted_at, 'last_used_at', NULL) AS entity
  FROM roles role INDEXED BY roles_by_type CROSS JOIN user_roles held INDEXED BY user_roles_by_role
    ON held.role_id = role.id AND ",
            $held,
            $client,
            " WHERE role.type = 'Role' AND (role.inserted_at, role.id) >= (COALESCE(",
            after!("a"),
            ", ''), COALESCE(",
            after!("b"),
            ", '')) AND ",
            holds!("role.scope", "?1 -> 'ask'")
        )
    };
}

/// The users who have a scope, by each of their roles: for each role, those who have it at every client, then those who have
/// it at a client that allows the scope.
pub static USERS_WITH_SCOPE: Walk = Walk {
    name: "users",
    lacks_scopes: false,
    sql: concat!(
        users_of_roles!(
            "''",
            concat!(
                "held.client_id IS NULL AND held.rowid > CASE WHEN role.id = ",
                after!("b"),
                " THEN iif(",
                after!("c"),
                " = '', ",
                after!("d"),
                ", 9223372036854775807) ELSE 0 END"
            ),
            ""
        ),
        " UNION ALL ",
        users_of_roles!(
            "held.client_id",
            concat!(
                "(held.client_id, held.rowid) > (iif(role.id = ",
                after!("b"),
                ", ",
                after!("c"),
                ", ''), iif(role.id = ",
                after!("b"),
                ", ",
                after!("d"),
                ", 0))"
            ),
            " CROSS JOIN clients client ON client.id = held.client_id AND client.is_blocked = 0
  CROSS JOIN client_types kind ON kind.id = client.client_type_id"
        ),
        " AND ",
        holds!("kind.scope", "?1 -> 'ask'"),
        " ORDER BY 1, 2, 3, 4"
    ),
};

/// The clients that may use a scope.
pub static CLIENTS_WITH_SCOPE: Walk = Walk {
    name: "clients",
    lacks_scopes: false,
    sql: scope_clients!(
        "json_object('kind', 'client', 'id', client.id, 'client_type', kind.name, 'since', client.inserted_at, 'last_used_at', NULL)"
    ),
};

/// The connections that may use a scope.
pub static CONNECTIONS_WITH_SCOPE: Walk = Walk {
    name: "connections",
    lacks_scopes: false,
    sql: scope_connections!(
        "json_object('kind', 'connection', 'id', link.id, 'client_id', client.id, 'client_type', kind.name,
    'broker_id', nullif(consumer.id, client.id), 'since', link.inserted_at,
    'last_used_at', (SELECT max(last_used_at) FROM connection_secrets WHERE connection_id = link.id))"
    ),
};
