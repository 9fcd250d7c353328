//! Dry runs: a change tells what it would do, and does nothing.

mod changes;
mod random;
mod rights;
mod routes;

use mithril_edge::http::{Header, Method};
use serde_json::Value;

use crate::support::tokens::mint;
use crate::support::{Reply, Service};

/// Every scope that a change needs.
pub const ALL: &str = "client:write client:delete client_type:write client_type:delete role:write role:delete user:write \
     AccessManager:Create AccessManager:Read AccessManager:Update AccessManager:Delete AccessManager:Import";

/// The change, not made.
pub fn dry(service: &Service, method: Method, path: &str, body: &str) -> Reply {
    service.call_with(method, path, &mint(ALL), &[(Header::Prefer, "dry-run")], body)
}

/// The change, made.
pub fn real(service: &Service, method: Method, path: &str, body: &str) -> Reply {
    service.call(method, path, &mint(ALL), body)
}

/// The body of a refusal without the id of the request.
pub fn words(reply: &Reply) -> Value {
    let mut json = reply.json.clone();
    for (object, member) in [("meta", "request_id"), ("meta", "idempotency_key")] {
        if let Some(object) = json.get_mut(object).and_then(Value::as_object_mut) {
            object.remove(member);
        }
    }
    if let Some(object) = json.as_object_mut() {
        object.remove("RequestKey");
    }
    json
}
