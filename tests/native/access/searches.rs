//! Searches: paging, tokens, and what a caller finds.

use mithril_edge::http::Method::Post;
use serde_json::{Value, json};

use crate::access::decisions::is_computed;
use crate::access::{all_results, ask};
use crate::plans::slow_steps;
use crate::support::routes::{CLINIC, whole_service};
use crate::support::tokens::mint_as;

const PHYSICIAN: &str = "7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11";

fn users_search() -> Value {
    json!({ "subject": { "type": "endpoint_user" }, "action": { "name": "Read" },
        "resource": { "type": "access_role", "id": PHYSICIAN } })
}

#[test]
fn a_page_or_a_token_that_does_not_fit_is_400_and_names_it() {
    let service = whole_service();
    service.platform.load("INSERT INTO access_group_users VALUES ('GROUP-B', 8, '2024-06-03T08:00:00Z')");
    let mut body = users_search();
    body["page"] = json!({ "limit": 1 });
    let token = ask(&service, "search/subject", &body).json["page"]["next_token"].clone();
    assert_ne!(token, "");
    for (page, member) in [
        (json!(1), "page "),
        (json!({ "limit": -1 }), "page.limit"),
        (json!({ "limit": "1" }), "page.limit"),
        (json!({ "limit": 1.5 }), "page.limit"),
        (json!({ "token": 1 }), "page.token"),
        (json!({ "token": "x" }), "page.token"),
        (json!({ "token": "bnVsbA" }), "page.token"),
        (json!({ "token": token, "limit": 2 }), "page.token"),
    ] {
        body["page"] = page;
        let reply = ask(&service, "search/subject", &body);
        assert_eq!((reply.status, reply.json.as_str().unwrap_or_default().starts_with(member)), (400, true), "{body}");
    }
    body["page"] = json!({ "token": token });
    body["action"]["name"] = json!("Create");
    assert_eq!(ask(&service, "search/subject", &body).status, 400, "a token of another question");
}

#[test]
fn a_page_has_a_hundred_results_at_most() {
    let service = whole_service();
    service.platform.load(
        "WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 1105)
         INSERT INTO endpoint_users (id, name, username, creation_date)
           SELECT i, 'User ' || i, 'user-' || i, '2024-06-03T08:00:00Z' FROM n;
         INSERT INTO access_group_users SELECT 'GROUP-B', id, '2024-06-03T08:00:00Z' FROM endpoint_users WHERE id > 1000;",
    );
    let mut body = users_search();
    for limit in [101, 100_000] {
        body["page"] = json!({ "limit": limit });
        let page = ask(&service, "search/subject", &body).json;
        assert_eq!((&page["page"]["count"], page["results"].as_array().map(Vec::len)), (&json!(100), Some(100)));
        assert_ne!(page["page"]["next_token"], "");
    }
}

#[test]
fn a_page_goes_on_where_the_one_before_ended_with_or_without_its_limit() {
    let service = whole_service();
    service.platform.load("INSERT INTO access_group_users VALUES ('GROUP-B', 8, '2024-06-03T08:00:00Z')");
    let mut body = users_search();
    body["page"] = json!({ "limit": 0 });
    let none = ask(&service, "search/subject", &body).json;
    assert_eq!((&none["results"], &none["page"]["count"]), (&json!([]), &json!(0)));
    assert_ne!(none["page"]["next_token"], "", "there are results");
    body["page"] = json!({ "limit": 1 });
    let first = ask(&service, "search/subject", &body).json;
    assert_eq!(first["results"], json!([{ "type": "endpoint_user", "id": "7" }]));
    for limit in [Some(1), None] {
        body["page"] = json!({ "token": first["page"]["next_token"] });
        if let Some(limit) = limit {
            body["page"]["limit"] = json!(limit);
        }
        let second = ask(&service, "search/subject", &body).json;
        assert_eq!(second["results"], json!([{ "type": "endpoint_user", "id": "8" }]));
        assert_eq!(second["page"], json!({ "next_token": "", "count": 1 }));
    }
}

