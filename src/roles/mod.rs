//! Roles: named sets of scopes (seed 003; spec/mithril.md §1.5, §2, §5).

pub mod cache;
#[cfg(not(target_arch = "wasm32"))]
pub mod docs;
pub mod handlers;
pub mod store;
