//! `client_credentials` at its three addresses.

use mithril_edge::http::{Header, Method};
use mithril_edge::memory::App;
use mithril_edge::settings::RawSettings;
use serde_json::json;

use super::*;
use crate::support::platform::NOW;
use crate::support::tokens;

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[test]
fn a_failed_authentication_never_says_which_part_failed() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let blocked = service.secret("3580df72-275a-11e7-93ae-92361f002673", "e5372365-d47a-467f-81d0-f35117864355");
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    let wrong = [
        ("unknown", secret.as_str()),
        (CLIENT, "mes_wrong"),
        (other, &secret),
        ("3580df72-275a-11e7-93ae-92361f002673", &blocked),
        (CONNECTION, &secret),
    ];
    for (client, secret) in wrong {
        service.platform.trips.set(0);
        let reply = service.basic("/oauth/token", client, secret, &[GRANT]);
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("Basic realm=\"mithril-edge\"")));
        assert_eq!(
            reply.json,
            json!({ "error": "invalid_client", "error_description": "Client authentication failed." })
        );
        assert_eq!(
            (reply.header("cache-control"), service.platform.trips.get()),
            (Some("no-store, no-transform"), 1),
            "{client}"
        );
    }
    assert!(!service.platform.log.borrow().join("\n").contains("mes_"));
}

#[test]
fn malformed_requests_are_400_or_401_and_cost_no_round_trip() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    service.platform.trips.set(0);
    let form = "application/x-www-form-urlencoded";
    let basic = "Basic MTM4MDpkZjcy";
    type Case<'a> = (&'a [(Header, &'a str)], &'a str, u16, &'a str);
    let cases: &[Case] = &[
        (&[], "grant_type=client_credentials", 400, "invalid_request"),
        (&[(Header::ContentType, "application/json")], "{}", 400, "invalid_request"),
        (&[(Header::ContentType, form)], "", 400, "invalid_request"),
        (&[(Header::ContentType, form)], "grant_type=", 400, "invalid_request"),
        (&[(Header::ContentType, form)], "grant_type=client_credentials", 401, "invalid_client"),
        (&[(Header::ContentType, form)], "grant_type=client_credentials&client_id=%ff", 400, "invalid_request"),
        (&[(Header::ContentType, form)], "grant_type=client_credentials&client_id=%", 400, "invalid_request"),
        (&[(Header::ContentType, form)], "grant_type=a&grant_type=a", 400, "invalid_request"),
        (&[(Header::ContentType, form)], "grant_type=password", 400, "unsupported_grant_type"),
        (&[(Header::ContentType, form)], "grant_type=client_credentials&client_secret=x", 400, "invalid_request"),
        (&[(Header::ContentType, form)], "grant_type=client_credentials&client_id=x", 401, "invalid_client"),
        (
            &[(Header::ContentType, form), (Header::Authorization, basic)],
            "grant_type=client_credentials&client_secret=x",
            400,
            "invalid_request",
        ),
        (
            &[(Header::ContentType, form), (Header::Authorization, basic)],
            "grant_type=client_credentials&client_id=other",
            400,
            "invalid_request",
        ),
        (
            &[(Header::ContentType, form), (Header::Authorization, "Bearer x")],
            "grant_type=client_credentials",
            401,
            "invalid_client",
        ),
        (
            &[(Header::ContentType, form), (Header::Authorization, "Basic =")],
            "grant_type=client_credentials",
            401,
            "invalid_client",
        ),
    ];
    for (headers, body, status, error) in cases {
        let reply = service.send(Method::Post, "/oauth/token", headers, body);
        assert_eq!((reply.status, reply.json["error"].as_str()), (*status, Some(*error)), "{body}");
    }
    assert_eq!(service.send(Method::Get, "/oauth/token", &[], "").header("allow"), Some("POST, OPTIONS"));
    assert_eq!(service.platform.trips.get(), 0);
    assert_eq!(service.token(CLIENT, &secret).split('.').count(), 3);
}

#[test]
fn the_token_is_rfc_9068s_and_opens_what_its_scope_allows() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    service.platform.trips.set(0);
    let reply =
        service.basic("/oauth/token", CLIENT, &secret, &[GRANT, ("scope", "connection:write connection:write")]);
    assert_eq!((reply.status, service.platform.trips.get()), (200, 1));
    assert_eq!(
        (reply.header("cache-control"), reply.header("pragma")),
        (Some("no-store, no-transform"), Some("no-cache"))
    );
    let token = reply.json["access_token"].as_str().unwrap();
    assert_eq!(
        reply.json,
        json!({ "access_token": token, "token_type": "Bearer", "expires_in": 900, "scope": "connection:write" })
    );
    let (head, mut claims) = decoded(token);
    assert_eq!(head, json!({ "alg": "ES256", "typ": "at+jwt", "kid": "own" }));
    assert_eq!(claims["jti"].take().as_str().map(str::len), Some(36));
    // The secret was made in this second, which ended all earlier tokens.
    assert_eq!(
        claims,
        json!({ "iss": "https://edge.test", "aud": "mithril-edge", "sub": CLIENT, "iat": NOW + 1, "exp": NOW + 900,
            "jti": null, "client_id": CLIENT, "client_type": "MSP", "connection_id": CONNECTION,
            "scope": "connection:write" })
    );
    let path = format!("/api/clients/{CLIENT}/connections/{CONNECTION}");
    let body = r#"{"redirect_uri":"https://new.test"}"#;
    assert_eq!(service.call(Method::Patch, &path, token, body).status, 200);
    assert_eq!(service.call(Method::Delete, &path, token, "").status, 403);
    let log = service.platform.log.borrow().join("\n");
    assert!(log.contains(r#""route":"/oauth/token","status":200"#) && log.contains(CLIENT), "{log}");
    assert!(!log.contains(token) && !log.contains(&secret));
}

#[test]
fn nothing_asked_gives_the_ceiling_and_more_is_refused() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let all = service.basic("/oauth/token", CLIENT, &secret, &[GRANT]);
    assert_eq!(all.json["scope"], CEILING);
    for scope in ["role:read", "connection:read role:read", "connection:rea", "connection:read \\", "*"] {
        let reply = service.basic("/oauth/token", CLIENT, &secret, &[GRANT, ("scope", scope)]);
        assert_eq!((reply.status, reply.json["error"].as_str()), (400, Some("invalid_scope")), "{scope}");
    }
}

#[test]
fn a_brokers_scope_bounds_what_it_gets_for_a_client_of_access_type_broker() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let own = service.secret(CLIENT, OTHER_CONNECTION);
    service.platform.load(
        "UPDATE clients SET priv_settings = '{\"access_type\":\"DIRECT\",\"broker_scope\":\"connection:read x\"}'
         WHERE id = '25c03af6-69bd-439e-b0dd-f1669b3dbbfd'",
    );
    let scope = |secret: &str| service.basic("/oauth/token", CLIENT, secret, &[GRANT]).json["scope"].clone();
    assert_eq!((scope(&secret), scope(&own)), (json!("connection:read"), json!(CEILING)));
    let more = service.basic("/oauth/token", CLIENT, &secret, &[GRANT, ("scope", "connection:write")]);
    assert_eq!(more.json["error"], "invalid_scope");
    service
        .platform
        .load(&format!("UPDATE clients SET priv_settings = '{{\"access_type\":\"DIRECT\"}}' WHERE id = '{CLIENT}'"));
    assert_eq!(scope(&secret), CEILING);
}

