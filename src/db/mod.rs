//! Statements and what a database answers.

pub mod error;
pub mod gate;
pub mod made;
pub mod sql;
pub mod statement;
