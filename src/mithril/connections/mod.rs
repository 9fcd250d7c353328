//! Client connections: the right of a consumer (a MIS) to act for a client, with a redirect URI and a
//! secret (seeds 000–002; spec/mithril.md §1, §4).

pub mod auth_method;
pub mod handlers;
pub mod reads;
pub mod redirect_uri;
pub mod secret_store;
pub mod secrets;
mod shown;
pub mod store;
pub mod upsert;
