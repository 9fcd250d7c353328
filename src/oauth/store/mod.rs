//! The SQL of the token plane. `caller` and `scopes` hold the fragments that the statements share.

mod authorize;
pub mod caller;
mod client;
mod grants;
mod imported;
mod logout;
pub mod scopes;

pub use authorize::authorize;
pub use client::{
    client, client_and_grant, client_keys, client_of_grant, consumer, guard, nonce, note_use, revoke_access,
    revoke_grant, use_assertion,
};
pub use grants::{NewGrant, claim_code, first_of_the_day, own_grant, rotate};
pub use imported::{adopt, imported_hashes};
pub use logout::{end_grant, end_token};
