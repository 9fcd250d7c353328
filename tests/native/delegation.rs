//! Nobody gives more of this service than they hold: every write that gives scopes × every scope that is enforced, held
//! and not held, as the vendor's pair, and as another system's scope.

use std::collections::BTreeSet;

use mithril_edge::http::Method::{self, Patch, Post, Put};
use mithril_edge::http::dialect::Dialect;
use mithril_edge::identity::enforced::ENFORCED;
use mithril_edge::routes::ROUTES;
use serde_json::{Value, json};

use crate::support::routes::{CLINIC, MIS, service};
use crate::support::tokens::{ADMIN, login_jwk, mint_as};
use crate::support::{Reply, Service, mint, tokens};

/// A write that gives the scopes of a text.
struct Gift {
    name: &'static str,
    method: Method,
    path: String,
    /// The scope that the route needs.
    scope: &'static str,
    /// The body, for the text.
    body: fn(&str) -> Value,
    /// What the database must hold, for the text.
    before: fn(&str) -> String,
    /// The status when it is allowed.
    status: u16,
}

const OF_ADMIN: &str = "e5372365-d47a-467f-81d0-f35117864390";

fn nothing(_: &str) -> String {
    String::new()
}

/// The administration has a connection, and its type this ceiling.
fn administration(scope: &str) -> String {
    format!(
        "UPDATE client_types SET scope = '{scope}' WHERE name = 'MITHRIL ADMIN';
         INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
         VALUES ('{OF_ADMIN}', '{ADMIN}', '{CLINIC}', 'https://a.test', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z')"
    )
}

fn unused_type(scope: &str) -> String {
    format!("UPDATE client_types SET scope = '{scope}' WHERE id = 'type-unused'")
}

fn connection(consumer: &str, more: Value) -> Value {
    let mut body = json!({ "redirect_uri": "https://b.test", "consumer_id": consumer });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[rustfmt::skip]
fn gifts() -> Vec<Gift> {
    let gift = |name, method, path: &str, scope, body, before, status| {
        Gift { name, method, path: path.to_owned(), scope, body, before, status }
    };
    let connections = format!("/api/clients/{ADMIN}/connections");
    let refresh = format!("{connections}/{OF_ADMIN}/actions/refresh_secret");
    vec![
        gift("a new type", Post, "/admin/client_types", "client_type:write",
            |scope| json!({ "name": "NEW", "scope": scope, "context": "any" }), nothing, 201),
        gift("a type", Put, "/admin/client_types/type-unused", "client_type:write",
            |scope| json!({ "name": "NEW", "scope": scope }), nothing, 200),
        gift("a new role", Post, "/admin/roles", "role:write", |scope| json!({ "name": "N", "scope": scope }), nothing, 201),
        gift("a role", Put, "/admin/roles/role-unused", "role:write",
            |scope| json!({ "name": "N", "scope": scope }), nothing, 200),
        gift("a role's scope", Patch, "/admin/roles/role-unused", "role:write", |scope| json!({ "scope": scope }), nothing, 200),
        gift("a new client", Post, "/admin/clients", "client:write",
            |_| json!({ "name": "N", "client_type_id": "type-unused" }), unused_type, 201),
        gift("a new client with an id", Put, "/admin/clients/aa80df72-275a-11e7-93ae-92361f00267a", "client:write",
            |_| json!({ "name": "N", "client_type_id": "type-unused" }), unused_type, 201),
        gift("a client's type", Put, &format!("/admin/clients/{CLINIC}"), "client:write",
            |_| json!({ "name": "N", "client_type_id": "type-unused" }), unused_type, 200),
        gift("its own client's type", Put, &format!("/admin/clients/{ADMIN}"), "client:write",
            |_| json!({ "name": "N", "client_type_id": "type-unused" }), unused_type, 200),
        gift("a user's role", Post, "/admin/users/user-1/roles", "user:write", |_| json!({ "role_id": "role-unused" }),
            |scope| format!("UPDATE roles SET scope = '{scope}' WHERE id = 'role-unused'"), 201),
        gift("an administration's secret", Patch, &refresh, "connection:refresh_secret", |_| json!({}), administration, 200),
        gift("an administration's own secret", Patch, &format!("/admin/clients/{ADMIN}/refresh_secret"), "secret:refresh",
            |_| json!({}), |scope| administration(scope).replace(CLINIC, ADMIN), 200),
        gift("an administration's new connection", Put, &connections, "connection:write",
            |_| connection(MIS, json!({})), administration, 201),
        gift("the same under /admin", Put, &format!("/admin/clients/{ADMIN}/connections"), "connection:write",
            |_| connection(MIS, json!({})), administration, 201),
        gift("an administration's public method", Put, &connections, "connection:write connection:refresh_secret",
            |_| connection(CLINIC, json!({ "token_endpoint_auth_method": "none" })), administration, 200),
        gift("an administration's keys", Put, &connections, "connection:write connection:refresh_secret",
            |_| connection(CLINIC, json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [login_jwk("k")] } })),
            administration, 200),
    ]
}

