//! `/oauth/nonce`: who gets one, what it says, and that it opens nothing.

use serde_json::json;

use super::*;
use crate::support::platform::NOW;

const NONCE: &str = "/oauth/nonce";
const BLOCKED: &str = "3580df72-275a-11e7-93ae-92361f002673";
const JSON: (Header, &str) = (Header::ContentType, "application/json");

fn post(service: &Service, body: &Value) -> Reply {
    service.send(Method::Post, NONCE, &[JSON], &body.to_string())
}

/// The clinic is of the type whose clients prove themselves.
fn trusting() -> Service {
    let service = Service::default();
    service.platform.load("UPDATE client_types SET name = 'TRUSTED_PIS' WHERE id = 'type-msp'");
    service
}

#[test]
fn a_client_that_does_not_fit_gets_none_in_the_documented_words() {
    let service = Service::default();
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (client, status, kind, message) in
        [(unknown, 404, "not_found", "Client is not found."), (BLOCKED, 401, "access_denied", "Client is blocked")]
    {
        let reply = post(&service, &json!({ "client_id": client }));
        assert_eq!((reply.status, &reply.json["error"]), (status, &json!({ "type": kind, "message": message })));
    }
    for body in [json!({}), json!({ "client_id": null }), json!({ "client_id": "" })] {
        let reply = post(&service, &body);
        let invalid = &reply.json["error"]["invalid"][0];
        assert_eq!((reply.status, &invalid["entry"]), (422, &json!("$.client_id")), "{body}");
        assert_eq!(invalid["rules"][0]["description"], "can't be blank");
    }
    assert_eq!(post(&service, &json!({ "client_id": 1 })).status, 422);
    assert_eq!(service.send(Method::Post, NONCE, &[], "x").status, 415);
    assert_eq!(service.send(Method::Post, NONCE, &[JSON], "x").status, 400);
    service.platform.allowance.set(0);
    assert_eq!(post(&service, &json!({ "client_id": CLIENT })).status, 429);
}

#[test]
fn a_client_of_the_trusted_type_proves_itself_by_a_secret_of_its_own_connections() {
    let service = trusting();
    let missing = post(&service, &json!({ "client_id": CLIENT }));
    let rule = &missing.json["error"]["invalid"][0]["rules"][0];
    assert_eq!(
        (missing.status, &rule["description"]),
        (422, &json!("required property client_secret was not present"))
    );
    let secret = service.secret(CLIENT, OTHER_CONNECTION);
    let foreign = service.secret("2480df72-275a-11e7-93ae-92361f002672", "e5372365-d47a-467f-81d0-f35117864354");
    let before = service.dump();
    for wrong in ["mes_wrong", &foreign] {
        let reply = post(&service, &json!({ "client_id": CLIENT, "client_secret": wrong }));
        let error = json!({ "type": "invalid_client", "message": "Invalid client id or secret." });
        assert_eq!((reply.status, &reply.json["error"]), (401, &error));
    }
    assert_eq!(service.dump(), before, "what is not proved writes nothing");
    // A query is logged by others, so no secret is read from it.
    let target = format!("{NONCE}?client_id={CLIENT}&client_secret={secret}");
    assert_eq!(service.send(Method::Get, &target, &[], "").status, 422);
    service.platform.trips.set(0);
    let reply = post(&service, &json!({ "client_id": CLIENT, "client_secret": secret }));
    assert_eq!((reply.status, service.platform.trips.get()), (200, 1), "{}", reply.text);
    let (_, claims) = decoded(reply.json["data"]["token"].as_str().expect("a token"));
    assert_eq!(claims["aud"], "trusted-client");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connection_secrets WHERE last_used_at IS NOT NULL"), 1);
}

#[test]
fn it_says_what_its_page_prints_and_is_fresh_each_time_by_get_and_post() {
    let service = Service::with(|raw| raw.nonce_lifetime = Some("120".to_owned()));
    let body = json!({ "client_id": CLIENT }).to_string();
    let mut seen = Vec::new();
    for (method, target, body) in [
        (Method::Post, NONCE.to_owned(), body.as_str()),
        (Method::Get, NONCE.to_owned(), &body),
        (Method::Get, format!("{NONCE}?client_id={CLIENT}"), ""),
    ] {
        let reply = service.send(method, &target, &[JSON], body);
        assert_eq!((reply.status, reply.header("pragma")), (200, Some("no-cache")), "{}", reply.text);
        assert_eq!(reply.json["data"].as_object().expect("data").len(), 1);
        let (header, claims) = decoded(reply.json["data"]["token"].as_str().expect("a token"));
        assert_eq!(header, json!({ "alg": "ES256", "typ": "nonce+jwt", "kid": "own" }));
        let (jti, nonce) = (claims["jti"].clone(), claims["nonce"].clone());
        assert_eq!(
            claims,
            json!({ "aud": "mithril-login", "iss": "EHealth", "typ": "access", "iat": NOW, "nbf": NOW - 1,
                "exp": NOW + 120, "jti": jti, "nonce": nonce, "sub": nonce })
        );
        seen.extend([jti, nonce]);
    }
    let fresh: std::collections::BTreeSet<String> = seen.iter().map(Value::to_string).collect();
    assert_eq!(fresh.len(), 6);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn it_is_no_access_token_even_where_its_issuer_and_audience_are_this_services() {
    let service = Service::with(|raw| {
        raw.issuer = Some("EHealth".to_owned());
        raw.audience = Some("mithril-login".to_owned());
    });
    let reply = post(&service, &json!({ "client_id": CLIENT }));
    let token = reply.json["data"]["token"].as_str().expect("a token").to_owned();
    assert_eq!(service.call(Method::Post, "/auth/logout", &token, "").status, 401);
    let line = service.platform.log.borrow().last().cloned().expect("a line");
    assert!(line.contains("token_type"), "{line}");
}
