//! One call on its way: path, body and headers as a handler reads them, the read or the change as one batch behind the
//! gate, conditions, idempotency keys and the audit row. The room may import the rooms below it. It knows no resource
//! and no table of one.

pub mod audit_record;
pub mod call;
pub mod change;
pub mod changed;
pub mod conditions;
pub mod delegation;
pub mod dry_run;
pub mod idempotency;
pub mod public_call;
mod replay;
pub mod round_trips;
