//! Roles whole: list, create, replace, patch, delete, and what the caches say afterwards. Who may call them is
//! in `matrix`.

use mithril_edge::http::Header;
use mithril_edge::http::Method;
use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::service;
use crate::support::{Service, mint};

const ROLES: &str = "/admin/roles";
const DOCTOR: &str = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";

fn names(service: &Service, query: &str) -> Vec<String> {
    let reply = service.call(Get, &format!("{ROLES}?{query}"), &mint("role:read"), "");
    assert_eq!(reply.status, 200, "{query}");
    let items = reply.json["data"].as_array().expect("a list");
    assert_eq!(reply.json["paging"]["total_entries"], items.len(), "{query}");
    items.iter().map(|role| role["name"].as_str().expect("a name").to_owned()).collect()
}

fn rules(json: &Value) -> Value {
    let invalid = json["error"]["invalid"].as_array().expect("a list");
    invalid.iter().map(|one| json!([one["entry"], one["rules"][0]["rule"]])).collect()
}

#[test]
fn a_bad_body_names_all_its_mistakes_and_changes_nothing() {
    let service = service();
    let token = mint("role:write");
    let long = format!(r#"{{"name":"{}","scope":"{}"}}"#, "n".repeat(256), "s".repeat(4097));
    for (body, expected) in [
        ("{}", json!([["$.name", "required"], ["$.scope", "required"]])),
        (r#"{"role":{}}"#, json!([["$.name", "required"], ["$.scope", "required"]])),
        (r#"{"role":[]}"#, json!([["$.role", "cast"]])),
        (r#"{"name":1,"scope":["a"]}"#, json!([["$.name", "cast"], ["$.scope", "cast"]])),
        (r#"{"name":" ","scope":""}"#, json!([["$.name", "required"], ["$.scope", "required"]])),
        (r#"{"name":"x\u0000y","scope":"a \\ b"}"#, json!([["$.name", "format"], ["$.scope", "format"]])),
        (long.as_str(), json!([["$.name", "length"], ["$.scope", "length"]])),
        (r#"{"name":"Doctor","scope":"a:read"}"#, json!([["$.name", "unique"]])),
    ] {
        for (method, path) in [(Post, ROLES), (Put, "/admin/roles/role-unused")] {
            let reply = service.call(method, path, &token, body);
            assert_eq!((reply.status, rules(&reply.json)), (422, expected.clone()), "{} {body}", method.as_str());
        }
    }
    let taken = service.call(Patch, "/admin/roles/role-unused", &token, r#"{"name":"Doctor"}"#);
    assert_eq!(taken.status, 422);
    assert_eq!(
        taken.json["error"]["invalid"],
        json!([{ "entry_type": "json_data_property", "entry": "$.name", "rules": [{ "rule": "unique", "params": {},
            "description": "has already been taken", "raw_description": "has already been taken" }] }])
    );
    let null = service.call(Patch, "/admin/roles/role-unused", &token, r#"{"name":null,"scope":null}"#);
    assert_eq!(rules(&null.json), json!([["$.name", "required"], ["$.scope", "required"]]));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM roles"), 4);
    assert_eq!(service.sql::<i64>("SELECT sum(version) FROM roles"), 4);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn a_role_that_is_not_there_is_404() {
    let service = service();
    let token = mint("role:read role:write role:delete");
    let whole = r#"{"name":"X","scope":"a"}"#;
    for (method, body) in [(Get, ""), (Put, whole), (Patch, whole), (Delete, "")] {
        for id in ["nobody", "%ff", "role-1380DF72-275a-11e7-93ae-92361f002671"] {
            let reply = service.call(method, &format!("{ROLES}/{id}"), &token, body);
            assert_eq!(reply.status, 404, "{} {id}", method.as_str());
            assert_eq!(reply.json["error"], json!({ "type": "not_found", "message": "not_found" }));
        }
    }
}

#[test]
fn a_role_in_use_is_409_with_what_uses_it() {
    let service = service();
    // Only SQL can give a permission of Mithril's role.
    service.platform.load(
        "INSERT INTO permissions (access_group_id, role_id, permission_id, created_on)
           VALUES ('GROUP-A', 'role-unused', 'Read', '2024-10-22T08:00:00Z')",
    );
    for (id, message) in [
        ("role-1380df72-275a-11e7-93ae-92361f002671", "The role is still used by users."),
        ("role-unused", "The role is still used by permissions of access groups."),
    ] {
        let reply = service.call(Delete, &format!("{ROLES}/{id}"), &mint("role:delete"), "");
        assert_eq!(reply.status, 409);
        assert_eq!(reply.json["error"], json!({ "type": "request_conflict", "message": message }));
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM roles"), 4);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn an_access_role_is_not_there_for_mithril_whatever_is_asked() {
    let service = service();
    let token = mint("role:read role:write role:delete");
    let before = service.dump();
    let access_role = format!("{ROLES}/7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11");
    let whole = r#"{"name":"X","scope":"a"}"#;
    for (method, body) in [(Get, ""), (Put, whole), (Patch, whole), (Patch, r#"{"scope":"a"}"#), (Delete, "")] {
        {
            let path = &access_role;
            let reply = service.call(method, path, &token, body);
            assert_eq!(reply.status, 404, "{} {path}", method.as_str());
            let reply = service.call_with(method, path, &token, &[(Header::IfMatch, "*")], body);
            assert!([404, 412].contains(&reply.status), "{} {path}: {}", method.as_str(), reply.status);
        }
    }
    let taken = service.call(Post, ROLES, &token, r#"{"name":"Physician","scope":"a"}"#);
    assert_eq!(taken.status, 422);
    let changed = |row: &&String| !row.starts_with("sqlite_sequence ");
    let after = service.dump();
    assert_eq!(after.iter().filter(changed).collect::<Vec<_>>(), before.iter().filter(changed).collect::<Vec<_>>());
    for query in ["", "name=ic", "name=Physician", "scope=AccessUser:Read"] {
        let found = names(&service, query);
        assert!(
            !found.iter().any(|name| ["Physician", "Registry clerk"].contains(&name.as_str())),
            "{query}: {found:?}"
        );
    }
}

#[test]
fn a_list_holds_every_role_in_the_order_of_creation() {
    let service = service();
    let reply = service.call(Get, &format!("{ROLES}?page_size=1"), &mint("role:read"), "");
    assert_eq!(
        reply.json["data"],
        json!([{ "name": "Doctor", "scope": "notebooks:read notebooks:create patients:read",
            "id": "role-1380df72-275a-11e7-93ae-92361f002671" }])
    );
    let paging = json!({ "page_number": 1, "page_size": 1, "total_entries": 2, "total_pages": 2 });
    assert_eq!(reply.json["paging"], paging);
    assert_eq!(names(&service, ""), ["Doctor", "Unused"]);
}

#[test]
fn filters_keep_a_part_of_the_name_and_any_of_the_scopes() {
    let service = service();
    assert_eq!(names(&service, "name=us"), ["Unused"]);
    service.platform.load("UPDATE roles SET name = 'Un used' WHERE id = 'role-unused'");
    assert_eq!(names(&service, "name=Un+used"), ["Un used"]);
    service.platform.load("UPDATE roles SET name = 'Unused' WHERE id = 'role-unused'");
    assert_eq!(names(&service, "name=%25"), Vec::<String>::new());
    assert_eq!(names(&service, "scope=notebooks:create"), ["Doctor"]);
    assert_eq!(names(&service, "scope=patients:read,a:read"), ["Doctor", "Unused"]);
    assert_eq!(names(&service, "scope=%20a:read%20,,x"), ["Unused"]);
    // A part of a scope's name is another scope.
    assert_eq!(names(&service, "scope=notebooks"), Vec::<String>::new());
    assert_eq!(names(&service, "scope=notebooks:read%20notebooks:create&name=Doc"), ["Doctor"]);
    assert_eq!(names(&service, "scope=,&name=Unused"), ["Unused"]);
    assert_eq!(names(&service, "scope=a:read&name=Doctor"), Vec::<String>::new());
}

#[test]
fn a_new_role_is_made_from_a_wrapped_and_from_a_bare_body() {
    let service = service();
    let token = mint("role:write role:read");
    for (body, name) in [
        (r#"{"role":{"name":"Лікар","scope":"a:read b:write","id":"mine"}}"#, "Лікар"),
        (r#"{"name":"Bare","scope":"a:read b:write"}"#, "Bare"),
    ] {
        let reply = service.call(Post, ROLES, &token, body);
        assert_eq!(reply.status, 201);
        let id = reply.json["data"]["id"].as_str().expect("an id");
        assert_eq!(id.len(), 36);
        assert_eq!(reply.json["data"], json!({ "name": name, "scope": "a:read b:write", "id": id }));
        assert_eq!(reply.header("location"), Some(format!("{ROLES}/{id}").as_str()));
        let row = format!("SELECT name || ' ' || type || ' ' || inserted_at FROM roles WHERE id = '{id}'");
        assert_eq!(service.sql::<String>(&row), format!("{name} Role 2026-09-21T14:13:20Z"));
    }
    assert_eq!(service.sql::<String>("SELECT group_concat(action) FROM audit"), "role.create,role.create");
}

#[test]
fn replace_changes_both_and_patch_what_it_holds() {
    let service = service();
    let token = mint("role:write");
    let path = "/admin/roles/role-unused";
    let row = "SELECT name || '|' || scope || '|' || version FROM roles WHERE id = 'role-unused'";
    for (method, body, stored) in [
        (Put, r#"{"role":{"name":"A","scope":"b:read"}}"#, "A|b:read|2"),
        (Patch, r#"{"role":{"scope":"c:read"}}"#, "A|c:read|3"),
        (Patch, r#"{"name":"B"}"#, "B|c:read|4"),
        // Its own name is not taken.
        (Put, r#"{"name":"B","scope":"c:read"}"#, "B|c:read|5"),
    ] {
        let reply = service.call(method, path, &token, body);
        assert_eq!(reply.status, 200, "{body}");
        let data = &reply.json["data"];
        assert_eq!(service.sql::<String>(row), stored);
        assert_eq!(
            format!("{}|{}", data["name"].as_str().unwrap(), data["scope"].as_str().unwrap()),
            stored[..stored.len() - 2]
        );
    }
    assert_eq!(
        service.sql::<String>("SELECT group_concat(action || fields, ' ') FROM audit"),
        r#"role.replace["name","scope"] role.update["scope"] role.update["name"] role.replace[]"#
    );
}

#[test]
fn delete_answers_meta_alone() {
    let service = service();
    let reply = service.call(Delete, "/admin/roles/role-unused", &mint("role:delete"), "");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json.as_object().map(|body| body.len()), Some(1));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM roles WHERE id = 'role-unused'"), 0);
    assert_eq!(service.sql::<String>("SELECT action || ' ' || subject FROM audit"), "role.delete role/role-unused");
}

#[test]
fn a_changed_role_is_answered_changed_at_once_from_memory() {
    let service = service();
    let token = mint("role:read role:write");
    assert_eq!(service.call(Get, DOCTOR, &token, "").json["data"]["name"], "Doctor");
    let change: [(Method, &str); 2] = [(Put, r#"{"name":"One","scope":"a"}"#), (Patch, r#"{"name":"Two"}"#)];
    for ((method, body), name) in change.into_iter().zip(["One", "Two"]) {
        assert_eq!(service.call(method, DOCTOR, &token, body).status, 200);
        let trips = service.platform.trips.get();
        assert_eq!(service.call(Get, DOCTOR, &token, "").json["data"]["name"], name);
        assert_eq!(service.platform.trips.get(), trips, "from memory");
    }
}

#[test]
fn a_deleted_role_is_gone_at_once() {
    let service = service();
    let token = mint("role:read role:delete");
    let path = "/admin/roles/role-unused";
    assert_eq!(service.call(Get, path, &token, "").status, 200);
    assert_eq!(service.call(Delete, path, &token, "").status, 200);
    assert_eq!(service.call(Get, path, &token, "").status, 404);
}

#[test]
fn what_memory_answers_is_never_older_than_a_minute() {
    let service = service();
    let read = || service.call(Get, DOCTOR, &mint("role:read"), "").json["data"]["name"].clone();
    assert_eq!(read(), "Doctor");
    service.platform.load("UPDATE roles SET name = 'Changed' WHERE name = 'Doctor'");
    service.platform.now.set(NOW + 59);
    assert_eq!(read(), "Doctor");
    service.platform.now.set(NOW + 60);
    assert_eq!(read(), "Changed");
}

#[test]
fn no_role_is_written_to_kv() {
    let service = service();
    let token = mint("role:read role:write");
    service.call(Get, DOCTOR, &token, "");
    service.call(Patch, DOCTOR, &token, r#"{"name":"Two"}"#);
    let cache = service.platform.cache.borrow();
    assert!(cache.keys().all(|key| key.starts_with("client-type-context/")), "{cache:?}");
}

#[test]
fn who_was_late_with_a_copy_reads_the_database_next() {
    for (method, body) in [(Put, r#"{"name":"Mine","scope":"a"}"#), (Patch, r#"{"name":"Mine"}"#), (Delete, "")] {
        let service = service();
        let token = mint("role:read role:write role:delete");
        let path = "/admin/roles/role-unused";
        assert_eq!(service.call(Get, path, &token, "").header("etag"), Some("\"1\""));
        service.platform.load("UPDATE roles SET name = 'Theirs', version = 2 WHERE id = 'role-unused'");
        // Changed elsewhere: memory does not know it.
        assert_eq!(service.call(Get, path, &token, "").header("etag"), Some("\"1\""));
        let late = service.call_with(method, path, &token, &[(Header::IfMatch, "\"1\"")], body);
        assert_eq!(late.status, 412, "{method:?}");
        let read = service.call(Get, path, &token, "");
        assert_eq!((read.header("etag"), &read.json["data"]["name"]), (Some("\"2\""), &json!("Theirs")), "{method:?}");
    }
}

#[test]
fn of_two_changes_whose_answers_cross_the_later_version_is_kept() {
    let service = service();
    let token = mint("role:read role:write");
    let version = |number: i64| format!("UPDATE roles SET version = {number} WHERE id = 'role-unused'");
    let path = "/admin/roles/role-unused";
    let tag = || service.call(Get, path, &token, "").header("etag").map(str::to_owned);
    // The answer of version 8 is here before that of version 3.
    service.platform.load(&version(8));
    assert_eq!(tag().as_deref(), Some("\"8\""));
    service.platform.load(&version(2));
    assert_eq!(service.call(Patch, path, &token, r#"{"name":"Crossed"}"#).header("etag"), Some("\"3\""));
    assert_eq!(tag().as_deref(), Some("\"8\""));
    // A database that was restored to an earlier time is kept like any other once the copy's minute is over.
    service.platform.now.set(NOW + 60);
    let trips = service.platform.trips.get();
    assert_eq!((tag().as_deref(), tag().as_deref()), (Some("\"3\""), Some("\"3\"")));
    assert_eq!(service.platform.trips.get() - trips, 1);
}
