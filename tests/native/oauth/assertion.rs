//! `private_key_jwt` (RFC 7523).

use mithril_edge::health::housekeeping;
use serde_json::json;

use super::*;
use crate::audit::wait;
use crate::support::platform::NOW;
use crate::support::tokens::{Signer, login_jwk, sign};

pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn service() -> Service {
    let service = Service::default();
    let jwks = json!({ "keys": [login_jwk("ec")] }).to_string();
    service.platform.load(&format!(
        "UPDATE connections SET token_endpoint_auth_method = 'private_key_jwt', jwks = '{jwks}' WHERE id = '{CONNECTION}'"
    ));
    service
}

/// A valid assertion in which some members of the header and some claims are replaced.
pub fn assertion(signer: Signer, header: Value, changes: Value) -> String {
    let mut head = json!({ "typ": "JWT" });
    let mut claims = json!({ "iss": CLIENT, "sub": CLIENT, "aud": "https://edge.test/oauth/token", "exp": NOW + 60,
        "jti": "a-1", "client_id": null, "client_type": null, "scope": null });
    for (into, from) in [(&mut head, header), (&mut claims, changes)] {
        for (name, value) in from.as_object().unwrap() {
            into[name] = value.clone();
        }
    }
    sign(signer, head, claims)
}

pub fn ask(service: &Service, jwt: &str) -> Reply {
    let fields = [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", jwt)];
    service.form("/oauth/token", &fields)
}

#[test]
fn what_is_not_a_fresh_assertion_of_the_registered_key_is_refused() {
    let service = service();
    let own = |header: Value, claims: Value| assertion(Signer::LoginEs256, header, claims);
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    let cases = [
        ("not the key", assertion(Signer::Stranger, json!({}), json!({}))),
        ("HS256 over anything", assertion(Signer::LoginHs256, json!({ "kid": "ec" }), json!({}))),
        ("alg none", own(json!({ "alg": "none" }), json!({}))),
        ("an access token", own(json!({ "typ": "at+jwt" }), json!({}))),
        ("crit", own(json!({ "crit": ["x"] }), json!({}))),
        ("another kid", own(json!({ "kid": "ed" }), json!({}))),
        ("issuer", own(json!({}), json!({ "iss": other }))),
        ("client", own(json!({}), json!({ "iss": other, "sub": other }))),
        ("no subject", own(json!({}), json!({ "sub": null }))),
        ("audience", own(json!({}), json!({ "aud": "https://edge.test/oauth/token/" }))),
        ("no audience", own(json!({}), json!({ "aud": null }))),
        ("expired", own(json!({}), json!({ "exp": NOW - 61 }))),
        ("no end", own(json!({}), json!({ "exp": null }))),
        ("far end", own(json!({}), json!({ "exp": NOW + 3661 }))),
        ("not yet", own(json!({}), json!({ "nbf": NOW + 100 }))),
        ("garbage", "a.b.c".to_owned()),
        ("long", "a".repeat(9000)),
    ];
    for (name, jwt) in cases {
        let reply = ask(&service, &jwt);
        assert_eq!((reply.status, reply.json["error"].as_str()), (401, Some("invalid_client")), "{name}");
    }
    let jwt = own(json!({}), json!({}));
    let with = |extra: &[(&str, &str)]| {
        let mut fields = vec![("grant_type", "client_credentials"), ("client_assertion", jwt.as_str())];
        fields.extend(extra);
        let reply = service.form("/oauth/token", &fields);
        (reply.status, reply.json["error"].as_str().map(str::to_owned))
    };
    let request = (400, Some("invalid_request".to_owned()));
    assert_eq!(with(&[]), request);
    assert_eq!(with(&[("client_assertion_type", "x")]), request);
    assert_eq!(with(&[("client_assertion_type", TYPE), ("client_secret", "x")]), request);
    assert_eq!(with(&[("client_assertion_type", TYPE), ("client_id", other)]).0, 401);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM used_assertions"), 0, "a stranger writes nothing");
}

#[test]
fn an_assertion_is_good_once_and_costs_one_round_trip_when_the_keys_are_known() {
    let service = service();
    for (trips, jti) in [(2, "1"), (1, "2"), (1, "3")] {
        service.platform.trips.set(0);
        let reply = ask(&service, &assertion(Signer::LoginEs256, json!({}), json!({ "jti": jti })));
        assert_eq!((reply.status, service.platform.trips.get()), (200, trips), "{:?}", reply.json);
    }
    let jwt = assertion(
        Signer::LoginEs256,
        json!({ "kid": null, "typ": null }),
        json!({ "aud": ["https://edge.test", "x"] }),
    );
    assert_eq!(ask(&service, &jwt).status, 200);
    assert_eq!(ask(&service, &jwt).json["error"], "invalid_client");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_assertion_type", TYPE),
        (
            "client_assertion",
            &assertion(Signer::LoginEs256, json!({}), json!({ "aud": "https://edge.test/oAuth/rest/v2/Token" })),
        ),
    ];
    let grant = service.form("/oAuth/rest/v2/Token", &fields);
    assert_eq!(grant.status, 200, "{:?}", grant.json);
    // An address with a slash at its end is the same address, and an assertion may name it as it is called.
    for (jti, audience) in [("a", "https://edge.test/oauth/token/"), ("b", "https://edge.test/oauth/token")] {
        let jwt = assertion(Signer::LoginEs256, json!({}), json!({ "jti": jti, "aud": audience }));
        let fields =
            [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", jwt.as_str())];
        assert_eq!(service.form("/oauth/token/", &fields).status, 200, "{audience}");
    }
    let jwt = assertion(Signer::LoginEs256, json!({}), json!({ "jti": "9" }));
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", grant.json["refresh_token"].as_str().unwrap()),
        ("client_assertion_type", TYPE),
        ("client_assertion", &jwt),
    ];
    assert_eq!(service.form("/oauth/token", &fields).status, 200);
    assert_eq!(service.form("/oauth/token", &fields).json["error"], "invalid_client", "used");
}

