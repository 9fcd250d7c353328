//! Idempotency keys: a repeated change is made once and answered as the first time, on every route that changes.

use mithril_edge::http::Header;
use mithril_edge::http::Header::IdempotencyKey;
use mithril_edge::http::Method;
use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use mithril_edge::routes::{Operation, ROUTES};
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, Example, OTHER, endpoint_changes, examples, service, whole_service};
use crate::support::tokens::{ADMIN, Signer, mint_as, sign};
use crate::support::{Reply, Service, mint};

pub const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
pub const ROLES: &str = "/admin/roles";
pub const ROLE: &str = "/admin/roles/role-unused";
pub const NEW_ROLE: &str = r#"{"name":"New","scope":"a:read"}"#;
pub const REFRESH: &str = "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352/actions/refresh_secret";
pub const PERMISSION: &str = "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/Permission/4711";

/// Every route that changes something, of both dialects.
pub fn changes() -> Vec<Example> {
    // A logout ends the token of the call, so its repetition is 401 (oauth::logout).
    let is_change = |example: &Example| example.route.method != Get && example.route.operation != Operation::Logout;
    let mithril = examples().into_iter().filter(is_change);
    let authorize = ROUTES.iter().find(|route| route.operation == Operation::AuthorizeApp).expect("the route");
    let app = r#"{"app":{"client_id":"1380df72-275a-11e7-93ae-92361f002671","redirect_uri":"https://clinic.example/callback","scope":"a:read"}}"#;
    let authorize = Example { route: authorize, path: authorize.path.to_owned(), body: app, status: 201 };
    mithril.chain(endpoint_changes()).chain([authorize]).collect()
}

/// What [`changes`] need: a user who may ask for something.
pub fn filled() -> Service {
    let service = whole_service();
    service.platform.load(
        "UPDATE client_types SET scope = 'a:read' WHERE id = 'type-msp';
         UPDATE clients SET priv_settings = '{\"access_type\":\"DIRECT\"}';
         INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
           VALUES ('mine', 'user-1', 'role-unused', '1380df72-275a-11e7-93ae-92361f002671', '2024-06-01T08:00:00Z');
         UPDATE roles SET scope = 'a:read' WHERE id = 'role-unused';",
    );
    service
}

pub fn again(service: &Service, example: &Example, key: &str) -> Reply {
    let scope = example.route.access.scopes().join(" ");
    let more = [(IdempotencyKey, key), (Header::RequestId, "same")];
    service.call_with(example.route.method, &example.path, &mint(&scope), &more, example.body)
}

pub fn keyed(service: &Service, method: Method, path: &str, key: &str, body: &str) -> Reply {
    service.call_with(method, path, &mint(SCOPE), &[(IdempotencyKey, key)], body)
}

pub const SCOPE: &str = "role:read role:write role:delete connection:refresh_secret connection:write connection:delete \
     client:write client_type:write AccessUser:Delete";

/// Whole, but for the request's own id.
pub fn told(reply: &Reply) -> (u16, Vec<(&'static str, String)>, Value) {
    let mut headers = reply.headers.clone();
    headers.retain(|(name, _)| *name != "x-request-id");
    let mut body = reply.json.clone();
    if let Some(meta) = body["meta"].as_object_mut() {
        meta.remove("request_id");
    }
    (reply.status, headers, body)
}

#[test]
fn every_change_is_made_once_under_a_key_and_answered_each_time_as_the_first() {
    for example in changes() {
        let place = format!("{} {}", example.route.method.as_str(), example.path);
        let mut service = if example.route.operation == Operation::AuthorizeApp { filled() } else { whole_service() };
        let first = again(&service, &example, KEY);
        assert_eq!((first.status, service.platform.trips.get()), (example.status, 1), "{place}: {}", first.text);
        let stored = service.dump();
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1, "{place}");
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM idempotency_keys"), 1, "{place}");
        service.platform.now.set(NOW + 60);
        for _ in 0..2 {
            let repeated = again(&service, &example, KEY);
            assert_eq!(
                (repeated.status, &repeated.headers, &repeated.text),
                (first.status, &first.headers, &first.text),
                "{place}"
            );
            assert_eq!(service.dump(), stored, "{place}");
            // Another isolate knows it too.
            service.restart();
        }
    }
}

#[test]
fn without_a_key_a_change_runs_no_statement_more() {
    let service = service();
    assert_eq!(service.call(Put, ROLE, &mint("role:write"), NEW_ROLE).status, 200);
    let statements: Vec<String> =
        service.platform.statements.borrow().iter().map(|statement| statement.sql[..6].to_owned()).collect();
    assert_eq!(statements, ["INSERT", "INSERT", "UPDATE"], "guard, audit, change");
}

