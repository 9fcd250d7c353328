//! The OAuth operations: tokens, codes, introspection, revocation and metadata.

pub mod authorize;
pub mod introspect;
pub mod metadata;
mod shared;
pub mod token;
