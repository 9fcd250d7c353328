//! Connections beyond the documented three: list, one, upsert. Who may call them is in `matrix`.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Get, Patch, Put};
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, CONNECTION, MIS, OTHER, examples, service};
use crate::support::tokens::mint_as;
use crate::support::{Service, mint};

const LIST: &str = "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn ids(json: &Value) -> Vec<&str> {
    json["data"].as_array().expect("a list").iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

#[test]
fn filters_and_pages_that_are_not_valid_are_422_with_their_entry() {
    let service = Service::default();
    for (query, entry, entry_type, rule, description) in [
        ("consumer_id=x", "$.consumer_id", "json_data_property", "cast", "type mismatch. Expected uuid but got string"),
        (
            "redirect_uri=%ff",
            "redirect_uri",
            "query_parameter",
            "cast",
            "type mismatch. Expected string but got binary",
        ),
        ("page=0", "page", "query_parameter", "number", "expected the value to be between 1 and 9007199254740991"),
        ("page=x", "page", "query_parameter", "cast", "type mismatch. Expected integer but got string"),
        ("page_size=301", "page_size", "query_parameter", "number", "expected the value to be between 1 and 300"),
    ] {
        let reply = service.call(Get, &format!("{LIST}?{query}"), &mint("connection:read"), "");
        assert_eq!(reply.status, 422, "{query}");
        assert_eq!(reply.json["error"]["type"], "validation_failed");
        assert_eq!(reply.json["error"]["invalid"].as_array().map(Vec::len), Some(1), "{query}");
        let invalid = &reply.json["error"]["invalid"][0];
        assert_eq!((&invalid["entry"], &invalid["entry_type"]), (&json!(entry), &json!(entry_type)), "{query}");
        assert_eq!(invalid["rules"][0]["rule"], rule, "{query}");
        assert_eq!(invalid["rules"][0]["description"], description, "{query}");
    }
}

#[test]
fn a_bad_page_of_a_foreign_client_is_403_before_it_is_422() {
    let service = Service::default();
    let token = mint_as("MSP", OTHER, "connection:read");
    assert_eq!(service.call(Get, &format!("{LIST}?page=0"), &token, "").status, 403);
}

