//! The operation by which the login service lets a client act for a user.

use super::shared::mithril_token;
use crate::doc::{Answer, AnswerBody, Body, Doc, Sample};
use crate::node::{Node, map};
use crate::schema::{name, nullable, object, one_of, record, reference, text, uuid, wrapped};
use crate::tag::Tag;
use mithril_edge::oauth::authorize::{CHALLENGE, MAX_TEXT};

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        ("AuthorizationCode", {
            let details = record([
                ("scope", text("The scopes that the token will have, separated by spaces.")),
                ("redirect_uri", text("The redirect URI that the code is for.")),
                ("client_id", uuid("The client that will act for the user.")),
            ]);
            mithril_token("authorization_code", text("The code. It can be used once, within 300 seconds."), details)
        }),
        ("AuthorizeBody", {
            object(
                [
                    ("client_id", name(MAX_TEXT, "The id of the client that will act for the user.")),
                    ("redirect_uri", name(MAX_TEXT, "The exact redirect URI of one of the client's connections.")),
                ],
                [
                    (
                        "scope",
                        nullable(text(
                            "The requested scopes, separated by spaces. The default is every scope that may be \
                             granted.",
                        )),
                    ),
                    (
                        "consumer_id",
                        nullable(text(
                            "The consumer of the connection. Required when several connections have the same redirect \
                             URI.",
                        )),
                    ),
                    (
                        "code_challenge",
                        nullable(map! {
                            "type": "string", "pattern": CHALLENGE,
                            "description": "The SHA-256 of the code verifier (RFC 7636). Required for clients without \
                                            a secret.",
                        }),
                    ),
                    ("code_challenge_method", nullable(one_of(&["S256"], "Required with `code_challenge`."))),
                ],
            )
        }),
    ]
}

/// `POST /oauth/apps/authorize`.
pub fn authorize() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "Let a client act for a user",
        description: "For the login service. It sends the user's token from a trusted issuer and gets a code for one \
                      connection. The client exchanges the code for its own token. That token has the scopes that the \
                      client's type, the user's roles at the client and the request all allow.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(wrapped("app", "AuthorizeBody"))),
        answers: vec![
            Answer::new(
                201,
                "The code, and the address that the browser brings it to.",
                AnswerBody::Urgent(
                    reference("AuthorizationCode"),
                    record([("redirect_uri", text("The redirect URI, with the code in its query."))]),
                ),
            )
            .headers(&["Location"]),
        ],
        refusals: &[],
        samples: vec![
            Sample::new("A code", 201, &[]).user("user-1380df72-275a-11e7-93ae-92361f002671").body(
                r#"{"app":{"client_id":"1380df72-275a-11e7-93ae-92361f002671","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback","scope":"declaration:read"}}"#,
            ),
            Sample::new("A scope that no role grants", 422, &[]).user("user-1380df72-275a-11e7-93ae-92361f002671").body(
                r#"{"app":{"client_id":"1380df72-275a-11e7-93ae-92361f002671","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback","scope":"connection:delete"}}"#,
            ),
        ],
    }
}
