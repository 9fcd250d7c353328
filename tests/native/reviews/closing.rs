//! Closing a review, and its record.

use base64ct::{Base64UrlUnpadded, Encoding};
use mithril_edge::http::Header;
use mithril_edge::http::Method::{Get, Patch};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{ALL, close, decide, everything, items, review, sentence, taken};
use crate::support::routes::whole_service;
use crate::support::{Service, mint};

fn record(service: &Service, id: &str) -> Value {
    let reply = service.call(Get, &format!("/admin/reviews/{id}/record"), &mint(ALL), "");
    assert_eq!(reply.status, 200, "{}", reply.text);
    let record = reply.json["data"]["record"].as_str().expect("a record").to_owned();
    let [header, claims] = [0, 1].map(|at| {
        let part = record.split('.').nth(at).expect("a part");
        serde_json::from_slice::<Value>(&Base64UrlUnpadded::decode_vec(part).expect("base64url")).expect("JSON")
    });
    assert_eq!((&header["typ"], &header["alg"]), (&json!("access-review+jwt"), &json!("ES256")));
    claims
}

/// The digest of the items as the export has them.
fn digest(service: &Service, id: &str) -> String {
    let mut digest = Sha256::new();
    for page in 1.. {
        let path = format!("/admin/reviews/{id}/items?page_size=300&page={page}");
        let reply = service.call_with(Get, &path, &mint(ALL), &[(Header::Accept, "application/x-ndjson")], "");
        digest.update(&reply.text);
        if reply.header("link").is_none() {
            break;
        }
    }
    Base64UrlUnpadded::encode_string(&digest.finalize())
}

#[test]
fn a_review_with_undecided_items_stays_open_unless_they_may_stay_undecided() {
    let service = whole_service();
    let id = everything(&service);
    let before = service.dump();
    for body in ["", "{}", r#"{"leave_open":false}"#] {
        let reply = close(&service, &id, body);
        assert_eq!((reply.status, sentence(&reply).contains("leave_open")), (409, true), "{body} {}", reply.text);
    }
    assert_eq!(close(&service, &id, r#"{"leave_open":1}"#).status, 422);
    assert_eq!(close(&service, "none", r#"{"leave_open":true}"#).status, 404);
    let open = service.call(Get, &format!("/admin/reviews/{id}/record"), &mint(ALL), "");
    assert_eq!((open.status, service.dump()), (409, before), "{}", open.text);
    let reply = close(&service, &id, r#"{"leave_open":true}"#);
    assert_eq!((reply.status, reply.json["data"]["closed_at"].is_string()), (200, true), "{}", reply.text);
    assert_eq!(sentence(&close(&service, &id, r#"{"leave_open":true}"#)), "The review is closed.");
}

#[test]
fn a_decided_review_closes_and_the_audit_says_how_its_items_stand() {
    let service = whole_service();
    let id = taken(&service, &json!({ "access_group_id": "GROUP-A" }));
    let all = items(&service, &id);
    for (at, item) in all.iter().enumerate() {
        let decision = if at == 0 { "revoke" } else { "keep" };
        assert_eq!(decide(&service, &id, item["id"].as_str().unwrap(), &json!({ "decision": decision })).status, 200);
    }
    let tag = service.call(Get, &format!("/admin/reviews/{id}"), &mint(ALL), "").header("etag").unwrap().to_owned();
    let url = format!("/admin/reviews/{id}/actions/close");
    let stale = service.call_with(Patch, &url, &mint(ALL), &[(Header::IfMatch, "\"1-1\"")], "");
    assert_eq!(stale.status, 412);
    let reply = service.call_with(Patch, &url, &mint(ALL), &[(Header::IfMatch, &tag)], "");
    let kept = all.len() - 1;
    assert_eq!(reply.json["data"]["counts"], json!({ "open": 0, "keep": kept, "revoke": 1, "gone": 0 }));
    assert_eq!(reply.json["data"]["closed_by"], "user-1");
    let fields: String = service.sql("SELECT action || fields FROM audit ORDER BY seq DESC LIMIT 1");
    assert_eq!(fields, format!(r#"review.close["open 0","keep {kept}","revoke 1","gone 0"]"#));
}

#[test]
fn a_record_signs_the_review_its_items_and_the_end_of_the_audit() {
    let service = whole_service();
    service.platform.load(&format!("INSERT INTO audit_head (id, seq, hash) VALUES (1, 7, '{}')", "h".repeat(43)));
    let id = everything(&service);
    decide(&service, &id, "role.user-role-1", &json!({ "decision": "revoke", "note": "«left»\n" }));
    close(&service, &id, r#"{"leave_open":true}"#);
    let claims = record(&service, &id);
    assert_eq!(claims["review"], review(&service, &id));
    assert_eq!(claims["review"]["audit_head"], json!({ "seq": 7, "hash": "h".repeat(43) }));
    assert_eq!(claims["items_sha256"], json!(digest(&service, &id)));
    assert_eq!((&claims["sub"], claims["iat"].is_number()), (&json!("user-1"), true));
    // A later record says the same of the review.
    service.platform.now.set(service.platform.now.get() + 60);
    let later = record(&service, &id);
    assert_eq!([&later["review"], &later["items_sha256"]], [&claims["review"], &claims["items_sha256"]]);
}

#[test]
fn the_record_of_the_largest_review_signs_all_its_items() {
    let service = whole_service();
    let long = "Ї".repeat(250);
    service.platform.load(&format!(
        "UPDATE roles SET name = '{long}' WHERE id = 'role-unused';
         WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 9999)
         INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
         SELECT 'many-' || value, '{long}' || value, 'role-unused', NULL, '2024-06-01T08:00:00Z' FROM n"
    ));
    let id = taken(&service, &json!({ "role_id": "role-unused" }));
    service.platform.load(&format!("UPDATE review_items SET decision = 'keep', note = '{long}'"));
    assert_eq!(close(&service, &id, "").status, 200);
    assert_eq!(record(&service, &id)["items_sha256"], json!(digest(&service, &id)));
}

#[test]
fn a_service_without_a_key_says_which_setting_is_missing() {
    let service = Service::with(|raw| raw.signing_keys = None);
    service.platform.load(crate::support::routes::UNUSED);
    let reply = service.call(Get, "/admin/reviews/review-2/record", &mint(ALL), "");
    assert_eq!((reply.status, sentence(&reply).contains("SIGNING_KEYS")), (409, true), "{}", reply.text);
}
