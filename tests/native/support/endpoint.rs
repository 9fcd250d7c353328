//! Calls of the Endpoint dialect by its administrator.

use mithril_edge::http::Method;
use serde_json::{Value, json};

use super::{Reply, Service, mint};

pub const ROOT: &str = "/Endpoint/rest/api/v1";
pub const STRUCTURE: &str = "The value does not match the specified entity structure";
pub const CLERK: &str = "32E61509-0071-4001-BE32-9E9D0DB255CB";
pub const PHYSICIAN: &str = "7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11";

/// `Value::Null` is no body.
pub fn send(service: &Service, method: Method, path: &str, body: &Value) -> Reply {
    let token =
        mint("AccessManager:Read AccessManager:Create AccessManager:Update AccessManager:Delete AccessManager:Import");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    service.call(method, &format!("{ROOT}{path}"), &token, &body)
}

pub fn refused(reply: &Reply, status: u16, r#type: &str, errors: &[&str]) {
    assert_eq!((reply.status, &reply.json["Type"]), (status, &json!(r#type)), "{}", reply.json);
    assert_eq!(reply.json["StatusCode"], status);
    assert_eq!(reply.json["Errors"], json!(errors));
}

/// 400 with the sentence that tells what to mend.
pub fn bad(reply: &Reply, why: &str) {
    refused(reply, 400, "/Errors/Bad Input", &[STRUCTURE, why]);
}

pub fn field(field: &str, value: &str) -> Value {
    json!({ "Field": field, "Value": value })
}

/// Percent-encodes what a query value may not hold as it is.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
