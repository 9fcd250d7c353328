//! The resources of the Mithril dialect.

pub mod approvals;
pub mod audit;
pub mod client_types;
pub mod clients;
pub mod connections;
pub mod console;
pub mod roles;
pub mod secrets;
pub mod user_records;
pub mod users;
