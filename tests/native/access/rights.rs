//! The lists of rights: who has what, and by which path.

use mithril_edge::http::Method::Get;
use serde_json::{Value, json};

use crate::support::routes::{CLINIC, CONNECTION, MIS, whole_service};
use crate::support::{Service, mint};

const HELD: &str = "
INSERT INTO roles (id, name, scope, inserted_at, updated_at)
  VALUES ('role-keeper', 'Keeper', 'connection:read notebooks:read', '2024-04-02T08:00:00Z', '2024-04-02T08:00:00Z');
INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES
  ('held-1', 'user-8', 'role-keeper', '1380df72-275a-11e7-93ae-92361f002671', '2024-06-05T08:00:00Z'),
  ('held-2', 'user-8', 'role-keeper', '3580df72-275a-11e7-93ae-92361f002673', '2024-06-06T08:00:00Z'),
  ('held-3', 'user-9', 'role-keeper', NULL, '2024-06-07T08:00:00Z');
UPDATE endpoint_users SET last_login = '2026-01-02T03:04:05Z' WHERE id = 7;
UPDATE connection_secrets SET last_used_at = '2026-02-03T04:05:06Z';";

fn service() -> Service {
    let service = whole_service();
    service.platform.load(HELD);
    service
}

fn listed(service: &Service, path: &str) -> Vec<Value> {
    let reply = service.call(Get, path, &mint("access:search"), "");
    assert_eq!((reply.status, reply.header("link")), (200, None), "{path} {}", reply.text);
    reply.json["data"].as_array().expect("entries").clone()
}

#[test]
fn a_query_that_does_not_fit_is_422_and_names_the_parameter() {
    let service = service();
    let token = |path: &str| {
        let reply = service.call(Get, &format!("{path}?limit=1"), &mint("access:search"), "");
        let link = reply.header("link").expect("more").to_owned();
        link.split("token=").nth(1).and_then(|rest| rest.split(['&', '>']).next()).expect("a token").to_owned()
    };
    let of_client = format!("/admin/clients/{CLINIC}/access");
    let other = token(&of_client);
    for (path, entry) in [
        ("/admin/users/user-1/access?client_id=x".to_owned(), "$.client_id"),
        ("/admin/users/user-1/access?limit=0".to_owned(), "limit"),
        ("/admin/users/user-1/access?limit=101".to_owned(), "limit"),
        ("/admin/users/user-1/access?token=x".to_owned(), "token"),
        (format!("/admin/users/user-1/access?token={other}"), "token"),
        (format!("/admin/scopes/connection:read/holders?token={other}"), "token"),
        ("/admin/scopes/connection:read/holders?type=robot".to_owned(), "type"),
    ] {
        let reply = service.call(Get, &path, &mint("access:search"), "");
        assert_eq!((reply.status, &reply.json["error"]["invalid"][0]["entry"]), (422, &json!(entry)), "{path}");
    }
}

#[test]
fn a_users_roles_and_permissions_have_their_paths() {
    let service = service();
    let role = |id: &str, client: &str, scope: &str, since: &str| {
        json!({ "kind": "role", "id": id, "user_id": "user-8", "client_id": client, "role_id": "role-keeper",
            "role_name": "Keeper", "scope": scope, "since": since, "last_used_at": null })
    };
    let here = role("held-1", CLINIC, "connection:read", "2024-06-05T08:00:00Z");
    let blocked = role("held-2", "3580df72-275a-11e7-93ae-92361f002673", "", "2024-06-06T08:00:00Z");
    assert_eq!(listed(&service, "/admin/users/user-8/access"), [here.clone(), blocked]);
    assert_eq!(listed(&service, &format!("/admin/users/user-8/access?client_id={CLINIC}")), [here]);
    let rights = listed(&service, "/admin/users/user-1/access");
    let first = rights.iter().find(|right| right["kind"] == "permission").expect("a permission");
    let expected = json!({ "kind": "permission", "id": 4711, "user_id": "user-1", "access_group_id": "GROUP-A",
        "access_group_name": "Registry", "access_group_type_id": "FullAccess", "user_group_id": null,
        "access_role_id": "32E61509-0071-4001-BE32-9E9D0DB255CB", "access_role_name": "Registry clerk",
        "permission_id": "Create", "since": "2024-10-22T08:00:00Z", "last_used_at": "2026-01-02T03:04:05Z" });
    assert_eq!(*first, expected);
    assert!(rights.iter().any(|right| right["user_group_id"] == 31), "{rights:?}");
    assert_eq!(listed(&service, "/admin/users/nobody/access"), Vec::<Value>::new());
}

#[test]
fn a_clients_own_scopes_connections_and_users_are_listed() {
    let service = service();
    let rights = listed(&service, &format!("/admin/clients/{CLINIC}/access"));
    let kinds: Vec<&str> = rights.iter().filter_map(|right| right["kind"].as_str()).collect();
    assert_eq!(kinds, ["client", "connection", "connection", "role", "role", "role"]);
    let link = rights.iter().find(|right| right["id"] == CONNECTION).expect("the connection");
    let scope = "connection:read connection:write connection:refresh_secret connection:delete";
    let expected = json!({ "kind": "connection", "id": CONNECTION, "consumer_id": MIS, "broker_scope": scope,
        "is_blocked": false, "since": "2024-03-01T08:00:00Z", "last_used_at": "2026-02-03T04:05:06Z" });
    assert_eq!(*link, expected);
    let everywhere = rights.iter().find(|right| right["id"] == "held-3").expect("a role at every client");
    assert_eq!([&everywhere["client_id"], &everywhere["scope"]], [&Value::Null, &json!("connection:read")]);
}

#[test]
fn the_holders_of_a_scope_are_those_whose_client_allows_it() {
    let service = service();
    let holders = listed(&service, "/admin/scopes/connection:read/holders");
    let shown: Vec<_> = holders.iter().map(|one| (one["id"].as_str(), one["client_id"].as_str())).collect();
    assert_eq!(shown, [(Some("user-9"), None), (Some("user-8"), Some(CLINIC))], "{holders:?}");
    let clients = listed(&service, "/admin/scopes/connection:read/holders?type=client");
    assert_eq!(clients.len(), 4, "three clinics and the MIS, without the blocked one: {clients:?}");
    assert_eq!(listed(&service, "/admin/scopes/connection:read/holders?type=connection").len(), 3);
    for nothing in ["none:such", "a%20b", "connection:rea"] {
        assert_eq!(listed(&service, &format!("/admin/scopes/{nothing}/holders")), Vec::<Value>::new(), "{nothing}");
    }
}
