//! The service over SQLite in memory: the same `handle`, the same statements, no Workers runtime.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop"
)]

mod foundation;
mod openapi;
mod schema;
mod support;
