//! Reads the idempotency key of a request from `Idempotency-Key` or `X-Idempotency-Key`.

use crate::base::failure::Failure;
use crate::http::{Header, Request};

/// The longest key, in characters.
pub const MAX_KEY: usize = 255;

/// The key that the caller sent in either header.
///
/// # Errors
/// - 400 for a key that is empty, longer than [`MAX_KEY`], or has characters other than visible ASCII and spaces
/// - 400 for two headers with different keys
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
