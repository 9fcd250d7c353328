//! Access groups and their permissions, in the dialect of eSystems' Endpoint API (spec/esystems.md §1, §2). The groups'
//! users are in `users`.

use crate::base::failure::Failure;
use crate::db::sql::kept_total;
use crate::endpoint::engine::entity::{
    Entity, Field, Kind, Related, enum_object, person_id, person_name, person_object,
};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lock, Lookup, LookupField, LookupKind};
use crate::endpoint::engine::records::{Column, ColumnContent, RecordKey, Records};
use crate::endpoint::engine::relation::{REPLACE_ALL, Relation, RelationActions, RelationSql, RelationTarget};
use crate::endpoint::people::RELATED_USER;
use crate::endpoint::role_permissions::PERMISSION_TYPES;
use crate::endpoint::roles::{RELATED_ROLE, ROLE};

/// The types of access groups. The first is the default.
pub const GROUP_TYPES: &[&str] = &["FullAccess", "Locations", "Departments"];

/// The fields that a group is found by.
const GROUP_LOOKUP_FIELDS: &[LookupField] = &[
    LookupField { name: "Id", column: "access_groups.id", kind: LookupKind::Id },
    LookupField { name: "Name", column: "access_groups.name", kind: LookupKind::Text },
    LookupField { name: "ExternalId", column: "access_groups.external_id", kind: LookupKind::Text },
];

/// A group as a record. A system group refuses changes of its general data and its permissions.
pub static GROUP: Lookup = Lookup {
    table: "access_groups",
    word: "access_group",
    id: "access_groups.id",
    kind: "1",
    lock: Some(Lock { when: "access_groups.is_system", refusal: Failure::SystemGroup }),
    fields: GROUP_LOOKUP_FIELDS,
};

/// A group as the parent of its users. The users of a system group may change, so there is no lock.
pub static MEMBERSHIP: Lookup = Lookup {
    table: "access_groups",
    word: "access_group",
    id: "access_groups.id",
    kind: "1",
    lock: None,
    fields: GROUP_LOOKUP_FIELDS,
};

/// An access group as it is shown.
pub static ACCESS_GROUP: Entity = Entity {
    name: "AccessGroup",
    fields: &[
        Field::new("Id", Kind::Id, "access_groups.id"),
        Field::new("Name", Kind::Text, "access_groups.name"),
        Field::new("ExternalId", Kind::Text, "access_groups.external_id"),
        Field::new("Description", Kind::Text, "access_groups.description"),
        Field::new("Is_Active", Kind::Flag, "access_groups.is_active"),
        Field::new("Is_System", Kind::Flag, "access_groups.is_system"),
        Field::new("Is_LoginGroup", Kind::Flag, "access_groups.is_login_group"),
        Field::key(
            "AccessGroupTypeId",
            Kind::Text,
            "access_groups.access_group_type_id",
            enum_object!("access_groups.access_group_type_id", "AccessGroupType"),
        ),
        Field::new("ModifiedOn", Kind::Time, "access_groups.modified_on"),
        Field::key(
            "ModifiedBy",
            Kind::Integer,
            person_id!("access_groups.modified_by"),
            person_object!("access_groups.modified_by"),
        )
        .leads_to(&RELATED_USER),
        Field::dotted("ModifiedBy.Id", Kind::Integer, person_id!("access_groups.modified_by")),
        Field::dotted("ModifiedBy.Name", Kind::Text, person_name!("access_groups.modified_by")),
        Field::dotted("ModifiedBy.ExternalId", Kind::Id, "access_groups.modified_by"),
        Field::new("CreatedOn", Kind::Time, "access_groups.created_on"),
        Field::key(
            "CreatedBy",
            Kind::Integer,
            person_id!("access_groups.created_by"),
            person_object!("access_groups.created_by"),
        )
        .leads_to(&RELATED_USER),
        Field::dotted("CreatedBy.Id", Kind::Integer, person_id!("access_groups.created_by")),
        Field::dotted("CreatedBy.Name", Kind::Text, person_name!("access_groups.created_by")),
        Field::dotted("CreatedBy.ExternalId", Kind::Id, "access_groups.created_by"),
        Field::dotted("AccessGroupTypeId.Id", Kind::Text, "access_groups.access_group_type_id"),
        Field::dotted("AccessGroupTypeId.Name", Kind::Text, "access_groups.access_group_type_id"),
    ],
};

/// The group that a key such as `AccessGroupId` leads to.
pub static RELATED_GROUP: Related = Related { entity: &ACCESS_GROUP, table: "access_groups", id: "access_groups.id" };

/// All access groups.
pub static GROUPS: ListDefinition = ListDefinition {
    entity: &ACCESS_GROUP,
    link: &[],
    from: "access_groups WHERE 1",
    total: Some(kept_total!("access_groups")),
    order: "access_groups.created_on, access_groups.id",
    unique: "access_groups.id",
    indexed: &["Id", "Name", "ExternalId"],
};

