//! What the OpenAPI document says of client types.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::Node;
use crate::schema::{name, nullable, object, one_of, record, reference, scopes, text, time, wrapped};
use crate::tag::Tag;
use mithril_edge::mithril::client_types::handlers::{ANY, MAX_NAME, OWN};

const PATH: &[(&str, &str)] = &[("id", "The client type.")];
/// samples/sample.sql
const MIS: &[&str] = &["a5d02d85-82dc-52ca-b2f7-b5713156fc15"];
const UNUSED: &[&str] = &["6175ff52-5eb8-5bfe-aa00-db88ab542f1b"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    let context = || one_of(&[OWN, ANY], "Whom its clients may act for: themselves alone, or any client.");
    vec![
        (
            "ClientType",
            record([
                ("id", text("The client type.")),
                ("name", text("Its name; no two types share one. Tokens carry it.")),
                ("scope", text("The most that a token of its clients may hold.")),
                ("context", context()),
                ("inserted_at", time("When it was made.")),
                ("updated_at", time("When it last changed.")),
            ]),
        ),
        (
            "ClientTypeBody",
            object(
                [
                    ("name", name(MAX_NAME, "Its name; no two types share one.")),
                    ("scope", scopes("The most that a token of its clients may hold.")),
                ],
                [(
                    "context",
                    nullable(one_of(&[OWN, ANY], "Whom its clients may act for; `own` when it is not given.")),
                )],
            ),
        ),
    ]
}

fn body() -> Option<Body> {
    Some(Body::json(wrapped("client_type", "ClientTypeBody")))
}

pub fn list() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "List client types",
        description: "In the order in which they were made.",
        path: &[],
        query: list_query([("name", text("Types whose name contains this."))]),
        body: None,
        answers: vec![Answer::new(200, "A page of client types.", AnswerBody::List(reference("ClientType")))],
        refusals: &[],
        samples: vec![Sample::new("Two at a time", 200, &[]).query(&[("page", "4"), ("page_size", "2")])],
    }
}

pub fn show() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "See a client type",
        description: "Any client with the scope sees any type.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The client type.", AnswerBody::Data(reference("ClientType")))],
        refusals: &[],
        samples: vec![Sample::new("MIS", 200, MIS)],
    }
}

pub fn create() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "Create a client type",
        description: "Its name must be free.",
        path: &[],
        query: Vec::new(),
        body: body(),
        answers: vec![
            Answer::new(201, "The new client type.", AnswerBody::Data(reference("ClientType"))).headers(&["Location"]),
        ],
        refusals: &[],
        samples: vec![
            Sample::new("A laboratory", 201, &[])
                .body(r#"{"client_type":{"name":"LABORATORY","scope":"client:read connection:read","context":"own"}}"#),
            Sample::new("The name is taken", 422, &[]).body(r#"{"name":"MIS","scope":"client:read"}"#),
        ],
    }
}

pub fn replace() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "Replace a client type",
        description: "Name, scope and context are replaced. Tokens name their type: those of a type that is renamed are of \
                no known type, and act for their own client only.",
        path: PATH,
        query: Vec::new(),
        body: body(),
        answers: vec![Answer::new(200, "The client type as it is now.", AnswerBody::Data(reference("ClientType")))],
        refusals: &[],
        samples: vec![
            Sample::new("Replaced", 200, UNUSED).body(r#"{"name":"UADDRESSES ADMIN","scope":"address:read"}"#),
        ],
    }
}

pub fn delete() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "Delete a client type",
        description: "Refused while it has clients.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "It is gone.", AnswerBody::Meta)],
        refusals: &[409],
        samples: vec![Sample::new("Deleted", 200, UNUSED), Sample::new("It has clients", 409, MIS)],
    }
}
