//! Documents connections.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::{Node, map};
use crate::schema::{free, nullable, object, one_of, record, reference, text, time, uuid, uuid_filter};
use crate::tag::Tag;
use mithril_edge::mithril::connections::auth_method::METHODS;
use mithril_edge::mithril::connections::redirect_uri;

/// The parameter that names the client of a connection.
pub const CLIENT: (&str, &str) = ("id", "The id of the client that owns the connection.");
/// The parameter that names a connection.
pub const CONNECTION: (&str, &str) = ("connection_id", "The id of the connection, which must belong to the client.");
/// The path of one connection.
pub const PATH: &[(&str, &str)] = &[CLIENT, CONNECTION];

/// A client and its connection in samples/sample.sql.
pub const SAMPLE: &[&str] = &["1380df72-275a-11e7-93ae-92361f002671", "e5372365-d47a-467f-81d0-f35117864352"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let members = || {
        [
            ("id", uuid("The id of the connection.")),
            ("client_id", uuid("The client that owns the connection.")),
            (
                "consumer_id",
                uuid("The client that uses the connection: a medical information system, or the owner itself."),
            ),
            (
                "redirect_uri",
                text("Where the browser brings an authorization code. Requests must have exactly this URI."),
            ),
        ]
    };
    // `CONNECTION_FIELDS = "documented"` leaves them out.
    let times = || [("inserted_at", time("When it was created.")), ("updated_at", time("When it last changed."))];
    let secret = text("The secret: `mes_…`, 53 characters. Only this answer shows it.");
    vec![
        ("Connection", object(members(), times())),
        ("ConnectionWithSecret", {
            let [id, client, consumer, uri] = members();
            object([id, client, consumer, uri, ("secret", secret)], times())
        }),
        ("WholeConnection", {
            let [id, client, consumer, uri] = members();
            let [inserted_at, updated_at] = times();
            record([
                id,
                client,
                consumer,
                uri,
                ("former_redirect_uris", former_redirect_uris()),
                ("token_endpoint_auth_method", one_of(METHODS, "How the client authenticates (RFC 7591 §2).")),
                ("jwks", nullable(free("The public keys of the client, as a JWK Set."))),
                inserted_at,
                updated_at,
            ])
        }),
        ("RedirectUriBody", record([("redirect_uri", redirect_uri_schema())])),
        (
            "ConnectionBody",
            object(
                [
                    ("consumer_id", uuid("The client that will use the connection.")),
                    ("redirect_uri", redirect_uri_schema()),
                ],
                [
                    (
                        "token_endpoint_auth_method",
                        nullable(one_of(
                            METHODS,
                            "How the client authenticates when it asks for tokens (RFC 7591 §2).",
                        )),
                    ),
                    (
                        "jwks",
                        nullable(free(
                            "The public keys of the client, as a JWK Set. Required for the method `private_key_jwt`, \
                             and refused for any other.",
                        )),
                    ),
                ],
            ),
        ),
    ]
}

/// The redirect URIs from before.
fn former_redirect_uris() -> Node {
    let entry = record([
        ("redirect_uri", text("The redirect URI that it had.")),
        ("until", time("When another one took its place.")),
    ]);
    map! {
        "type": "array",
        "maxItems": 5,
        "items": entry,
        "description": "The last five redirect URIs from before, the newest first.",
    }
}

/// A URI that [`redirect_uri`] accepts, as far as a pattern can say so.
fn redirect_uri_schema() -> Node {
    map! {
        "type": "string",
        "pattern": redirect_uri::PATTERN,
        "maxLength": 2048,
        "description": "An absolute `https` URI without user, password and fragment.",
    }
}

/// The path of a client's connections.
const CLIENT_PATH: &[(&str, &str)] = &[("id", "The id of the client that owns the connections.")];
const SAMPLE_CLIENT: &[&str] = &["1380df72-275a-11e7-93ae-92361f002671"];

