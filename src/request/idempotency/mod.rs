//! Idempotency keys: a change that is repeated under its key is made once, and every call gets the answer of the first
//! one (decision 0009).

mod claim;
pub mod header;
pub mod seal;
pub mod store;

pub use claim::{Claim, KEY_COLUMN};
