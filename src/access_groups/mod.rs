//! Access groups and their permissions, in the dialect of eSystems' Endpoint API (seed 004;
//! spec/esystems.md).

pub mod handlers;
pub mod lookup;
pub mod store;
