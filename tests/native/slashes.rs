//! A slash at the end of an address does not count, on any route, for any method.

use mithril_edge::http::{Header, Method};
use mithril_edge::routes::ROUTES;

use crate::support::routes::{CLINIC, Example, endpoint_changes, endpoint_reads, examples, whole_service};
use crate::support::{Reply, Service, mint};

/// What a call answers on a service whose random bytes are always the same.
fn answer(call: impl Fn(&Service) -> Reply) -> (u16, Vec<(&'static str, String)>, String) {
    let mut service = whole_service();
    service.app = mithril_edge::memory::App::new(&mithril_edge::settings::RawSettings {
        cors_origins: Some("https://page.test".to_owned()),
        ..crate::support::tokens::settings()
    });
    service.platform.chance.set(Some(1));
    let reply = call(&service);
    (reply.status, reply.headers, reply.text.replace("/\",\"type\"", "\",\"type\""))
}

fn all() -> Vec<Example> {
    [examples(), endpoint_changes(), endpoint_reads()].into_iter().flatten().collect()
}

/// The pattern with an id in each place.
fn some_path(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| if part.starts_with('{') { CLINIC } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_that_asks_for_a_token_does_the_same_with_a_slash() {
    for Example { route, path, body, status } in all() {
        let token = mint(&route.access.scopes().join(" "));
        let without = answer(|service| service.call(route.method, &path, &token, body));
        let with = answer(|service| service.call(route.method, &format!("{path}/"), &token, body));
        assert_eq!((without.0, &with), (status, &without), "{} {path}/", route.method.as_str());
    }
}

#[test]
fn every_route_refuses_the_same_with_a_slash() {
    for route in ROUTES {
        let path = some_path(route.path);
        let headers = [
            (Header::Origin, "https://page.test"),
            (Header::PreflightMethod, route.method.as_str()),
            (Header::ContentType, "application/x-www-form-urlencoded"),
        ];
        // Without a token and with an empty form; with a method that no route has; a preflight.
        for (method, headers) in
            [(route.method, &headers[2..]), (Method::Other, &headers[..1]), (Method::Options, &headers[..2])]
        {
            let without = answer(|service| service.send(method, &path, headers, ""));
            let with = answer(|service| service.send(method, &format!("{path}/?x=1"), headers, ""));
            assert_eq!(with, without, "{} {path}/", method.as_str());
        }
    }
}

#[test]
fn two_slashes_are_another_address_and_so_is_the_root() {
    for path in ["/healthz//", "//healthz", "/admin//roles", "/", "//"] {
        assert_eq!(Service::default().send(Method::Get, path, &[], "").status, 404, "{path}");
    }
    // An empty id is no id: this is the address of the list, and a list cannot be deleted.
    let token = mint("client:read client:delete");
    assert_eq!(Service::default().call(Method::Get, "/api/clients/", &token, "").status, 200);
    assert_eq!(Service::default().call(Method::Delete, "/admin/clients/", &token, "").status, 405);
}

#[test]
fn a_repeat_under_a_key_may_have_the_slash_or_not() {
    let service = Service::default();
    let body = r#"{"name":"Repeated","scope":"a:read"}"#;
    let key = [(Header::IdempotencyKey, "slash")];
    let first = service.call_with(Method::Post, "/admin/roles", &mint("role:write"), &key, body);
    let again = service.call_with(Method::Post, "/admin/roles/", &mint("role:write"), &key, body);
    assert_eq!((first.status, again.status, &again.json["data"]), (201, 201, &first.json["data"]));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM roles WHERE name = 'Repeated'"), 1);
}