#[test]
fn a_caller_of_its_own_client_finds_that_client_only_and_of_groups_nothing_without_their_scope() {
    let service = whole_service();
    let find = |scope: &str, part: &str, body: &Value| {
        let token = mint_as("MSP", CLINIC, &format!("access:search {scope}"));
        let reply = service.call(Post, &format!("/access/v1/search/{part}"), &token, &body.to_string());
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json["results"].clone()
    };
    assert_eq!(find("", "subject", &users_search()), json!([]));
    assert_eq!(find("AccessManager:Read", "subject", &users_search()).as_array().map(Vec::len), Some(1));
    let held = json!({ "subject": { "type": "endpoint_user", "id": "7" }, "resource": { "type": "access_role", "id": PHYSICIAN } });
    assert_eq!(find("", "action", &held), json!([]));
    assert_eq!(find("AccessManager:Read", "action", &held), json!([{ "name": "Read" }]));
    let mut roles = held.clone();
    roles["action"] = json!({ "name": "Read" });
    assert_eq!(find("", "resource", &roles), json!([]));
    let clients = json!({ "subject": { "type": "client" }, "action": { "name": "use" },
        "resource": { "type": "scope", "id": "connection:read" } });
    assert_eq!(find("", "subject", &clients), json!([{ "type": "client", "id": CLINIC }]));
    let mut links = clients.clone();
    links["subject"]["type"] = json!("connection");
    let found = find("", "subject", &links);
    assert_eq!(found.as_array().map(Vec::len), Some(2), "{found}");
    let of_other = json!({ "subject": { "type": "client", "id": "2480df72-275a-11e7-93ae-92361f002672" },
        "action": { "name": "use" }, "resource": { "type": "scope" } });
    assert_eq!(find("", "resource", &of_other), json!([]));
    assert_eq!(all_results(&service, "resource", &of_other, 2).len(), 4, "an administration finds them");
}

#[test]
fn what_there_is_not_is_found_by_nobody() {
    let service = whole_service();
    for (part, body) in [
        (
            "subject",
            json!({ "subject": { "type": "robot" }, "action": { "name": "Read" }, "resource": { "type": "access_role", "id": PHYSICIAN } }),
        ),
        (
            "subject",
            json!({ "subject": { "type": "user" }, "action": { "name": "Read" }, "resource": { "type": "report", "id": "1" } }),
        ),
        (
            "subject",
            json!({ "subject": { "type": "client" }, "action": { "name": "Read" }, "resource": { "type": "scope", "id": "connection:read" } }),
        ),
        (
            "subject",
            json!({ "subject": { "type": "user" }, "action": { "name": "use" }, "resource": { "type": "scope", "id": "connection:read" } }),
        ),
        (
            "resource",
            json!({ "subject": { "type": "robot", "id": "1" }, "action": { "name": "use" }, "resource": { "type": "scope" } }),
        ),
        ("action", json!({ "subject": { "type": "user", "id": "1" }, "resource": { "type": "report", "id": "1" } })),
    ] {
        let reply = ask(&service, &format!("search/{part}"), &body);
        let expected = json!({ "page": { "next_token": "", "count": 0 }, "results": [] });
        assert_eq!((reply.status, &reply.json), (200, &expected), "{body}");
    }
}

#[test]
fn every_search_has_its_index() {
    let service = whole_service();
    let entity = |kind: &str, id: &str| json!({ "type": kind, "id": id, "properties": { "client_id": CLINIC } });
    for resource in
        [entity("access_role", PHYSICIAN), entity("access_group", "GROUP-A"), entity("scope", "connection:read")]
    {
        for kind in ["user", "endpoint_user", "client", "connection"] {
            let action = if resource["type"] == "scope" { "use" } else { "Read" };
            let body = json!({ "subject": entity(kind, "7"), "action": { "name": action }, "resource": resource });
            for part in ["subject", "resource", "action"] {
                service.platform.statements.borrow_mut().clear();
                assert_eq!(ask(&service, &format!("search/{part}"), &body).status, 200);
                // What one user has is computed and put in order; it is no walk over a table.
                let is_own = |step: &str| is_computed(step) && part != "subject";
                let slow: Vec<String> = slow_steps(&service).into_iter().filter(|step| !is_own(step)).collect();
                assert_eq!(slow, Vec::<String>::new(), "{part} {body}");
            }
        }
    }
}
