//! The header of an idempotency key.

use crate::base::failure::Failure;
use crate::http::{Header, Request};

pub const MAX_KEY: usize = 255;

/// The key that the caller sent, under either name.
///
/// # Errors
/// 400 for one that is empty, longer than 255 characters, or has others than visible ASCII and spaces; and for two
/// that differ.
pub fn key(request: &Request) -> Result<Option<&str>, Failure> {
    let read = |header| match request.header(header) {
        None => Ok(None),
        Some(key) if is_sane(key) => Ok(Some(key)),
        Some(_) => Err(Failure::Header(header.label())),
    };
    match (read(Header::IdempotencyKey)?, read(Header::XIdempotencyKey)?) {
        (Some(one), Some(other)) if one != other => Err(Failure::Header(Header::XIdempotencyKey.label())),
        (one, other) => Ok(one.or(other)),
    }
}

fn is_sane(key: &str) -> bool {
    key.len() <= MAX_KEY && !key.trim().is_empty() && key.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
