//! Users under `/admin/users`: an administration records those that access groups can have.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Get, Patch, Post, Put};
use serde_json::{Value, json};

use crate::support::tokens::{Signer, mint_as, sign};
use crate::support::{Service, mint};

const PATH: &str = "/admin/users/user-new";
const LAST: &str = "SELECT action || ' ' || subject || ' ' || fields FROM audit ORDER BY seq DESC LIMIT 1";

fn put(service: &Service, path: &str, body: &Value) -> crate::support::Reply {
    service.call(Put, path, &mint("user:write"), &body.to_string())
}

#[test]
fn a_body_that_breaks_a_rule_is_422_and_changes_nothing() {
    let service = Service::default();
    let whole = json!({ "username": "ann", "name": "Ann" });
    let with = |name: &str, value: Value| {
        let mut body = whole.clone();
        body[name] = value;
        body
    };
    for (body, entry, rule) in [
        (json!({ "name": "Ann" }), "$.username", "required"),
        (json!({ "username": "ann" }), "$.name", "required"),
        (with("username", json!(" ")), "$.username", "required"),
        (with("username", json!("olena")), "$.username", "unique"),
        (with("username", json!("a\0b")), "$.username", "format"),
        (with("name", json!("x".repeat(251))), "$.name", "length"),
        (with("email", json!(1)), "$.email", "cast"),
        (with("mobile_phone", json!({})), "$.mobile_phone", "cast"),
        (with("is_active", json!("yes")), "$.is_active", "cast"),
        (json!({ "user": [] }), "$.user", "cast"),
    ] {
        let before = service.sql::<i64>("SELECT count(*) FROM endpoint_users");
        let reply = put(&service, PATH, &body);
        let invalid = &reply.json["error"]["invalid"][0];
        assert_eq!((reply.status, &invalid["entry"], &invalid["rules"][0]["rule"]), (422, &json!(entry), &json!(rule)));
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM endpoint_users"), before);
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
    }
}

#[test]
fn an_id_that_no_login_service_could_have_given_out_names_no_user() {
    let service = Service::default();
    let body = json!({ "username": "ann", "name": "Ann" });
    for id in ["%00", "a%00b", &"x".repeat(256), "%ff"] {
        let path = format!("/admin/users/{id}");
        assert_eq!(put(&service, &path, &body).status, 404, "{id}");
        assert_eq!(service.call(Get, &path, &mint("user:read"), "").status, 404, "{id}");
    }
    assert_eq!(service.call(Get, PATH, &mint("user:read"), "").status, 404);
}

#[test]
fn only_administrations_with_the_scope_see_and_record_users() {
    let service = Service::default();
    let body = json!({ "username": "ann", "name": "Ann" }).to_string();
    for (method, scope, other) in [(Get, "user:read", "user:write"), (Put, "user:write", "user:read")] {
        let body = if method == Put { body.as_str() } else { "" };
        assert_eq!(service.call(method, "/admin/users/user-1", &mint(other), body).status, 403);
        let own = mint_as("MSP", "1380df72-275a-11e7-93ae-92361f002671", scope);
        assert_eq!(service.call(method, "/admin/users/user-1", &own, body).status, 403);
    }
}

