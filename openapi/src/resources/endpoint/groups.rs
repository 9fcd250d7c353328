//! Documents access groups and their permissions.

use super::schemas::{FieldDescriptions, entity_schemas, record_body};
use super::shared;
use super::shared::{Description, SchemaNames};
use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::tag::Tag;
use mithril_edge::endpoint::groups::{
    ACCESS_GROUP, GROUP, GROUP_PERMISSIONS, GROUP_RECORDS, GROUPS, PERMISSION, PERMISSIONS,
};

const GROUP_ID: (&str, &str) = (
    "Id",
    "The access group: its `Id`, or a value of the field that `Name` names. As `base64|…`, any text fits into the \
     path.",
);
const GROUP_PATH: &[(&str, &str)] = &[GROUP_ID];
const PERMISSION_PATH: &[(&str, &str)] =
    &[GROUP_ID, ("SubId", "The permission: its `Id`, or a value of the field that `SubName` names.")];

const GROUP_FIELDS: FieldDescriptions = &[
    ("Id", "The primary key. It never changes."),
    ("Name", "The unique name of the group."),
    ("ExternalId", "The id of the group in another system; empty when it has none."),
    ("Description", "A text about the group."),
    ("Is_Active", "Whether the permissions of the group count."),
    ("Is_System", "Whether this is a system group. Neither its general data nor its permissions can be changed."),
    ("Is_LoginGroup", "Whether this is a login group. This service keeps the value and does not use it."),
    ("AccessGroupTypeId", "The type of the group: `FullAccess`, `Locations` or `Departments`."),
];
const PERMISSION_FIELDS: FieldDescriptions = &[
    ("Id", "The primary key. It is never reused."),
    ("AccessGroupId", "The access group that has the permission. Shown in lists when `Fields` names it."),
    ("AccessRoleId", "The access role that the permission is for."),
    ("PermissionId", "The type of permission."),
    ("Is_Active", "Whether the permission counts."),
    ("CreatedOn", "When the permission was made."),
];

/// Groups of samples/sample.sql.
const PHARMACIES: &str = "B83D0F25-6E19-4C7A-95E4-7D2A1F8C6B90";
const SYSTEM: &str = "3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5";
const SAMPLE: &[&str] = &[PHARMACIES];
const SYSTEM_GROUP: &[&str] = &[SYSTEM];
const NAMES: SchemaNames = SchemaNames { record: "AccessGroup", body: "AccessGroupBody" };

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let groups = entity_schemas(["AccessGroup", "AccessGroupPart"], &ACCESS_GROUP, GROUP_FIELDS);
    let permissions = entity_schemas(["Permission", "PermissionPart"], &PERMISSION, PERMISSION_FIELDS);
    let body = ("AccessGroupBody", record_body(&GROUP_RECORDS));
    groups.into_iter().chain([body]).chain(permissions).collect()
}

/// `GET /Endpoint/rest/api/v1/AccessGroups`.
pub fn list() -> Doc {
    let description = Description {
        summary: "List access groups",
        description: "Sorted by the time of creation, unless `Orders` says otherwise.",
        path: &[],
        samples: vec![
            Sample::new("Active groups by name", 200, &[]).query(&[
                ("Fields", "Id,Name,AccessGroupTypeId"),
                ("Filters", "Is_Active%20%3D%20True%20AND%20Name%20Like%20Kyiv%25"),
                ("Orders", "Name%20ASC"),
            ]),
            Sample::new("An unknown field", 400, &[]).query(&[("Filters", "Colour%20%3D%20red")]),
        ],
    };
    shared::list(Tag::AccessGroups, "AccessGroupPart", &GROUPS, description)
}

