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
                [(
                    "token",
                    map! { "type": "string", "minLength": 1, "description": "An access token or a refresh token." },
                )],
                [
                    ("token_type_hint", text("Ignored. The service recognizes the kind of token.")),
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
                [("active", flag("Whether the token is valid now. If not, the answer has no other members."))],
                [
                    ("scope", text("The scopes of the token, separated by spaces.")),
                    ("client_id", text("The client that the token was issued to.")),
                    ("token_type", one_of(&["Bearer"], "Only for access tokens.")),
                    ("exp", int("When the token expires, in seconds since 1970.")),
                    ("iat", int("When the token was issued, in seconds since 1970.")),
                    ("sub", text("The user, or the client itself.")),
                    ("aud", text("The audience of the token.")),
                    ("iss", text("The issuer of the token.")),
                    ("jti", text("The id of the token.")),
                    ("client_type", text("The type of the client.")),
                ],
            ),
        ),
    ]
}

/// `POST /oauth/introspect`.
pub fn introspect() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "Ask whether a token is valid",
        description: "Token introspection (RFC 7662). A client learns about its own tokens only. A client whose type \
                      has the context `any` learns about every token. A consumer that acts for a client learns only \
                      about tokens that were issued through its own connections. The answer about any other token is \
                      `{\"active\":false}`.",
        path: &[],
        query: Vec::new(),
        body: form("AboutTokenRequest"),
        answers: vec![
            Answer::new(200, "What the service says about the token.", AnswerBody::Bare(reference("Introspection")))
                .headers(NO_STORE),
        ],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("A valid token", 200, &[]).body(ABOUT_TOKEN),
            Sample::new("Anything else", 200, &[]).body(ABOUT_NOTHING),
            Sample::new("No token", 400, &[]).body(NO_TOKEN),
            Sample::new("A wrong secret", 401, &[]).body(STRANGER),
        ],
    }
}

/// `POST /oauth/revoke`.
pub fn revoke() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "End a token",
        description: "Token revocation (RFC 7009). With a refresh token, all tokens that came from it end. An access \
                      token ends alone. A token of another client stays valid, and the answer is the same.",
        path: &[],
        query: Vec::new(),
        body: form("AboutTokenRequest"),
        answers: vec![Answer::new(200, "The token has ended.", AnswerBody::Empty).headers(NO_STORE)],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("An access token", 200, &[]).body(ABOUT_TOKEN),
            Sample::new("No token", 400, &[]).body(NO_TOKEN),
            Sample::new("A wrong secret", 401, &[]).body(STRANGER),
        ],
    }
}
