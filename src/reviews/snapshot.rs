//! What a review lists: each record that gives a right and that one call can take away. Only what is active counts, as in
//! decisions (`access::paths`).
//!
//! An item's id says its kind and its record, so that a decision need not read the item first:
//!
//! | id | the record | what it gives |
//! |---|---|---|
//! | `role.<id>` | the role of a user | the role's scopes, at one client or at all |
//! | `member.<user>.<access group>` | a user in an access group | its permissions |
//! | `user_group.<group of users>.<access group>` | a group of users in an access group | the same, to each of its users |
//! | `group_member.<group of users>.<user>` | a user in a group of users | the same |
//! | `permission.<id>.<access group>` | a permission of an access group | an access role's permission, to each member |
//! | `client.<id>` | a client | the scopes of its type |
//! | `connection.<id>` | a connection | the same, within the consumer's bound |

use serde_json::{Value, json};

use crate::access::paths::{holds, role_counts};
use crate::access::question;
use crate::db::statement::{Param, Statement};
use crate::endpoint::engine::lookup::candidates;
use crate::oauth::store::scopes::broker_scope;

/// The most items of a review.
pub const MOST_ITEMS: i64 = 10_000;

/// What a review is of.
pub enum Target {
    /// All rights.
    Everything,
    /// Who has a scope: users by their roles, clients, connections.
    Scope(String),
    /// Who has a role of Mithril, or an access role through its groups.
    Role(String),
    /// What an access group gives, and to whom.
    Group(String),
}

/// SQL: a column that holds one of the ids in `?2`.
macro_rules! named {
    ($column:literal) => {
        concat!($column, " IN (SELECT value FROM json_each(?2, '$.ids'))")
    };
}

/// SQL: the columns of a membership's access group, for a `json_object`.
macro_rules! group_columns {
    () => {
        "'access_group_id', access_groups.id, 'access_group_name', access_groups.name"
    };
}

/// SQL: the columns of a user, for a `json_object`. The user's row is `person`.
macro_rules! user_columns {
    () => {
        "'user_id', person.external_id, 'endpoint_id', person.id, 'user_name', person.name"
    };
}

/// SQL: when the user `person` was last seen; NULL for never.
macro_rules! last_login {
    () => {
        "nullif(person.last_login, '1900-01-01T12:00:00Z')"
    };
}

// SQL: the records of each kind, as the id and the path of an item. `{condition}` is what a target asks of them.
const ROLES: &str = "SELECT 'role.' || held.id, json_object('kind', 'role', 'id', held.id, 'user_id', held.user_id,
    'client_id', held.client_id, 'role_id', role.id, 'role_name', role.name, 'since', held.inserted_at,
    'last_used_at', NULL)
  FROM user_roles held JOIN roles role ON role.id = held.role_id WHERE {condition}";
const MEMBERS: &str = concat!(
    "SELECT 'member.' || person.id || '.' || member.access_group_id, json_object('kind', 'member', 'id', person.id, ",
    user_columns!(),
    ", ",
    group_columns!(),
    ", 'since', member.created_on, 'last_used_at', ",
    last_login!(),
    ")
  FROM access_group_users member
  JOIN access_groups ON access_groups.id = member.access_group_id AND access_groups.is_active = 1
  JOIN endpoint_users person ON person.id = member.user_id AND person.is_active = 1 WHERE {condition}"
);
const USER_GROUPS: &str = concat!(
    "SELECT 'user_group.' || member.user_group_id || '.' || member.access_group_id, json_object('kind', 'user_group',
    'id', member.user_group_id, 'user_group_id', member.user_group_id, 'user_group_name', user_groups.name, ",
    group_columns!(),
    ", 'since', member.created_on, 'last_used_at', NULL)
  FROM access_group_user_groups member
  JOIN access_groups ON access_groups.id = member.access_group_id AND access_groups.is_active = 1
  JOIN user_groups ON user_groups.id = member.user_group_id WHERE {condition}"
);
const GROUP_MEMBERS: &str = concat!(
    "SELECT 'group_member.' || inside.user_group_id || '.' || person.id, json_object('kind', 'group_member',
    'id', person.id, ",
    user_columns!(),
    ", 'user_group_id', inside.user_group_id, 'user_group_name', user_groups.name, 'since', NULL,
    'last_used_at', ",
    last_login!(),
    ")
  FROM user_group_users inside JOIN user_groups ON user_groups.id = inside.user_group_id
  JOIN endpoint_users person ON person.id = inside.user_id AND person.is_active = 1
  WHERE inside.user_group_id IN (SELECT member.user_group_id FROM access_group_user_groups member
    JOIN access_groups ON access_groups.id = member.access_group_id AND access_groups.is_active = 1 WHERE {condition})"
);
const PERMISSIONS: &str = concat!(
    "SELECT 'permission.' || permissions.id || '.' || permissions.access_group_id, json_object('kind', 'permission',
    'id', permissions.id, ",
    group_columns!(),
    ", 'access_role_id', roles.id, 'access_role_name', roles.name, 'permission_id', permissions.permission_id,
    'since', permissions.created_on, 'last_used_at', NULL)
  FROM permissions JOIN access_groups ON access_groups.id = permissions.access_group_id AND access_groups.is_active = 1
  JOIN roles ON roles.id = permissions.role_id AND ",
    role_counts!(),
    " WHERE permissions.is_active = 1 AND {condition}"
);
const CLIENTS: &str = "SELECT 'client.' || client.id, json_object('kind', 'client', 'id', client.id,
    'client_name', client.name, 'client_type', kind.name, 'since', client.inserted_at, 'last_used_at', NULL)
  FROM clients client JOIN client_types kind ON kind.id = client.client_type_id WHERE client.is_blocked = 0 AND {condition}";
