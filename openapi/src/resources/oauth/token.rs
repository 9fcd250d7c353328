//! The three addresses that give out tokens.

use super::shared::{NO_STORE, REFUSALS, credentials, form, mithril_token};
use crate::doc::{Answer, AnswerBody, Body, Doc, Sample};
use crate::node::Node;
use crate::schema::{int, object, one_of, record, reference, text, uuid};
use crate::tag::Tag;
use mithril_edge::oauth::address::Address;

/// What the recorder puts for `{secret}` and the like it gets from the service, for the connection of the samples.
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
        [("grant_type", one_of(grants, "What the token is asked for with."))],
        [
            client_id,
            secret,
            assertion,
            assertion_type,
            ("scope", text("Scopes between spaces; none: all that may be granted.")),
            ("refresh_token", text("For `refresh_token`: good for one use; the answer holds its successor.")),
            ("code", text("For `authorization_code`.")),
            ("redirect_uri", text("For `authorization_code`: the one that the code was made for.")),
            ("code_verifier", text("For `authorization_code` with a `code_challenge` (RFC 7636).")),
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
            record([("token", grant(&["client_credentials", "authorization_code", "refresh_token"]))]),
        ),
        (
            "TokenAnswer",
            object(
                [
                    ("access_token", text("A JWT (RFC 9068).")),
                    ("token_type", one_of(&["Bearer"], "How it is used (RFC 6750).")),
                    ("expires_in", int("Seconds.")),
                    ("scope", text("What it may do.")),
                ],
                [("refresh_token", text("For the next access token; good for one use."))],
            ),
        ),
        ("MithrilToken", {
            let details = object(
                [
                    ("scope", text("What it may do.")),
                    ("grant_type", text("What it was asked for with.")),
                    ("client_id", uuid("The client that acts.")),
                ],
                [
                    ("refresh_token", text("For the next access token; good for one use.")),
                    ("redirect_uri", text("Where the code went.")),
                ],
            );
            mithril_token("access_token", text("A JWT (RFC 9068)."), details)
        }),
    ]
}

pub fn token(address: Address) -> Doc {
    match address {
        Address::Standard => standard(),
        Address::Mithril => mithril(),
        Address::Endpoint => page(),
    }
}

fn standard() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "Get a token",
        description: "The token endpoint for standard clients (RFC 6749, RFC 7636, RFC 7523), with every grant. The client \
                proves itself with a connection's secret or key. A refresh token is good for one use: used again \
                later than 30 seconds, it ends all that came from it.",
        path: &[],
        query: Vec::new(),
        body: form("TokenRequest"),
        answers: vec![Answer::new(200, "A token.", AnswerBody::Bare(reference("TokenAnswer"))).headers(NO_STORE)],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("By a secret", 200, &[]).body(BY_SECRET),
            Sample::new("By a code", 200, &[]).body(BY_CODE),
            Sample::new("By a refresh token", 200, &[]).body(BY_REFRESH_TOKEN),
            Sample::new("A scope too many", 400, &[]).body(TOO_MUCH),
            Sample::new("A wrong secret", 401, &[]).body(WRONG_SECRET),
        ],
    }
}

fn mithril() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "Get a token, in Mithril's envelope",
        description: "The same grants as at `/oauth/token`, with the body, the envelope and the words of Mithril.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(reference("MithrilTokenBody"))),
        answers: vec![Answer::new(201, "A token.", AnswerBody::Data(reference("MithrilToken"))).headers(NO_STORE)],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("By a secret", 201, &[]).body(MITHRIL_BY_SECRET),
            Sample::new("By a code", 201, &[]).body(MITHRIL_BY_CODE),
            Sample::new("A wrong secret", 401, &[]).body(MITHRIL_WRONG_SECRET),
            Sample::new("No grant type", 422, &[]).body(MITHRIL_NO_GRANT),
        ],
    }
}

fn page() -> Doc {
    Doc {
        tag: Tag::PageToken,
        summary: "Get a token, as the Endpoint page has it",
        description: "Two grants, each with a refresh token. `scope=*` asks for all. Errors carry the fields of RFC 6749 \
                and the dialect's own.",
        path: &[],
        query: Vec::new(),
        body: form("PageTokenRequest"),
        answers: vec![Answer::new(200, "A token.", AnswerBody::Bare(reference("TokenAnswer"))).headers(NO_STORE)],
        refusals: &[401, 403, 429, 500, 503],
        samples: vec![
            Sample::new("By a secret", 200, &[]).body(BY_SECRET),
            Sample::new("By a refresh token", 200, &[]).body(BY_REFRESH_TOKEN),
            Sample::new("A scope too many", 400, &[]).body(TOO_MUCH),
            Sample::new("A wrong secret", 401, &[]).body(WRONG_SECRET),
            Sample::new("A refresh without a secret", 403, &[]).body(NO_SECRET),
        ],
    }
}
