//! Documents groups of users and the users in them.

use super::schemas::{FieldDescriptions, entity_schemas, record_body};
use super::shared;
use super::shared::{Description, SchemaNames};
use super::users::USER_FIELDS;
use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::tag::Tag;
use mithril_edge::endpoint::user_groups::{
    GROUP_EXTERNAL, GROUP_EXTERNALS, USER_EXTERNAL, USER_EXTERNALS, USER_GROUP, USER_GROUP_IMPORT, USER_GROUP_RECORDS,
    USER_GROUP_USERS,
};

const GROUP_ID: (&str, &str) = ("Id", "The group: its `Id`, or a value of the field that `Name` names.");
const GROUP_PATH: &[(&str, &str)] = &[GROUP_ID];

/// The fields of a group of users.
pub const USER_GROUP_FIELDS: FieldDescriptions = &[
    ("Id", "The primary key. It is never reused."),
    ("Name", "The unique name of the group."),
    ("Description", "A text about the group."),
    ("Created_By", "Who made the group. `ExternalId` is the `sub` of the caller's token."),
    ("Created", "When the group was made."),
    (
        "Has_Custom_Management",
        "Whether another system manages the group. This service keeps the value and does not use it.",
    ),
    ("CreatedOn", "When the access group got the group. Shown in lists when `Fields` names it."),
];
/// What a membership adds to the fields of its record.
pub const MEMBERSHIP_FIELDS: FieldDescriptions = &[
    ("User_Id", "The user. Shown in lists when `Fields` names it."),
    ("Group_Id", "The group. Shown in lists when `Fields` names it."),
];

/// A group of samples/sample.sql.
const NIGHT: &[&str] = &["301"];
const NAMES: SchemaNames = SchemaNames { record: "GroupExternal", body: "GroupExternalBody" };

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let of_users: FieldDescriptions = [USER_FIELDS, MEMBERSHIP_FIELDS].concat().leak();
    let groups = entity_schemas(["GroupExternal", "GroupExternalPart"], &GROUP_EXTERNAL, USER_GROUP_FIELDS);
    let users = entity_schemas(["UserExternal", "UserExternalPart"], &USER_EXTERNAL, of_users);
    let body = ("GroupExternalBody", record_body(&USER_GROUP_RECORDS));
    groups.into_iter().chain([body]).chain(users).collect()
}

/// `GET /Endpoint/rest/api/v1/GroupExternals`.
pub fn list() -> Doc {
    let description = Description {
        summary: "List groups of users",
        description: "Sorted by `Id`, unless `Orders` says otherwise.",
        path: &[],
        samples: vec![Sample::new("All groups", 200, &[])],
    };
    shared::list(Tag::GroupExternals, "GroupExternalPart", &GROUP_EXTERNALS, description)
}

