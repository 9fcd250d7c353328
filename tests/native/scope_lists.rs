//! Lists of scopes as callers send them: white space separates, a grant that ignores the parameter does not judge it,
//! and a refusal says which bound does not allow which scope.

use mithril_edge::http::{Header, Method};
use serde_json::{Value, json};

use crate::oauth::code::{REDIRECT, VERIFIER, authorize, code, service};
use crate::oauth::{CEILING, CLIENT, CONNECTION, OTHER_CONNECTION};
use crate::support::tokens::{Signer, mint, sign};
use crate::support::{Reply, Service};

const STANDARD: &str = "/oauth/token";
const MITHRIL: &str = "/oauth/tokens";
const ENDPOINT: &str = "/oAuth/rest/v2/Token";
const ADDRESSES: [&str; 3] = [STANDARD, MITHRIL, ENDPOINT];

/// A token request in the form of the address.
fn ask(service: &Service, path: &str, secret: &str, fields: &[(&str, Value)]) -> Reply {
    let mut token = json!({ "client_id": CLIENT, "client_secret": secret });
    for (name, value) in fields {
        token[*name] = value.clone();
    }
    if path == MITHRIL {
        let body = json!({ "token": token }).to_string();
        return service.send(Method::Post, path, &[(Header::ContentType, "application/json")], &body);
    }
    let pairs: Vec<(&str, &str)> =
        token.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    service.form(path, &pairs)
}

/// The granted scopes.
fn granted(reply: &Reply) -> &str {
    assert!(matches!(reply.status, 200 | 201), "{}", reply.json);
    let scope =
        if reply.json["scope"].is_null() { &reply.json["data"]["details"]["scope"] } else { &reply.json["scope"] };
    scope.as_str().unwrap()
}

/// The refresh token of an answer, in either form.
fn refresh_token(reply: &Reply) -> Value {
    let bare = &reply.json["refresh_token"];
    if bare.is_null() { reply.json["data"]["details"]["refresh_token"].clone() } else { bare.clone() }
}

/// The parameters of token requests, and the grants that read each.
const READ_BY: [(&str, &[&str]); 7] = [
    ("scope", &["client_credentials", "refresh_token"]),
    ("code", &["authorization_code"]),
    ("redirect_uri", &["authorization_code"]),
    ("code_verifier", &["authorization_code"]),
    ("refresh_token", &["refresh_token"]),
    ("client_assertion_type", &[]),
    ("anything", &[]),
];

/// The same request with one more parameter, on a service of its own.
fn grant(path: &str, grant_type: &str, more: Option<(&str, Value)>) -> (u16, String) {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let mut fields = vec![("grant_type", json!(grant_type))];
    match grant_type {
        "authorization_code" => fields.extend([
            ("code", json!(code(&service, json!({})))),
            ("redirect_uri", json!(REDIRECT)),
            ("code_verifier", json!(VERIFIER)),
        ]),
        "refresh_token" => {
            let first = ask(&service, ENDPOINT, &secret, &[("grant_type", json!("client_credentials"))]);
            fields.push(("refresh_token", refresh_token(&first)));
        }
        _ => {}
    }
    fields.extend(more);
    let reply = ask(&service, path, &secret, &fields);
    (reply.status, granted(&reply).to_owned())
}

#[test]
fn a_parameter_that_a_grant_ignores_is_not_judged_at_any_address() {
    let odd = [json!("a "), json!(" "), json!("a\"\\"), json!("ї\n"), json!("x".repeat(9000))];
    let not_text = [json!(7), json!(["a"]), json!({ "a": null }), json!(true), Value::Null];
    let mut cells = 0;
    for path in ADDRESSES {
        for grant_type in ["client_credentials", "authorization_code", "refresh_token"] {
            if path == ENDPOINT && grant_type == "authorization_code" {
                continue;
            }
            let plain = grant(path, grant_type, None);
            for (name, _) in READ_BY.iter().filter(|(_, grants)| !grants.contains(&grant_type)) {
                // Only Mithril's body can hold what is not text.
                for value in odd.iter().chain(not_text.iter().filter(|_| path == MITHRIL)) {
                    let with = grant(path, grant_type, Some((name, value.clone())));
                    assert_eq!(with, plain, "{path} {grant_type} {name} {value}");
                    cells += 1;
                }
            }
        }
    }
    assert!(cells > 200, "{cells}");
}

#[test]
fn a_parameter_that_a_grant_reads_is_judged() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    for (name, grants) in READ_BY {
        for grant_type in grants {
            // Every other parameter of the grant is there.
            let mut fields = vec![
                ("grant_type", json!(grant_type)),
                ("code", json!("mec_x")),
                ("redirect_uri", json!(REDIRECT)),
                ("code_verifier", json!(VERIFIER)),
                ("refresh_token", json!("mer_x")),
            ];
            fields.retain(|(known, _)| *known != name);
            fields.push((name, json!(7)));
            let reply = ask(&service, MITHRIL, &secret, &fields);
            let invalid = &reply.json["error"]["invalid"][0];
            let told = (reply.status, &invalid["entry"], &invalid["rules"][0]["rule"]);
            assert_eq!(told, (422, &json!(format!("$.token.{name}")), &json!("cast")), "{grant_type} {name}");
        }
    }
}

