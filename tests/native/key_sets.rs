//! Key sets that are fetched from an issuer: what is read as one, how long it is used, and how often it is asked for.

use serde_json::json;

use crate::support::Service;
use crate::support::platform::NOW;
use crate::support::tokens::{AUDIENCE, LOGIN, Signer, login_jwk, sign};
use crate::tokens::{code, status};

const JWKS: &str = "https://login.test/jwks";

fn remote() -> Service {
    let service = Service::with(|raw| {
        let issuer = json!([{ "issuer": LOGIN, "audience": AUDIENCE, "jwks_uri": JWKS, "max_lifetime": 100_000 }]);
        raw.trusted_issuers = Some(issuer.to_string());
    });
    serve(&service, "ec");
    service
}

fn serve(service: &Service, kid: &str) {
    let set = json!({ "keys": [login_jwk(kid)] }).to_string();
    service.platform.web.borrow_mut().insert(JWKS.to_owned(), Ok(set));
}

fn take_down(service: &Service) {
    service.platform.web.borrow_mut().clear();
}

fn under(kid: &str) -> String {
    sign(Signer::LoginEs256, json!({ "kid": kid }), json!({ "scope": "role:read", "exp": NOW + 100_000 }))
}

/// Unusable keys are passed over, but a set that is not written as one is not read at all.
#[test]
fn a_fetched_set_is_an_object_of_objects() {
    let jwk = login_jwk("ec");
    let array = json!(["EC", "ec", null, null, "P-256", jwk["x"], jwk["y"], null, null, null, null]);
    for (set, expected) in [
        (json!({ "keys": [jwk] }), 200),
        (json!({ "keys": [{ "kty": "new" }, jwk] }), 200),
        (json!([[jwk]]), 401),
        (json!({ "keys": [array] }), 401),
        (json!({ "keys": [jwk, array] }), 401),
        (json!({ "keys": [jwk, null] }), 401),
        (json!({ "keys": jwk }), 401),
        (json!([jwk]), 401),
    ] {
        let service = remote();
        service.platform.web.borrow_mut().insert(JWKS.to_owned(), Ok(set.to_string()));
        assert_eq!(status(&service, &under("ec")), expected, "{set}");
        assert_eq!(code(&service), if expected == 200 { "" } else { "token_keys_unreachable" }, "{set}");
    }
}

#[test]
fn an_unknown_kid_fetches_at_once_and_then_not_for_30_seconds() {
    let service = remote();
    assert_eq!((status(&service, &under("ec")), service.platform.fetches.get()), (200, 1));
    serve(&service, "rotated");
    assert_eq!((status(&service, &under("rotated")), service.platform.fetches.get()), (200, 2));
    serve(&service, "again");
    for (later, expected, fetches) in [(0, 401, 2), (29, 401, 2), (30, 200, 3), (31, 200, 3)] {
        service.platform.now.set(NOW + later);
        assert_eq!(
            (status(&service, &under("again")), service.platform.fetches.get()),
            (expected, fetches),
            "{later} s"
        );
    }
}

#[test]
fn an_issuer_out_of_reach_is_asked_every_30_seconds_at_most() {
    let service = remote();
    take_down(&service);
    for (later, fetches) in [(0, 1), (0, 1), (29, 1), (30, 2), (59, 2), (60, 3)] {
        service.platform.now.set(NOW + later);
        assert_eq!((status(&service, &under("ec")), service.platform.fetches.get()), (401, fetches), "after {later} s");
        assert_eq!(code(&service), "token_keys_unreachable");
    }
    serve(&service, "ec");
    service.platform.now.set(NOW + 90);
    assert_eq!(status(&service, &under("ec")), 200);
}

#[test]
fn a_key_that_was_taken_out_is_honoured_for_ten_minutes_by_remembered_tokens_too() {
    let service = remote();
    let token = under("ec");
    assert_eq!(status(&service, &token), 200);
    serve(&service, "other");
    for (later, expected) in [(599, 200), (600, 401), (601, 401)] {
        service.platform.now.set(NOW + later);
        assert_eq!(status(&service, &token), expected, "after {later} s");
    }
}

#[test]
fn known_keys_outlive_their_issuers_outage_by_four_hours() {
    let service = remote();
    let token = under("ec");
    assert_eq!(status(&service, &token), 200);
    take_down(&service);
    for (later, expected) in [(600, 200), (4 * 3600 - 1, 200), (4 * 3600, 401)] {
        service.platform.now.set(NOW + later);
        assert_eq!(status(&service, &token), expected, "after {later} s");
    }
}

#[test]
fn a_stranger_never_makes_the_database_or_the_issuer_work_twice() {
    let service = remote();
    for _ in 0..20 {
        let token = sign(Signer::Stranger, json!({ "kid": "made up" }), json!({ "scope": "role:read" }));
        assert_eq!(status(&service, &token), 401);
    }
    // The set is fetched for the first, and once more for a kid that it does not hold.
    assert!(service.platform.fetches.get() <= 2);
    assert_eq!(service.platform.trips.get(), 0);
}
