//! What an operator sees: readiness, counts of answers, refusals in the log, and that the page on operating names
//! every code.

use std::fs;

use mithril_edge::db::error::DbError;
use mithril_edge::http::Method::Get;
use mithril_edge::log::RefusalSampler;
use mithril_edge::ports::Point;
use mithril_edge::settings::RawSettings;
use serde_json::{Value, json};

use crate::support::routes::ADMINISTRATION;
use crate::support::{Service, mint};

const ROLE: &str = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";

fn ready(service: &Service) -> u16 {
    service.send(Get, "/readyz", &[], "").status
}

fn last_line(service: &Service) -> Value {
    serde_json::from_str(service.platform.log.borrow().last().unwrap()).unwrap()
}

/// An array in the order of a struct's fields is not the object that a setting is to hold.
#[test]
fn settings_are_objects_and_nothing_is_read_out_of_arrays() {
    let problems = |set: &dyn Fn(&mut RawSettings)| Service::with(set).app.settings.problems.join("; ");
    assert_eq!(problems(&|_| ()), "");
    let key = json!(["oct", "a", "HS256", null, null, null, null, null, null, "A".repeat(43), null]);
    for keys in [json!([[]]), json!({ "keys": [key] })] {
        let said = problems(&|raw| raw.signing_keys = Some(keys.to_string()));
        assert_eq!(said, "SIGNING_KEYS is not a JWK Set");
    }
    let said = problems(&|raw| raw.secret_peppers = Some(json!([[1, "A".repeat(43)]]).to_string()));
    assert_eq!(said, "SECRET_PEPPERS is not a JSON array of {version, key}");
    let with_jwks = |jwks: Value| json!({ "issuer": "https://a.example", "audience": "a", "jwks": jwks });
    for issuer in [
        json!(["https://a.example", "a", null, "https://a.example/jwks", null]),
        with_jwks(json!([[{ "kty": "oct", "k": "A".repeat(43) }]])),
        with_jwks(json!({ "keys": [key] })),
    ] {
        let said = problems(&|raw| raw.trusted_issuers = Some(json!([issuer]).to_string()));
        assert_eq!(
            said,
            "TRUSTED_ISSUERS[0] is not {issuer, audience, jwks | jwks_uri, typ, client_types, scope, max_lifetime}: ignored"
        );
    }
    // The same key as an object is one.
    let issuer = with_jwks(json!({ "keys": [{ "kty": "oct", "k": "A".repeat(43) }] }));
    assert_eq!(problems(&|raw| raw.trusted_issuers = Some(json!([issuer]).to_string())), "");
}

#[test]
fn a_service_without_its_keys_its_peppers_or_its_database_is_not_ready() {
    let no_key = Service::with(|raw| raw.signing_keys = None);
    assert_eq!(ready(&no_key), 503);
    assert_eq!(last_line(&no_key)["cause"], "no key to sign with");
    let no_pepper = Service::with(|raw| raw.secret_peppers = None);
    assert_eq!(ready(&no_pepper), 503);
    assert_eq!((no_key.platform.trips.get(), no_pepper.platform.trips.get()), (0, 0));

    let service = Service::default();
    *service.platform.fault.borrow_mut() = Some(DbError::Unavailable("overloaded".to_owned()));
    let reply = service.send(Get, "/readyz", &[], "");
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
    let error = json!({ "type": "internal_error", "message": "Service is temporarily unavailable." });
    assert_eq!(reply.json["error"], error);
    assert_eq!(last_line(&service)["cause"], "overloaded");
    service.platform.fault.take();
    // The process answers all the same.
    assert_eq!(service.send(Get, "/healthz", &[], "").status, 200);
    service.platform.load("DROP TABLE totals");
    service.platform.now.set(service.platform.now.get() + 5);
    assert_eq!(ready(&service), 503);
    assert_eq!(last_line(&service)["cause"], "no such table: totals");
}

