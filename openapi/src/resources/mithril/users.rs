//! What the OpenAPI document says of users' roles.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::Node;
use crate::schema::{name, nullable, object, record, reference, text, time, uuid, uuid_filter, wrapped};
use crate::tag::Tag;
use mithril_edge::mithril::users::handlers::MAX_ID;

const USER: &[(&str, &str)] = &[("user_id", "The user, as the login service knows it.")];
/// samples/sample.sql
const SAMPLE_USER: &[&str] = &["user-1380df72-275a-11e7-93ae-92361f002671"];
/// An id that is not UTF-8 names nobody.
const NOBODY: &[&str] = &["%ff"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        (
            "UserRole",
            record([
                ("id", text("This assignment.")),
                ("user_id", text("The user.")),
                ("role_id", text("The role.")),
                ("role_name", text("The role's name.")),
                ("client_id", nullable(uuid("The client at which the user has the role; null: at every client."))),
                ("inserted_at", time("When it was given.")),
            ]),
        ),
        (
            "UserRoleBody",
            object(
                [("role_id", name(MAX_ID, "A role that exists."))],
                [("client_id", nullable(uuid("A client that exists; none: at every client.")))],
            ),
        ),
    ]
}

pub fn list_roles() -> Doc {
    Doc {
        tag: Tag::UserRoles,
        summary: "List a user's roles",
        description: "In the order in which they were given. A user without roles has an empty list: whether the user \
                exists is the login service's to know.",
        path: USER,
        query: list_query([("client_id", uuid_filter("Roles at this client alone."))]),
        body: None,
        answers: vec![Answer::new(200, "A page of the user's roles.", AnswerBody::List(reference("UserRole")))],
        refusals: &[],
        samples: vec![Sample::new("Two roles", 200, SAMPLE_USER), Sample::new("No text", 404, NOBODY)],
    }
}

pub fn add_role() -> Doc {
    Doc {
        tag: Tag::UserRoles,
        summary: "Give a user a role",
        description: "At one client, or at every one when no client is given.",
        path: USER,
        query: Vec::new(),
        body: Some(Body::json(wrapped("user_role", "UserRoleBody"))),
        answers: vec![Answer::new(201, "The role that was given.", AnswerBody::Data(reference("UserRole")))],
        refusals: &[],
        samples: vec![
            Sample::new("A doctor at one client", 201, SAMPLE_USER)
                .body(r#"{"role_id":"6eeb0bd1-c20d-5ff3-8942-e34b72e05198","client_id":"5709711e-98f9-5fa6-b73b-4e9921a0491d"}"#),
            Sample::new("No such role", 422, SAMPLE_USER).body(r#"{"user_role":{"role_id":"nothing"}}"#),
            Sample::new("No text", 404, NOBODY).body(r#"{"role_id":"6eeb0bd1-c20d-5ff3-8942-e34b72e05198"}"#),
        ],
    }
}

pub fn remove_role() -> Doc {
    Doc {
        tag: Tag::UserRoles,
        summary: "Take a role from a user",
        description: "Tokens that were issued keep the scope they have.",
        path: &[("id", "The assignment of the role to the user.")],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "It is gone.", AnswerBody::Meta)],
        refusals: &[],
        samples: vec![Sample::new("Taken away", 200, &["c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a02"])],
    }
}