#[test]
fn white_space_separates_the_names_of_every_list_of_scopes() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let list = " connection:read\t\r\n connection:write\n";
    for path in ADDRESSES {
        let fields = [("grant_type", json!("client_credentials")), ("scope", json!(list))];
        let reply = ask(&service, path, &secret, &fields);
        assert_eq!(granted(&reply), "connection:read connection:write", "{path}");
        let again = [
            ("grant_type", json!("refresh_token")),
            ("scope", json!("connection:write ")),
            ("refresh_token", refresh_token(&ask(&service, ENDPOINT, &secret, &fields))),
        ];
        assert_eq!(granted(&ask(&service, path, &secret, &again)), "connection:write", "{path}");
    }
    let reply = authorize(&service, json!({ "scope": " connection:read  connection:write " }));
    assert_eq!(reply.json["data"]["details"]["scope"], "connection:read connection:write");

    // What records keep has single spaces, so that every reader finds the same names in it.
    for (path, scope) in [("/admin/roles", "role:write"), ("/admin/client_types", "client_type:write")] {
        let body = json!({ "name": "Spaced", "scope": "a:read\n\tb:read " }).to_string();
        let made = service.call(Method::Post, path, &mint(scope), &body);
        assert_eq!((made.status, &made.json["data"]["scope"]), (201, &json!("a:read b:read")), "{path}");
        let empty = json!({ "name": "Blank", "scope": " \t" }).to_string();
        assert_eq!(service.call(Method::Post, path, &mint(scope), &empty).status, 422, "{path}");
    }
    let client = json!({ "name": "Broker", "client_type_id": "type-msp",
        "priv_settings": { "access_type": "DIRECT", "broker_scope": " connection:read\nx " } });
    let token = mint(&format!("client:write {CEILING}"));
    let path = "/admin/clients/9980df72-275a-11e7-93ae-92361f002679";
    assert_eq!(service.call(Method::Put, path, &token, &client.to_string()).status, 201);
    let kept: String = service.sql("SELECT priv_settings ->> 'broker_scope' FROM clients WHERE name = 'Broker'");
    assert_eq!(kept, "connection:read x");
    let found = service.call(Method::Get, "/admin/roles?scope=a:read%20x", &mint("role:read"), "");
    assert_eq!(found.json["paging"]["total_entries"], 2, "{}", found.json);
}

#[test]
fn a_claim_and_a_ceiling_of_an_issuer_may_have_any_white_space() {
    let spaced = " role:read\n\trole:write ";
    let claims = json!({ "scope": spaced });
    let path = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
    let status = |service: &Service| {
        service.call(Method::Get, path, &sign(Signer::LoginEs256, json!({}), claims.clone()), "").status
    };
    assert_eq!(status(&Service::default()), 200);
    let bounded = |scope: &str| {
        Service::with(|raw| {
            let mut issuers: Value = serde_json::from_str(raw.trusted_issuers.as_deref().unwrap()).unwrap();
            issuers[0]["scope"] = json!(scope);
            raw.trusted_issuers = Some(issuers.to_string());
        })
    };
    assert_eq!((status(&bounded(spaced)), status(&bounded(" role:write\n"))), (200, 403));
}

#[test]
fn the_example_of_the_endpoint_token_page_is_granted_and_openid_is_left_out() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let of = |path: &str, grant_type: &str, scope: &str, token: Value| {
        let mut fields = vec![("grant_type", json!(grant_type)), ("scope", json!(scope))];
        fields.extend(Some(("refresh_token", token)).filter(|(_, token)| !token.is_null()));
        ask(&service, path, &secret, &fields)
    };
    for (scope, expected) in [
        ("openid profile name", CEILING),
        ("openid", CEILING),
        ("*", CEILING),
        ("openid *", CEILING),
        ("openid connection:read profile", "connection:read"),
        ("name\tconnection:write connection:read", "connection:write connection:read"),
    ] {
        let first = of(ENDPOINT, "client_credentials", scope, Value::Null);
        assert_eq!(granted(&first), expected, "{scope}");
        let kept: Option<String> = service.sql("SELECT scope FROM refresh_grants WHERE is_spare = 1");
        assert_eq!(kept.as_deref(), Some(expected), "{scope}");
        let again = of(ENDPOINT, "refresh_token", scope, refresh_token(&first));
        assert_eq!(granted(&again), expected, "{scope}");
    }
    let more = of(ENDPOINT, "client_credentials", "openid role:read", Value::Null);
    assert_eq!((more.status, &more.json["error"]), (400, &json!("invalid_scope")));
    for path in [STANDARD, MITHRIL] {
        let reply = of(path, "client_credentials", "openid profile name", Value::Null);
        assert!(reply.status >= 400, "only the Endpoint page documents these names: {path}");
    }
}

