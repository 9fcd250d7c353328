//! `settings.allowed_grant_types` of a client: what it does not name is refused at every address, changes nothing, and
//! uses nothing up.

use serde_json::json;

use super::code::{REDIRECT, VERIFIER, authorize, code, service};
use super::*;

const GRANTS: [&str; 3] = ["authorization_code", "client_credentials", "refresh_token"];

fn allow(service: &Service, grants: &Value) {
    let settings = json!({ "allowed_grant_types": grants }).to_string();
    let sql = "UPDATE clients SET settings = ?1 WHERE id = ?2";
    assert_eq!(service.platform.db.borrow().execute(sql, [settings.as_str(), CLIENT]).unwrap(), 1);
}

/// Sends a request in the form of its address.
fn send(service: &Service, path: &str, secret: &str, fields: &[(&str, &str)]) -> Reply {
    if path != "/oauth/tokens" {
        return service.basic(path, CLIENT, secret, fields);
    }
    let mut token = json!({ "client_id": CLIENT, "client_secret": secret });
    for (name, value) in fields {
        token[name] = json!(value);
    }
    let body = json!({ "token": token }).to_string();
    service.send(Method::Post, path, &[(Header::ContentType, "application/json")], &body)
}

/// The addresses of a grant.
fn addresses(grant: &str) -> &'static [&'static str] {
    if grant == "authorization_code" {
        &["/oauth/token", "/oauth/tokens"]
    } else {
        &["/oauth/token", "/oauth/tokens", "/oAuth/rest/v2/Token"]
    }
}

/// A request for a grant, with a code or refresh token that was issued just before.
fn request(service: &Service, grant: &str, secret: &str) -> Vec<(&'static str, String)> {
    let text = |text: &str| text.to_owned();
    match grant {
        "authorization_code" => vec![
            ("grant_type", text(grant)),
            ("code", code(service, json!({}))),
            ("redirect_uri", text(REDIRECT)),
            ("code_verifier", text(VERIFIER)),
        ],
        "refresh_token" => {
            let given = service.basic("/oAuth/rest/v2/Token", CLIENT, secret, &[("grant_type", "client_credentials")]);
            vec![("grant_type", text(grant)), ("refresh_token", text(given.json["refresh_token"].as_str().unwrap()))]
        }
        _ => vec![("grant_type", text(grant))],
    }
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn a_grant_that_the_settings_do_not_name_is_refused_at_every_address_and_uses_nothing_up() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    for grant in GRANTS {
        let others: Vec<&str> = GRANTS.into_iter().filter(|other| *other != grant).collect();
        for path in addresses(grant) {
            for allowed in [json!(others), json!([]), json!(["password"]), json!([grant.to_uppercase()]), json!("x")] {
                allow(&service, &json!(GRANTS));
                let fields = request(&service, grant, &secret);
                let fields = borrowed(&fields);
                // The secret's use is written down once an hour; that is no part of this test.
                service.token(CLIENT, &secret);
                allow(&service, &allowed);
                let before = service.dump();
                let reply = send(&service, path, &secret, &fields);
                let told = format!("{grant} {path} {allowed}: {:?}", reply.json);
                match *path {
                    "/oauth/tokens" => {
                        let error = &reply.json["error"];
                        assert_eq!((reply.status, &error["type"]), (401, &json!("invalid_grant")), "{told}");
                        assert_eq!(error["message"], "Grant type not allowed.", "{told}");
                    }
                    "/oauth/token" => {
                        let error = (reply.status, reply.json["error"].as_str());
                        assert_eq!(error, (400, Some("unauthorized_client")), "{told}");
                    }
                    _ => assert_eq!(
                        (reply.status, &reply.json["Errors"]),
                        (403, &json!([format!("The client application isn't permitted to request a '{grant}' code.")])),
                        "{told}"
                    ),
                }
                assert_eq!(service.dump(), before, "{told}");
                // Whoever is not the client does not learn what it may.
                let stranger = send(&service, path, "wrong", &fields);
                assert_eq!(stranger.status, 401, "{grant} {path}");
                assert!(!stranger.text.contains("unauthorized_client") && !stranger.text.contains("not allowed"));

                allow(&service, &json!([grant]));
                assert!([200, 201].contains(&send(&service, path, &secret, &fields).status), "{told}");
            }
        }
    }
}

#[test]
fn a_client_without_a_list_may_use_every_grant() {
    for settings in ["{}", r#"{"allowed_grant_types":null}"#, r#"{"other":["password"]}"#] {
        let service = service();
        service.platform.load(&format!("UPDATE clients SET settings = '{settings}'"));
        let secret = service.secret(CLIENT, CONNECTION);
        for grant in GRANTS {
            for path in addresses(grant) {
                let fields = request(&service, grant, &secret);
                let status = send(&service, path, &secret, &borrowed(&fields)).status;
                assert!([200, 201].contains(&status), "{settings} {grant} {path}");
            }
        }
    }
}

#[test]
fn no_code_is_made_for_a_client_that_may_not_exchange_it() {
    let service = service();
    let made = authorize(&service, json!({}));
    assert_eq!(made.status, 201);
    for allowed in [json!(["client_credentials", "refresh_token"]), json!([])] {
        allow(&service, &allowed);
        let before = service.dump();
        let reply = authorize(&service, json!({}));
        let error = (reply.status, reply.json["error"]["type"].as_str(), reply.json["error"]["message"].as_str());
        assert_eq!(error, (401, Some("invalid_grant"), Some("Grant type not allowed.")));
        assert_eq!(service.dump(), before);
    }
    allow(&service, &json!(["authorization_code"]));
    assert_eq!(authorize(&service, json!({})).status, 201);
}

#[test]
fn a_client_that_may_not_refresh_gets_no_refresh_token() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    for refreshes in [true, false] {
        let mut allowed = vec!["authorization_code", "client_credentials"];
        allowed.extend(refreshes.then_some("refresh_token"));
        allow(&service, &json!(allowed));
        for (grant, path) in [
            ("client_credentials", "/oAuth/rest/v2/Token"),
            ("authorization_code", "/oauth/token"),
            ("authorization_code", "/oauth/tokens"),
        ] {
            let fields = request(&service, grant, &secret);
            let reply = send(&service, path, &secret, &borrowed(&fields));
            assert!([200, 201].contains(&reply.status), "{path}: {:?}", reply.json);
            assert_eq!(reply.text.contains("\"refresh_token\":\"mer_"), refreshes, "{grant} {path}");
        }
    }
}

#[test]
fn introspection_and_revocation_ask_for_no_grant() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let token = service.token(CLIENT, &secret);
    allow(&service, &json!([]));
    let known = service.basic("/oauth/introspect", CLIENT, &secret, &[("token", &token)]);
    assert_eq!((known.status, &known.json["active"]), (200, &json!(true)));
    assert_eq!(service.basic("/oauth/revoke", CLIENT, &secret, &[("token", &token)]).status, 200);
    let known = service.basic("/oauth/introspect", CLIENT, &secret, &[("token", &token)]);
    assert_eq!(known.json["active"], false);
}