#[test]
fn a_recorded_user_is_shown_and_replaced_and_the_audit_names_what_changed() {
    let service = Service::default();
    let made = put(&service, PATH, &json!({ "user": { "username": "ann", "name": "Ann", "email": "ann@a.example" } }));
    let shown = json!({ "id": "user-new", "endpoint_id": 10, "username": "ann", "name": "Ann",
        "email": "ann@a.example", "mobile_phone": "", "is_active": true, "inserted_at": "2026-09-21T14:13:20Z" });
    assert_eq!((made.status, &made.json["data"]), (201, &shown));
    assert_eq!(made.header("location"), Some(PATH));
    assert_eq!(
        service.sql::<String>(LAST),
        r#"user.put user/user-new ["username","name","email","mobile_phone","is_active"]"#
    );
    let read = service.call(Get, PATH, &mint("user:read"), "");
    assert_eq!((read.status, &read.json["data"], read.header("etag")), (200, &shown, made.header("etag")));

    let left = put(&service, PATH, &json!({ "username": "ann", "name": "Ann B", "is_active": false }));
    assert_eq!((left.status, &left.json["data"]["is_active"]), (200, &json!(false)));
    assert_eq!([&left.json["data"]["email"], &left.json["data"]["endpoint_id"]], [&json!(""), &json!(10)]);
    assert_eq!(service.sql::<String>(LAST), r#"user.put user/user-new ["name","email","is_active"]"#);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM endpoint_users"), 4);

    let tag = left.header("etag").unwrap().to_owned();
    let stale = service.call_with(
        Put,
        PATH,
        &mint("user:write"),
        &[(Header::IfMatch, made.header("etag").unwrap())],
        r#"{"username":"ann","name":"Lost"}"#,
    );
    assert_eq!(stale.status, 412);
    let body = r#"{"username":"ann","name":"Kept"}"#;
    let kept = service.call_with(Put, PATH, &mint("user:write"), &[(Header::IfMatch, &tag)], body);
    assert_eq!((kept.status, &kept.json["data"]["name"]), (200, &json!("Kept")));
}

#[test]
fn a_record_made_anew_under_an_id_has_no_tag_of_a_former_one() {
    let service = Service::default();
    let body = json!({ "username": "ann", "name": "Ann" });
    let first = put(&service, PATH, &body);
    service.platform.load("DELETE FROM endpoint_users WHERE external_id = 'user-new'");
    let second = put(&service, PATH, &body);
    assert_eq!((first.status, second.status), (201, 201));
    assert_ne!(first.header("etag"), second.header("etag"));
}

#[test]
fn of_rows_that_share_an_id_the_oldest_is_meant() {
    let service = Service::default();
    service.platform.load("UPDATE endpoint_users SET external_id = 'user-1'");
    let shown = service.call(Get, "/admin/users/user-1", &mint("user:read"), "");
    assert_eq!(shown.json["data"]["username"], "olena");
    assert_eq!(put(&service, "/admin/users/user-1", &json!({ "username": "olena", "name": "One" })).status, 200);
    assert_eq!(
        service.sql::<String>("SELECT group_concat(name) FROM (SELECT name FROM endpoint_users ORDER BY id)"),
        "One,Taras Melnyk,Former worker"
    );
}

/// The way of an operator: no SQL is needed from a new user to what it may do.
#[test]
fn a_recorded_user_can_be_a_member_and_its_activity_decides_what_it_may_do() {
    let service = Service::default();
    let made = put(&service, PATH, &json!({ "username": "ann", "name": "Ann" }));
    let id = made.json["data"]["endpoint_id"].to_string();
    let endpoint = "/Endpoint/rest/api/v1";
    let manager = mint("AccessManager:Create AccessManager:Read AccessManager:Update");
    let member = json!({ "UserId": { "Field": "External_Id", "Value": "user-new" } }).to_string();
    let added = service.call(Post, &format!("{endpoint}/AccessGroup/GROUP-A/User"), &manager, &member);
    assert_eq!((added.status, added.json["Id"].to_string()), (200, id.clone()));
    let rights = || {
        let path = format!("{endpoint}/User/{id}/EffectivePermissions");
        service.call(Get, &path, &manager, "").json["Data"].as_array().unwrap().len()
    };
    assert!(rights() > 0);
    put(&service, PATH, &json!({ "username": "ann", "name": "Ann", "is_active": false }));
    assert_eq!(rights(), 0);
    put(&service, PATH, &json!({ "username": "ann", "name": "Ann" }));
    assert!(rights() > 0, "the groups stay");

    // It is shown, found by its id in either case, and can be in a group of users.
    let guid = "0A6D5A0E-9B1F-4F6E-8A55-0D7D7A5F0B01";
    let made = put(&service, &format!("/admin/users/{guid}"), &json!({ "username": "bob", "name": "Bob" }));
    for name in [guid.to_owned(), guid.to_ascii_lowercase()] {
        let path = format!("{endpoint}/User/{name}?Name=External_Id");
        let shown = service.call(Get, &path, &manager, "").json;
        assert_eq!((&shown["Id"], &shown["Name"]), (&made.json["data"]["endpoint_id"], &json!("Bob")));
        let path = format!("{endpoint}/Users?Filters=External_Id+=+{name}");
        assert_eq!(service.call(Get, &path, &manager, "").json["Data"], json!([shown]));
    }
    assert_eq!(service.call(Post, &format!("{endpoint}/GroupExternal"), &manager, r#"{"Name":"Night"}"#).status, 200);
    let member = json!({ "User_Id": { "Field": "External_Id", "Value": guid } }).to_string();
    let path = format!("{endpoint}/GroupExternal/Night/UserExternal?Name=Name");
    assert_eq!(service.call(Post, &path, &manager, &member).json["Name"], "Bob");
    let path = format!("{endpoint}/User/{guid}/Groups?Name=External_Id");
    assert_eq!(service.call(Get, &path, &manager, "").json["Data"][0]["Name"], "Night");

    // Endpoint's records name the user who changes them.
    let claims = json!({ "sub": "user-new", "scope": "AccessManager:Update AccessManager:Create" });
    let token = sign(Signer::LoginEs256, json!({}), claims);
    let changed = service.call(Patch, &format!("{endpoint}/AccessGroup"), &token, r#"{"Id":"GROUP-A","Name":"Ward"}"#);
    assert_eq!(changed.json["ModifiedBy"]["Name"], "Ann");
}
