//! Which registered keys an assertion is checked against, and how many signatures one request may cost.

use serde_json::json;

use super::assertion::{TYPE, ask, assertion};
use super::*;
use crate::support::tokens::{Signer, login_jwk};

/// Registers a key set for a connection, past the rules of the API, as an older version may have done.
fn register(service: &Service, connection: &str, keys: &[Value]) {
    let sql = "UPDATE connections SET token_endpoint_auth_method = 'private_key_jwt', jwks = ?1 WHERE id = ?2";
    let set = json!({ "keys": keys }).to_string();
    assert_eq!(service.platform.db.borrow().execute(sql, [set.as_str(), connection]).unwrap(), 1);
}

/// Connections of the clinic, each with one key.
fn many(service: &Service, count: usize, key: impl Fn(usize) -> Value) {
    for at in 0..count {
        service.platform.load(&format!(
            "INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
               VALUES ('mis-{at}', 'M', 'type-mis', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
             INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
               VALUES ('c-{at}', '{CLIENT}', 'mis-{at}', 'https://a.test', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z')"
        ));
        register(service, &format!("c-{at}"), &[key(at)]);
    }
}

/// Another key of this name: the public key of RFC 7517 appendix A.1.
fn other(kid: Value) -> Value {
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" })
}

fn signed(kid: Value, jti: &str) -> String {
    assertion(Signer::LoginEs256, json!({ "kid": kid }), json!({ "jti": jti }))
}

#[test]
fn one_request_checks_ten_signatures_at_most_at_every_address() {
    for kid in [json!(null), json!("ec")] {
        let service = Service::default();
        many(&service, 30, |_| other(kid.clone()));
        for path in ["/oauth/token", "/oauth/tokens", "/oAuth/rest/v2/Token", "/oauth/introspect", "/oauth/revoke"] {
            let jwt = assertion(Signer::Stranger, json!({ "kid": kid }), json!({}));
            let fields = [("grant_type", "client_credentials"), ("token", "x"), ("client_assertion_type", TYPE)];
            service.platform.checked.set(0);
            let reply = if path == "/oauth/tokens" {
                let token =
                    json!({ "grant_type": fields[0].1, "client_assertion_type": TYPE, "client_assertion": jwt });
                let body = json!({ "token": token }).to_string();
                service.send(Method::Post, path, &[(Header::ContentType, "application/json")], &body)
            } else {
                service.form(path, &[fields.as_slice(), &[("client_assertion", &jwt)]].concat())
            };
            assert_eq!((reply.status, service.platform.checked.get()), (401, 10), "{path} {kid}");
        }
    }
}

#[test]
fn an_assertion_whose_claims_do_not_hold_costs_no_signature() {
    let service = Service::default();
    register(&service, CONNECTION, &[login_jwk("ec")]);
    for claims in [json!({ "aud": "x" }), json!({ "exp": 1 }), json!({ "iss": "x" })] {
        assert_eq!(ask(&service, &assertion(Signer::Stranger, json!({}), claims)).status, 401);
    }
    assert_eq!(service.platform.checked.get(), 0);
}

#[test]
fn of_a_long_stored_set_the_first_ten_keys_count() {
    let service = Service::default();
    for (at, expected) in [(0, 200), (9, 200), (10, 401), (29, 401)] {
        let keys: Vec<Value> =
            (0..30).map(|n| if n == at { login_jwk("mine") } else { other(json!(format!("k{n}"))) }).collect();
        register(&service, CONNECTION, &keys);
        service.platform.now.set(service.platform.now.get() + 61);
        service.platform.checked.set(0);
        let jwt = signed(json!("mine"), &at.to_string());
        let jwt = assertion_at(&service, &jwt);
        assert_eq!(ask(&service, &jwt).status, expected, "{at}");
        assert!(service.platform.checked.get() <= 1);
    }
}

/// The same assertion with an end that fits the service's clock.
fn assertion_at(service: &Service, jwt: &str) -> String {
    let (head, claims) = decoded_assertion(jwt);
    let exp = service.platform.now.get() + 60;
    assertion(
        Signer::LoginEs256,
        json!({ "kid": head["kid"] }),
        json!({ "jti": claims["jti"], "exp": exp, "iat": null }),
    )
}

fn decoded_assertion(jwt: &str) -> (Value, Value) {
    decoded(jwt.rsplit_once('.').unwrap().0)
}

#[test]
fn a_kid_is_needed_where_a_set_has_several_keys_and_not_with_one() {
    let service = Service::default();
    register(&service, CONNECTION, &[login_jwk("ec"), other(json!("b"))]);
    for (kid, expected) in [(json!(null), 401), (json!("b"), 401), (json!("EC"), 401), (json!("ec"), 200)] {
        assert_eq!(ask(&service, &signed(kid.clone(), &format!("{kid}"))).status, expected, "{kid}");
    }
    let mut nameless = login_jwk("x");
    nameless.as_object_mut().unwrap().remove("kid");
    for (key, kid, expected) in [
        (login_jwk("ec"), json!(null), 200),
        (login_jwk("ec"), json!("ec"), 200),
        (nameless.clone(), json!(null), 200),
        (nameless, json!("ec"), 401),
    ] {
        let service = Service::default();
        register(&service, CONNECTION, &[key]);
        assert_eq!(ask(&service, &signed(kid.clone(), "1")).status, expected, "{kid}");
    }
}

#[test]
fn among_many_connections_a_kid_finds_the_one() {
    let service = Service::default();
    many(&service, 30, |at| if at == 29 { login_jwk("mine") } else { other(json!(format!("k{at}"))) });
    service.platform.load("UPDATE clients SET priv_settings = '{\"access_type\":\"DIRECT\"}'");
    let reply = ask(&service, &signed(json!("mine"), "1"));
    assert_eq!((reply.status, service.platform.checked.get()), (200, 1), "{:?}", reply.json);
    assert_eq!(ask(&service, &signed(json!("made up"), "2")).status, 401);
    assert_eq!(service.platform.checked.get(), 1);
    assert!(ask(&service, &signed(json!("mine"), "3")).status == 200, "remembered by its kid");
}

#[test]
fn an_upsert_takes_at_most_ten_keys_and_a_kid_for_each_of_several() {
    let service = Service::default();
    let path = format!("/api/clients/{CLIENT}/connections");
    let put = |keys: Vec<Value>| {
        let body = json!({ "consumer_id": "25c03af6-69bd-439e-b0dd-f1669b3dbbfd", "redirect_uri": "https://a.test",
            "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": keys } });
        service.call(Method::Put, &path, &mint("connection:write connection:refresh_secret"), &body.to_string())
    };
    let named = |count: usize| (0..count).map(|at| other(json!(at.to_string()))).collect::<Vec<_>>();
    for keys in [named(11), vec![other(json!("a")), other(json!(null))], vec![other(json!("a")), other(json!("a"))]] {
        let reply = put(keys);
        assert_eq!((reply.status, &reply.json["error"]["invalid"][0]["entry"]), (422, &json!("$.jwks")));
    }
    for keys in [vec![other(json!(null))], named(10)] {
        assert_eq!(put(keys).status, 200);
    }
}
