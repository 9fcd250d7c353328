//! No statement walks a big table without an index.

use base64ct::{Base64UrlUnpadded, Encoding};
use mithril_edge::db::statement::Statement;
use mithril_edge::http::{Header, Method};
use mithril_edge::routes::ROUTES;
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::openapi::sampled;
use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, endpoint_changes, examples, service, whole_service};
use crate::support::{Service, mint};

/// Each step of SQLite's plan for a statement.
fn plan(service: &Service, statement: &Statement) -> Vec<String> {
    let db = service.platform.db.borrow();
    let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).expect("a plan");
    let params = vec![Value::Null; statement.params.len()];
    let rows = explain.query_map(params_from_iter(params), |row| row.get::<_, String>("detail")).expect("a plan");
    rows.map(|row| row.expect("a step")).collect()
}

/// `SCAN x` without `USING … INDEX`, or a sort of what an index could have ordered. Values of JSON arrays and
/// single computed rows are no tables.
pub fn is_slow(step: &str) -> bool {
    let scan = step.strip_prefix("SCAN ").is_some_and(|what| {
        let is_table = !what.starts_with("json_each") && !what.starts_with('(') && !what.starts_with("CONSTANT")
            // It is always empty.
            && what != "refusals"
            // The gate's client types, of which there are a handful.
            && what != "kind"
            // The records of a page, each of which a step before has read by an index.
            && what != "record"
            && what != "page"
            // The scopes that bound a grant: one row.
            && what != "bound"
            // All secrets, of which the total counts a bounded number and the page reads those before it.
            && what != "walked"
            // A few rows of the last two hours.
            && what != "refusal_counts"
            // The steps of a search by halving, each of which reads one row by its number.
            && what != "halving";
        is_table && !what.contains("INDEX") && !what.contains("VIRTUAL TABLE")
    });
    scan || step.contains("TEMP B-TREE")
}

pub fn slow_steps(service: &Service) -> Vec<String> {
    let statements = service.platform.statements.borrow().clone();
    assert!(!statements.is_empty(), "the call asked the database nothing: use `call.read` or `call.change`");
    let slow = |statement: &Statement| {
        let steps = plan(service, statement);
        let parts: Vec<String> =
            steps.iter().filter_map(|step| step.strip_prefix("CO-ROUTINE ")).map(str::to_owned).collect();
        steps
            .into_iter()
            // A part of the statement may have the name of the table that it reads by an index.
            .filter(|step| is_slow(step) && !parts.iter().any(|part| *step == format!("SCAN {part}")))
            .map(|step| format!("{step}\n{}", statement.sql))
            .collect::<Vec<_>>()
    };
    statements.iter().flat_map(slow).collect()
}

/// The slow steps that walk a table. Endpoint's statements also walk and sort rows that they have computed.
fn walked_tables(service: &Service) -> Vec<String> {
    let tables: String = service.sql("SELECT group_concat(name, ' ') FROM sqlite_schema WHERE type = 'table'");
    let is_table = |step: &String| {
        let name = step.strip_prefix("SCAN ").unwrap_or_default().split_whitespace().next().unwrap_or_default();
        let has_alias = |table: &str| ["AS ", ""].iter().any(|word| step.contains(&format!(" {table} {word}{name} ")));
        !name.is_empty() && tables.split(' ').any(|table| table == name || has_alias(table))
    };
    slow_steps(service).into_iter().filter(is_table).collect()
}

#[test]
fn every_statement_of_every_route_has_its_index() {
    for example in examples() {
        let service = service();
        let scope = example.route.access.scopes().join(" ");
        let reply = service.call(example.route.method, &example.path, &mint(&scope), example.body);
        assert_eq!(reply.status, example.status, "{}", example.path);
        // The rights of one user or client come from several tables, and are put in order here. So are the few secrets of one
        // connection.
        let is_small = example.path.ends_with("/access")
            || example.path.contains("/connections/") && example.path.ends_with("/secrets");
        let is_own = |step: &str| is_small && step.starts_with("USE TEMP B-TREE");
        let slow: Vec<String> = slow_steps(&service).into_iter().filter(|step| !is_own(step)).collect();
        assert_eq!(slow, Vec::<String>::new(), "{}", example.path);
    }
}

