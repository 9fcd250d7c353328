//! Tokens: times, algorithms, signatures, types, audiences, and how long they are remembered.

use base64ct::{Base64UrlUnpadded, Encoding};
use mithril_edge::http::Method;
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::tokens;
use crate::support::tokens::{AUDIENCE, Signer, sign};
use crate::support::{Service, mint};

const ROLE: &str = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";

pub fn status(service: &Service, token: &str) -> u16 {
    service.call(Method::Get, ROLE, token, "").status
}

pub fn code(service: &Service) -> String {
    let line: Value = serde_json::from_str(service.platform.log.borrow().last().unwrap()).unwrap();
    line["code"].as_str().unwrap_or_default().to_owned()
}

fn with_claims(claims: Value) -> String {
    let mut all = json!({ "scope": "role:read" });
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    sign(Signer::LoginEs256, json!({}), all)
}

#[test]
fn times_are_checked_to_the_second_with_the_leeway() {
    for (claims, expected, why) in [
        (json!({ "exp": NOW - 61 }), 401, "token_expired"),
        (json!({ "exp": NOW - 60 }), 200, ""),
        (json!({ "iat": NOW + 61 }), 401, "token_not_yet_valid"),
        (json!({ "iat": NOW + 60 }), 200, ""),
        (json!({ "nbf": NOW + 61 }), 401, "token_not_yet_valid"),
        (json!({ "nbf": NOW + 60 }), 200, ""),
        (json!({ "exp": NOW - 1, "iat": NOW - 7200, "nbf": 0 }), 200, ""),
        // RFC 7519 §2: a NumericDate may have a fraction, which is dropped.
        (json!({ "exp": NOW as f64 - 59.5 }), 200, ""),
        (json!({ "exp": NOW as f64 - 60.5 }), 401, "token_expired"),
    ] {
        let service = Service::default();
        assert_eq!(status(&service, &with_claims(claims.clone())), expected, "{claims}");
        assert_eq!(code(&service), why, "{claims}");
    }
    let strict = Service::with(|raw| raw.clock_leeway = Some("0".to_owned()));
    assert_eq!(status(&strict, &with_claims(json!({ "exp": NOW - 1 }))), 401);
    assert_eq!(status(&strict, &with_claims(json!({ "nbf": NOW + 1 }))), 401);
    assert_eq!(status(&strict, &with_claims(json!({ "exp": NOW }))), 200);
}

/// A service whose login issuer may sign tokens that live forever.
fn forever() -> Service {
    Service::with(|raw| {
        let mut issuers: Value = serde_json::from_str(raw.trusted_issuers.as_deref().unwrap()).unwrap();
        issuers[0]["max_lifetime"] = json!(i64::MAX);
        raw.trusted_issuers = Some(issuers.to_string());
    })
}

#[test]
fn times_that_are_no_times_are_401() {
    for value in [json!("1790000600"), json!(true), json!([]), json!(1e300), json!(i64::MAX), json!(-1), json!(null)] {
        for name in ["exp", "iat", "nbf"] {
            let service = forever();
            let token = with_claims(json!({ name: value }));
            // A claim that is null here is left out.
            let late_enough = name != "exp" && value == json!(-1) || name == "nbf" && value.is_null();
            assert_eq!(status(&service, &token), if late_enough { 200 } else { 401 }, "{name} {value}");
        }
    }
}

/// Dates at the ends of the calendar, where adding or subtracting the leeway leaves it.
#[test]
fn the_earliest_and_latest_dates_are_compared_like_any_other() {
    const EARLIEST: i64 = -8_334_601_228_800;
    const LATEST: i64 = 8_210_266_876_799;
    for signer in [Signer::LoginEs256, Signer::LoginHs256] {
        for (name, earliest, latest) in [("exp", 401, 200), ("nbf", 200, 401), ("iat", 200, 401)] {
            for (date, expected) in [(EARLIEST, earliest), (EARLIEST + 30, earliest), (LATEST, latest)] {
                let token = sign(signer, json!({}), json!({ "scope": "role:read", name: date }));
                assert_eq!(status(&forever(), &token), expected, "{name} {date}");
            }
        }
    }
}

