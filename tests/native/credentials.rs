//! Replacing how the client of a connection authenticates, by the upsert: who may, and what ends.

use mithril_edge::http::Header::ApiKey;
use mithril_edge::http::Method::{Delete, Get, Patch, Put};
use mithril_edge::memory::App;
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, CONNECTION, MIS, OTHER};
use crate::support::tokens::{self, Signer, login_jwk, mint_as, sign};
use crate::support::{Reply, Service, mint};

const PATH: &str = "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections";
const URI: &str = "https://clinic.example/callback";
const MIS_OWN: &str = "e5372365-d47a-467f-81d0-f35117864370";
const OTHER_OWN: &str = "e5372365-d47a-467f-81d0-f35117864371";

/// A key that nobody here can sign with.
fn foreign_key(kid: &str) -> Value {
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid })
}

/// The login service's Ed25519 key.
fn ed_key() -> Value {
    let trusted: Value = serde_json::from_str(&tokens::settings().trusted_issuers.expect("issuers")).expect("JSON");
    trusted[0]["jwks"]["keys"][1].clone()
}

fn keys(keys: &[Value]) -> Value {
    json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": keys } })
}

fn body(consumer: &str, credentials: &Value) -> String {
    let mut body = json!({ "consumer_id": consumer, "redirect_uri": URI });
    for (name, value) in credentials.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body.to_string()
}

fn put(service: &Service, credentials: &Value) -> Reply {
    service.call(Put, PATH, &mint("connection:write connection:refresh_secret"), &body(MIS, credentials))
}

/// A connection of the clinic that has two registered keys.
fn service() -> Service {
    let service = Service::default();
    let stored = json!({ "keys": [login_jwk("ec"), foreign_key("foreign")] });
    service.platform.load(&format!(
        "UPDATE connections SET token_endpoint_auth_method = 'private_key_jwt', jwks = '{stored}' WHERE id = '{CONNECTION}'"
    ));
    service
}

/// Name, what the body says, whether these are other credentials, whether old ones end, and the fields of the audit.
fn cases() -> Vec<(&'static str, Value, bool, bool, &'static str)> {
    let (ec, bare) = (login_jwk("ec"), foreign_key("foreign"));
    let jwks = r#"["jwks"]"#;
    vec![
        ("nothing", json!({}), false, false, "[]"),
        ("the same", keys(&[ec.clone(), bare.clone()]), false, false, "[]"),
        ("another order", keys(&[bare.clone(), ec.clone()]), false, false, jwks),
        ("one more", keys(&[ec.clone(), bare.clone(), ed_key()]), true, false, jwks),
        ("one less", keys(std::slice::from_ref(&ec)), true, true, jwks),
        ("one less without a kid", keys(std::slice::from_ref(&bare)), true, true, jwks),
        ("one for another", keys(&[ec.clone(), ed_key()]), true, true, jwks),
        ("another under the same kid", keys(&[foreign_key("ec"), bare.clone()]), true, true, jwks),
        (
            "another method",
            json!({ "token_endpoint_auth_method": "client_secret_basic" }),
            true,
            true,
            r#"["token_endpoint_auth_method","jwks"]"#,
        ),
        (
            "no method at all",
            json!({ "token_endpoint_auth_method": "none" }),
            true,
            true,
            r#"["token_endpoint_auth_method","jwks"]"#,
        ),
    ]
}

#[test]
fn other_credentials_need_the_scope_of_a_refresh() {
    for (name, credentials, are_other, ..) in cases() {
        for token in [mint("connection:write"), mint_as("MSP", CLINIC, "connection:write")] {
            let service = service();
            let before = service.dump();
            let reply = service.call(Put, PATH, &token, &body(MIS, &credentials));
            assert_eq!(service.platform.trips.get(), 1, "{name}");
            if are_other {
                assert_eq!((reply.status, &reply.json["error"]["message"]), (403, &json!("Invalid scopes")), "{name}");
                let challenge = reply.header("www-authenticate").expect("a challenge");
                assert!(challenge.contains("scope=\"connection:refresh_secret\""), "{name}: {challenge}");
                assert_eq!(service.dump(), before, "{name}");
            } else {
                assert_eq!(reply.status, 200, "{name}: {}", reply.text);
            }
        }
    }
}

