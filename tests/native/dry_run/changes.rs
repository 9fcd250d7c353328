//! What the answers look like, and what a caller can get wrong.

use mithril_edge::http::{Header, Method};
use mithril_edge::memory::App;
use mithril_edge::settings::RawSettings;
use serde_json::json;

use super::{ALL, dry, real, words};
use crate::secrets::refreshed;
use crate::support::routes::{CLINIC, MIS, service, whole_service};
use crate::support::tokens::mint;
use crate::support::{Service, tokens};

const DOCTOR: &str = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
const GROUP: &str = "/Endpoint/rest/api/v1/AccessGroup/GROUP-A";

#[test]
fn a_wish_that_cannot_be_read_is_refused_and_the_change_is_not_made() {
    let service = whole_service();
    let before = service.dump();
    let body = r#"{"scope":"b:read"}"#;
    for prefer in ["dry-run=false", "dry-run=1", "respond-async, DRY-RUN = x;a=b"] {
        let reply = service.call_with(Method::Patch, DOCTOR, &mint(ALL), &[(Header::Prefer, prefer)], body);
        assert_eq!((reply.status, &reply.json["error"]["invalid"][0]["entry"]), (400, &json!("Prefer")), "{prefer}");
    }
    for query in ["dry_run=1", "dry_run=TRUE", "dry_run=true&dry_run=false", "Dry_Run=yes", "dry_run=true&page=%zz"] {
        let reply = real(&service, Method::Patch, &format!("{DOCTOR}?{query}"), body);
        assert_eq!(reply.status, 422, "{query}");
        let user = r#"{"UserId":{"Value":"8"}}"#;
        let reply = real(&service, Method::Post, &format!("{GROUP}/User?{query}"), user);
        assert_eq!(reply.status, 400, "{query}");
    }
    for query in ["page=0", "page=x", "page_size=301", "page_size=0", "skip=50", "page_size=2&skip=2"] {
        assert_eq!(dry(&service, Method::Patch, &format!("{DOCTOR}?{query}"), body).status, 422, "{query}");
    }
    assert_eq!(service.dump(), before);
}

