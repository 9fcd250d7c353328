//! The same refusals for every protected route of the table, whatever it does: what a new route gets for free.

use std::collections::BTreeSet;

use mithril_edge::db::error::DbError;
use mithril_edge::http::{Header, Method, Response};
use mithril_edge::routes::{ROUTES, Route};
use serde_json::json;

use crate::support::contract;
use crate::support::tokens::{Signer, sign};
use crate::support::{Reply, Service};

const CLIENT: &str = "1380df72-275a-11e7-93ae-92361f002671";

fn call(service: &Service, route: &Route, token: &str) -> Reply {
    let path: Vec<&str> = route.path.split('/').map(|part| if part.starts_with('{') { CLIENT } else { part }).collect();
    service.call(route.method, &path.join("/"), token, "")
}

fn protected() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| !route.access.scopes().is_empty())
}

#[test]
fn no_route_answers_a_token_that_is_not_valid() {
    for route in protected() {
        let scope = route.access.scopes().join(" ");
        let service = Service::default();
        for token in [
            String::new(),
            sign(Signer::Stranger, json!({}), json!({ "scope": scope })),
            sign(Signer::LoginEs256, json!({}), json!({ "scope": scope, "exp": 1 })),
        ] {
            let reply = call(&service, route, &token);
            assert_eq!(reply.status, 401, "{:?} {}", route.method, route.path);
            assert!(reply.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer realm=")));
        }
        assert_eq!(service.platform.trips.get(), 0);
    }
}

#[test]
fn no_route_answers_a_token_without_its_scope() {
    let all: Vec<&str> = protected().flat_map(|route| route.access.scopes()).copied().collect();
    for route in protected() {
        let mine = route.access.scopes();
        let others: Vec<&str> = all.iter().filter(|scope| !mine.contains(scope)).copied().collect();
        let service = Service::default();
        let reply = call(&service, route, &sign(Signer::LoginEs256, json!({}), json!({ "scope": others.join(" ") })));
        assert_eq!((reply.status, service.platform.trips.get()), (403, 0), "{:?} {}", route.method, route.path);
        assert!(reply.header("www-authenticate").is_some_and(|value| value.contains("insufficient_scope")));
    }
}

#[test]
fn no_route_knows_a_method_that_http_does_not() {
    for route in ROUTES {
        let service = Service::default();
        let reply = service.send(Method::Other, route.path, &[], "");
        assert_eq!(reply.status, 405, "{}", route.path);
        assert!(reply.header("allow").is_some_and(|allow| allow.contains(route.method.as_str())));
    }
}

#[test]
fn a_blocked_client_changes_nothing_anywhere() {
    for route in protected().filter(|route| route.method == Method::Delete) {
        let service = Service::default();
        let claims =
            json!({ "scope": route.access.scopes().join(" "), "client_id": "3580df72-275a-11e7-93ae-92361f002673" });
        let path = route
            .path
            .replace("{id}", CLIENT)
            .replace("{connection_id}", "e5372365-d47a-467f-81d0-f35117864352")
            .replace("/User/{Id}", "/User/4711")
            .replace("{Id}", "GROUP-A")
            .replace("{SubId}", "4711");
        let token = sign(Signer::LoginEs256, json!({}), claims);
        let before =
            service.sql::<i64>("SELECT (SELECT count(*) FROM connections) + (SELECT count(*) FROM permissions)");
        assert_eq!(service.call(route.method, &path, &token, "").status, 401, "{path}");
        let after =
            service.sql::<i64>("SELECT (SELECT count(*) FROM connections) + (SELECT count(*) FROM permissions)");
        assert_eq!((after, service.sql::<i64>("SELECT count(*) FROM audit")), (before, 0), "{path}");
    }
}

/// The answer to any request is held to the headers that every answer has (`Service::raw`).
fn protected_answer(service: &Service, method: Method, path: &str, token: &str, body: &[u8]) -> Response {
    let authorization = format!("Bearer {token}");
    let content_type = match body.first() {
        Some(b'g') => "application/x-www-form-urlencoded",
        Some(b't') => "text/plain",
        _ => "application/json",
    };
    let headers = [(Header::ContentType, content_type), (Header::Authorization, authorization.as_str())];
    // The token endpoints take the form's credentials, and no others beside them.
    let count = if token.is_empty() { 1 } else { 2 };
    let response = service.raw(method, path, &headers[..count], body);
    assert_eq!(contract::unprotected(path, &response), None, "{} {path}: {}", method.as_str(), response.status);
    response
}

#[test]
fn every_answer_of_every_route_keeps_caches_sniffers_and_plain_http_out() {
    let mut seen = BTreeSet::new();
    for route in ROUTES {
        let path = route.path.replace("{SubId}", "4711").replace("{Id}", "GROUP-A");
        let path: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { CLIENT } else { part }).collect();
        let path = path.join("/");
        let scope = route.access.scopes().join(" ");
        let token = sign(Signer::LoginEs256, json!({}), json!({ "scope": scope }));
        let large = vec![b' '; 1 << 20];
        for (method, token, body) in [
            (route.method, "", &b""[..]),
            (route.method, sign(Signer::LoginEs256, json!({}), json!({})).as_str(), b""),
            (route.method, &token, b""),
            (route.method, &token, b"{}"),
            (route.method, &token, b"{"),
            (route.method, &token, b"text"),
            (route.method, &token, &large),
            (Method::Options, &token, b""),
            (Method::Head, &token, b""),
            (Method::Other, &token, b""),
        ] {
            seen.insert(protected_answer(&Service::default(), method, &path, token, body).status);
        }
        for fault in [DbError::Unavailable("gone".to_owned()), DbError::Other("broken".to_owned())] {
            let service = Service::default();
            *service.platform.fault.borrow_mut() = Some(fault);
            seen.insert(protected_answer(&service, route.method, &path, &token, b"{}").status);
        }
        let service = Service::default();
        service.platform.allowance.set(0);
        let form = format!("grant_type=client_credentials&client_id={CLIENT}&client_secret=x&token=x");
        seen.insert(protected_answer(&service, route.method, &path, "", form.as_bytes()).status);
    }
    for path in ["/", "/nothing", "/Endpoint/nothing", "/oAuth/nothing", "/.well-known/nothing"] {
        seen.insert(protected_answer(&Service::default(), Method::Get, path, "", b"").status);
    }
    for status in [200, 204, 400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503] {
        assert!(seen.contains(&status), "{status} is not among {seen:?}");
    }
}

#[test]
fn a_service_at_a_plain_http_address_does_not_send_browsers_to_https() {
    for issuer in [None, Some("http://localhost:8787"), Some("HTTP://edge.test"), Some("edge.test")] {
        let service = Service::with(|raw| raw.issuer = issuer.map(str::to_owned));
        let response = service.raw(Method::Get, "/healthz", &[], b"");
        let names: Vec<&str> = response.headers.iter().map(|(name, _)| *name).collect();
        assert!(
            !names.contains(&"strict-transport-security") && names.contains(&"x-content-type-options"),
            "{issuer:?}"
        );
    }
}
