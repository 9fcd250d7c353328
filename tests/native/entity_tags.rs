//! Entity tags are exact: two forms of a record never share one.

use std::collections::BTreeMap;

use mithril_edge::http::Header;
use mithril_edge::http::Method::{self, Delete, Get, Patch, Post, Put};
use mithril_edge::routes::{Operation, ROUTES};
use mithril_openapi as openapi;
use mithril_openapi::refusals;
use serde_json::{Value, json};

use crate::conditions::{ALL, CONNECTION, ROLE, send, send_as, tag};
use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, examples, service};
use crate::support::tokens::{Signer, sign};
use crate::support::{Reply, Service, mint};

/// Representations by tag: two that differ never share one.
#[derive(Default)]
struct Seen(BTreeMap<(String, String), Value>);

impl Seen {
    fn read(&mut self, service: &Service, token: &str, path: &str) -> String {
        let reply = send_as(service, token, Get, path, &[], "");
        assert_eq!(reply.status, 200, "{path}");
        let (found, data) = (tag(&reply), reply.json["data"].clone());
        let known = self.0.insert((path.to_owned(), found.clone()), data.clone());
        assert!(known.as_ref().is_none_or(|known| *known == data), "{path} {found}: {known:?} and {data}");
        // Once more: what is equal shares it.
        assert_eq!(tag(&send_as(service, token, Get, path, &[], "")), found);
        found
    }
}

