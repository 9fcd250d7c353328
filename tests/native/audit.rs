//! The audit: a row for every change, the chain over them, reading and export.

use std::future::Future;

use mithril_edge::http::Method;
use mithril_edge::http::Method::{Get, Patch, Post};
use mithril_edge::mithril::audit::chain::{AuditRow, GENESIS};
use mithril_edge::mithril::audit::seal;
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::{Example, endpoint_changes, examples, service, whole_service};
use crate::support::{Service, mint};

pub fn wait<T>(future: impl Future<Output = T>) -> T {
    pollster::block_on(future)
}

/// `count` rows that are not sealed.
pub fn rows(service: &Service, count: u32) {
    service.platform.load(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
         SELECT strftime('%Y-%m-%dT%H:%M:%SZ', {NOW} + i, 'unixepoch'), 'actor-' || (i % 3), 'client-' || (i % 2),
           'role.create', 'role/' || i, 'r-' || i, '[\"name\"]' FROM n"
    ));
}

/// `<seq>:<hash>` of the last of the first `count` rows, computed from the rows alone.
pub fn chain(service: &Service, count: i64) -> String {
    let text: String = service.sql(&format!(
        "SELECT json_group_array(json_object('seq', seq, 'at', at, 'actor', actor, 'client_id', client_id, 'action', action,
           'subject', subject, 'request_id', request_id, 'fields', json(fields))) FROM (SELECT * FROM audit ORDER BY seq LIMIT {count})"
    ));
    let rows: Vec<AuditRow> = serde_json::from_str(&text).expect("rows");
    let hash = rows.iter().fold(GENESIS.to_owned(), |before, row| row.hash(&before));
    format!("{}:{hash}", rows.last().map_or(0, |row| row.seq))
}

/// The head of the chain, in the same form.
pub fn head(service: &Service) -> String {
    service.sql("SELECT seq || ':' || hash FROM audit_head")
}

fn read(service: &Service, path: &str) -> crate::support::Reply {
    let reply = service.call(Get, path, &mint("audit:read"), "");
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

fn seqs(service: &Service, query: &str) -> Vec<i64> {
    let reply = read(service, &format!("/admin/audit?{query}"));
    reply.json["data"].as_array().expect("a list").iter().map(|row| row["seq"].as_i64().expect("a number")).collect()
}

#[test]
fn every_change_of_every_route_writes_one_row_in_its_own_batch_and_no_read_does() {
    let mut changes = 0;
    for example in examples() {
        let service = service();
        let scope = example.route.access.scopes().join(" ");
        let reply = service.call(example.route.method, &example.path, &mint(&scope), example.body);
        assert_eq!(reply.status, example.status, "{}", example.path);
        let what = format!("{} {}", example.route.method.as_str(), example.path);
        if example.route.method == Method::Get {
            assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0, "{what}");
            continue;
        }
        let row: String = service.sql(
            "SELECT json_array(at, actor, client_id, request_id, json_array_length(fields) >= 0, hash) FROM audit",
        );
        let id = reply.header("x-request-id").expect("a request id");
        let admin = crate::support::tokens::ADMIN;
        assert_eq!(row, json!(["2026-09-21T14:13:20Z", "user-1", admin, id, 1, null]).to_string(), "{what}");
        let named: bool = service.sql("SELECT action GLOB '?*.?*' AND subject GLOB '?*/?*' FROM audit");
        assert!(named, "{what}");
        assert_eq!(service.platform.trips.get(), 1, "{what}");
        changes += 1;
    }
    assert!(changes >= 18, "{changes}");
}

#[test]
fn every_change_of_the_endpoint_dialect_writes_one_row_in_its_own_batch() {
    let mut changes = 0;
    for Example { route, path, body, .. } in endpoint_changes() {
        let service = whole_service();
        let token = mint(&route.access.scopes().join(" "));
        let reply = service.call(route.method, &path, &token, body);
        let what = format!("{} {path}: {}", route.method.as_str(), reply.text);
        assert_eq!(reply.status, 200, "{what}");
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1, "{what}");
        let named: bool =
            service.sql("SELECT action GLOB '?*.?*' AND subject GLOB '?*/?*' AND actor = 'user-1' FROM audit");
        assert!(named, "{what}");
        assert_eq!(service.platform.trips.get(), 1, "{what}");
        changes += 1;
    }
    assert_eq!(changes, 42);
}

