//! The operations at the two ends of a session: the nonce before the sign-in, and the logout.

use super::shared::NO_STORE;
use crate::doc::{Answer, AnswerBody, Body, Doc, Query, Sample};
use crate::node::Node;
use crate::schema::{filled, name, nullable, object, record, reference, text};
use crate::tag::Tag;
use mithril_edge::oauth::nonce::MAX_TEXT;

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        (
            "NonceBody",
            object(
                [("client_id", name(MAX_TEXT, "The id of the client."))],
                [(
                    "client_secret",
                    nullable(filled(
                        MAX_TEXT,
                        "The secret of one of its connections. Required for the client type TRUSTED_PIS.",
                    )),
                )],
            ),
        ),
        ("Nonce", record([("token", text("The nonce, a signed JWT of the type `nonce+jwt`."))])),
        ("Nothing", record([])),
    ]
}

/// `POST /oauth/nonce`.
pub fn nonce() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "Get a nonce",
        description: "A signed nonce, with which a login service begins a sign-in. It is no access token.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(reference("NonceBody"))),
        answers: vec![Answer::new(200, "The nonce.", AnswerBody::Data(reference("Nonce"))).headers(NO_STORE)],
        refusals: &[401, 404, 429, 500, 503],
        samples: vec![
            Sample::new("A nonce", 200, &[]).body(r#"{"client_id":"1380df72-275a-11e7-93ae-92361f002671"}"#),
            Sample::new("A blocked client", 401, &[]).body(r#"{"client_id":"7093de7b-9389-58c5-8952-d77752ea4a14"}"#),
            Sample::new("No such client", 404, &[]).body(r#"{"client_id":"00000000-0000-4000-8000-000000000000"}"#),
            Sample::new("No client", 422, &[]).body("{}"),
        ],
    }
}

/// `GET /oauth/nonce`.
pub fn nonce_by_get() -> Doc {
    Doc {
        description: "The same as `POST /oauth/nonce`. Without a body, `client_id` comes from the query.",
        query: vec![Query { name: "client_id", schema: text("The id of the client, for a request without a body.") }],
        body: Some(Body { media_type: "application/json", schema: reference("NonceBody"), is_required: false }),
        ..nonce()
    }
}

/// `POST /auth/logout`.
pub fn logout() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "Log out",
        description: "Ends the access token that the call is made with. If it came with a refresh token, that one and \
                      every access token from it end too. Other logins of the user go on.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The token has ended.", AnswerBody::Data(reference("Nothing")))],
        refusals: &[],
        samples: vec![Sample::new("Ended", 200, &[])],
    }
}
