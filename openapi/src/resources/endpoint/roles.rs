//! What the OpenAPI document says of access roles and their own permissions.

use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::resources::endpoint::shared;
use crate::resources::endpoint::shared::Description;
use crate::tag::Tag;
use mithril_edge::endpoint::roles::{
    ACCESS_ROLE, ROLE_OF_PERMISSIONS, ROLE_PERMISSION, ROLE_PERMISSION_LIST, ROLE_PERMISSIONS, ROLE_RECORDS, ROLES,
};

const ROLE_PATH: &[(&str, &str)] = &[("Id", "The access role: its `Id`, or the value of the field that `Name` names.")];
const PERMISSION_PATH: &[(&str, &str)] = &[
    ("Id", "The access role: its `Id`, or the value of the field that `Name` names."),
    ("SubId", "The permission: its `Id`, or the value of the field that `SubName` names."),
];
/// samples/sample.sql
const CLERK: &[&str] = &["32E61509-0071-4001-BE32-9E9D0DB255CB"];
const BODIES: [&str; 2] = ["AccessRole", "AccessRoleBody"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    let roles = shared::entity_schemas(["AccessRole", "AccessRolePart"], &ACCESS_ROLE);
    let permissions = shared::entity_schemas(["RolePermission", "RolePermissionPart"], &ROLE_PERMISSION);
    let body = ("AccessRoleBody", shared::body_schema(&ROLE_RECORDS));
    roles.into_iter().chain([body]).chain(permissions).collect()
}

pub fn list() -> Doc {
    let words = Description {
        summary: "List access roles",
        description: "In the order in which they were made, unless `Orders` says otherwise. Mithril's roles are not among them.",
        path: &[],
        samples: vec![Sample::new("Two at a time", 200, &[]).query(&[("PageSize", "2")])],
    };
    shared::list(Tag::AccessRoles, "AccessRolePart", &ROLES, words)
}

pub fn insert() -> Doc {
    let words = Description {
        summary: "Insert an access role",
        description: "A given `Id` is kept; without one, the service makes one. `Name`, `RoleKey` and `ExternalId` must be free.",
        path: &[],
        samples: vec![
            Sample::new("An auditor", 200, &[])
                .body(r#"{"Name":"Auditor","RoleKey":"AUDITOR","FullName":"Auditor of access","Is_Active":true}"#),
            Sample::new("The key is taken", 400, &[]).body(r#"{"Name":"Clerk","RoleKey":"REGISTRY_CLERK"}"#),
        ],
    };
    shared::insert(Tag::AccessRoles, BODIES, words)
}

pub fn upsert() -> Doc {
    let words = Description {
        summary: "Insert or change an access role",
        description: "The role of the given `Id`, else the one that has the given `Name`, `RoleKey` or `ExternalId`, gets the \
                given members and keeps the others; if there is none, a new one is made.",
        path: &[],
        samples: vec![
            Sample::new("A known key", 200, &[])
                .body(r#"{"RoleKey":"CHIEF_PHYSICIAN","Description":"Heads a department"}"#),
            Sample::new("An unknown Id", 404, &[]).body(r#"{"Id":"nothing","Name":"Auditor"}"#),
        ],
    };
    shared::upsert(Tag::AccessRoles, BODIES, words)
}

pub fn get() -> Doc {
    let words = Description {
        summary: "See an access role",
        description: "By its `Id`, `Name`, `RoleKey` or `ExternalId`.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("By its Id", 200, CLERK),
            Sample::new("By its key", 200, &["REGISTRY_CLERK"]).query(&[("Name", "RoleKey")]),
        ],
    };
    shared::get(Tag::AccessRoles, "AccessRole", &ROLE_RECORDS, words)
}

pub fn replace() -> Doc {
    let words = Description {
        summary: "Replace an access role",
        description: "What the body leaves out goes back to its default, `Name` and `RoleKey` excepted. A read-only role is \
                refused.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("Replaced", 200, CLERK)
                .body(r#"{"Name":"Registry clerk","FullName":"Clerk","Is_Active":true}"#),
        ],
    };
    shared::replace(Tag::AccessRoles, BODIES, &ROLE_RECORDS, words)
}

pub fn delete() -> Doc {
    let words = Description {
        summary: "Delete an access role",
        description: "Refused while permissions of access groups name it, and if it is read-only.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("Deleted", 200, &["A7D3C2B1-4E5F-4A6B-9C8D-7E6F5A4B3C21"]),
            Sample::new("Permissions name it", 409, CLERK),
        ],
    };
    shared::delete(Tag::AccessRoles, "AccessRole", &ROLE_RECORDS, &[409], words)
}

pub fn list_permissions() -> Doc {
    let words = Description {
        summary: "List the permissions of an access role",
        description: "Those of read-only and of custom roles are not shown.",
        path: ROLE_PATH,
        samples: vec![Sample::new("All of a role", 200, CLERK)],
    };
    shared::list_children(
        Tag::RolePermissions,
        "RolePermissionPart",
        (&ROLE_OF_PERMISSIONS, &ROLE_PERMISSION_LIST),
        words,
    )
}

pub fn upsert_permissions() -> Doc {
    let words = Description {
        summary: "Insert permissions of an access role",
        description: "All or none. `DeleteNotExists` takes away what is not in the body.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("Two permissions", 200, CLERK)
                .body(r#"{"Permissions":[{"PermissionId":"Read"},{"PermissionId":"Export"}]}"#),
        ],
    };
    shared::upsert_related(Tag::RolePermissions, "RolePermission", &ROLE_PERMISSIONS, words)
}

pub fn insert_permission() -> Doc {
    let words = Description {
        summary: "Insert a permission of an access role",
        description: "One that is there already is answered as it is.",
        path: ROLE_PATH,
        samples: vec![
            Sample::new("Inserted", 200, CLERK).body(r#"{"PermissionId":"Details"}"#),
            Sample::new("No type", 400, CLERK).body(r#"{"PermissionId":null}"#),
        ],
    };
    shared::insert_related(Tag::RolePermissions, "RolePermission", &ROLE_PERMISSIONS, words)
}

pub fn delete_permission() -> Doc {
    let words = Description {
        summary: "Delete a permission of an access role",
        description: "Answers with the deleted record.",
        path: PERMISSION_PATH,
        samples: vec![
            Sample::new("By its type", 200, &["32E61509-0071-4001-BE32-9E9D0DB255CB", "Read"])
                .query(&[("SubName", "PermissionId")]),
        ],
    };
    shared::delete_related(Tag::RolePermissions, "RolePermission", &ROLE_PERMISSIONS, words)
}