/// What comes of a gift of `given` by a token that holds `held` beside the scope of the route.
fn give(gift: &Gift, given: &str, held: &str) -> (Service, Reply) {
    let service = service();
    service.platform.load(&(gift.before)(given));
    let reply = give_at(&service, gift, given, held);
    (service, reply)
}

fn give_at(service: &Service, gift: &Gift, given: &str, held: &str) -> Reply {
    let token = mint(&format!("{} {held}", gift.scope));
    service.call(gift.method, &gift.path, &token, &(gift.body)(given).to_string())
}

fn refused(gift: &Gift, given: &str, held: &str, missing: &str) {
    let what = format!("{}: {given:?} by {held:?}", gift.name);
    let service = service();
    service.platform.load(&(gift.before)(given));
    let before = service.dump();
    let reply = give_at(&service, gift, given, held);
    let message = format!("The token lacks scopes that the change gives: {missing}");
    assert_eq!(reply.status, 403, "{what}: {}", reply.text);
    assert_eq!(reply.json["error"], json!({ "type": "forbidden", "message": message }), "{what}");
    let challenge = format!("Bearer realm=\"mithril-edge\", error=\"insufficient_scope\", scope=\"{missing}\"");
    assert_eq!(reply.header("www-authenticate"), Some(challenge.as_str()), "{what}");
    assert_eq!(service.dump(), before, "{what} wrote");
    // The gate's own question, or the refused batch and the read that names the scopes.
    assert!(service.platform.trips.get() <= 2, "{what}: {}", service.platform.trips.get());
}

fn allowed(gift: &Gift, given: &str, held: &str) {
    let (service, reply) = give(gift, given, held);
    assert_eq!(reply.status, gift.status, "{}: {given:?} by {held:?}: {}", gift.name, reply.text);
    assert_eq!(service.platform.trips.get(), 1, "{}", gift.name);
}

/// What this suite judges is what the routes need.
#[test]
fn the_enforced_scopes_are_those_of_the_table_of_routes() {
    let of_routes: BTreeSet<&str> = ROUTES.iter().flat_map(|route| route.access.scopes()).copied().collect();
    assert_eq!(ENFORCED.into_iter().collect::<BTreeSet<_>>(), of_routes);
    assert_eq!(ENFORCED.len(), of_routes.len());
}

