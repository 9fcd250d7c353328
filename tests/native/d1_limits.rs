//! D1's limits, which every statement and every call of these tests is held to (`support/limits.rs`), and the cron.

use mithril_edge::db::statement::{Param, Row, Statement};
use mithril_edge::health::housekeeping;
use mithril_edge::ports::Db;

use crate::audit::{rows, wait};
use crate::support::limits::{LARGEST, QUERIES};
use crate::support::routes::service;
use crate::support::{Platform, Service};

fn read(sql: &str, params: Vec<Param>) -> Result<Option<Row>, String> {
    let statement = Statement::new(sql.to_owned(), params);
    let rows = wait(Platform::new().read(&[statement]));
    rows.map(|mut rows| rows.remove(0)).map_err(|error| format!("{error:?}"))
}

#[test]
fn what_d1_does_not_take_fails_here_too() {
    let arguments = |count: usize| format!("SELECT json_array({}) AS a", vec!["1"; count].join(", "));
    let parameters = |count: usize| {
        let names: Vec<String> = (1..=count).map(|at| format!("?{at}")).collect();
        (format!("SELECT 1 IN ({}) AS a", names.join(", ")), vec![Param::Int(1); count])
    };
    let spaces = |count: usize| format!("SELECT {}1 AS a", " ".repeat(count - 13));
    assert!(read(&arguments(32), vec![]).is_ok());
    assert!(read(&arguments(33), vec![]).is_err());
    let ((sql, params), (longer, more)) = (parameters(100), parameters(101));
    assert!(read(&sql, params).is_ok());
    assert!(read(&longer, more).is_err());
    assert!(read(&spaces(100_000), vec![]).is_ok());
    assert!(read(&spaces(100_001), vec![]).is_err());
    let text = |length: usize| vec![Param::Text("x".repeat(length))];
    assert!(read("SELECT ?1 AS a", text(LARGEST)).is_ok());
    assert!(read("SELECT ?1 AS a", text(LARGEST + 1)).is_err());
    assert!(read("SELECT length(?1 || 'x') AS a", text(LARGEST)).is_err());
}

#[test]
#[should_panic(expected = "a row of 2000001 bytes")]
fn a_row_whose_columns_are_too_long_together_is_found() {
    let _ = read("SELECT ?1 AS a, 'x' AS b", vec![Param::Text("x".repeat(LARGEST))]);
}

#[test]
fn a_run_of_the_cron_that_is_far_behind_asks_no_more_than_the_free_plan_lets_it() {
    let service = service();
    rows(&service, 6000);
    wait(housekeeping::run(&service.platform));
    let queries = service.platform.statements.borrow().len();
    assert!((40..=QUERIES).contains(&queries), "{queries}");
    assert_eq!(service.sql::<i64>("SELECT count(hash) FROM audit"), 5000);
}

/// `refusals` and `preconditions` are always empty; SQLite itself keeps the others below the limit.
#[test]
fn a_stored_row_that_is_too_long_is_refused() {
    let service = Service::default();
    let statement = |length: usize| {
        let text = Param::Text("x".repeat(length));
        Statement::new("UPDATE endpoint_users SET name = ?1, email = ?1 WHERE id = 7", [text])
    };
    assert!(wait(service.platform.batch(vec![statement(LARGEST / 2 - 500)])).is_ok());
    assert!(wait(service.platform.batch(vec![statement(LARGEST / 2)])).is_err());
}
