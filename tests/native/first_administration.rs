//! Until somebody can administrate, the service says which command and which document help: `/readyz`, and the 403 of
//! routes for administrations. The database has its tables and nothing else (`schema` holds them to the migrations).

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Get, Post};
use mithril_edge::identity::access::Access;
use serde_json::{Value, json};

use crate::support::routes::{ADMINISTRATION, Example, examples};
use crate::support::tokens::{ADMIN, mint_as, settings};
use crate::support::{Reply, Service, mint};

const HINT: &str = "Forbidden. There is no administration yet: docs/operating.md, section \"The first administration\", \
                    says how to make it.";
const MAKE: &str = "
INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at)
  VALUES ('type-admin', 'MITHRIL ADMIN', 'client:read', 'any', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z');";

fn empty() -> Service {
    Service::over("", &settings())
}

/// The administration's client. Without a connection, nothing gives it a token of this service.
fn add_client(service: &Service) {
    service.platform.load(MAKE);
    service.platform.load(&format!(
        "INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
         VALUES ('{ADMIN}', 'Administration', 'type-admin', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z');"
    ));
}

fn readiness(service: &Service) -> Value {
    let reply = service.send(Get, "/readyz", &[], "");
    assert_eq!(reply.status, 200, "the service can work all the same");
    reply.json
}

fn for_administrations() -> impl Iterator<Item = Example> {
    examples().into_iter().filter(|example| matches!(example.route.access, Access::AnyClient(_) | Access::Unbounded(_)))
}

/// A call of the first operator, whose client type nobody has made yet.
fn call(service: &Service, example: &Example) -> Reply {
    let token = mint(&example.route.access.scopes().join(" "));
    service.call(example.route.method, &example.path, &token, example.body)
}

#[test]
fn a_route_for_administrations_names_the_document_in_its_own_round_trip_and_changes_nothing() {
    let mut routes = 0;
    for example in for_administrations() {
        let mut service = empty();
        let before = service.dump();
        for round_trips in 1..=3 {
            if round_trips == 3 {
                service.restart();
            }
            let reply = call(&service, &example);
            let error = json!({ "type": "forbidden", "message": HINT });
            let place = format!("{} {}", example.route.method.as_str(), example.path);
            assert_eq!((reply.status, &reply.json["error"]), (403, &error), "{place}");
            assert_eq!(service.platform.trips.get(), round_trips, "{place}");
        }
        assert_eq!(service.dump(), before);
        let line: Value = serde_json::from_str(service.platform.log.borrow().last().expect("a line")).unwrap();
        assert_eq!(line["code"], "no_administration");
        routes += 1;
    }
    assert!(routes > 15, "{routes}");
}

#[test]
fn the_hint_comes_under_an_idempotency_key_too_and_not_without_the_scope() {
    let service = empty();
    let body = r#"{"name":"New","client_type_id":"x"}"#;
    let key = [(Header::IdempotencyKey, "key")];
    for _ in 0..2 {
        let reply = service.call_with(Post, "/admin/clients", &mint("client:write"), &key, body);
        assert_eq!((reply.status, &reply.json["error"]["message"]), (403, &json!(HINT)));
    }
    let reply = service.call(Get, "/admin/clients", &mint("role:read"), "");
    assert_eq!((reply.status, &reply.json["error"]["message"]), (403, &json!("forbidden")), "the scope comes first");
}

#[test]
fn once_there_is_an_administration_nobody_is_told_the_document() {
    for example in for_administrations() {
        let service = empty();
        let stranger = mint_as("MSP", "1380df72-275a-11e7-93ae-92361f002671", &example.route.access.scopes().join(" "));
        let message = |service: &Service| {
            let reply = service.call(example.route.method, &example.path, &stranger, example.body);
            assert_eq!(reply.status, 403, "{}", example.path);
            reply.json["error"]["message"].clone()
        };
        assert_eq!(message(&service), HINT);
        add_client(&service);
        assert_eq!(message(&service), HINT, "a client without a connection gets no token");
        service.platform.load(ADMINISTRATION);
        service.platform.trips.set(0);
        assert_eq!([message(&service), message(&service)], ["Forbidden", "Forbidden"], "{}", example.path);
        // The second answer to a read comes from memory.
        let trips = if example.route.method == Get { 1 } else { 2 };
        assert_eq!(service.platform.trips.get(), trips, "{}", example.path);
    }
}

#[test]
fn readiness_says_that_nobody_can_administrate_until_somebody_can() {
    let service = empty();
    let warning = "No administration yet. Make one with `npm run admin:init`: docs/operating.md, section \
                   \"The first administration\".";
    let warned = json!({ "status": "ready", "warning": warning });
    let seconds = |more: i64| service.platform.now.set(service.platform.now.get() + more);
    assert_eq!(readiness(&service), warned);
    add_client(&service);
    seconds(5);
    assert_eq!(readiness(&service), warned, "a client without a connection");
    service.platform.load(ADMINISTRATION);
    seconds(4);
    assert_eq!((readiness(&service), service.platform.trips.get()), (warned, 2), "found less than five seconds ago");
    seconds(1);
    assert_eq!((readiness(&service), service.platform.trips.get()), (json!({ "status": "ready" }), 3));
    seconds(1);
    assert_eq!((readiness(&service), service.platform.trips.get()), (json!({ "status": "ready" }), 3));
}