const CONNECTIONS: &str = "SELECT 'connection.' || link.id, json_object('kind', 'connection', 'id', link.id,
    'client_id', client.id, 'client_name', client.name, 'client_type', kind.name, 'consumer_id', consumer.id,
    'consumer_name', consumer.name, 'since', link.inserted_at,
    'last_used_at', (SELECT max(last_used_at) FROM connection_secrets WHERE connection_id = link.id))
  FROM connections link JOIN clients client ON client.id = link.client_id AND client.is_blocked = 0
  JOIN clients consumer ON consumer.id = link.consumer_id AND consumer.is_blocked = 0
  JOIN client_types kind ON kind.id = client.client_type_id WHERE {condition}";

/// SQL: always true. `?2` is then NULL.
const ALL: &str = "?2 IS NULL";
/// SQL: the groups in which an access role of `?2` has a permission.
const GROUPS_OF_ROLE: &str = concat!(
    "member.access_group_id IN (SELECT access_group_id FROM permissions WHERE is_active = 1 AND ",
    named!("role_id"),
    ")"
);
const OF_GROUP: &str = named!("member.access_group_id");
/// SQL: the type of a client allows the scope.
const TYPE_ALLOWS: &str = holds!("kind.scope", "?2");
const ROLE_GIVES: &str = concat!(
    holds!("role.scope", "?2"),
    " AND (held.client_id IS NULL OR EXISTS (SELECT 1 FROM clients client
    JOIN client_types kind ON kind.id = client.client_type_id WHERE client.id = held.client_id AND client.is_blocked = 0 AND ",
    holds!("kind.scope", "?2"),
    "))"
);
const LINK_ALLOWS: &str = concat!(holds!("kind.scope", "?2"), " AND COALESCE(", holds!(broker_scope!(), "?2"), ", 1)");

impl Target {
    /// The kinds of records that a review of this target lists, each with the condition on it.
    const fn parts(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Everything => &[
                (ROLES, ALL),
                (MEMBERS, ALL),
                (USER_GROUPS, ALL),
                (GROUP_MEMBERS, ALL),
                (PERMISSIONS, ALL),
                (CLIENTS, ALL),
                (CONNECTIONS, ALL),
            ],
            Self::Scope(_) => &[(ROLES, ROLE_GIVES), (CLIENTS, TYPE_ALLOWS), (CONNECTIONS, LINK_ALLOWS)],
            Self::Role(_) => &[
                (ROLES, named!("held.role_id")),
                (MEMBERS, GROUPS_OF_ROLE),
                (USER_GROUPS, GROUPS_OF_ROLE),
                (GROUP_MEMBERS, GROUPS_OF_ROLE),
                (PERMISSIONS, named!("permissions.role_id")),
            ],
            Self::Group(_) => &[
                (MEMBERS, OF_GROUP),
                (USER_GROUPS, OF_GROUP),
                (GROUP_MEMBERS, OF_GROUP),
                (PERMISSIONS, named!("permissions.access_group_id")),
            ],
        }
    }

    /// What the SQL reads of the target.
    fn asked(&self) -> Value {
        match self {
            Self::Everything => Value::Null,
            Self::Scope(scope) => json!({ "names": question::forms(scope) }),
            Self::Role(id) | Self::Group(id) => json!({ "ids": candidates(id) }),
        }
    }

    /// The columns `scope`, `role_id` and `access_group_id` of a review.
    pub fn columns(&self) -> [Param; 3] {
        let none = || Param::from(None::<&str>);
        match self {
            Self::Everything => [none(), none(), none()],
            Self::Scope(scope) => [scope.as_str().into(), none(), none()],
            Self::Role(id) => [none(), id.as_str().into(), none()],
            Self::Group(id) => [none(), none(), id.as_str().into()],
        }
    }

    /// The guard against a role or a group that does not exist.
    pub fn guard(&self) -> Option<Statement> {
        let (word, table) = match self {
            Self::Everything | Self::Scope(_) => return None,
            Self::Role(_) => ("unknown_role", "roles"),
            Self::Group(_) => ("unknown_group", "access_groups"),
        };
        let sql = format!(
            "INSERT INTO refusals (word) SELECT '{word}'
WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE id IN (SELECT value FROM json_each(?1, '$.ids')))"
        );
        Some(Statement::new(sql, [Param::json(&self.asked())]))
    }

    /// The statements that write the items of the review: one for each kind, of at most one item more than [`MOST_ITEMS`].
    pub fn inserts(&self, review_id: &str) -> impl Iterator<Item = Statement> {
        let asked = match self.asked() {
            Value::Null => Param::from(None::<&str>),
            asked => Param::json(&asked),
        };
        self.parts().iter().map(move |(records, condition)| {
            let records = records.replace("{condition}", condition);
            let sql = format!(
                "INSERT INTO review_items (review_id, id, path) SELECT ?1, * FROM ({records}) LIMIT {MOST_ITEMS} + 1"
            );
            Statement::new(sql, [review_id.into(), asked.clone()])
        })
    }
}
