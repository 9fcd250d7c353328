//! Documents the users of access groups and the access groups of a user.

use super::schemas::{FieldDescriptions, entity_schemas};
use super::shared;
use super::shared::Description;
use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::tag::Tag;
use mithril_edge::endpoint::groups::MEMBERSHIP;
use mithril_edge::endpoint::users::{ENDPOINT_USER, GROUP_USERS, GROUPS_OF_USER, USER, USER_GROUPS, USERS_OF_GROUP};

const GROUP: (&str, &str) = ("Id", "The access group: its `Id`, or a value of the field that `Name` names.");
/// The path parameter of a user.
pub const USER_ID: (&str, &str) = ("Id", "The user: its `Id`, or a value of the field that `Name` names.");

/// The fields of a user.
pub const USER_FIELDS: FieldDescriptions = &[
    ("Id", "The primary key of the user."),
    ("Name", "The full name of the user."),
    ("Username", "The name that the user logs in with."),
    ("Email", "The e-mail address of the user."),
    ("MobilePhone", "The mobile phone number of the user."),
    ("External_Id", "The `sub` of the user's tokens."),
    ("Creation_Date", "When the user was created in the login service."),
    ("Last_Login", "When the user last logged in; `1900-01-01T12:00:00Z` means never."),
    ("Is_Active", "Whether the user is active. A user who is not active may do nothing."),
];
/// A group of samples/sample.sql.
const REGISTRY: &[&str] = &["5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42"];
/// A user of samples/sample.sql.
pub const OLENA: &[&str] = &["101"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let users = entity_schemas(["GroupUser", "GroupUserPart"], &ENDPOINT_USER, USER_FIELDS);
    users.into_iter().collect()
}

/// `GET /Endpoint/rest/api/v1/AccessGroup/{Id}/Users`.
pub fn list_users() -> Doc {
    let description = Description {
        summary: "List the users of an access group",
        description: "Lists the members of the group.",
        path: &[GROUP],
        samples: vec![Sample::new("All users of a group", 200, REGISTRY)],
    };
    shared::list_children(Tag::GroupUsers, "GroupUserPart", (&MEMBERSHIP, &USERS_OF_GROUP), description)
}

/// `PATCH /Endpoint/rest/api/v1/AccessGroup/{Id}/Users`.
pub fn upsert_users() -> Doc {
    let description = Description {
        summary: "Add users to an access group",
        description: "Takes up to 1,000 users and adds all of them or none. `DeleteNotExists` removes the users that \
                      are not in the body; it needs the scope to delete too. `Extra` names the field that the users \
                      are found by.",
        path: &[GROUP],
        samples: vec![
            Sample::new("Two users by name", 200, REGISTRY).body(
                r#"{"Extra":[{"Name":"UserId","FieldName":"Username"}],"Users":[{"UserId":"o.kovalchuk"},{"UserId":"t.melnyk"}]}"#,
            ),
        ],
    };
    shared::upsert_related(Tag::GroupUsers, "GroupUser", &GROUP_USERS, description)
}

/// `POST /Endpoint/rest/api/v1/AccessGroup/{Id}/User`.
pub fn insert_user() -> Doc {
    let description = Description {
        summary: "Add a user to an access group",
        description: "If the user is already a member, nothing changes.",
        path: &[GROUP],
        samples: vec![
            Sample::new("By e-mail", 200, REGISTRY)
                .body(r#"{"UserId":{"Field":"Email","Value":"t.melnyk@klinika.example"}}"#),
            Sample::new("No such user", 400, REGISTRY).body(r#"{"UserId":{"Value":"7"}}"#),
        ],
    };
    shared::insert_related(Tag::GroupUsers, "GroupUser", &GROUP_USERS, description)
}

/// `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/User/{SubId}`.
pub fn delete_user() -> Doc {
    let description = Description {
        summary: "Remove a user from an access group",
        description: "Answers with the user who was removed.",
        path: &[GROUP, ("SubId", "The user: its `Id`, or the value of the field that `SubName` names.")],
        samples: vec![Sample::new("Removed", 200, &["5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42", "101"])],
    };
    shared::delete_related(Tag::GroupUsers, "GroupUser", &GROUP_USERS, description)
}

/// `GET /Endpoint/rest/api/v1/User/{Id}/AccessGroups`.
pub fn list_groups() -> Doc {
    let description = Description {
        summary: "List the access groups of a user",
        description: "Sorted by the time of creation, unless `Orders` says otherwise.",
        path: &[USER_ID],
        samples: vec![
            Sample::new("By the user's Id", 200, OLENA),
            Sample::new("By the sub of the token", 200, &["user-1380df72-275a-11e7-93ae-92361f002671"])
                .query(&[("Name", "External_Id"), ("Fields", "Id,Name")]),
        ],
    };
    shared::list_children(Tag::UserGroups, "AccessGroupPart", (&USER, &GROUPS_OF_USER), description)
}

/// `POST /Endpoint/rest/api/v1/User/{Id}/AccessGroup`.
pub fn insert_group() -> Doc {
    let description = Description {
        summary: "Add an access group to a user",
        description: "The same as adding the user to the group. Answers with the group.",
        path: &[USER_ID],
        samples: vec![
            Sample::new("By the group's name", 200, OLENA)
                .body(r#"{"AccessGroupId":{"Field":"Name","Value":"Kyiv physicians"}}"#),
        ],
    };
    shared::insert_related(Tag::UserGroups, "AccessGroup", &USER_GROUPS, description)
}

/// `DELETE /Endpoint/rest/api/v1/User/{Id}/AccessGroup/{SubId}`.
pub fn delete_group() -> Doc {
    let description = Description {
        summary: "Remove an access group from a user",
        description: "The same as removing the user from the group. Answers with the group.",
        path: &[USER_ID, ("SubId", "The access group: its `Id`, or the value of the field that `SubName` names.")],
        samples: vec![Sample::new("Removed", 200, &["101", "5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42"])],
    };
    shared::delete_related(Tag::UserGroups, "AccessGroup", &USER_GROUPS, description)
}
