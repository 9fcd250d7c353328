//! The resources of the Endpoint dialect.

pub mod applications;
pub mod group_links;
pub mod groups;
pub mod roles;
pub mod schemas;
pub mod shared;
pub mod user_access;
pub mod user_groups;
pub mod users;
