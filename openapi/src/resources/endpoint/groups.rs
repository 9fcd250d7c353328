//! What the OpenAPI document says of access groups and their permissions.

use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::resources::endpoint::shared;
use crate::resources::endpoint::shared::Description;
use crate::tag::Tag;
use mithril_edge::endpoint::groups::{
    ACCESS_GROUP, GROUP, GROUP_PERMISSIONS, GROUP_RECORDS, GROUPS, PERMISSION, PERMISSIONS,
};

const GROUP_PATH: &[(&str, &str)] = &[(
    "Id",
    "The access group: its `Id`, or the value of the field that `Name` names. `base64|…` brings any text into a path.",
)];
const PERMISSION_PATH: &[(&str, &str)] = &[
    (
        "Id",
        "The access group: its `Id`, or the value of the field that `Name` names. `base64|…` brings any text into a path.",
    ),
    ("SubId", "The permission: its `Id`, or the value of the field that `SubName` names."),
];
/// samples/sample.sql
const PHARMACIES: &str = "B83D0F25-6E19-4C7A-95E4-7D2A1F8C6B90";
const SYSTEM: &str = "3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5";
const SAMPLE: &[&str] = &[PHARMACIES];
const SYSTEM_GROUP: &[&str] = &[SYSTEM];
const BODIES: [&str; 2] = ["AccessGroup", "AccessGroupBody"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    let groups = shared::entity_schemas(["AccessGroup", "AccessGroupPart"], &ACCESS_GROUP);
    let permissions = shared::entity_schemas(["Permission", "PermissionPart"], &PERMISSION);
    let body = ("AccessGroupBody", shared::body_schema(&GROUP_RECORDS));
    groups.into_iter().chain([body]).chain(permissions).collect()
}

pub fn list() -> Doc {
    let words = Description {
        summary: "List access groups",
        description: "In the order in which they were made, unless `Orders` says otherwise.",
        path: &[],
        samples: vec![
            Sample::new("Active groups by name", 200, &[]).query(&[
                ("Fields", "Id,Name,AccessGroupTypeId"),
                ("Filters", "Is_Active%20%3D%20True%20AND%20Name%20Like%20Kyiv%25"),
                ("Orders", "Name%20ASC"),
            ]),
            Sample::new("A field that there is not", 400, &[]).query(&[("Filters", "Colour%20%3D%20red")]),
        ],
    };
    shared::list(Tag::AccessGroups, "AccessGroupPart", &GROUPS, words)
}

