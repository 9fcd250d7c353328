//! How many there are of all: kept by triggers (`totals` in schema.sql), so that a page of a list reads a page.

use mithril_edge::http::Method::Get;

use crate::support::endpoint::ROOT;
use crate::support::routes::service;
use crate::support::{Service, mint};

const KEPT: [&str; 6] = ["clients", "roles", "access_groups", "applications", "user_groups", "endpoint_users"];
const AT: &str = "'2026-01-02T03:04:05Z'";

fn number(service: &Service, sql: &str) -> Option<i64> {
    service.platform.db.borrow().query_row(sql, [], |row| row.get(0)).expect(sql)
}

fn kept(service: &Service, table: &str) -> Option<i64> {
    number(service, &format!("SELECT (SELECT total FROM totals WHERE table_name = '{table}')"))
}

fn assert_true(service: &Service, when: &str) {
    for table in KEPT {
        assert_eq!(kept(service, table), number(service, &format!("SELECT count(*) FROM {table}")), "{table} {when}");
    }
}

fn total(service: &Service, path: &str) -> i64 {
    let reply = service.call(Get, path, &mint("client:read role:read AccessManager:Read"), "");
    assert_eq!(reply.status, 200, "{path}: {}", reply.json);
    let kept = [&reply.json["paging"]["total_entries"], &reply.json["Meta"]["TotalItems"]];
    kept.into_iter().find_map(serde_json::Value::as_i64).expect("a total")
}

#[test]
fn a_kept_total_is_true_after_every_kind_of_change() {
    let service = service();
    // A table that was empty before the migration has no total until its first row.
    service.platform.load(&format!(
        "INSERT INTO applications (id, name, application_key, created_on, modified_on) VALUES ('o', 'o', 'o', {AT}, {AT});
         INSERT INTO user_groups (name, created_on, modified_on) VALUES ('t', {AT}, {AT});"
    ));
    assert_true(&service, "at the start");
    service.platform.load(&format!(
        "INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES ('a', 'a', '', {AT}, {AT}), ('b', 'b', '', {AT}, {AT});
         INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES ('a', 'c', '', {AT}, {AT})
           ON CONFLICT DO UPDATE SET name = excluded.name;
         INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES ('a', 'd', '', {AT}, {AT}) ON CONFLICT DO NOTHING;
         INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
           SELECT 'client ' || value, 'x', (SELECT id FROM client_types LIMIT 1), {AT}, {AT} FROM json_each('[1, 2, 3]');
         INSERT INTO access_groups (id, name, created_on, modified_on) VALUES ('g', 'g', {AT}, {AT});
         INSERT INTO applications (id, name, application_key, created_on, modified_on)
           VALUES ('p', 'p', 'p', {AT}, {AT}), ('q', 'q', 'q', {AT}, {AT});
         INSERT INTO user_groups (name, created_on, modified_on) VALUES ('u', {AT}, {AT}), ('v', {AT}, {AT});
         INSERT INTO endpoint_users (name, username, creation_date) VALUES ('w', 'w', {AT}), ('x', 'x', {AT});"
    ));
    assert_true(&service, "after new rows");
    service.platform.load(
        "BEGIN; DELETE FROM clients WHERE id = 'client 1'; DELETE FROM access_groups WHERE id = 'g'; ROLLBACK;
         DELETE FROM applications WHERE id = 'p'; DELETE FROM user_groups WHERE name = 'u';
         DELETE FROM endpoint_users WHERE name = 'w'; DELETE FROM roles WHERE id IN ('a', 'b'); DELETE FROM clients WHERE id IN ('client 2', 'none')",
    );
    assert_true(&service, "after rows that went");
}

#[test]
fn rows_older_than_the_total_are_counted_with_the_first_new_one() {
    let service = service();
    service.platform.load("DELETE FROM totals");
    let before = number(&service, "SELECT count(*) FROM clients").expect("a count");
    assert_eq!((total(&service, "/api/clients"), kept(&service, "clients")), (before, None));
    service.platform.load(&format!(
        "INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
           SELECT 'new', 'x', id, {AT}, {AT} FROM client_types LIMIT 1"
    ));
    assert_eq!((total(&service, "/api/clients"), kept(&service, "clients")), (before + 1, Some(before + 1)));
}

/// A wrong one shows where it is read.
#[test]
fn a_list_of_all_reads_the_kept_total_and_a_filtered_one_counts() {
    let service = service();
    service.platform.load("UPDATE totals SET total = 7777");
    let groups = format!("{ROOT}/AccessGroups");
    // Two of the kept roles are access roles.
    for (path, kept) in [("/api/clients", 7777), ("/admin/roles", 7775), (&groups, 7777)] {
        assert_eq!(total(&service, path), kept, "{path}");
    }
    for path in ["/api/clients?is_blocked=false", "/admin/roles?name=e", &format!("{groups}?Filters=Name<>'x'")] {
        assert!(total(&service, path) < 100, "{path}");
    }
}

#[test]
fn the_audits_first_and_last_number_say_how_many_rows_it_has() {
    let service = service();
    let audit = || {
        let reply = service.call(Get, "/admin/audit?page_size=1", &mint("audit:read"), "");
        reply.json["paging"]["total_entries"].as_i64().expect("a total")
    };
    assert_eq!(audit(), 0);
    service.platform.load(&format!(
        "INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
           SELECT {AT}, 'a', 'c', 'role.create', 'role/r', 'r', '[]' FROM json_each('[1, 2, 3]');
         BEGIN; INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
           VALUES ({AT}, 'a', 'c', 'role.create', 'role/r', 'r', '[]'); ROLLBACK;
         INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
           VALUES ({AT}, 'a', 'c', 'role.create', 'role/r', 'r', '[]')"
    ));
    assert_eq!(audit(), 4);
    service.platform.load("DELETE FROM audit WHERE seq <= 3");
    assert_eq!(audit(), 1);
}
