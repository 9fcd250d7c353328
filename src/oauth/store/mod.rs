//! The SQL of the token plane. `caller` holds the fragments that the statements share.

mod authorize;
pub mod caller;
mod client;
mod grants;
mod logout;

pub use authorize::authorize;
pub use client::{
    client, client_and_grant, client_keys, consumer, guard, nonce, note_use, revoke_access, revoke_grant, use_assertion,
};
pub use grants::{NewGrant, claim_code, own_grant, rotate};
pub use logout::{end_grant, end_token};