/// `GET /api/clients/{id}/connections`.
pub fn list() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "List a client's connections",
        description: "Lists the oldest connection first, without secrets.",
        path: CLIENT_PATH,
        query: list_query([
            ("consumer_id", uuid_filter("Only connections that this client uses.")),
            (
                "redirect_uri",
                text("Only connections whose redirect URI contains this text. Upper and lower case are the same."),
            ),
        ]),
        body: None,
        answers: vec![Answer::new(200, "A page of connections.", AnswerBody::List(reference("Connection")))],
        refusals: &[],
        samples: vec![Sample::new("The first two", 200, SAMPLE_CLIENT).query(&[("page_size", "2")])],
    }
}

/// `GET /admin/connections/{id}`.
pub fn show_whole() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "See a connection by its id alone",
        description: "Shows the connection without its secret, with its method, its public keys and the redirect URIs that \
                      it had before. The tag is that of the connection at its other address.",
        path: &[("id", "The id of the connection.")],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The connection.", AnswerBody::Data(reference("WholeConnection")))],
        refusals: &[],
        samples: vec![Sample::new("A connection", 200, &["e5372365-d47a-467f-81d0-f35117864352"])],
    }
}

/// `GET /api/clients/{id}/connections/{connection_id}`.
pub fn show() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "See a connection",
        description: "Shows the connection without its secret.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The connection.", AnswerBody::Data(reference("Connection")))],
        refusals: &[],
        samples: vec![Sample::new("A connection", 200, SAMPLE)],
    }
}

/// `PUT /api/clients/{id}/connections`.
pub fn put() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Create a connection, or change its redirect URI",
        description: "A client and a consumer have at most one connection. Only the answer that creates it shows its \
                      secret. If the connection exists, its `redirect_uri` is replaced; its secret stays and is not \
                      shown. Another method, or other keys, need the scope `connection:refresh_secret` too, and end \
                      what was issued through the connection, unless keys are only added. Where the client's type \
                      may act for every client, they and a new connection need a token that holds the scopes of this \
                      service that the type has.",
        path: CLIENT_PATH,
        query: Vec::new(),
        body: Some(Body::json(reference("ConnectionBody"))),
        answers: vec![
            Answer::new(200, "The existing connection after the change.", AnswerBody::Data(reference("Connection"))),
            Answer::new(
                201,
                "The new connection with its secret.",
                AnswerBody::Data(reference("ConnectionWithSecret")),
            )
            .headers(&["Location"]),
        ],
        refusals: &[],
        samples: vec![
            Sample::new("A new connection", 201, SAMPLE_CLIENT).body(
                r#"{"consumer_id":"c9b67451-3c04-5f08-8b4c-d28919b2bea3","redirect_uri":"https://nhs.example/return"}"#,
            ),
            Sample::new("An existing connection", 200, SAMPLE_CLIENT).body(
                r#"{"consumer_id":"16aff65a-be98-59e4-a1ac-bcdfb30e54ba","redirect_uri":"https://example3.com"}"#,
            ),
            Sample::new("No such consumer", 422, SAMPLE_CLIENT).body(
                r#"{"consumer_id":"00000000-0000-4000-8000-000000000000","redirect_uri":"https://example3.com"}"#,
            ),
        ],
    }
}

/// `DELETE /api/clients/{id}/connections/{connection_id}`.
pub fn delete() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Delete a connection",
        description: "Deletes the connection for good. Its secrets and the tokens issued through it are refused at \
                      once.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The connection was deleted.", AnswerBody::Meta)],
        refusals: &[],
        samples: vec![Sample::new("Deleted", 200, SAMPLE)],
    }
}

/// `PATCH /api/clients/{id}/connections/{connection_id}`.
pub fn update() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Change a connection's redirect URI",
        description: "Replaces only `redirect_uri` and ignores other members of the body. The secret stays and is not \
                      shown.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(reference("RedirectUriBody"))),
        answers: vec![Answer::new(200, "The connection after the change.", AnswerBody::Data(reference("Connection")))],
        refusals: &[],
        samples: vec![
            Sample::new("Changed", 200, SAMPLE).body(r#"{"redirect_uri":"https://example3.com"}"#),
            Sample::new("No redirect_uri", 422, SAMPLE).body("{}"),
            Sample::new("Not https", 422, SAMPLE).body(r#"{"redirect_uri":"http://example3.com"}"#),
        ],
    }
}
