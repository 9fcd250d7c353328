//! The header that holds an idempotency key: its two names, what it may hold, and where it means nothing.

use mithril_edge::http::Header;
use mithril_edge::http::Header::{IdempotencyKey, XIdempotencyKey};
use mithril_edge::http::Method::{Delete, Get, Post, Put};
use serde_json::json;

use crate::idempotency::{KEY, NEW_ROLE, PERMISSION, ROLE, ROLES, SCOPE, keyed, told};
use crate::support::mint;
use crate::support::routes::{CLINIC, service};

#[test]
fn a_key_that_cannot_be_one_is_400_in_both_dialects() {
    let service = service();
    let long = "k".repeat(256);
    for header in [IdempotencyKey, XIdempotencyKey] {
        for key in ["", " ", "\t", "a\u{7}b", "a\tb", "ключ", "a\u{7f}", &long] {
            let reply = service.call_with(Put, ROLE, &mint(SCOPE), &[(header, key)], NEW_ROLE);
            let invalid = json!([{ "entry_type": "header", "entry": header.label(), "rules": [{ "rule": "format" }] }]);
            assert_eq!((reply.status, &reply.json["error"]["invalid"]), (400, &invalid), "{key:?}");
            assert_eq!((reply.json["meta"].get("idempotency_key"), reply.header("x-idempotency-key")), (None, None));
            let reply = service.call_with(Delete, PERMISSION, &mint(SCOPE), &[(header, key)], "");
            let why = format!("{}: the header cannot be read", header.label());
            assert_eq!((reply.status, &reply.json["Errors"][1]), (400, &json!(why)), "{key:?}");
            assert_eq!(service.call_with(Put, ROLE, &mint(""), &[(header, key)], NEW_ROLE).status, 403);
        }
    }
    let two = [(IdempotencyKey, "one"), (XIdempotencyKey, "two")];
    assert_eq!(service.call_with(Put, ROLE, &mint(SCOPE), &two, NEW_ROLE).status, 400);
    // What reads has no use for a key, whatever it is.
    assert_eq!(service.call_with(Get, ROLE, &mint(SCOPE), &[(IdempotencyKey, "")], "").status, 200);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
    let longest = "~".repeat(255);
    for key in [longest.as_str(), " a key, of any \"visible\" text ", "x"] {
        assert_eq!(keyed(&service, Put, ROLE, key, NEW_ROLE).status, 200, "{key}");
    }
}

#[test]
fn both_names_are_one_key_and_mithril_echoes_it_refused_or_not() {
    let service = service();
    let first = service.call_with(Post, ROLES, &mint(SCOPE), &[(XIdempotencyKey, KEY)], NEW_ROLE);
    assert_eq!(first.status, 201);
    for more in [[(IdempotencyKey, KEY)].as_slice(), &[(IdempotencyKey, KEY), (XIdempotencyKey, KEY)]] {
        assert_eq!(told(&service.call_with(Post, ROLES, &mint(SCOPE), more, NEW_ROLE)), told(&first));
    }
    for (method, path, scope, status) in [
        (Get, ROLE, SCOPE, 200),
        (Get, ROLE, "", 403),
        (Delete, "/admin/roles/unknown", SCOPE, 404),
        (Get, "/healthz", SCOPE, 200),
        (Get, "/nowhere", SCOPE, 404),
    ] {
        let reply = service.call_with(method, path, &mint(scope), &[(XIdempotencyKey, "new")], "");
        assert_eq!((reply.status, reply.header("x-idempotency-key")), (status, Some("new")), "{path}");
        let echoed = reply.json["meta"].is_null() || reply.json["meta"]["idempotency_key"] == "new";
        assert!(echoed, "{path}: {}", reply.text);
    }
    let reply = service.call_with(Delete, PERMISSION, &mint(SCOPE), &[(XIdempotencyKey, KEY)], "");
    assert_eq!((reply.status, reply.header("x-idempotency-key")), (422, None), "Endpoint has no place for it");
}

#[test]
fn the_token_endpoints_take_no_key() {
    let service = service();
    let secret = service.secret(CLINIC, "e5372365-d47a-467f-81d0-f35117864352");
    let body = json!({ "token": { "grant_type": "client_credentials", "client_id": CLINIC, "client_secret": secret } })
        .to_string();
    let ask = || {
        let headers = [(Header::ContentType, "application/json"), (XIdempotencyKey, KEY)];
        let reply = service.send(Post, "/oauth/tokens", &headers, &body);
        assert_eq!((reply.status, &reply.json["meta"]["idempotency_key"]), (201, &json!(KEY)), "{}", reply.text);
        reply.json["data"]["value"].clone()
    };
    assert_ne!(ask(), ask());
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM idempotency_keys"), 0);
}
