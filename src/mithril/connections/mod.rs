//! Client connections. A connection is the right of a consumer (a medical information system) to act for a client. It
//! has a redirect URI and up to five secrets (seeds 000–002; spec/mithril.md §1, §4).

pub mod all_secrets;
pub mod auth_method;
mod ceiling;
pub mod client_secret;
pub mod handlers;
mod key_rule;
mod path;
pub mod put_store;
mod reach;
pub mod reads;
pub mod redirect_uri;
pub mod secret_store;
pub mod secrets;
mod shown;
pub mod store;
pub mod upsert;