/// Only a signature of the algorithm's own size is looked at: neither cut, nor with more behind it, nor as DER.
#[test]
fn a_signature_of_another_size_is_refused() {
    for signer in [Signer::LoginEs256, Signer::LoginEdDsa, Signer::LoginHs256] {
        let token = sign(signer, json!({}), json!({ "scope": "role:read" }));
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
        let der = [&[0x30, 0x44, 2, 0x20][..], &signature].concat();
        let sizes = [vec![], signature[..signature.len() - 1].to_vec(), [&signature[..], &[0]].concat(), der];
        for odd in sizes {
            let service = Service::default();
            let text = format!("{message}.{}", Base64UrlUnpadded::encode_string(&odd));
            assert_eq!(status(&service, &text), 401, "{signer:?} {} bytes", odd.len());
            assert_eq!(code(&service), "token_signature");
        }
    }
}

#[test]
fn a_remembered_token_ends_with_its_exp() {
    let service = Service::default();
    let token = with_claims(json!({ "exp": NOW + 30 }));
    for (later, expected) in [(0, 200), (30, 200), (90, 200), (91, 401), (30, 200)] {
        service.platform.now.set(NOW + later);
        assert_eq!(status(&service, &token), expected, "after {later} s");
    }
}

#[test]
fn a_revocation_reaches_a_hot_role_read_within_a_minute_and_a_change_at_once() {
    let service = Service::default();
    let token = with_claims(json!({ "client_id": "2480df72-275a-11e7-93ae-92361f002672", "client_type": "MSP",
        "scope": "role:read connection:write" }));
    assert_eq!(status(&service, &token), 200);
    service.platform.load("UPDATE clients SET is_blocked = 1;");
    service.platform.now.set(NOW + 59);
    assert_eq!((status(&service, &token), service.platform.trips.get()), (200, 1));
    let path = "/api/clients/2480df72-275a-11e7-93ae-92361f002672/connections/e5372365-d47a-467f-81d0-f35117864354";
    let body = r#"{"redirect_uri":"https://a.test"}"#;
    assert_eq!(service.call(Method::Patch, path, &token, body).status, 401);
    // Once the database has refused it, the isolate does not answer it from memory any more.
    assert_eq!(status(&service, &token), 401);
    assert_eq!(service.sql::<i64>("SELECT max(version) FROM connections"), 1);
}

#[test]
fn every_native_algorithm_is_accepted_and_none_under_anothers_name() {
    for signer in [Signer::LoginEs256, Signer::LoginEdDsa, Signer::LoginHs256] {
        let claims = || json!({ "scope": "role:read" });
        assert_eq!(status(&Service::default(), &sign(signer, json!({}), claims())), 200, "{signer:?}");
        for alg in ["none", "HS256", "ES256", "EdDSA", "RS256", "HS512", ""] {
            let token = sign(signer, json!({ "alg": alg }), claims());
            let own = sign(signer, json!({}), claims()).split('.').next() == token.split('.').next();
            assert_eq!(status(&Service::default(), &token), if own { 200 } else { 401 }, "{signer:?} as {alg}");
        }
        for kid in ["ec", "ed", "hs", "own", "", "EC"] {
            let token = sign(signer, json!({ "kid": kid }), claims());
            let own = sign(signer, json!({}), claims()).split('.').next() == token.split('.').next();
            assert_eq!(status(&Service::default(), &token), if own { 200 } else { 401 }, "{signer:?} as {kid}");
        }
    }
}

