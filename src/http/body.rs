//! Reads a JSON body. Its size, its `Content-Type`, its `Content-Encoding` and its syntax each have a failure of their
//! own.

use serde_json::{Map, Value};

use crate::base::failure::{Failure, Rule};
use crate::base::json_value;
use crate::http::{Header, Request};
use crate::ports::{BodyError, Ports};

/// The largest body of a single record, in bytes. No documented one comes near this.
pub const LIMIT: usize = 64 * 1024;

/// Reads the body as one JSON object. `limit` is in bytes.
///
/// # Errors
/// - 413 for more than `limit` bytes, declared or read
/// - 415 for a media type that is not JSON, for a body without one, and for a compressed body
/// - 400 for a body that is not JSON in UTF-8, is missing, was cut off, or has an object with a member twice
/// - 422 for JSON that is not an object
pub async fn object<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Map<String, Value>, Failure> {
    parse(&required(ports, request, limit).await?)
}

/// The bytes of a body that is to be a JSON object; [`parse`] reads them. `limit` is in bytes.
///
/// # Errors
/// - 413 for more than `limit` bytes, declared or read
/// - 415 for a media type that is not JSON, for a body without one, and for a compressed body
/// - 400 for a body that was cut off
pub async fn required<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Vec<u8>, Failure> {
    check_declared(request, limit)?;
    let media_type = request.header(Header::ContentType);
    if media_type.is_some_and(|media_type| !is_json(media_type)) {
        return Err(Failure::ContentType);
    }
    let bytes = read(ports, request, limit).await?;
    if media_type.is_none() && !bytes.is_empty() {
        return Err(Failure::ContentType);
    }
    Ok(bytes)
}

/// The bytes of a body that may be left out; `None` when it is empty. Many clients declare a media type although they
/// send nothing, so the headers of an empty body do not count. `limit` is in bytes.
///
/// # Errors
/// - 413 for more than `limit` bytes, declared or read
/// - 415 for a body whose media type is not JSON, for one without a media type, and for a compressed one
/// - 400 for a body that was cut off
pub async fn optional<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Option<Vec<u8>>, Failure> {
    let bytes = received(ports, request, limit).await?;
    if bytes.is_empty() {
        return Ok(None);
    }
    check_encoding(request)?;
    if request.header(Header::ContentType).is_some_and(is_json) { Ok(Some(bytes)) } else { Err(Failure::ContentType) }
}

/// The bytes of a body of any media type. `limit` is in bytes.
///
/// # Errors
/// - 413 for more than `limit` bytes, declared or read
/// - 415 for a compressed body
/// - 400 for a body that was cut off
pub async fn read<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Vec<u8>, Failure> {
    check_encoding(request)?;
    received(ports, request, limit).await
}

/// The bytes as they came. Every body is read here, because the platform does not compare a declared length with the
/// limit.
async fn received<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Vec<u8>, Failure> {
    check_declared(request, limit)?;
    ports.body(limit).await.map_err(|error| match error {
        BodyError::TooLarge => Failure::BodyTooLarge,
        BodyError::Broken => Failure::MalformedBody,
    })
}

/// Refuses a body whose `Content-Length` is over the limit (413).
fn check_declared(request: &Request, limit: usize) -> Result<(), Failure> {
    let declared = request.header(Header::ContentLength).and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) { Err(Failure::BodyTooLarge) } else { Ok(()) }
}

/// Refuses a compressed body (415): bytes in a content coding other than `identity` (RFC 9110 §8.4). Nothing here
/// unpacks them, and the platform does not either.
fn check_encoding(request: &Request) -> Result<(), Failure> {
    let codings = request.header(Header::ContentEncoding).unwrap_or_default();
    let is_plain =
        codings.split(',').map(str::trim).all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case("identity"));
    if is_plain { Ok(()) } else { Err(Failure::ContentEncoding) }
}

/// The bytes without a byte order mark at their start. RFC 8259 §8.1 lets a reader of JSON ignore it, and no name of a
/// form's parameter begins with one.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// The JSON object in these bytes.
///
/// # Errors
/// - 400 for anything that is not JSON in UTF-8, and for an object that has a member twice
/// - 422 for JSON that is not an object
pub fn parse(bytes: &[u8]) -> Result<Map<String, Value>, Failure> {
    let text = str::from_utf8(without_mark(bytes)).map_err(|_| Failure::MalformedBody)?;
    match json_value::parse(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(Failure::invalid("$", Rule::Cast { expected: "object", actual: type_name(&other) })),
        Err(_) => Err(Failure::MalformedBody),
    }
}

/// Whether a media type is `application/json` or `application/…+json`. Its parameters do not count.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The type of a JSON value, named as the documented validator names it.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if !json_value::is_integer(number) => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn only_json_media_types_pass() {
        for yes in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert!(is_json(yes), "{yes}");
        }
        for no in ["", "text/json", "application/x-www-form-urlencoded", "text/plain", "application/jsonp"] {
            assert!(!is_json(no), "{no}");
        }
    }
}
