//! What the document says of each resource.

pub mod access_groups;
pub mod access_roles;
pub mod audit;
pub mod client_types;
pub mod clients;
pub mod connections;
pub mod endpoint;
pub mod endpoint_users;
pub mod oauth;
pub mod oauth_schemas;
pub mod roles;
pub mod users;