#[test]
fn a_new_pair_has_no_credentials_that_could_be_replaced() {
    let service = Service::with(|raw| raw.api_key_rule = Some("refresh".to_owned()));
    let reply = service.call(Put, PATH, &mint("connection:write"), &body(OTHER, &keys(&[login_jwk("ec")])));
    assert_eq!(reply.status, 201, "{}", reply.text);
    let stored = "SELECT token_endpoint_auth_method || ' ' || json_array_length(jwks, '$.keys') || ' ' || version || ' '
        || COALESCE(tokens_valid_after, 'never') FROM connections WHERE consumer_id = '2480df72-275a-11e7-93ae-92361f002672'";
    assert_eq!(service.sql::<String>(stored), "private_key_jwt 1 1 never");
}

#[test]
fn removed_keys_and_another_method_end_what_was_issued_and_an_added_key_ends_nothing() {
    for (name, credentials, _, ends, _) in cases() {
        let service = service();
        service.platform.now.set(NOW + 10);
        // What was issued through the connection: a token, a grant and a code.
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION),
            ("client_assertion", &assertion(Signer::LoginEs256, "1")),
        ];
        let granted = form(&service, "/oAuth/rest/v2/Token", &fields);
        let access = granted.json["access_token"].as_str().expect("a token").to_owned();
        let refresh = granted.json["refresh_token"].as_str().expect("a token").to_owned();
        service.platform.load(&format!(
            "INSERT INTO authorization_codes (digest, connection_id, user_id, scope, redirect_uri, code_iat, code_exp)
             VALUES ('x', '{CONNECTION}', 'user-1', 'connection:read', '{URI}', {}, {})",
            NOW + 10,
            NOW + 300
        ));
        service.platform.now.set(NOW + 20);
        assert_eq!(put(&service, &credentials).status, 200, "{name}");

        let unknown = format!("{PATH}/unknown");
        let alive = if ends { 401 } else { 404 };
        for method in [Get, Delete] {
            assert_eq!(service.call(method, &unknown, &access, "").status, alive, "{name}");
        }
        let live = |column: &str, table: &str| {
            service.sql::<i64>(&format!(
                "SELECT count(*) FROM {table} one JOIN connections link ON link.id = one.connection_id
                 WHERE one.{column} > COALESCE(link.tokens_valid_after, -1)"
            ))
        };
        let left = i64::from(!ends);
        assert_eq!((live("grant_iat", "grants"), live("code_iat", "authorization_codes")), (left, left), "{name}");
        if name.starts_with("one more") {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", &refresh),
                ("client_assertion_type", ASSERTION),
                ("client_assertion", &assertion(Signer::LoginEs256, "2")),
            ];
            assert_eq!(form(&service, "/oauth/token", &fields).status, 200, "{name}");
        }
    }
}

#[test]
fn a_revocation_by_an_upsert_never_moves_an_earlier_one_back() {
    let service = service();
    service
        .platform
        .load(&format!("UPDATE connections SET tokens_valid_after = {} WHERE id = '{CONNECTION}'", NOW + 50));
    assert_eq!(put(&service, &json!({ "token_endpoint_auth_method": "none" })).status, 200);
    let after = format!("SELECT tokens_valid_after FROM connections WHERE id = '{CONNECTION}'");
    assert_eq!(service.sql::<i64>(&after), NOW + 51);
}