/// `POST /Endpoint/rest/api/v1/AccessGroup`.
pub fn insert() -> Doc {
    let description = Description {
        summary: "Insert an access group",
        description: "The service makes an `Id` when the body has none. No other group may have the same `Name` or \
                      `ExternalId`.",
        path: &[],
        samples: vec![
            Sample::new("A laboratory", 200, &[]).body(
                r#"{"Name":"Laboratory","ExternalId":"LAB","Description":"Those who test","Is_Active":true,"AccessGroupTypeId":"Departments"}"#,
            ),
            Sample::new("The name is taken", 400, &[]).body(r#"{"Name":"Kyiv registry"}"#),
        ],
    };
    shared::insert(Tag::AccessGroups, &NAMES, description)
}

/// `PATCH /Endpoint/rest/api/v1/AccessGroup`.
pub fn upsert() -> Doc {
    let description = Description {
        summary: "Insert or change an access group",
        description: "Changes the group with the given `Id`. An unknown `Id` is 404. Without an `Id`, changes the \
                      group with the given `Name` or `ExternalId`, or inserts a new group if there is none. Members \
                      that the body leaves out keep their values.",
        path: &[],
        samples: vec![
            Sample::new("A known name", 200, &[])
                .body(r#"{"Name":"Kyiv registry","Description":"Desks of the capital"}"#),
            Sample::new("An unknown Id", 404, &[]).body(r#"{"Id":"nothing","Name":"Laboratory"}"#),
        ],
    };
    shared::upsert(Tag::AccessGroups, &NAMES, description)
}

/// `GET /Endpoint/rest/api/v1/AccessGroup/{Id}`.
pub fn get() -> Doc {
    let description = Description {
        summary: "See an access group",
        description: "Finds the group by its `Id`, `Name` or `ExternalId`.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("By its Id", 200, SAMPLE),
            Sample::new("By its ExternalId", 200, &["HELPDESK"]).query(&[("Name", "ExternalId")]),
            Sample::new("Several have the ExternalId", 400, &["KYIV"]).query(&[("Name", "ExternalId")]),
        ],
    };
    shared::get(Tag::AccessGroups, "AccessGroup", &GROUP, description)
}

/// `PUT /Endpoint/rest/api/v1/AccessGroup/{Id}`.
pub fn replace() -> Doc {
    let description = Description {
        summary: "Replace an access group",
        description: "Members that the body leaves out get their defaults, except `Name`, which stays. A system group \
                      cannot be replaced.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("Replaced", 200, SAMPLE)
                .body(r#"{"Name":"Dnipro pharmacies","ExternalId":"DNIPRO","Is_Active":true}"#),
            Sample::new("A system group", 403, SYSTEM_GROUP).body(r#"{"Name":"Administrators"}"#),
        ],
    };
    shared::replace(Tag::AccessGroups, &NAMES, &GROUP_RECORDS, description)
}

/// `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}`.
pub fn delete() -> Doc {
    let description = Description {
        summary: "Delete an access group",
        description: "Deletes the group, its permissions and its memberships. A system group cannot be deleted.",
        path: GROUP_PATH,
        samples: vec![Sample::new("Deleted", 200, SAMPLE), Sample::new("A system group", 403, SYSTEM_GROUP)],
    };
    shared::delete(Tag::AccessGroups, "AccessGroup", &GROUP_RECORDS, &[], description)
}

/// `GET /Endpoint/rest/api/v1/AccessGroup/{Id}/Permissions`.
pub fn list_permissions() -> Doc {
    let description = Description {
        summary: "List the permissions of an access group",
        description: "Lists what the members of the group may do, for each access role.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("All permissions of a group", 200, SAMPLE),
            Sample::new("Some fields of some permissions", 200, SAMPLE)
                .query(&[("Fields", "Id,PermissionId"), ("Filters", "PermissionId%20In%20Read;Update")]),
        ],
    };
    shared::list_children(Tag::Permissions, "PermissionPart", (&GROUP, &PERMISSIONS), description)
}

/// `PATCH /Endpoint/rest/api/v1/AccessGroup/{Id}/Permissions`.
pub fn upsert_permissions() -> Doc {
    let description = Description {
        summary: "Insert or change permissions of an access group",
        description: "Takes up to 1,000 permissions and stores all of them or none. `DeleteNotExists` deletes the \
                      permissions that are not in the body; it needs the scope to delete too. `Extra` names the field \
                      that the roles are found by.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("Two permissions, roles by key", 200, SAMPLE).body(
                r#"{"Extra":[{"Name":"AccessRoleId","FieldName":"RoleKey"}],"Permissions":[{"AccessRoleId":"PHARMACY_MANAGER","PermissionId":"Read","Is_Active":true},{"AccessRoleId":"PHARMACY_MANAGER","PermissionId":"Export","Is_Active":true}]}"#,
            ),
            Sample::new("No such role", 400, SAMPLE)
                .body(r#"{"Permissions":[{"AccessRoleId":"nothing","PermissionId":"Read"}]}"#),
        ],
    };
    shared::upsert_related(Tag::Permissions, "Permission", &GROUP_PERMISSIONS, description)
}

/// `POST /Endpoint/rest/api/v1/AccessGroup/{Id}/Permission`.
pub fn insert_permission() -> Doc {
    let description = Description {
        summary: "Insert a permission of an access group",
        description: "If the group already has the permission, only its `Is_Active` changes.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("A role by its Id", 200, SAMPLE).body(
                r#"{"AccessRoleId":{"Field":"Id","Value":"32E61509-0071-4001-BE32-9E9D0DB255CB"},"PermissionId":"Create","Is_Active":true}"#,
            ),
            Sample::new("A dry run", 200, SAMPLE).query(&[("dry_run", "true")]).body(
                r#"{"AccessRoleId":{"Value":"7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11"},"PermissionId":"Export","Is_Active":true}"#,
            ),
            Sample::new("A system group", 403, SYSTEM_GROUP)
                .body(r#"{"AccessRoleId":{"Value":"32E61509-0071-4001-BE32-9E9D0DB255CB"},"PermissionId":"Create"}"#),
        ],
    };
    shared::insert_related(Tag::Permissions, "Permission", &GROUP_PERMISSIONS, description)
}

/// `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Permission/{SubId}`.
pub fn delete_permission() -> Doc {
    let description = Description {
        summary: "Delete a permission of an access group",
        description: "Answers with the deleted permission. The call is refused when several groups or several \
                      permissions match, or when the group is a system group.",
        path: PERMISSION_PATH,
        samples: vec![
            Sample::new("Deleted", 200, &[PHARMACIES, "4711"]),
            Sample::new("Several groups share the ExternalId", 400, &["KYIV", "4711"]).query(&[("Name", "ExternalId")]),
            Sample::new("A system group", 403, &[SYSTEM, "4701"]),
        ],
    };
    shared::delete_related(Tag::Permissions, "Permission", &GROUP_PERMISSIONS, description)
}
