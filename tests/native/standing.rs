//! Whose role reads may be answered without asking the database (decision 0005): what it said of one token holds for the
//! later tokens of the same client, for a minute.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Delete, Get, Patch, Post};
use mithril_edge::identity::access::Access;
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::routes::{self, CLINIC, CONNECTION, Example, OTHER, examples};
use crate::support::tokens::{Signer, mint_as, sign};
use crate::support::{Service, mint};

const ROLE: &str = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";

/// A new token of the login service for a user of `client`.
fn of_user(client: &str, user: &str, iat: i64) -> String {
    let claims = json!({ "client_id": client, "client_type": "MSP", "scope": "role:read", "sub": user, "iat": iat });
    sign(Signer::LoginEdDsa, json!({}), claims)
}

/// A token of this service for the clinic's connection.
fn ours(jti: &str) -> String {
    let claims: Value = json!({ "client_id": CLINIC, "client_type": "MSP", "scope": "role:read",
        "connection_id": CONNECTION, "jti": jti });
    sign(Signer::Own, json!({}), claims)
}

/// The answer's status and the round trips that it cost.
fn read(service: &Service, token: &str) -> (u16, u32) {
    let before = service.platform.trips.get();
    let status = service.call(Get, ROLE, token, "").status;
    (status, service.platform.trips.get() - before)
}

#[test]
fn a_token_older_than_any_that_was_seen_is_asked_for() {
    let service = Service::default();
    assert_eq!(read(&service, &of_user(CLINIC, "a", NOW - 10)), (200, 1));
    service.platform.load(&format!("UPDATE clients SET tokens_valid_after = {} WHERE id = '{CLINIC}'", NOW - 71));
    assert_eq!(read(&service, &of_user(CLINIC, "b", NOW - 11)), (401, 1));
    assert_eq!(read(&service, &of_user(CLINIC, "c", NOW - 10)), (200, 1), "a refusal ends what was known");
}

#[test]
fn another_clients_token_is_asked_for() {
    let service = Service::default();
    assert_eq!(read(&service, &of_user(CLINIC, "a", NOW)), (200, 1));
    assert_eq!(read(&service, &of_user("3580df72-275a-11e7-93ae-92361f002673", "a", NOW)), (401, 1), "it is blocked");
}

#[test]
fn one_of_ours_is_asked_for_itself_since_it_can_be_revoked_alone() {
    let service = Service::default();
    assert_eq!(read(&service, &of_user(CLINIC, "a", NOW - 1)), (200, 1));
    service.platform.load(&format!("INSERT INTO revoked_tokens (jti, token_exp) VALUES ('dead', {0})", NOW + 600));
    assert_eq!(read(&service, &ours("dead")), (401, 1));
    assert_eq!([read(&service, &ours("live")), read(&service, &ours("live"))], [(200, 1), (200, 0)]);
}

#[test]
fn no_standing_is_known_for_longer_than_a_minute() {
    let service = Service::default();
    assert_eq!(read(&service, &of_user(CLINIC, "a", NOW)), (200, 1));
    service.platform.load("UPDATE clients SET is_blocked = 1");
    // The role's own copy is not what ends it: another client's call has renewed that.
    service.platform.now.set(NOW + 59);
    assert_eq!(read(&service, &of_user(CLINIC, "b", NOW)), (200, 0));
    service.platform.now.set(NOW + 60);
    assert_eq!(read(&service, &of_user("nobody", "a", NOW)), (200, 1));
    assert_eq!(read(&service, &of_user(CLINIC, "a", NOW)), (401, 1));
}

#[test]
fn a_later_tokens_word_takes_nothing_from_an_earlier_ones() {
    let service = Service::default();
    assert_eq!(read(&service, &of_user(CLINIC, "a", NOW - 10)), (200, 1));
    // A role that is not there is asked for.
    assert_eq!(service.call(Get, "/admin/roles/unknown", &of_user(CLINIC, "b", NOW), "").status, 404);
    assert_eq!(service.platform.trips.get(), 2);
    assert_eq!(read(&service, &of_user(CLINIC, "c", NOW - 5)), (200, 0));
    // Nor does it lengthen that.
    service.platform.now.set(NOW + 59);
    assert_eq!(service.call(Get, "/admin/roles/unknown", &of_user(CLINIC, "b", NOW), "").status, 404);
    service.platform.now.set(NOW + 60);
    assert_eq!(read(&service, &of_user("nobody", "a", NOW)), (200, 1));
    assert_eq!(read(&service, &of_user(CLINIC, "c", NOW - 5)), (200, 1));
}