#[test]
fn other_preferences_and_an_empty_parameter_are_no_wish() {
    for (prefer, query) in [("return=minimal", ""), ("dry-runs", "?dry_run="), ("x;dry-run", "?dry_run=false")] {
        let service = service();
        let path = format!("{DOCTOR}{query}");
        let more = [(Header::Prefer, prefer)];
        let reply = service.call_with(Method::Patch, &path, &mint(ALL), &more, r#"{"scope":"b:read"}"#);
        assert_eq!((reply.status, &reply.json["data"]["scope"]), (200, &json!("b:read")), "{prefer}");
    }
    let service = service();
    let more = [(Header::Prefer, "respond-async, Dry-Run;x=y")];
    assert_eq!(
        service.call_with(Method::Patch, DOCTOR, &mint(ALL), &more, r#"{"scope":"b"}"#).json["data"]["gains"],
        1
    );
}

#[test]
fn refusals_of_the_database_are_those_of_the_change() {
    let service = whole_service();
    service.platform.load("UPDATE access_groups SET is_system = 1 WHERE id = 'GROUP-B'");
    let root = "/Endpoint/rest/api/v1";
    let before = service.dump();
    let clinic = format!("/admin/clients/{CLINIC}");
    let new_client = format!(r#"{{"id":"{CLINIC}","name":"New","client_type_id":"type-msp"}}"#);
    let nowhere = format!(r#"{{"role_id":"role-unused","client_id":"{}"}}"#, CLINIC.replace('1', "9"));
    let client = "/admin/clients";
    for (status, method, path, body) in [
        (409, Method::Delete, DOCTOR, ""),
        (409, Method::Delete, &clinic, ""),
        (409, Method::Delete, "/admin/client_types/type-msp", ""),
        (409, Method::Post, client, new_client.as_str()),
        (422, Method::Post, client, r#"{"name":"New","client_type_id":"no-type"}"#),
        (422, Method::Post, "/admin/roles", r#"{"name":"Doctor","scope":"a:read"}"#),
        (422, Method::Post, "/admin/client_types", r#"{"name":"MSP","scope":"a:read"}"#),
        (422, Method::Post, "/admin/users/user-1/roles", r#"{"role_id":"nothing"}"#),
        (422, Method::Post, "/admin/users/user-1/roles", nowhere.as_str()),
        (403, Method::Post, "/admin/roles", r#"{"name":"N","scope":"audit:read"}"#),
        (403, Method::Delete, &format!("{root}/AccessGroup/GROUP-B"), ""),
        (400, Method::Post, &format!("{root}/AccessGroup"), r#"{"Name":"Registry"}"#),
        (400, Method::Post, &format!("{GROUP}/User"), r#"{"UserId":{"Value":"77"}}"#),
    ] {
        let (dry, made) = (dry(&service, method, path, body), real(&service, method, path, body));
        assert_eq!((made.status, dry.status), (status, status), "{path} {body}: {}", made.text);
        assert_eq!(words(&dry), words(&made), "{path} {body}");
    }
    assert_eq!(service.dump(), before);
}

#[test]
fn a_role_tells_whom_its_scopes_reach() {
    let service = service();
    service.platform.load(&format!(
        "INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
           VALUES ('at-clinic', 'user-2', 'role-1380df72-275a-11e7-93ae-92361f002671', '{CLINIC}', '');
         UPDATE client_types SET scope = 'patients:read b:read' WHERE id = 'type-msp'"
    ));
    let reply = dry(&service, Method::Patch, &format!("{DOCTOR}?page_size=2"), r#"{"scope":"b:read notebooks:read"}"#);
    let path = json!(["role/role-1380df72-275a-11e7-93ae-92361f002671"]);
    let everywhere = json!({ "type": "user", "id": "user-1", "client_id": null });
    assert_eq!(
        reply.json["data"],
        json!({ "gains": 2, "loses": 3, "subjects": 2, "changes": [
            { "subject": everywhere, "scope": "b:read", "change": "gains", "path": path },
            { "subject": everywhere, "scope": "notebooks:create", "change": "loses", "path": path },
        ] })
    );
    let paging = json!({ "page_number": 1, "page_size": 2, "total_entries": 5, "total_pages": 3 });
    assert_eq!((&reply.json["meta"]["code"], &reply.json["paging"]), (&json!(200), &paging));
    let rest =
        dry(&service, Method::Patch, &format!("{DOCTOR}?page_size=2&page=3"), r#"{"scope":"b:read notebooks:read"}"#);
    let at_clinic = json!({ "type": "user", "id": "user-2", "client_id": CLINIC });
    let last = json!([{ "subject": at_clinic, "scope": "patients:read", "change": "loses", "path": path }]);
    assert_eq!(rest.json["data"]["changes"], last);
}

#[test]
fn an_access_group_tells_whom_its_permissions_reach() {
    let service = whole_service();
    let reply = dry(&service, Method::Post, &format!("{GROUP}/Group"), r#"{"GroupId":{"Value":"32"}}"#);
    let nobody = json!({ "TotalItems": 0, "CurrentPage": 0, "PageSize": 50, "Type": "DryRunChange" });
    assert_eq!(reply.json, json!({ "Meta": nobody, "Gains": 0, "Loses": 0, "Subjects": 0, "Data": [] }));
    service.platform.load("INSERT INTO user_group_users VALUES (32, 8)");
    let reply = dry(
        &service,
        Method::Post,
        &format!("{GROUP}/Group?PageSize=1&CurrentPage=1"),
        r#"{"GroupId":{"Value":"32"}}"#,
    );
    let physician = "7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11";
    assert_eq!(
        reply.json,
        json!({
            "Meta": { "TotalItems": 2, "CurrentPage": 1, "PageSize": 1, "Type": "DryRunChange" },
            "Gains": 2, "Loses": 0, "Subjects": 1,
            "Data": [{
                "Subject": { "Type": "User", "Id": 8, "ExternalId": "user-8" },
                "Permission": { "AccessRoleId": physician, "PermissionId": "Read", "AccessGroupTypeId": "FullAccess" },
                "Change": "gains",
                "Path": ["user_group/32", "access_group/GROUP-A", format!("access_role/{physician}")],
            }],
        })
    );
}

#[test]
fn a_blocked_client_loses_what_its_type_gives_and_stays_known_to_memory() {
    let service = service();
    let body = r#"{"block_reason":"Licence revoked"}"#;
    let reply = dry(&service, Method::Patch, &format!("/admin/clients/{MIS}/actions/block"), body);
    assert_eq!((&reply.json["data"]["loses"], &reply.json["data"]["subjects"]), (&json!(5), &json!(1)));
    let first = json!({
        "subject": { "type": "client", "id": MIS }, "scope": "connection:delete", "change": "loses",
        "path": ["client_type/type-mis"],
    });
    assert_eq!(reply.json["data"]["changes"][0], first);
}

#[test]
fn a_user_who_stops_being_active_loses_the_permissions() {
    let service = whole_service();
    let body = r#"{"username":"olena","name":"Olena","is_active":false}"#;
    let reply = dry(&service, Method::Put, "/admin/users/user-1", body);
    let subject = json!({ "type": "user", "id": "user-1", "endpoint_id": 7 });
    assert_eq!((&reply.json["data"]["loses"], &reply.json["data"]["changes"][0]["subject"]), (&json!(2), &subject));
}

#[test]
fn a_change_of_more_rights_than_can_be_shown_is_refused() {
    let service = whole_service();
    service.platform.load(
        "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 50100)
         INSERT INTO endpoint_users (id, name, username, creation_date) SELECT i, 'N', 'u' || i, '' FROM n;
         INSERT INTO user_group_users SELECT 32, id FROM endpoint_users WHERE id >= 100;",
    );
    let before = service.dump().len();
    let reply = dry(&service, Method::Post, &format!("{GROUP}/Group"), r#"{"GroupId":{"Value":"32"}}"#);
    assert_eq!(reply.status, 409, "{}", reply.text);
    assert!(reply.text.contains("more than 100,000 rights"), "{}", reply.text);
    assert_eq!(service.dump().len(), before);
}

#[test]
fn a_page_that_is_too_long_for_an_answer_is_cut_and_goes_on() {
    let service = service();
    let long: Vec<String> = (0..15).map(|at| format!("{at}:{}", "x".repeat(250))).collect();
    let body = json!({ "scope": long.join(" ") }).to_string();
    service.platform.load(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
         INSERT INTO user_roles (id, user_id, role_id, inserted_at) SELECT 'n' || i, '{}' || i,
           'role-1380df72-275a-11e7-93ae-92361f002671', '' FROM n",
        "\u{457}".repeat(250)
    ));
    let (mut skip, mut seen) = (0, 0);
    loop {
        let path = format!("{DOCTOR}?page_size=300&page=2&skip={skip}");
        let reply = dry(&service, Method::Patch, &path, &body);
        assert_eq!(reply.status, 200, "{}", reply.text);
        seen += reply.json["data"]["changes"].as_array().expect("changes").len();
        let Some(cut) = reply.json["paging"]["cut_at"].as_u64() else { break };
        assert!(reply.header("link").is_some_and(|link| link.contains(&format!("skip={cut}"))));
        skip = cut;
    }
    assert!(skip > 0 && seen == 300, "{skip} {seen}");
}

#[test]
fn a_dry_run_does_not_write_down_the_use_of_an_api_key_and_the_change_does() {
    let mut service = Service::default();
    let key = refreshed(&service, "");
    service.platform.load(&format!(
        r#"UPDATE clients SET priv_settings = '{{"broker_scope":"role:write"}}' WHERE id = '{CLINIC}'"#
    ));
    service.app = App::new(&RawSettings { api_key_rule: Some("broker".to_owned()), ..tokens::settings() });
    let used = |service: &Service| {
        service.sql::<i64>("SELECT count(*) FROM connection_secrets WHERE last_used_at IS NOT NULL")
    };
    let (token, body) = (mint("role:write"), r#"{"scope":"b:read"}"#);
    let key = (Header::ApiKey, key.as_str());
    let wish = [key, (Header::Prefer, "dry-run")];
    assert_eq!(service.call_with(Method::Patch, DOCTOR, &token, &wish[1..], body).status, 401);
    assert_eq!((service.call_with(Method::Patch, DOCTOR, &token, &wish, body).status, used(&service)), (200, 0));
    assert_eq!((service.call_with(Method::Patch, DOCTOR, &token, &[key], body).status, used(&service)), (200, 1));
}