/// A new route must be put on one of the two lists.
#[test]
fn every_change_of_mithrils_dialect_gives_scopes_or_is_known_to_give_none() {
    let gives_none = [
        "POST /oauth/apps/authorize",
        "PATCH /api/clients/{id}/connections/{connection_id}",
        "PATCH /admin/clients/{id}/actions/block",
        "PATCH /admin/clients/{id}/actions/unblock",
        "PATCH /admin/clients/{id}/actions/deactivate_tokens",
        // A review gives nothing: it keeps what is there, or takes it away.
        "POST /admin/reviews",
        "PATCH /admin/reviews/{id}/items/{item}",
        "PATCH /admin/reviews/{id}/actions/close",
        // A user has no right until a group has it.
        "PUT /admin/users/{user_id}",
    ];
    let gifts = gifts();
    let is_given = |method: Method, pattern: &str| {
        gifts.iter().any(|gift| {
            let (path, pattern): (Vec<_>, Vec<_>) = (gift.path.split('/').collect(), pattern.split('/').collect());
            gift.method == method
                && path.len() == pattern.len()
                && path.iter().zip(&pattern).all(|(part, pattern)| part == pattern || pattern.starts_with('{'))
        })
    };
    for route in ROUTES.iter().filter(|route| matches!(route.dialect, Dialect::Mithril(_))) {
        if route.method.is_safe() || route.method == Method::Delete || route.access.scopes().is_empty() {
            continue;
        }
        let name = format!("{} {}", route.method.as_str(), route.path);
        assert_ne!(is_given(route.method, route.path), gives_none.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn no_write_gives_an_enforced_scope_that_the_caller_does_not_hold() {
    for gift in gifts() {
        for scope in ENFORCED.iter().filter(|scope| !gift.scope.split(' ').any(|held| held == **scope)) {
            refused(&gift, &format!("a:read {scope} declaration:read"), "", scope);
            let others: Vec<&str> = ENFORCED.iter().copied().filter(|other| other != scope).collect();
            // A name that only looks like the scope does not help.
            refused(&gift, scope, &format!("{} {scope}s x{scope}", others.join(" ")), scope);
        }
    }
}

#[test]
fn the_vendors_pair_is_its_halves_in_what_is_given_and_in_what_is_held() {
    for gift in gifts() {
        for role in ["AccessManager", "AccessUser"] {
            let [create, update] = ["Create", "Update"].map(|verb| format!("{role}:{verb}"));
            let pair = format!("{role}:Create, Update");
            refused(&gift, &pair, "", &format!("{create} {update}"));
            refused(&gift, &pair, &create, &update);
            refused(&gift, &pair, &update, &create);
            // Roles are joined, so the next one could complete the pair.
            refused(&gift, &format!("{role}:Create,"), &create, &update);
            allowed(&gift, &pair, &format!("{create} {update}"));
            allowed(&gift, &pair, &pair);
            allowed(&gift, &update, &pair);
        }
    }
}

#[test]
fn what_is_held_is_given_and_other_systems_scopes_are_free() {
    for gift in gifts() {
        for scope in ENFORCED {
            allowed(&gift, scope, scope);
        }
        allowed(&gift, "declaration:read role:writer Role:write xrole:read", "");
        allowed(&gift, &ENFORCED.join(" "), &ENFORCED.join(" "));
    }
}

#[test]
fn a_caller_that_is_not_let_in_and_a_broken_body_are_refused_before() {
    for gift in gifts() {
        let service = service();
        service.platform.load(&(gift.before)("audit:read"));
        service.platform.load(&format!("UPDATE clients SET is_blocked = 1 WHERE id = '{ADMIN}'"));
        assert_eq!(give_at(&service, &gift, "audit:read", "").status, 401, "{}", gift.name);
        service.platform.load("UPDATE clients SET is_blocked = 0; UPDATE client_types SET context = 'own'");
        if !gift.path.contains(ADMIN) || gift.path.starts_with("/admin/clients/") && gift.scope == "client:write" {
            let reply = give_at(&service, &gift, "audit:read", "");
            assert_eq!((reply.status, &reply.json["error"]["type"]), (403, &json!("forbidden")), "{}", gift.name);
            let challenge = reply.header("www-authenticate").unwrap_or_default();
            assert!(!challenge.contains("scope=\""), "{}: no scope is missing: {challenge}", gift.name);
        }
    }
    let reply = service().call(Post, "/admin/roles", &mint("role:write"), r#"{"name":1,"scope":"audit:read"}"#);
    assert_eq!(reply.status, 422);
}

#[test]
fn delegation_free_bounds_nothing_and_a_broken_setting_counts_as_bounded() {
    for (word, is_free) in [("free", true), ("bounded", false), ("Free", false), ("off", false)] {
        for gift in gifts() {
            let service = Service::with(|raw| raw.delegation = Some(word.to_owned()));
            service.platform.load(crate::support::routes::UNUSED);
            service.platform.load(&(gift.before)("audit:read"));
            let expected = if is_free { gift.status } else { 403 };
            assert_eq!(give_at(&service, &gift, "audit:read", "").status, expected, "{word}: {}", gift.name);
            let problems = service.app.settings.problems.join("\n");
            assert_eq!(problems.contains("DELEGATION"), !["free", "bounded"].contains(&word), "{problems}");
        }
    }
}

#[test]
fn what_gives_nothing_new_stays_as_it_is() {
    let service = service();
    let all = ENFORCED.join(" ");
    service.platform.load(&administration(&all));
    service.platform.load(&format!("UPDATE client_types SET scope = '{all}'; UPDATE roles SET scope = '{all}'"));
    let refresh = |client: &str, connection: &str| {
        format!("/api/clients/{client}/connections/{connection}/actions/refresh_secret")
    };
    let clinics = "e5372365-d47a-467f-81d0-f35117864352";
    let own = mint_as("MSP", CLINIC, "connection:write connection:refresh_secret");
    let moved = |consumer: &str| connection(consumer, json!({})).to_string();
    let public = connection(MIS, json!({ "token_endpoint_auth_method": "none" })).to_string();
    for (what, method, path, token, body) in [
        (
            "a role's name",
            Patch,
            "/admin/roles/role-unused".to_owned(),
            mint("role:write"),
            r#"{"name":"N"}"#.to_owned(),
        ),
        (
            "a client that keeps its type",
            Put,
            format!("/admin/clients/{CLINIC}"),
            mint("client:write"),
            r#"{"name":"N","client_type_id":"type-msp"}"#.to_owned(),
        ),
        (
            "an ordinary client's secret",
            Patch,
            refresh(CLINIC, clinics),
            mint("connection:refresh_secret"),
            String::new(),
        ),
        ("an own secret", Patch, refresh(CLINIC, clinics), own.clone(), String::new()),
        ("an own method", Put, format!("/api/clients/{CLINIC}/connections"), own, public),
        (
            "an administration's redirect URI",
            Put,
            format!("/api/clients/{ADMIN}/connections"),
            mint("connection:write"),
            moved(CLINIC),
        ),
    ] {
        let reply = service.call(method, &path, &token, &body);
        assert_eq!(reply.status, 200, "{what}: {}", reply.text);
    }
}

/// The guard ends the batch before the key's row is kept, and a repeated call is judged again.
#[test]
fn a_refused_gift_leaves_no_idempotency_key() {
    for gift in gifts() {
        let service = service();
        service.platform.load(&(gift.before)("audit:read"));
        let key = [(mithril_edge::http::Header::IdempotencyKey, "k")];
        let body = (gift.body)("audit:read").to_string();
        let call = |scope: &str| service.call_with(gift.method, &gift.path, &mint(scope), &key, &body).status;
        assert_eq!(call(gift.scope), 403, "{}", gift.name);
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM idempotency_keys"), 0);
        assert_eq!(call(&format!("{} audit:read", gift.scope)), gift.status, "{}", gift.name);
    }
    assert!(tokens::settings().delegation.is_none(), "bounded is the default");
}
