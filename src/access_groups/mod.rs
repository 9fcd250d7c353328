//! Access groups and their permissions, in the dialect of eSystems' Endpoint API (seed 004;
//! spec/esystems.md).

#[cfg(not(target_arch = "wasm32"))]
pub mod docs;
pub mod handlers;
pub mod lookup;
pub mod store;
