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
                ("scope", text("What the token will be allowed to do.")),
                ("redirect_uri", text("Where the browser goes.")),
                ("client_id", uuid("The client that is to act.")),
            ]);
            mithril_token("authorization_code", text("The code; good for one use, for 300 seconds."), details)
        }),
        ("AuthorizeBody", {
            object(
                [
                    ("client_id", name(MAX_TEXT, "The client that is to act for the user.")),
                    ("redirect_uri", name(MAX_TEXT, "The redirect URI of one of its connections, exactly.")),
                ],
                [
                    ("scope", nullable(text("Scopes between spaces; none: all that may be granted."))),
                    ("consumer_id", nullable(text("Tells connections with the same redirect URI apart."))),
                    (
                        "code_challenge",
                        nullable(map! {
                            "type": "string", "pattern": CHALLENGE,
                            "description": "SHA-256 of the code verifier (RFC 7636); needed by clients without a secret.",
                        }),
                    ),
                    ("code_challenge_method", nullable(one_of(&["S256"], "Comes with `code_challenge`."))),
                ],
            )
        }),
    ]
}

pub fn authorize() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "Let a client act for a user",
        description: "For the login service in front: a user's token of a trusted issuer turns into a code for one \
                connection, which the client exchanges for its token. What the token may do is what the client's \
                type, the user's roles at that client and the request all allow.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(wrapped("app", "AuthorizeBody"))),
        answers: vec![
            Answer::new(
                201,
                "The code, and where the browser is to carry it.",
                AnswerBody::Urgent(
                    reference("AuthorizationCode"),
                    record([("redirect_uri", text("The redirect URI with the code."))]),
                ),
            )
            .headers(&["Location", "Cache-Control"]),
        ],
        refusals: &[],
        samples: vec![
            Sample::new("A code", 201, &[]).user("user-1380df72-275a-11e7-93ae-92361f002671").body(
                r#"{"app":{"client_id":"1380df72-275a-11e7-93ae-92361f002671","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback","scope":"declaration:read"}}"#,
            ),
            Sample::new("A scope that no role gives", 422, &[]).user("user-1380df72-275a-11e7-93ae-92361f002671").body(
                r#"{"app":{"client_id":"1380df72-275a-11e7-93ae-92361f002671","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback","scope":"connection:delete"}}"#,
            ),
        ],
    }
}