#[test]
fn every_statement_under_a_key_and_a_condition_has_its_index() {
    for example in examples().into_iter().chain(endpoint_changes()) {
        let service = whole_service();
        let scope = example.route.access.scopes().join(" ");
        let more = [(Header::IdempotencyKey, "key"), (Header::IfMatch, "*")];
        for _ in 0..2 {
            let body = example.body;
            service.call_with(example.route.method, &example.path, &mint(&scope), &more, body);
        }
        let slow = walked_tables(&service);
        assert_eq!(slow, Vec::<String>::new(), "{}", example.path);
    }
}

#[test]
fn every_statement_of_the_documented_calls_has_its_index() {
    let sampled = sampled();
    assert!(sampled.len() > ROUTES.len() / 2, "{}", sampled.len());
    for (place, service) in sampled.iter().filter(|(_, service)| !service.platform.statements.borrow().is_empty()) {
        // No index knows a part of a text: `a_contains_filter_walks_the_order`.
        let is_search = |step: &str| step.contains("instr(") || step.contains(" LIKE ");
        let slow: Vec<String> = walked_tables(service).into_iter().filter(|step| !is_search(step)).collect();
        assert_eq!(slow, Vec::<String>::new(), "{place}");
    }
}

#[test]
fn every_exact_filter_has_its_index() {
    let service = service();
    let token = mint("connection:read client:read user:read");
    let connections = format!("/api/clients/{CLINIC}/connections");
    for path in [
        format!("{connections}?consumer_id={CLINIC}"),
        format!("{connections}?redirect_uri=x&page=3"),
        format!("{connections}?redirect_uri=x&consumer_id={CLINIC}"),
        format!("/api/clients?id={CLINIC}"),
        "/api/clients?user_id=user-1".to_owned(),
        "/api/clients?is_blocked=true&name=x".to_owned(),
        "/api/clients?user_id=user-1&is_blocked=false".to_owned(),
        format!("/admin/users/user-1/roles?client_id={CLINIC}"),
    ] {
        assert_eq!(service.call(Method::Get, &path, &token, "").status, 200, "{path}");
    }
    assert_eq!(slow_steps(&service), Vec::<String>::new());
}

#[test]
fn a_token_request_reads_of_a_clients_connections_only_those_of_its_kind() {
    let service = service();
    let bare = [("grant_type", "refresh_token"), ("client_id", CLINIC), ("refresh_token", "none")];
    let part = |json: serde_json::Value| Base64UrlUnpadded::encode_string(json.to_string().as_bytes());
    let claims =
        serde_json::json!({ "iss": CLINIC, "sub": CLINIC, "aud": "https://edge.test/oauth/token", "exp": NOW + 60 });
    let assertion = format!("{}.{}.AA", part(serde_json::json!({ "alg": "ES256" })), part(claims));
    let proof = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    for (fields, index) in [(bare.as_slice(), "connections_public"), (&proof, "connections_with_keys")] {
        let reply = service.form("/oauth/token", fields);
        assert_eq!(reply.status, 401, "{index}: {:?}", reply.json);
        let statements = service.platform.statements.take();
        let steps: Vec<String> = statements.iter().flat_map(|statement| plan(&service, statement)).collect();
        assert!(steps.iter().any(|step| step.contains(&format!("INDEX {index} (client_id=?)"))), "{steps:#?}");
        assert!(!steps.iter().any(|step| step.contains("connections_by_client")), "{steps:#?}");
    }
}

