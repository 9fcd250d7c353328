//! What the OpenAPI document says of the token plane.

pub use crate::resources::oauth_schemas::schemas;

use crate::doc::{Answer, Body, Doc, Sample, Shape, Tag};
use crate::schema::{record, reference, text, wrapped};
use mithril_edge::oauth::address::Address;

const FORM: &str = "application/x-www-form-urlencoded";
const NO_STORE: &[&str] = &["Cache-Control", "Pragma"];
/// What every request with a client's credentials may come to.
const REFUSALS: &[u16] = &[401, 429, 500, 503];

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
const ABOUT_TOKEN: &str = "token={access_token}&client_id=1380df72-275a-11e7-93ae-92361f002671&client_secret={secret}";
const ABOUT_NOTHING: &str = "token=nothing&client_id=1380df72-275a-11e7-93ae-92361f002671&client_secret={secret}";
const NO_TOKEN: &str = "client_id=1380df72-275a-11e7-93ae-92361f002671&client_secret={secret}";
const STRANGER: &str = "token=nothing&client_id=1380df72-275a-11e7-93ae-92361f002671&client_secret=mes_wrong";

const MITHRIL_BY_SECRET: &str = r#"{"token":{"grant_type":"client_credentials","client_id":"1380df72-275a-11e7-93ae-92361f002671","client_secret":"{secret}","scope":"connection:read"}}"#;
const MITHRIL_BY_CODE: &str = r#"{"token":{"grant_type":"authorization_code","client_id":"1380df72-275a-11e7-93ae-92361f002671","client_secret":"{secret}","code":"{code}","redirect_uri":"https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback"}}"#;
const MITHRIL_WRONG_SECRET: &str = r#"{"token":{"grant_type":"client_credentials","client_id":"1380df72-275a-11e7-93ae-92361f002671","client_secret":"mes_wrong"}}"#;
const MITHRIL_NO_GRANT: &str = r#"{"token":{"client_id":"1380df72-275a-11e7-93ae-92361f002671"}}"#;

fn form(schema: &str) -> Option<Body> {
    Some(Body { media_type: FORM, schema: reference(schema), is_required: true })
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
        about: "The token endpoint for standard clients (RFC 6749, RFC 7636, RFC 7523), with every grant. The client \
                proves itself with a connection's secret or key. A refresh token is good for one use: used again \
                later than 30 seconds, it ends all that came from it.",
        path: &[],
        query: Vec::new(),
        body: form("TokenRequest"),
        answers: vec![Answer::new(200, "A token.", Shape::Bare(reference("TokenAnswer"))).headers(NO_STORE)],
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
        about: "The same grants as at `/oauth/token`, with the body, the envelope and the words of Mithril.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(reference("MithrilTokenBody"))),
        answers: vec![Answer::new(201, "A token.", Shape::Data(reference("MithrilToken"))).headers(NO_STORE)],
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
        about: "Two grants, each with a refresh token. `scope=*` asks for all. Errors carry the fields of RFC 6749 \
                and the dialect's own.",
        path: &[],
        query: Vec::new(),
        body: form("PageTokenRequest"),
        answers: vec![Answer::new(200, "A token.", Shape::Bare(reference("TokenAnswer"))).headers(NO_STORE)],
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

pub fn authorize() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "Let a client act for a user",
        about: "For the login service in front: a user's token of a trusted issuer turns into a code for one \
                connection, which the client exchanges for its token. What the token may do is what the client's \
                type, the user's roles at that client and the request all allow.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(wrapped("app", "AuthorizeBody"))),
        answers: vec![
            Answer::new(
                201,
                "The code, and where the browser is to carry it.",
                Shape::Urgent(
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

pub fn introspect() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "Ask what a token is worth",
        about: "RFC 7662. A client is told of its own tokens only; one whose client type acts for any client, of \
                all. To everybody else a token is `{\"active\":false}`.",
        path: &[],
        query: Vec::new(),
        body: form("AboutTokenRequest"),
        answers: vec![
            Answer::new(200, "What is to be told of it.", Shape::Bare(reference("Introspection"))).headers(NO_STORE),
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
        about: "RFC 7009. A refresh token takes all that came from it with it; an access token ends alone. A token \
                that is not the caller's is left as it is, with the same answer.",
        path: &[],
        query: Vec::new(),
        body: form("AboutTokenRequest"),
        answers: vec![Answer::new(200, "It is of no use any more.", Shape::Empty).headers(NO_STORE)],
        refusals: REFUSALS,
        samples: vec![
            Sample::new("An access token", 200, &[]).body(ABOUT_TOKEN),
            Sample::new("No token", 400, &[]).body(NO_TOKEN),
            Sample::new("A wrong secret", 401, &[]).body(STRANGER),
        ],
    }
}

pub fn metadata() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "See what the token plane offers",
        about: "RFC 8414. Only what exists is named. Not found while the setting `ISSUER` is empty.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![
            Answer::new(200, "The metadata.", Shape::Bare(reference("Metadata"))).headers(&["Cache-Control"]),
        ],
        refusals: &[404],
        samples: vec![Sample::new("Metadata", 200, &[])],
    }
}

pub fn jwks() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "See the keys that verify tokens",
        about: "RFC 7517. After a rotation both keys are here, the signing one first.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The keys.", Shape::Bare(reference("JwkSet"))).headers(&["Cache-Control"])],
        refusals: &[],
        samples: vec![Sample::new("Keys", 200, &[])],
    }
}
