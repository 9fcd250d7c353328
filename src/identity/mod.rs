//! Who calls.

pub mod access;
pub mod context;
pub mod ids;
pub mod keys;
pub mod principal;
pub mod scope;
