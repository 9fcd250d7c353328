//! Documents users, and the groups, access roles, applications and permissions that they have.

use super::applications::APPLICATION_FIELDS;
use super::roles::ROLE_FIELDS;
use super::schemas::{FieldDescriptions, entity_schemas};
use super::shared;
use super::shared::Description;
use super::user_groups::{MEMBERSHIP_FIELDS, USER_GROUP_FIELDS};
use super::users::{OLENA, USER_ID};
use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::tag::Tag;
use mithril_edge::endpoint::effective::{EFFECTIVE_PERMISSION, EFFECTIVE_PERMISSIONS};
use mithril_edge::endpoint::group_links::{GROUP_OF_USER, USER_GROUPS_OF_USER, USER_USER_GROUPS};
use mithril_edge::endpoint::user_access::{
    ACCESS_ROLES_OF_USER, APPLICATIONS_OF_USER, USER_ACCESS_ROLE, USER_APPLICATION,
};
use mithril_edge::endpoint::users::{USER, USERS};

const EFFECTIVE_FIELDS: FieldDescriptions = &[
    ("Id", "The `Id` of the oldest permission behind this row."),
    ("UserId", "The user who has the permissions. Shown in lists when `Fields` names it."),
    ("AccessRoleId", "The access role that the permissions are for."),
    ("AccessGroupTypeId", "The type of the groups that grant the permissions."),
    ("Create", "Whether the permission `Create` is granted."),
    ("Read", "Whether the permission `Read` is granted."),
    ("Update", "Whether the permission `Update` is granted."),
    ("Delete", "Whether the permission `Delete` is granted."),
    ("Details", "Whether the permission `Details` is granted."),
    ("Export", "Whether the permission `Export` is granted."),
    ("Import", "Whether the permission `Import` is granted."),
    ("Generic", "Whether the permission `Generic` is granted."),
    ("CreatedOn", "When the oldest permission behind this row was made."),
];
/// What a grant adds to the fields of its record.
const GRANT_FIELDS: FieldDescriptions = &[
    ("RoleId", "Always 0: this service has no roles of a platform."),
    ("ApplicationId", "Always 0: this service has no applications of a platform."),
    ("EspaceId", "Always 0: this service has no modules of a platform."),
    ("AuthenticationId", "Always empty: this service keeps no ways of authentication."),
];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let [_, effective] =
        entity_schemas(["EffectivePermission", "EffectivePermissionPart"], &EFFECTIVE_PERMISSION, EFFECTIVE_FIELDS);
    let of_roles: FieldDescriptions = [ROLE_FIELDS, GRANT_FIELDS, EFFECTIVE_FIELDS].concat().leak();
    let [_, roles] = entity_schemas(["UserAccessRole", "UserAccessRolePart"], &USER_ACCESS_ROLE, of_roles);
    let of_applications: FieldDescriptions = [APPLICATION_FIELDS, GRANT_FIELDS, EFFECTIVE_FIELDS].concat().leak();
    let [_, applications] =
        entity_schemas(["UserApplication", "UserApplicationPart"], &USER_APPLICATION, of_applications);
    let of_groups: FieldDescriptions = [USER_GROUP_FIELDS, MEMBERSHIP_FIELDS].concat().leak();
    let groups = entity_schemas(["UserGroup", "UserGroupPart"], &GROUP_OF_USER, of_groups);
    [effective, roles, applications].into_iter().chain(groups).collect()
}

/// `GET /Endpoint/rest/api/v1/Users`.
pub fn list() -> Doc {
    let description = Description {
        summary: "List users",
        description: "Sorted by `Id`, unless `Orders` says otherwise.",
        path: &[],
        samples: vec![
            Sample::new("Active users", 200, &[])
                .query(&[("Filters", "Is_Active%20%3D%20True"), ("Fields", "Id,Name")]),
        ],
    };
    shared::list(Tag::Users, "GroupUserPart", &USERS, description)
}

/// `GET /Endpoint/rest/api/v1/User/{Id}`.
pub fn get() -> Doc {
    let description = Description {
        summary: "See a user",
        description: "Finds the user by `Id`, `Username`, `Email` or `External_Id`.",
        path: &[USER_ID],
        samples: vec![
            Sample::new("By Id", 200, OLENA),
            Sample::new("By user name", 200, &["o.kovalchuk"]).query(&[("Name", "Username")]),
        ],
    };
    shared::get(Tag::Users, "GroupUser", &USER, description)
}

