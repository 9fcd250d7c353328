//! Documents client types.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::Node;
use crate::schema::{name, nullable, object, one_of, record, reference, scopes, text, time, wrapped};
use crate::tag::Tag;
use mithril_edge::mithril::client_types::handlers::{ANY, MAX_NAME, OWN};

const PATH: &[(&str, &str)] = &[("id", "The id of the client type.")];
/// Client types of samples/sample.sql.
const MIS: &[&str] = &["a5d02d85-82dc-52ca-b2f7-b5713156fc15"];
const UNUSED: &[&str] = &["6175ff52-5eb8-5bfe-aa00-db88ab542f1b"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let context = || {
        one_of(
            &[OWN, ANY],
            "Whether the clients of this type may act only for themselves (`own`) or for any client (`any`).",
        )
    };
    vec![
        (
            "ClientType",
            record([
                ("id", text("The id of the client type.")),
                ("name", text("The unique name of the type. Tokens contain it.")),
                ("scope", text("The scopes that tokens of its clients may have, separated by spaces.")),
                ("context", context()),
                ("inserted_at", time("When the type was created.")),
                ("updated_at", time("When the type last changed.")),
            ]),
        ),
        (
            "ClientTypeBody",
            object(
                [
                    ("name", name(MAX_NAME, "The unique name of the type.")),
                    ("scope", scopes("The scopes that tokens of its clients may have, separated by spaces.")),
                ],
                [(
                    "context",
                    nullable(one_of(
                        &[OWN, ANY],
                        "Whether the clients of this type may act only for themselves (`own`) or for any client \
                         (`any`). The default is `own`.",
                    )),
                )],
            ),
        ),
    ]
}

fn body() -> Option<Body> {
    Some(Body::json(wrapped("client_type", "ClientTypeBody")))
}

/// `GET /admin/client_types`.
pub fn list() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "List client types",
        description: "Lists the oldest type first.",
        path: &[],
        query: list_query([("name", text("Only types whose name contains this text."))]),
        body: None,
        answers: vec![Answer::new(200, "A page of client types.", AnswerBody::List(reference("ClientType")))],
        refusals: &[],
        samples: vec![Sample::new("Two at a time", 200, &[]).query(&[("page", "4"), ("page_size", "2")])],
    }
}

/// `GET /admin/client_types/{id}`.
pub fn show() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "See a client type",
        description: "Any caller with the scope sees every type.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The client type.", AnswerBody::Data(reference("ClientType")))],
        refusals: &[],
        samples: vec![Sample::new("MIS", 200, MIS)],
    }
}

/// `POST /admin/client_types`.
pub fn create() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "Create a client type",
        description: "No other type may have the same name. The token must hold the scopes of this service that the type has.",
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
            Sample::new("A dry run", 200, &[])
                .query(&[("dry_run", "true")])
                .body(r#"{"name":"LABORATORY","scope":"client:read"}"#),
            Sample::new("The name is taken", 422, &[]).body(r#"{"name":"MIS","scope":"client:read"}"#),
        ],
    }
}

/// `PUT /admin/client_types/{id}`.
pub fn replace() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "Replace a client type",
        description: "Replaces the name, the scope and the context. Tokens contain the name of their type. After a new \
                      name, older tokens have an unknown type and may act only for their own client. The token of the \
                      caller must hold the scopes of this service that the type gets.",
        path: PATH,
        query: Vec::new(),
        body: body(),
        answers: vec![Answer::new(200, "The client type after the change.", AnswerBody::Data(reference("ClientType")))],
        refusals: &[],
        samples: vec![
            Sample::new("Replaced", 200, UNUSED).body(r#"{"name":"UADDRESSES ADMIN","scope":"address:read"}"#),
        ],
    }
}

/// `DELETE /admin/client_types/{id}`.
pub fn delete() -> Doc {
    Doc {
        tag: Tag::ClientTypes,
        summary: "Delete a client type",
        description: "A type that has clients cannot be deleted.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The client type was deleted.", AnswerBody::Meta)],
        refusals: &[409],
        samples: vec![Sample::new("Deleted", 200, UNUSED), Sample::new("It has clients", 409, MIS)],
    }
}