#[test]
fn the_chain_covers_every_row_once_and_the_head_is_the_last() {
    let service = service();
    rows(&service, 600);
    let sealed = wait(seal::run(&service.platform)).unwrap();
    assert_eq!((sealed.rows, sealed.head.seq, sealed.is_behind), (600, 600, false));
    assert_eq!(format!("600:{}", sealed.head.hash), chain(&service, 600));
    assert_eq!(head(&service), chain(&service, 600));

    let again = wait(seal::run(&service.platform)).unwrap();
    assert_eq!((again.rows, again.head), (0, sealed.head));
}

#[test]
fn a_run_is_bounded_and_the_next_goes_on() {
    let service = service();
    rows(&service, 5003);
    let sealed = wait(seal::run(&service.platform)).unwrap();
    assert_eq!((sealed.rows, sealed.is_behind), (5000, true));
    let sealed = wait(seal::run(&service.platform)).unwrap();
    assert_eq!((sealed.rows, sealed.head.seq, sealed.is_behind), (3, 5003, false));
}

#[test]
fn two_sealers_at_once_make_one_chain() {
    let service = service();
    rows(&service, 5);
    let short = wait(seal::next(&service.platform)).unwrap();
    rows(&service, 5);
    let long = wait(seal::next(&service.platform)).unwrap();
    assert!(wait(long.append(&service.platform)).unwrap());
    let before = head(&service);
    // The one that comes second, and the same one again after an answer that was lost, write nothing.
    assert!(!wait(short.append(&service.platform)).unwrap());
    assert!(!wait(long.append(&service.platform)).unwrap());
    assert_eq!((head(&service), before), (chain(&service, 10), chain(&service, 10)));
    rows(&service, 1);
    let late = wait(seal::next(&service.platform)).unwrap();
    assert!(wait(late.append(&service.platform)).unwrap());
    assert!(!wait(short.append(&service.platform)).unwrap());
    assert_eq!(head(&service), chain(&service, 11));
}

#[test]
fn the_same_rows_have_the_same_chain_however_they_were_sealed() {
    let (whole, parts) = (service(), service());
    rows(&whole, 9);
    wait(seal::run(&whole.platform)).unwrap();
    rows(&parts, 9);
    parts.platform.load("CREATE TABLE rest AS SELECT * FROM audit WHERE seq > 4; DELETE FROM audit WHERE seq > 4");
    wait(seal::run(&parts.platform)).unwrap();
    parts.platform.load("INSERT INTO audit SELECT * FROM rest");
    wait(seal::run(&parts.platform)).unwrap();
    assert_eq!(head(&whole), head(&parts));
}

#[test]
fn a_list_is_filtered_by_who_what_and_when() {
    let service = service();
    rows(&service, 12);
    assert_eq!(seqs(&service, "page_size=2&page=2"), [3, 4]);
    assert_eq!(seqs(&service, "actor=actor-0"), [3, 6, 9, 12]);
    assert_eq!(seqs(&service, "actor=actor-0&client_id=client-1"), [3, 9]);
    assert_eq!(seqs(&service, "subject=role/7"), [7]);
    assert_eq!(seqs(&service, "action=role.delete"), [] as [i64; 0]);
    // NOW is 14:13:20; the first row is of the second after.
    assert_eq!(seqs(&service, "from=2026-09-21T14:13:30Z"), [10, 11, 12]);
    assert_eq!(seqs(&service, "from=2026-09-21T14:13:22Z&to=2026-09-21T14:13:25Z"), [2, 3, 4]);
    assert_eq!(seqs(&service, "to=2026-09-21"), [] as [i64; 0]);
    assert_eq!(seqs(&service, "from=2026-09-21&to=2026-09-22&action=role.create").len(), 12);
    let reply = read(&service, "/admin/audit?subject=role/1");
    let row = json!({ "seq": 1, "at": "2026-09-21T14:13:21Z", "actor": "actor-1", "client_id": "client-1",
        "action": "role.create", "subject": "role/1", "request_id": "r-1", "fields": ["name"], "hash": null });
    assert_eq!(reply.json["data"], json!([row]));
    assert_eq!(reply.json["paging"]["total_entries"], 1);
}

#[test]
fn what_is_not_a_time_or_a_place_is_422() {
    let service = service();
    for query in [
        "from=yesterday",
        "to=2026-13-01",
        "from=2026-02-31",
        "to=2025-02-29T00:00:00Z",
        "from=2026-09-21T24:00:00Z",
        "to=2026-09-21T14:13:20",
        "from=%ff",
    ] {
        for path in ["/admin/audit", "/admin/audit.ndjson"] {
            let reply = service.call(Get, &format!("{path}?{query}"), &mint("audit:read"), "");
            assert_eq!((reply.status, &reply.json["error"]["type"]), (422, &json!("validation_failed")), "{query}");
        }
    }
    for query in ["after=-1", "after=x", "limit=0", "limit=251"] {
        let reply = service.call(Get, &format!("/admin/audit.ndjson?{query}"), &mint("audit:read"), "");
        assert_eq!(reply.status, 422, "{query}");
    }
}

