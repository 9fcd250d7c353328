//! Client types: the ceiling of the scopes of their clients' tokens, and whether those may act for any client
//! (spec/mithril.md §4.1, §4.2).

pub mod handlers;
pub mod store;
