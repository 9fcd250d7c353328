//! What the OpenAPI document says of access groups and their permissions.

use crate::map;
use crate::openapi::doc::{Answer, Doc, Query, Sample, Shape, Tag};
use crate::openapi::node::Node;
use crate::openapi::schema::{flag, one_of, record, reference, text, time};

const PERMISSION_PATH: &[(&str, &str)] = &[
    (
        "Id",
        "The access group: its `Id`, or the value of the field that `Name` names. `base64|…` brings any text into a path.",
    ),
    ("SubId", "The permission: its `Id`, or the value of the field that `SubName` names."),
];
/// samples/sample.sql
const SAMPLE: &[&str] = &["B83D0F25-6E19-4C7A-95E4-7D2A1F8C6B90", "4711"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        (
            "AbstractText",
            record([
                ("Id", text("The record's primary key.")),
                ("ExternalId", text("Its id in another system.")),
                ("Name", text("Its name.")),
                ("Type", text("What kind of record it is.")),
            ]),
        ),
        (
            "Permission",
            record([
                (
                    "Id",
                    map! { "type": "integer", "format": "int64", "description": "The permission; never used again." },
                ),
                ("AccessRoleId", reference("AbstractText")),
                ("PermissionId", reference("AbstractText")),
                ("Is_Active", flag("Whether it counts.")),
                ("CreatedOn", time("When it was made.")),
            ]),
        ),
    ]
}

fn group_field() -> Query {
    let about = "The field of the group that `Id` is a value of.";
    Query { name: "Name", schema: one_of(&["", "Id", "Name", "ExternalId"], about) }
}

fn permission_field() -> Query {
    let about = "The field of the permission that `SubId` is a value of.";
    Query { name: "SubName", schema: one_of(&["", "Id", "PermissionId", "AccessRoleId"], about) }
}

pub fn delete_permission() -> Doc {
    Doc {
        tag: Tag::Permissions,
        summary: "Delete a permission of an access group",
        about: "Answers with the deleted record. What matches several groups or several permissions is refused, \
                and so is every change of a system group.",
        path: PERMISSION_PATH,
        query: vec![group_field(), permission_field()],
        body: None,
        answers: vec![Answer::new(200, "The deleted permission.", Shape::Bare(reference("Permission")))],
        refusals: &[400],
        samples: vec![
            Sample::new("Deleted", 200, SAMPLE),
            Sample::new("Several groups share the ExternalId", 400, &["KYIV", "4711"]).query(&[("Name", "ExternalId")]),
            Sample::new("A system group", 403, &["3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5", "4701"]),
        ],
    }
}