#[test]
fn an_unknown_client_has_no_list_and_no_connections() {
    let service = Service::default();
    let token = mint("connection:read connection:write");
    let list = format!("/api/clients/{NOBODY}/connections");
    let body = format!(r#"{{"redirect_uri":"https://a.test","consumer_id":"{MIS}"}}"#);
    for reply in [
        service.call(Get, &list, &token, ""),
        service.call(Put, &list, &token, &body),
        service.call(Get, &format!("{LIST}/{NOBODY}"), &token, ""),
        // A connection of another client is none of this one's, whoever asks.
        service.call(Get, &format!("{LIST}/e5372365-d47a-467f-81d0-f35117864354"), &token, ""),
    ] {
        assert_eq!((reply.status, &reply.json["error"]), (404, &json!({ "type": "not_found" })));
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connections"), 4);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn a_list_is_ordered_by_creation_and_holds_no_secret() {
    let service = Service::default();
    let reply = service.call(Get, LIST, &mint("connection:read"), "");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["meta"]["type"], "list");
    assert_eq!(
        reply.json["data"][0],
        json!({
            "id": "e5372365-d47a-467f-81d0-f35117864352", "client_id": CLINIC, "consumer_id": MIS,
            "redirect_uri": "https://clinic.example/callback",
            "inserted_at": "2024-03-01T08:00:00Z", "updated_at": "2024-03-01T08:00:00Z",
        })
    );
    assert_eq!(ids(&reply.json), ["e5372365-d47a-467f-81d0-f35117864352", "e5372365-d47a-467f-81d0-f35117864353"]);
    let paging = json!({ "page_number": 1, "page_size": 50, "total_entries": 2, "total_pages": 1 });
    assert_eq!(reply.json["paging"], paging);
}

#[test]
fn rows_of_one_second_are_ordered_by_id() {
    let service = Service::default();
    service.platform.load("UPDATE connections SET inserted_at = '2024-03-01T08:00:00Z'");
    let page = |number| {
        let path = format!("{LIST}?page={number}&page_size=1");
        ids(&service.call(Get, &path, &mint("connection:read"), "").json).join(" ")
    };
    assert_eq!(page(1), "e5372365-d47a-467f-81d0-f35117864352");
    assert_eq!(page(2), "e5372365-d47a-467f-81d0-f35117864353");
}

#[test]
fn a_page_past_the_end_is_empty_with_true_totals() {
    let service = Service::default();
    for page in ["3", "9007199254740991"] {
        let path = format!("{LIST}?page={page}&page_size=1");
        let reply = service.call(Get, &path, &mint("connection:read"), "");
        assert_eq!((reply.status, &reply.json["data"]), (200, &json!([])));
        let number: i64 = page.parse().expect("a number");
        let paging = json!({ "page_number": number, "page_size": 1, "total_entries": 2, "total_pages": 2 });
        assert_eq!(reply.json["paging"], paging);
    }
    let none = service.call(Get, &format!("{LIST}?consumer_id={NOBODY}&page=4"), &mint("connection:read"), "");
    let paging = json!({ "page_number": 1, "page_size": 50, "total_entries": 0, "total_pages": 1 });
    assert_eq!((&none.json["data"], &none.json["paging"]), (&json!([]), &paging));
}

#[test]
fn filters_keep_what_they_name() {
    let service = Service::default();
    let found = |query: &str| {
        let reply = service.call(Get, &format!("{LIST}?{query}"), &mint("connection:read"), "");
        assert_eq!(reply.json["paging"]["total_entries"], reply.json["data"].as_array().map_or(0, Vec::len));
        ids(&reply.json).iter().map(|id| id[35..].to_owned()).collect::<String>()
    };
    assert_eq!(found(&format!("consumer_id={MIS}")), "2");
    assert_eq!(found(&format!("consumer_id={}", MIS.to_uppercase())), "2");
    assert_eq!(found("redirect_uri=EXAMPLE%2FOwn"), "3");
    assert_eq!(found("redirect_uri=clinic.example"), "23");
    // LIKE's wildcards are plain characters here.
    assert_eq!(found("redirect_uri=%25"), "");
    assert_eq!(found("redirect_uri=_"), "");
    assert_eq!(found("redirect_uri=&consumer_id="), "23");
    assert_eq!(found(&format!("redirect_uri=own&consumer_id={MIS}")), "");
}

#[test]
fn a_bad_body_of_an_upsert_names_all_its_mistakes() {
    let service = Service::default();
    for (body, entries) in [
        ("{}", json!([["$.consumer_id", "required"], ["$.redirect_uri", "required"]])),
        (
            r#"{"redirect_uri":"http://a.test","consumer_id":7}"#,
            json!([["$.consumer_id", "cast"], ["$.redirect_uri", "format"]]),
        ),
        (r#"{"redirect_uri":"https://a.test","consumer_id":null}"#, json!([["$.consumer_id", "required"]])),
        (r#"{"redirect_uri":"https://a.test","consumer_id":"mis"}"#, json!([["$.consumer_id", "cast"]])),
        (
            r#"{"redirect_uri":"https://a.test","consumer_id":"00000000-0000-4000-8000-000000000000"}"#,
            json!([["$.consumer_id", "exists"]]),
        ),
    ] {
        let reply = service.call(Put, LIST, &mint("connection:write"), body);
        assert_eq!(reply.status, 422, "{body}");
        let invalid = reply.json["error"]["invalid"].as_array().expect("a list");
        let found: Vec<Value> = invalid.iter().map(|one| json!([one["entry"], one["rules"][0]["rule"]])).collect();
        assert_eq!(json!(found), entries, "{body}");
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connections"), 4);
}

#[test]
fn a_new_pair_gets_a_connection_with_its_secret_once() {
    let service = Service::default();
    let body = format!(r#"{{"redirect_uri":"https://other.test/cb","consumer_id":"{OTHER}"}}"#);
    let token = mint_as("MSP", CLINIC, "connection:write connection:read");
    let reply = service.call(Put, LIST, &token, &body);
    assert_eq!(reply.status, 201);
    let data = &reply.json["data"];
    let id = data["id"].as_str().expect("an id");
    let secret = data["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("mes_") && secret.len() == 53);
    assert_eq!((&data["client_id"], &data["consumer_id"]), (&json!(CLINIC), &json!(OTHER)));
    assert_eq!(data["redirect_uri"], "https://other.test/cb");
    assert_eq!(reply.header("location"), Some(format!("{LIST}/{id}").as_str()));
    assert_eq!(reply.header("cache-control"), Some("no-store, no-transform"));
    let found = service.call(Get, reply.header("location").expect("Location"), &token, "");
    assert_eq!((found.status, found.json["data"].get("secret")), (200, None));

    let stored =
        format!("SELECT count(*) FROM connection_secrets WHERE connection_id = '{id}' AND length(digest) = 43");
    assert_eq!(service.sql::<i64>(&stored), 1);
    assert_eq!(service.sql::<i64>(&format!("SELECT version FROM connections WHERE id = '{id}'")), 1);
    assert_eq!(
        service.sql::<String>("SELECT action || ' ' || subject || ' ' || fields FROM audit"),
        format!("connection.put connection/{id} [\"consumer_id\",\"redirect_uri\",\"secret\"]")
    );
}

#[test]
fn a_known_pair_keeps_its_connection_and_secret_and_shows_none() {
    let service = Service::default();
    let body = format!(r#"{{"redirect_uri":"https://moved.test/cb","consumer_id":"{MIS}"}}"#);
    let path = LIST.replace("/api/", "/admin/");
    let reply = service.call(Put, &path, &mint("connection:write"), &body);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["data"]["id"], "e5372365-d47a-467f-81d0-f35117864352");
    assert_eq!(reply.json["data"]["redirect_uri"], "https://moved.test/cb");
    assert_eq!((reply.json["data"].get("secret"), reply.header("location")), (None, None));
    assert_eq!(service.sql::<String>("SELECT group_concat(id) FROM connection_secrets"), "secret-1");
    assert_eq!(service.sql::<i64>("SELECT version FROM connections WHERE id LIKE '%4352'"), 2);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1);
}

#[test]
fn a_secret_of_an_upsert_is_a_secret_that_refresh_replaces() {
    let service = Service::default();
    let body = format!(r#"{{"redirect_uri":"https://a.test","consumer_id":"{OTHER}"}}"#);
    let token = mint("connection:write connection:refresh_secret");
    let created = service.call(Put, LIST, &token, &body);
    let id = created.json["data"]["id"].as_str().expect("an id").to_owned();
    let refreshed = service.call(Patch, &format!("{LIST}/{id}/actions/refresh_secret"), &token, "");
    assert_eq!(refreshed.status, 200);
    assert_ne!(refreshed.json["data"]["secret"], created.json["data"]["secret"]);
    let again = service.call(Put, LIST, &token, &body);
    assert_eq!((again.status, again.json["data"].get("secret")), (200, None));
}

#[test]
fn without_a_pepper_no_connection_is_made() {
    let service = Service::with(|raw| raw.secret_peppers = None);
    let body = format!(r#"{{"redirect_uri":"https://a.test","consumer_id":"{OTHER}"}}"#);
    assert_eq!(service.call(Put, LIST, &mint("connection:write"), &body).status, 500);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connections"), 4);
}

#[test]
fn a_connection_is_reached_by_its_own_clients_path_alone() {
    for example in
        examples().into_iter().filter(|example| example.path.contains(&format!("{CLINIC}/connections/{CONNECTION}")))
    {
        let service = service();
        let token = mint(&example.route.access.scopes().join(" "));
        let path = example.path.replace(CLINIC, OTHER);
        let changes = || service.sql::<i64>("SELECT total_changes()");
        let before = changes();
        // A condition is not compared with a connection that the path does not reach.
        for condition in [&[][..], &[(Header::IfMatch, "\"0\"")]] {
            let reply = service.call_with(example.route.method, &path, &token, condition, example.body);
            assert_eq!((reply.status, changes()), (404, before), "{path} {condition:?}");
        }
    }
}

#[test]
fn a_connection_by_its_id_alone_is_for_administrations_and_has_its_last_five_redirect_uris() {
    let service = service();
    let path = format!("/admin/connections/{CONNECTION}");
    assert_eq!(service.call(Get, &path, &mint_as("MSP", CLINIC, "connection:read"), "").status, 403);
    assert_eq!(service.call(Get, "/admin/connections/none", &mint("connection:read"), "").status, 404);

    let token = mint("connection:read connection:write");
    let first = service.call(Get, &path, &token, "");
    assert_eq!((first.status, &first.json["data"]["former_redirect_uris"]), (200, &json!([])));
    let was = first.json["data"]["redirect_uri"].clone();
    let api = format!("/api/clients/{CLINIC}/connections/{CONNECTION}");
    let tag = first.header("etag").expect("a tag").to_owned();
    assert_eq!(service.call(Get, &api, &token, "").header("etag"), Some(tag.as_str()), "one tag at both addresses");
    let set = |number: i64| {
        service.platform.now.set(NOW + number);
        let body = json!({ "redirect_uri": format!("https://{number}.test"), "consumer_id": MIS }).to_string();
        // Both calls that set it, in turn; the second one of a URI changes nothing.
        for (method, path) in [(Patch, api.clone()), (Put, format!("/admin/clients/{CLINIC}/connections"))] {
            let order = if number % 2 == 0 { (method, path) } else { (Patch, api.clone()) };
            let reply = service.call(order.0, &order.1, &token, &body);
            assert_eq!(reply.status, 200, "{}", reply.text);
        }
    };
    for number in 1..=6 {
        set(number);
    }
    let last = service.call(Get, &path, &token, "").json["data"].clone();
    let former: Vec<&str> = last["former_redirect_uris"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["redirect_uri"].as_str().expect("a URI"))
        .collect();
    assert_eq!(last["redirect_uri"], "https://6.test");
    assert_eq!(former, ["https://5.test", "https://4.test", "https://3.test", "https://2.test", "https://1.test"]);
    assert_ne!(was, last["redirect_uri"]);
    assert_eq!(last["former_redirect_uris"][0]["until"], time_of(NOW + 6));
}

fn time_of(seconds: i64) -> String {
    let db = rusqlite::Connection::open_in_memory().expect("a database");
    db.query_row("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?1, 'unixepoch')", [seconds], |row| row.get(0)).expect("a time")
}
