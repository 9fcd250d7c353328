//! The documentation of each resource, in the rooms of `src/`: Mithril, Endpoint, OAuth and health.

pub mod endpoint;
pub mod health;
pub mod mithril;
pub mod oauth;
