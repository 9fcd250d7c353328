//! Keeping and revoking. A right that a review revokes is taken away as by its own address.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Delete, Get, Patch};
use mithril_edge::routes::ROUTES;
use serde_json::{Value, json};

use super::{ALL, close, decide, everything, ids, items, review, sentence};
use crate::support::routes::{CLINIC, whole_service};
use crate::support::{Service, mint};

/// Each kind of right that one call takes away: an item, and the path of that call.
const KINDS: [(&str, &str); 6] = [
    ("role.user-role-1", "/admin/users/roles/user-role-1"),
    ("member.7.GROUP-A", "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/User/7"),
    ("user_group.31.GROUP-A", "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/Group/31"),
    ("group_member.31.7", "/Endpoint/rest/api/v1/GroupExternal/31/UserExternal/7"),
    ("permission.4711.GROUP-A", "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/Permission/4711"),
    (
        "connection.e5372365-d47a-467f-81d0-f35117864352",
        "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352",
    ),
];

fn keep() -> Value {
    json!({ "decision": "keep" })
}

fn revoke() -> Value {
    json!({ "decision": "revoke", "note": "left" })
}

/// All that is stored, but for reviews, and without the times and request ids of the audit.
fn rights(service: &Service) -> Vec<String> {
    let is_right = |row: &String| !["review", "audit "].iter().any(|table| row.starts_with(table));
    service.dump().into_iter().filter(is_right).collect()
}

fn last_audit(service: &Service) -> String {
    service.sql("SELECT json_array(actor, client_id, action, subject, fields) FROM audit ORDER BY seq DESC LIMIT 1")
}

fn audits(service: &Service) -> i64 {
    service.sql("SELECT count(*) FROM audit")
}

#[test]
fn a_decision_that_does_not_fit_is_refused_and_nothing_changes() {
    let service = whole_service();
    let id = everything(&service);
    let before = service.dump();
    for (item, body, status) in [
        ("role.user-role-1", json!({}), 422),
        ("role.user-role-1", json!({ "decision": "gone" }), 422),
        ("role.user-role-1", json!({ "decision": "keep", "note": "n".repeat(251) }), 422),
        ("role.user-role-1", json!({ "decision": "keep", "more": 1 }), 422),
        ("role.none", keep(), 404),
        ("role.none", revoke(), 404),
        ("member.7.none", revoke(), 404),
        ("member.x.GROUP-A", revoke(), 404),
        ("connection.none", revoke(), 404),
        ("none", revoke(), 404),
        ("secret.7", revoke(), 404),
        ("member.7", revoke(), 404),
        (&format!("client.{CLINIC}"), revoke(), 409),
        ("client.none", revoke(), 404),
    ] {
        let reply = decide(&service, &id, item, &body);
        assert_eq!(reply.status, status, "{item} {body} {}", reply.text);
    }
    assert_eq!(decide(&service, "none", "role.user-role-1", &revoke()).status, 404);
    let client = format!("/admin/reviews/{id}/items/client.{CLINIC}");
    let stale = [(Header::IfMatch, "\"7\"")];
    assert_eq!(service.call_with(Patch, &client, &mint(ALL), &stale, &revoke().to_string()).status, 412);
    assert_eq!(service.dump(), before);
}

#[test]
fn revoking_needs_the_scopes_of_the_ordinary_call() {
    for (item, path) in KINDS {
        let service = whole_service();
        let id = everything(&service);
        let route = ROUTES.iter().find(|route| route.method == Delete && fits(route.path, path)).expect("a route");
        let before = service.dump();
        let url = format!("/admin/reviews/{id}/items/{item}");
        let others: Vec<&str> = ALL.split(' ').filter(|scope| !route.access.scopes().contains(scope)).collect();
        let reply = service.call(Patch, &url, &mint(&others.join(" ")), &revoke().to_string());
        assert_eq!((reply.status, &reply.json["error"]["type"]), (403, &json!("forbidden")), "{item} {}", reply.text);
        assert_eq!(service.dump(), before, "{item}");
        // One role's scope is enough, as at the ordinary address.
        let enough = format!("access:review {}", route.access.scopes()[0]);
        let reply = service.call(Patch, &url, &mint(&enough), &revoke().to_string());
        assert_eq!(reply.status, 200, "{item} {}", reply.text);
        let keeps = service.call(Patch, &url, &mint("access:review"), &keep().to_string());
        assert_eq!((keeps.status, sentence(&keeps)), (409, "The right was taken away already."), "{item}");
    }
}

/// Whether a path is one of this pattern.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(one, other)| one.starts_with('{') || one == other)
}

#[test]
fn a_right_is_revoked_as_by_its_own_address_with_the_same_rows_and_the_same_audit() {
    for (item, path) in KINDS {
        let (ordinary, reviewed) = (whole_service(), whole_service());
        let id = everything(&reviewed);
        assert_eq!(ordinary.call(Delete, path, &mint(ALL), "").status, 200, "{path}");
        let trips = reviewed.platform.trips.get();
        let reply = decide(&reviewed, &id, item, &revoke());
        assert_eq!((reply.status, reviewed.platform.trips.get() - trips), (200, 1), "{item} {}", reply.text);
        assert_eq!(rights(&reviewed), rights(&ordinary), "{item}");
        assert_eq!(last_audit(&reviewed), last_audit(&ordinary), "{item}");
        let data = &reply.json["data"];
        assert_eq!((&data["decision"], &data["note"]), (&json!("revoke"), &json!("left")), "{item}");
        assert_eq!((&data["decided_by"], data["decided_at"].is_string()), (&json!("user-1"), true), "{item}");
        // Again: the right is gone by this review, so it stays `revoke`, and nothing is audited.
        let (again, count) = (decide(&reviewed, &id, item, &revoke()), audits(&reviewed));
        assert_eq!((again.status, &again.json["data"]["decision"]), (200, &json!("revoke")), "{item}");
        assert_eq!(audits(&reviewed), count, "{item}");
    }
}

