//! What bounds a grant: the consumer's `broker_scope`, and sets of scopes that the SQL and the code read alike.

use std::collections::BTreeSet;

use mithril_edge::identity::scope::{Scopes, names_of_item};
use mithril_edge::oauth::scope::Bounds;
use serde_json::json;

use super::code::{REDIRECT, VERIFIER, code, service};
use super::*;
use crate::support::random::Random;
use crate::support::tokens::{Signer, sign};

const MIS: &str = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
const ADDRESSES: [&str; 3] = ["/oauth/token", "/oauth/tokens", "/oAuth/rest/v2/Token"];
const MISSING: &str = "The setting priv_settings.broker_scope of the consumer is missing: no scope may be granted.";

fn settings(service: &Service, client: &str, settings: Value) {
    let sql = "UPDATE clients SET priv_settings = ?1 WHERE id = ?2";
    service.platform.db.borrow().execute(sql, [settings.to_string(), client.to_owned()]).unwrap();
}

/// A grant request with a secret, in the form of the address.
fn ask(service: &Service, path: &str, secret: &str, fields: &[(&str, &str)]) -> Reply {
    if path != "/oauth/tokens" {
        return service.basic(path, CLIENT, secret, fields);
    }
    let mut token = json!({ "client_id": CLIENT, "client_secret": secret });
    for (name, value) in fields {
        token[*name] = json!(value);
    }
    let body = json!({ "token": token }).to_string();
    service.send(Method::Post, path, &[(Header::ContentType, "application/json")], &body)
}

fn authorize(service: &Service, scope: Option<&str>) -> Reply {
    let token = sign(Signer::LoginEs256, json!({}), json!({ "client_id": "login", "scope": "app:authorize" }));
    let body = json!({ "app": { "client_id": CLIENT, "redirect_uri": REDIRECT, "scope": scope } }).to_string();
    service.call(Method::Post, "/oauth/apps/authorize", &token, &body)
}

/// The answer names the setting that is missing, in the words of the address.
fn names_the_setting(path: &str, reply: &Reply) {
    if matches!(path, "/oauth/tokens" | "/oauth/apps/authorize") {
        let error = json!({ "type": "request_malformed", "message": MISSING });
        assert_eq!((reply.status, &reply.json["error"]), (422, &error), "{path}");
        return;
    }
    let said = (reply.json["error"].as_str(), reply.json["error_description"].as_str());
    assert_eq!((reply.status, said), (400, (Some("invalid_scope"), Some(MISSING))), "{path}");
}

#[test]
fn a_consumer_without_a_broker_scope_gets_nothing_at_any_address_and_loses_nothing() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let fields = [("grant_type", "client_credentials")];
    let first = service.basic(ADDRESSES[2], CLIENT, &secret, &fields);
    let refresh = first.json["refresh_token"].as_str().unwrap().to_owned();
    let value = code(&service, json!({}));
    let by_code = [
        ("grant_type", "authorization_code"),
        ("code", value.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let by_refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    for without in [
        json!({ "access_type": "BROKER" }),
        json!({ "access_type": "BROKER", "broker_scope": null }),
        json!({ "access_type": "DIRECT", "broker_scope": "" }),
        json!({ "access_type": "DIRECT", "broker_scope": "  " }),
    ] {
        settings(&service, MIS, without);
        // Every access type but DIRECT is bounded.
        for client in [json!({ "access_type": "BROKER" }), json!({}), json!({ "access_type": "OTHER" })] {
            settings(&service, CLIENT, client);
            for (path, asked) in ADDRESSES.iter().flat_map(|path| [(path, ""), (path, "connection:read")]) {
                let before = service.dump();
                names_the_setting(path, &ask(&service, path, &secret, &[fields[0], ("scope", asked)]));
                names_the_setting(
                    path,
                    &ask(&service, path, &secret, &[by_refresh.as_slice(), &[("scope", asked)]].concat()),
                );
                if *path != ADDRESSES[2] {
                    names_the_setting(path, &ask(&service, path, &secret, &by_code));
                }
                assert_eq!(service.dump(), before, "{path}");
            }
            for asked in [None, Some("connection:read")] {
                let before = service.dump();
                names_the_setting("/oauth/apps/authorize", &authorize(&service, asked));
                assert_eq!(service.dump(), before);
            }
        }
    }
    settings(&service, MIS, json!({ "access_type": "DIRECT", "broker_scope": "connection:read" }));
    for (path, fields) in [(ADDRESSES[0], by_code.as_slice()), (ADDRESSES[2], &by_refresh), (ADDRESSES[0], &fields)] {
        let reply = ask(&service, path, &secret, fields);
        assert_eq!((reply.status, &reply.json["scope"]), (200, &json!("connection:read")), "{path}");
    }
}

#[test]
fn a_client_of_access_type_direct_is_not_bounded_by_its_consumer() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    settings(&service, MIS, json!({ "access_type": "BROKER" }));
    settings(&service, CLIENT, json!({ "access_type": "DIRECT" }));
    for path in ADDRESSES {
        let reply = ask(&service, path, &secret, &[("grant_type", "client_credentials")]);
        assert!(reply.text.contains(CEILING), "{path}: {}", reply.text);
    }
    assert_eq!(authorize(&service, None).status, 201);
}