/// The operations on an access group itself.
pub static GROUP_RECORDS: Records = Records {
    entity: &ACCESS_GROUP,
    lookup: &GROUP,
    key: RecordKey::Text,
    owner: None,
    actions: ["access_group.create", "access_group.upsert", "access_group.replace", "access_group.delete"],
    columns: &[
        Column { json: "Name", column: "name", content: ColumnContent::Name },
        Column { json: "ExternalId", column: "external_id", content: ColumnContent::Unique },
        Column { json: "Description", column: "description", content: ColumnContent::Text },
        Column { json: "Is_Active", column: "is_active", content: ColumnContent::Flag },
        Column { json: "Is_LoginGroup", column: "is_login_group", content: ColumnContent::Flag },
        Column {
            json: "AccessGroupTypeId",
            column: "access_group_type_id",
            content: ColumnContent::OneOf(GROUP_TYPES),
        },
    ],
    elsewhere: &[],
    constants: &[],
    times: ["created_on", "modified_on"],
    in_use: "The access group is in use.",
};

/// A permission of a group as it is shown: the document's extended structure, with foreign keys as AbstractText.
/// `AccessGroupId` is not part of the structure, and is shown only in lists whose `Fields` name it.
pub static PERMISSION: Entity = Entity {
    name: "Permission",
    fields: &[
        Field::new("Id", Kind::Integer, "permissions.id"),
        Field::key(
            "AccessGroupId",
            Kind::Id,
            "permissions.access_group_id",
            "(SELECT json_object('Id', access_groups.id, 'ExternalId', access_groups.external_id,
    'Name', access_groups.name, 'Type', 'AccessGroup')
    FROM access_groups WHERE access_groups.id = permissions.access_group_id)",
        )
        .on_request()
        .leads_to(&RELATED_GROUP),
        Field::dotted("AccessGroupId.Id", Kind::Id, "permissions.access_group_id"),
        Field::key(
            "AccessRoleId",
            Kind::Id,
            "permissions.role_id",
            "(SELECT json_object('Id', roles.id, 'ExternalId', roles.external_id, 'Name', roles.name,
    'Type', roles.type) FROM roles WHERE roles.id = permissions.role_id)",
        )
        .leads_to(&RELATED_ROLE),
        Field::dotted("AccessRoleId.Id", Kind::Id, "permissions.role_id"),
        Field::key(
            "PermissionId",
            Kind::Text,
            "permissions.permission_id",
            enum_object!("permissions.permission_id", "Permission"),
        ),
        Field::dotted("PermissionId.Id", Kind::Text, "permissions.permission_id"),
        Field::dotted("PermissionId.Name", Kind::Text, "permissions.permission_id"),
        Field::new("Is_Active", Kind::Flag, "permissions.is_active"),
        Field::new("CreatedOn", Kind::Time, "permissions.created_on"),
    ],
};

/// The permissions of a group.
pub static PERMISSIONS: ListDefinition = ListDefinition {
    entity: &PERMISSION,
    link: &[],
    from: "permissions WHERE permissions.access_group_id = (SELECT id FROM only)",
    total: None,
    order: "permissions.created_on, permissions.id",
    unique: "permissions.id",
    indexed: &["Id", "AccessRoleId", "AccessRoleId.Id"],
};

/// How a permission of a group is found. Only `Id` is unique within the group.
pub static GROUP_PERMISSION: Lookup = Lookup {
    table: "permissions",
    word: "permission",
    id: "permissions.id",
    kind: "permissions.access_group_id = (SELECT id FROM only)",
    lock: None,
    fields: &[
        LookupField { name: "Id", column: "permissions.id", kind: LookupKind::Number },
        LookupField { name: "PermissionId", column: "permissions.permission_id", kind: LookupKind::Text },
        LookupField { name: "AccessRoleId", column: "permissions.role_id", kind: LookupKind::Id },
    ],
};

/// The changes of a group's permissions.
pub static GROUP_PERMISSIONS: Relation = Relation {
    parent: &GROUP,
    child: &GROUP_PERMISSION,
    target: Some(RelationTarget { property: "AccessRoleId", lookup: &ROLE }),
    second: None,
    permission_types: PERMISSION_TYPES,
    has_activity: true,
    record: &PERMISSION,
    collection: "Permissions",
    replace_all: REPLACE_ALL,
    actions: RelationActions {
        insert: "permission.upsert",
        upsert_all: "permission.upsert_all",
        delete: "permission.delete",
    },
    sql: RelationSql {
        answered: "permissions ON permissions.access_group_id = (SELECT id FROM only)
    AND permissions.role_id = resolved.target_id AND permissions.permission_id = resolved.permission_id",
        insert: "INSERT INTO permissions (access_group_id, role_id, permission_id, is_active, created_on)
SELECT allowed.id, resolved.target_id, resolved.permission_id, resolved.is_active, allowed.now
FROM resolved CROSS JOIN allowed WHERE 1 ORDER BY resolved.at
ON CONFLICT (access_group_id, role_id, permission_id) DO UPDATE SET is_active = excluded.is_active",
        present: "permissions WHERE permissions.access_group_id = (SELECT id FROM only)
AND permissions.role_id = resolved.target_id AND permissions.permission_id = resolved.permission_id",
        differs: Some("permissions.is_active <> resolved.is_active"),
        others: "permissions WHERE access_group_id = (SELECT id FROM allowed)
AND (role_id, permission_id) NOT IN (SELECT target_id, permission_id FROM resolved)",
        item_name: "'permission/' || resolved.target_id || '/' || resolved.permission_id",
        row_name: "'permission/' || permissions.role_id || '/' || permissions.permission_id",
        deleted: "permissions WHERE permissions.id = (SELECT id FROM child)",
        deleted_record: None,
    },
};
