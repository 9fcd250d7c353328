//! A block of a consumer: whatever its connections gave or could give stops, at every address, and goes on where it was when
//! the block ends, as with a blocked client.

use mithril_edge::memory::App;
use mithril_edge::settings::RawSettings;
use serde_json::json;

use super::code::{REDIRECT, VERIFIER, authorize, code, service};
use super::*;
use crate::support::tokens::{Signer, login_jwk, settings, sign};

const MIS: &str = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
const ROLE: &str = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";

fn set_block(service: &Service, client: &str, action: &str) {
    let path = format!("/admin/clients/{client}/actions/{action}");
    let body = if action == "block" { r#"{"client":{"block_reason":"a test"}}"# } else { "" };
    let reply = service.call(Method::Patch, &path, &mint("client:write"), body);
    assert_eq!(reply.status, 200, "{:?}", reply.json);
}

/// What came through the clinic's connection whose consumer is the MIS.
struct Issued {
    secret: String,
    access: String,
    refresh: String,
    code: String,
}

fn issue(service: &Service) -> Issued {
    let secret = service.secret(CLIENT, CONNECTION);
    let grant = service.basic("/oAuth/rest/v2/Token", CLIENT, &secret, &[("grant_type", "client_credentials")]);
    let text = |name: &str| grant.json[name].as_str().unwrap().to_owned();
    Issued { access: text("access_token"), refresh: text("refresh_token"), code: code(service, json!({})), secret }
}

impl Issued {
    /// The status of a read and of a change with the access token.
    fn used(&self, service: &Service) -> [u16; 2] {
        let path = format!("/api/clients/{CLIENT}/connections");
        let change = format!("{path}/none");
        [
            service.call(Method::Get, &path, &self.access, "").status,
            service.call(Method::Delete, &change, &self.access, "").status,
        ]
    }

    /// The statuses of token requests: a new token, one with a refresh token, and introspection of the access token.
    fn asked(&self, service: &Service) -> [u16; 4] {
        let own = [("grant_type", "client_credentials")];
        let old =
            [("grant_type", "client_credentials"), ("client_id", CLIENT), ("client_secret", self.secret.as_str())];
        [
            service.basic("/oauth/token", CLIENT, &self.secret, &own).status,
            service.basic("/oAuth/rest/v2/Token", CLIENT, &self.secret, &own).status,
            service.form("/oauth/token", &old).status,
            service.basic("/oauth/introspect", CLIENT, &self.secret, &[("token", &self.access)]).status,
        ]
    }

    /// The statuses of the refresh and of the exchange of the code.
    fn redeemed(&self, service: &Service) -> [u16; 2] {
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", self.refresh.as_str())];
        let by_code = [
            ("grant_type", "authorization_code"),
            ("code", self.code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        [
            service.basic("/oauth/token", CLIENT, &self.secret, &refresh).status,
            service.basic("/oauth/token", CLIENT, &self.secret, &by_code).status,
        ]
    }
}

#[test]
fn a_blocked_consumers_connections_give_nothing_and_its_tokens_open_nothing_until_the_block_ends() {
    // A block of the client itself is the measure.
    for blocked in [MIS, CLIENT] {
        let service = service();
        let issued = issue(&service);
        assert_eq!((issued.used(&service), issued.asked(&service)), ([200, 404], [200; 4]));
        set_block(&service, blocked, "block");
        assert_eq!(issued.used(&service), [401, 401], "{blocked}");
        let before = service.dump();
        assert_eq!(issued.asked(&service), [401; 4], "{blocked}");
        assert_eq!(issued.redeemed(&service), [401; 2], "{blocked}");
        let made = authorize(&service, json!({}));
        assert_eq!(
            (made.status, &made.json["error"]["message"]),
            (401, &json!("Client is blocked.")),
            "{blocked}: {:?}",
            made.json
        );
        assert_eq!(service.dump(), before, "{blocked}");
        set_block(&service, blocked, "unblock");
        assert_eq!(issued.used(&service), [200, 404], "{blocked}");
        assert_eq!((issued.asked(&service), issued.redeemed(&service)), ([200; 4], [200; 2]), "{blocked}");
    }
}

#[test]
fn the_clients_other_connections_go_on() {
    let service = service();
    let secret = service.secret(CLIENT, OTHER_CONNECTION);
    let token = service.token(CLIENT, &secret);
    set_block(&service, MIS, "block");
    let path = format!("/api/clients/{CLIENT}/connections");
    assert_eq!(service.call(Method::Get, &path, &token, "").status, 200);
    service.token(CLIENT, &secret);
}

#[test]
fn a_role_that_memory_knows_is_refused_to_a_blocked_consumers_token_from_the_next_call_on() {
    let service = service();
    service.platform.load(
        "UPDATE client_types SET scope = scope || ' role:read';
         UPDATE clients SET priv_settings = '{\"access_type\":\"DIRECT\"}'",
    );
    let issued = issue(&service);
    assert_eq!(service.call(Method::Get, ROLE, &issued.access, "").status, 200);
    let trips = service.platform.trips.get();
    assert_eq!(service.call(Method::Get, ROLE, &issued.access, "").status, 200);
    assert_eq!(service.platform.trips.get(), trips, "memory knows it");
    set_block(&service, MIS, "block");
    assert_eq!(service.call(Method::Get, ROLE, &issued.access, "").status, 401);
}

#[test]
fn an_assertion_by_a_key_of_a_blocked_consumers_connection_is_refused() {
    let service = service();
    let jwks = json!({ "keys": [login_jwk("ec")] }).to_string();
    service.platform.load(&format!(
        "UPDATE connections SET token_endpoint_auth_method = 'private_key_jwt', jwks = '{jwks}' WHERE id = '{CONNECTION}'"
    ));
    let ask = |jti: &str| {
        let jwt = super::assertion::assertion(Signer::LoginEs256, json!({}), json!({ "jti": jti }));
        super::assertion::ask(&service, &jwt).status
    };
    assert_eq!(ask("1"), 200);
    set_block(&service, MIS, "block");
    assert_eq!(ask("2"), 401);
    set_block(&service, MIS, "unblock");
    assert_eq!(ask("3"), 200);
}

#[test]
fn an_administration_learns_that_a_blocked_consumers_refresh_token_is_not_active() {
    let service = service();
    let issued = issue(&service);
    let admin = "0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01";
    service.platform.load(&format!(
        "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
         VALUES ('admin-own', '{admin}', '{admin}', 'https://a.test', '2024-03-09T08:00:00Z', '2024-03-09T08:00:00Z');
         UPDATE client_types SET scope = '{}' WHERE context = 'any'",
        ENFORCED.join(" ")
    ));
    let secret = service.secret(admin, "admin-own");
    let active = |token: &str| {
        let reply = service.basic("/oauth/introspect", admin, &secret, &[("token", token)]);
        assert_eq!(reply.status, 200, "{:?}", reply.json);
        reply.json["active"].clone()
    };
    for blocked in [MIS, CLIENT] {
        assert_eq!([active(&issued.refresh), active(&issued.access)], [json!(true), json!(true)]);
        set_block(&service, blocked, "block");
        assert_eq!([active(&issued.refresh), active(&issued.access)], [json!(false), json!(false)], "{blocked}");
        set_block(&service, blocked, "unblock");
    }
    let path = format!("/admin/clients/{CLIENT}/actions/deactivate_tokens");
    assert_eq!(service.call(Method::Patch, &path, &mint("client:write"), "").status, 200);
    assert_eq!([active(&issued.refresh), active(&issued.access)], [json!(false), json!(false)]);
}

/// Under a rule for the `api-key`, a connection's secret is one: of every call, or of refreshes alone.
#[test]
fn a_blocked_brokers_secret_is_no_api_key() {
    // The connection of the key is the MIS's, and another client is its consumer. A block of either counts.
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    let rules = [("broker", "API-KEY header is invalid."), ("refresh", "invalid api-key header")];
    for (blocked, (rule, refused)) in [MIS, other].iter().flat_map(|blocked| rules.map(|rule| (blocked, rule))) {
        let mut service = Service::default();
        service.platform.load(&format!(
            "UPDATE clients SET priv_settings = '{{\"access_type\":\"BROKER\",\"broker_scope\":\"{CEILING}\"}}';
             INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
             VALUES ('mis-own', '{MIS}', '{other}', 'https://a.test', '2024-03-09T08:00:00Z', '2024-03-09T08:00:00Z');"
        ));
        let key = service.secret(MIS, "mis-own");
        service.app = App::new(&RawSettings { api_key_rule: Some(rule.to_owned()), ..settings() });
        let claims = json!({ "client_id": CLIENT, "client_type": "MSP", "scope": CEILING });
        let token = sign(Signer::LoginEs256, json!({}), claims);
        let call = |method, path: &str| {
            service.call_with(method, path, &token, &[(Header::ApiKey, &key)], "").json["error"]["message"].clone()
        };
        let list = format!("/api/clients/{CLIENT}/connections");
        let refresh = format!("{list}/{CONNECTION}/actions/refresh_secret");
        assert_eq!([call(Method::Get, &list), call(Method::Patch, &refresh)], [Value::Null, Value::Null]);
        service.platform.load(&format!("UPDATE clients SET is_blocked = 1 WHERE id = '{blocked}'"));
        assert_eq!(call(Method::Patch, &refresh), json!(refused), "{rule} {blocked}");
        let listed = if rule == "broker" { json!(refused) } else { Value::Null };
        assert_eq!(call(Method::Get, &list), listed, "{rule} {blocked}");
    }
}
