//! Client connections: the right of a consumer (a MIS) to act for a client, with a redirect URI and a
//! secret (seeds 000–002; spec/mithril.md §1, §4).

pub mod auth_method;
#[cfg(not(target_arch = "wasm32"))]
pub mod docs;
pub mod handlers;
pub mod reads;
pub mod redirect_uri;
pub mod secret;
pub mod secret_store;
pub mod secrets;
pub mod store;
pub mod upsert;

use serde::{Deserialize, Serialize};

use crate::error::Failure;

/// A connection as the API shows it. The secret is there only in the answer that made it.
#[derive(Serialize, Deserialize, Debug)]
pub struct Connection {
    pub id: String,
    pub client_id: String,
    pub consumer_id: String,
    pub redirect_uri: String,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    pub inserted_at: String,
    pub updated_at: String,
}

fn no_pepper() -> Failure {
    Failure::Internal("SECRET_PEPPERS is not set: no secret can be made".to_owned())
}
