//! Messages that end a support ticket: why a token is refused, and where the errors are described.

use mithril_edge::http::{Header, Method};
use mithril_edge::routes::ROUTES;
use serde_json::{Value, json};

use crate::oauth::{CLIENT, CONNECTION};
use crate::support::endpoint::ROOT;
use crate::support::platform::NOW;
use crate::support::routes::{OTHER, endpoint_changes, endpoint_reads, examples, whole_service};
use crate::support::tokens::{Signer, mint, sign};
use crate::support::{Reply, Service};

/// A route of each dialect that takes a bearer token, with its scope.
const DOORS: [(&str, &str); 3] = [
    ("/admin/roles", "role:read"),
    ("/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections", "connection:read"),
    ("/Endpoint/rest/api/v1/Roles", "AccessManager:Read"),
];

fn challenge(reply: &Reply) -> &str {
    reply.header("www-authenticate").unwrap_or_default()
}

#[test]
fn a_refused_token_is_told_why_in_one_of_a_few_sentences_in_every_dialect() {
    let token = |header: Value, claims: Value| sign(Signer::LoginEs256, header, claims);
    let cases = [
        ("x".to_owned(), "The access token is malformed."),
        ("a.b.c".to_owned(), "The access token is malformed."),
        (token(json!({ "crit": ["x"] }), json!({})), "The access token is malformed."),
        (
            token(json!({}), json!({ "iss": "https://nobody.test" })),
            "The access token is of an issuer that is not accepted.",
        ),
        (token(json!({ "kid": "none" }), json!({})), "The key of the access token is not known."),
        (sign(Signer::Stranger, json!({}), json!({})), "The signature of the access token is not valid."),
        (token(json!({ "typ": "id+jwt" }), json!({})), "The access token has the wrong typ."),
        (token(json!({}), json!({ "exp": NOW - 61 })), "The access token has expired."),
        (token(json!({}), json!({ "nbf": NOW + 61 })), "The access token is not valid yet."),
        (token(json!({}), json!({ "aud": "other" })), "The access token is for another audience."),
        (token(json!({}), json!({ "jti": null })), "A claim of the access token is missing or malformed."),
        (token(json!({}), json!({ "exp": NOW + 86_401 })), "The access token exceeds what its issuer may say."),
    ];
    for (path, _) in DOORS {
        let service = Service::default();
        for (token, why) in &cases {
            let reply = service.call(Method::Get, path, token, "");
            let expected =
                format!("Bearer realm=\"mithril-edge\", error=\"invalid_token\", error_description=\"{why}\"");
            assert_eq!((reply.status, challenge(&reply)), (401, expected.as_str()), "{path}");
        }
        let none = service.send(Method::Get, path, &[], "");
        assert_eq!((none.status, challenge(&none)), (401, "Bearer realm=\"mithril-edge\""), "{path}");
        assert_eq!(service.platform.trips.get(), 0, "{path}");
    }
}

#[test]
fn a_revoked_token_and_a_blocked_client_are_told_the_same() {
    let told =
        "Bearer realm=\"mithril-edge\", error=\"invalid_token\", error_description=\"The access token was revoked.\"";
    for (path, scope) in DOORS {
        let service = Service::default();
        let claims = json!({ "client_id": "3580df72-275a-11e7-93ae-92361f002673", "scope": scope });
        let blocked = service.call(Method::Get, path, &sign(Signer::LoginEs256, json!({}), claims), "");
        let claims = json!({ "client_id": CLIENT, "client_type": "MSP", "scope": scope, "iat": NOW - 100,
            "connection_id": CONNECTION });
        service.platform.load(&format!("UPDATE connections SET tokens_valid_after = {NOW} WHERE id = '{CONNECTION}'"));
        let revoked = service.call(Method::Get, path, &sign(Signer::Own, json!({}), claims), "");
        for reply in [blocked, revoked] {
            assert_eq!((reply.status, challenge(&reply)), (401, told), "{path}");
        }
    }
}

