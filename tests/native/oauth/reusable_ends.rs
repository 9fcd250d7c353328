//! What ends a refresh token that is good many times: one case for each event.

use serde_json::json;

use super::code::{REDIRECT, authorize, code, service};
use super::reusable::{Login, ask, exchange, is_alive, login, refresh, told};
use super::*;
use crate::support::platform::NOW;
use crate::support::tokens::{Signer, sign};

/// Each ends the grant of the first login. The text is what the next refresh is told; the secret may be a new one.
#[test]
fn whatever_ends_the_grant_ends_its_refresh_token_and_its_access_tokens() {
    type End = fn(&Service, &str, &Login) -> Option<String>;
    let ends: [(&str, End, u16, &str); 11] = [
        (
            "logout",
            |service, _, login| {
                assert_eq!(service.call(Method::Post, "/auth/logout", &login.access, "").status, 200);
                None
            },
            401,
            "Invalid access token",
        ),
        (
            "the user takes the approval back",
            |service, _, _| {
                let id: String = service.sql("SELECT id FROM approvals WHERE user_id = 'user-1'");
                let path = format!("/api/pis/apps/{id}");
                assert_eq!(service.call(Method::Delete, &path, &mint("app:delete_pis"), "").status, 204);
                None
            },
            401,
            "Resource owner revoked access for the client.",
        ),
        ("the secret is refreshed", |service, _, _| Some(service.secret(CLIENT, CONNECTION)), 401, "Token expired."),
        (
            "the connection is deleted",
            |service, _, _| {
                let path = format!("/api/clients/{CLIENT}/connections/{CONNECTION}");
                assert_eq!(service.call(Method::Delete, &path, &mint("connection:delete"), "").status, 200);
                None
            },
            401,
            "Invalid client id or secret.",
        ),
        (
            "the client is blocked",
            |service, _, _| {
                let path = format!("/admin/clients/{CLIENT}/actions/block");
                let body = r#"{"block_reason":"x"}"#;
                assert_eq!(service.call(Method::Patch, &path, &mint("client:write"), body).status, 200);
                None
            },
            401,
            "Invalid client id or secret.",
        ),
        (
            "the client's tokens are deactivated",
            |service, _, _| {
                let path = format!("/admin/clients/{CLIENT}/actions/deactivate_tokens");
                assert_eq!(service.call(Method::Patch, &path, &mint("client:write"), "").status, 200);
                None
            },
            401,
            "Token expired.",
        ),
        (
            "the client gets another type",
            |service, _, _| {
                service.platform.load(
                    "INSERT INTO client_types (id, name, scope, inserted_at, updated_at)
                     SELECT 'type-2', 'SECOND', scope, inserted_at, updated_at FROM client_types WHERE id = 'type-msp'",
                );
                let body = r#"{"name":"Clinic","client_type_id":"type-2","priv_settings":{"access_type":"DIRECT"}}"#;
                let token = mint(&ENFORCED.join(" "));
                assert_eq!(service.call(Method::Put, &format!("/admin/clients/{CLIENT}"), &token, body).status, 200);
                None
            },
            401,
            "Token expired.",
        ),
        (
            "its client revokes the refresh token",
            |service, secret, login| {
                let fields = [("token", login.refresh.as_str())];
                assert_eq!(service.basic("/oauth/revoke", CLIENT, secret, &fields).status, 200);
                None
            },
            401,
            "Invalid access token",
        ),
        (
            "the code is shown again",
            |service, secret, login| {
                assert_eq!(told(&exchange(service, secret, &login.code)), (401, "Token has already been used."));
                None
            },
            401,
            "Invalid access token",
        ),
        (
            "the connection gets another method",
            |service, _, _| {
                let path = format!("/api/clients/{CLIENT}/connections");
                let body = json!({ "consumer_id": "25c03af6-69bd-439e-b0dd-f1669b3dbbfd", "redirect_uri": REDIRECT,
                    "token_endpoint_auth_method": "none" });
                let token = mint(&ENFORCED.join(" "));
                assert_eq!(service.call(Method::Put, &path, &token, &body.to_string()).status, 200);
                None
            },
            401,
            "Invalid client id or secret.",
        ),
        (
            "the older refresh of another connection, which ends nothing here",
            |service, _, _| {
                let path = format!("/admin/clients/{CLIENT}/refresh_secret");
                assert_eq!(service.call(Method::Patch, &path, &mint("secret:refresh"), "").status, 200);
                None
            },
            201,
            "",
        ),
    ];
    for (name, end, status, message) in ends {
        let service = service();
        let secret = service.secret(CLIENT, CONNECTION);
        service.platform.now.set(NOW + 5);
        let first = login(&service, &secret);
        assert_eq!(refresh(&service, &secret, &first.refresh).status, 201, "{name}");
        service.platform.now.set(NOW + 10);
        let secret = end(&service, &secret, &first).unwrap_or(secret);
        assert_eq!(told(&refresh(&service, &secret, &first.refresh)), (status, message), "{name}");
        assert_eq!(is_alive(&service, &first.access), status == 201, "{name}");
    }
}

#[test]
fn an_approval_that_was_taken_back_ends_codes_too_and_a_new_one_revives_nothing() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let old = login(&service, &secret);
    let pending = code(&service, json!({ "scope": "connection:delete" }));
    // Another user's login at the same client, and his approval, are not touched.
    let of_other = sign(
        Signer::LoginEs256,
        json!({}),
        json!({ "sub": "user-2", "client_id": "login", "client_type": "Auth_FE", "scope": "app:authorize" }),
    );
    let body = json!({ "app": { "client_id": CLIENT, "redirect_uri": REDIRECT } }).to_string();
    let others = service.call(Method::Post, "/oauth/apps/authorize", &of_other, &body);
    let others = others.json["data"]["value"].as_str().expect("a code").to_owned();

    let id: String = service.sql("SELECT id FROM approvals WHERE user_id = 'user-1'");
    let path = format!("/api/pis/apps/{id}");
    assert_eq!(service.call(Method::Delete, &path, &mint("app:delete_pis"), "").status, 204);
    let withdrawn = (401, "Resource owner revoked access for the client.");
    assert_eq!(told(&exchange(&service, &secret, &pending)), withdrawn);
    let introspect = |token: &str| service.basic("/oauth/introspect", CLIENT, &secret, &[("token", token)]);
    for token in [&old.refresh, &old.access] {
        assert_eq!(introspect(token).json, json!({ "active": false }));
    }

    assert_eq!(authorize(&service, json!({ "scope": "connection:delete" })).status, 201);
    assert_ne!(service.sql::<String>("SELECT id FROM approvals WHERE user_id = 'user-1'"), id);
    assert_eq!(told(&exchange(&service, &secret, &pending)), withdrawn);
    assert_eq!(told(&refresh(&service, &secret, &old.refresh)), withdrawn);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", old.refresh.as_str())];
    assert_eq!(service.basic("/oauth/token", CLIENT, &secret, &fields).json["error"], "invalid_grant");
    assert!(!is_alive(&service, &old.access));
    let members = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("client_secret", secret.as_str()),
        ("code", others.as_str()),
        ("redirect_uri", REDIRECT),
    ];
    assert_eq!(ask(&service, &members).status, 201);
}