#[test]
fn a_right_that_was_taken_away_before_is_gone_and_not_audited_again() {
    for (item, path) in KINDS {
        let service = whole_service();
        let id = everything(&service);
        decide(&service, &id, item, &keep());
        assert_eq!(service.call(Delete, path, &mint(ALL), "").status, 200, "{path}");
        let count = audits(&service);
        let reply = decide(&service, &id, item, &revoke());
        assert_eq!((reply.status, &reply.json["data"]["decision"]), (200, &json!("gone")), "{item} {}", reply.text);
        let again = decide(&service, &id, item, &revoke());
        assert_eq!((again.status, &again.json["data"]["decision"]), (200, &json!("gone")), "{item}");
        assert_eq!(audits(&service), count, "{item}");
    }
}

#[test]
fn a_right_that_is_given_again_is_revoked_again() {
    let service = whole_service();
    let id = everything(&service);
    let give = "INSERT INTO access_group_users (access_group_id, user_id, created_on)
      VALUES ('GROUP-A', 7, '2024-06-03T08:00:00Z')";
    service.platform.load("DELETE FROM access_group_users WHERE user_id = 7");
    assert_eq!(decide(&service, &id, "member.7.GROUP-A", &revoke()).json["data"]["decision"], "gone");
    service.platform.load(give);
    assert_eq!(decide(&service, &id, "member.7.GROUP-A", &revoke()).json["data"]["decision"], "revoke");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM access_group_users WHERE user_id = 7"), 0);
}

#[test]
fn what_the_ordinary_call_refuses_a_review_refuses_too_and_the_item_stays() {
    let service = whole_service();
    service.platform.load(
        "INSERT INTO permissions (id, access_group_id, role_id, permission_id, is_active, created_on)
         VALUES (9001, 'GROUP-S', 'CASHIER', 'Read', 1, '2024-06-03T08:00:00Z')",
    );
    let id = everything(&service);
    let item = "permission.9001.GROUP-S";
    decide(&service, &id, item, &keep());
    let before = service.dump();
    let ordinary = service.call(Delete, "/Endpoint/rest/api/v1/AccessGroup/GROUP-S/Permission/9001", &mint(ALL), "");
    let reply = decide(&service, &id, item, &revoke());
    assert_eq!((ordinary.status, reply.status), (403, 403), "{}", reply.text);
    assert_eq!(service.dump(), before);
}

#[test]
fn a_kept_right_stays_and_the_audit_says_who_kept_it() {
    let service = whole_service();
    let id = everything(&service);
    for item in ids(&service, &id) {
        let before = rights(&service);
        let reply = decide(&service, &id, &item, &json!({ "decision": "keep", "note": "so" }));
        assert_eq!((reply.status, &reply.json["data"]["decision"]), (200, &json!("keep")), "{item} {}", reply.text);
        assert_eq!(rights(&service), before, "{item}");
        let expected = json!([
            "user-1",
            service.sql::<String>("SELECT client_id FROM audit LIMIT 1"),
            "review.keep",
            format!("review/{id}"),
            json!([format!("kept {item}")]).to_string()
        ]);
        assert_eq!(last_audit(&service), expected.to_string(), "{item}");
    }
    let counts = &review(&service, &id)["counts"];
    assert_eq!((&counts["open"], counts["keep"].as_u64()), (&json!(0), Some(items(&service, &id).len() as u64)));
}

#[test]
fn an_item_is_decided_under_its_tag_and_a_key_decides_once() {
    let service = whole_service();
    let id = everything(&service);
    let url = format!("/admin/reviews/{id}/items/role.user-role-1");
    let tag = service.call(Get, &url, &mint(ALL), "").header("etag").expect("a tag").to_owned();
    let send =
        |body: &Value, more: &[(Header, &str)]| service.call_with(Patch, &url, &mint(ALL), more, &body.to_string());
    assert_eq!(send(&keep(), &[(Header::IfMatch, tag.as_str())]).status, 200);
    assert_eq!(send(&revoke(), &[(Header::IfMatch, tag.as_str())]).status, 412);
    let key = [(Header::IdempotencyKey, "\"key-1\"")];
    let first = send(&revoke(), &key);
    let (rows, again) = (audits(&service), send(&revoke(), &key));
    assert_eq!((first.status, again.status, audits(&service)), (200, 200, rows), "{}", again.text);
    assert_eq!(first.json["data"], again.json["data"]);
}

#[test]
fn a_closed_review_decides_nothing_more() {
    let service = whole_service();
    let id = everything(&service);
    assert_eq!(close(&service, &id, r#"{"leave_open":true}"#).status, 200);
    let before = service.dump();
    for (item, _) in KINDS {
        for body in [keep(), revoke()] {
            let reply = decide(&service, &id, item, &body);
            assert_eq!((reply.status, sentence(&reply)), (409, "The review is closed."), "{item}");
        }
    }
    assert_eq!(service.dump(), before);
}