/// `PATCH /Endpoint/rest/api/v1/GroupExternals/Json`.
pub fn import() -> Doc {
    let description = Description {
        summary: "Import groups of users",
        description: "Takes up to 1,000 groups and stores all of them or none. A row with an `Id` changes that group. A \
                      row without one changes the group with its `Name`, or makes a group if there is none. Members that \
                      a row leaves out keep their values. No two rows may mean the same group.",
        path: &[],
        samples: vec![
            Sample::new("One known and one new group", 200, &[]).body(
                r#"{"GroupExternals":[{"Name":"Night shift","Description":"From ten to six"},{"Name":"Nurses","Description":"Ward 3"}]}"#,
            ),
            Sample::new("An unknown Id", 400, &[]).body(r#"{"GroupExternals":[{"Id":7,"Name":"Nurses"}]}"#),
        ],
    };
    shared::import(Tag::GroupExternals, &NAMES, &USER_GROUP_IMPORT, description)
}

/// `POST /Endpoint/rest/api/v1/GroupExternal`.
pub fn insert() -> Doc {
    let description = Description {
        summary: "Insert a group of users",
        description: "The service gives the group its `Id`. No other group may have the same `Name`.",
        path: &[],
        samples: vec![
            Sample::new("Nurses", 200, &[]).body(r#"{"Name":"Nurses","Description":"Ward 3"}"#),
            Sample::new("The name is taken", 400, &[]).body(r#"{"Name":"Night shift"}"#),
        ],
    };
    shared::insert(Tag::GroupExternals, &NAMES, description)
}

/// `PATCH /Endpoint/rest/api/v1/GroupExternal`.
pub fn upsert() -> Doc {
    let description = Description {
        summary: "Insert or change a group of users",
        description: "Changes the group with the given `Id`. An unknown `Id` is 404. Without an `Id`, changes the group \
                      with the given `Name`, or inserts a new group if there is none. Members that the body leaves out \
                      keep their values.",
        path: &[],
        samples: vec![
            Sample::new("A known name", 200, &[]).body(r#"{"Name":"Night shift","Description":"From ten to six"}"#),
            Sample::new("An unknown Id", 404, &[]).body(r#"{"Id":7,"Name":"Nurses"}"#),
        ],
    };
    shared::upsert(Tag::GroupExternals, &NAMES, description)
}

/// `GET /Endpoint/rest/api/v1/GroupExternal/{Id}`.
pub fn get() -> Doc {
    let description = Description {
        summary: "See a group of users",
        description: "Finds the group by its `Id` or `Name`.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("By its Id", 200, NIGHT),
            Sample::new("By its name", 200, &["Night%20shift"]).query(&[("Name", "Name")]),
        ],
    };
    shared::get(Tag::GroupExternals, "GroupExternal", &USER_GROUP, description)
}

/// `PUT /Endpoint/rest/api/v1/GroupExternal/{Id}`.
pub fn replace() -> Doc {
    let description = Description {
        summary: "Replace a group of users",
        description: "Members that the body leaves out get their defaults, except `Name`, which stays.",
        path: GROUP_PATH,
        samples: vec![Sample::new("Replaced", 200, NIGHT).body(r#"{"Name":"Late shift"}"#)],
    };
    shared::replace(Tag::GroupExternals, &NAMES, &USER_GROUP_RECORDS, description)
}

/// `DELETE /Endpoint/rest/api/v1/GroupExternal/{Id}`.
pub fn delete() -> Doc {
    let description = Description {
        summary: "Delete a group of users",
        description: "Its users lose the access groups that they have through it alone.",
        path: GROUP_PATH,
        samples: vec![Sample::new("Deleted", 200, NIGHT)],
    };
    shared::delete(Tag::GroupExternals, "GroupExternal", &USER_GROUP_RECORDS, &[], description)
}

/// `GET /Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternals`.
pub fn list_users() -> Doc {
    let description = Description {
        summary: "List the users of a group",
        description: "Lists the members of the group.",
        path: GROUP_PATH,
        samples: vec![Sample::new("All users of a group", 200, NIGHT)],
    };
    shared::list_children(Tag::GroupExternals, "UserExternalPart", (&USER_GROUP, &USER_EXTERNALS), description)
}

/// `PATCH /Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternals`.
pub fn upsert_users() -> Doc {
    let description = Description {
        summary: "Add users to a group",
        description: "Takes up to 1,000 users and adds all of them or none. `DeleteNotExists` removes those that are not \
                      in the body; it needs the scope to delete too.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("By user name", 200, NIGHT).body(
                r#"{"Extra":[{"Name":"User_Id","FieldName":"Username"}],"UserExternals":[{"User_Id":"t.melnyk"}]}"#,
            ),
        ],
    };
    shared::upsert_related(Tag::GroupExternals, "UserExternal", &USER_GROUP_USERS, description)
}

/// `POST /Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternal`.
pub fn insert_user() -> Doc {
    let description = Description {
        summary: "Add a user to a group",
        description: "If the user is already a member, nothing changes.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("By user name", 200, NIGHT).body(r#"{"User_Id":{"Field":"Username","Value":"t.melnyk"}}"#),
        ],
    };
    shared::insert_related(Tag::GroupExternals, "UserExternal", &USER_GROUP_USERS, description)
}

/// `DELETE /Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternal/{SubId}`.
pub fn delete_user() -> Doc {
    let description = Description {
        summary: "Remove a user from a group",
        description: "Answers with the user who was removed.",
        path: &[GROUP_ID, ("SubId", "The user: its `Id`, or a value of the field that `SubName` names.")],
        samples: vec![Sample::new("Removed", 200, &["301", "101"])],
    };
    shared::delete_related(Tag::GroupExternals, "UserExternal", &USER_GROUP_USERS, description)
}
