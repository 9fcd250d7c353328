//! What the OpenAPI document says of connections.

use super::redirect_uri;
use crate::map;
use crate::openapi::doc::{Answer, Body, Doc, Sample, Shape, Tag};
use crate::openapi::node::Node;
use crate::openapi::schema::{object, record, reference, text, time, uuid};

const PATH: &[(&str, &str)] = &[
    ("id", "The client that owns the connection: the id of its legal entity."),
    ("connection_id", "The connection. Another client's is not found under this one."),
];
/// samples/sample.sql
const SAMPLE: &[&str] = &["1380df72-275a-11e7-93ae-92361f002671", "e5372365-d47a-467f-81d0-f35117864352"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    let members = || {
        [
            ("id", uuid("The connection.")),
            ("client_id", uuid("The client that owns it.")),
            ("consumer_id", uuid("The client that uses it: a medical information system, or the owner itself.")),
            ("redirect_uri", text("Where the browser goes with an authorization code; compared exactly.")),
            ("inserted_at", time("When it was made.")),
            ("updated_at", time("When it last changed.")),
        ]
    };
    let secret = text("The secret, in this answer and never again: `mes_…`, 53 characters.");
    vec![
        ("Connection", record(members())),
        ("ConnectionWithSecret", {
            let [id, client, consumer, uri, inserted, updated] = members();
            record([id, client, consumer, uri, ("secret", secret), inserted, updated])
        }),
        ("RedirectUriBody", object([("redirect_uri", redirect_uri_schema())], [])),
    ]
}

/// A URI as [`redirect_uri`] takes it, as far as a pattern can say.
fn redirect_uri_schema() -> Node {
    map! {
        "type": "string",
        "format": "uri",
        "pattern": redirect_uri::PATTERN,
        "maxLength": 2048,
        "description": "An absolute `https` URI without user, password and fragment.",
    }
}

pub fn delete() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Delete a connection",
        about: "For good: its secrets stop working at once, and tokens issued through it are refused from now on.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "It is gone.", Shape::Meta)],
        refusals: &[],
        samples: vec![Sample::new("Deleted", 200, SAMPLE)],
    }
}

pub fn update() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Change a connection's redirect URI",
        about: "Replaces `redirect_uri` and nothing else: other members of the body are passed over. The secret \
                stays as it is and is not shown.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(reference("RedirectUriBody"))),
        answers: vec![Answer::new(200, "The connection as it is now.", Shape::Data(reference("Connection")))],
        refusals: &[],
        samples: vec![
            Sample::new("Changed", 200, SAMPLE).body(r#"{"redirect_uri":"https://example3.com"}"#),
            Sample::new("No redirect_uri", 422, SAMPLE).body("{}"),
            Sample::new("Not https", 422, SAMPLE).body(r#"{"redirect_uri":"http://example3.com"}"#),
        ],
    }
}

pub fn refresh_secret() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Give a connection a new secret",
        about: "The new secret is shown in this answer only. The old one, and the tokens issued through it, are \
                dead at once. Where the setting `API_KEY_RULE` asks for it, the consumer's secret must come \
                along as `API-key`.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![
            Answer::new(200, "The connection with its new secret.", Shape::Data(reference("ConnectionWithSecret")))
                .headers(&["Cache-Control"]),
        ],
        refusals: &[],
        samples: vec![Sample::new("A new secret", 200, SAMPLE)],
    }
}