#[test]
fn the_database_is_asked_for_readiness_once_in_five_seconds() {
    let service = Service::default();
    service.platform.load(ADMINISTRATION);
    let start = service.platform.now.get();
    for (second, trips) in [(0, 1), (1, 1), (4, 1), (5, 2), (9, 2), (10, 3)] {
        service.platform.now.set(start + second);
        let reply = service.send(Get, "/readyz", &[], "");
        assert_eq!((reply.status, reply.json), (200, json!({ "status": "ready" })));
        assert_eq!(service.platform.trips.get(), trips, "{second}");
    }
    service.platform.now.set(start + 15);
    *service.platform.fault.borrow_mut() = Some(DbError::Unavailable("overloaded".to_owned()));
    assert_eq!((ready(&service), ready(&service)), (503, 503));
    service.platform.fault.take();
    service.platform.now.set(start + 20);
    assert_eq!(ready(&service), 200);
}

#[test]
fn calls_that_come_together_ask_the_database_once_also_when_nothing_is_known_yet() {
    let service = Service::default();
    assert_eq!((service.together("/readyz", 5), service.platform.trips.get()), (vec![200; 5], 1));
    service.platform.now.set(service.platform.now.get() + 5);
    assert_eq!((service.together("/readyz", 5), service.platform.trips.get()), (vec![200; 5], 2));
    let service = Service::default();
    *service.platform.fault.borrow_mut() = Some(DbError::Unavailable("overloaded".to_owned()));
    let trips = service.platform.trips.get();
    assert_eq!(service.together("/readyz", 5), [503; 5]);
    // A read that fails is tried twice.
    assert_eq!(service.platform.trips.get() - trips, 2);
}

#[test]
fn a_call_that_is_dropped_half_way_leaves_the_question_to_the_next() {
    let service = Service::default();
    service.platform.is_slow.set(true);
    let mut dropped = service.begin("/readyz");
    assert!(dropped.poll().is_none());
    drop(dropped);
    assert_eq!((service.together("/readyz", 2), service.platform.trips.get()), (vec![200; 2], 1));
}

#[test]
fn every_answer_of_a_route_is_counted_by_route_status_and_code() {
    let service = Service::default();
    service.call(Get, ROLE, &mint("role:read"), "");
    service.call(Get, ROLE, &mint(""), "");
    service.call(Get, "/nowhere", &mint(""), "");
    let point = |status, code| Point { method: "GET", route: "/admin/roles/{id}", status, code };
    assert_eq!(*service.platform.points.borrow(), [point(200, ""), point(403, "scope_missing")]);
}

#[test]
fn of_a_flood_of_refusals_a_sample_is_logged_and_the_rest_is_told() {
    let service = Service::default();
    let (whole, sample) = (RefusalSampler::WHOLE, RefusalSampler::SAMPLE);
    for _ in 0..whole + 2 * sample + 7 {
        service.send(Get, ROLE, &[], "");
    }
    assert_eq!(service.platform.log.borrow().len() as u32, whole + 2);
    assert_eq!(last_line(&service)["refused_unlogged"], sample - 1);
    assert_eq!(service.platform.points.borrow().len() as u32, whole + 2 * sample + 7);
    // Other answers are always logged, and bring what is left.
    service.send(Get, "/healthz", &[], "");
    assert_eq!(last_line(&service)["refused_unlogged"], 7);
    service.send(Get, "/healthz", &[], "");
    assert_eq!(last_line(&service).get("refused_unlogged"), None);
    // The next minute starts anew.
    service.platform.now.set(service.platform.now.get() + 60);
    let lines = service.platform.log.borrow().len();
    service.send(Get, ROLE, &[], "");
    assert_eq!(service.platform.log.borrow().len(), lines + 1);
}

/// The words that the `code` functions can answer, read from their source.
fn codes(file: &str) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let body = text.split_once("fn code(").expect("a code function").1.split_once("\n    }\n").expect("its end").0;
    body.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_page_on_operating_lists_every_code_and_no_other() {
    let page = fs::read_to_string("docs/operating.md").unwrap();
    let table = page.split_once("<!-- codes -->").unwrap().1.split_once("<!-- /codes -->").unwrap().0;
    let mut listed: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let mut known: Vec<String> = ["src/base/failure.rs", "src/base/token_refusal.rs", "src/base/oauth_refusal.rs"]
        .into_iter()
        .flat_map(codes)
        .collect();
    assert!(known.len() > 45, "{known:?}");
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
}
