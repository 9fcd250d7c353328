//! The service over SQLite in memory: the same `handle`, the same statements, no Workers runtime.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop"
)]

mod access;
mod approvals;
mod asvs;
mod audit;
mod audit_archive;
mod audit_archive_reads;
mod audit_export;
mod audit_fields;
mod bad_input;
mod bad_input_fuzz;
mod bad_input_uris;
mod bodies;
mod body_members;
mod client_types;
mod clients;
mod conditions;
mod connection_fields;
mod connections;
mod console;
mod console_lists;
mod console_plans;
mod console_refusals;
mod consumers;
mod credentials;
mod d1_limits;
mod delegation;
mod docs;
mod dry_run;
mod endpoint_access;
mod endpoint_applications;
mod endpoint_audit;
mod endpoint_big;
mod endpoint_counts;
mod endpoint_creates;
mod endpoint_fields;
mod endpoint_fuzz;
mod endpoint_groups;
mod endpoint_lists;
mod endpoint_members;
mod endpoint_pattern;
mod endpoint_relations;
mod endpoint_user_access;
mod endpoint_user_groups;
mod endpoint_validation;
mod endpoint_vocabulary;
mod entity_tags;
mod faults;
mod first_administration;
mod floors;
mod foundation;
mod gate;
mod headers;
mod housekeeping;
mod idempotency;
mod idempotency_header;
mod idempotency_lost;
mod idempotency_running;
mod imported_secrets;
mod issuers;
mod jwt;
mod key_sets;
mod leaks;
mod long_pages;
mod matrix;
mod messages;
mod oauth;
mod openapi;
mod operating;
mod order;
mod own_user;
mod plans;
mod queries;
mod refusals;
mod reviews;
mod roles;
mod schema;
mod scope_lists;
mod secret_uses;
mod secrets;
mod slashes;
mod standing;
mod support;
mod token_keys;
mod tokens;
mod tombstones;
mod totals;
mod user_records;
mod users;
mod uuids;