/// `GET /Endpoint/rest/api/v1/User/{Id}/AccessRoles`.
pub fn list_access_roles() -> Doc {
    let description = Description {
        summary: "List the access roles of a user",
        description: "The access roles for which the user has a permission, each once. `Fields` may name the columns of \
                      the grant: the types of permission that the user has for the role, and the type of the group that \
                      gave the oldest permission.",
        path: &[USER_ID],
        samples: vec![
            Sample::new("The roles of a clerk", 200, OLENA),
            Sample::new("Who may delete what", 200, OLENA)
                .query(&[("Fields", "Id,Name,Delete"), ("Filters", "Delete%20%3D%20True")]),
        ],
    };
    shared::list_children(Tag::Users, "UserAccessRolePart", (&USER, &ACCESS_ROLES_OF_USER), description)
}

/// `GET /Endpoint/rest/api/v1/User/{Id}/Applications`.
pub fn list_applications() -> Doc {
    let description = Description {
        summary: "List the applications of a user",
        description: "The active applications of the user's access roles, and those that the user's access groups name, \
                      each once. `Fields` may name the columns of the grant: the types of permission that the user has \
                      for roles of the application, and the role of the oldest permission; it is empty when only an \
                      access group names the application.",
        path: &[USER_ID],
        samples: vec![Sample::new("The applications of a clerk", 200, OLENA)],
    };
    shared::list_children(Tag::Users, "UserApplicationPart", (&USER, &APPLICATIONS_OF_USER), description)
}

/// `GET /Endpoint/rest/api/v1/User/{Id}/Groups`.
pub fn list_groups() -> Doc {
    let description = Description {
        summary: "List the groups that a user is in",
        description: "Sorted by `Id`, unless `Orders` says otherwise.",
        path: &[USER_ID],
        samples: vec![Sample::new("The groups of a clerk", 200, OLENA)],
    };
    shared::list_children(Tag::Users, "UserGroupPart", (&USER, &USER_GROUPS_OF_USER), description)
}

/// `PATCH /Endpoint/rest/api/v1/User/{Id}/Groups`.
pub fn upsert_groups() -> Doc {
    let description = Description {
        summary: "Add a user to groups",
        description: "Takes up to 1,000 groups and adds the user to all of them or none. `DeleteNotExists` removes the user \
                      from the groups that are not in the body; it needs the scope to delete too.",
        path: &[USER_ID],
        samples: vec![
            Sample::new("By name", 200, OLENA)
                .body(r#"{"Extra":[{"Name":"Group_Id","FieldName":"Name"}],"Groups":[{"Group_Id":"Night shift"}]}"#),
        ],
    };
    shared::upsert_related(Tag::Users, "UserGroup", &USER_USER_GROUPS, description)
}

/// `POST /Endpoint/rest/api/v1/User/{Id}/Group`.
pub fn insert_group() -> Doc {
    let description = Description {
        summary: "Add a user to a group",
        description: "The same as adding the user at `GroupExternal`. Answers with the group.",
        path: &[USER_ID],
        samples: vec![
            Sample::new("By name", 200, OLENA).body(r#"{"Group_Id":{"Field":"Name","Value":"Night shift"}}"#),
        ],
    };
    shared::insert_related(Tag::Users, "UserGroup", &USER_USER_GROUPS, description)
}

/// `DELETE /Endpoint/rest/api/v1/User/{Id}/Group/{SubId}`.
pub fn delete_group() -> Doc {
    let description = Description {
        summary: "Remove a user from a group",
        description: "Answers with the group.",
        path: &[USER_ID, ("SubId", "The group: its `Id`, or a value of the field that `SubName` names.")],
        samples: vec![Sample::new("Removed", 200, &["101", "301"])],
    };
    shared::delete_related(Tag::Users, "UserGroup", &USER_USER_GROUPS, description)
}

/// `GET /Endpoint/rest/api/v1/User/{Id}/EffectivePermissions`.
pub fn list_effective_permissions() -> Doc {
    let description = Description {
        summary: "List what a user may do",
        description: "Answers a row for each access role and each type of group that grants something for it. Only \
                      active groups, permissions, roles and applications count. A user who is not active has no rows.",
        path: &[USER_ID],
        samples: vec![Sample::new("The permissions of a clerk", 200, OLENA)],
    };
    shared::list_children(Tag::Users, "EffectivePermissionPart", (&USER, &EFFECTIVE_PERMISSIONS), description)
}
