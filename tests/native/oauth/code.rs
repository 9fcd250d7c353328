//! `/oauth/apps/authorize` and the code grant.

use serde_json::json;

use super::*;
use crate::support::platform::NOW;
use crate::support::tokens::{Signer, sign};

const AUTHORIZE: &str = "/oauth/apps/authorize";
pub const REDIRECT: &str = "https://clinic.example/callback";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn user_token() -> String {
    sign(
        Signer::LoginEs256,
        json!({}),
        json!({ "client_id": "login", "client_type": "Auth_FE", "scope": "app:authorize" }),
    )
}

/// A service in which user-1 is a doctor of the clinic and a clerk of everybody.
pub fn service() -> Service {
    let service = Service::default();
    service.platform.load(&format!(
        "INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES
           ('r1', 'Owner', 'connection:read connection:write', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'),
           ('r2', 'Any', 'connection:delete x', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'),
           ('r3', 'Elsewhere', 'connection:refresh_secret', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
         INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES
           ('1', 'user-1', 'r1', '{CLIENT}', '2024-01-01T00:00:00Z'), ('2', 'user-1', 'r2', NULL, '2024-01-01T00:00:00Z'),
           ('3', 'user-1', 'r3', '2480df72-275a-11e7-93ae-92361f002672', '2024-01-01T00:00:00Z'),
           ('4', 'user-2', 'r3', NULL, '2024-01-01T00:00:00Z')"
    ));
    service
}

pub fn authorize(service: &Service, changes: Value) -> Reply {
    let mut app = json!({ "client_id": CLIENT, "redirect_uri": REDIRECT, "scope": "connection:read",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256" });
    for (name, value) in changes.as_object().unwrap() {
        app[name] = value.clone();
    }
    service.call(Method::Post, AUTHORIZE, &user_token(), &json!({ "app": app }).to_string())
}

pub fn code(service: &Service, changes: Value) -> String {
    let reply = authorize(service, changes);
    assert_eq!(reply.status, 201, "{:?}", reply.json);
    reply.json["data"]["value"].as_str().unwrap().to_owned()
}

pub fn exchange(service: &Service, secret: &str, code: &str, changes: &[(&str, &str)]) -> Reply {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    service.basic("/oauth/token", CLIENT, secret, &fields)
}

#[test]
fn only_a_users_token_of_a_trusted_issuer_with_app_authorize_makes_a_code() {
    let service = service();
    let body = json!({ "app": { "client_id": CLIENT, "redirect_uri": REDIRECT } }).to_string();
    assert_eq!(service.send(Method::Post, AUTHORIZE, &[], &body).status, 401);
    assert_eq!(service.call(Method::Post, AUTHORIZE, &mint("app:read"), &body).status, 403);
    let own =
        json!({ "client_id": CLIENT, "client_type": "MSP", "scope": "app:authorize", "connection_id": CONNECTION });
    let own = sign(Signer::Own, json!({}), own);
    let reply = service.call(Method::Post, AUTHORIZE, &own, &body);
    assert_eq!((reply.status, &reply.json["error"]["message"]), (403, &json!("Forbidden")));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM authorization_codes"), 0);
}

#[test]
fn what_does_not_fit_makes_no_code() {
    let service = service();
    let blocked = "3580df72-275a-11e7-93ae-92361f002673";
    let text = |message: &str, kind: &str| json!({ "type": kind, "message": message });
    let redirect = "The redirection URI provided does not match a pre-registered value.";
    let cases = [
        (json!({ "client_id": "nobody" }), 401, text("Invalid client id.", "access_denied")),
        (json!({ "client_id": blocked }), 401, text("Client is blocked.", "access_denied")),
        (json!({ "redirect_uri": format!("{REDIRECT}/") }), 401, text(redirect, "invalid_client")),
        (json!({ "redirect_uri": "https://clinic.example/Callback" }), 401, text(redirect, "invalid_client")),
        (json!({ "redirect_uri": "https://other.example/callback" }), 401, text(redirect, "invalid_client")),
        (json!({ "scope": "role:read" }), 422, text("Scope is not allowed by client type.", "request_malformed")),
        (
            json!({ "scope": "connection:refresh_secret" }),
            422,
            text("User requested scope that is not allowed by role based access policies.", "request_malformed"),
        ),
    ];
    for (changes, status, error) in cases {
        let reply = authorize(&service, changes.clone());
        let mut told = reply.json["error"].clone();
        // Which bounds refuse which scopes: `scope_lists`.
        let bounds = told.as_object_mut().unwrap().remove("invalid");
        assert_eq!(bounds.is_some(), changes.get("scope").is_some(), "{changes}");
        assert_eq!((reply.status, &told), (status, &error), "{changes}");
    }
    for (changes, entry, rule) in [
        (json!({ "client_id": null }), "$.client_id", "required"),
        (json!({ "redirect_uri": 1 }), "$.redirect_uri", "cast"),
        (json!({ "code_challenge": "short" }), "$.code_challenge", "format"),
        (json!({ "code_challenge_method": "plain" }), "$.code_challenge_method", "inclusion"),
        (json!({ "code_challenge": null }), "$.code_challenge", "required"),
    ] {
        let reply = authorize(&service, changes);
        let invalid = &reply.json["error"]["invalid"][0];
        assert_eq!((reply.status, &invalid["entry"], &invalid["rules"][0]["rule"]), (422, &json!(entry), &json!(rule)));
    }
    let nobody = sign(Signer::LoginEs256, json!({}), json!({ "sub": "user-3", "scope": "app:authorize" }));
    let body = json!({ "app": { "client_id": CLIENT, "redirect_uri": REDIRECT } }).to_string();
    let empty = service.call(Method::Post, AUTHORIZE, &nobody, &body);
    let message = "Requested scope is empty. Scope not passed or user has no roles or global roles.";
    assert_eq!((empty.status, &empty.json["error"]["message"]), (422, &json!(message)));
    let stored = "SELECT (SELECT count(*) FROM authorization_codes) + (SELECT count(*) FROM audit)";
    assert_eq!(service.sql::<i64>(stored), 0);
}

#[test]
fn a_code_gives_a_users_token_bounded_by_type_and_roles() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    service.platform.trips.set(0);
    let made = authorize(&service, json!({ "scope": null }));
    assert_eq!((made.status, service.platform.trips.get()), (201, 1));
    let value = made.json["data"]["value"].as_str().unwrap();
    let location = format!("{REDIRECT}?code={value}");
    assert_eq!(
        (made.header("location"), made.header("cache-control")),
        (Some(location.as_str()), Some("no-store, no-transform"))
    );
    let id = made.json["data"]["id"].clone();
    let scope = "connection:read connection:write connection:delete";
    assert_eq!(
        (&made.json["data"], &made.json["urgent"]),
        (
            &json!({ "id": id, "name": "authorization_code", "value": value, "user_id": "user-1", "expires_at": NOW + 300,
                "details": { "scope": scope, "redirect_uri": REDIRECT, "client_id": CLIENT } }),
            &json!({ "redirect_uri": location })
        )
    );
    let audit = "SELECT group_concat(action || ' ' || actor || ' ' || subject) FROM audit WHERE action LIKE 'app%'";
    assert_eq!(service.sql::<String>(audit), format!("app.authorize user-1 client/{CLIENT}"));

    service.platform.trips.set(0);
    let reply = exchange(&service, &secret, value, &[]);
    assert_eq!((reply.status, service.platform.trips.get()), (200, 1), "{:?}", reply.json);
    assert_eq!(reply.json["scope"], scope);
    let token = reply.json["access_token"].as_str().unwrap();
    let (_, claims) = decoded(token);
    assert_eq!(
        (&claims["sub"], &claims["client_id"], &claims["connection_id"]),
        (&json!("user-1"), &json!(CLIENT), &json!(CONNECTION))
    );

    // The user's roles bound what a refresh gives, as they are then.
    service.platform.load("DELETE FROM user_roles WHERE id = '1'");
    let refresh = reply.json["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let refreshed = service.basic("/oauth/token", CLIENT, &secret, &fields);
    assert_eq!((refreshed.status, &refreshed.json["scope"]), (200, &json!("connection:delete")));
}

#[test]
fn a_code_is_for_its_connection_uri_and_verifier_and_for_300_s() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let sibling = service.secret(CLIENT, OTHER_CONNECTION);
    let value = code(&service, json!({}));
    let uri = ("redirect_uri", "https://clinic.example/own");
    for (by, changes, status, error) in [
        ("mes_wrong", vec![], 401, "invalid_client"),
        (sibling.as_str(), vec![], 400, "invalid_grant"),
        (&secret, vec![uri], 400, "invalid_grant"),
        (&secret, vec![("redirect_uri", "")], 400, "invalid_request"),
        (&secret, vec![("code_verifier", CHALLENGE)], 400, "invalid_grant"),
        (&secret, vec![("code_verifier", "")], 400, "invalid_grant"),
        (&secret, vec![("code", "mec_x")], 400, "invalid_grant"),
    ] {
        // A code of its own for each: a wrong verifier ends it.
        let value = code(&service, json!({}));
        let reply = exchange(&service, by, &value, &changes);
        assert_eq!((reply.status, reply.json["error"].as_str()), (status, Some(error)), "{changes:?}");
    }
    service.platform.now.set(NOW + 300);
    assert_eq!(exchange(&service, &secret, &value, &[]).json["error"], "invalid_grant");
    service.platform.now.set(NOW + 299);
    assert_eq!(exchange(&service, &secret, &value, &[]).status, 200);
    let without = code(&service, json!({ "code_challenge": null, "code_challenge_method": null }));
    assert_eq!(
        exchange(&service, &secret, &without, &[]).json["error"],
        "invalid_grant",
        "a verifier nobody asked for"
    );
    let without = code(&service, json!({ "code_challenge": null, "code_challenge_method": null }));
    assert_eq!(exchange(&service, &secret, &without, &[("code_verifier", "")]).status, 200);
}

#[test]
fn a_second_use_ends_what_the_first_gave() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let value = code(&service, json!({ "scope": "connection:delete" }));
    let reply = exchange(&service, &secret, &value, &[]);
    let token = reply.json["access_token"].as_str().unwrap();
    let path = format!("/api/clients/{CLIENT}/connections/none");
    assert_eq!(service.call(Method::Delete, &path, token, "").status, 404);
    let stranger = exchange(&service, "mes_wrong", &value, &[]);
    assert_eq!((stranger.status, service.call(Method::Delete, &path, token, "").status), (401, 404));
    let sibling = exchange(&service, &service.secret(CLIENT, OTHER_CONNECTION), &value, &[]);
    assert_eq!((sibling.status, service.call(Method::Delete, &path, token, "").status), (400, 404));
    assert_eq!(exchange(&service, &secret, &value, &[]).json["error"], "invalid_grant");
    assert_eq!(service.call(Method::Delete, &path, token, "").status, 401);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", reply.json["refresh_token"].as_str().unwrap())];
    assert_eq!(service.basic("/oauth/token", CLIENT, &secret, &fields).json["error"], "invalid_grant");
    assert_eq!(service.audited(), format!("grant.create,grant.end_reused client/{CLIENT}"));
}

#[test]
fn what_is_not_asked_for_is_given_whole_whatever_type_and_roles_call_the_vendors_pair() {
    const PAIR: &str = "AccessManager:Create, Update";
    const HALVES: &str = "AccessManager:Create AccessManager:Update";
    for (ceiling, roles, halves) in [
        (PAIR, PAIR, HALVES),
        (PAIR, HALVES, HALVES),
        (HALVES, PAIR, HALVES),
        (PAIR, "AccessManager:Update", "AccessManager:Update"),
        (HALVES, "AccessManager:Create", "AccessManager:Create"),
    ] {
        let service = service();
        service.platform.load(&format!(
            "UPDATE client_types SET scope = 'connection:delete {ceiling}'; UPDATE roles SET scope = '{roles}' WHERE id = 'r1';
             UPDATE clients SET priv_settings = '{{\"access_type\":\"DIRECT\"}}'"
        ));
        let secret = service.secret(CLIENT, CONNECTION);
        let value = code(&service, json!({ "scope": null }));
        let mut reply = exchange(&service, &secret, &value, &[]);
        for _ in 0..2 {
            assert_eq!(reply.json["scope"], json!(format!("connection:delete {halves}")), "{ceiling} | {roles}");
            let refresh = reply.json["refresh_token"].as_str().unwrap().to_owned();
            let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
            reply = service.basic("/oauth/token", CLIENT, &secret, &fields);
        }
    }
}

#[test]
fn two_connections_with_one_uri_need_the_consumer() {
    let service = service();
    service
        .platform
        .load(&format!("UPDATE connections SET redirect_uri = '{REDIRECT}' WHERE id = '{OTHER_CONNECTION}'"));
    let reply = authorize(&service, json!({}));
    assert_eq!((reply.status, &reply.json["error"]["invalid"][0]["entry"]), (422, &json!("$.consumer_id")));
    assert_eq!(authorize(&service, json!({ "consumer_id": CLIENT })).status, 201);
    assert_eq!(service.sql::<String>("SELECT connection_id FROM authorization_codes"), OTHER_CONNECTION);
}

#[test]
fn a_public_connection_has_the_code_grant_with_pkce_and_nothing_else() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let sql = format!("UPDATE connections SET token_endpoint_auth_method = 'none' WHERE id = '{CONNECTION}'");
    service.platform.load(&sql);
    let none = authorize(&service, json!({ "code_challenge": null, "code_challenge_method": null }));
    assert_eq!((none.status, &none.json["error"]["invalid"][0]["entry"]), (422, &json!("$.code_challenge")));
    let value = code(&service, json!({}));
    assert_eq!(exchange(&service, &secret, &value, &[]).json["error"], "invalid_client", "it has no secret any more");

    let fields = |verifier| {
        [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", value.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier),
        ]
    };
    assert_eq!(service.form("/oauth/token", &fields("wrong")).json["error"], "invalid_request");
    let reply = service.form("/oauth/token", &fields(VERIFIER));
    assert_eq!(reply.status, 200, "{:?}", reply.json);
    let refresh = reply.json["refresh_token"].as_str().unwrap();
    let again = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", refresh)];
    assert_eq!(service.form("/oauth/token", &again).status, 200);
    let own = [("grant_type", "client_credentials"), ("client_id", CLIENT)];
    assert_eq!(service.form("/oauth/token", &own).json["error"], "invalid_client");
    let token = [("token", refresh), ("client_id", CLIENT)];
    assert_eq!(service.form("/oauth/introspect", &token).json["error"], "invalid_client");
    assert_eq!(service.form("/oauth/revoke", &token).status, 200);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM refresh_grants"), 0);
    assert_eq!(service.form("/oauth/token", &again).json["error"], "invalid_grant");
}
