//! The operation by which the login service lets a client act for a user.

use super::shared::mithril_token;
use crate::doc::{Answer, AnswerBody, Body, Doc, Sample};
use crate::node::{Node, map};
use crate::schema::{name, nullable, object, one_of, record, reference, scopes, text, time, uuid, wrapped};
use crate::tag::Tag;
use mithril_edge::oauth::authorize::{CHALLENGE, MAX_TEXT};

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        ("AuthorizationCode", {
            // `AUTHORIZE_ANSWER` decides which of the optional members there are.
            let details = object(
                [
                    ("redirect_uri", text("The redirect URI that the code is for.")),
                    ("client_id", uuid("The client that will act for the user.")),
                ],
                [
                    ("scope", text("The scopes that the token will have, separated by spaces.")),
                    ("scope_request", text("The same, in the form of the newest document.")),
                    ("grant_type", text("`password`, in the form of the newest document.")),
                ],
            );
            mithril_token("authorization_code", text("The code. It can be used once, within 300 seconds."), details)
        }),
        (
            "ExistingApproval",
            record([
                ("user_id", text("The user who approved.")),
                ("client_name", text("The name of the client.")),
                ("client_id", uuid("The client that may act for the user.")),
                ("scope", scopes("All that the user has approved for the client.")),
                ("id", uuid("The id of the approval.")),
                ("created_at", time("When the user first approved.")),
                ("updated_at", time("When the approval last grew.")),
            ]),
        ),
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

/// Where the browser goes next.
fn address() -> Node {
    record([("redirect_uri", text("The redirect URI, with the code in its query."))])
}

/// `POST /oauth/apps/authorize`.
pub fn authorize() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "Let a client act for a user",
        description: "For the login service. It sends the user's token from a trusted issuer and gets a code for one \
                      connection. The client exchanges the code for its own token. That token has the scopes that the \
                      client's type, the user's roles at the client and the request all allow. The scopes are added \
                      to the approval of the user and the client.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(wrapped("app", "AuthorizeBody"))),
        answers: vec![
            Answer::new(
                200,
                "The approval, where it existed and has the scopes. Only with `AUTHORIZE_ANSWER = \"documented\"`.",
                AnswerBody::Urgent(reference("ExistingApproval"), address()),
            )
            .headers(&["Location"]),
            Answer::new(
                201,
                "The code, and the address that the browser brings it to.",
                AnswerBody::Urgent(reference("AuthorizationCode"), address()),
            )
            .headers(&["Location"]),
        ],
        refusals: &[],
        samples: vec![
            Sample::new("A code", 201, &[]).user("user-1380df72-275a-11e7-93ae-92361f002671").body(
                r#"{"app":{"client_id":"1380df72-275a-11e7-93ae-92361f002671","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback","scope":"declaration:read"}}"#,
            ),
            Sample::new("An approval that exists", 200, &[])
                .user("user-1380df72-275a-11e7-93ae-92361f002671")
                .documented()
                .body(
                    r#"{"app":{"client_id":"1380df72-275a-11e7-93ae-92361f002671","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback","scope":"declaration:read"}}"#,
                ),
            Sample::new("A scope that no role grants", 422, &[]).user("user-1380df72-275a-11e7-93ae-92361f002671").body(
                r#"{"app":{"client_id":"1380df72-275a-11e7-93ae-92361f002671","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback","scope":"connection:delete"}}"#,
            ),
        ],
    }
}
