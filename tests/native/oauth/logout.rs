//! `POST /auth/logout`: what it ends, and what it leaves.

use mithril_edge::http::Header::IdempotencyKey;
use serde_json::json;

use super::code::{code, exchange, service};
use super::*;
use crate::support::platform::NOW;
use crate::support::tokens::{Signer, sign};

const LOGOUT: &str = "/auth/logout";

fn logout(service: &Service, token: &str) -> Reply {
    service.call(Method::Post, LOGOUT, token, "")
}

fn is_alive(service: &Service, token: &str) -> bool {
    let path = format!("/api/clients/{CLIENT}/connections/no-such-connection");
    match service.call(Method::Delete, &path, token, "").status {
        404 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

/// A token of a trusted issuer. `jti` is null for an issuer that sends none.
fn trusted(jti: Value) -> String {
    let claims = json!({ "client_id": CLIENT, "client_type": "MSP", "scope": "connection:delete", "jti": jti });
    sign(Signer::LoginHs256, json!({}), claims)
}

#[test]
fn without_a_live_token_nothing_ends() {
    let service = service();
    assert_eq!(service.send(Method::Post, LOGOUT, &[], "").status, 401);
    assert_eq!(logout(&service, "x").status, 401);
    let expired = sign(Signer::LoginHs256, json!({}), json!({ "client_id": CLIENT, "exp": NOW - 61 }));
    assert_eq!(logout(&service, &expired).status, 401);
    assert_eq!(service.sql::<i64>("SELECT (SELECT count(*) FROM revoked_tokens) + (SELECT count(*) FROM audit)"), 0);
}

#[test]
fn it_ends_the_token_that_it_comes_with_and_no_other_and_a_second_one_is_401() {
    let mut service = service();
    let (mine, other) = (trusted(json!("jti-1")), trusted(json!("jti-2")));
    assert!(is_alive(&service, &mine) && is_alive(&service, &other));
    service.platform.trips.set(0);
    let reply = logout(&service, &mine);
    assert_eq!((reply.status, &reply.json["data"], service.platform.trips.get()), (200, &json!({}), 1));
    assert_eq!(reply.json["meta"]["type"], "object");
    for _same_then_another_isolate in 0..2 {
        let again = logout(&service, &mine);
        let error = json!({ "type": "access_denied", "message": "Unauthorized" });
        assert_eq!((again.status, &again.json["error"]), (401, &error));
        assert!(!is_alive(&service, &mine) && is_alive(&service, &other));
        service.restart();
    }
    let audit = "SELECT group_concat(action || ' ' || actor || ' ' || client_id) FROM audit";
    assert_eq!(service.sql::<String>(audit), format!("token.logout user-1 {CLIENT}"));
}

#[test]
fn a_token_stays_dead_for_as_long_as_it_would_be_accepted() {
    let service = service();
    let mine = trusted(json!("jti-1"));
    assert_eq!(logout(&service, &mine).status, 200);
    // It ends at NOW + 600, and the leeway is 60.
    for seconds in [600, 659] {
        service.platform.now.set(NOW + seconds);
        assert_eq!(logout(&service, &trusted(json!(format!("later-{seconds}")))).status, 200, "clears old rows away");
        assert!(!is_alive(&service, &mine), "{seconds}");
    }
}

#[test]
fn a_token_without_an_id_can_be_ended_too() {
    let plain = |raw: &mut mithril_edge::settings::RawSettings| {
        let trusted = raw.trusted_issuers.take();
        raw.trusted_issuers = trusted.map(|text| text.replace("\"typ\":\"at+jwt\"", "\"typ\":\"JWT\""));
    };
    let service = Service::with(plain);
    let token = |iat: i64| {
        let claims =
            json!({ "client_id": CLIENT, "client_type": "MSP", "scope": "connection:delete", "jti": null, "iat": iat });
        sign(Signer::LoginHs256, json!({ "typ": "JWT" }), claims)
    };
    let (mine, other) = (token(NOW), token(NOW - 1));
    assert_eq!(logout(&service, &mine).status, 200);
    assert!(!is_alive(&service, &mine) && is_alive(&service, &other));
}

#[test]
fn a_token_of_this_service_without_a_refresh_token_ends_alone() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let tokens = [service.token(CLIENT, &secret), service.token(CLIENT, &secret)];
    assert_eq!(logout(&service, &tokens[0]).status, 200);
    assert_eq!([0, 1].map(|at| is_alive(&service, &tokens[at])), [false, true]);
}

#[test]
fn a_token_that_came_with_a_refresh_token_takes_its_grant_and_leaves_the_users_other_logins() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let login = || {
        let value = code(&service, json!({ "scope": "connection:delete" }));
        let reply = exchange(&service, &secret, &value, &[]);
        let text = |name: &str| reply.json[name].as_str().expect("a token").to_owned();
        (text("access_token"), text("refresh_token"))
    };
    let (mine, other) = (login(), login());
    let fields = [("grant_type", "refresh_token"), ("refresh_token", mine.1.as_str())];
    let next = service.basic("/oauth/token", CLIENT, &secret, &fields);
    let sibling = next.json["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(logout(&service, &mine.0).status, 200);
    assert!(!is_alive(&service, &mine.0) && !is_alive(&service, &sibling) && is_alive(&service, &other.0));
    for (token, status) in [(next.json["refresh_token"].as_str().expect("a token"), 400), (other.1.as_str(), 200)] {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        assert_eq!(service.basic("/oauth/token", CLIENT, &secret, &fields).status, status);
    }
    let audit =
        "SELECT count(*) FROM audit WHERE action = 'grant.logout' AND subject LIKE 'grant/%' AND actor = 'user-1'";
    assert_eq!(service.sql::<i64>(audit), 1);
}

#[test]
fn under_an_idempotency_key_it_is_made_once_and_its_repetition_is_401() {
    let service = service();
    let mine = trusted(json!("jti-1"));
    let keyed = || service.call_with(Method::Post, LOGOUT, &mine, &[(IdempotencyKey, "key")], "");
    assert_eq!(keyed().status, 200);
    assert_eq!(keyed().status, 401);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1);
}