/// The rules of the one invalid entry.
fn rules(reply: &Reply, entry: &str) -> Value {
    let invalid = reply.json["error"]["invalid"].as_array().expect("a list");
    assert_eq!((reply.status, invalid.len()), (422, 1), "{}", reply.json);
    assert_eq!((&invalid[0]["entry_type"], &invalid[0]["entry"]), (&json!("json_data_property"), &json!(entry)));
    invalid[0]["rules"].clone()
}

fn rule(bound: &str, words: &str, scopes: &[&str]) -> Value {
    json!({ "rule": "scope", "params": { "bound": bound, "scopes": scopes },
        "description": format!("not allowed by {words}: {}", scopes.join(" ")),
        "raw_description": "not allowed by %{bound}: %{scopes}" })
}

#[test]
fn a_refused_scope_is_named_with_every_bound_that_refuses_it() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let mis = "UPDATE clients SET priv_settings = '{\"access_type\":\"DIRECT\",\"broker_scope\":\"connection:read\"}'
         WHERE id = '25c03af6-69bd-439e-b0dd-f1669b3dbbfd'";
    service.platform.load(mis);
    let kind = |scopes: &[&str]| rule("client_type", "the client type", scopes);
    let broker = |scopes: &[&str]| rule("broker", "the broker_scope of the consumer", scopes);
    let fields = [("grant_type", json!("client_credentials")), ("scope", json!("x connection:write connection:read"))];
    let reply = ask(&service, MITHRIL, &secret, &fields);
    assert_eq!(reply.json["error"]["message"], "Scope is not allowed by client type.");
    assert_eq!(rules(&reply, "$.token.scope"), json!([kind(&["x"]), broker(&["x", "connection:write"])]));
    for path in [STANDARD, ENDPOINT] {
        let told = "The requested scope is invalid or exceeds what may be granted. Not allowed by the client type: x. \
                    Not allowed by the broker_scope of the consumer: x connection:write.";
        let reply = ask(&service, path, &secret, &fields);
        assert_eq!((reply.status, &reply.json["error_description"]), (400, &json!(told)), "{path}");
    }

    let roles = |scopes: &[&str]| rule("role", "the roles of the user", scopes);
    let reply = authorize(&service, json!({ "scope": "connection:refresh_secret" }));
    assert_eq!(
        rules(&reply, "$.scope"),
        json!([broker(&["connection:refresh_secret"]), roles(&["connection:refresh_secret"])])
    );
    assert_eq!(reply.json["error"]["message"], "Scope is not allowed by client type.");

    let own = service.secret(CLIENT, OTHER_CONNECTION);
    let first = ask(&service, ENDPOINT, &own, &[fields[0].clone(), ("scope", json!("connection:read"))]);
    let again = [
        ("grant_type", json!("refresh_token")),
        ("refresh_token", refresh_token(&first)),
        ("scope", json!("connection:write")),
    ];
    let reply = ask(&service, MITHRIL, &own, &again);
    assert_eq!(rules(&reply, "$.token.scope"), json!([rule("grant", "the grant", &["connection:write"])]));
    assert_eq!(reply.json["error"]["message"], "Scope exceeds what the token was issued for.");
}

#[test]
fn nobody_learns_of_bounds_before_he_has_proved_who_he_is() {
    let service = Service::default();
    service.secret(CLIENT, CONNECTION);
    for path in ADDRESSES {
        let fields = [("grant_type", json!("client_credentials")), ("scope", json!("x"))];
        let reply = ask(&service, path, "mes_wrong", &fields);
        assert_eq!(reply.status, 401, "{path}");
        assert!(!reply.text.contains("client type") && !reply.text.contains("client_type"), "{}", reply.text);
    }
}

#[test]
fn a_scope_that_cannot_be_read_says_what_it_should_look_like() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let fields = |scope: &str| [("grant_type", json!("client_credentials")), ("scope", json!(scope))];
    let reply = ask(&service, MITHRIL, &secret, &fields("a\\b"));
    assert_eq!(rules(&reply, "$.token.scope")[0]["rule"], "format");
    let reply = ask(&service, MITHRIL, &secret, &fields(&"a".repeat(9000)));
    assert_eq!(rules(&reply, "$.token.scope")[0]["params"], json!({ "max": 8192 }));
    let reply = authorize(&service, json!({ "scope": "ї" }));
    assert_eq!(rules(&reply, "$.scope")[0]["rule"], "format");
}
