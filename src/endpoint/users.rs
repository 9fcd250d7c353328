//! Users, the users of access groups, and the access groups of a user, in the dialect of eSystems' Endpoint API
//! (spec/esystems.md §2). The login service keeps the users; this service only reads them. What a user may do is in
//! `effective`.

use crate::db::sql::kept_total;
use crate::endpoint::engine::entity::{Entity, Field, Kind};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lookup, LookupField, LookupKind};
use crate::endpoint::engine::relation::{
    MANAGER_REPLACE_ALL, REPLACE_ALL, Relation, RelationActions, RelationSql, RelationTarget,
};
use crate::endpoint::groups::{ACCESS_GROUP, MEMBERSHIP};

/// The fields that a user is found by.
const USER_LOOKUP_FIELDS: &[LookupField] = &[
    LookupField { name: "Id", column: "endpoint_users.id", kind: LookupKind::Number },
    LookupField { name: "UserId", column: "endpoint_users.id", kind: LookupKind::Number },
    LookupField { name: "Username", column: "endpoint_users.username", kind: LookupKind::Text },
    LookupField { name: "Email", column: "endpoint_users.email", kind: LookupKind::Text },
    LookupField { name: "External_Id", column: "endpoint_users.external_id", kind: LookupKind::Text },
];

/// The vendor's documents find a link of a user by the user's own e-mail address too. It finds all links of the user.
pub const EMAIL_OF_USER: LookupField = LookupField {
    name: "UserId.Email",
    column: "(SELECT endpoint_users.email FROM endpoint_users WHERE endpoint_users.id = (SELECT id FROM only))",
    kind: LookupKind::Text,
};
/// The same by the user's name.
pub const USERNAME_OF_USER: LookupField = LookupField {
    name: "UserId.Username",
    column: "(SELECT endpoint_users.username FROM endpoint_users WHERE endpoint_users.id = (SELECT id FROM only))",
    kind: LookupKind::Text,
};

/// A user, who may be the parent of groups or be named by an item.
pub static USER: Lookup = Lookup {
    table: "endpoint_users",
    word: "user",
    id: "endpoint_users.id",
    kind: "1",
    lock: None,
    fields: USER_LOOKUP_FIELDS,
};

/// The fields of a user, and more fields of one list.
macro_rules! user_fields {
    ($($more:expr),* $(,)?) => {
        &[
            Field::new("Id", Kind::Integer, "endpoint_users.id"),
            Field::new("Name", Kind::Text, "endpoint_users.name"),
            Field::new("Username", Kind::Text, "endpoint_users.username"),
            Field::new("Email", Kind::Text, "endpoint_users.email"),
            Field::new("MobilePhone", Kind::Text, "endpoint_users.mobile_phone"),
            Field::new("External_Id", Kind::Text, "endpoint_users.external_id"),
            Field::new("Creation_Date", Kind::Time, "endpoint_users.creation_date"),
            Field::new("Last_Login", Kind::Time, "endpoint_users.last_login"),
            Field::new("Is_Active", Kind::Flag, "endpoint_users.is_active"),
            $($more),*
        ]
    };
}
pub(crate) use user_fields;

/// A user as it is shown.
pub static ENDPOINT_USER: Entity = Entity { name: "User", fields: user_fields![] };

/// All users.
pub static USERS: ListDefinition = ListDefinition {
    entity: &ENDPOINT_USER,
    // The condition is always true. With it, a plan says that the table is walked by its key.
    from: "endpoint_users WHERE likelihood(endpoint_users.id > 0, 0.999)",
    total: Some(kept_total!("endpoint_users")),
    order: "endpoint_users.id",
    unique: "endpoint_users.id",
    indexed: &["Id", "Username", "Email", "External_Id"],
};

/// The users of an access group.
pub static USERS_OF_GROUP: ListDefinition = ListDefinition {
    entity: &ENDPOINT_USER,
    from: "access_group_users CROSS JOIN endpoint_users ON endpoint_users.id = access_group_users.user_id
  WHERE access_group_users.access_group_id = (SELECT id FROM only)",
    total: None,
    order: "access_group_users.user_id",
    unique: "endpoint_users.id",
    indexed: &["Id"],
};

/// The access groups of a user.
pub static GROUPS_OF_USER: ListDefinition = ListDefinition {
    entity: &ACCESS_GROUP,
    from: "access_group_users CROSS JOIN access_groups ON access_groups.id = access_group_users.access_group_id
  WHERE access_group_users.user_id = (SELECT id FROM only)",
    total: None,
    order: "access_groups.created_on, access_groups.id",
    unique: "access_groups.id",
    indexed: &["Id"],
};

