//! The resources of the Endpoint dialect.

pub mod groups;
pub mod roles;
pub mod schemas;
pub mod shared;
pub mod users;