/// The other valid ECDSA signature of the same text, (r, n − s).
fn flipped(jwt: &str) -> String {
    // The order n of P-256.
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad,
        0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let mut bytes = Base64UrlUnpadded::decode_vec(signature).unwrap();
    let mut borrow = 0;
    for at in (0..32).rev() {
        let digit = i16::from(ORDER[at]) - i16::from(bytes[32 + at]) - borrow;
        borrow = i16::from(digit < 0);
        bytes[32 + at] = digit.rem_euclid(256) as u8;
    }
    format!("{signed}.{}", Base64UrlUnpadded::encode_string(&bytes))
}

#[test]
fn another_signature_of_a_used_assertion_is_a_second_use_at_every_address() {
    let service = service();
    let jwt = |jti: &str| {
        assertion(Signer::LoginEs256, json!({}), json!({ "jti": jti, "aud": "https://edge.test/oauth/token" }))
    };
    let fresh = jwt("0");
    assert_eq!(ask(&service, &flipped(&fresh)).status, 200, "the flipped signature is as valid as the other");
    assert_eq!(ask(&service, &fresh).json["error"], "invalid_client");
    let addresses = ["/oauth/token", "/oAuth/rest/v2/Token", "/oauth/introspect", "/oauth/revoke", "/oauth/tokens"];
    for (at, path) in addresses.into_iter().enumerate() {
        let jwt = jwt(&(at + 1).to_string());
        let send = |jwt: &str| {
            let grant = [("grant_type", "client_credentials"), ("token", "none")];
            let proof = [("client_assertion_type", TYPE), ("client_assertion", jwt)];
            if path != "/oauth/tokens" {
                let reply = service.form(path, &[grant, proof].concat());
                return (reply.status, reply.json["error"].as_str().map(str::to_owned));
            }
            let body = json!({ "token": { "grant_type": grant[0].1, proof[0].0: TYPE, proof[1].0: jwt } }).to_string();
            let reply = service.send(Method::Post, path, &[(Header::ContentType, "application/json")], &body);
            (reply.status, reply.json["error"]["type"].as_str().map(str::to_owned))
        };
        assert_eq!(send(&jwt), (if path == "/oauth/tokens" { 201 } else { 200 }, None), "{path}");
        for again in [flipped(&jwt), flipped(&flipped(&jwt)), jwt.clone()] {
            assert_eq!(send(&again), (401, Some("invalid_client".to_owned())), "{path}");
        }
    }
}