/// The changes of a group's users.
pub static GROUP_USERS: Relation = Relation {
    parent: &MEMBERSHIP,
    child: &Lookup {
        table: "access_group_users JOIN endpoint_users ON endpoint_users.id = access_group_users.user_id",
        word: "access_group_user",
        id: "endpoint_users.id",
        kind: "access_group_users.access_group_id = (SELECT id FROM only)",
        lock: None,
        fields: USER_LOOKUP_FIELDS,
    },
    target: Some(RelationTarget { property: "UserId", lookup: &USER }),
    second: None,
    permission_types: &[],
    has_activity: false,
    record: &ENDPOINT_USER,
    collection: "Users",
    replace_all: REPLACE_ALL,
    actions: RelationActions {
        insert: "access_group_user.upsert",
        upsert_all: "access_group_user.upsert_all",
        delete: "access_group_user.delete",
    },
    sql: RelationSql {
        answered: "endpoint_users ON endpoint_users.id = resolved.target_id",
        insert: "INSERT INTO access_group_users (access_group_id, user_id, created_on)
SELECT allowed.id, resolved.target_id, allowed.now FROM resolved CROSS JOIN allowed WHERE 1 ORDER BY resolved.at
ON CONFLICT DO NOTHING",
        present: "access_group_users WHERE access_group_users.access_group_id = (SELECT id FROM only)
AND access_group_users.user_id = resolved.target_id",
        differs: None,
        others: "access_group_users WHERE access_group_id = (SELECT id FROM allowed)
AND user_id NOT IN (SELECT target_id FROM resolved)",
        item_name: "'user/' || resolved.target_id",
        row_name: "'user/' || access_group_users.user_id",
        deleted: "access_group_users
WHERE access_group_users.access_group_id = (SELECT id FROM only)
AND access_group_users.user_id = (SELECT id FROM child)",
        deleted_record: Some("endpoint_users WHERE endpoint_users.id = access_group_users.user_id"),
    },
};

/// The changes of a user's groups.
pub static USER_GROUPS: Relation = Relation {
    parent: &USER,
    child: &Lookup {
        table: "access_group_users JOIN access_groups ON access_groups.id = access_group_users.access_group_id",
        word: "user_access_group",
        id: "access_groups.id",
        kind: "access_group_users.user_id = (SELECT id FROM only)",
        lock: None,
        fields: &[
            LookupField { name: "Id", column: "access_groups.id", kind: LookupKind::Id },
            LookupField { name: "AccessGroupId", column: "access_groups.id", kind: LookupKind::Id },
            LookupField { name: "Name", column: "access_groups.name", kind: LookupKind::Text },
            LookupField { name: "ExternalId", column: "access_groups.external_id", kind: LookupKind::Text },
            EMAIL_OF_USER,
            USERNAME_OF_USER,
        ],
    },
    target: Some(RelationTarget { property: "AccessGroupId", lookup: &MEMBERSHIP }),
    second: None,
    permission_types: &[],
    has_activity: false,
    record: &ACCESS_GROUP,
    collection: "AccessGroups",
    replace_all: MANAGER_REPLACE_ALL,
    actions: RelationActions {
        insert: "user_access_group.upsert",
        upsert_all: "user_access_group.upsert_all",
        delete: "user_access_group.delete",
    },
    sql: RelationSql {
        answered: "access_groups ON access_groups.id = resolved.target_id",
        insert: "INSERT INTO access_group_users (access_group_id, user_id, created_on)
SELECT resolved.target_id, allowed.id, allowed.now FROM resolved CROSS JOIN allowed WHERE 1 ORDER BY resolved.at
ON CONFLICT DO NOTHING",
        present: "access_group_users WHERE access_group_users.user_id = (SELECT id FROM only)
AND access_group_users.access_group_id = resolved.target_id",
        differs: None,
        others: "access_group_users WHERE user_id = (SELECT id FROM allowed)
AND access_group_id NOT IN (SELECT target_id FROM resolved)",
        item_name: "'access_group/' || resolved.target_id",
        row_name: "'access_group/' || access_group_users.access_group_id",
        deleted: "access_group_users
WHERE access_group_users.user_id = (SELECT id FROM only)
AND access_group_users.access_group_id = (SELECT id FROM child)",
        deleted_record: Some("access_groups WHERE access_groups.id = access_group_users.access_group_id"),
    },
};