/// The names that a set gives, the vendor's pair by its halves.
fn names(set: &str) -> BTreeSet<String> {
    Scopes::new(set).items().into_iter().flat_map(names_of_item).collect()
}

/// A set of a few parts that are, or nearly are, the vendor's pair.
fn random_set(random: &mut Random) -> String {
    const PARTS: [&str; 14] = [
        "X:Create, Update",
        "X:Create,",
        "Update",
        "X:Create",
        "X:Update",
        "Y:Create, Update",
        "Y:Update",
        "yY:Create, Updates",
        "y:Y:Create, Update",
        "X:Create,  Update",
        "X:Create,\tUpdate",
        "X:Create\\ Update",
        ":Create, Update",
        "AccessUser:Create, Update",
    ];
    let many = random.below(6);
    (0..many).map(|_| random.of(&PARTS)).collect::<Vec<_>>().join(random.of(&[" ", " ", " ", "  "]))
}

#[test]
fn the_sql_and_the_code_give_the_same_of_random_sets() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let set = |sql: &str, text: &str| service.platform.db.borrow().execute(sql, [text]).unwrap();
    let mut random = Random::seeded(14);
    let (mut given, mut refused) = (0, 0);
    for round in 0..400 {
        let [ceiling, broker, roles] = std::array::from_fn(|_| random_set(&mut random));
        let asked = Some(random_set(&mut random)).filter(|set| !set.is_empty() && random.below(3) > 0);
        let told = format!("{round}: {ceiling:?} {broker:?} {roles:?} {asked:?}");
        set("UPDATE client_types SET scope = ?1 WHERE name = 'MSP'", &ceiling);
        settings(&service, MIS, json!({ "access_type": "BROKER", "broker_scope": broker }));
        set("UPDATE roles SET scope = ?1 WHERE id = 'r1'", &roles);
        service.platform.load(
            "UPDATE roles SET scope = 'other' WHERE id = 'r2'; DELETE FROM refresh_grants; DELETE FROM authorization_codes",
        );
        for is_user in [false, true] {
            let bounds = Bounds {
                ceiling: Scopes::new(ceiling.as_str()),
                roles: is_user.then(|| Scopes::new(roles.as_str())),
                broker: Some(Scopes::new(broker.as_str())),
                approved: None,
            };
            let expected = bounds.grant(asked.as_deref());
            let (reply, table) = if is_user {
                (authorize(&service, asked.as_deref()), "authorization_codes")
            } else {
                let fields = [("grant_type", "client_credentials"), ("scope", asked.as_deref().unwrap_or_default())];
                (ask(&service, ADDRESSES[2], &secret, &fields), "grants")
            };
            let kept: Option<String> = service.sql(&format!("SELECT max(scope) FROM {table}"));
            assert_eq!(kept.as_deref().map(names), expected.as_deref().ok().map(names), "{told}");
            assert_eq!(reply.status < 300, expected.is_ok(), "{told}");
            let Ok(scope) = expected else {
                refused += 1;
                continue;
            };
            given += 1;
            // Every scope that is given lies within every bound, and the text gives nothing else when it is read again.
            for name in names(&scope).iter().chain(&names(&kept.unwrap())) {
                assert!(bounds.ceiling.holds(name) && bounds.broker.as_ref().unwrap().holds(name), "{told}: {name}");
                assert!(bounds.roles.as_ref().is_none_or(|roles| roles.holds(name)), "{told}: {name}");
            }
        }
    }
    assert!(given > 50 && refused > 50, "{given} {refused}");
}

#[test]
fn the_vendors_pair_is_not_built_of_an_odd_ceiling() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    for (ceiling, broker) in [
        ("AccessUser:Create, y Update", "AccessUser:Create, Update"),
        ("xAccessUser:Create, Update", "AccessUser:Create, Update xAccessUser:Create"),
        ("AccessUser:Create, Updates", "AccessUser:Create, Update"),
        ("AccessUser:Create,  Update", "AccessUser:Create,  Update"),
    ] {
        service.platform.db.borrow().execute("UPDATE client_types SET scope = ?1", [ceiling]).unwrap();
        settings(&service, MIS, json!({ "access_type": "BROKER", "broker_scope": broker }));
        for path in ADDRESSES {
            for asked in
                ["", "AccessUser:Create", "AccessUser:Update", "AccessUser:Create, Update", "AccessUser:Create,"]
            {
                let reply = ask(&service, path, &secret, &[("grant_type", "client_credentials"), ("scope", asked)]);
                let given = reply.json["scope"].as_str().or(reply.json["data"]["details"]["scope"].as_str());
                let given = Scopes::new(given.unwrap_or_default());
                let held = ["Create", "Update"].map(|half| given.holds(&format!("AccessUser:{half}")));
                assert_eq!(held, [false, false], "{ceiling}: {path} {asked:?} {}", reply.text);
            }
        }
    }
}
