//! One request on its way.

pub mod audit_record;
pub mod call;
pub mod change;
pub mod changed;
pub mod conditions;
pub mod idempotency;
pub mod public_call;
mod replay;
pub mod round_trips;
