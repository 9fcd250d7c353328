//! D1's limits (developers.cloudflare.com/d1/platform/limits): every statement of the native tests is held to them. The
//! local D1 does not enforce all of them.

use mithril_edge::db::statement::{Row, Statement};
use rusqlite::Connection;
use rusqlite::limits::Limit;

/// The longest value and the longest row, in bytes.
pub const LARGEST: usize = 2_000_000;
/// The most queries of one invocation on the free plan. Each statement of a batch counts.
pub const QUERIES: usize = 50;

/// What workerd sets for every database.
pub fn limit_like_d1(db: &Connection) {
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, 2_000_000),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
        (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
    ] {
        db.set_limit(limit, value).expect("a limit");
    }
}

/// SQLite holds values, and rows that it stores, to the limit. A row that a statement answers has no limit there.
pub fn check_row(row: &Row, statement: &Statement) {
    let bytes: usize = row.0.iter().flatten().map(String::len).sum();
    assert!(bytes <= LARGEST, "a row of {bytes} bytes: {}", statement.sql);
}
