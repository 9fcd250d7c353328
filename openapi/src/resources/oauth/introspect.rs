//! The two operations on a token that exists: introspection and revocation.

use super::shared::{NO_STORE, REFUSALS, credentials, form};
use crate::doc::{Answer, AnswerBody, Doc, Sample};
use crate::node::{Node, map};
use crate::schema::{flag, int, object, one_of, reference, text};
use crate::tag::Tag;

const ABOUT_TOKEN: &str = "token={access_token}&client_id=1380df72-275a-11e7-93ae-92361f002671&client_secret={secret}";
const ABOUT_NOTHING: &str = "token=nothing&client_id=1380df72-275a-11e7-93ae-92361f002671&client_secret={secret}";
const NO_TOKEN: &str = "client_id=1380df72-275a-11e7-93ae-92361f002671&client_secret={secret}";
const STRANGER: &str = "token=nothing&client_id=1380df72-275a-11e7-93ae-92361f002671&client_secret=mes_wrong";

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        ("AboutTokenRequest", {
            let [client_id, secret, assertion, assertion_type] = credentials();
            object(
                [("token", map! { "type": "string", "minLength": 1, "description": "An access or refresh token." })],
                [
                    ("token_type_hint", text("Not needed: the token tells by itself what it is.")),
                    client_id,
                    secret,
                    assertion,
                    assertion_type,
                ],
            )
        }),
        (
            "Introspection",
            object(
                [("active", flag("Whether it is good at this moment; where it is not, nothing else is told."))],
                [
                    ("scope", text("What it may do.")),
                    ("client_id", text("The client that acts.")),
                    ("token_type", one_of(&["Bearer"], "For access tokens.")),
                    ("exp", int("When it ends, in seconds since 1970.")),
                    ("iat", int("When it was issued.")),
                    ("sub", text("The user, or the client itself.")),
                    ("aud", text("For whom it is.")),
                    ("iss", text("Who issued it.")),
                    ("jti", text("The token's id.")),
                    ("client_type", text("The type of the client.")),
                ],
            ),
        ),
    ]
}

pub fn introspect() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "Ask what a token is worth",
        description: "RFC 7662. A client is told of its own tokens only; one whose client type acts for any client, of \
                all. To everybody else a token is `{\"active\":false}`.",
        path: &[],
        query: Vec::new(),
        body: form("AboutTokenRequest"),
        answers: vec![
            Answer::new(200, "What is to be told of it.", AnswerBody::Bare(reference("Introspection")))
                .headers(NO_STORE),
        ],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("A good token", 200, &[]).body(ABOUT_TOKEN),
            Sample::new("Anything else", 200, &[]).body(ABOUT_NOTHING),
            Sample::new("No token", 400, &[]).body(NO_TOKEN),
            Sample::new("A wrong secret", 401, &[]).body(STRANGER),
        ],
    }
}

pub fn revoke() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "End a token",
        description: "RFC 7009. A refresh token takes all that came from it with it; an access token ends alone. A token \
                that is not the caller's is left as it is, with the same answer.",
        path: &[],
        query: Vec::new(),
        body: form("AboutTokenRequest"),
        answers: vec![Answer::new(200, "It is of no use any more.", AnswerBody::Empty).headers(NO_STORE)],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("An access token", 200, &[]).body(ABOUT_TOKEN),
            Sample::new("No token", 400, &[]).body(NO_TOKEN),
            Sample::new("A wrong secret", 401, &[]).body(STRANGER),
        ],
    }
}
