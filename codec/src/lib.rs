//! What is done byte by byte to every token and every answer. It knows nothing of the service; why its loops look as they do is in
//! docs/decisions/0011-own-entry.md.

pub mod base64url;
pub mod bytes;
pub mod json;
pub mod jwt;
mod word;
