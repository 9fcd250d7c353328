//! Approvals: what authorize makes of them, and what their user sees and takes back.

use mithril_edge::http::Header::IfMatch;
use mithril_edge::http::Method::{Delete, Get, Post, Put};
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, OTHER};
use crate::support::tokens::{Signer, sign};
use crate::support::{Reply, Service, mint};

const APPS: &str = "/api/pis/apps";
const AUTHORIZE: &str = "/oauth/apps/authorize";
const REDIRECT: &str = "https://clinic.example/callback";

/// user-1 may ask for all that the clinic's type allows.
fn service_with(set: impl Fn(&mut mithril_edge::settings::RawSettings)) -> Service {
    let service = Service::with(set);
    service.platform.load(
        "UPDATE client_types SET scope = 'a:read a:write a:delete AccessUser:Create, Update' WHERE id = 'type-msp';
         UPDATE clients SET priv_settings = '{\"access_type\":\"DIRECT\"}';
         INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES
           ('r1', 'All', 'a:read a:write a:delete AccessUser:Create, Update', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
         INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES
           ('1', 'user-1', 'r1', NULL, '2024-01-01T00:00:00Z'), ('2', 'user-2', 'r1', NULL, '2024-01-01T00:00:00Z')",
    );
    service
}

fn service() -> Service {
    service_with(|_| ())
}

fn documented() -> Service {
    service_with(|raw| raw.authorize_answer = Some("documented".to_owned()))
}

fn user(name: &str, scope: &str) -> String {
    sign(Signer::LoginHs256, json!({}), json!({ "sub": name, "scope": scope }))
}

fn authorize_at(service: &Service, name: &str, (client, redirect): (&str, &str), scope: &str) -> Reply {
    let body = json!({ "app": { "client_id": client, "redirect_uri": redirect, "scope": scope } });
    service.call(Post, AUTHORIZE, &user(name, "app:authorize"), &body.to_string())
}

fn authorize(service: &Service, scope: &str) -> Reply {
    authorize_at(service, "user-1", (CLINIC, REDIRECT), scope)
}

fn stored(service: &Service) -> String {
    service
        .sql("SELECT group_concat(user_id || ' ' || scope || ' ' || updated_at || ' ' || version, '; ') FROM approvals")
}

fn list(service: &Service, name: &str, query: &str) -> Reply {
    service.call(Get, &format!("{APPS}?{query}"), &user(name, "app:read_pis"), "")
}

fn ids(reply: &Reply) -> Vec<&str> {
    let items = reply.json["data"].as_array().unwrap_or_else(|| panic!("{}", reply.text));
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

/// Three approvals of user-1, and one of user-2.
fn filled() -> Service {
    let service = service();
    service.platform.load(&format!(
        "UPDATE clients SET name = 'Аптека 199' WHERE id = '{OTHER}';
         INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at) VALUES
           ('4480df72-275a-11e7-93ae-92361f002674', 'Clinics, united', 'type-msp', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
         INSERT INTO approvals (id, user_id, client_id, scope, created_at, updated_at) VALUES
           ('a-1', 'user-1', '{CLINIC}', 'a:read', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'),
           ('a-2', 'user-1', '{OTHER}', 'a:read', '2024-01-02T00:00:00Z', '2024-01-02T00:00:00Z'),
           ('a-3', 'user-1', '4480df72-275a-11e7-93ae-92361f002674', 'a:read', '2024-01-03T00:00:00Z', '2024-01-03T00:00:00Z'),
           ('b-1', 'user-2', '{CLINIC}', 'a:write', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z')"
    ));
    service
}

/// All that is stored. A refused change may begin the sequence of the audit, which says nothing.
fn rows(service: &Service) -> Vec<String> {
    service.dump().into_iter().filter(|row| !row.starts_with("sqlite_sequence ")).collect()
}

#[test]
fn a_refused_authorize_leaves_no_approval_and_does_not_let_one_grow() {
    let service = service();
    for scope in ["a:read nothing:allowed", "role:write"] {
        assert_eq!(authorize(&service, scope).status, 422);
    }
    assert_eq!(authorize_at(&service, "user-1", (CLINIC, "https://clinic.example/other"), "a:read").status, 401);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM approvals"), 0);
    assert_eq!(authorize(&service, "a:read").status, 201);
    let before = rows(&service);
    assert_eq!(authorize(&service, "a:write nothing:allowed").status, 422);
    service.platform.load(&format!("UPDATE clients SET is_blocked = 1 WHERE id = '{CLINIC}'"));
    let blocked = rows(&service);
    assert_eq!(authorize(&service, "a:write").status, 401);
    assert_eq!(rows(&service), blocked);
    assert_eq!(before.len(), blocked.len());
}

#[test]
fn an_approval_grows_by_what_is_new_and_keeps_only_what_the_type_still_allows() {
    let service = service();
    let at = |seconds: i64| service.platform.now.set(NOW + seconds);
    let time = |seconds: i64| -> String {
        service.sql(&format!("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', {}, 'unixepoch')", NOW + seconds))
    };
    assert_eq!(authorize(&service, "a:write a:write").status, 201);
    assert_eq!(stored(&service), format!("user-1 a:write {} 1", time(0)));
    at(10);
    assert_eq!(authorize(&service, "a:write").status, 201);
    assert_eq!(stored(&service), format!("user-1 a:write {} 1", time(0)), "nothing is new");
    at(20);
    assert_eq!(authorize(&service, "a:read AccessUser:Update").status, 201);
    assert_eq!(stored(&service), format!("user-1 a:read a:write AccessUser:Update {} 2", time(20)));
    at(30);
    service
        .platform
        .load("UPDATE client_types SET scope = 'a:delete a:write AccessUser:Create, Update' WHERE id = 'type-msp'");
    assert_eq!(authorize(&service, "AccessUser:Create, Update").status, 201);
    assert_eq!(stored(&service), format!("user-1 a:write AccessUser:Create AccessUser:Update {} 3", time(30)));
    // All that may be granted.
    at(40);
    let body = json!({ "app": { "client_id": CLINIC, "redirect_uri": REDIRECT } }).to_string();
    assert_eq!(service.call(Post, AUTHORIZE, &user("user-2", "app:authorize"), &body).status, 201);
    let second = "SELECT scope FROM approvals WHERE user_id = 'user-2'";
    assert_eq!(service.sql::<String>(second), "a:delete a:write AccessUser:Create AccessUser:Update");
    let codes = "SELECT count(*) FROM authorization_codes code JOIN approvals ON approvals.id = code.approval_id
        AND approvals.user_id = code.user_id";
    assert_eq!(service.sql::<i64>(codes), 5, "each code names its approval");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit WHERE action = 'app.authorize'"), 5);
}

#[test]
fn an_approval_that_has_the_scopes_is_answered_by_200_only_where_the_setting_says_so() {
    let old = service();
    assert_eq!([authorize(&old, "a:read").status, authorize(&old, "a:read").status], [201, 201]);

    let service = documented();
    let made = authorize(&service, "a:read a:write");
    let data = &made.json["data"];
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        data["details"],
        json!({ "scope_request": "a:read a:write", "redirect_uri": REDIRECT, "grant_type": "password", "client_id": CLINIC })
    );
    service.platform.now.set(NOW + 5);
    service.platform.trips.set(0);
    let known = authorize(&service, "a:write");
    let row = "SELECT json_object('user_id', user_id, 'client_name', 'Clinic', 'client_id', client_id, 'scope', scope,
        'id', id, 'created_at', created_at, 'updated_at', updated_at) FROM approvals";
    let expected: Value = serde_json::from_str(&service.sql::<String>(row)).expect("JSON");
    assert_eq!((known.status, &known.json["data"], service.platform.trips.get()), (200, &expected, 1));
    assert_eq!(expected["scope"], "a:read a:write");
    let location = known.header("location").expect("an address");
    assert!(location.starts_with(&format!("{REDIRECT}?code=mec_")), "{location}");
    assert_eq!(known.json["urgent"], json!({ "redirect_uri": location }));
    // More than it has, another user and another client are new.
    assert_eq!(authorize(&service, "a:delete").status, 201);
    assert_eq!(authorize_at(&service, "user-2", (CLINIC, REDIRECT), "a:read").status, 201);
    let other = (OTHER, "https://other.example/callback");
    assert_eq!(authorize_at(&service, "user-1", other, "a:read").status, 201);
}

#[test]
fn a_user_lists_the_own_approvals_by_client_and_page() {
    let service = filled();
    let reply = list(&service, "user-1", "");
    assert_eq!(ids(&reply), ["a-1", "a-2", "a-3"]);
    assert_eq!(
        reply.json["data"][1],
        json!({ "id": "a-2", "user_id": "user-1", "applicant_user_id": "user-1", "client_name": "Аптека 199",
            "client_id": OTHER, "scope": "a:read", "created_at": "2024-01-02T00:00:00Z",
            "updated_at": "2024-01-02T00:00:00Z" })
    );
    let paging = json!({ "page_number": 1, "page_size": 50, "total_entries": 3, "total_pages": 1 });
    assert_eq!((&reply.json["paging"], &reply.json["meta"]["type"]), (&paging, &json!("list")));
    let upper = OTHER.to_ascii_uppercase();
    for (query, found) in [
        (format!("client_ids=client-{OTHER}"), vec!["a-2"]),
        (format!("client_ids={upper},,client-{CLINIC}"), vec!["a-1", "a-2"]),
        ("client_ids=client-not-an-id".to_owned(), vec![]),
        ("client_names=client_name-cLINIC".to_owned(), vec!["a-1", "a-3"]),
        ("client_names=%D0%90%D0%BF%D1%82".to_owned(), vec!["a-2"]),
        ("client_names=linic,_,%25".to_owned(), vec![]),
        (format!("client_names=clinics&client_ids={OTHER}"), vec!["a-2", "a-3"]),
        ("client_ids=&client_names=,".to_owned(), vec!["a-1", "a-2", "a-3"]),
        ("page_size=2&page_number=2".to_owned(), vec!["a-3"]),
        ("user_id=user-2".to_owned(), vec!["a-1", "a-2", "a-3"]),
    ] {
        assert_eq!(ids(&list(&service, "user-1", &query)), found, "{query}");
    }
    assert_eq!(ids(&list(&service, "user-2", "")), ["b-1"]);
    assert_eq!(ids(&list(&service, "nobody", "")), Vec::<&str>::new());
    for query in ["page_size=101", "page_size=0", "page_number=0", "page_number=x", "client_ids=%ff"] {
        assert_eq!(list(&service, "user-1", query).status, 422, "{query}");
    }
}

#[test]
fn a_token_that_names_no_user_is_401_whatever_its_scope() {
    let service = filled();
    let scope = "app:read_pis app:delete_pis user:read";
    let client = sign(Signer::LoginHs256, json!({}), json!({ "sub": CLINIC, "client_id": CLINIC, "scope": scope }));
    let nobody = sign(Signer::LoginHs256, json!({}), json!({ "sub": "", "scope": scope }));
    let before = rows(&service);
    for token in [&client, &nobody] {
        let one = format!("{APPS}/a-1");
        let paths = [(Get, APPS), (Get, one.as_str()), (Delete, &one), (Get, "/oauth/user"), (Get, "/api/user/roles")];
        for (method, path) in paths {
            let reply = service.call(method, path, token, "");
            let error = json!({ "type": "access_denied", "message": "Unauthorized" });
            assert_eq!((reply.status, &reply.json["error"]), (401, &error), "{path}");
        }
    }
    assert_eq!(rows(&service), before);
}

#[test]
fn anothers_approval_is_404_to_see_and_403_to_delete_and_no_approval_is_404_to_both() {
    let service = filled();
    let before = rows(&service);
    let token = user("user-1", "app:read_pis app:delete_pis");
    let not_found = json!({ "type": "not_found", "message": "Approval not found" });
    let forbidden = json!({ "type": "forbidden", "message": "Forbidden" });
    for (method, id, status, error) in [
        (Get, "b-1", 404, &not_found),
        (Delete, "b-1", 403, &forbidden),
        (Get, "none", 404, &not_found),
        (Delete, "none", 404, &not_found),
        (Get, "%ff", 404, &not_found),
        (Delete, "%ff", 404, &not_found),
    ] {
        for more in [vec![], vec![(IfMatch, "\"x\"")]] {
            let reply = service.call_with(method, &format!("{APPS}/{id}"), &token, &more, "");
            assert_eq!((reply.status, &reply.json["error"]), (status, error), "{} {id}", method.as_str());
        }
    }
    assert_eq!(rows(&service), before);
    assert_eq!(service.call(Get, &format!("{APPS}/a-1"), &token, "").status, 200);
    let gone = service.call(Delete, &format!("{APPS}/a-1"), &token, "");
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(service.call(Delete, &format!("{APPS}/a-1"), &token, "").status, 404);
    let audit = "SELECT group_concat(action || ' ' || actor || ' ' || subject) FROM audit";
    assert_eq!(service.sql::<String>(audit), "app.delete user-1 app/a-1");
    assert_eq!(service.sql::<String>("SELECT group_concat(id) FROM approvals"), "a-2,a-3,b-1");
}

#[test]
fn the_tag_of_an_approval_changes_with_it_and_with_the_name_that_it_shows() {
    let service = filled();
    let tag = || {
        let reply = service.call(Get, &format!("{APPS}/a-1"), &user("user-1", "app:read_pis"), "");
        reply.header("etag").expect("a tag").to_owned()
    };
    let first = tag();
    let body = r#"{"name":"Renamed","client_type_id":"type-msp","priv_settings":{"access_type":"DIRECT"}}"#;
    let token = mint(&mithril_edge::identity::enforced::ENFORCED.join(" "));
    assert_eq!(service.call(Put, &format!("/admin/clients/{CLINIC}"), &token, body).status, 200);
    let renamed = tag();
    assert_eq!(authorize(&service, "a:write").status, 201);
    assert!(first != renamed && renamed != tag());
}

#[test]
fn a_broken_setting_answers_as_before() {
    let service = service_with(|raw| raw.authorize_answer = Some("Documented".to_owned()));
    assert_eq!(service.app.settings.problems, ["AUTHORIZE_ANSWER is neither created nor documented: taken as created"]);
    assert_eq!([authorize(&service, "a:read").status, authorize(&service, "a:read").status], [201, 201]);
}

#[test]
fn a_deleted_client_takes_its_approvals_with_it() {
    let service = filled();
    let path = "/admin/clients/4480df72-275a-11e7-93ae-92361f002674";
    assert_eq!(service.call(Delete, path, &mint("client:delete"), "").status, 200);
    assert_eq!(service.sql::<String>("SELECT group_concat(id) FROM approvals"), "a-1,a-2,b-1");
}
