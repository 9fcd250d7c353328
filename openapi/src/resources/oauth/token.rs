//! The three addresses that give out tokens.

use super::shared::{NO_STORE, REFUSALS, credentials, form, mithril_token};
use crate::doc::{Answer, AnswerBody, Body, Doc, Sample};
use crate::node::{Node, map};
use crate::schema::{int, object, one_of, record, reference, text, uuid};
use crate::tag::Tag;
use mithril_edge::oauth::address::Address;
use mithril_edge::oauth::grants::VERIFIER;

/// The recorder replaces placeholders such as `{secret}` with what the service gives to the sample connection.
const BY_SECRET: &str = "grant_type=client_credentials&client_id=1380df72-275a-11e7-93ae-92361f002671\
     &client_secret={secret}&scope=connection:read%20connection:write";
const BY_REFRESH_TOKEN: &str = "grant_type=refresh_token&client_id=1380df72-275a-11e7-93ae-92361f002671\
     &client_secret={secret}&refresh_token={refresh_token}";
const BY_CODE: &str = "grant_type=authorization_code&client_id=1380df72-275a-11e7-93ae-92361f002671\
     &client_secret={secret}&code={code}\
     &redirect_uri=https%3A%2F%2Fcpmsd1.kyiv.zdorovya-online.example%2Foauth%2Fcallback";
const WRONG_SECRET: &str = "grant_type=client_credentials&client_id=1380df72-275a-11e7-93ae-92361f002671\
     &client_secret=mes_wrong";
const TOO_MUCH: &str = "grant_type=client_credentials&client_id=1380df72-275a-11e7-93ae-92361f002671\
     &client_secret={secret}&scope=role:write";
const NO_SECRET: &str = "grant_type=refresh_token&client_id=1380df72-275a-11e7-93ae-92361f002671\
     &refresh_token={refresh_token}";

const MITHRIL_BY_SECRET: &str = r#"{"token":{"grant_type":"client_credentials","client_id":"1380df72-275a-11e7-93ae-92361f002671","client_secret":"{secret}","scope":"connection:read"}}"#;
const MITHRIL_BY_CODE: &str = r#"{"token":{"grant_type":"authorization_code","client_id":"1380df72-275a-11e7-93ae-92361f002671","client_secret":"{secret}","code":"{code}","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback"}}"#;
const MITHRIL_WRONG_SECRET: &str = r#"{"token":{"grant_type":"client_credentials","client_id":"1380df72-275a-11e7-93ae-92361f002671","client_secret":"mes_wrong"}}"#;
const MITHRIL_NO_GRANT: &str = r#"{"token":{"client_id":"1380df72-275a-11e7-93ae-92361f002671"}}"#;

fn grant(grants: &[&str]) -> Node {
    let [client_id, secret, assertion, assertion_type] = credentials();
    object(
        [("grant_type", one_of(grants, "The grant."))],
        [
            client_id,
            secret,
            assertion,
            assertion_type,
            (
                "scope",
                text("The requested scopes, separated by spaces. The default is every scope that may be granted."),
            ),
            (
                "refresh_token",
                text(
                    "For the grant `refresh_token`. A refresh token can be used once; the answer contains the next \
                     one. At Mithril's address it can be used many times by a client that authenticates, unless \
                     `MITHRIL_REFRESH` says otherwise.",
                ),
            ),
            ("code", text("The code, for the grant `authorization_code`.")),
            ("redirect_uri", text("The redirect URI that the code was made for, for the grant `authorization_code`.")),
            (
                "code_verifier",
                map! {
                    "type": "string", "pattern": VERIFIER,
                    "description": "The code verifier, for the grant `authorization_code`, when the code was made \
                                    with a `code_challenge` (RFC 7636). A wrong one ends the code.",
                },
            ),
        ],
    )
}

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        ("TokenRequest", grant(&["client_credentials", "authorization_code", "refresh_token"])),
        ("PageTokenRequest", grant(&["client_credentials", "refresh_token"])),
        (
            "MithrilTokenBody",
            record([(
                "token",
                grant(&["client_credentials", "authorization_code", "refresh_token"]).described("The request."),
            )]),
        ),
        (
            "TokenAnswer",
            object(
                [
                    ("access_token", text("The access token, a JWT (RFC 9068).")),
                    ("token_type", one_of(&["Bearer"], "How the token is sent (RFC 6750).")),
                    ("expires_in", int("The lifetime of the access token in seconds.")),
                    ("scope", text("The granted scopes, separated by spaces.")),
                ],
                [("refresh_token", text("A token for the next access token. It can be used once."))],
            ),
        ),
        ("MithrilToken", {
            let details = object(
                [
                    ("scope", text("The granted scopes, separated by spaces.")),
                    ("grant_type", text("The grant that the token was issued for.")),
                    ("client_id", uuid("The client that the token was issued to.")),
                ],
                [
                    (
                        "refresh_token",
                        text("A token for the next access tokens. Without it, the presented one goes on."),
                    ),
                    ("redirect_uri", text("The redirect URI that the code was sent to.")),
                ],
            );
            mithril_token("access_token", text("The access token, a JWT (RFC 9068)."), details)
        }),
    ]
}

