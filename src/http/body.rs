//! Reading a JSON body: size, `Content-Type`, syntax, each with its own failure.

use serde_json::{Map, Value};

use crate::base::failure::{Failure, Rule};
use crate::base::json_value;
use crate::http::{Header, Request};
use crate::ports::{BodyError, Ports};

/// No documented body of a single record comes near this.
pub const LIMIT: usize = 64 * 1024;

/// The body as one JSON object.
///
/// # Errors
/// 413 over `limit` bytes, 415 for another media type than JSON, 400 for anything that is not JSON in UTF-8
/// (a missing body included), 422 for JSON that is not an object.
pub async fn object<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Map<String, Value>, Failure> {
    parse(&required(ports, request, limit).await?)
}

/// What is to be an object, unread.
///
/// # Errors
/// 413, 415 and 400 as [`object`].
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

/// The same where a body may be left out: `None` unless one says that it is JSON. Others are not read.
///
/// # Errors
/// As [`object`].
pub async fn optional<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Option<Vec<u8>>, Failure> {
    if !request.header(Header::ContentType).is_some_and(is_json) {
        return Ok(None);
    }
    let bytes = read(ports, request, limit).await?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

/// The body's bytes. The only reader: the platform trusts a declared length, which is checked here.
///
/// # Errors
/// 413 over `limit` bytes, declared or read; 400 for a body that ends before its end.
pub async fn read<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Vec<u8>, Failure> {
    check_declared(request, limit)?;
    ports.body(limit).await.map_err(|error| match error {
        BodyError::TooLarge => Failure::BodyTooLarge,
        BodyError::Broken => Failure::MalformedBody,
    })
}

fn check_declared(request: &Request, limit: usize) -> Result<(), Failure> {
    let declared = request.header(Header::ContentLength).and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) { Err(Failure::BodyTooLarge) } else { Ok(()) }
}

/// # Errors
/// 400 and 422 as [`object`].
pub fn parse(bytes: &[u8]) -> Result<Map<String, Value>, Failure> {
    let text = str::from_utf8(bytes).map_err(|_| Failure::MalformedBody)?;
    match json_value::parse(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(Failure::invalid("$", Rule::Cast { expected: "object", actual: type_name(&other) })),
        Err(_) => Err(Failure::MalformedBody),
    }
}

/// `application/json` or any `application/…+json`, parameters ignored.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The name of a JSON type as the documented validator prints it.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
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
