//! What a user sees of himself: `/oauth/user` and `/api/user/roles`.

use mithril_edge::http::Method::Get;
use serde_json::{Value, json};

use crate::support::routes::{CLINIC, OTHER};
use crate::support::tokens::{Signer, sign};
use crate::support::{Reply, Service};

fn call(service: &Service, path: &str, changes: Value) -> Reply {
    let mut claims = json!({ "sub": "user-1", "client_id": CLINIC, "client_type": "MSP", "scope": "user:read" });
    claims.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    service.call(Get, path, &sign(Signer::LoginHs256, json!({}), claims), "")
}

/// user-1 has roles at two clients and one at all, user-2 has one.
fn service() -> Service {
    let service = Service::default();
    service.platform.load(&format!(
        "INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES
           ('r1', 'DOCTOR', 'person:read', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'),
           ('r2', 'CLERK', 'a:read b:read', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
         INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES
           ('x-1', 'user-1', 'r1', '{CLINIC}', '2024-01-01T00:00:00Z'),
           ('x-2', 'user-1', 'r1', '{OTHER}', '2024-01-02T00:00:00Z'),
           ('x-3', 'user-1', 'r2', NULL, '2024-01-03T00:00:00Z'),
           ('y-1', 'user-2', 'r2', '{CLINIC}', '2024-01-01T00:00:00Z')"
    ));
    service
}

fn ids(reply: &Reply) -> Vec<&str> {
    let items = reply.json["data"].as_array().unwrap_or_else(|| panic!("{}", reply.text));
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

#[test]
fn a_user_sees_the_own_roles_at_the_tokens_client_and_at_all_and_an_administration_those_at_every_client() {
    let service = service();
    let reply = call(&service, "/api/user/roles", json!({ "scope": "" }));
    assert_eq!((reply.status, ids(&reply)), (200, vec!["x-1", "x-3"]));
    assert_eq!(
        reply.json["data"][0],
        json!({ "id": "x-1", "user_id": "user-1", "role_id": "r1", "role_name": "DOCTOR", "client_id": CLINIC,
            "client_name": "Clinic", "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z",
            "scope": "person:read" })
    );
    let everywhere = &reply.json["data"][1];
    assert_eq!((&everywhere["client_id"], &everywhere["client_name"]), (&Value::Null, &Value::Null));
    assert_eq!((reply.json.get("paging"), &reply.json["meta"]["type"]), (None, &json!("list")));
    let any = json!({ "client_type": "MITHRIL ADMIN", "client_id": "0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01" });
    assert_eq!(ids(&call(&service, "/api/user/roles", any.clone())), ["x-1", "x-2", "x-3"]);
    let others = json!({ "sub": "user-2" });
    assert_eq!(ids(&call(&service, "/api/user/roles", others)), ["y-1"]);
    for (query, found) in [
        (format!("client_id={OTHER}"), vec!["x-2"]),
        (format!("client_id={}", CLINIC.to_ascii_uppercase()), vec!["x-1"]),
        ("role_id=r1".to_owned(), vec!["x-1", "x-2"]),
        (format!("role_id=r2&client_id={CLINIC}"), vec![]),
        ("page_size=2&page=2".to_owned(), vec!["x-3"]),
    ] {
        assert_eq!(ids(&call(&service, &format!("/api/user/roles?{query}"), any.clone())), found, "{query}");
    }
    // The client of another is none of a clinic's business, whatever it asks for.
    assert_eq!(ids(&call(&service, &format!("/api/user/roles?client_id={OTHER}"), json!({}))), Vec::<&str>::new());
}

#[test]
fn a_filter_that_is_repeated_or_no_uuid_is_refused_in_the_documented_words() {
    let service = service();
    let twice = call(&service, &format!("/api/user/roles?client_id={CLINIC}&client_id={OTHER}"), json!({}));
    let invalid = &twice.json["error"]["invalid"][0];
    assert_eq!(
        (twice.status, &invalid["entry"], &invalid["rules"][0]["rule"], &invalid["rules"][0]["description"]),
        (422, &json!("$.client_id"), &json!("invalid"), &json!("Request parameter client_id is not valid"))
    );
    assert_eq!(call(&service, "/api/user/roles?role_id=r1&role_id=r1", json!({})).status, 422);
    let cast = call(&service, "/api/user/roles?client_id=x", json!({}));
    assert_eq!((cast.status, &cast.json["error"]["invalid"][0]["rules"][0]["rule"]), (422, &json!("cast")));
}

#[test]
fn a_user_with_very_many_roles_gets_three_hundred_and_the_next_page() {
    let service = service();
    service.platform.load(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 301)
         INSERT INTO roles (id, name, scope, inserted_at, updated_at)
           SELECT 'many-' || i, 'Many ' || i, 'a', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z' FROM n;
         INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
           SELECT 'z-' || id, 'user-3', id, NULL, '2024-01-01T00:00:00Z' FROM roles WHERE id LIKE 'many-%'",
    );
    let page =
        |page: u8| ids(&call(&service, &format!("/api/user/roles?page={page}"), json!({ "sub": "user-3" }))).len();
    assert_eq!([page(1), page(2)], [300, 1]);
}

#[test]
fn a_user_sees_the_own_account_with_its_block_as_text() {
    let service = service();
    let reply = call(&service, "/oauth/user", json!({}));
    let expected = json!({ "id": "user-1", "email": "olena@clinic.example", "is_blocked": "false", "settings": {},
        "inserted_at": "2024-04-01T08:00:00Z", "updated_at": "2024-04-01T08:00:00Z" });
    assert_eq!((reply.status, &reply.json["data"]), (200, &expected));
    service.platform.load("UPDATE endpoint_users SET is_active = 0 WHERE external_id = 'user-1'");
    assert_eq!(call(&service, "/oauth/user", json!({})).json["data"]["is_blocked"], "true");
}

#[test]
fn an_account_that_is_not_stored_or_not_the_only_one_or_without_an_email_is_404() {
    let service = service();
    let status = |sub: &str| call(&service, "/oauth/user", json!({ "sub": sub })).status;
    assert_eq!([status("user-8"), status("nobody"), status("7")], [200, 404, 404]);
    service.platform.load("UPDATE endpoint_users SET external_id = 'user-8' WHERE id = 9");
    assert_eq!(status("user-8"), 404, "two accounts");
    service.platform.load("UPDATE endpoint_users SET email = '' WHERE external_id = 'user-1'");
    assert_eq!(status("user-1"), 404, "no email");
    assert_eq!(call(&service, "/oauth/user", json!({ "scope": "" })).status, 403);
}