#[test]
fn a_403_of_the_own_client_rule_says_so_on_every_route_cold_and_hot() {
    let told = "Bearer realm=\"mithril-edge\", error=\"insufficient_scope\", \
                error_description=\"The access token may not act for another client.\"";
    let mut seen = 0;
    for example in examples() {
        let service = whole_service();
        let claims =
            json!({ "client_id": OTHER, "client_type": "MSP", "scope": example.route.access.scopes().join(" ") });
        let token = sign(Signer::LoginEs256, json!({}), claims);
        for _cold_then_hot in 0..2 {
            let reply = service.call(example.route.method, &example.path, &token, example.body);
            if reply.status == 403 {
                assert_eq!(challenge(&reply), told, "{}", example.path);
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "{seen}");
    let service = Service::default();
    let nobody = sign(Signer::LoginEs256, json!({}), json!({ "sub": null, "scope": "app:authorize", "jti": "x" }));
    let own =
        json!({ "client_id": CLIENT, "client_type": "MSP", "scope": "app:authorize", "connection_id": CONNECTION });
    for token in [sign(Signer::Own, json!({}), own), nobody] {
        let reply = service.call(Method::Post, "/oauth/apps/authorize", &token, "{}");
        if reply.status == 403 {
            assert!(
                challenge(&reply)
                    .ends_with("error_description=\"Only a user's token of a trusted issuer may do this.\"")
            );
        }
    }
}

#[test]
fn no_challenge_of_any_route_has_characters_that_its_grammar_forbids() {
    for example in [examples(), endpoint_changes(), endpoint_reads()].into_iter().flatten() {
        let service = whole_service();
        for token in ["x".to_owned(), mint(""), sign(Signer::LoginEs256, json!({}), json!({ "exp": 1 }))] {
            let reply = service.call(example.route.method, &example.path, &token, example.body);
            if example.route.access.scopes().is_empty() && reply.status < 400 {
                continue;
            }
            let parts: Vec<&str> = challenge(&reply).split('"').collect();
            assert!(parts.len() % 2 == 1 && parts.len() > 1, "{}", challenge(&reply));
            let is_allowed = |text: &&str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'\\');
            assert!(parts.iter().all(is_allowed), "{}", challenge(&reply));
        }
    }
}

/// The messages of the 422 of each route that has one.
fn validation_messages(service: &Service) -> Vec<String> {
    let json_type = [(Header::ContentType, "application/json")];
    let mut all: Vec<Reply> = ROUTES
        .iter()
        .filter(|route| route.path.starts_with("/admin/") && !route.access.scopes().is_empty())
        .map(|route| {
            let path = format!("{}?page=0&limit=x", route.path.replace(['{', '}'], ""));
            service.call(route.method, &path, &mint(&route.access.scopes().join(" ")), "{}")
        })
        .collect();
    all.push(service.call(Method::Get, "/admin/roles?x=%", &mint("role:read"), ""));
    all.push(service.send(
        Method::Post,
        "/oauth/tokens",
        &json_type,
        r#"{"token":{"grant_type":"authorization_code","client_id":"x"}}"#,
    ));
    let texts =
        all.iter().filter(|reply| reply.status == 422).map(|reply| reply.json["error"]["message"].as_str().unwrap());
    texts.map(str::to_owned).collect()
}

#[test]
fn every_422_names_the_documented_address_or_that_of_the_setting() {
    let documented = "Validation failed. You can find validators description at our API Manifest: \
                      http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors.";
    let with = |url: &str| Service::with(|raw| raw.errors_url = Some(url.to_owned()));
    let messages = validation_messages(&Service::default());
    assert!(messages.len() > 12, "{messages:?}");
    assert!(messages.iter().all(|message| message == documented), "{messages:?}");
    for url in ["https://docs.example/errors?a=b#c", "http://localhost:8787/docs"] {
        let service = with(&format!(" {url} "));
        assert!(service.app.settings.problems.is_empty());
        let expected = format!("Validation failed. You can find validators description at our API Manifest: {url}.");
        assert!(validation_messages(&service).iter().all(|message| *message == expected), "{url}");
    }
    for broken in ["http://docs.example", "docs", "javascript:x", "https://a b", "https://ї.test", "https://a\n"] {
        let service = with(broken);
        let problems: Vec<&str> = service.app.settings.problems.iter().map(String::as_str).collect();
        let expected =
            if broken.trim() == broken { &["ERRORS_URL is not an https address: not used"][..] } else { &[] };
        assert_eq!(problems, expected, "{broken:?}");
        let is_default = validation_messages(&service).iter().all(|message| message == documented);
        assert_eq!(is_default, broken.trim() == broken, "{broken:?}");
    }
    assert!(with("").app.settings.errors_url.is_none());
    // Endpoint's 400 names no address.
    let reply = with("https://docs.example").call(
        Method::Get,
        &format!("{ROOT}/Roles?Filters=x"),
        &mint("AccessManager:Read"),
        "",
    );
    assert!(reply.status == 400 && !reply.text.contains("docs.example"));
}
