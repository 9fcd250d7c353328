//! What the lists of the console read: an index, or a walk whose total counts a bounded number.

use mithril_edge::http::Method::Get;
use rusqlite::types::Value as SqlValue;

use crate::support::{Service, mint};

/// Each step of SQLite's plan for the statements of a call.
fn plan(service: &Service, path: &str) -> Vec<String> {
    service.platform.statements.borrow_mut().clear();
    let reply = service.call(Get, path, &mint("connection:read client:read"), "");
    assert_eq!(reply.status, 200, "{path}");
    let statements = service.platform.statements.take();
    let db = service.platform.db.borrow();
    let mut steps = Vec::new();
    for statement in statements {
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).unwrap();
        let params = vec![SqlValue::Null; statement.params.len()];
        let rows = explain.query_map(rusqlite::params_from_iter(params), |row| row.get::<_, String>("detail")).unwrap();
        steps.extend(rows.map(Result::unwrap));
    }
    steps
}

#[test]
fn what_ends_soon_is_found_by_its_end_and_is_not_sorted() {
    let service = Service::default();
    for query in ["expires_within=14", "old_still_used=true", "expires_within=14&unused_for=90&old_still_used=true"] {
        let steps = plan(&service, &format!("/admin/secrets?{query}"));
        let walks = steps.iter().filter(|step| step.contains("connection_secrets_by_end (expires_at>"));
        assert!(walks.count() > 1, "for the total and for the page: {steps:#?}");
        assert!(!steps.iter().any(|step| step == "SCAN walked"), "{steps:#?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
    }
}

#[test]
fn all_secrets_are_walked_in_the_order_of_the_key_and_a_bounded_number_is_counted() {
    let service = Service::default();
    for query in ["", "unused_for=90", "old_still_used=false"] {
        let steps = plan(&service, &format!("/admin/secrets?{query}"));
        let walks = steps.iter().filter(|step| *step == "SCAN walked");
        assert!(walks.count() > 2, "for the total, what bounds it, and the page: {steps:#?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
    }
    service.platform.statements.borrow_mut().clear();
    service.call(Get, "/admin/secrets?unused_for=90", &mint("connection:read"), "");
    let statements = service.platform.statements.take();
    let bounded = "LIMIT 100000) AS walked";
    assert!(statements.iter().any(|statement| statement.sql.contains(bounded)), "the total is bounded");
}

#[test]
fn whether_a_client_is_used_is_found_by_indexes() {
    let service = Service::default();
    let steps = plan(&service, "/admin/clients?unused_for=90");
    for index in [
        "SEARCH connection_secrets USING PRIMARY KEY (connection_id=?)",
        "SEARCH refresh_grants USING INDEX refresh_grants_by_connection (connection_number=? AND is_spare=? AND grant_iat>?)",
        "USING INDEX sqlite_autoindex_connections_2 (consumer_id=?)",
    ] {
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
    }
    let scans = |name: &str| steps.iter().any(|step| step.starts_with(&format!("SCAN {name}")));
    assert!(!["link", "connections", "connection_secrets", "refresh_grants"].into_iter().any(scans), "{steps:#?}");
}
