//! Users, the users of access groups, and the access groups of a user, in the dialect of eSystems' Endpoint API
//! (spec/esystems.md §2). The login service keeps the accounts. An administration records the users
//! (`mithril::user_records`); here they are only read. What a user may do is in `effective`.

use crate::db::sql::kept_total;
use crate::endpoint::engine::entity::{Field, Kind};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lookup, LookupField, LookupKind};
use crate::endpoint::engine::relation::{
    MANAGER_REPLACE_ALL, REPLACE_ALL, Relation, RelationActions, RelationSql, RelationTarget,
};
use crate::endpoint::groups::{ACCESS_GROUP, MEMBERSHIP, RELATED_GROUP};
pub use crate::endpoint::people::ENDPOINT_USER;
use crate::endpoint::people::RELATED_USER;

/// The fields that a user is found by.
const USER_LOOKUP_FIELDS: &[LookupField] = &[
    LookupField { name: "Id", column: "endpoint_users.id", kind: LookupKind::Number },
    LookupField { name: "UserId", column: "endpoint_users.id", kind: LookupKind::Number },
    LookupField { name: "Username", column: "endpoint_users.username", kind: LookupKind::Text },
    LookupField { name: "Email", column: "endpoint_users.email", kind: LookupKind::Text },
    LookupField { name: "External_Id", column: "endpoint_users.external_id", kind: LookupKind::Id },
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

/// The group of a row that links a group and a user.
const LINKED_GROUP: Field =
    Field::link("AccessGroupId", Kind::Id, "access_group_users.access_group_id").leads_to(&RELATED_GROUP);
/// The user of a row that links a group and a user.
const LINKED_USER: Field = Field::link("UserId", Kind::Integer, "access_group_users.user_id").leads_to(&RELATED_USER);

/// All users.
pub static USERS: ListDefinition = ListDefinition {
    entity: &ENDPOINT_USER,
    link: &[],
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
    link: &[LINKED_GROUP, LINKED_USER, Field::link("CreatedOn", Kind::Time, "access_group_users.created_on")],
    from: "access_group_users CROSS JOIN endpoint_users ON endpoint_users.id = access_group_users.user_id
  WHERE access_group_users.access_group_id = (SELECT id FROM only)",
    total: None,
    order: "access_group_users.user_id",
    unique: "endpoint_users.id",
    indexed: &["Id", "UserId"],
};

/// The access groups of a user.
pub static GROUPS_OF_USER: ListDefinition = ListDefinition {
    entity: &ACCESS_GROUP,
    // `CreatedOn` is that of the group, which its record shows.
    link: &[LINKED_GROUP, LINKED_USER],
    from: "access_group_users CROSS JOIN access_groups ON access_groups.id = access_group_users.access_group_id
  WHERE access_group_users.user_id = (SELECT id FROM only)",
    total: None,
    order: "access_groups.created_on, access_groups.id",
    unique: "access_groups.id",
    indexed: &["Id", "AccessGroupId"],
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
