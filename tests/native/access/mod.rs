//! Who may do what, and why: decisions and searches (docs/access.md).

mod decisions;
mod lists;
mod oracle;
mod reasons;
mod rights;
mod searches;
pub mod state;
mod vectors;

use mithril_edge::http::Method::Post;
use serde_json::{Value, json};

use crate::support::{Reply, Service, mint};

/// Asks with a token of an administration.
pub fn ask(service: &Service, path: &str, body: &Value) -> Reply {
    let token = mint("access:evaluate access:search");
    service.call(Post, &format!("/access/v1/{path}"), &token, &body.to_string())
}

/// A question.
pub fn question(subject: (&str, &str), action: &str, resource: (&str, &str)) -> Value {
    json!({ "subject": { "type": subject.0, "id": subject.1 }, "action": { "name": action },
        "resource": { "type": resource.0, "id": resource.1 } })
}

/// All results of a search, page by page, each with its place.
pub fn all_results(service: &Service, part: &str, body: &Value, limit: u32) -> Vec<Value> {
    let mut found = Vec::new();
    let mut body = body.clone();
    body["page"] = json!({ "limit": limit });
    loop {
        let reply = ask(service, &format!("search/{part}"), &body);
        assert_eq!(reply.status, 200, "{body} {}", reply.text);
        let results = reply.json["results"].as_array().expect("results");
        assert_eq!(reply.json["page"]["count"], results.len());
        found.extend(results.iter().cloned());
        let next = reply.json["page"]["next_token"].as_str().expect("a token").to_owned();
        if next.is_empty() {
            return found;
        }
        assert_eq!(results.len(), limit as usize, "only the last page is short");
        body["page"]["token"] = json!(next);
    }
}