pub fn insert() -> Doc {
    let words = Description {
        summary: "Insert an access group",
        description: "A given `Id` is kept; without one, the service makes one. `Name` and `ExternalId` must be free.",
        path: &[],
        samples: vec![
            Sample::new("A laboratory", 200, &[]).body(
                r#"{"Name":"Laboratory","ExternalId":"LAB","Description":"Those who test","Is_Active":true,"AccessGroupTypeId":"Departments"}"#,
            ),
            Sample::new("The name is taken", 400, &[]).body(r#"{"Name":"Kyiv registry"}"#),
        ],
    };
    shared::insert(Tag::AccessGroups, BODIES, words)
}

pub fn upsert() -> Doc {
    let words = Description {
        summary: "Insert or change an access group",
        description: "The group of the given `Id`, else the one that has the given `Name` or `ExternalId`, gets the given \
                members and keeps the others; if there is none, a new one is made.",
        path: &[],
        samples: vec![
            Sample::new("A known name", 200, &[])
                .body(r#"{"Name":"Kyiv registry","Description":"Desks of the capital"}"#),
            Sample::new("An unknown Id", 404, &[]).body(r#"{"Id":"nothing","Name":"Laboratory"}"#),
        ],
    };
    shared::upsert(Tag::AccessGroups, BODIES, words)
}

pub fn get() -> Doc {
    let words = Description {
        summary: "See an access group",
        description: "By its `Id`, its `Name` or its `ExternalId`.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("By its Id", 200, SAMPLE),
            Sample::new("By its ExternalId", 200, &["HELPDESK"]).query(&[("Name", "ExternalId")]),
            Sample::new("Several have the ExternalId", 400, &["KYIV"]).query(&[("Name", "ExternalId")]),
        ],
    };
    shared::get(Tag::AccessGroups, "AccessGroup", &GROUP_RECORDS, words)
}

pub fn replace() -> Doc {
    let words = Description {
        summary: "Replace an access group",
        description: "What the body leaves out goes back to its default, `Name` excepted. A system group is refused.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("Replaced", 200, SAMPLE)
                .body(r#"{"Name":"Dnipro pharmacies","ExternalId":"DNIPRO","Is_Active":true}"#),
            Sample::new("A system group", 403, SYSTEM_GROUP).body(r#"{"Name":"Administrators"}"#),
        ],
    };
    shared::replace(Tag::AccessGroups, BODIES, &GROUP_RECORDS, words)
}

pub fn delete() -> Doc {
    let words = Description {
        summary: "Delete an access group",
        description: "With its permissions and its members. A system group is refused.",
        path: GROUP_PATH,
        samples: vec![Sample::new("Deleted", 200, SAMPLE), Sample::new("A system group", 403, SYSTEM_GROUP)],
    };
    shared::delete(Tag::AccessGroups, "AccessGroup", &GROUP_RECORDS, &[], words)
}

pub fn list_permissions() -> Doc {
    let words = Description {
        summary: "List the permissions of an access group",
        description: "What its members may do, role by role.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("All of a group", 200, SAMPLE),
            Sample::new("Some fields of some", 200, SAMPLE)
                .query(&[("Fields", "Id,PermissionId"), ("Filters", "PermissionId%20In%20Read;Update")]),
        ],
    };
    shared::list_children(Tag::Permissions, "PermissionPart", (&GROUP, &PERMISSIONS), words)
}

pub fn upsert_permissions() -> Doc {
    let words = Description {
        summary: "Insert or change permissions of an access group",
        description: "Up to 1,000 at once, all or none. `DeleteNotExists` takes away what is not in the body. `Extra` names \
                the field that the roles are found by.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("Two permissions, roles by key", 200, SAMPLE).body(
                r#"{"Extra":[{"Name":"AccessRoleId","FieldName":"RoleKey"}],"Permissions":[{"AccessRoleId":"PHARMACY_MANAGER","PermissionId":"Read","Is_Active":true},{"AccessRoleId":"PHARMACY_MANAGER","PermissionId":"Export","Is_Active":true}]}"#,
            ),
            Sample::new("No such role", 400, SAMPLE)
                .body(r#"{"Permissions":[{"AccessRoleId":"nothing","PermissionId":"Read"}]}"#),
        ],
    };
    shared::upsert_related(Tag::Permissions, "Permission", &GROUP_PERMISSIONS, words)
}

pub fn insert_permission() -> Doc {
    let words = Description {
        summary: "Insert a permission of an access group",
        description: "One that is there already is answered as it is now, with the given `Is_Active`.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("A role by its Id", 200, SAMPLE).body(
                r#"{"AccessRoleId":{"Field":"Id","Value":"32E61509-0071-4001-BE32-9E9D0DB255CB"},"PermissionId":"Create","Is_Active":true}"#,
            ),
            Sample::new("A system group", 403, SYSTEM_GROUP)
                .body(r#"{"AccessRoleId":{"Value":"32E61509-0071-4001-BE32-9E9D0DB255CB"},"PermissionId":"Create"}"#),
        ],
    };
    shared::insert_related(Tag::Permissions, "Permission", &GROUP_PERMISSIONS, words)
}

pub fn delete_permission() -> Doc {
    let words = Description {
        summary: "Delete a permission of an access group",
        description: "Answers with the deleted record. What matches several groups or several permissions is refused, and so \
                is every change of a system group.",
        path: PERMISSION_PATH,
        samples: vec![
            Sample::new("Deleted", 200, &[PHARMACIES, "4711"]),
            Sample::new("Several groups share the ExternalId", 400, &["KYIV", "4711"]).query(&[("Name", "ExternalId")]),
            Sample::new("A system group", 403, &[SYSTEM, "4701"]),
        ],
    };
    shared::delete_related(Tag::Permissions, "Permission", &GROUP_PERMISSIONS, words)
}