#[test]
fn the_audit_is_read_by_its_numbers_or_by_the_record_whatever_is_asked() {
    let service = service();
    let filters = ["", "actor=a", "client_id=a", "action=a", "subject=a", "actor=a&subject=b&from=2026-01-01"];
    let times = ["", "from=2026-01-01", "to=2026-01-01", "from=2026-01-01&to=2026-02-01"];
    for query in filters.iter().flat_map(|filter| times.map(|time| format!("{filter}&{time}"))) {
        for path in ["/admin/audit", "/admin/audit.ndjson"] {
            assert_eq!(service.call(Method::Get, &format!("{path}?{query}"), &mint("audit:read"), "").status, 200);
        }
    }
    pollster::block_on(mithril_edge::health::housekeeping::run(&service.app.settings, &service.platform));
    service.platform.load(
        "INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields) VALUES ('', '', '', '', '', '', '[]')",
    );
    pollster::block_on(mithril_edge::health::housekeeping::run(&service.app.settings, &service.platform));
    // A count of an actor, a client or an action without a time reads the first rows, at most `COUNTED_ROWS`.
    let is_counted = |step: &String| step.starts_with("SCAN audit\n") && step.contains("FROM audit ORDER BY seq LIMIT");
    let slow = slow_steps(&service);
    assert_eq!(slow.iter().filter(|step| !is_counted(step)).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// What is contained somewhere cannot be looked up; counting such rows walks them all, but no page is sorted.
#[test]
fn a_contains_filter_walks_the_order() {
    let token = mint("client:read client_type:read role:read");
    for path in ["/api/clients?name=x", "/admin/client_types?name=x", "/admin/roles?name=x&scope=a,b"] {
        let service = service();
        assert_eq!(service.call(Method::Get, path, &token, "").status, 200, "{path}");
        let slow = slow_steps(&service);
        assert!(slow.len() <= 1 && slow.iter().all(|step| step.starts_with("SCAN ")), "{path}: {slow:?}");
    }
}

#[test]
fn the_plan_shows_a_table_that_is_walked() {
    let service = service();
    let slow = |sql: &'static str| plan(&service, &Statement::new(sql, [])).iter().any(|step| is_slow(step));
    assert!(slow("SELECT count(*) FROM clients WHERE block_reason = 'x'"));
    assert!(slow("SELECT id FROM roles ORDER BY scope"));
    assert!(slow("SELECT id FROM roles ORDER BY inserted_at, id"));
    assert!(!slow("SELECT id FROM roles WHERE type = 'Role' ORDER BY inserted_at, id"));
}

/// 100,000 rows cost a page about what three do: the work SQLite counts, not the clock.
#[test]
fn a_page_of_100_000_roles_touches_a_page() {
    let service = service();
    service.platform.load(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
         INSERT INTO roles (id, name, scope, inserted_at, updated_at)
         SELECT 'r' || i, 'Role ' || i, 'a:read', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z' FROM n",
    );
    let reply = service.call(Method::Get, "/admin/roles?page=2&page_size=1", &mint("role:read"), "");
    assert_eq!(reply.json["paging"]["total_entries"], 100_002);
    assert_eq!(reply.json["data"][0]["name"], "Unused");
    let statement = service.platform.statements.borrow().last().cloned().expect("a statement");
    let db = service.platform.db.borrow();
    let mut prepared = db.prepare(&statement.sql).expect("SQL");
    let params = statement.params.iter().map(|param| match param {
        mithril_edge::db::statement::Param::Text(text) => Value::Text(text.clone()),
        other => panic!("{other:?}"),
    });
    let _: String = prepared.query_row(params_from_iter(params), |row| row.get(1)).expect("rows");
    assert_eq!(prepared.get_status(rusqlite::StatementStatus::Sort), 0);
    assert!(prepared.get_status(rusqlite::StatementStatus::FullscanStep) < 10);
    assert!(prepared.get_status(rusqlite::StatementStatus::VmStep) < 5_000);
}
