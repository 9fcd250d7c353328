//! What a trusted issuer may say at most: `client_types`, `scope` and `max_lifetime` of its entry, and ids in one form.

use mithril_edge::http::Method;
use mithril_edge::routes::ROUTES;
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::platform::NOW;
use crate::support::routes::examples;
use crate::support::tokens::{Signer, sign};
use crate::tokens::{code, status};

const BLOCKED: &str = "3580df72-275a-11e7-93ae-92361f002673";

/// A service whose login issuer has these members too.
fn bounded(more: Value) -> Service {
    Service::with(|raw| {
        let mut issuers: Value = serde_json::from_str(raw.trusted_issuers.as_deref().unwrap()).unwrap();
        issuers[0].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        raw.trusted_issuers = Some(issuers.to_string());
    })
}

fn token(claims: Value) -> String {
    let mut all = json!({ "scope": "role:read" });
    all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    sign(Signer::LoginEs256, json!({}), all)
}

#[test]
fn an_entry_with_a_broken_or_unknown_member_closes_its_door_and_the_log_says_so() {
    let known = "is not {issuer, audience, jwks | jwks_uri, typ, client_types, scope, max_lifetime}";
    for (member, said) in [
        (json!({ "max_life": 60 }), known),
        (json!({ "Scope": "role:read" }), known),
        (json!({ "client_types": "MSP" }), known),
        (json!({ "client_types": [1] }), known),
        (json!({ "scope": ["role:read"] }), known),
        (json!({ "scope": "" }), "has a scope that is not a set of scopes"),
        (json!({ "scope": "role:read \\" }), "has a scope that is not a set of scopes"),
        (json!({ "max_lifetime": "60" }), known),
        (json!({ "max_lifetime": 0 }), "has a max_lifetime that is not a number of seconds from 1"),
        (json!({ "max_lifetime": -1 }), "has a max_lifetime that is not a number of seconds from 1"),
    ] {
        let service = bounded(member.clone());
        assert_eq!(service.app.settings.problems, [format!("TRUSTED_ISSUERS[0] {said}: ignored")], "{member}");
        assert_eq!(status(&service, &token(json!({}))), 401, "{member}");
        assert_eq!(code(&service), "token_unknown_issuer", "{member}");
    }
}

#[test]
fn another_client_type_is_401_at_every_route() {
    let service = bounded(json!({ "client_types": ["MSP", "Auth_FE"] }));
    let scopes: Vec<&str> = ROUTES.iter().flat_map(|route| route.access.scopes()).copied().collect();
    for client_type in [json!("MITHRIL ADMIN"), json!("msp"), json!("MSP "), json!(""), json!(null)] {
        let token = token(json!({ "client_type": client_type, "scope": scopes.join(" ") }));
        for example in examples() {
            let before = service.dump();
            let reply = service.call(example.route.method, &example.path, &token, example.body);
            assert_eq!((reply.status, code(&service).as_str()), (401, "token_client_type"), "{}", example.path);
            assert_eq!(service.dump(), before);
        }
    }
    assert_eq!(status(&service, &token(json!({ "client_type": "Auth_FE" }))), 200);
    let nobody = bounded(json!({ "client_types": [] }));
    assert_eq!(status(&nobody, &token(json!({}))), 401);
}

#[test]
fn scopes_beyond_the_ceiling_give_nothing_at_any_route() {
    let scopes: Vec<&str> = ROUTES.iter().flat_map(|route| route.access.scopes()).copied().collect();
    let all = token(json!({ "scope": scopes.join(" ") }));
    let service = bounded(json!({ "scope": "role:read nothing:else" }));
    for example in examples().into_iter().filter(|example| !example.route.access.scopes().is_empty()) {
        let reply = service.call(example.route.method, &example.path, &all, example.body);
        let is_open = example.route.access.scopes() == ["role:read"];
        assert_eq!(reply.status == 403, !is_open, "{} {}", example.path, reply.text);
    }
    assert_eq!(status(&service, &token(json!({ "scope": "role:read" }))), 200);
    assert_eq!(status(&service, &token(json!({ "scope": "nothing:else" }))), 403, "a ceiling gives nothing");
}

