//! Idempotency keys: a change that is repeated under its key is made once, and answered each time as the first time
//! (decision 0009).

mod claim;
pub mod header;
pub mod seal;
pub mod store;

pub use claim::{Claim, TAKEN};
