//! Who may call what: every route of the Mithril dialect × every kind of caller. What is expected follows from
//! the route table; how a route is called is in `support::routes`.

use mithril_edge::http::Method;
use mithril_edge::http::dialect::Dialect;
use mithril_edge::http::dialect::Wording;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{ROUTES, Route};
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::routes::{ADMINISTRATION, CLINIC, Example, OTHER, examples, service};
use crate::support::tokens::{ADMIN, Signer, sign};

/// A caller: client type (`None`: the token names none) and client.
struct Caller {
    name: &'static str,
    client_type: Option<&'static str>,
    client_id: &'static str,
    is_own: bool,
    is_any: bool,
}

const CALLERS: [Caller; 6] = [
    Caller { name: "own", client_type: Some("MSP"), client_id: CLINIC, is_own: true, is_any: false },
    Caller { name: "other", client_type: Some("MSP"), client_id: OTHER, is_own: false, is_any: false },
    Caller { name: "unknown type", client_type: Some("WIZARD"), client_id: OTHER, is_own: false, is_any: false },
    Caller { name: "no type", client_type: None, client_id: OTHER, is_own: false, is_any: false },
    Caller { name: "own, no type", client_type: None, client_id: CLINIC, is_own: true, is_any: false },
    Caller { name: "any", client_type: Some("MITHRIL ADMIN"), client_id: ADMIN, is_own: false, is_any: true },
];

impl Caller {
    fn token(&self, scope: &str) -> String {
        let claims = json!({ "client_type": self.client_type, "client_id": self.client_id, "scope": scope });
        sign(Signer::LoginHs256, json!({}), claims)
    }

    fn may(&self, access: Access) -> bool {
        match access {
            Access::Public | Access::AnyToken | Access::User(_) | Access::Scope(_) => true,
            Access::OwnClient(_) => self.is_own || self.is_any,
            Access::AnyClient(_) | Access::Unbounded(_) => self.is_any,
            Access::Endpoint(_) => panic!("not of this dialect"),
        }
    }
}

fn wording(route: &Route) -> (&'static str, &'static str) {
    match route.dialect {
        Dialect::Mithril(Wording::Connections) => ("Access denied", "Invalid scopes"),
        Dialect::Mithril(Wording::Roles) => ("Unauthorized", "forbidden"),
        Dialect::Endpoint | Dialect::OAuth | Dialect::Access | Dialect::EndpointToken => panic!("not of this dialect"),
    }
}