#[test]
fn of_the_vendors_pair_the_ceiling_leaves_what_it_holds() {
    let groups = "/Endpoint/rest/api/v1/AccessGroup";
    let pair = "AccessManager:Create, Update";
    for (ceiling, scope, create) in [
        (pair, pair, 200),
        (pair, "AccessManager:Create AccessManager:Update", 200),
        ("AccessManager:Create AccessManager:Update", pair, 200),
        ("AccessManager:Update", pair, 403),
        ("AccessManager:Create, x Update", pair, 403),
    ] {
        let token = token(json!({ "scope": scope }));
        let service = bounded(json!({ "scope": ceiling }));
        assert_eq!(service.call(Method::Post, groups, &token, "{}").status, create, "{ceiling}: {scope}");
    }
}

#[test]
fn a_token_that_lives_too_long_is_401_and_a_day_is_the_default() {
    let plain = |max: Value| json!({ "typ": "JWT", "max_lifetime": max });
    for (more, claims, expected) in [
        (json!({}), json!({ "exp": NOW + 86_400 }), 200),
        (json!({}), json!({ "exp": NOW + 86_401 }), 401),
        (json!({}), json!({ "exp": NOW + 10, "iat": NOW - 86_391 }), 401),
        (json!({}), json!({ "exp": NOW + 10, "iat": NOW - 86_390 }), 200),
        (json!({}), json!({ "exp": 253_402_300_799_i64 }), 401),
        (json!({ "max_lifetime": 60 }), json!({ "exp": NOW + 60 }), 200),
        (json!({ "max_lifetime": 60 }), json!({ "exp": NOW + 61 }), 401),
        (json!({ "max_lifetime": 60 }), json!({ "exp": NOW + 100, "iat": NOW + 40 }), 200),
        (json!({ "max_lifetime": 100_000 }), json!({ "exp": NOW + 100_000 }), 200),
        (plain(json!(60)), json!({ "exp": NOW + 60, "iat": null }), 200),
        (plain(json!(60)), json!({ "exp": NOW + 61, "iat": null }), 401),
        (plain(json!(null)), json!({ "exp": NOW + 86_401, "iat": null }), 401),
    ] {
        let service = bounded(more.clone());
        assert_eq!(status(&service, &token(claims.clone())), expected, "{more} {claims}");
        assert_eq!(code(&service), if expected == 401 { "token_lifetime" } else { "" }, "{more} {claims}");
    }
}

#[test]
fn no_spelling_of_a_blocked_clients_id_passes_its_block() {
    let upper = BLOCKED.to_ascii_uppercase();
    for id in [
        BLOCKED.to_owned(),
        upper.clone(),
        format!("{}{}", &upper[..20], &BLOCKED[20..]),
        format!("{BLOCKED} "),
        format!(" {BLOCKED}"),
        format!("{BLOCKED}\0"),
        format!("\0{BLOCKED}"),
        format!("{BLOCKED}\n"),
        format!("{BLOCKED}\u{a0}"),
        format!("{upper}\t"),
    ] {
        let service = Service::default();
        assert_eq!(status(&service, &token(json!({ "client_id": id }))), 401, "{id:?}");
        let expected = if id.len() == 36 { "token_revoked" } else { "token_claims" };
        assert_eq!(code(&service), expected, "{id:?}");
    }
}

#[test]
fn an_id_in_upper_case_is_the_own_client_and_any_other_id_stays_as_it_is() {
    let service = Service::default();
    let client = "1380df72-275a-11e7-93ae-92361f002671";
    let path = format!("/api/clients/{client}/connections");
    let claims = |id: &str| token(json!({ "client_id": id, "client_type": "MSP", "scope": "connection:read" }));
    assert_eq!(service.call(Method::Get, &path, &claims(&client.to_ascii_uppercase()), "").status, 200);
    assert_eq!(service.call(Method::Get, &path, &claims("a login service's own"), "").status, 403);
    assert_eq!(status(&service, &token(json!({ "client_id": "Login Service" }))), 200);
}
