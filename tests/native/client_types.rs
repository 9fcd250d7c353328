//! Client types, and what the own-client rule knows after they change. Who may call them is in `matrix`.

use mithril_edge::http::Method::{Delete, Get, Post, Put};
use serde_json::{Value, json};

use crate::support::mint;
use crate::support::routes::{CLINIC, OTHER, service};
use crate::support::tokens::mint_as;

const TYPES: &str = "/admin/client_types";
const UNUSED: &str = "/admin/client_types/type-unused";

#[test]
fn a_bad_body_is_422_and_changes_nothing() {
    let service = service();
    for (body, expected) in [
        ("{}", json!([["$.name", "required"], ["$.scope", "required"]])),
        (r#"{"client_type":1}"#, json!([["$.client_type", "cast"]])),
        (r#"{"name":"X","scope":"a","context":"all"}"#, json!([["$.context", "inclusion"]])),
        (r#"{"name":"X","scope":"a","context":true}"#, json!([["$.context", "cast"]])),
        (r#"{"name":"MSP","scope":"a"}"#, json!([["$.name", "unique"]])),
    ] {
        for (method, path) in [(Post, TYPES), (Put, UNUSED)] {
            let reply = service.call(method, path, &mint("client_type:write"), body);
            let invalid = reply.json["error"]["invalid"].as_array().expect("a list");
            let found: Value = invalid.iter().map(|one| json!([one["entry"], one["rules"][0]["rule"]])).collect();
            assert_eq!((reply.status, found), (422, expected.clone()), "{body}");
        }
    }
    assert_eq!(service.sql::<i64>("SELECT sum(version) FROM client_types"), 4);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn a_type_that_is_not_there_is_404() {
    let service = service();
    let token = mint("client_type:read client_type:write client_type:delete");
    for (method, body) in [(Get, ""), (Put, r#"{"name":"X","scope":"a"}"#), (Delete, "")] {
        assert_eq!(service.call(method, "/admin/client_types/nobody", &token, body).status, 404);
    }
}

#[test]
fn a_type_with_clients_is_409() {
    let service = service();
    let reply = service.call(Delete, "/admin/client_types/type-msp", &mint("client_type:delete"), "");
    assert_eq!(reply.status, 409);
    let error = json!({ "type": "request_conflict", "message": "The client type is still used by clients." });
    assert_eq!(reply.json["error"], error);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM client_types"), 4);
}

#[test]
fn a_new_type_is_own_unless_it_says_any() {
    let service = service();
    for (body, context) in [
        (json!({ "client_type": { "name": "A", "scope": "a:read" } }), "own"),
        (json!({ "name": "B", "scope": "a:read", "context": "any" }), "any"),
    ] {
        let reply = service.call(Post, TYPES, &mint("client_type:write"), &body.to_string());
        assert_eq!(reply.status, 201);
        let id = reply.json["data"]["id"].as_str().expect("an id");
        let name = reply.json["data"]["name"].as_str().expect("a name");
        assert_eq!(
            reply.json["data"],
            json!({ "id": id, "name": name, "scope": "a:read", "context": context,
                "inserted_at": "2026-09-21T14:13:20Z", "updated_at": "2026-09-21T14:13:20Z" })
        );
        assert_eq!(reply.header("location"), Some(format!("{TYPES}/{id}").as_str()));
        let found = service.call(Get, &format!("{TYPES}/{id}"), &mint("client_type:read"), "");
        assert_eq!(found.json["data"], reply.json["data"]);
    }
}

#[test]
fn a_list_is_ordered_by_creation_and_filtered_by_a_part_of_the_name() {
    let service = service();
    let names = |query: &str| {
        let reply = service.call(Get, &format!("{TYPES}?{query}"), &mint("client_type:read"), "");
        let items = reply.json["data"].as_array().expect("a list");
        assert_eq!(reply.json["paging"]["total_entries"], items.len());
        items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(""), ["MSP", "MIS", "MITHRIL ADMIN", "UNUSED"]);
    assert_eq!(names("name=MI"), ["MIS", "MITHRIL ADMIN"]);
    assert_eq!(names("name=msp"), Vec::<String>::new());
}

#[test]
fn replace_and_delete_leave_no_trace_of_what_was() {
    let service = service();
    let token = mint("client_type:write client_type:delete");
    let reply = service.call(Put, UNUSED, &token, r#"{"name":"RENAMED","scope":"b:read","context":"any"}"#);
    assert_eq!((reply.status, &reply.json["data"]["context"]), (200, &json!("any")));
    let row = "SELECT name || scope || context || version FROM client_types WHERE id = 'type-unused'";
    assert_eq!(service.sql::<String>(row), "RENAMEDb:readany2");
    let reply = service.call(Delete, UNUSED, &token, "");
    assert_eq!((reply.status, reply.json.as_object().map(|body| body.len())), (200, Some(1)));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM client_types"), 3);
    assert_eq!(
        service.sql::<String>("SELECT group_concat(action || fields, ' ') FROM audit"),
        r#"client_type.replace["name","scope","context"] client_type.delete[]"#
    );
}

/// Whether a client of the type may read another client.
fn reaches_others(service: &crate::support::Service, client_type: &str) -> bool {
    let token = mint_as(client_type, OTHER, "client:read");
    match service.call(Get, &format!("/api/clients/{CLINIC}"), &token, "").status {
        200 => true,
        403 => false,
        other => panic!("{other}"),
    }
}

#[test]
fn a_changed_context_binds_at_once_here_and_from_the_shared_cache() {
    let mut service = service();
    let token = mint("client_type:write client_type:delete");
    assert!(!reaches_others(&service, "UNUSED"));
    for (name, context) in [("UNUSED", "any"), ("UNUSED", "own"), ("UNUSED", "any"), ("RENAMED", "any")] {
        let body = json!({ "name": name, "scope": "a", "context": context }).to_string();
        assert_eq!(service.call(Put, UNUSED, &token, &body).status, 200);
        for _here_then_elsewhere in 0..2 {
            assert_eq!(reaches_others(&service, name), context == "any", "{name} {context}");
            service.restart();
        }
    }
    assert!(!reaches_others(&service, "UNUSED"), "a name that is no type's any more");
    assert_eq!(service.call(Delete, UNUSED, &token, "").status, 200);
    for _here_then_elsewhere in 0..2 {
        assert!(!reaches_others(&service, "RENAMED"), "a type that is gone");
        service.restart();
    }
}
