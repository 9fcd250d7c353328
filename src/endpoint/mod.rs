//! Access groups, access roles and the users in them, in the dialect of eSystems' Endpoint API.

pub mod engine;
pub mod groups;
pub mod roles;
pub mod users;
