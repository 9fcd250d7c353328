//! The documentation of each resource, sorted like the rooms of `src/`.

pub mod access;
pub mod endpoint;
pub mod health;
pub mod mithril;
pub mod oauth;