#[test]
fn without_the_key_or_under_another_the_change_is_made_again() {
    let service = service();
    let secret = |reply: Reply| reply.json["data"]["secret"].as_str().expect("a secret").to_owned();
    let first = secret(keyed(&service, Patch, REFRESH, KEY, ""));
    let mut all = vec![
        first.clone(),
        secret(keyed(&service, Patch, REFRESH, "another", "")),
        secret(service.call(Patch, REFRESH, &mint(SCOPE), "")),
    ];
    assert_eq!(secret(keyed(&service, Patch, REFRESH, KEY, "")), first, "though it is dead by now");
    all.dedup();
    assert_eq!((all.len(), service.sql::<i64>("SELECT count(*) FROM audit")), (3, 3));
}

#[test]
fn a_key_that_came_with_another_request_is_422_and_changes_nothing() {
    let service = service();
    assert_eq!(keyed(&service, Put, ROLE, KEY, NEW_ROLE).status, 200);
    let stored = service.dump();
    let refused = |method, path: &str, body: &str| {
        let reply = keyed(&service, method, path, KEY, body);
        let invalid = json!([{ "entry_type": "header", "entry": "Idempotency-Key", "rules": [{ "rule": "reused" }] }]);
        let message = "The idempotency key was used for another request.";
        let error = json!({ "type": "validation_failed", "message": message, "invalid": invalid });
        assert_eq!((reply.status, &reply.json["error"]), (422, &error), "{path} {body}");
        assert_eq!(service.dump(), stored, "{path} {body}");
    };
    refused(Put, ROLE, r#"{"name":"Other","scope":"a:read"}"#);
    refused(Put, ROLE, r#"{"name": "New","scope":"a:read"}"#);
    refused(Patch, ROLE, NEW_ROLE);
    refused(Put, &format!("{ROLE}?x=1"), NEW_ROLE);
    refused(Put, "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671", NEW_ROLE);
    refused(Delete, ROLE, "");
    refused(Post, ROLES, NEW_ROLE);
    let reply = keyed(&service, Delete, PERMISSION, KEY, "");
    assert_eq!((reply.status, &reply.json["StatusCode"]), (422, &json!(422)));
    assert_eq!(reply.json["Errors"], json!(["The idempotency key was used for another request."]));
    assert_eq!(service.dump(), stored);
}

#[test]
fn nobody_meets_the_keys_of_another_client_or_user() {
    let service = service();
    let callers = [
        json!({}),
        json!({ "sub": "user-2" }),
        json!({ "client_id": OTHER }),
        // Not the same texts in another place.
        json!({ "client_id": format!("{ADMIN}user-1"), "sub": "1" }),
        json!({ "client_id": format!("{ADMIN}user-"), "sub": "11" }),
    ];
    for (at, claims) in callers.into_iter().enumerate() {
        let mut claims = claims;
        claims["scope"] = SCOPE.into();
        let token = sign(Signer::LoginEs256, json!({}), claims);
        let body = json!({ "name": format!("Role {at}"), "scope": "a:read" }).to_string();
        for _ in 0..2 {
            let reply = service.call_with(Post, ROLES, &token, &[(IdempotencyKey, KEY)], &body);
            assert_eq!((reply.status, &reply.json["data"]["name"]), (201, &json!(format!("Role {at}"))));
        }
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM idempotency_keys"), 5);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 5);
}

#[test]
fn a_refusal_is_not_kept_and_the_key_is_good_for_the_next_attempt() {
    let service = service();
    let keys = || service.sql::<i64>("SELECT count(*) FROM idempotency_keys");
    assert_eq!(keyed(&service, Put, "/admin/roles/later", KEY, NEW_ROLE).status, 404);
    assert_eq!(
        keyed(&service, Put, ROLE, KEY, r#"{"name":"Doctor","scope":"a:read"}"#).status,
        422,
        "the name is taken"
    );
    assert_eq!(keyed(&service, Put, ROLE, KEY, "%").status, 400);
    assert_eq!(keyed(&service, Delete, "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671", KEY, "").status, 409);
    let more = [(IdempotencyKey, KEY), (Header::IfMatch, "\"0\"")];
    assert_eq!(service.call_with(Put, ROLE, &mint(SCOPE), &more, NEW_ROLE).status, 412);
    assert_eq!(
        keyed(&service, Delete, "/Endpoint/rest/api/v1/AccessGroup/GROUP-S/Permission/4715", KEY, "").status,
        403
    );
    assert_eq!(keyed(&service, Delete, "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/Permission/9", KEY, "").status, 404);
    let blocked = sign(
        Signer::LoginEs256,
        json!({}),
        json!({ "client_id": "3580df72-275a-11e7-93ae-92361f002673", "scope": SCOPE }),
    );
    assert_eq!(service.call_with(Put, ROLE, &blocked, &[(IdempotencyKey, KEY)], NEW_ROLE).status, 401);
    assert_eq!(keys(), 0);
    assert_eq!(keyed(&service, Put, ROLE, KEY, NEW_ROLE).status, 200);
    assert_eq!(keys(), 1);
}

#[test]
fn a_repeat_asks_again_who_may_and_not_again_whether_the_record_is_as_it_was() {
    let service = service();
    let seen = service.call(Get, ROLE, &mint(SCOPE), "").header("etag").expect("a tag").to_owned();
    let more = [(IdempotencyKey, KEY), (Header::IfMatch, seen.as_str())];
    let first = service.call_with(Put, ROLE, &mint(SCOPE), &more, NEW_ROLE);
    // Its own change made the tag an old one.
    assert_eq!(told(&service.call_with(Put, ROLE, &mint(SCOPE), &more, NEW_ROLE)), told(&first));
    assert_eq!(service.call_with(Put, ROLE, &mint("role:read"), &more, NEW_ROLE).status, 403);
    service.platform.load(&format!("UPDATE clients SET is_blocked = 1 WHERE id = '{ADMIN}'"));
    assert_eq!(service.call_with(Put, ROLE, &mint(SCOPE), &more, NEW_ROLE).status, 401);
}

#[test]
fn a_key_ends_after_a_day_and_its_row_goes_with_the_next_housekeeping() {
    let service = service();
    let first = keyed(&service, Patch, REFRESH, KEY, "");
    let token = |now: i64| {
        let claims = json!({ "scope": SCOPE, "iat": now, "exp": now + 600 });
        sign(Signer::LoginEs256, json!({}), claims)
    };
    let at = |now: i64| {
        service.platform.now.set(now);
        let reply = service.call_with(Patch, REFRESH, &token(now), &[(IdempotencyKey, KEY)], "");
        assert_eq!(reply.status, 200);
        reply.json["data"]["secret"].clone()
    };
    assert_eq!(at(NOW + 86_399), first.json["data"]["secret"]);
    let second = at(NOW + 86_400);
    assert_ne!(second, first.json["data"]["secret"]);
    assert_eq!(at(NOW + 86_401), second);
    let housekeeping = |now: i64| {
        service.platform.now.set(now);
        pollster::block_on(mithril_edge::health::housekeeping::run(&service.app.settings, &service.platform));
        service.sql::<i64>("SELECT count(*) FROM idempotency_keys")
    };
    assert_eq!((housekeeping(NOW + 2 * 86_400), housekeeping(NOW + 2 * 86_400 + 1)), (1, 0));
}

#[test]
fn what_a_repeat_says_of_the_past_reaches_no_cache() {
    let mut service = service();
    let name = |reply: &Reply| reply.json["data"]["name"].clone();
    keyed(&service, Put, ROLE, KEY, NEW_ROLE);
    service.call(Put, ROLE, &mint(SCOPE), r#"{"name":"Newer","scope":"a:read"}"#);
    // An isolate that does not know the role.
    service.restart();
    assert_eq!(name(&keyed(&service, Put, ROLE, KEY, NEW_ROLE)), "New");
    assert_eq!(name(&service.call(Get, ROLE, &mint(SCOPE), "")), "Newer");

    // A type that was once allowed to act for others, and is not any more.
    let unused = "/admin/client_types/type-unused";
    let body = |context: &str| json!({ "name": "UNUSED", "scope": "a:read", "context": context }).to_string();
    let foreign = mint_as("UNUSED", OTHER, "connection:read");
    let list = format!("/api/clients/{CLINIC}/connections");
    assert_eq!(keyed(&service, Put, unused, "any", &body("any")).status, 200);
    assert_eq!(service.call(Get, &list, &foreign, "").status, 200);
    assert_eq!(keyed(&service, Put, unused, "own", &body("own")).status, 200);
    assert_eq!(keyed(&service, Put, unused, "any", &body("any")).status, 200);
    assert_eq!(service.call(Get, &list, &foreign, "").status, 403);
}
