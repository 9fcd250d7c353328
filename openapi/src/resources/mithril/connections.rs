//! What the OpenAPI document says of connections.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::{Node, map};
use crate::schema::{flag, free, nullable, object, one_of, record, reference, text, time, uuid, uuid_filter};
use crate::tag::Tag;
use mithril_edge::mithril::connections::auth_method::METHODS;
use mithril_edge::mithril::connections::redirect_uri;
use mithril_edge::mithril::connections::secret_store::MAX_GRACE;

const CLIENT: (&str, &str) = ("id", "The client that owns the connection: the id of its legal entity.");
const CONNECTION: (&str, &str) = ("connection_id", "The connection. Another client's is not found under this one.");
const SECRET: (&str, &str) = ("secret_id", "The secret. Another connection's is not found under this one.");
const PATH: &[(&str, &str)] = &[CLIENT, CONNECTION];
const SECRET_PATH: &[(&str, &str)] = &[CLIENT, CONNECTION, SECRET];

/// samples/sample.sql; the last is what the recorder's refresh makes.
const IDS: [&str; 3] = [
    "1380df72-275a-11e7-93ae-92361f002671",
    "e5372365-d47a-467f-81d0-f35117864352",
    "97df5404-f33b-4406-a20b-5821cf68259c",
];
const SAMPLE_SECRET: &[&str] = &IDS;
const SAMPLE: &[&str] = IDS.split_at(2).0;

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
        ("RedirectUriBody", record([("redirect_uri", redirect_uri_schema())])),
        (
            "RefreshBody",
            object(
                [],
                [
                    (
                        "grace_period",
                        map! {
                            "type": ["integer", "null"], "minimum": 0, "maximum": MAX_GRACE, "default": 0,
                            "description": "For how many seconds the old secrets live on; 0: they are dead at once.",
                        },
                    ),
                    (
                        "revoke_tokens",
                        nullable(flag(
                            "Whether tokens issued until now end; if not said, they do without a grace period.",
                        )),
                    ),
                ],
            ),
        ),
        (
            "ConnectionBody",
            object(
                [("consumer_id", uuid("The client that is to use it.")), ("redirect_uri", redirect_uri_schema())],
                [
                    (
                        "token_endpoint_auth_method",
                        nullable(one_of(METHODS, "How its client proves itself for tokens (RFC 7591 §2).")),
                    ),
                    (
                        "jwks",
                        nullable(free("Its public keys, a JWK Set, exactly when the method is `private_key_jwt`.")),
                    ),
                ],
            ),
        ),
        (
            "Secret",
            record([
                ("id", uuid("The secret.")),
                ("hint", text("Its last four characters.")),
                ("created_at", time("When it was made.")),
                ("expires_at", nullable(time("When it ends; null: not of itself."))),
                ("last_used_at", nullable(time("When it was last used, at most two hours late; null: never."))),
            ]),
        ),
    ]
}

/// A URI as [`redirect_uri`] takes it, as far as a pattern can say.
fn redirect_uri_schema() -> Node {
    map! {
        "type": "string",
        "pattern": redirect_uri::PATTERN,
        "maxLength": 2048,
        "description": "An absolute `https` URI without user, password and fragment.",
    }
}

/// The path of a client's connections.
const CLIENT_PATH: &[(&str, &str)] = &[("id", "The client that owns the connections: the id of its legal entity.")];
const SAMPLE_CLIENT: &[&str] = &["1380df72-275a-11e7-93ae-92361f002671"];

pub fn list() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "List a client's connections",
        description: "In the order in which they were made. No secret is in it.",
        path: CLIENT_PATH,
        query: list_query([
            ("consumer_id", uuid_filter("Connections that this client uses.")),
            ("redirect_uri", text("Connections whose redirect URI contains this, in any case of its letters.")),
        ]),
        body: None,
        answers: vec![Answer::new(200, "A page of connections.", AnswerBody::List(reference("Connection")))],
        refusals: &[],
        samples: vec![Sample::new("The first two", 200, SAMPLE_CLIENT).query(&[("page_size", "2")])],
    }
}

