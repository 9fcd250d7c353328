//! Access roles and their own permissions, in the dialect of eSystems' Endpoint API (spec/esystems.md §2). Access roles
//! and Mithril's roles share the table `roles` and are told apart by `type`. Neither dialect reaches the other's roles
//! here.

use crate::base::failure::Failure;
use crate::endpoint::engine::entity::{
    Entity, Field, Kind, Related, enum_object, person_id, person_name, person_object,
};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lock, Lookup, LookupField, LookupKind};
use crate::endpoint::engine::records::{Column, ColumnContent, Records};
use crate::endpoint::engine::relation::{Relation, RelationActions, RelationSql};
use crate::endpoint::people::RELATED_USER;

/// The types of permissions, of roles and of groups alike. `schema.sql` has the same list.
pub const PERMISSION_TYPES: &[&str] = &["Create", "Read", "Update", "Delete", "Details", "Export", "Import", "Generic"];

/// The fields that a role is found by.
const ROLE_LOOKUP_FIELDS: &[LookupField] = &[
    LookupField { name: "Id", column: "roles.id", kind: LookupKind::Id },
    LookupField { name: "Name", column: "roles.name", kind: LookupKind::Text },
    // The index is partial and holds no empty keys; the first condition lets the planner use it.
    LookupField { name: "RoleKey", column: "roles.role_key <> '' AND roles.role_key", kind: LookupKind::Text },
    LookupField { name: "ExternalId", column: "roles.external_id", kind: LookupKind::Text },
];

/// The plus keeps the planner from using the index of the type, by which it would read all access roles. A look-up has
/// an index of its own.
const IS_ACCESS_ROLE: &str = "+roles.type = 'AccessRole'";

/// An access role as a record. A read-only role refuses changes.
pub static ROLE: Lookup = Lookup {
    table: "roles",
    word: "access_role",
    id: "roles.id",
    kind: IS_ACCESS_ROLE,
    lock: Some(Lock { when: "roles.is_read_only", refusal: Failure::ReadOnlyRole }),
    fields: ROLE_LOOKUP_FIELDS,
};

/// An access role as the parent of its permissions. Those of read-only and of custom roles are neither shown nor
/// changed.
pub static ROLE_OF_PERMISSIONS: Lookup = Lookup {
    table: "roles",
    word: "access_role",
    id: "roles.id",
    kind: IS_ACCESS_ROLE,
    lock: Some(Lock { when: "max(roles.is_read_only, roles.is_custom)", refusal: Failure::ReadOnlyRole }),
    fields: ROLE_LOOKUP_FIELDS,
};

/// An access role as it is shown.
pub static ACCESS_ROLE: Entity = Entity {
    name: "Role",
    fields: &[
        Field::new("Id", Kind::Id, "roles.id"),
        Field::new("Name", Kind::Text, "roles.name"),
        Field::new("RoleKey", Kind::Text, "roles.role_key"),
        Field::new("FullName", Kind::Text, "roles.full_name"),
        Field::new("Description", Kind::Text, "roles.description"),
        Field::new("ExternalId", Kind::Text, "roles.external_id"),
        // This service has no applications.
        Field::key(
            "AccessApplicationId",
            Kind::Text,
            "''",
            "json_object('Id', '', 'ExternalId', '', 'Name', '', 'Type', 'Application')",
        ),
        Field::dotted("AccessApplicationId.Id", Kind::Text, "''"),
        Field::dotted("AccessApplicationId.Name", Kind::Text, "''"),
        Field::new("Is_Active", Kind::Flag, "roles.is_active"),
        Field::new("Is_Custom", Kind::Flag, "roles.is_custom"),
        Field::new("Is_ReadOnly", Kind::Flag, "roles.is_read_only"),
        Field::new("ModifiedOn", Kind::Time, "roles.updated_at"),
        Field::key("ModifiedBy", Kind::Integer, person_id!("roles.modified_by"), person_object!("roles.modified_by"))
            .leads_to(&RELATED_USER),
        Field::dotted("ModifiedBy.Id", Kind::Integer, person_id!("roles.modified_by")),
        Field::dotted("ModifiedBy.Name", Kind::Text, person_name!("roles.modified_by")),
        Field::dotted("ModifiedBy.ExternalId", Kind::Id, "roles.modified_by"),
        Field::new("CreatedOn", Kind::Time, "roles.inserted_at"),
        Field::key("CreatedBy", Kind::Integer, person_id!("roles.created_by"), person_object!("roles.created_by"))
            .leads_to(&RELATED_USER),
        Field::dotted("CreatedBy.Id", Kind::Integer, person_id!("roles.created_by")),
        Field::dotted("CreatedBy.Name", Kind::Text, person_name!("roles.created_by")),
        Field::dotted("CreatedBy.ExternalId", Kind::Id, "roles.created_by"),
    ],
};

/// The role that a key such as `AccessRoleId` leads to.
pub static RELATED_ROLE: Related = Related { entity: &ACCESS_ROLE, table: "roles", id: "roles.id" };

