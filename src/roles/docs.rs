//! What the OpenAPI document says of roles.

use crate::openapi::doc::{Answer, Doc, Sample, Shape, Tag};
use crate::openapi::node::Node;
use crate::openapi::schema::{record, reference, text};

const PATH: &[(&str, &str)] = &[("id", "The role; an opaque text.")];
/// samples/sample.sql
const SAMPLE: &[&str] = &["role-1380df72-275a-11e7-93ae-92361f002671"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![(
        "Role",
        record([
            ("name", text("Its name; no two roles share one.")),
            ("scope", text("The scopes that it gives, separated by spaces.")),
            ("id", text("The role.")),
        ]),
    )]
}

pub fn show() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "See a role",
        about: "Any client with the scope sees any role. The answer may be up to 60 seconds old.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The role.", Shape::Data(reference("Role")))],
        refusals: &[],
        samples: vec![Sample::new("Doctor", 200, SAMPLE)],
    }
}