pub fn show() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "See a connection",
        description: "Without its secret.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The connection.", AnswerBody::Data(reference("Connection")))],
        refusals: &[],
        samples: vec![Sample::new("A connection", 200, SAMPLE)],
    }
}

pub fn put() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Create a connection, or change its redirect URI",
        description: "A client and a consumer have one connection. A new one comes with its secret, in this answer and \
                never again; of a known one the `redirect_uri` is replaced, and the secret stays and is not shown.",
        path: CLIENT_PATH,
        query: Vec::new(),
        body: Some(Body::json(reference("ConnectionBody"))),
        answers: vec![
            Answer::new(200, "The connection that was known, as it is now.", AnswerBody::Data(reference("Connection"))),
            Answer::new(
                201,
                "The new connection with its secret.",
                AnswerBody::Data(reference("ConnectionWithSecret")),
            )
            .headers(&["Location", "Cache-Control"]),
        ],
        refusals: &[],
        samples: vec![
            Sample::new("A new connection", 201, SAMPLE_CLIENT).body(
                r#"{"consumer_id":"c9b67451-3c04-5f08-8b4c-d28919b2bea3","redirect_uri":"https://nhs.example/return"}"#,
            ),
            Sample::new("A known connection", 200, SAMPLE_CLIENT).body(
                r#"{"consumer_id":"16aff65a-be98-59e4-a1ac-bcdfb30e54ba","redirect_uri":"https://example3.com"}"#,
            ),
            Sample::new("No such consumer", 422, SAMPLE_CLIENT).body(
                r#"{"consumer_id":"00000000-0000-4000-8000-000000000000","redirect_uri":"https://example3.com"}"#,
            ),
        ],
    }
}

pub fn delete() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Delete a connection",
        description: "For good: its secrets stop working at once, and tokens issued through it are refused from now on.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "It is gone.", AnswerBody::Meta)],
        refusals: &[],
        samples: vec![Sample::new("Deleted", 200, SAMPLE)],
    }
}

pub fn update() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Change a connection's redirect URI",
        description: "Replaces `redirect_uri` and nothing else: other members of the body are passed over. The secret \
                stays as it is and is not shown.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(reference("RedirectUriBody"))),
        answers: vec![Answer::new(200, "The connection as it is now.", AnswerBody::Data(reference("Connection")))],
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
        description: "The new secret is shown in this answer only. The old ones are dead at once, and so are the tokens issued \
                through the connection, unless the body says otherwise; a body is not needed. With a `grace_period` the \
                old ones live on, and a connection holds five at most. Where the setting `API_KEY_RULE` asks for it, \
                the consumer's secret must come along as `API-key`.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body { media_type: "application/json", schema: reference("RefreshBody"), is_required: false }),
        answers: vec![
            Answer::new(
                200,
                "The connection with its new secret.",
                AnswerBody::Data(reference("ConnectionWithSecret")),
            )
            .headers(&["Cache-Control"]),
        ],
        refusals: &[409],
        samples: vec![
            Sample::new("A new secret", 200, SAMPLE),
            Sample::new("The old one lives on for a day", 200, SAMPLE).body(r#"{"grace_period":86400}"#),
            Sample::new("Five secrets", 409, SAMPLE).body(r#"{"grace_period":86400}"#).refreshed(5),
            Sample::new("Tokens live on", 200, SAMPLE).body(r#"{"revoke_tokens":false}"#),
        ],
    }
}

pub fn list_secrets() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "List the secrets of a connection",
        description: "Those that count, in the order in which they were made, without their values.",
        path: PATH,
        query: list_query([]),
        body: None,
        answers: vec![Answer::new(200, "A page of secrets.", AnswerBody::List(reference("Secret")))],
        refusals: &[],
        samples: vec![Sample::new("The old one and the new one", 200, SAMPLE).refreshed(2)],
    }
}

pub fn retire_secret() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Retire a secret",
        description: "It is dead at once. Tokens live on: they know their connection and not their secret.",
        path: SECRET_PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "It is gone.", AnswerBody::Meta)],
        refusals: &[],
        samples: vec![Sample::new("Retired", 200, SAMPLE_SECRET).refreshed(1)],
    }
}