#[test]
fn secrets_in_the_body_and_of_former_peppers_count_and_expired_ones_do_not() {
    let mut service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let ask = |service: &Service| {
        service.form("/oauth/token", &[GRANT, ("client_id", CLIENT), ("client_secret", &secret)]).status
    };
    assert_eq!(ask(&service), 200);
    let peppers = |versions: &[u8]| {
        let list = versions
            .iter()
            .map(|version| json!({ "version": version, "key": Base64UrlUnpadded::encode_string(&[version + 6; 32]) }));
        let raw = RawSettings { secret_peppers: Some(list.collect::<Value>().to_string()), ..tokens::settings() };
        App::new(&raw)
    };
    service.app = peppers(&[2, 1]);
    assert_eq!(ask(&service), 200);
    // That use stored its digest under the current pepper.
    service.app = peppers(&[1]);
    assert_eq!(ask(&service), 401);
    service.app = peppers(&[2]);
    assert_eq!(ask(&service), 200);
    service.platform.load("UPDATE connection_secrets SET expires_at = '2020-01-01T00:00:00Z'");
    assert_eq!(ask(&service), 401);
}

#[test]
fn without_a_signing_key_no_token_is_issued() {
    let service = Service::with(|raw| {
        let keys: serde_json::Value = serde_json::from_str(raw.signing_keys.as_deref().unwrap()).unwrap();
        let mut keys = keys;
        keys["keys"][0].as_object_mut().unwrap().remove("d");
        raw.signing_keys = Some(keys.to_string());
    });
    let secret = service.secret(CLIENT, CONNECTION);
    let reply = service.basic("/oauth/token", CLIENT, &secret, &[GRANT]);
    assert_eq!(
        (reply.status, reply.json),
        (500, json!({ "error": "server_error", "error_description": "Internal server error." }))
    );
    assert_eq!(service.app.settings.problems, ["SIGNING_KEYS: key 0 lacks a coordinate: no token can be issued"]);
}

#[test]
fn too_many_calls_of_a_client_from_its_address_are_429() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    service.platform.allowance.set(0);
    service.platform.trips.set(0);
    let reply = service.basic("/oauth/token", CLIENT, &secret, &[GRANT]);
    assert_eq!((reply.status, reply.header("retry-after")), (429, Some("10")));
    assert_eq!(reply.header("cache-control"), Some("no-store, no-transform"));
    assert_eq!(reply.json["error"], "temporarily_unavailable");
    assert_eq!(service.platform.limited.borrow().as_slice(), [format!("{CLIENT} ")]);
    assert_eq!(service.platform.trips.get(), 0);
}

#[test]
fn a_repeated_resource_breaks_no_token_request_at_any_address_and_any_other_repeated_name_does() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let repeated = |name| [GRANT, (name, "https://a.test"), (name, "https://b.test"), ("resource", "")];
    for path in ["/oauth/token", "/oAuth/rest/v2/Token"] {
        assert_eq!(service.basic(path, CLIENT, &secret, &repeated("audience")).status, 400, "{path}");
        let reply = service.basic(path, CLIENT, &secret, &repeated("resource"));
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    }
    let token = service.token(CLIENT, &secret);
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let fields = [("token", token.as_str()), ("resource", "x"), ("resource", "y")];
        assert_eq!(service.basic(path, CLIENT, &secret, &fields).status, 200, "{path}");
    }
    let json = |name: &str| {
        let mut members = json!({ "grant_type": "client_credentials", "client_id": CLIENT, "client_secret": secret });
        members[name] = json!(["https://a.test", "https://b.test"]);
        let body = json!({ "token": members }).to_string();
        service.send(Method::Post, "/oauth/tokens", &[(Header::ContentType, "application/json")], &body).status
    };
    assert_eq!((json("scope"), json("audience"), json("resource")), (422, 201, 201), "what is not read is not judged");
}
