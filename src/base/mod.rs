//! Values that every room knows.

pub mod base64url;
pub mod failure;
pub mod json;
pub mod oauth_refusal;
pub mod parse;
pub mod token_refusal;