/// Every scope of the service but those of this route.
fn other_scopes(route: &Route) -> String {
    let all = ROUTES.iter().flat_map(|other| other.access.scopes()).copied();
    let mut names: Vec<&str> = all.filter(|scope| !route.access.scopes().contains(scope)).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

/// Nothing was written since the service was made.
fn changes(service: &Service) -> i64 {
    service.sql("SELECT total_changes()")
}

fn refused(service: &Service, example: &Example, token: &str, status: u16, error: &Value, who: &str) {
    let what = format!("{} {} by {who}", example.route.method.as_str(), example.path);
    let before = changes(service);
    let reply = service.call(example.route.method, &example.path, token, example.body);
    assert_eq!((reply.status, &reply.json["error"]), (status, error), "{what}");
    assert_eq!(reply.json["meta"]["code"], status, "{what}");
    assert_eq!(reply.json.get("data"), None, "{what}");
    assert_eq!(changes(service), before, "{what} wrote");
}

/// What the table itself must say, since all below follows from it.
#[test]
fn administrations_alone_write_under_admin_and_paths_of_a_client_are_its_own() {
    for example in examples() {
        let Route { method, path, access, .. } = example.route;
        let what = format!("{} {path}: {access:?}", method.as_str());
        // The older refresh of a client's secret acts on a connection of that client.
        let is_of_client = path.contains("/clients/{id}/connections") || path.starts_with("/api/clients/{id}");
        if is_of_client || *path == "/admin/clients/{id}/refresh_secret" {
            assert!(matches!(access, Access::OwnClient(_)), "{what}");
        } else if path.starts_with("/admin/") && *method != Method::Get || path.starts_with("/admin/clients") {
            assert!(matches!(access, Access::AnyClient(_) | Access::Unbounded(_)), "{what}");
        }
        let Some(scope) = access.scopes().first() else {
            assert!(["/auth/logout", "/api/user/roles"].contains(path), "{what}");
            continue;
        };
        let verb = scope.rsplit(':').next().expect("a verb").trim_end_matches("_pis");
        let fits = match method {
            // Who may review may do all of it.
            _ if verb == "review" => true,
            Method::Get => matches!(verb, "read" | "search"),
            Method::Delete => matches!(verb, "delete" | "write" | "refresh_secret"),
            _ => matches!(verb, "write" | "refresh_secret" | "refresh"),
        };
        assert!(fits, "{what}");
    }
}

#[test]
fn without_a_good_token_every_route_answers_401() {
    for example in examples() {
        let service = service();
        let error = json!({ "type": "access_denied", "message": wording(example.route).0 });
        let scope = example.route.access.scopes().join(" ");
        let claims = json!({ "client_id": CLINIC, "client_type": "MSP", "scope": scope });
        let stranger = sign(Signer::Stranger, json!({}), claims);
        for (who, token) in [("nobody", "x"), ("a stranger", stranger.as_str())] {
            refused(&service, &example, token, 401, &error, who);
        }
        assert_eq!(service.platform.trips.get(), 0, "{}", example.path);
    }
}

#[test]
fn without_its_scope_every_route_answers_403_and_asks_nobody() {
    for example in examples().into_iter().filter(|example| !example.route.access.scopes().is_empty()) {
        let service = service();
        let error = json!({ "type": "forbidden", "message": wording(example.route).1 });
        let scope = other_scopes(example.route);
        for caller in &CALLERS {
            refused(&service, &example, &caller.token(&scope), 403, &error, caller.name);
        }
        assert_eq!(service.platform.trips.get(), 0, "{}", example.path);
    }
}

#[test]
fn with_its_scope_a_client_out_of_context_gets_403_cold_and_hot() {
    let error = json!({ "type": "forbidden", "message": "Forbidden" });
    let mut cells = 0;
    for example in examples() {
        let scope = example.route.access.scopes().join(" ");
        for caller in CALLERS.iter().filter(|caller| !caller.may(example.route.access)) {
            let service = service();
            service.platform.load(ADMINISTRATION);
            for _cold_then_hot in 0..2 {
                refused(&service, &example, &caller.token(&scope), 403, &error, caller.name);
            }
            assert!(service.platform.trips.get() <= 2, "{}", example.path);
            cells += 1;
        }
    }
    assert!(cells > 50, "{cells}");
}

#[test]
fn with_its_scope_a_client_in_context_is_served() {
    for example in examples() {
        let scope = example.route.access.scopes().join(" ");
        for caller in CALLERS.iter().filter(|caller| caller.may(example.route.access)) {
            let service = service();
            let what = format!("{} {} by {}", example.route.method.as_str(), example.path, caller.name);
            let reply = service.call(example.route.method, &example.path, &caller.token(&scope), example.body);
            assert_eq!((reply.status, reply.json.get("error")), (example.status, None), "{what}");
            assert_eq!(service.platform.trips.get(), 1, "{what}");
            let audits: i64 = service.sql("SELECT count(*) FROM audit");
            assert_eq!(audits == 1, example.route.method != Method::Get, "{what}");
        }
    }
}

#[test]
fn a_blocked_clients_token_reaches_nothing() {
    for example in examples() {
        let service = service();
        service.platform.load("UPDATE clients SET is_blocked = 1 WHERE name IN ('Clinic', 'Administration')");
        let error = json!({ "type": "access_denied", "message": wording(example.route).0 });
        let scope = example.route.access.scopes().join(" ");
        for caller in CALLERS.iter().filter(|caller| caller.client_type.is_some() && caller.may(example.route.access)) {
            if caller.client_id == OTHER {
                continue;
            }
            refused(&service, &example, &caller.token(&scope), 401, &error, caller.name);
        }
    }
}
