//! The OAuth operations: sessions, tokens, codes, introspection, revocation and metadata.

pub mod authorize;
pub mod introspect;
pub mod metadata;
pub mod session;
mod shared;
pub mod token;