#[test]
fn a_key_that_is_registered_no_more_is_refused_at_once_and_a_secret_never_counts_beside_it() {
    let service = service();
    assert_eq!(ask(&service, &assertion(Signer::LoginEs256, json!({}), json!({}))).status, 200);
    let secret = service.secret(CLIENT, CONNECTION);
    let own = [("grant_type", "client_credentials")];
    assert_eq!(service.basic("/oauth/token", CLIENT, &secret, &own).json["error"], "invalid_client");
    service.platform.load("UPDATE connections SET jwks = '{\"keys\":[]}'");
    let again = ask(&service, &assertion(Signer::LoginEs256, json!({}), json!({ "jti": "2" })));
    assert_eq!(again.json["error"], "invalid_client");
}

#[test]
fn an_upsert_sets_how_the_client_authenticates_and_a_later_one_keeps_it() {
    let service = Service::default();
    let path = format!("/api/clients/{CLIENT}/connections");
    let consumer = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
    let put = |extra: Value| {
        let mut body = json!({ "consumer_id": consumer, "redirect_uri": "https://clinic.example/callback" });
        for (name, value) in extra.as_object().unwrap() {
            body[name] = value.clone();
        }
        service.call(Method::Put, &path, &mint("connection:write connection:refresh_secret"), &body.to_string()).status
    };
    let stored = || {
        let sql = format!(
            "SELECT token_endpoint_auth_method || ' ' || COALESCE(jwks, '') FROM connections WHERE id = '{CONNECTION}'"
        );
        service.sql::<String>(&sql)
    };
    assert_eq!(put(json!({ "token_endpoint_auth_method": "private_key_jwt" })), 422);
    assert_eq!(put(json!({ "token_endpoint_auth_method": "tls_client_auth" })), 422);
    assert_eq!((put(json!({})), stored().as_str()), (200, "client_secret_basic "));
    let jwks = json!({ "keys": [login_jwk("ec")] });
    assert_eq!(put(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks })), 200);
    let fields = "SELECT fields FROM audit ORDER BY seq DESC LIMIT 1";
    assert_eq!(service.sql::<String>(fields), r#"["token_endpoint_auth_method","jwks"]"#);
    assert_eq!(ask(&service, &assertion(Signer::LoginEs256, json!({}), json!({}))).status, 200);
    assert_eq!((put(json!({})), stored()), (200, format!("private_key_jwt {jwks}")));
    assert_eq!((put(json!({ "token_endpoint_auth_method": "none" })), stored().as_str()), (200, "none "));
}

#[test]
fn an_assertion_of_an_hour_is_taken_and_stays_used_until_it_has_ended_whatever_is_cleared_away() {
    let service = service();
    let end = NOW + 3600;
    let jwt = assertion(Signer::LoginEs256, json!({}), json!({ "exp": end }));
    assert_eq!(ask(&service, &jwt).status, 200);
    // The leeway is a minute. The last second in which an assertion is taken is that of `end + 60`.
    for later in [NOW + 1, end, end + 60] {
        service.platform.now.set(later);
        wait(housekeeping::run(&service.app.settings, &service.platform));
        let other = assertion(Signer::LoginEs256, json!({}), json!({ "exp": end, "jti": later.to_string() }));
        assert_eq!(ask(&service, &other).status, 200, "an assertion of this end is still taken at {later}");
        assert_eq!(ask(&service, &jwt).json["error"], "invalid_client", "used, at {later}");
    }
    let used = |service: &Service| service.sql::<i64>("SELECT count(*) FROM used_assertions");
    assert_eq!(used(&service), 4);
    // A deployment may make the leeway longer, up to ten minutes. What was used stays so.
    service.platform.now.set(end + 60 + 600);
    wait(housekeeping::run(&service.app.settings, &service.platform));
    let fresh = assertion(Signer::LoginEs256, json!({}), json!({ "exp": end + 720, "jti": "fresh" }));
    assert_eq!(ask(&service, &fresh).status, 200, "this request clears away too");
    assert_eq!(used(&service), 5);
    service.platform.now.set(end + 60 + 601);
    wait(housekeeping::run(&service.app.settings, &service.platform));
    assert_eq!(used(&service), 1);
}
