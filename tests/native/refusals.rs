//! The same refusals for every protected route of the table, whatever it does: what a new route gets for free.

use mithril_edge::http::Method;
use mithril_edge::routes::{ROUTES, Route};
use serde_json::json;

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
