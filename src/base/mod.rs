//! Values that every room knows: the failures and their reasons, JSON, base64url, times, and waiting for one operation
//! at a time. This is the lowest room. It never imports another one.

pub mod base64url;
pub mod digest;
pub mod failure;
pub mod json;
pub mod json_value;
pub mod members;
pub mod oauth_refusal;
pub mod object;
pub mod parse;
pub mod single_wait;
pub mod text;
pub mod time;
pub mod token_refusal;
pub mod word;
