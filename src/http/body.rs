//! Reading a JSON body: size, `Content-Type`, syntax, each with its own failure.

use serde_json::{Map, Value};

use super::{Header, Request};
use crate::error::{Failure, Rule};
use crate::ports::{BodyError, Ports};

/// No documented body of a single record comes near this.
pub const LIMIT: usize = 64 * 1024;

/// The body as one JSON object.
///
/// # Errors
/// 413 over `limit` bytes, 415 for another media type than JSON, 400 for anything that is not JSON in UTF-8
/// (a missing body included), 422 for JSON that is not an object.
pub async fn object<P: Ports>(ports: &P, request: &Request, limit: usize) -> Result<Map<String, Value>, Failure> {
    if is_over(request, limit) {
        return Err(Failure::BodyTooLarge);
    }
    if let Some(media_type) = request.header(Header::ContentType)
        && !is_json(media_type)
    {
        return Err(Failure::ContentType);
    }
    optional_object(ports, request, limit).await?.ok_or(Failure::MalformedBody)
}

/// The same where a body may be left out: `None` for an empty one, of whatever media type.
///
/// # Errors
/// As [`object`].
pub async fn optional_object<P: Ports>(
    ports: &P,
    request: &Request,
    limit: usize,
) -> Result<Option<Map<String, Value>>, Failure> {
    if is_over(request, limit) {
        return Err(Failure::BodyTooLarge);
    }
    // What names neither type nor length is nobody's JSON: not worth waiting for.
    if request.header(Header::ContentType).is_none()
        && request.header(Header::ContentLength).is_none_or(|length| length == "0")
    {
        return Ok(None);
    }
    let bytes = ports.body(limit).await.map_err(|error| match error {
        BodyError::TooLarge => Failure::BodyTooLarge,
        BodyError::Broken => Failure::MalformedBody,
    })?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if !request.header(Header::ContentType).is_some_and(is_json) {
        return Err(Failure::ContentType);
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(Some(object)),
        Ok(other) => Err(Failure::invalid("$", Rule::Cast { expected: "object", actual: type_name(&other) })),
        Err(_) => Err(Failure::MalformedBody),
    }
}

fn is_over(request: &Request, limit: usize) -> bool {
    let declared = request.header(Header::ContentLength).and_then(|length| length.parse::<usize>().ok());
    declared.is_some_and(|length| length > limit)
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
