//! What is done byte by byte to every token and every answer.
//!
//! A crate of its own, because generic code of a library is optimised as the crate that uses it: the service is built for
//! size, this for speed (docs/decisions/0011-own-entry.md).

pub mod base64url;
pub mod bytes;
pub mod json;
pub mod jwt;
mod word;
