//! Values that every room knows.

pub mod failure;
pub mod json;
pub mod oauth_refusal;
pub mod parse;
pub mod single_wait;
pub mod token_refusal;
