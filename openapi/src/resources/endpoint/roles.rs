//! Documents access roles and their own permissions.

use super::schemas::{FieldDescriptions, entity_schemas, record_body};
use super::shared;
use super::shared::{Description, SchemaNames};
use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::tag::Tag;
use mithril_edge::endpoint::role_permissions::{
    ROLE_OF_PERMISSIONS, ROLE_PERMISSION, ROLE_PERMISSION_LIST, ROLE_PERMISSIONS,
};
use mithril_edge::endpoint::roles::{ACCESS_ROLE, ROLE, ROLE_RECORDS, ROLES};

const ROLE_ID: (&str, &str) = ("Id", "The access role: its `Id`, or a value of the field that `Name` names.");
const ROLE_PATH: &[(&str, &str)] = &[ROLE_ID];
const PERMISSION_PATH: &[(&str, &str)] =
    &[ROLE_ID, ("SubId", "The permission: its `Id`, or a value of the field that `SubName` names.")];

/// The fields of an access role.
pub const ROLE_FIELDS: FieldDescriptions = &[
    ("Id", "The primary key. It never changes."),
    ("Name", "The unique name of the role."),
    ("RoleKey", "The unique key of the role."),
    ("FullName", "The long name of the role."),
    ("Description", "A text about the role."),
    ("ExternalId", "The id of the role in another system; empty when it has none."),
    ("AccessApplicationId", "The application that the role belongs to; empty when it belongs to none."),
    ("Is_Active", "Whether permissions for the role count."),
    ("Is_Custom", "Whether this is a custom role. Its own permissions are neither shown nor changed."),
    ("Is_ReadOnly", "Whether this is a read-only role. It can be neither changed nor deleted."),
];
const PERMISSION_FIELDS: FieldDescriptions = &[
    ("Id", "The primary key. It is never reused."),
    ("AccessRoleId", "The access role that has the permission. Shown in lists when `Fields` names it."),
    ("PermissionId", "The type of permission."),
    ("CreatedOn", "When the permission was made."),
];

/// A role of samples/sample.sql.
const CLERK: &[&str] = &["32E61509-0071-4001-BE32-9E9D0DB255CB"];
/// The schemas of an access role.
pub const ROLE_NAMES: SchemaNames = SchemaNames { record: "AccessRole", body: "AccessRoleBody" };

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let roles = entity_schemas(["AccessRole", "AccessRolePart"], &ACCESS_ROLE, ROLE_FIELDS);
    let permissions = entity_schemas(["RolePermission", "RolePermissionPart"], &ROLE_PERMISSION, PERMISSION_FIELDS);
    let body = ("AccessRoleBody", record_body(&ROLE_RECORDS));
    roles.into_iter().chain([body]).chain(permissions).collect()
}

/// `GET /Endpoint/rest/api/v1/Roles`.
pub fn list() -> Doc {
    let description = Description {
        summary: "List access roles",
        description: "Sorted by the time of creation, unless `Orders` says otherwise. The list does not include \
                      Mithril's roles.",
        path: &[],
        samples: vec![Sample::new("Two at a time", 200, &[]).query(&[("PageSize", "2")])],
    };
    shared::list(Tag::AccessRoles, "AccessRolePart", &ROLES, description)
}

