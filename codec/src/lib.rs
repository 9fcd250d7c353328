//! JSON texts written and taken apart by hand, for the code that still does.

pub mod bytes;
pub mod json;
