//! What nobody has proved writes nothing, and an address has a limit of its own.

use super::code::{REDIRECT, VERIFIER, code, service};
use super::*;

const PATHS: [&str; 5] =
    ["/oauth/token", "/oAuth/rest/v2/Token", "/oauth/tokens", "/oauth/introspect", "/oauth/revoke"];

fn send(service: &Service, path: &str, fields: &[(&str, &str)]) -> Reply {
    if path != "/oauth/tokens" {
        return service.form(path, fields);
    }
    let token: serde_json::Map<String, Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    let body = serde_json::json!({ "token": token }).to_string();
    service.send(Method::Post, path, &[(Header::ContentType, "application/json")], &body)
}

#[test]
fn a_request_that_nothing_proves_ends_at_its_first_statement_and_writes_nothing() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let grant = service.basic("/oAuth/rest/v2/Token", CLIENT, &secret, &[("grant_type", "client_credentials")]);
    let refresh = grant.json["refresh_token"].as_str().unwrap().to_owned();
    let value = code(&service, serde_json::json!({}));
    // Rows that a proved request would clear away.
    service.platform.load("UPDATE refresh_grants SET grant_exp = 1; INSERT INTO revoked_tokens VALUES ('old', 1)");
    for (client, proof) in [(CLIENT, ""), (CLIENT, "mes_wrong"), ("made-up", ""), ("made-up", "mes_wrong")] {
        for kind in ["client_credentials", "refresh_token", "authorization_code"] {
            for path in PATHS {
                let before = service.dump();
                service.platform.trips.set(0);
                service.platform.statements.take();
                let fields = [
                    ("grant_type", kind),
                    ("client_id", client),
                    ("client_secret", proof),
                    ("code", value.as_str()),
                    ("redirect_uri", REDIRECT),
                    ("code_verifier", VERIFIER),
                    ("refresh_token", refresh.as_str()),
                    ("token", refresh.as_str()),
                ];
                let reply = send(&service, path, &fields);
                let told = format!("{path} {kind} {client} {proof}: {}", reply.text);
                // Mithril's page about refreshing answers 422 to a client without a secret.
                let is_refused = (400..=403).contains(&reply.status) || (reply.status == 422 && proof.is_empty());
                assert!(is_refused && service.platform.trips.get() <= 1, "{told}");
                assert_eq!(service.dump(), before, "{told}");
            }
        }
    }
}

#[test]
fn an_address_over_its_limit_is_429_in_each_dialect_and_costs_no_round_trip() {
    let service = service();
    for path in PATHS {
        for client in [CLIENT, "made-up"] {
            service.platform.address_allowance.set(0);
            service.platform.trips.set(0);
            let fields =
                [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", "x"), ("token", "x")];
            let reply = send(&service, path, &fields);
            assert_eq!((reply.status, reply.header("retry-after")), (429, Some("10")), "{path}");
            assert_eq!(reply.header("cache-control"), Some("no-store, no-transform"), "{path}");
            assert_eq!(service.platform.trips.get(), 0, "{path}");
        }
    }
}
