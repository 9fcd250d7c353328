//! The users of access groups, the groups of a user, and what a user may do through them, in the dialect of eSystems'
//! Endpoint API (spec/esystems.md §2). The login service keeps the accounts. An administration records
//! the users (`mithril::user_records`); here they are only read.

use crate::endpoint::engine::entity::{Entity, Field, Kind, enum_object};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lookup, LookupField, LookupKind};
use crate::endpoint::engine::relation::{Relation, RelationActions, RelationSql, RelationTarget};
use crate::endpoint::groups::{ACCESS_GROUP, MEMBERSHIP, RELATED_GROUP};
pub use crate::endpoint::people::ENDPOINT_USER;
use crate::endpoint::people::RELATED_USER;
use crate::endpoint::roles::RELATED_ROLE;

/// The fields that a user is found by.
const USER_LOOKUP_FIELDS: &[LookupField] = &[
    LookupField { name: "Id", column: "endpoint_users.id", kind: LookupKind::Number },
    LookupField { name: "UserId", column: "endpoint_users.id", kind: LookupKind::Number },
    LookupField { name: "Username", column: "endpoint_users.username", kind: LookupKind::Text },
    LookupField { name: "Email", column: "endpoint_users.email", kind: LookupKind::Text },
    LookupField { name: "External_Id", column: "endpoint_users.external_id", kind: LookupKind::Id },
];

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
    permission_types: &[],
    has_activity: false,
    record: &ENDPOINT_USER,
    collection: "Users",
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
        ],
    },
    target: Some(RelationTarget { property: "AccessGroupId", lookup: &MEMBERSHIP }),
    permission_types: &[],
    has_activity: false,
    record: &ACCESS_GROUP,
    collection: "AccessGroups",
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

/// What a user may do, as it is shown: a row for each access role and type of group that grants it. Only active groups,
/// permissions and roles count, and a user who is not active may do nothing. `Id` and `CreatedOn` are those of the
/// oldest permission behind the row.
pub static EFFECTIVE_PERMISSION: Entity = Entity {
    name: "EffectivePermission",
    fields: &[
        Field::new("Id", Kind::Integer, "effective.id"),
        Field::key(
            "UserId",
            Kind::Integer,
            "(SELECT id FROM only)",
            "(SELECT json_object('Id', endpoint_users.id, 'ExternalId', endpoint_users.external_id,
    'Name', endpoint_users.name, 'Type', 'User') FROM endpoint_users WHERE endpoint_users.id = (SELECT id FROM only))",
        )
        .on_request()
        .leads_to(&RELATED_USER),
        Field::dotted("UserId.Id", Kind::Integer, "(SELECT id FROM only)"),
        Field::key(
            "AccessRoleId",
            Kind::Id,
            "effective.role_id",
            "(SELECT json_object('Id', roles.id, 'ExternalId', roles.external_id, 'Name', roles.name,
    'Type', roles.type) FROM roles WHERE roles.id = effective.role_id)",
        )
        .leads_to(&RELATED_ROLE),
        Field::dotted("AccessRoleId.Id", Kind::Id, "effective.role_id"),
        Field::key(
            "AccessGroupTypeId",
            Kind::Text,
            "effective.access_group_type_id",
            enum_object!("effective.access_group_type_id", "AccessGroupType"),
        ),
        Field::dotted("AccessGroupTypeId.Id", Kind::Text, "effective.access_group_type_id"),
        Field::dotted("AccessGroupTypeId.Name", Kind::Text, "effective.access_group_type_id"),
        Field::new("Create", Kind::Flag, "effective.may_create"),
        Field::new("Read", Kind::Flag, "effective.may_read"),
        Field::new("Update", Kind::Flag, "effective.may_update"),
        Field::new("Delete", Kind::Flag, "effective.may_delete"),
        Field::new("Details", Kind::Flag, "effective.may_details"),
        Field::new("Export", Kind::Flag, "effective.may_export"),
        Field::new("Import", Kind::Flag, "effective.may_import"),
        Field::new("Generic", Kind::Flag, "effective.may_generic"),
        Field::new("CreatedOn", Kind::Time, "effective.created_on"),
    ],
};

/// What a user may do.
pub static EFFECTIVE_PERMISSIONS: ListDefinition = ListDefinition {
    entity: &EFFECTIVE_PERMISSION,
    link: &[],
    from: "(SELECT min(permissions.id) AS id, permissions.role_id, access_groups.access_group_type_id,
    max(permissions.permission_id = 'Create') AS may_create, max(permissions.permission_id = 'Read') AS may_read,
    max(permissions.permission_id = 'Update') AS may_update, max(permissions.permission_id = 'Delete') AS may_delete,
    max(permissions.permission_id = 'Details') AS may_details,
    max(permissions.permission_id = 'Export') AS may_export,
    max(permissions.permission_id = 'Import') AS may_import,
    max(permissions.permission_id = 'Generic') AS may_generic, min(permissions.created_on) AS created_on
    FROM endpoint_users CROSS JOIN access_group_users ON access_group_users.user_id = endpoint_users.id
    CROSS JOIN access_groups ON access_groups.id = access_group_users.access_group_id AND access_groups.is_active = 1
    CROSS JOIN permissions ON permissions.access_group_id = access_groups.id AND permissions.is_active = 1
    CROSS JOIN roles ON roles.id = permissions.role_id AND roles.is_active = 1
    WHERE endpoint_users.id = (SELECT id FROM only) AND endpoint_users.is_active = 1
    GROUP BY permissions.role_id, access_groups.access_group_type_id) effective WHERE 1",
    total: None,
    order: "effective.id",
    unique: "effective.id",
    indexed: &[],
};
