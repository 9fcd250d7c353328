//! Users' roles: list, add, remove. Who may call them is in `matrix`.

use mithril_edge::http::Method::{Delete, Get, Post};
use serde_json::{Value, json};

use crate::support::routes::{CLINIC, OTHER, service};
use crate::support::{Service, mint};

const ROLES: &str = "/admin/users/user-1/roles";
const DOCTOR: &str = "role-1380df72-275a-11e7-93ae-92361f002671";

fn add(service: &Service, body: &Value) -> (u16, Value) {
    let reply = service.call(Post, ROLES, &mint("user:write"), &body.to_string());
    (reply.status, reply.json)
}

#[test]
fn what_names_nothing_is_422_and_adds_nothing() {
    let service = service();
    let nobody = "00000000-0000-4000-8000-000000000000";
    for (body, entry, rule) in [
        (json!({}), "$.role_id", "required"),
        (json!({ "user_role": { "role_id": 1 } }), "$.role_id", "cast"),
        (json!({ "role_id": "nobody" }), "$.role_id", "exists"),
        // An access role of Endpoint.
        (json!({ "role_id": "FREE" }), "$.role_id", "exists"),
        (json!({ "role_id": DOCTOR, "client_id": "x" }), "$.client_id", "cast"),
        (json!({ "role_id": DOCTOR, "client_id": nobody }), "$.client_id", "exists"),
        // The fixture's row: everywhere.
        (json!({ "role_id": DOCTOR }), "$.role_id", "unique"),
    ] {
        let (status, json) = add(&service, &body);
        let invalid = &json["error"]["invalid"][0];
        assert_eq!((status, &invalid["entry"]), (422, &json!(entry)), "{body}");
        assert_eq!(invalid["rules"][0]["rule"], rule, "{body}");
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM user_roles"), 1);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn an_unknown_row_and_an_id_that_no_user_has_are_404() {
    let service = service();
    for id in ["a%00b".to_owned(), "x".repeat(256), "%ff".to_owned()] {
        let body = json!({ "role_id": DOCTOR }).to_string();
        let reply = service.call(Post, &format!("/admin/users/{id}/roles"), &mint("user:write"), &body);
        assert_eq!(reply.status, 404, "{id}");
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM user_roles"), 1);
    let reply = service.call(Delete, "/admin/users/roles/nobody", &mint("user:write"), "");
    assert_eq!((reply.status, &reply.json["error"]["type"]), (404, &json!("not_found")));
}

#[test]
fn a_user_has_a_role_once_at_each_client_and_once_everywhere() {
    let service = service();
    for client in [CLINIC, OTHER] {
        let body = json!({ "user_role": { "role_id": DOCTOR, "client_id": client.to_uppercase() } });
        let (status, json) = add(&service, &body);
        assert_eq!(status, 201);
        let id = json["data"]["id"].as_str().expect("an id");
        assert_eq!(
            json["data"],
            json!({ "id": id, "user_id": "user-1", "role_id": DOCTOR, "role_name": "Doctor", "client_id": client,
                "inserted_at": "2026-09-21T14:13:20Z" })
        );
        let (again, _) = add(&service, &body);
        assert_eq!(again, 422);
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM user_roles WHERE user_id = 'user-1'"), 3);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit WHERE action = 'user_role.create'"), 2);
}

#[test]
fn a_list_holds_the_roles_of_one_user() {
    let service = service();
    add(&service, &json!({ "role_id": "role-unused", "client_id": CLINIC }));
    let reply = service.call(Get, ROLES, &mint("user:read"), "");
    assert_eq!(
        reply.json["data"][0],
        json!({ "id": "user-role-1", "user_id": "user-1", "role_id": DOCTOR, "role_name": "Doctor", "client_id": null,
            "inserted_at": "2024-06-01T08:00:00Z" })
    );
    assert_eq!(reply.json["paging"]["total_entries"], 2);
    let at_clinic = service.call(Get, &format!("{ROLES}?client_id={CLINIC}"), &mint("user:read"), "");
    assert_eq!(at_clinic.json["data"][0]["role_name"], "Unused");
    assert_eq!(at_clinic.json["paging"]["total_entries"], 1);
    let nobody = service.call(Get, "/admin/users/user-2/roles", &mint("user:read"), "");
    assert_eq!((nobody.status, &nobody.json["data"]), (200, &json!([])));
    assert_eq!(service.call(Get, &format!("{ROLES}?client_id=x"), &mint("user:read"), "").status, 422);
}

#[test]
fn a_removed_role_is_gone_and_frees_the_role() {
    let service = service();
    let reply = service.call(Delete, "/admin/users/roles/user-role-1", &mint("user:write"), "");
    assert_eq!((reply.status, reply.json.as_object().map(|body| body.len())), (200, Some(1)));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM user_roles"), 0);
    assert_eq!(
        service.sql::<String>("SELECT action || ' ' || subject || ' ' || fields FROM audit"),
        format!(r#"user_role.delete user_role/user-role-1 ["removed role/{DOCTOR}/user/user-1"]"#)
    );
    assert_eq!(service.call(Delete, &format!("/admin/roles/{DOCTOR}"), &mint("role:delete"), "").status, 200);
}