#[test]
fn an_old_key_and_an_added_one_grant_at_once() {
    let service = service();
    let ask = |signer: Signer, jti: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION),
            ("client_assertion", &assertion(signer, jti)),
        ];
        form(&service, "/oauth/token", &fields).status
    };
    assert_eq!([ask(Signer::LoginEs256, "1"), ask(Signer::LoginEdDsa, "2")], [200, 401]);
    let both = keys(&[login_jwk("ec"), foreign_key("foreign"), ed_key()]);
    assert_eq!(put(&service, &both).status, 200);
    assert_eq!([ask(Signer::LoginEs256, "3"), ask(Signer::LoginEdDsa, "4")], [200, 200]);
    let one = json!({ "keys": [ed_key()] });
    assert_eq!(put(&service, &keys(&[ed_key()])).status, 200);
    assert_eq!([ask(Signer::LoginEs256, "5"), ask(Signer::LoginEdDsa, "6")], [401, 200]);

    // Another isolate has made the change, and this one remembers the keys of before.
    let set = |jwks: &Value| {
        service.platform.load(&format!("UPDATE connections SET jwks = '{jwks}' WHERE id = '{CONNECTION}'"));
    };
    set(&json!({ "keys": [ed_key(), login_jwk("ec")] }));
    assert_eq!(ask(Signer::LoginEdDsa, "7"), 200, "the old one");
    assert_eq!(ask(Signer::LoginEs256, "8"), 200, "the added one");
    set(&one);
    assert_eq!([ask(Signer::LoginEs256, "9"), ask(Signer::LoginEdDsa, "10")], [401, 200]);
}

#[test]
fn the_audit_names_the_connection_and_the_fields_that_really_changed() {
    let last = "SELECT action || ' ' || subject || ' ' || fields FROM audit ORDER BY seq DESC LIMIT 1";
    for (name, credentials, _, _, fields) in cases() {
        let service = service();
        assert_eq!(put(&service, &credentials).status, 200, "{name}");
        assert_eq!(service.sql::<String>(last), format!("connection.put connection/{CONNECTION} {fields}"), "{name}");
    }
    let service = service();
    let token = mint("connection:write");
    for (uri, fields) in [("https://new.test", r#"["redirect_uri"]"#), ("https://new.test", "[]")] {
        let body = json!({ "consumer_id": MIS, "redirect_uri": uri }).to_string();
        assert_eq!(service.call(Put, PATH, &token, &body).status, 200);
        assert_eq!(service.sql::<String>(last), format!("connection.put connection/{CONNECTION} {fields}"));
    }
    for (uri, fields) in [("https://newer.test", r#"["redirect_uri"]"#), ("https://newer.test", "[]")] {
        let body = json!({ "redirect_uri": uri }).to_string();
        assert_eq!(service.call(Patch, &format!("{PATH}/{CONNECTION}"), &token, &body).status, 200);
        assert_eq!(service.sql::<String>(last), format!("connection.update connection/{CONNECTION} {fields}"));
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 4);
    let unknown = json!({ "consumer_id": "00000000-0000-4000-8000-000000000000", "redirect_uri": URI }).to_string();
    assert_eq!(service.call(Put, PATH, &token, &unknown).status, 422);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 4);
}

/// A service under a rule for the `api-key`. The secrets are those of connections that the MIS and another client have
/// with themselves.
fn keyed(rule: &str) -> (Service, [String; 2]) {
    let mut service = service();
    for (id, client) in [(MIS_OWN, MIS), (OTHER_OWN, OTHER)] {
        service.platform.load(&format!(
            "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
             VALUES ('{id}', '{client}', '{client}', 'https://a.test', '2024-03-09T08:00:00Z', '2024-03-09T08:00:00Z');"
        ));
    }
    service.platform.load(
        "UPDATE clients SET priv_settings = '{\"access_type\":\"BROKER\",\"broker_scope\":\"connection:write connection:refresh_secret\"}'",
    );
    let secrets = [service.secret(MIS, MIS_OWN), service.secret(OTHER, OTHER_OWN)];
    service.app =
        App::new(&mithril_edge::settings::RawSettings { api_key_rule: Some(rule.to_owned()), ..tokens::settings() });
    service.platform.load("DELETE FROM audit");
    (service, secrets)
}

#[test]
fn other_credentials_need_the_consumers_key_under_both_rules() {
    let token = mint_as("MSP", CLINIC, "connection:write connection:refresh_secret");
    for rule in ["refresh", "broker"] {
        for (name, credentials, are_other, ..) in cases() {
            let (service, [of_consumer, of_other]) = keyed(rule);
            let put = |key: Option<&str>| {
                let more: Vec<_> = key.map(|key| (ApiKey, key)).into_iter().collect();
                service.call_with(Put, PATH, &token, &more, &body(MIS, &credentials))
            };
            let is_broker = rule == "broker";
            let before = service.sql::<String>("SELECT group_concat(version || jwks) FROM connections");
            for (key, status, message) in [
                (None, 401, if is_broker { "API-KEY header required" } else { "api-key header not set" }),
                (
                    Some("mes_none"),
                    401,
                    if is_broker { "API-KEY header is invalid." } else { "invalid api-key header" },
                ),
                (Some(of_other.as_str()), 403, ""),
            ] {
                // The broker rule asks every call for some key.
                if are_other || (is_broker && status == 401) {
                    let reply = put(key);
                    let told = reply.json["error"]["message"].as_str().unwrap_or_default();
                    assert_eq!((reply.status, told), (status, message), "{rule}, {name}: {}", reply.text);
                    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0, "{rule}, {name}");
                    let after = service.sql::<String>("SELECT group_concat(version || jwks) FROM connections");
                    assert_eq!(after, before, "{rule}, {name}");
                }
            }
            let key = (are_other || is_broker).then_some(of_consumer.as_str());
            assert_eq!(put(key).status, 200, "{rule}, {name}");
            let used =
                format!("SELECT last_used_at IS NOT NULL FROM connection_secrets WHERE connection_id = '{MIS_OWN}'");
            assert_eq!(service.sql::<bool>(&used), are_other || is_broker, "{rule}, {name}: its use is noted");
        }
    }
}