#[test]
fn whatever_happens_to_a_record_two_forms_of_it_never_share_a_tag() {
    let mut seen = Seen::default();
    let service = service();
    // Of a second in which nothing is revoked yet. It is ours, because a revocation covers the leeway for others.
    let connection = CONNECTION.rsplit('/').next().unwrap();
    let claims = json!({ "client_type": "MSP", "client_id": CLINIC, "scope": ALL, "iat": NOW + 30,
        "connection_id": connection });
    let (admin, own) = (mint(ALL), sign(Signer::Own, json!({}), claims));
    let (api, whole) = (format!("/api/clients/{CLINIC}"), format!("/admin/clients/{CLINIC}"));
    let mut look = |service: &Service| {
        let is_blocked: bool = service.sql(&format!("SELECT is_blocked FROM clients WHERE id = '{CLINIC}'"));
        for (token, path) in [(&admin, &api), (&admin, &whole)].into_iter().chain((!is_blocked).then_some((&own, &api)))
        {
            seen.read(service, token, path);
        }
        for path in [ROLE, CONNECTION, "/admin/client_types/type-msp"] {
            seen.read(service, &admin, path);
        }
    };
    look(&service);
    let steps = [
        (Put, whole.as_str(), r#"{"name":"New","client_type_id":"type-msp"}"#),
        (Patch, &format!("{whole}/actions/block"), r#"{"block_reason":"x"}"#),
        (Patch, &format!("{whole}/actions/unblock"), ""),
        // Another row that the client shows.
        (Put, "/admin/client_types/type-msp", r#"{"name":"MSP","scope":"a:read"}"#),
        (Put, "/admin/client_types/type-unused", r#"{"name":"MSP2","scope":"a:read"}"#),
        (Put, whole.as_str(), r#"{"name":"New","client_type_id":"type-unused"}"#),
        (Put, "/admin/client_types/type-unused", r#"{"name":"MSP3","scope":"a:read"}"#),
        (Put, whole.as_str(), r#"{"name":"New","client_type_id":"type-msp"}"#),
        (Put, ROLE, r#"{"name":"A","scope":"a:read"}"#),
        (Put, ROLE, r#"{"name":"B","scope":"a:read"}"#),
        (Put, ROLE, r#"{"name":"A","scope":"a:read"}"#),
        (Patch, CONNECTION, r#"{"redirect_uri":"https://a.test"}"#),
        (Patch, &format!("{CONNECTION}/actions/refresh_secret"), ""),
        (
            Put,
            &format!("/api/clients/{CLINIC}/connections"),
            r#"{"redirect_uri":"https://b.test","consumer_id":"1380df72-275a-11e7-93ae-92361f002671"}"#,
        ),
    ];
    for (method, path, body) in steps {
        let reply = send(&service, method, path, &[], body);
        assert!(reply.status < 300, "{path}: {}", reply.json);
        look(&service);
    }
}

/// Within the same second, with an id of the caller's choice.
#[test]
fn a_record_that_was_deleted_and_made_anew_never_has_a_former_tag() {
    let service = service();
    let id = "77770000-275a-11e7-93ae-92361f002671";
    let path = format!("/admin/clients/{id}");
    let mut seen = Vec::new();
    for round in 0..4 {
        let body = json!({ "id": id, "name": format!("Round {round}"), "client_type_id": "type-msp" }).to_string();
        let made = match round % 2 {
            0 => send(&service, Put, &path, &[], &body),
            _ => send(&service, Post, "/admin/clients", &[], &body),
        };
        assert_eq!(made.status, 201);
        seen.push(tag(&made));
        seen.push(tag(&send(&service, Put, &path, &[], &body)));
        assert_eq!(send(&service, Delete, &path, &[], "").status, 200);

        // An access role. Its dialect shows no tags, and Mithril's does not show it; its version is one all the same.
        let body = json!({ "Id": "CHOSEN", "Name": format!("Role {round}") }).to_string();
        let manager = mint("AccessManager:Create AccessManager:Update AccessManager:Delete AccessManager:Import");
        assert_eq!(service.call(Post, "/Endpoint/rest/api/v1/Role", &manager, &body).status, 200);
        seen.push(format!("role {}", service.sql::<i64>("SELECT version FROM roles WHERE id = 'CHOSEN'")));
        assert_eq!(service.call(Delete, "/Endpoint/rest/api/v1/Role/CHOSEN", &manager, "").status, 200);
        // Whoever asks anew is not told of a cached copy.
        service.app.memory.roles.borrow_mut().clear();
        service.platform.cache.borrow_mut().clear();
    }
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), count, "{seen:?}");
}

/// Cloudflare makes a tag weak when it compresses an answer, and a weak tag never matches in `If-Match`.
#[test]
fn every_answer_with_a_tag_forbids_to_transform_it() {
    let forbids = |reply: &Reply| {
        let values: Vec<&str> = reply
            .headers
            .iter()
            .filter(|(name, _)| *name == "cache-control")
            .map(|(_, value)| value.as_str())
            .collect();
        values == ["no-store, no-transform"]
    };
    let mut tagged = 0;
    for example in examples() {
        let doc = openapi::entry(example.route.operation);
        let has_tag = doc.answers.iter().any(|answer| refusals::has_tag(example.route, answer));
        let service = service();
        let token = mint(&example.route.access.scopes().join(" "));
        let reply = service.call(example.route.method, &example.path, &token, example.body);
        let place = format!("{} {}", example.route.method.as_str(), example.path);
        assert_eq!(reply.status, example.status, "{place}");
        assert_eq!(reply.header("etag").is_some(), has_tag, "{place}");
        let Some(tag) = reply.header("etag") else { continue };
        assert!(tag.starts_with('"') && forbids(&reply), "{place}: {tag}");
        tagged += 1;
        if example.route.method == Get {
            let kept = service.call_with(Get, &example.path, &token, &[(Header::IfNoneMatch, tag)], "");
            assert_eq!((kept.status, kept.header("etag"), forbids(&kept)), (304, Some(tag), true), "{place}");
        }
        let head = service.call(Method::Head, &example.path, &token, "");
        assert!(head.status != 200 || forbids(&head), "{place}");
    }
    let documented = ROUTES.iter().filter(|route| {
        let doc = openapi::entry(route.operation);
        route.operation != Operation::AuthorizeApp && doc.answers.iter().any(|answer| refusals::has_tag(route, answer))
    });
    assert_eq!(tagged, documented.count());
    assert!(tagged >= 20, "{tagged}");
}