/// All access roles.
pub static ROLES: ListDefinition = ListDefinition {
    entity: &ACCESS_ROLE,
    link: &[],
    // Without the likelihood, the planner reads all access roles to find one by its id.
    from: "roles WHERE likelihood(roles.type = 'AccessRole', 0.9)",
    total: None,
    order: "roles.inserted_at, roles.id",
    unique: "roles.id",
    // `RoleKey` is not among them: its index is partial, and a value may be empty.
    indexed: &["Id", "Name", "ExternalId"],
};

/// The operations on an access role itself.
pub static ROLE_RECORDS: Records = Records {
    entity: &ACCESS_ROLE,
    lookup: &ROLE,
    actions: ["access_role.create", "access_role.upsert", "access_role.replace", "access_role.delete"],
    columns: &[
        Column { json: "Name", column: "name", content: ColumnContent::Name },
        Column { json: "RoleKey", column: "role_key", content: ColumnContent::Name },
        Column { json: "FullName", column: "full_name", content: ColumnContent::Text },
        Column { json: "Description", column: "description", content: ColumnContent::Text },
        Column { json: "ExternalId", column: "external_id", content: ColumnContent::Unique },
        Column { json: "Is_Active", column: "is_active", content: ColumnContent::Flag },
    ],
    constants: &[("type", "'AccessRole'"), ("scope", "''")],
    times: ["inserted_at", "updated_at"],
    in_use: "The role is used by permissions of access groups.",
};

/// A permission of an access role as it is shown. `AccessRoleId` is not part of the structure, and is shown only in lists
/// whose `Fields` name it.
pub static ROLE_PERMISSION: Entity = Entity {
    name: "Permission",
    fields: &[
        Field::new("Id", Kind::Integer, "role_permissions.id"),
        Field::key(
            "AccessRoleId",
            Kind::Id,
            "role_permissions.role_id",
            "(SELECT json_object('Id', roles.id, 'ExternalId', roles.external_id, 'Name', roles.name,
    'Type', roles.type) FROM roles WHERE roles.id = role_permissions.role_id)",
        )
        .on_request()
        .leads_to(&RELATED_ROLE),
        Field::dotted("AccessRoleId.Id", Kind::Id, "role_permissions.role_id"),
        Field::key(
            "PermissionId",
            Kind::Text,
            "role_permissions.permission_id",
            enum_object!("role_permissions.permission_id", "Permission"),
        ),
        Field::dotted("PermissionId.Id", Kind::Text, "role_permissions.permission_id"),
        Field::dotted("PermissionId.Name", Kind::Text, "role_permissions.permission_id"),
        Field::new("CreatedOn", Kind::Time, "role_permissions.created_on"),
    ],
};

/// The permissions of an access role.
pub static ROLE_PERMISSION_LIST: ListDefinition = ListDefinition {
    entity: &ROLE_PERMISSION,
    link: &[],
    from: "role_permissions WHERE role_permissions.role_id = (SELECT id FROM only)",
    total: None,
    order: "role_permissions.created_on, role_permissions.id",
    unique: "role_permissions.id",
    indexed: &["Id", "PermissionId", "PermissionId.Id", "PermissionId.Name"],
};

/// How a permission of an access role is found.
pub static ROLE_PERMISSION_OF: Lookup = Lookup {
    table: "role_permissions",
    word: "role_permission",
    id: "role_permissions.id",
    kind: "role_permissions.role_id = (SELECT id FROM only)",
    lock: None,
    fields: &[
        LookupField { name: "Id", column: "role_permissions.id", kind: LookupKind::Number },
        LookupField { name: "PermissionId", column: "role_permissions.permission_id", kind: LookupKind::Text },
    ],
};

/// The changes of an access role's permissions.
pub static ROLE_PERMISSIONS: Relation = Relation {
    parent: &ROLE_OF_PERMISSIONS,
    child: &ROLE_PERMISSION_OF,
    target: None,
    permission_types: PERMISSION_TYPES,
    has_activity: false,
    record: &ROLE_PERMISSION,
    collection: "Permissions",
    actions: RelationActions {
        insert: "role_permission.upsert",
        upsert_all: "role_permission.upsert_all",
        delete: "role_permission.delete",
    },
    sql: RelationSql {
        answered: "role_permissions ON role_permissions.role_id = (SELECT id FROM only)
    AND role_permissions.permission_id = resolved.permission_id",
        insert: "INSERT INTO role_permissions (role_id, permission_id, created_on)
SELECT allowed.id, resolved.permission_id, allowed.now FROM resolved CROSS JOIN allowed WHERE 1 ORDER BY resolved.at
ON CONFLICT (role_id, permission_id) DO NOTHING",
        present: "role_permissions WHERE role_permissions.role_id = (SELECT id FROM only)
AND role_permissions.permission_id = resolved.permission_id",
        others: "role_permissions WHERE role_id = (SELECT id FROM allowed)
AND permission_id NOT IN (SELECT permission_id FROM resolved)",
        item_name: "'permission/' || resolved.permission_id",
        row_name: "'permission/' || role_permissions.permission_id",
        deleted: "role_permissions WHERE role_permissions.id = (SELECT id FROM child)",
        deleted_record: None,
    },
};
