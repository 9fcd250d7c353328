//! What the OpenAPI document says of the token plane.

use super::Address;
use super::authorize::{CHALLENGE, MAX_TEXT};
use crate::map;
use crate::openapi::doc::{Answer, Body, Doc, Sample, Shape, Tag};
use crate::openapi::node::Node;
use crate::openapi::schema::{flag, int, list, name, nullable, object, one_of, record, reference, text, uuid, wrapped};

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

/// Members of a request that say who asks, in a body; HTTP Basic is the other way for id and secret.
fn credentials() -> [(&'static str, Node); 4] {
    [
        ("client_id", text("The client; in the body, or by HTTP Basic.")),
        ("client_secret", text("A connection's secret; in the body, or by HTTP Basic.")),
        (
            "client_assertion",
            text("In place of a secret: a JWT signed with the connection's registered key (RFC 7523)."),
        ),
        (
            "client_assertion_type",
            one_of(&["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"], "Comes with `client_assertion`."),
        ),
    ]
}

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
        ("Metadata", metadata_schema()),
        (
            "JwkSet",
            record([(
                "keys",
                list(map! {
                    "type": "object",
                    "required": ["kty", "kid", "alg", "use"],
                    "properties": map! {
                        "kty": text("The kind of key."),
                        "kid": text("Its id, as in the header of tokens."),
                        "alg": text("The one algorithm that it is for."),
                        "use": one_of(&["sig"], "It checks signatures."),
                    },
                    "additionalProperties": true,
                }),
            )]),
        ),
    ]
}

fn mithril_token(kind: &str, value: Node, details: Node) -> Node {
    record([
        ("id", uuid("Its id.")),
        ("name", one_of(&[kind], "What it is.")),
        ("value", value),
        ("user_id", nullable(text("The user who acts, or whom the client belongs to."))),
        ("expires_at", int("When it ends, in seconds since 1970.")),
        ("details", details),
    ])
}

fn metadata_schema() -> Node {
    let address = |about: &str| map! { "type": "string", "format": "uri", "description": about };
    let names = || list(map! { "type": "string" });
    record([
        ("issuer", text("Who issues: `iss` of the tokens.")),
        ("token_endpoint", address("Where tokens are asked for.")),
        ("introspection_endpoint", address("RFC 7662.")),
        ("revocation_endpoint", address("RFC 7009.")),
        ("jwks_uri", address("The keys that verify tokens.")),
        ("response_types_supported", names()),
        ("grant_types_supported", names()),
        ("token_endpoint_auth_methods_supported", names()),
        ("token_endpoint_auth_signing_alg_values_supported", names()),
        ("introspection_endpoint_auth_methods_supported", names()),
        ("introspection_endpoint_auth_signing_alg_values_supported", names()),
        ("revocation_endpoint_auth_methods_supported", names()),
        ("revocation_endpoint_auth_signing_alg_values_supported", names()),
        ("code_challenge_methods_supported", names()),
    ])
}

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
