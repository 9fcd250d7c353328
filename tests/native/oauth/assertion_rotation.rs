//! A client changes its registered keys: every change counts at once, also in an isolate that remembers the former keys.
//! The clock stands still, so nothing is forgotten by age.

use std::mem::swap;

use mithril_edge::memory::App;
use serde_json::json;

use super::assertion::{ask, assertion};
use super::*;
use crate::support::tokens::Signer::{LoginEdDsa, LoginEs256, Stranger};
use crate::support::tokens::{Signer, public_jwk, settings};

const CONSUMER: &str = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";

/// The isolate that a change runs in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Isolate {
    This,
    Another,
}

fn call_in(service: &mut Service, isolate: Isolate, method: Method, path: &str, body: &str) -> u16 {
    let token = mint(&ENFORCED.join(" "));
    let mut app = App::new(&settings());
    if isolate == Isolate::Another {
        swap(&mut service.app, &mut app);
    }
    let status = service.call(method, path, &token, body).status;
    if isolate == Isolate::Another {
        swap(&mut service.app, &mut app);
    }
    status
}

fn put(service: &mut Service, isolate: Isolate, keys: &[Value]) {
    let path = format!("/api/clients/{CLIENT}/connections");
    let body = json!({ "consumer_id": CONSUMER, "redirect_uri": "https://clinic.example/callback",
        "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": keys } });
    assert!([200, 201].contains(&call_in(service, isolate, Method::Put, &path, &body.to_string())));
}

/// The status of a token request by an assertion that was not used before.
fn asked(service: &Service, signer: Signer, kid: &str) -> u16 {
    let (alg, jti) = (if signer == LoginEdDsa { "EdDSA" } else { "ES256" }, service.platform.statements.borrow().len());
    let jwt = assertion(signer, json!({ "alg": alg, "kid": kid }), json!({ "jti": jti.to_string() }));
    ask(service, &jwt).status
}

/// The same key, described in other words and in another order.
fn reworded(jwk: &Value) -> Value {
    let mut text = "{\"use\":\"sig\",\"key_ops\":[\"verify\"],\"note\":\"new\"".to_owned();
    for name in ["y", "x", "crv", "kty", "kid"] {
        text += &format!(",\"{name}\":{}", jwk[name]);
    }
    serde_json::from_str(&(text + "}")).unwrap()
}

#[test]
fn every_change_of_a_key_set_counts_from_the_next_assertion_on() {
    let old = public_jwk(LoginEs256, "a");
    let new = public_jwk(LoginEdDsa, "b");
    let in_place = public_jwk(LoginEdDsa, "a");
    let cases = [
        ("added", vec![old.clone()], vec![old.clone(), new.clone()], [(LoginEs256, "a", 200), (LoginEdDsa, "b", 200)]),
        ("replaced", vec![old.clone()], vec![new.clone()], [(LoginEs256, "a", 401), (LoginEdDsa, "b", 200)]),
        (
            "removed",
            vec![old.clone(), new.clone()],
            vec![new.clone()],
            [(LoginEs256, "a", 401), (LoginEdDsa, "b", 200)],
        ),
        ("same kid", vec![old.clone()], vec![in_place], [(LoginEs256, "a", 401), (LoginEdDsa, "a", 200)]),
        (
            "reworded",
            vec![old.clone()],
            vec![reworded(&old), new.clone()],
            [(LoginEs256, "a", 200), (LoginEdDsa, "b", 200)],
        ),
        (
            "another name",
            vec![old.clone()],
            vec![public_jwk(LoginEs256, "c"), new],
            [(LoginEs256, "a", 401), (LoginEs256, "c", 200)],
        ),
    ];
    for (name, before, after, expected) in cases {
        for isolate in [Isolate::This, Isolate::Another] {
            let mut service = Service::default();
            // Twice, so that the isolate remembers what each of the two sets answered.
            for _ in 0..2 {
                put(&mut service, isolate, &before);
                assert_eq!(asked(&service, LoginEs256, "a"), 200, "{name} {isolate:?}");
                // What fails before the change in the same second does not delay it.
                for (signer, kid) in [(Stranger, "a"), (Stranger, "b"), (Stranger, "c")] {
                    assert_eq!(asked(&service, signer, kid), 401);
                }
                put(&mut service, isolate, &after);
                for (signer, kid, status) in expected {
                    assert_eq!(asked(&service, signer, kid), status, "{name} {isolate:?} {signer:?} {kid}");
                }
            }
        }
    }
}

#[test]
fn a_key_is_found_at_a_connection_that_was_made_anew() {
    for isolate in [Isolate::This, Isolate::Another] {
        let mut service = Service::default();
        let keys = [public_jwk(LoginEs256, "a")];
        put(&mut service, isolate, &keys);
        assert_eq!(asked(&service, LoginEs256, "a"), 200);
        let path = format!("/api/clients/{CLIENT}/connections/{CONNECTION}");
        assert_eq!(call_in(&mut service, isolate, Method::Delete, &path, ""), 200);
        assert_eq!(asked(&service, LoginEs256, "a"), 401, "{isolate:?}");
        put(&mut service, isolate, &keys);
        assert_eq!(asked(&service, LoginEs256, "a"), 200, "{isolate:?}");
    }
}

#[test]
fn an_assertion_that_no_key_has_signed_costs_one_read_and_no_signature_twice() {
    let mut service = Service::default();
    put(&mut service, Isolate::This, &[public_jwk(LoginEs256, "a"), public_jwk(LoginEdDsa, "b")]);
    assert_eq!(asked(&service, LoginEs256, "a"), 200);
    // An unknown kid costs the read too, and both are counted by the limits of attempts.
    for (kid, signatures) in [("a", 1), ("unknown", 0)] {
        for _ in 0..5 {
            service.platform.trips.set(0);
            service.platform.checked.set(0);
            assert_eq!(asked(&service, Stranger, kid), 401);
            assert_eq!((service.platform.trips.get(), service.platform.checked.get()), (1, signatures), "{kid}");
        }
    }
}
