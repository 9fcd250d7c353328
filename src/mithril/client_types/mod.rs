//! Client types. The type of a client bounds the scopes of its tokens, and its context decides whether they may act for
//! any client or only for their own (spec/mithril.md §4.1, §4.2).

pub mod handlers;
pub mod store;
