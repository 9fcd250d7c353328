//! The code verifier (RFC 7636): its form, and the one attempt that a code gives.

use serde_json::json;

use super::code::{REDIRECT, VERIFIER, code, exchange, service};
use super::*;

const PATTERN: &str = "^[A-Za-z0-9._~-]{43,128}$";

/// The answer of Mithril's address to an exchange of the code with this verifier.
fn mithril(service: &Service, secret: &str, code: &str, verifier: &str) -> Reply {
    let token = json!({ "grant_type": "authorization_code", "client_id": CLIENT, "client_secret": secret, "code": code,
        "redirect_uri": REDIRECT, "code_verifier": verifier });
    let body = json!({ "token": token }).to_string();
    service.send(Method::Post, "/oauth/tokens", &[(Header::ContentType, "application/json")], &body)
}

#[test]
fn a_verifier_of_another_form_is_refused_before_the_database_is_asked() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let value = code(&service, json!({}));
    service.platform.trips.set(0);
    for verifier in [
        "x".repeat(42),
        "x".repeat(129),
        "x".to_owned(),
        format!("{VERIFIER}="),
        format!("{VERIFIER} "),
        format!("{VERIFIER}+"),
        format!("{VERIFIER}%"),
        format!("{VERIFIER}ä"),
        format!("{VERIFIER}\n"),
    ] {
        let reply = exchange(&service, &secret, &value, &[("code_verifier", &verifier)]);
        let error = json!({ "error": "invalid_request",
            "error_description": "The parameter code_verifier does not have the required form." });
        assert_eq!((reply.status, &reply.json), (400, &error), "{verifier:?}");
        let reply = mithril(&service, &secret, &value, &verifier);
        let invalid = &reply.json["error"]["invalid"][0];
        assert_eq!((reply.status, &reply.json["error"]["type"]), (422, &json!("validation_failed")), "{verifier:?}");
        assert_eq!(invalid["entry"], "$.token.code_verifier", "{verifier:?}");
        assert_eq!(invalid["rules"][0]["params"], json!({ "pattern": PATTERN }), "{verifier:?}");
    }
    assert_eq!(service.platform.trips.get(), 0);
    assert_eq!(exchange(&service, &secret, &value, &[]).status, 200, "and nothing was lost");
}

#[test]
fn every_verifier_of_rfc_7636s_form_is_compared() {
    for verifier in ["-._~".repeat(11), "x".repeat(43), "x".repeat(128)] {
        let service = service();
        let secret = service.secret(CLIENT, CONNECTION);
        let challenge = mithril_edge::oauth::grants::s256(&verifier);
        let value = code(&service, json!({ "code_challenge": challenge }));
        assert_eq!(exchange(&service, &secret, &value, &[("code_verifier", &verifier)]).status, 200, "{verifier}");
    }
}

#[test]
fn a_wrong_verifier_ends_the_code_for_everybody_and_leaves_no_grant() {
    let none = json!({ "code_challenge": null, "code_challenge_method": null });
    let wrong = "x".repeat(43);
    for (changes, wrong, right) in
        [(json!({}), wrong.as_str(), VERIFIER), (json!({}), "", VERIFIER), (none, VERIFIER, "")]
    {
        for is_mithril in [false, true] {
            let service = service();
            let secret = service.secret(CLIENT, CONNECTION);
            let value = code(&service, changes.clone());
            let ask = |verifier: &str| {
                let reply = if is_mithril {
                    mithril(&service, &secret, &value, verifier)
                } else {
                    exchange(&service, &secret, &value, &[("code_verifier", verifier)])
                };
                (reply.status, reply.json["error"]["message"].as_str().unwrap_or("invalid_grant").to_owned())
            };
            let (first, then) = if is_mithril {
                ((401, "Code verifier does not match."), (401, "Token has already been used."))
            } else {
                ((400, "invalid_grant"), (400, "invalid_grant"))
            };
            let own = |(status, text): (u16, &str)| (status, text.to_owned());
            assert_eq!(ask(wrong), own(first), "{wrong}");
            assert_eq!((ask(right), ask(right)), (own(then), own(then)), "{wrong}");
            assert_eq!(service.sql::<i64>("SELECT count(*) FROM refresh_grants"), 0);
            assert_eq!(service.audited(), format!("code.end_unverified client/{CLIENT}"));
        }
    }
}

#[test]
fn nobody_but_its_own_connection_ends_a_code() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let sibling = service.secret(CLIENT, OTHER_CONNECTION);
    let value = code(&service, json!({}));
    let wrong = "x".repeat(43);
    for by in ["mes_wrong", &sibling] {
        exchange(&service, by, &value, &[("code_verifier", &wrong)]);
    }
    let bare = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("code", value.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", wrong.as_str()),
    ];
    assert_eq!(service.form("/oauth/token", &bare).json["error"], "invalid_client");
    assert_eq!(exchange(&service, &secret, &value, &[]).status, 200);
}
