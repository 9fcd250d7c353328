//! What the OpenAPI document says of the users of access groups.

use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::resources::endpoint::shared;
use crate::resources::endpoint::shared::Description;
use crate::tag::Tag;
use mithril_edge::endpoint::groups::MEMBERSHIP;
use mithril_edge::endpoint::users::{
    EFFECTIVE_PERMISSION, EFFECTIVE_PERMISSIONS, ENDPOINT_USER, GROUP_USERS, GROUPS_OF_USER, USER, USER_GROUPS,
    USERS_OF_GROUP,
};

const GROUP: (&str, &str) = ("Id", "The access group: its `Id`, or the value of the field that `Name` names.");
const USER_ID: (&str, &str) = ("Id", "The user: its `Id`, or the value of the field that `Name` names.");
/// samples/sample.sql
const REGISTRY: &[&str] = &["5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42"];
const OLENA: &[&str] = &["101"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    let users = shared::entity_schemas(["GroupUser", "GroupUserPart"], &ENDPOINT_USER);
    let [_, effective] =
        shared::entity_schemas(["EffectivePermission", "EffectivePermissionPart"], &EFFECTIVE_PERMISSION);
    users.into_iter().chain([effective]).collect()
}

pub fn list_users() -> Doc {
    let words = Description {
        summary: "List the users of an access group",
        description: "Its members.",
        path: &[GROUP],
        samples: vec![Sample::new("All of a group", 200, REGISTRY)],
    };
    shared::list_children(Tag::GroupUsers, "GroupUserPart", (&MEMBERSHIP, &USERS_OF_GROUP), words)
}

pub fn upsert_users() -> Doc {
    let words = Description {
        summary: "Add users to an access group",
        description: "Up to 1,000 at once, all or none. `DeleteNotExists` takes away who is not in the body. `Extra` names \
                the field that the users are found by.",
        path: &[GROUP],
        samples: vec![
            Sample::new("Two users by name", 200, REGISTRY).body(
                r#"{"Extra":[{"Name":"UserId","FieldName":"Username"}],"Users":[{"UserId":"o.kovalchuk"},{"UserId":"t.melnyk"}]}"#,
            ),
        ],
    };
    shared::upsert_related(Tag::GroupUsers, "GroupUser", &GROUP_USERS, words)
}

pub fn insert_user() -> Doc {
    let words = Description {
        summary: "Add a user to an access group",
        description: "One who is there already is answered as well.",
        path: &[GROUP],
        samples: vec![
            Sample::new("By e-mail", 200, REGISTRY)
                .body(r#"{"UserId":{"Field":"Email","Value":"t.melnyk@klinika.example"}}"#),
            Sample::new("No such user", 400, REGISTRY).body(r#"{"UserId":{"Value":"7"}}"#),
        ],
    };
    shared::insert_related(Tag::GroupUsers, "GroupUser", &GROUP_USERS, words)
}

pub fn delete_user() -> Doc {
    let words = Description {
        summary: "Take a user out of an access group",
        description: "Answers with the user.",
        path: &[GROUP, ("SubId", "The user: its `Id`, or the value of the field that `SubName` names.")],
        samples: vec![Sample::new("Taken out", 200, &["5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42", "101"])],
    };
    shared::delete_related(Tag::GroupUsers, "GroupUser", &GROUP_USERS, words)
}

pub fn list_groups() -> Doc {
    let words = Description {
        summary: "List the access groups of a user",
        description: "In the order in which they were made, unless `Orders` says otherwise.",
        path: &[USER_ID],
        samples: vec![
            Sample::new("By the user's Id", 200, OLENA),
            Sample::new("By the token's sub", 200, &["user-1380df72-275a-11e7-93ae-92361f002671"])
                .query(&[("Name", "External_Id"), ("Fields", "Id,Name")]),
        ],
    };
    shared::list_children(Tag::UserGroups, "AccessGroupPart", (&USER, &GROUPS_OF_USER), words)
}

pub fn insert_group() -> Doc {
    let words = Description {
        summary: "Add a user to an access group, from the user's side",
        description: "Answers with the group.",
        path: &[USER_ID],
        samples: vec![
            Sample::new("By the group's name", 200, OLENA)
                .body(r#"{"AccessGroupId":{"Field":"Name","Value":"Kyiv physicians"}}"#),
        ],
    };
    shared::insert_related(Tag::UserGroups, "AccessGroup", &USER_GROUPS, words)
}

pub fn delete_group() -> Doc {
    let words = Description {
        summary: "Take a user out of an access group, from the user's side",
        description: "Answers with the group.",
        path: &[USER_ID, ("SubId", "The access group: its `Id`, or the value of the field that `SubName` names.")],
        samples: vec![Sample::new("Taken out", 200, &["101", "5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42"])],
    };
    shared::delete_related(Tag::UserGroups, "AccessGroup", &USER_GROUPS, words)
}

pub fn list_effective_permissions() -> Doc {
    let words = Description {
        summary: "List what a user may do",
        description: "A row for each access role and type of group that grants it, over active groups, permissions and roles; \
                nothing for a user who is not active.",
        path: &[USER_ID],
        samples: vec![Sample::new("Of a clerk", 200, OLENA)],
    };
    shared::list_children(Tag::UserGroups, "EffectivePermissionPart", (&USER, &EFFECTIVE_PERMISSIONS), words)
}