/// The operation at one of the three addresses.
pub fn token(address: Address) -> Doc {
    match address {
        Address::Standard => standard(),
        Address::Mithril => mithril(),
        Address::Endpoint => endpoint(),
    }
}

fn standard() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "Get a token",
        description: "The token endpoint for standard clients (RFC 6749, RFC 7636, RFC 7523), with every grant. The \
                      client authenticates with the secret or the key of a connection. A refresh token can be used \
                      once. When it is used again more than 30 seconds later, all tokens that came from it end.",
        path: &[],
        query: Vec::new(),
        body: form("TokenRequest"),
        answers: vec![Answer::new(200, "The token.", AnswerBody::Bare(reference("TokenAnswer"))).headers(NO_STORE)],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("By a secret", 200, &[]).body(BY_SECRET),
            Sample::new("By a code", 200, &[]).body(BY_CODE),
            Sample::new("By a refresh token", 200, &[]).body(BY_REFRESH_TOKEN),
            Sample::new("A scope that is not allowed", 400, &[]).body(TOO_MUCH),
            Sample::new("A wrong secret", 401, &[]).body(WRONG_SECRET),
        ],
    }
}

fn mithril() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "Get a token, in Mithril's envelope",
        description: "Has the grants of `/oauth/token`, with the body, the envelope and the words of Mithril. A refresh \
                      token is good many times for a client that authenticates, and its answer has no other. With \
                      `MITHRIL_REFRESH = \"rotate\"`, and for a client without a secret or key, it is good once.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(reference("MithrilTokenBody"))),
        answers: vec![Answer::new(201, "The token.", AnswerBody::Data(reference("MithrilToken"))).headers(NO_STORE)],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("By a secret", 201, &[]).body(MITHRIL_BY_SECRET),
            Sample::new("By a code", 201, &[]).body(MITHRIL_BY_CODE),
            Sample::new("A wrong secret", 401, &[]).body(MITHRIL_WRONG_SECRET),
            Sample::new("No grant type", 422, &[]).body(MITHRIL_NO_GRANT),
        ],
    }
}

fn endpoint() -> Doc {
    Doc {
        tag: Tag::PageToken,
        summary: "Get a token, in the form of the Endpoint page",
        description: "Has two grants, each with a refresh token. `scope=*` requests every scope. Errors have the \
                      fields of RFC 6749 and those of the dialect.",
        path: &[],
        query: Vec::new(),
        body: form("PageTokenRequest"),
        answers: vec![Answer::new(200, "The token.", AnswerBody::Bare(reference("TokenAnswer"))).headers(NO_STORE)],
        refusals: &[401, 403, 429, 500, 503],
        samples: vec![
            Sample::new("By a secret", 200, &[]).body(BY_SECRET),
            Sample::new("By a refresh token", 200, &[]).body(BY_REFRESH_TOKEN),
            Sample::new("A scope that is not allowed", 400, &[]).body(TOO_MUCH),
            Sample::new("A wrong secret", 401, &[]).body(WRONG_SECRET),
            Sample::new("A refresh without a secret", 403, &[]).body(NO_SECRET),
        ],
    }
}
