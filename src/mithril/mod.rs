//! The resources of Mithril's dialect: client connections, clients, client types, roles, users, users' roles, approvals
//! and the audit.
//! Each has `handlers` (the rules) and a `store` (all its SQL); `list`, `list_query` and `list_request` are what their lists share. The
//! room may import the rooms below it, and never `endpoint` or `oauth`.

pub mod approvals;
pub mod audit;
pub mod client_types;
pub mod clients;
pub mod connections;
pub mod console;
mod deleted;
pub mod list;
pub mod list_query;
pub mod list_request;
pub mod roles;
pub mod user_records;
pub mod users;
