//! The access roles' own permissions, in the dialect of eSystems' Endpoint API (spec/esystems.md §2).

use crate::base::failure::Failure;
use crate::endpoint::engine::entity::{Entity, Field, Kind, enum_object};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lock, Lookup, LookupField, LookupKind};
use crate::endpoint::engine::relation::{REPLACE_ALL, Relation, RelationActions, RelationSql};
use crate::endpoint::roles::{RELATED_ROLE, ROLE_LOOKUP_FIELDS, is_access_role};

/// The types of permissions, of roles and of groups alike. `schema.sql` has the same list.
pub const PERMISSION_TYPES: &[&str] = &["Create", "Read", "Update", "Delete", "Details", "Export", "Import", "Generic"];

/// An access role as the parent of its permissions. Those of read-only and of custom roles are neither shown nor
/// changed.
pub static ROLE_OF_PERMISSIONS: Lookup = Lookup {
    table: "roles",
    word: "access_role",
    id: "roles.id",
    kind: is_access_role!(),
    lock: Some(Lock { when: "max(roles.is_read_only, roles.is_custom)", refusal: Failure::ReadOnlyRole }),
    fields: ROLE_LOOKUP_FIELDS,
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
    second: None,
    permission_types: PERMISSION_TYPES,
    has_activity: false,
    record: &ROLE_PERMISSION,
    collection: "Permissions",
    replace_all: REPLACE_ALL,
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
        differs: None,
        others: "role_permissions WHERE role_id = (SELECT id FROM allowed)
AND permission_id NOT IN (SELECT permission_id FROM resolved)",
        item_name: "'permission/' || resolved.permission_id",
        row_name: "'permission/' || role_permissions.permission_id",
        deleted: "role_permissions WHERE role_permissions.id = (SELECT id FROM child)",
        deleted_record: None,
    },
};
