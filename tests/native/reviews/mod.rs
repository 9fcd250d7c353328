//! Access reviews (docs/access.md): what a review lists, what a decision does, and what its record says.

mod closing;
mod deciding;
mod export;
mod oracle;
mod taking;

use mithril_edge::http::Method::{Get, Patch, Post};
use serde_json::{Value, json};

use crate::support::{Reply, Service, mint};

/// The scope of reviews, and those that revoking a right needs.
pub const ALL: &str = "access:review user:write connection:delete AccessManager:Delete AccessUser:Delete audit:read";

pub fn post(service: &Service, body: &Value) -> Reply {
    service.call(Post, "/admin/reviews", &mint(ALL), &body.to_string())
}

/// A new review's id.
pub fn taken(service: &Service, target: &Value) -> String {
    let mut body = json!({ "name": "Autumn" });
    body.as_object_mut().expect("an object").extend(target.as_object().expect("an object").clone());
    let reply = post(service, &body);
    assert_eq!(reply.status, 201, "{body} {} {:?}", reply.text, service.platform.log.borrow().last());
    reply.json["data"]["id"].as_str().expect("an id").to_owned()
}

/// A review of all rights.
pub fn everything(service: &Service) -> String {
    taken(service, &json!({ "everything": true }))
}

/// All items of a review.
pub fn items(service: &Service, review: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for page in 1.. {
        let reply = service.call(Get, &format!("/admin/reviews/{review}/items?page={page}"), &mint(ALL), "");
        assert_eq!(reply.status, 200, "{}", reply.text);
        found.extend(reply.json["data"].as_array().expect("items").iter().cloned());
        if reply.json["paging"]["total_pages"].as_u64().expect("pages") <= page {
            break;
        }
    }
    found
}

/// The ids of the items of a review.
pub fn ids(service: &Service, review: &str) -> Vec<String> {
    items(service, review).iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

pub fn review(service: &Service, id: &str) -> Value {
    service.call(Get, &format!("/admin/reviews/{id}"), &mint(ALL), "").json["data"].clone()
}

pub fn decide(service: &Service, review: &str, item: &str, body: &Value) -> Reply {
    service.call(Patch, &format!("/admin/reviews/{review}/items/{item}"), &mint(ALL), &body.to_string())
}

pub fn close(service: &Service, review: &str, body: &str) -> Reply {
    service.call(Patch, &format!("/admin/reviews/{review}/actions/close"), &mint(ALL), body)
}

pub fn sentence(reply: &Reply) -> &str {
    reply.json["error"]["message"].as_str().unwrap_or_default()
}
