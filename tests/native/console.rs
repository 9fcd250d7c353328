//! What the console asks for beside the lists: its sign-in, the overview, the keys; and the way of a browser from `/`.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Get, Head, Post};
use mithril_edge::settings::RawSettings;
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::{ADMINISTRATION, CLINIC};
use crate::support::tokens::{LOGIN, mint_as, settings};
use crate::support::{Service, mint};

const DAY: i64 = 86_400;

fn overview(service: &Service) -> Value {
    let trips = service.platform.trips.get();
    let reply = service.call(Get, "/admin/overview", &mint("client:read"), "");
    assert_eq!((reply.status, service.platform.trips.get() - trips), (200, 1), "{}", reply.text);
    reply.json["data"].clone()
}

fn keys(service: &Service) -> Value {
    let reply = service.call(Get, "/admin/keys", &mint("audit:read"), "");
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json["data"].clone()
}

fn codes(data: &Value) -> Vec<&str> {
    data["problems"].as_array().unwrap().iter().map(|problem| problem["code"].as_str().unwrap()).collect()
}

#[test]
fn overview_and_keys_are_for_administrations_alone() {
    let service = Service::default();
    for (path, scope) in [("/admin/overview", "client:read"), ("/admin/keys", "audit:read")] {
        assert_eq!(service.send(Get, path, &[], "").status, 401, "{path}");
        assert_eq!(service.call(Get, path, &mint("connection:read"), "").status, 403, "{path}");
        assert_eq!(service.call(Get, path, &mint_as("MSP", CLINIC, scope), "").status, 403, "{path}");
    }
}

