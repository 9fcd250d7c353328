//! Taking a review.

use mithril_edge::http::Method::Get;
use mithril_edge::identity::access::Access;
use serde_json::json;

use super::{ALL, everything, ids, items, post, review, sentence, taken};
use crate::support::mint;
use crate::support::routes::{CLINIC, CONNECTION, MIS, examples, whole_service};
use crate::support::tokens::{ADMIN, Signer, sign};

#[test]
fn a_consumer_that_acts_for_an_administration_gets_403_on_every_route_cold_and_hot() {
    let examples: Vec<_> =
        examples().into_iter().filter(|example| matches!(example.route.access, Access::Unbounded(_))).collect();
    assert_eq!(examples.len(), 8);
    for example in examples {
        for (consumer, status) in [(MIS, 403), (ADMIN, example.status)] {
            let service = whole_service();
            service.platform.load(&format!(
                "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
                 VALUES ('link', '{ADMIN}', '{consumer}', 'https://a.test', '2024-03-09T08:00:00Z', '2024-03-09T08:00:00Z')"
            ));
            let token = sign(Signer::Own, json!({}), json!({ "scope": "access:review", "connection_id": "link" }));
            let before = service.dump();
            let calls = if status == 403 { 2 } else { 1 };
            for _ in 0..calls {
                let reply = service.call(example.route.method, &example.path, &token, example.body);
                assert_eq!(reply.status, status, "{} {}", example.path, reply.text);
            }
            assert!(status != 403 || service.dump() == before, "{}", example.path);
        }
    }
}

#[test]
fn a_review_that_is_of_nothing_or_of_two_things_is_refused_and_nothing_is_kept() {
    let service = whole_service();
    let before = service.dump();
    for (body, entry) in [
        (json!({ "name": "A" }), "$.scope"),
        (json!({ "name": "A", "everything": false }), "$.scope"),
        (json!({ "name": "A", "everything": true, "scope": "a:read" }), "$.scope"),
        (json!({ "name": "A", "role_id": "role-unused", "access_group_id": "GROUP-A" }), "$.scope"),
        (json!({ "name": "A", "scope": "a:read b:read" }), "$.scope"),
        (json!({ "name": "A", "scope": "" }), "$.scope"),
        (json!({ "name": " ", "everything": true }), "$.name"),
        (json!({ "everything": true }), "$.name"),
        (json!({ "name": "A", "everything": 1 }), "$.everything"),
        (json!({ "name": "A", "role_id": "nobody" }), "$.role_id"),
        (json!({ "name": "A", "access_group_id": "nobody" }), "$.access_group_id"),
    ] {
        let reply = post(&service, &body);
        let entries: Vec<_> = reply.json["error"]["invalid"].as_array().expect("rules").iter().collect();
        assert!(reply.status == 422 && entries.iter().any(|one| one["entry"] == entry), "{body} {}", reply.text);
    }
    assert_eq!(service.dump(), before);
}

#[test]
fn a_review_of_more_than_ten_thousand_items_is_409_and_nothing_is_kept() {
    let service = whole_service();
    let most: i64 = 10_000 - 1;
    let fill = |from: i64, to: i64| {
        service.platform.load(&format!(
            "WITH RECURSIVE n(value) AS (SELECT {from} UNION ALL SELECT value + 1 FROM n WHERE value < {to})
             INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
             SELECT 'many-' || value, 'many-' || value, 'role-unused', NULL, '2024-06-01T08:00:00Z' FROM n"
        ));
    };
    fill(0, most);
    let id = taken(&service, &json!({ "role_id": "role-unused" }));
    assert_eq!(review(&service, &id)["items"], 10_000);
    fill(most + 1, most + 1);
    let before = service.dump().len();
    let reply = post(&service, &json!({ "name": "A", "role_id": "role-unused" }));
    assert_eq!((reply.status, sentence(&reply).contains("10,000")), (409, true), "{}", reply.text);
    assert_eq!(service.dump().len(), before);
}

#[test]
fn a_new_review_says_what_it_is_of_and_that_all_waits() {
    let service = whole_service();
    let reply = post(
        &service,
        &json!({ "review": { "name": "Осінь", "role_id": "role-1380df72-275a-11e7-93ae-92361f002671" } }),
    );
    let data = &reply.json["data"];
    assert_eq!(reply.header("location"), Some(format!("/admin/reviews/{}", data["id"].as_str().unwrap()).as_str()));
    assert_eq!((&data["name"], &data["scope"], &data["everything"]), (&json!("Осінь"), &json!(null), &json!(false)));
    assert_eq!(data["counts"], json!({ "open": data["items"], "keep": 0, "revoke": 0, "gone": 0 }));
    assert_eq!((&data["inserted_by"], &data["closed_at"]), (&json!("user-1"), &json!(null)));
    let list = service.call(Get, "/admin/reviews", &mint(ALL), "");
    assert!(list.json["data"].as_array().unwrap().iter().any(|one| one["id"] == data["id"]));
    let action: String = service.sql("SELECT action || ' ' || subject FROM audit ORDER BY seq DESC LIMIT 1");
    assert_eq!(action, format!("review.create review/{}", data["id"].as_str().unwrap()));
}

#[test]
fn a_review_of_everything_names_each_record_that_gives_a_right() {
    let service = whole_service();
    let id = everything(&service);
    let all = ids(&service, &id);
    for id in [
        "role.user-role-1".to_owned(),
        "member.7.GROUP-A".to_owned(),
        "user_group.31.GROUP-A".to_owned(),
        "group_member.31.7".to_owned(),
        "permission.4711.GROUP-A".to_owned(),
        format!("client.{CLINIC}"),
        format!("connection.{CONNECTION}"),
    ] {
        assert!(all.contains(&id), "{id} is not in {all:?}");
    }
    let member = items(&service, &id).into_iter().find(|item| item["id"] == "member.7.GROUP-A").unwrap();
    assert_eq!(
        member,
        json!({ "id": "member.7.GROUP-A", "decision": null, "note": "", "decided_at": null, "decided_by": null,
            "right": { "kind": "member", "id": 7, "user_id": "user-1", "endpoint_id": 7, "user_name": member["right"]["user_name"],
                "access_group_id": "GROUP-A", "access_group_name": "Registry", "since": member["right"]["since"],
                "last_used_at": null } })
    );
}

#[test]
fn the_items_of_one_state_are_listed_and_an_unknown_state_is_422() {
    let service = whole_service();
    let id = everything(&service);
    let list = |query: &str| service.call(Get, &format!("/admin/reviews/{id}/items{query}"), &mint(ALL), "");
    assert_eq!(list("?decision=none").json["error"]["invalid"][0]["entry"], "$.decision");
    let total = |query: &str| list(query).json["paging"]["total_entries"].clone();
    assert_eq!((total("?decision=open"), total("?decision=keep")), (review(&service, &id)["items"].clone(), json!(0)));
    assert_eq!(service.call(Get, "/admin/reviews/none/items", &mint(ALL), "").status, 404);
}