#[test]
fn a_broker_that_may_not_refresh_secrets_replaces_no_credentials() {
    let token = mint_as("MSP", CLINIC, "connection:write connection:refresh_secret");
    for (name, credentials, are_other, ..) in cases() {
        let (service, [of_consumer, _]) = keyed("broker");
        service.platform.load(&format!(
            "UPDATE clients SET priv_settings = '{{\"access_type\":\"BROKER\",\"broker_scope\":\"connection:write\"}}' WHERE id = '{MIS}'"
        ));
        let before = service.dump();
        let reply = service.call_with(Put, PATH, &token, &[(ApiKey, &of_consumer)], &body(MIS, &credentials));
        assert_eq!(reply.status, if are_other { 403 } else { 200 }, "{name}: {}", reply.text);
        assert_eq!(service.dump() == before, are_other, "{name}");
    }
}

#[test]
fn a_client_needs_no_key_for_the_credentials_of_its_own_connection() {
    let (service, _) = keyed("refresh");
    let token = mint_as("MSP", CLINIC, "connection:write connection:refresh_secret");
    let none = json!({ "token_endpoint_auth_method": "none" });
    let reply = service.call(Put, PATH, &token, &body(CLINIC, &none));
    assert_eq!(reply.status, 200, "{}", reply.text);
}

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn form(service: &Service, path: &str, fields: &[(&str, &str)]) -> Reply {
    let mut fields = fields.to_vec();
    fields.push(("client_id", CLINIC));
    service.form(path, &fields)
}

fn assertion(signer: Signer, jti: &str) -> String {
    let claims = json!({ "iss": CLINIC, "sub": CLINIC, "aud": "https://edge.test/oauth/token", "exp": NOW + 300,
        "jti": jti, "client_id": null, "client_type": null, "scope": null });
    sign(signer, json!({ "typ": "JWT" }), claims)
}
