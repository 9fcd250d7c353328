//! What the OpenAPI document says of roles.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::Node;
use crate::schema::{name, object, record, reference, scopes, text, wrapped};
use crate::tag::Tag;
use mithril_edge::mithril::roles::handlers::MAX_NAME;

const PATH: &[(&str, &str)] = &[("id", "The role; an opaque text.")];
/// samples/sample.sql
const DOCTOR: &[&str] = &["role-1380df72-275a-11e7-93ae-92361f002671"];
const UNUSED: &[&str] = &["205f6676-54c5-5389-a95d-239057f8c746"];
const USED: &[&str] = &["32E61509-0071-4001-BE32-9E9D0DB255CB"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    let body_name = || name(MAX_NAME, "Its name; no two roles share one.");
    let body_scope = || scopes("The scopes that it gives.");
    vec![
        (
            "Role",
            record([
                ("name", text("Its name; no two roles share one.")),
                ("scope", text("The scopes that it gives, separated by spaces.")),
                ("id", text("The role.")),
            ]),
        ),
        ("RoleBody", record([("name", body_name()), ("scope", body_scope())])),
        ("RolePart", object([], [("name", body_name()), ("scope", body_scope())])),
    ]
}

fn role(description: &'static str) -> Answer {
    Answer::new(200, description, AnswerBody::Data(reference("Role")))
}

pub fn list() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "List roles",
        description: "In the order in which they were made. Any client with the scope sees all of them.",
        path: &[],
        query: list_query([
            ("name", text("Roles whose name contains this.")),
            ("scope", text("Scopes, separated by commas: roles that give any of them.")),
        ]),
        body: None,
        answers: vec![Answer::new(200, "A page of roles.", AnswerBody::List(reference("Role")))],
        refusals: &[],
        samples: vec![
            Sample::new("Roles that give a scope", 200, &[]).query(&[("scope", "global_parameters:read,cabinet:read")]),
            Sample::new("A page that is none", 422, &[]).query(&[("page", "0")]),
        ],
    }
}

pub fn show() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "See a role",
        description: "Any client with the scope sees any role. The answer may be up to 60 seconds old.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![role("The role.")],
        refusals: &[],
        samples: vec![Sample::new("Doctor", 200, DOCTOR)],
    }
}

pub fn create() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "Create a role",
        description: "Its name must be free.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(wrapped("role", "RoleBody"))),
        answers: vec![Answer::new(201, "The new role.", AnswerBody::Data(reference("Role"))).headers(&["Location"])],
        refusals: &[],
        samples: vec![
            Sample::new("A registrar", 201, &[])
                .body(r#"{"role":{"name":"REGISTRAR","scope":"register:read register:write"}}"#),
            Sample::new("The name is taken", 422, &[]).body(r#"{"name":"DOCTOR","scope":"person:read"}"#),
        ],
    }
}

pub fn replace() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "Replace a role",
        description: "Name and scope are replaced. Tokens that were issued keep the scope they have.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(wrapped("role", "RoleBody"))),
        answers: vec![role("The role as it is now.")],
        refusals: &[],
        samples: vec![Sample::new("Replaced", 200, DOCTOR).body(r#"{"name":"Doctor","scope":"patients:read"}"#)],
    }
}

pub fn update() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "Change a role",
        description: "What the body does not hold stays as it is.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(wrapped("role", "RolePart"))),
        answers: vec![role("The role as it is now.")],
        refusals: &[],
        samples: vec![Sample::new("Renamed", 200, DOCTOR).body(r#"{"name":"Family doctor"}"#)],
    }
}

pub fn delete() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "Delete a role",
        description: "Refused while users have it, or permissions of access groups name it.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "It is gone.", AnswerBody::Meta)],
        refusals: &[409],
        samples: vec![Sample::new("Deleted", 200, UNUSED), Sample::new("Permissions name it", 409, USED)],
    }
}
