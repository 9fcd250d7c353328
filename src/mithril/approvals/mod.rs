//! Approvals: what a user lets a client do. A user sees the own ones and takes them back. `/oauth/apps/authorize` makes
//! them, and codes, grants and tokens live by them.

pub mod handlers;
pub mod store;
