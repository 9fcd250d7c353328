//! Documents Mithril's roles.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::Node;
use crate::schema::{name, object, record, reference, scopes, text, wrapped};
use crate::tag::Tag;
use mithril_edge::mithril::roles::handlers::MAX_NAME;

const PATH: &[(&str, &str)] = &[("id", "The id of the role, an opaque text.")];
/// Roles of samples/sample.sql.
const DOCTOR: &[&str] = &["role-1380df72-275a-11e7-93ae-92361f002671"];
const UNUSED: &[&str] = &["205f6676-54c5-5389-a95d-239057f8c746"];
const USED: &[&str] = &["6eeb0bd1-c20d-5ff3-8942-e34b72e05198"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let body_name = || name(MAX_NAME, "The unique name of the role.");
    let body_scope = || scopes("The scopes that the role grants, separated by spaces.");
    vec![
        (
            "Role",
            record([
                ("name", text("The unique name of the role.")),
                ("scope", text("The scopes that the role grants, separated by spaces.")),
                ("id", text("The id of the role.")),
            ]),
        ),
        ("RoleBody", record([("name", body_name()), ("scope", body_scope())])),
        ("RolePart", object([], [("name", body_name()), ("scope", body_scope())])),
    ]
}

fn role(description: &'static str) -> Answer {
    Answer::new(200, description, AnswerBody::Data(reference("Role")))
}

/// `GET /admin/roles`.
pub fn list() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "List roles",
        description: "Lists the oldest role first. Any caller with the scope sees every role.",
        path: &[],
        query: list_query([
            ("name", text("Only roles whose name contains this text.")),
            ("scope", text("Only roles that grant at least one of these scopes, separated by commas.")),
        ]),
        body: None,
        answers: vec![Answer::new(200, "A page of roles.", AnswerBody::List(reference("Role")))],
        refusals: &[],
        samples: vec![
            Sample::new("Roles that grant a scope", 200, &[])
                .query(&[("scope", "global_parameters:read,cabinet:read")]),
            Sample::new("An invalid page", 422, &[]).query(&[("page", "0")]),
        ],
    }
}

/// `GET /admin/roles/{id}`.
pub fn show() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "See a role",
        description: "Any caller with the scope sees every role. The answer may be up to 60 seconds old.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![role("The role.")],
        refusals: &[],
        samples: vec![Sample::new("Doctor", 200, DOCTOR)],
    }
}

/// `POST /admin/roles`.
pub fn create() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "Create a role",
        description: "No other role may have the same name. The token must hold the scopes of this service that the role has.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(wrapped("role", "RoleBody"))),
        answers: vec![Answer::new(201, "The new role.", AnswerBody::Data(reference("Role"))).headers(&["Location"])],
        refusals: &[],
        samples: vec![
            Sample::new("A registrar", 201, &[])
                .body(r#"{"role":{"name":"REGISTRAR","scope":"register:read register:write"}}"#),
            Sample::new("A dry run", 200, &[])
                .query(&[("dry_run", "true")])
                .body(r#"{"name":"REGISTRAR","scope":"register:read"}"#),
            Sample::new("The name is taken", 422, &[]).body(r#"{"name":"DOCTOR","scope":"person:read"}"#),
        ],
    }
}

/// `PUT /admin/roles/{id}`.
pub fn replace() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "Replace a role",
        description: "Replaces the name and the scope. The token must hold the scopes of this service that the role gets. Tokens that were issued before keep their scope.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(wrapped("role", "RoleBody"))),
        answers: vec![role("The role after the change.")],
        refusals: &[],
        samples: vec![Sample::new("Replaced", 200, DOCTOR).body(r#"{"name":"Doctor","scope":"patients:read"}"#)],
    }
}

/// `PATCH /admin/roles/{id}`.
pub fn update() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "Change a role",
        description: "Members that the body leaves out keep their values. The token must hold the scopes of this service that the role gets.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(wrapped("role", "RolePart"))),
        answers: vec![role("The role after the change.")],
        refusals: &[],
        samples: vec![Sample::new("Renamed", 200, DOCTOR).body(r#"{"name":"Family doctor"}"#)],
    }
}

/// `DELETE /admin/roles/{id}`.
pub fn delete() -> Doc {
    Doc {
        tag: Tag::Roles,
        summary: "Delete a role",
        description: "A role cannot be deleted while users have it, or while permissions of access groups refer to it. Endpoint's access \
                      roles are not found here.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The role was deleted.", AnswerBody::Meta)],
        refusals: &[409],
        samples: vec![Sample::new("Deleted", 200, UNUSED), Sample::new("A user has it", 409, USED)],
    }
}
