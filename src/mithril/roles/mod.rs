//! Roles: named sets of scopes (seed 003; spec/mithril.md §1.5, §2, §5).

pub mod cache;
pub mod handlers;
pub mod store;