#[test]
fn what_is_no_browser_finds_nothing_at_the_root() {
    let service = Service::default();
    for (method, accept) in [
        (Get, None),
        (Get, Some("*/*")),
        (Get, Some("application/json")),
        (Get, Some("application/json, text/html")),
        (Get, Some("text/*")),
        (Post, Some("text/html")),
    ] {
        let headers: Vec<(Header, &str)> = accept.map(|accept| (Header::Accept, accept)).into_iter().collect();
        let reply = service.send(method, "/", &headers, "");
        assert_eq!((reply.status, &reply.json["error"]["type"]), (404, &json!("not_found")), "{accept:?}");
    }
    let browser = [(Header::Accept, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];
    assert_eq!(service.send(Get, "/nowhere", &browser, "").status, 404);
    for method in [Get, Head] {
        let answer = service.raw(method, "/", &browser, b"");
        let header = |name| answer.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        assert_eq!((answer.status, header("location"), header("vary")), (302, Some("/start/"), Some("Accept")));
        assert_eq!(answer.body, None);
    }
}

#[test]
fn the_console_is_told_its_login_service_and_nothing_when_there_is_none() {
    let with = |issuer: &str, client: &str| {
        let service = Service::with(|raw| {
            raw.console_issuer = Some(issuer.to_owned());
            raw.console_client_id = Some(client.to_owned());
        });
        let reply = service.send(Get, "/console/config", &[], "");
        assert_eq!((reply.status, service.platform.trips.get()), (200, 0));
        (reply.json, service.app.settings.problems.clone())
    };
    assert_eq!(with("", ""), (json!({}), vec![]));
    let problem = "CONSOLE_CLIENT_ID is not set: CONSOLE_ISSUER is not used".to_owned();
    assert_eq!(with(LOGIN, ""), (json!({}), vec![problem]));
    let (told, problems) = with(LOGIN, "console");
    assert_eq!(
        (&told["issuer"], &told["client_id"], &told["local"]),
        (&json!(LOGIN), &json!("console"), &json!(false))
    );
    assert_eq!((&told["authorization_endpoint"], problems), (&Value::Null, vec![]));
    let scope = told["scope"].as_str().unwrap();
    assert!(scope.contains("client:write") && scope.contains("audit:read") && !scope.contains("app:"), "{scope}");
}

#[test]
fn each_count_of_the_overview_is_the_total_of_its_list() {
    let service = Service::default();
    service.platform.load(&format!(
        "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, expires_at, last_used_at)
         SELECT 's' || value, 'e5372365-d47a-467f-81d0-f35117864352', printf('%043d', value), 1, 'Zz09',
           strftime('%Y-%m-%dT%H:%M:%SZ', {NOW} - 86400 * value, 'unixepoch'),
           iif(value < 5, strftime('%Y-%m-%dT%H:%M:%SZ', {NOW} + 86400 * value * 5, 'unixepoch'), NULL),
           iif(value = 3, strftime('%Y-%m-%dT%H:%M:%SZ', {NOW}, 'unixepoch'), NULL)
         FROM json_each('[1, 2, 3, 4, 200]')"
    ));
    let data = overview(&service);
    let total = |path: &str| {
        let reply = service.call(Get, path, &mint("connection:read client:read"), "");
        reply.json["paging"]["total_entries"].clone()
    };
    for (part, name, path) in [
        ("secrets", "expire_within_14_days", "/admin/secrets?expires_within=14"),
        ("secrets", "old_still_used", "/admin/secrets?old_still_used=true"),
        ("secrets", "unused_for_90_days", "/admin/secrets?unused_for=90"),
        ("clients", "total", "/admin/clients"),
        ("clients", "blocked", "/admin/clients?is_blocked=true"),
        ("clients", "unused_for_90_days", "/admin/clients?unused_for=90"),
    ] {
        assert_eq!(data[part][name], total(path), "{path}");
        assert!(data[part][name].as_i64() > Some(0), "{path} has something to count");
    }
}

#[test]
fn the_overview_says_how_far_the_audit_is_sealed() {
    let service = Service::default();
    assert_eq!(overview(&service)["audit"], json!({ "rows": 0, "sealed_up_to": null }));
    let path = format!("/admin/clients/{CLINIC}/actions/block");
    assert_eq!(
        service.call(mithril_edge::http::Method::Patch, &path, &mint("client:write"), r#"{"block_reason":"x"}"#).status,
        200
    );
    assert_eq!(overview(&service)["audit"], json!({ "rows": 1, "sealed_up_to": null }));
    assert!(!codes(&overview(&service)).contains(&"housekeeping"), "it waits for less than ten minutes");
    service.platform.now.set(NOW + 601);
    let data = overview(&service);
    let told = data["problems"].as_array().unwrap().iter().find(|problem| problem["code"] == "housekeeping").unwrap();
    assert_eq!(told["command"], "npm run deploy");
    pollster::block_on(mithril_edge::health::housekeeping::run(&service.app.settings, &service.platform));
    let data = overview(&service);
    assert_eq!(data["audit"], json!({ "rows": 1, "sealed_up_to": { "seq": 1, "at": "2026-09-21T14:13:20Z" } }));
    assert!(!codes(&data).contains(&"housekeeping"));
}

#[test]
fn what_is_not_set_up_is_told_with_its_command_until_it_is() {
    let raw = RawSettings { secret_peppers: None, nonce_lifetime: Some("0".to_owned()), ..settings() };
    let service = Service::over(crate::support::FIXTURE, &raw);
    let told: Vec<(Value, Value)> = overview(&service)["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (problem["code"].clone(), problem["command"].clone()))
        .collect();
    let expected = [
        ("no_administration", "npm run admin:init"),
        ("setting", "npm run deploy"),
        ("setting", "npm run peppers"),
        ("no_archive", "npx wrangler r2 bucket create mithril-edge-audit"),
    ];
    assert_eq!(told, expected.map(|(code, command)| (json!(code), json!(command))));
    let service = Service::default();
    service.platform.load(ADMINISTRATION);
    *service.platform.archive.borrow_mut() = Some(Default::default());
    let data = overview(&service);
    assert_eq!((&data["problems"], &data["administration"]), (&json!([]), &json!({ "clients": 1, "connections": 1 })));
}

#[test]
fn keys_and_peppers_are_told_by_name_age_and_use_and_never_by_value() {
    let mut raw = settings();
    let mut own: Value = serde_json::from_str(raw.signing_keys.as_deref().unwrap()).unwrap();
    own["keys"][0]["iat"] = json!(NOW - 10 * DAY);
    let mut waiting = own["keys"][0].clone();
    waiting["kid"] = json!("waiting");
    waiting["iat"] = json!("yesterday");
    own["keys"].as_array_mut().unwrap().push(waiting);
    raw.signing_keys = Some(own.to_string());
    let pepper = |version: i64, letter: &str| json!({ "version": version, "key": letter.repeat(43) });
    let mut old = pepper(1, "A");
    old["iat"] = json!(NOW - 400 * DAY);
    raw.secret_peppers = Some(json!([pepper(2, "E"), old]).to_string());
    raw.clock_leeway = Some("x".to_owned());
    let service = Service::over(crate::support::FIXTURE, &raw);
    service.platform.load(
        "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, expires_at) VALUES
           ('two', 'e5372365-d47a-467f-81d0-f35117864353', printf('%043d', 2), 2, 'Zz09', '2024-03-01T08:00:00Z', NULL),
           ('gone', 'e5372365-d47a-467f-81d0-f35117864353', printf('%043d', 3), 1, 'Zz09', '2024-03-01T08:00:00Z', '2024-03-02T08:00:00Z')",
    );
    let reply = service.call(Get, "/admin/keys", &mint("audit:read"), "");
    let expected = json!({
        "signing_keys": [
            { "kid": "own", "alg": "ES256", "is_current": true, "created_at": "2026-09-11T14:13:20Z", "age_days": 10 },
            { "kid": "waiting", "alg": "ES256", "is_current": false, "created_at": null, "age_days": null },
        ],
        "peppers": [
            { "id": 2, "is_current": true, "secrets": 1, "created_at": null, "age_days": null },
            { "id": 1, "is_current": false, "secrets": 1, "created_at": "2025-08-17T14:13:20Z", "age_days": 400 },
        ],
        "settings": [{ "name": "CLOCK_LEEWAY", "problem": "CLOCK_LEEWAY is not a number of seconds from 0 to 600: taken as 0" }],
    });
    assert_eq!(reply.json["data"], expected);
    for secret in ["AAAAAAAA", "EEEEEEEE", own["keys"][0]["x"].as_str().unwrap()] {
        assert!(!reply.text.contains(secret), "{secret}");
    }
    assert_eq!(keys(&Service::with(|raw| raw.signing_keys = None))["signing_keys"], json!([]));
}
