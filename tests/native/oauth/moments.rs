//! A revocation has no gap in time: it ends whatever was issued before it, and nothing that is issued after it.

use serde_json::json;

use super::code::{REDIRECT, VERIFIER, code, service};
use super::*;
use crate::support::platform::NOW;
use crate::support::tokens::{Signer, sign};

/// Each way to revoke what was issued through the connection.
const REVOCATIONS: [&str; 3] = ["deactivate", "other type", "refresh"];

/// Makes the revocation, as an administrator.
fn revoke(service: &Service, way: &str, secret: &mut String) {
    let scope = &format!("client:write {CEILING}");
    let admin = sign(Signer::LoginEs256, json!({}), json!({ "scope": scope, "iat": service.platform.now.get() }));
    let client = format!("/admin/clients/{CLIENT}");
    let reply = match way {
        "deactivate" => service.call(Method::Patch, &format!("{client}/actions/deactivate_tokens"), &admin, ""),
        "other type" => {
            let old: String = service.sql(&format!("SELECT client_type_id FROM clients WHERE id = '{CLIENT}'"));
            let new = if old == "type-msp" { "type-twin" } else { "type-msp" };
            let body = json!({ "name": "Clinic", "client_type_id": new }).to_string();
            service.call(Method::Put, &client, &admin, &body)
        }
        _ => {
            let path = format!("/api/clients/{CLIENT}/connections/{CONNECTION}/actions/refresh_secret");
            let reply = service.call(Method::Patch, &path, &admin, "");
            reply.json["data"]["secret"].as_str().unwrap_or_default().clone_into(secret);
            reply
        }
    };
    assert_eq!(reply.status, 200, "{way}: {:?}", reply.json);
}

/// What was issued through the connection: an access token, one with a refresh token, and a code.
struct Issued {
    access: String,
    with_refresh: String,
    refresh: String,
    code: String,
}

fn issue(service: &Service, secret: &str) -> Issued {
    let fields = [("grant_type", "client_credentials")];
    let grant = service.basic("/oAuth/rest/v2/Token", CLIENT, secret, &fields);
    let text = |name: &str| grant.json[name].as_str().unwrap_or_else(|| panic!("{:?}", grant.json)).to_owned();
    let (with_refresh, refresh) = (text("access_token"), text("refresh_token"));
    Issued { access: service.token(CLIENT, secret), with_refresh, refresh, code: code(service, json!({})) }
}

impl Issued {
    /// Whether each of them is good.
    fn alive(&self, service: &Service, secret: &str) -> [bool; 4] {
        let path = format!("/api/clients/{CLIENT}/connections/none");
        let opens = |token: &str| service.call(Method::Delete, &path, token, "").status == 404;
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", self.refresh.as_str())];
        let by_code = [
            ("grant_type", "authorization_code"),
            ("code", self.code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        let gives = |fields: &[(&str, &str)]| service.basic("/oauth/token", CLIENT, secret, fields).status == 200;
        [opens(&self.access), opens(&self.with_refresh), gives(&refresh), gives(&by_code)]
    }
}

#[test]
fn whatever_was_issued_before_a_revocation_dies_and_what_is_issued_after_it_lives_at_once() {
    // By how much the clock goes on, or back, before the second revocation.
    for later in [0, 1, -100] {
        for leeway in if later == 0 { ["60", "0"].as_slice() } else { &["60"] } {
            for (first, second) in REVOCATIONS.iter().flat_map(|first| REVOCATIONS.map(|second| (first, second))) {
                let told = format!("{first}, {second}, {later} s, leeway {leeway}");
                let mut service = service();
                let mut raw = crate::support::tokens::settings();
                raw.clock_leeway = Some((*leeway).to_owned());
                service.app = mithril_edge::memory::App::new(&raw);
                service.platform.load(
                    "INSERT INTO client_types (id, name, scope, inserted_at, updated_at)
                     SELECT 'type-twin', 'TWIN', scope, inserted_at, updated_at FROM client_types WHERE id = 'type-msp'",
                );
                let mut secret = service.secret(CLIENT, CONNECTION);
                let zero = issue(&service, &secret);
                revoke(&service, first, &mut secret);
                let one = issue(&service, &secret);
                service.platform.now.set(NOW + later);
                let moment = "SELECT MAX(COALESCE((SELECT tokens_valid_after FROM clients WHERE id = link.client_id), -1),
                    COALESCE(tokens_valid_after, -1)) FROM connections link WHERE id = 'e5372365-d47a-467f-81d0-f35117864352'";
                let before: i64 = service.sql(moment);
                revoke(&service, second, &mut secret);
                assert!(service.sql::<i64>(moment) > before, "the moment never moves back: {told}");
                assert_eq!(zero.alive(&service, &secret), [false; 4], "{told}");
                assert_eq!(one.alive(&service, &secret), [false; 4], "{told}");
                let two = issue(&service, &secret);
                assert_eq!(two.alive(&service, &secret), [true; 4], "{told}");
            }
        }
    }
}

#[test]
fn a_trusted_issuers_token_is_refused_up_to_the_leeway_behind_the_revocation() {
    for (leeway, at, expected) in [
        ("60", NOW, 401),
        ("60", NOW + 1, 401),
        ("60", NOW + 60, 401),
        ("60", NOW + 61, 404),
        ("0", NOW, 401),
        ("0", NOW + 1, 404),
    ] {
        let service = Service::with(|raw| raw.clock_leeway = Some(leeway.to_owned()));
        let mut unused = String::new();
        revoke(&service, "deactivate", &mut unused);
        let token = |client: &str, iat: i64| {
            let claims = json!({ "client_id": client, "client_type": "MSP", "scope": "connection:delete role:read", "iat": iat });
            sign(Signer::LoginEs256, json!({}), claims)
        };
        service.platform.now.set(NOW + 61);
        let path = format!("/api/clients/{CLIENT}/connections/none");
        let changed = service.call(Method::Delete, &path, &token(CLIENT, at), "").status;
        let role = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
        let read = service.call(Method::Get, role, &token(CLIENT, at), "").status;
        assert_eq!((changed, read == 200), (expected, expected == 404), "{leeway} {}", at - NOW);
        let other = "2480df72-275a-11e7-93ae-92361f002672";
        let path = format!("/api/clients/{other}/connections/none");
        assert_eq!(service.call(Method::Delete, &path, &token(other, at), "").status, 404, "no other client's");
    }
}
