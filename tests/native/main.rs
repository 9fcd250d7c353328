//! The service over SQLite in memory: the same `handle`, the same statements, no Workers runtime.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop"
)]

mod client_types;
mod clients;
mod connections;
mod docs;
mod faults;
mod foundation;
mod gate;
mod matrix;
mod oauth;
mod openapi;
mod plans;
mod roles;
mod schema;
mod support;
mod tokens;
mod users;