#[test]
fn rows_whose_clocks_differ_by_a_minute_are_found_by_time() {
    let service = service();
    rows(&service, 200);
    service.platform.load("UPDATE audit SET at = '2026-09-21T14:14:20Z' WHERE seq = 1");
    service.platform.load("UPDATE audit SET at = '2026-09-21T14:13:21Z' WHERE seq = 61");
    assert!(seqs(&service, "from=2026-09-21T14:14:20Z&page_size=300").contains(&1));
    assert!(seqs(&service, "to=2026-09-21T14:13:22Z&page_size=300").contains(&61));
}

#[test]
fn an_export_goes_on_by_its_links_and_ends_with_the_head() {
    let service = service();
    rows(&service, 7);
    wait(seal::run(&service.platform)).unwrap();
    let (mut path, mut all) = ("/admin/audit.ndjson?limit=3".to_owned(), Vec::new());
    loop {
        let reply = read(&service, &path);
        assert_eq!(reply.header("content-type"), Some("application/x-ndjson; charset=utf-8"));
        all.extend(lines(&reply.text));
        let Some(link) = reply.header("link") else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(path, "/admin/audit.ndjson?after=6&limit=3");
    let head = all.pop().unwrap();
    let [_, hash] = chain(&service, 7).split(':').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(head, json!({ "head": { "seq": 7, "hash": hash } }));
    assert_eq!(all.iter().map(|row| row["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn an_empty_audit_has_the_head_before_the_first_and_a_filtered_export_none() {
    let service = service();
    let reply = read(&service, "/admin/audit.ndjson");
    assert_eq!(lines(&reply.text), [json!({ "head": { "seq": 0, "hash": GENESIS } })]);
    rows(&service, 4);
    let reply = read(&service, "/admin/audit.ndjson?actor=actor-1");
    assert_eq!(lines(&reply.text).iter().map(|row| row["seq"].clone()).collect::<Vec<_>>(), [json!(1), json!(4)]);
    assert_eq!(read(&service, "/admin/audit.ndjson?actor=nobody").text, "");
}

#[test]
fn a_refused_call_leaves_no_row() {
    let service = service();
    let body = r#"{"name":"New","scope":"a:read"}"#;
    assert_eq!(service.call(Post, "/admin/roles", &mint("role:read"), body).status, 403);
    assert_eq!(service.call(Post, "/admin/roles", "x", body).status, 401);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn the_numbers_go_on_when_sealed_rows_are_removed() {
    let service = service();
    let body = r#"{"name":"New","scope":"a:read"}"#;
    assert_eq!(service.call(Post, "/admin/roles", &mint("role:write"), body).status, 201);
    wait(seal::run(&service.platform)).unwrap();
    service.platform.load("DELETE FROM audit");
    let changed = r#"{"name":"Newer"}"#;
    for (call, body) in [(Post, r#"{"name":"Other","scope":"a:read"}"#), (Patch, changed)] {
        let path = if call == Post { "/admin/roles" } else { "/admin/roles/role-unused" };
        assert!(service.call(call, path, &mint("role:write"), body).status < 300, "{path}");
    }
    assert_eq!(service.sql::<String>("SELECT group_concat(seq) FROM audit"), "2,3");
    assert_eq!(wait(seal::run(&service.platform)).unwrap().head.seq, 3);
}

#[test]
fn a_time_is_found_by_reading_few_rows() {
    let service = service();
    service.platform.load(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
         INSERT INTO audit (seq, at, actor, client_id, action, subject, request_id, fields)
         SELECT i, strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i * 60, 'unixepoch'), 'a', 'c', 'x.y', 'x/1', 'r', '[]' FROM n",
    );
    let query = "/admin/audit?from=2023-12-01T00:00:00Z&to=2023-12-01T00:05:00Z";
    let reply = service.call(Get, query, &mint("audit:read"), "");
    assert_eq!((reply.status, reply.json["data"].as_array().unwrap().len()), (200, 5), "{:?}", reply.json);
    let statement = service.platform.statements.borrow().last().cloned().expect("a statement");
    let db = service.platform.db.borrow();
    let mut prepared = db.prepare(&statement.sql).expect("SQL");
    let param = match statement.params.first() {
        Some(mithril_edge::db::statement::Param::Text(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    let _: String = prepared.query_row([param], |row| row.get(1)).expect("rows");
    assert!(prepared.get_status(rusqlite::StatementStatus::VmStep) < 20_000);
}
