//! Statements as plain values, what a database answers to them, the SQL of the gate, and the fragments of SQL that many
//! statements share. The room imports `identity` and `base` only. It knows no platform, and no rule of a resource.

pub mod error;
pub mod gate;
pub mod page;
pub mod refusal;
pub mod rights;
pub mod sql;
pub mod statement;
pub mod wire;
