//! Health.

pub mod housekeeping;
pub mod ready;