#[test]
fn a_changed_claim_breaks_every_signature() {
    for signer in [Signer::LoginEs256, Signer::LoginEdDsa, Signer::LoginHs256] {
        let weak = sign(signer, json!({}), json!({ "scope": "" }));
        let strong = sign(signer, json!({}), json!({ "scope": "role:read" }));
        let (_, signature) = weak.rsplit_once('.').unwrap();
        let (message, _) = strong.rsplit_once('.').unwrap();
        let service = Service::default();
        assert_eq!(status(&service, &format!("{message}.{signature}")), 401, "{signer:?}");
        assert_eq!(code(&service), "token_signature");
    }
}

#[test]
fn a_remembered_token_lends_its_signature_to_no_other() {
    let service = Service::default();
    let known = sign(Signer::LoginEs256, json!({}), json!({ "scope": "role:read" }));
    assert_eq!(status(&service, &known), 200);
    let (_, signature) = known.rsplit_once('.').unwrap();
    let other = sign(Signer::LoginEs256, json!({}), json!({ "scope": "role:read", "client_id": "another" }));
    let (message, _) = other.rsplit_once('.').unwrap();
    assert_eq!(status(&service, &format!("{message}.{signature}")), 401);
    assert_eq!(status(&service, &known), 200);
}

/// Beyond 4 KiB a token is not remembered, beyond 8 KiB it is none.
#[test]
fn a_long_token_is_verified_each_time() {
    let service = Service::default();
    for (padding, expected) in [(1000, 200), (5000, 200), (7000, 401)] {
        let token = with_claims(json!({ "padding": "x".repeat(padding) }));
        assert_eq!([status(&service, &token), status(&service, &token)], [expected; 2], "{} bytes", token.len());
    }
}

#[test]
fn headers_that_change_what_a_token_is_are_refused() {
    for (header, why) in [
        (json!({ "typ": "JWT" }), "token_type"),
        (json!({ "typ": null }), "token_type"),
        (json!({ "typ": "id+jwt" }), "token_type"),
        (json!({ "crit": ["exp"] }), "token_unknown_extension"),
        (json!({ "b64": false }), "token_unknown_extension"),
        (json!({ "cty": "JWT" }), "token_malformed"),
        (json!({ "kid": 1 }), "token_malformed"),
    ] {
        let service = Service::default();
        assert_eq!(status(&service, &sign(Signer::LoginEs256, header.clone(), json!({ "scope": "role:read" }))), 401);
        assert_eq!(code(&service), why, "{header}");
    }
}

#[test]
fn an_audience_may_be_a_list_of_strings() {
    for (aud, expected) in [
        (json!(AUDIENCE), 200),
        (json!(["a", AUDIENCE]), 200),
        (json!([]), 401),
        (json!(["a"]), 401),
        (json!([AUDIENCE, 1]), 401),
        (json!({ "a": AUDIENCE }), 401),
        (json!("mithril-edge "), 401),
        (json!("MITHRIL-EDGE"), 401),
        (json!("mithril-edge,other"), 401),
    ] {
        assert_eq!(status(&Service::default(), &with_claims(json!({ "aud": aud }))), expected, "{aud}");
    }
}

#[test]
fn ours_without_a_connection_are_nobodys() {
    let service = Service::default();
    let token = sign(Signer::Own, json!({}), json!({ "scope": "role:read" }));
    assert_eq!(status(&service, &token), 401);
    assert_eq!((code(&service).as_str(), service.platform.trips.get()), ("token_claims", 0));
}

#[test]
fn a_token_of_a_client_without_an_id_is_nobodys() {
    let service = Service::default();
    for client_id in [json!(""), json!(null)] {
        let token = sign(Signer::LoginEs256, json!({}), json!({ "scope": "role:read", "client_id": client_id }));
        assert_eq!((status(&service, &token), service.platform.trips.get()), (401, 0), "{client_id}");
    }
}

#[test]
fn an_isolate_that_was_thrown_away_answers_the_same() {
    let mut service = Service::default();
    let token = mint("role:read");
    assert_eq!(status(&service, &token), 200);
    service.restart();
    assert_eq!((status(&service, &token), service.platform.trips.get()), (200, 2));
    assert_eq!(tokens::ISSUER, "https://edge.test");
}