/// `POST /Endpoint/rest/api/v1/Role`.
pub fn insert() -> Doc {
    let description = Description {
        summary: "Insert an access role",
        description: "The service makes an `Id` when the body has none. No other role may have the same `Name`, \
                      `RoleKey` or `ExternalId`.",
        path: &[],
        samples: vec![
            Sample::new("An auditor", 200, &[])
                .body(r#"{"Name":"Auditor","RoleKey":"AUDITOR","FullName":"Auditor of access","Is_Active":true}"#),
            Sample::new("The key is taken", 400, &[]).body(r#"{"Name":"Clerk","RoleKey":"REGISTRY_CLERK"}"#),
        ],
    };
    shared::insert(Tag::AccessRoles, &ROLE_NAMES, description)
}

/// `PATCH /Endpoint/rest/api/v1/Role`.
pub fn upsert() -> Doc {
    let description = Description {
        summary: "Insert or change an access role",
        description: "Changes the role with the given `Id`. An unknown `Id` is 404. Without an `Id`, changes the role \
                      with the given `Name`, `RoleKey` or `ExternalId`, or inserts a new role if there is none. \
                      Members that the body leaves out keep their values.",
        path: &[],
        samples: vec![
            Sample::new("A known key", 200, &[])
                .body(r#"{"RoleKey":"CHIEF_PHYSICIAN","Description":"Heads a department"}"#),
            Sample::new("An unknown Id", 404, &[]).body(r#"{"Id":"nothing","Name":"Auditor"}"#),
        ],
    };
    shared::upsert(Tag::AccessRoles, &ROLE_NAMES, description)
}

/// `GET /Endpoint/rest/api/v1/Role/{Id}`.
pub fn get() -> Doc {
    let description = Description {
        summary: "See an access role",
        description: "Finds the role by its `Id`, `Name`, `RoleKey` or `ExternalId`.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("By its Id", 200, CLERK),
            Sample::new("By its key", 200, &["REGISTRY_CLERK"]).query(&[("Name", "RoleKey")]),
        ],
    };
    shared::get(Tag::AccessRoles, "AccessRole", &ROLE, description)
}

/// `PUT /Endpoint/rest/api/v1/Role/{Id}`.
pub fn replace() -> Doc {
    let description = Description {
        summary: "Replace an access role",
        description: "Members that the body leaves out get their defaults, except `Name` and `RoleKey`, which stay. A \
                      read-only role cannot be replaced.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("Replaced", 200, CLERK)
                .body(r#"{"Name":"Registry clerk","FullName":"Clerk","Is_Active":true}"#),
        ],
    };
    shared::replace(Tag::AccessRoles, &ROLE_NAMES, &ROLE_RECORDS, description)
}

/// `DELETE /Endpoint/rest/api/v1/Role/{Id}`.
pub fn delete() -> Doc {
    let description = Description {
        summary: "Delete an access role",
        description: "A role cannot be deleted while permissions of access groups refer to it, or when it is \
                      read-only.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("Deleted", 200, &["A7D3C2B1-4E5F-4A6B-9C8D-7E6F5A4B3C21"]),
            Sample::new("Permissions refer to it", 409, CLERK),
        ],
    };
    shared::delete(Tag::AccessRoles, "AccessRole", &ROLE_RECORDS, &[409], description)
}

/// `GET /Endpoint/rest/api/v1/Role/{Id}/Permissions`.
pub fn list_permissions() -> Doc {
    let description = Description {
        summary: "List the permissions of an access role",
        description: "The permissions of read-only roles and of custom roles are not shown.",
        path: ROLE_PATH,
        samples: vec![Sample::new("All permissions of a role", 200, CLERK)],
    };
    shared::list_children(
        Tag::RolePermissions,
        "RolePermissionPart",
        (&ROLE_OF_PERMISSIONS, &ROLE_PERMISSION_LIST),
        description,
    )
}

/// `PATCH /Endpoint/rest/api/v1/Role/{Id}/Permissions`.
pub fn upsert_permissions() -> Doc {
    let description = Description {
        summary: "Insert permissions of an access role",
        description: "Stores all permissions of the body or none. `DeleteNotExists` deletes the permissions that are \
                      not in the body; it needs the scope to delete too.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("Two permissions", 200, CLERK)
                .body(r#"{"Permissions":[{"PermissionId":"Read"},{"PermissionId":"Export"}]}"#),
        ],
    };
    shared::upsert_related(Tag::RolePermissions, "RolePermission", &ROLE_PERMISSIONS, description)
}

/// `POST /Endpoint/rest/api/v1/Role/{Id}/Permission`.
pub fn insert_permission() -> Doc {
    let description = Description {
        summary: "Insert a permission of an access role",
        description: "If the role already has the permission, nothing changes.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("Inserted", 200, CLERK).body(r#"{"PermissionId":"Details"}"#),
            Sample::new("No type of permission", 400, CLERK).body(r#"{"PermissionId":null}"#),
        ],
    };
    shared::insert_related(Tag::RolePermissions, "RolePermission", &ROLE_PERMISSIONS, description)
}

/// `DELETE /Endpoint/rest/api/v1/Role/{Id}/Permission/{SubId}`.
pub fn delete_permission() -> Doc {
    let description = Description {
        summary: "Delete a permission of an access role",
        description: "Answers with the deleted permission.",
        path: PERMISSION_PATH,
        samples: vec![
            Sample::new("By its type", 200, &["32E61509-0071-4001-BE32-9E9D0DB255CB", "Read"])
                .query(&[("SubName", "PermissionId")]),
        ],
    };
    shared::delete_related(Tag::RolePermissions, "RolePermission", &ROLE_PERMISSIONS, description)
}
