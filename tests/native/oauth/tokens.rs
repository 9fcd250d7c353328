//! `/oauth/tokens`: the grants in Mithril's dialect.

use serde_json::json;

use super::code::{REDIRECT, VERIFIER, code, service};
use super::*;
use crate::support::platform::NOW;

#[test]
fn mithrils_dialect_gives_the_same_grants_in_its_own_words() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let ask = |token: Value| {
        service.send(
            Method::Post,
            "/oauth/tokens",
            &[(Header::ContentType, "application/json")],
            &json!({ "token": token }).to_string(),
        )
    };
    let value = code(&service, json!({}));
    let base = json!({ "client_id": CLIENT, "client_secret": secret, "grant_type": "authorization_code", "code": value,
        "redirect_uri": REDIRECT, "code_verifier": VERIFIER, "scope": "anything at all" });
    let with = |name: &str, value: Value| {
        let mut token = base.clone();
        token[name] = value;
        token
    };
    let refusals = [
        (with("grant_type", json!("password")), 401, "invalid_grant", "Grant type not allowed."),
        (with("grant_type", json!(null)), 422, "request_malformed", "Request must include grant_type."),
        (with("client_secret", json!("x")), 401, "invalid_client", "Invalid client id or secret."),
        (with("code", json!("mec_x")), 401, "token_not_found", "Token not found."),
        (
            with("redirect_uri", json!("https://x.test")),
            401,
            "invalid_client",
            "The redirection URI provided does not match a pre-registered value.",
        ),
    ];
    for (token, status, kind, message) in refusals {
        let reply = ask(token);
        assert_eq!((reply.status, &reply.json["error"]), (status, &json!({ "type": kind, "message": message })));
    }
    // A wrong verifier ends the code, so this one has a code of its own.
    let mut wrong = with("code_verifier", json!("x".repeat(43)));
    wrong["code"] = code(&service, json!({})).into();
    let wrong = ask(wrong);
    let error = json!({ "type": "invalid_grant", "message": "Code verifier does not match." });
    assert_eq!((wrong.status, &wrong.json["error"]), (401, &error));
    let missing = ask(with("code", json!(null)));
    assert_eq!((missing.status, &missing.json["error"]["invalid"][0]["entry"]), (422, &json!("$.token.code")));
    let cast = ask(with("code", json!(7)));
    assert_eq!((cast.status, &cast.json["error"]["invalid"][0]["rules"][0]["rule"]), (422, &json!("cast")));
    let bare = service.send(Method::Post, "/oauth/tokens", &[(Header::ContentType, "application/json")], "{}");
    assert_eq!((bare.status, &bare.json["error"]["type"]), (400, &json!("request_malformed")));

    let reply = ask(base.clone());
    assert_eq!(
        (reply.status, reply.header("cache-control")),
        (201, Some("no-store, no-transform")),
        "{:?}",
        reply.json
    );
    let data = &reply.json["data"];
    assert_eq!(
        *data,
        json!({ "id": data["id"], "name": "access_token", "value": data["value"], "user_id": "user-1",
            "expires_at": NOW + 900, "details": { "scope": "connection:read",
            "refresh_token": data["details"]["refresh_token"], "redirect_uri": REDIRECT,
            "grant_type": "authorization_code", "client_id": CLIENT } })
    );
    let used = ask(base.clone());
    assert_eq!((used.status, &used.json["error"]["message"]), (401, &json!("Token has already been used.")));
    let own = ask(json!({ "client_id": CLIENT, "client_secret": secret, "grant_type": "client_credentials" }));
    assert_eq!((own.status, &own.json["data"]["details"]["scope"]), (201, &json!(CEILING)));
    assert_eq!(own.json["data"]["details"].get("refresh_token"), None);
    let more =
        ask(json!({ "client_id": CLIENT, "client_secret": secret, "grant_type": "client_credentials", "scope": "x" }));
    assert_eq!((more.status, &more.json["error"]["message"]), (422, &json!("Scope is not allowed by client type.")));
}