#[test]
fn a_client_that_is_blocked_from_here_is_refused_at_once() {
    let actions = [("block", r#"{"block_reason":"Licence revoked"}"#), ("deactivate_tokens", "")];
    for (action, body) in actions {
        let service = Service::default();
        let known = [of_user(CLINIC, "a", NOW), ours("live")];
        for token in &known {
            assert_eq!((read(&service, token), read(&service, token).1), ((200, 1), 0), "{action}");
        }
        let path = format!("/admin/clients/{CLINIC}/actions/{action}");
        assert_eq!(service.call(Patch, &path, &mint("client:write"), body).status, 200);
        for token in &known {
            assert_eq!(read(&service, token), (401, 1), "{action}");
        }
        assert_eq!(read(&service, &of_user(CLINIC, "b", NOW)), (401, 1), "{action}");
    }
}

#[test]
fn a_users_first_call_asks_nobody_when_a_colleagues_has_just_told() {
    let service = Service::default();
    assert_eq!(read(&service, &of_user(CLINIC, "a", NOW - 5)), (200, 1));
    for (user, iat) in [("b", NOW - 5), ("c", NOW), ("d", NOW + 1)] {
        assert_eq!(read(&service, &of_user(CLINIC, user, iat)), (200, 0), "{user}");
    }
    // A token of this service says it as well.
    let service = Service::default();
    assert_eq!(read(&service, &ours("live")), (200, 1));
    assert_eq!(read(&service, &of_user(CLINIC, "a", NOW)), (200, 0));
}

/// A guard that refuses an administration for another reason says nothing against its context.
#[test]
fn a_refused_api_key_leaves_an_administration_what_it_is() {
    let service = Service::with(|raw| raw.api_key_rule = Some("broker".to_owned()));
    let headers = |key: &'static str| [(Header::ApiKey, key)];
    let path = "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352";
    for key in ["", "nobody's", "nobody's"] {
        let reply = service.call_with(Delete, path, &mint("connection:delete"), &headers(key), "");
        assert_eq!(reply.status, 401, "{key:?}: {}", reply.text);
    }
}

#[test]
fn a_client_in_good_standing_is_still_asked_about_another_clients_path() {
    let service = Service::default();
    let token = mint_as("MSP", CLINIC, "connection:read connection:write");
    let path = |client: &str| format!("/api/clients/{client}/connections/{CONNECTION}");
    assert_eq!(service.call(Get, &path(CLINIC), &token, "").status, 200);
    assert_eq!(service.call(Patch, &path(OTHER), &token, "{").status, 403, "not 400");
}

#[test]
fn a_client_type_that_nobody_knows_is_not_written_to_kv() {
    let service = Service::default();
    let path = format!("/api/clients/{CLINIC}/connections");
    for (client_type, kept) in [("WIZARD", 0), ("MSP", 1)] {
        assert_eq!(service.call(Get, &path, &mint_as(client_type, OTHER, "connection:read"), "").status, 403);
        assert_eq!(service.platform.cache.borrow().len(), kept, "{client_type}");
    }
}

/// Every change that only a caller of context `any` may make for this client.
fn changes_of_any() -> impl Iterator<Item = Example> {
    examples().into_iter().filter(|example| {
        let is_bound =
            matches!(example.route.access, Access::AnyClient(_) | Access::Unbounded(_) | Access::OwnClient(_));
        is_bound && !example.route.method.is_safe()
    })
}

#[test]
fn a_type_that_lost_any_changes_nothing_from_the_next_call_on() {
    let mut routes = 0;
    for example in changes_of_any() {
        let service = routes::service();
        let token = mint(&format!("{} client:read client:write", example.route.access.scopes().join(" ")));
        // Both a read and a change have just confirmed the context.
        assert_eq!(service.call(Get, "/admin/clients", &token, "").status, 200);
        let unblock = format!("/admin/clients/{CLINIC}/actions/unblock");
        assert_eq!(service.call(Patch, &unblock, &token, "").status, 200);
        assert!(!service.platform.cache.borrow().is_empty(), "KV knows it too");
        service.platform.load("UPDATE client_types SET context = 'own' WHERE name = 'MITHRIL ADMIN'");
        let before = service.dump();
        for _cold_then_hot in 0..2 {
            let reply = service.call(example.route.method, &example.path, &token, example.body);
            let what = format!("{} {}", example.route.method.as_str(), example.path);
            // No administration is left, and the message of routes for administrations says so.
            assert_eq!((reply.status, &reply.json["error"]["type"]), (403, &json!("forbidden")), "{what}");
            assert_eq!(service.dump(), before, "{what} wrote");
        }
        routes += 1;
    }
    assert!(routes > 15, "{routes}");
}

#[test]
fn a_change_asks_for_the_context_and_writes_it_to_kv_once_a_minute() {
    let service = Service::default();
    let token = mint("client:write");
    let path = format!("/admin/clients/{CLINIC}/actions/unblock");
    let mut kept = Vec::new();
    for now in [NOW, NOW + 1, NOW + 59, NOW + 60] {
        service.platform.now.set(now);
        assert_eq!(service.call(Patch, &path, &token, "").status, 200);
        kept.extend(service.platform.cache.borrow().values().cloned());
    }
    let (first, second) = (format!("{NOW} any"), format!("{} any", NOW + 60));
    assert_eq!(kept, [first.clone(), first.clone(), first, second]);
    assert_eq!(service.platform.trips.get(), 4);
}

#[test]
fn a_broken_change_of_a_known_administration_is_refused_without_asking() {
    let service = Service::default();
    let token = mint("role:write");
    let statuses: Vec<_> = (0..2).map(|_| service.call(Post, "/admin/roles", &token, "{}").status).collect();
    assert_eq!((statuses, service.platform.trips.get()), (vec![422, 422], 1));
}
