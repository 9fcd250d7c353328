//! Client connections, clients and roles, in the dialect of Mithril.

pub mod audit;
pub mod client_types;
pub mod clients;
pub mod connections;
mod deleted;
pub mod list;
pub mod list_query;
pub mod roles;
pub mod users;
