//! Clients: what `/api` shows of them, and their administration. Who may call it is in `matrix`.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, MIS, OTHER, service};
use crate::support::tokens::{Signer, mint_as, sign};
use crate::support::{Service, mint};

const NEW: &str = "aa80df72-275a-11e7-93ae-92361f00267a";
/// `client:write` with the ceilings that these tests give: those of MSP and MIS.
const GIVING: &str =
    "client:write role:read connection:read connection:write connection:refresh_secret connection:delete";
const UNUSED: &str = "9980df72-275a-11e7-93ae-92361f002679";

fn admin(path: &str) -> String {
    format!("/admin/clients/{path}")
}

fn names(service: &Service, token: &str, path: &str) -> Vec<String> {
    let reply = service.call(Get, path, token, "");
    assert_eq!(reply.status, 200, "{path}");
    let items = reply.json["data"].as_array().expect("a list");
    assert_eq!(reply.json["paging"]["total_entries"], items.len(), "{path}");
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

fn rules(json: &Value) -> Value {
    let invalid = json["error"]["invalid"].as_array().expect("a list");
    invalid.iter().map(|one| json!([one["entry"], one["rules"][0]["rule"]])).collect()
}

#[test]
fn a_bad_body_is_422_and_changes_nothing() {
    let service = service();
    for (body, expected) in [
        (json!({}), json!([["$.name", "required"], ["$.client_type_id", "required"]])),
        (json!({ "client": "x" }), json!([["$.client", "cast"]])),
        (
            json!({ "name": "N", "client_type_id": "type-msp", "priv_settings": { "access_type": "OPEN" } }),
            json!([["$.priv_settings.access_type", "inclusion"]]),
        ),
        (json!({ "name": "N", "client_type_id": "nobody" }), json!([["$.client_type_id", "exists"]])),
    ] {
        for (method, path) in [(Post, "/admin/clients".to_owned()), (Put, admin(CLINIC)), (Put, admin(NEW))] {
            let reply = service.call(method, &path, &mint("client:write"), &body.to_string());
            assert_eq!((reply.status, rules(&reply.json)), (422, expected.clone()), "{body}");
        }
    }
    for body in ["{}", r#"{"block_reason":" "}"#, r#"{"client":{"block_reason":null}}"#] {
        let reply = service.call(Patch, &admin(&format!("{CLINIC}/actions/block")), &mint("client:write"), body);
        assert_eq!((reply.status, rules(&reply.json)), (422, json!([["$.block_reason", "required"]])), "{body}");
    }
    assert_eq!(service.sql::<i64>("SELECT sum(version) FROM clients"), 6);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn a_client_that_is_not_there_is_404() {
    let service = service();
    let token = mint("client:read client:write client:delete");
    for id in ["nobody", "%00", "00000000-0000-4000-8000-000000000000"] {
        for (method, path, body) in [
            (Get, format!("/api/clients/{id}"), ""),
            (Get, admin(id), ""),
            (Delete, admin(id), ""),
            (Patch, admin(&format!("{id}/actions/block")), r#"{"block_reason":"x"}"#),
            (Patch, admin(&format!("{id}/actions/unblock")), ""),
            (Patch, admin(&format!("{id}/actions/deactivate_tokens")), ""),
        ] {
            assert_eq!(service.call(method, &path, &token, body).status, 404, "{path}");
        }
    }
    // Nothing but a UUID becomes a client, also for a caller who may give all that its type has.
    let scope: String = service.sql("SELECT scope FROM client_types WHERE id = 'type-msp'");
    let token = mint(&format!("client:write {scope}"));
    for headers in [vec![], vec![(Header::IfNoneMatch, "*")]] {
        let body = r#"{"name":"N","client_type_id":"type-msp"}"#;
        assert_eq!(service.call_with(Put, &admin("nobody"), &token, &headers, body).status, 404);
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM clients WHERE id = 'nobody'"), 0);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn a_client_with_an_imported_id_is_replaced_as_others_are() {
    let service = service();
    service.platform.load(
        "INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
           VALUES ('my-app', 'App', 'type-msp', '2024-02-09T08:00:00Z', '2024-02-09T08:00:00Z')",
    );
    let token = mint("client:read client:write");
    let body = r#"{"name":"Renamed","client_type_id":"type-msp"}"#;
    let stale = service.call_with(Put, &admin("my-app"), &token, &[(Header::IfMatch, "\"x\"")], body);
    assert_eq!(stale.status, 412);
    let reply = service.call(Put, &admin("my-app"), &token, body);
    assert_eq!((reply.status, &reply.json["data"]["name"]), (200, &json!("Renamed")), "{}", reply.text);
    let audit = "SELECT action || ' ' || subject || ' ' || fields FROM audit ORDER BY seq DESC LIMIT 1";
    assert_eq!(service.sql::<String>(audit), r#"client.put client/my-app ["name"]"#);
}

#[test]
fn a_taken_id_is_409() {
    let service = service();
    let body = json!({ "id": CLINIC.to_uppercase(), "name": "Twin", "client_type_id": "type-msp" });
    let reply = service.call(Post, "/admin/clients", &mint("client:write"), &body.to_string());
    assert_eq!(reply.status, 409);
    let error = json!({ "type": "request_conflict", "message": "A client with this id exists already." });
    assert_eq!(reply.json["error"], error);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM clients"), 6);
}

#[test]
fn a_client_in_use_is_409_with_what_uses_it() {
    let service = service();
    service.platform.load(&format!(
        "INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
         VALUES ('u', 'user-1', 'role-unused', '{UNUSED}', '2024-06-01T08:00:00Z')"
    ));
    for (id, message) in [
        (CLINIC, "The client is still used by connections."),
        (MIS, "The client is still used by connections."),
        (UNUSED, "The client is still used by users' roles."),
    ] {
        let reply = service.call(Delete, &admin(id), &mint("client:delete"), "");
        assert_eq!(reply.status, 409, "{id}");
        assert_eq!(reply.json["error"], json!({ "type": "request_conflict", "message": message }));
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM clients"), 6);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connections"), 4);
}

#[test]
fn api_shows_every_reader_the_same_of_a_client_and_its_priv_settings_to_nobody() {
    let service = service();
    let expected = json!({
        "id": CLINIC, "name": "Clinic", "settings": {}, "user_id": null,
        "client_type_id": "type-msp", "is_blocked": false, "block_reason": null,
        "inserted_at": "2024-02-01T08:00:00Z", "updated_at": "2024-02-01T08:00:00Z",
    });
    let with_name = |json: &Value| {
        let mut json = json.clone();
        json["client_type_name"] = json!("MSP");
        json
    };
    for token in [
        mint_as("MSP", CLINIC, "client:read"),
        mint_as("WIZARD", CLINIC, "client:read"),
        mint_as("", CLINIC, "client:read"),
        mint("client:read"),
        // Of context `any`, and its own client besides.
        mint_as("MITHRIL ADMIN", CLINIC, "client:read"),
    ] {
        let reply = service.call(Get, &format!("/api/clients/{CLINIC}"), &token, "");
        assert_eq!((reply.status, &reply.json["data"]), (200, &with_name(&expected)));
        let list = service.call(Get, "/api/clients", &token, "");
        assert_eq!(list.json["data"][0], expected);
    }
    let mut detail = with_name(&expected);
    detail["priv_settings"] = json!({ "access_type": "BROKER" });
    let whole = service.call(Get, &admin(CLINIC), &mint("client:read"), "");
    assert_eq!((whole.status, &whole.json["data"]), (200, &detail));
}

#[test]
fn an_own_callers_list_holds_only_itself() {
    let service = service();
    for client_type in ["MSP", "WIZARD", ""] {
        let token = mint_as(client_type, OTHER, "client:read");
        for query in ["", "?name=Other", &format!("?id={OTHER}"), "?is_blocked=false", "?page_size=1"] {
            assert_eq!(names(&service, &token, &format!("/api/clients{query}")), ["Other clinic"], "{query}");
        }
        for query in ["?name=Clinic", &format!("?id={CLINIC}"), "?is_blocked=true"] {
            assert_eq!(names(&service, &token, &format!("/api/clients{query}")), Vec::<String>::new(), "{query}");
        }
    }
    let past = service.call(Get, "/api/clients?page=2", &mint_as("MSP", OTHER, "client:read"), "");
    assert_eq!((&past.json["data"], &past.json["paging"]["total_entries"]), (&json!([]), &json!(1)));
}

#[test]
fn filters_keep_what_they_name() {
    let service = service();
    service.platform.load(&format!("UPDATE clients SET user_id = 'user-7' WHERE id IN ('{CLINIC}', '{MIS}')"));
    let token = mint("client:read");
    for path in ["/api/clients", "/admin/clients"] {
        let found = |query: &str| names(&service, &token, &format!("{path}?{query}"));
        assert_eq!(found(""), ["Clinic", "Other clinic", "Blocked clinic", "MIS", "Administration", "Unused"]);
        assert_eq!(found("name=clinic"), ["Other clinic", "Blocked clinic"]);
        assert_eq!(found("is_blocked=true"), ["Blocked clinic"]);
        assert_eq!(found("is_blocked=false&name=clinic"), ["Other clinic"]);
        assert_eq!(found("user_id=user-7"), ["Clinic", "MIS"]);
        assert_eq!(found(&format!("id={}", MIS.to_uppercase())), ["MIS"]);
        for (query, entry) in [("id=x", "$.id"), ("is_blocked=1", "$.is_blocked"), ("page_size=0", "page_size")] {
            let reply = service.call(Get, &format!("{path}?{query}"), &token, "");
            assert_eq!((reply.status, &reply.json["error"]["invalid"][0]["entry"]), (422, &json!(entry)), "{query}");
        }
    }
}

#[test]
fn a_new_client_keeps_its_id_or_gets_one() {
    let service = service();
    let token = mint(GIVING);
    let body = json!({ "client": {
        "id": NEW, "name": "Аптека 199", "user_id": "user-9", "client_type_id": "type-msp",
        "settings": { "allowed_grant_types": ["password"] }, "priv_settings": { "access_type": "DIRECT" },
        "is_blocked": true, "block_reason": "x",
    } });
    let reply = service.call(Post, "/admin/clients", &token, &body.to_string());
    assert_eq!(reply.status, 201);
    assert_eq!(
        reply.json["data"],
        json!({
            "id": NEW, "name": "Аптека 199", "settings": { "allowed_grant_types": ["password"] }, "user_id": "user-9",
            "client_type_id": "type-msp", "is_blocked": false, "block_reason": null, "client_type_name": "MSP",
            "inserted_at": "2026-09-21T14:13:20Z", "updated_at": "2026-09-21T14:13:20Z",
            "priv_settings": { "access_type": "DIRECT" },
        })
    );
    assert_eq!(reply.header("location"), Some(admin(NEW).as_str()));
    let reply = service.call(Post, "/admin/clients", &token, r#"{"name":"Bare","client_type_id":"type-msp"}"#);
    assert_eq!((reply.status, reply.json["data"]["id"].as_str().map(str::len)), (201, Some(36)));
    assert_eq!(reply.json["data"]["priv_settings"], json!({ "access_type": "BROKER" }));
    assert_eq!(
        service.sql::<String>("SELECT action || ' ' || subject || fields FROM audit LIMIT 1"),
        format!(r#"client.create client/{NEW}["name","user_id","client_type_id","settings","priv_settings"]"#)
    );
}

#[test]
fn put_creates_and_replaces_but_blocks_and_creation_stay() {
    let service = service();
    let token = mint(GIVING);
    let body = r#"{"client":{"name":"Put","client_type_id":"type-msp","user_id":"u"}}"#;
    let created = service.call(Put, &admin(&NEW.to_uppercase()), &token, body);
    assert_eq!((created.status, &created.json["data"]["id"]), (201, &json!(NEW)));
    assert_eq!(created.header("location"), Some(admin(NEW).as_str()));
    let again = service.call(Put, &admin(NEW), &token, r#"{"name":"Again","client_type_id":"type-mis"}"#);
    assert_eq!((again.status, again.header("location")), (200, None));
    assert_eq!(
        (&again.json["data"]["user_id"], &again.json["data"]["client_type_name"]),
        (&json!(null), &json!("MIS"))
    );

    let blocked = "3580df72-275a-11e7-93ae-92361f002673";
    let kept = service.call(Put, &admin(blocked), &token, r#"{"name":"Renamed","client_type_id":"type-msp"}"#);
    assert_eq!((&kept.json["data"]["name"], &kept.json["data"]["is_blocked"]), (&json!("Renamed"), &json!(true)));
    assert_eq!(kept.json["data"]["inserted_at"], "2024-02-03T08:00:00Z");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connections WHERE client_id LIKE '3580%'"), 1);
    assert_eq!(service.sql::<i64>("SELECT version FROM clients WHERE name = 'Renamed'"), 2);
}

/// A client's own reading of itself, with a token of now.
fn can_call(service: &Service, iat: i64) -> u16 {
    let claims =
        json!({ "client_id": CLINIC, "client_type": "MSP", "scope": "client:read", "iat": iat, "exp": NOW + 900 });
    let token = sign(Signer::LoginHs256, json!({}), claims);
    service.call(Get, &format!("/api/clients/{CLINIC}"), &token, "").status
}

#[test]
fn another_type_ends_the_tokens_that_name_the_old_one() {
    let service = service();
    let body = |name: &str| format!(r#"{{"name":"Clinic","client_type_id":"{name}"}}"#);
    assert_eq!(service.call(Put, &admin(CLINIC), &mint("client:write"), &body("type-msp")).status, 200);
    assert_eq!(can_call(&service, NOW), 200);
    assert_eq!(service.call(Put, &admin(CLINIC), &mint(GIVING), &body("type-mis")).status, 200);
    assert_eq!(can_call(&service, NOW), 401);
    // The clock of the login service may be ahead by the leeway.
    service.platform.now.set(NOW + 61);
    assert_eq!((can_call(&service, NOW + 60), can_call(&service, NOW + 61)), (401, 200));
}

#[test]
fn a_client_is_blocked_with_its_reason_and_unblocked() {
    let service = service();
    let token = mint("client:write");
    let action = |name: &str, body: &str| {
        let reply = service.call(Patch, &admin(&format!("{CLINIC}/actions/{name}")), &token, body);
        assert_eq!(reply.status, 200);
        (reply.json["data"]["is_blocked"].clone(), reply.json["data"]["block_reason"].clone())
    };
    assert_eq!(can_call(&service, NOW), 200);
    let reason = r#"{"client":{"block_reason":"MSP has fakes doctors"}}"#;
    assert_eq!(action("block", reason), (json!(true), json!("MSP has fakes doctors")));
    assert_eq!(can_call(&service, NOW), 401);
    assert_eq!(action("block", r#"{"block_reason":"Again"}"#), (json!(true), json!("Again")));
    assert_eq!(action("unblock", ""), (json!(false), json!(null)));
    assert_eq!(can_call(&service, NOW), 200);
    assert_eq!(
        service.sql::<String>("SELECT group_concat(action) FROM audit"),
        "client.block,client.block,client.unblock"
    );
}

#[test]
fn deactivated_tokens_are_dead_and_later_ones_live() {
    let service = service();
    let path = admin(&format!("{CLINIC}/actions/deactivate_tokens"));
    assert_eq!(service.call(Patch, &path, &mint("client:write"), "").status, 200);
    assert_eq!(service.sql::<i64>("SELECT tokens_valid_after FROM clients WHERE name = 'Clinic'"), NOW);
    assert_eq!(can_call(&service, NOW), 401);
    // The clock of the login service may be ahead by the leeway.
    service.platform.now.set(NOW + 61);
    assert_eq!((can_call(&service, NOW + 60), can_call(&service, NOW + 61)), (401, 200));
}

#[test]
fn delete_answers_meta_alone() {
    let service = service();
    let reply = service.call(Delete, &admin(UNUSED), &mint("client:delete"), "");
    assert_eq!((reply.status, reply.json.as_object().map(|body| body.len())), (200, Some(1)));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM clients WHERE name = 'Unused'"), 0);
    assert_eq!(service.sql::<String>("SELECT action || subject FROM audit"), format!("client.deleteclient/{UNUSED}"));
}
