//! What stays of a deleted client: its tokens of trusted issuers are refused as they were, or would have been.

use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use mithril_edge::identity::access::Access;
use serde_json::{Value, json};

use crate::audit::wait;
use crate::support::platform::NOW;
use crate::support::routes::{Example, examples, service};
use crate::support::tokens::{Signer, sign};
use crate::support::{Service, mint};

/// A client of the fixture that nothing refers to. Its type is MSP.
const CLIENT: &str = "9980df72-275a-11e7-93ae-92361f002679";
/// `client:write` and `client:delete` with the ceiling of MSP.
const GIVING: &str = "client:write client:delete connection:read connection:write connection:refresh_secret \
     connection:delete";
/// The tests' leeway: an issuer's clock may be ahead by this.
const LEEWAY: i64 = 60;

fn admin(service: &Service, action: &str, body: &str) {
    let now = service.platform.now.get();
    let token = sign(Signer::LoginEs256, json!({}), json!({ "scope": GIVING, "iat": now, "exp": now + 600 }));
    let path = format!("/admin/clients/{CLIENT}");
    let status = match action {
        "delete" => service.call(Delete, &path, &token, "").status,
        "put" => service.call(Put, &path, &token, r#"{"name":"Anew","client_type_id":"type-msp"}"#).status,
        "post" => {
            let body = json!({ "id": CLIENT, "name": "Anew", "client_type_id": "type-msp" }).to_string();
            service.call(Post, "/admin/clients", &token, &body).status
        }
        action => service.call(Patch, &format!("{path}/actions/{action}"), &token, body).status,
    };
    assert!((200..300).contains(&status), "{action}: {status}");
}

fn block(service: &Service) {
    admin(service, "block", r#"{"block_reason":"Licence revoked"}"#);
}

/// A call of the client with a token of the login service, issued at `iat`.
fn call(service: &Service, example: &Example, iat: Option<i64>) -> u16 {
    let scope = example.route.access.scopes().join(" ");
    let exp = service.platform.now.get() + 600;
    let claims = json!({ "client_id": CLIENT, "client_type": "MSP", "scope": scope, "iat": iat, "exp": exp });
    service.call(example.route.method, &example.path, &sign(Signer::LoginEs256, json!({}), claims), example.body).status
}

/// A read by its scope alone.
fn read() -> Example {
    examples().into_iter().find(|example| example.route.path == "/admin/roles").expect("the list of roles")
}

/// Every read and change that asks for a scope alone or is bound to a client.
fn all() -> Vec<Example> {
    examples()
}

#[test]
fn a_blocked_clients_tokens_stay_dead_when_it_is_deleted_until_it_is_made_anew() {
    for again in ["put", "post"] {
        let service = service();
        assert_eq!(call(&service, &read(), Some(NOW)), 200);
        block(&service);
        admin(&service, "delete", "");
        for later in [0, 1, 400 * 86_400] {
            service.platform.now.set(NOW + later);
            wait(mithril_edge::health::housekeeping::run(&service.platform));
            let before = service.dump();
            for example in all() {
                for iat in [Some(NOW), Some(NOW + later)] {
                    let what = format!("{} {} after {later}", example.route.method.as_str(), example.path);
                    assert_eq!(call(&service, &example, iat), 401, "{what}");
                }
            }
            assert_eq!(service.dump(), before, "after {later}");
        }
        // No token lives for so long, so the clock goes back.
        let now = NOW + 3 * LEEWAY;
        service.platform.now.set(now);
        admin(&service, again, "");
        let made = [NOW + LEEWAY, NOW + LEEWAY + 1, now].map(|iat| call(&service, &read(), Some(iat)));
        assert_eq!(made, [401, 200, 200], "{again}: the bound of the tombstone stays");
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM deleted_clients"), 0);
    }
}

#[test]
fn a_deleted_clients_tokens_are_dead_up_to_the_deletion_on_every_route() {
    let service = service();
    service.platform.now.set(NOW + 5);
    admin(&service, "delete", "");
    let before = service.dump();
    for example in all() {
        for iat in [NOW, NOW + 5, NOW + 5 + LEEWAY] {
            let what = format!("{} {} at {iat}", example.route.method.as_str(), example.path);
            assert_eq!(call(&service, &example, Some(iat)), 401, "{what}");
        }
    }
    assert_eq!(service.dump(), before);
    service.platform.now.set(NOW + 6 + LEEWAY);
    assert_eq!(call(&service, &read(), Some(NOW + 6 + LEEWAY)), 200);
}

#[test]
fn the_later_of_deletion_and_revocation_bounds_the_client_that_is_made_anew() {
    for (action, again) in [("deactivate_tokens", "put"), ("deactivate_tokens", "post"), ("delete", "put")] {
        let service = service();
        if action == "deactivate_tokens" {
            service.platform.now.set(NOW + 9);
            admin(&service, action, "");
        }
        // The clock goes back, or stands.
        service.platform.now.set(NOW + 3);
        admin(&service, "delete", "");
        let last = if action == "deactivate_tokens" { NOW + 9 } else { NOW + 3 };
        service.platform.now.set(NOW + 20 + LEEWAY);
        let tokens = [last + LEEWAY, last + LEEWAY + 1].map(|iat| call(&service, &read(), Some(iat)));
        assert_eq!(tokens, [401, 200], "{action}");
        admin(&service, again, "");
        let tokens = [last + LEEWAY, last + LEEWAY + 1].map(|iat| call(&service, &read(), Some(iat)));
        assert_eq!(tokens, [401, 200], "{action}, then {again}");
        let after: i64 = service.sql(&format!("SELECT tokens_valid_after FROM clients WHERE id = '{CLIENT}'"));
        assert_eq!(after, last, "{action}, then {again}");
    }
}

/// An issuer may have a `max_lifetime` of years, and a token without `iat` lives for as long as its issuer likes.
#[test]
fn a_tombstone_stays_however_long_its_issuers_tokens_live() {
    let years = 3 * 366 * 86_400;
    let service = Service::with(|raw| {
        let text = raw.trusted_issuers.take().unwrap_or_default();
        raw.trusted_issuers = Some(text.replace(r#""audience""#, &format!(r#""max_lifetime":{years},"audience""#)));
    });
    service.platform.load(crate::support::routes::UNUSED);
    let long = |iat: Value| {
        let claims =
            json!({ "client_id": CLIENT, "client_type": "MSP", "scope": "role:read", "iat": iat, "exp": NOW + years });
        let token = sign(Signer::LoginEs256, json!({ "typ": "at+jwt" }), claims);
        service.call(Get, "/admin/roles", &token, "").status
    };
    assert_eq!(long(json!(NOW)), 200);
    admin(&service, "delete", "");
    for later in [0, 86_400, 2 * 86_400, years - 1] {
        service.platform.now.set(NOW + later);
        wait(mithril_edge::health::housekeeping::run(&service.platform));
        assert_eq!(long(json!(NOW)), 401, "after {later}");
    }
}

#[test]
fn a_token_without_a_time_is_dead_while_the_tombstone_stands() {
    let service = Service::with(|raw| {
        let text = raw.trusted_issuers.take().unwrap_or_default();
        raw.trusted_issuers = Some(text.replace("at+jwt", "JWT"));
    });
    service.platform.load(crate::support::routes::UNUSED);
    let timeless = || {
        let claims = json!({ "client_id": CLIENT, "client_type": "MSP", "scope": "role:read", "iat": null });
        let token = sign(Signer::LoginEs256, json!({ "typ": "JWT" }), claims);
        service.call(Get, "/admin/roles", &token, "").status
    };
    assert_eq!(timeless(), 200);
    let claims = json!({ "scope": "client:delete" });
    let token = sign(Signer::LoginEs256, json!({ "typ": "JWT" }), claims);
    assert_eq!(service.call(Delete, &format!("/admin/clients/{CLIENT}"), &token, "").status, 200);
    assert_eq!(timeless(), 401);
}

/// A role that memory could answer is asked for.
#[test]
fn a_client_that_is_deleted_from_here_is_refused_at_once() {
    let service = service();
    let role = examples().into_iter().find(|one| one.route.path == "/admin/roles/{id}").expect("a role");
    assert_eq!(role.route.access, Access::Scope("role:read"));
    let trips = |expected: (u16, u32)| {
        let before = service.platform.trips.get();
        assert_eq!((call(&service, &role, Some(NOW)), service.platform.trips.get() - before), expected);
    };
    trips((200, 1));
    trips((200, 0));
    admin(&service, "delete", "");
    trips((401, 1));
}

#[test]
fn a_delete_that_changes_nothing_leaves_no_tombstone() {
    let service = service();
    // A user has a role at it.
    service.platform.load(&format!("UPDATE user_roles SET client_id = '{CLIENT}'"));
    let token = mint("client:delete");
    for (client, status) in [(CLIENT, 409), ("00000000-0000-4000-8000-000000000000", 404)] {
        assert_eq!(service.call(Delete, &format!("/admin/clients/{client}"), &token, "").status, status);
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM deleted_clients"), 0);
    assert_eq!(call(&service, &read(), Some(NOW)), 200);
}
