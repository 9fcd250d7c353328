//! Who may call the Endpoint routes: every route of the dialect with every set of scopes that matters.

use mithril_edge::http::Method;
use mithril_edge::http::dialect::Dialect;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{ROUTES, Route};

use crate::support::endpoint::ROOT;
use crate::support::routes::{endpoint_changes, endpoint_reads, whole_service};
use crate::support::tokens::mint_as;
use crate::support::{Service, mint};

fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.dialect == Dialect::Endpoint && matches!(route.access, Access::Endpoint(_)))
}

/// A call of a route, and what the role of its caller must be allowed.
struct Case {
    route: &'static Route,
    path: String,
    needed: &'static [&'static str],
}

/// A call for each effect that a route can have, by what the effect means. The paths match nothing, so that an admitted
/// call ends in a refusal that is not about scopes.
fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for route in routes() {
        let path = route.path.replace("{Id}", "4000").replace("{SubId}", "4000");
        // A POST under a record adds to that record or switches what is there, as PATCH does.
        let is_under_record = route.path.contains("{Id}");
        let needed: &[&str] = match route.method {
            Method::Get => &["Read"],
            _ if route.path.ends_with("/Json") => &["Import"],
            Method::Post if !is_under_record => &["Create"],
            Method::Post | Method::Patch => &["Create", "Update"],
            Method::Put => &["Update"],
            Method::Delete => &["Delete"],
            other => panic!("{other:?}"),
        };
        if route.method == Method::Patch && is_under_record {
            let (keeping, path) = (format!("{path}?DeleteNotExists=false"), format!("{path}?DeleteNotExists=True"));
            all.push(Case { route, path, needed: &["Create", "Update", "Delete"] });
            all.push(Case { route, path: keeping, needed });
        }
        all.push(Case { route, path, needed });
    }
    all
}

/// Every set of verbs.
fn sets() -> Vec<Vec<&'static str>> {
    let verbs = ["Read", "Create", "Update", "Delete"];
    (0..16).map(|bits| (0..4).filter(|at| bits >> at & 1 == 1).map(|at| verbs[at]).collect()).collect()
}

/// Whether only the manager may call the route: it is about users.
fn is_managers(case: &Case) -> bool {
    case.route.path.contains("/User/{Id}") && !case.route.path.contains("/AccessGroup/{Id}/")
        || case.route.path.ends_with("/Users") && !case.route.path.contains("{Id}")
}

fn scope(role: &str, verbs: &[&str]) -> String {
    verbs.iter().map(|verb| format!("{role}:{verb}")).collect::<Vec<_>>().join(" ")
}

/// Whether a call with this token is past the check of scopes.
fn is_let_in(service: &Service, case: &Case, token: &str) -> bool {
    let status = service.call(case.route.method, &case.path, token, "").status;
    assert!(![401, 500].contains(&status), "{:?} {}: {status}", case.route.method, case.path);
    status != 403
}

/// Each set of one role with each set of the other, so that halves of two roles, which make no whole, are among them.
#[test]
fn one_role_must_hold_all_that_an_effect_needs() {
    let (service, cases) = (Service::default(), cases());
    assert_eq!(cases.len(), 64 + 2 * 7);
    let holds = |set: &[&str], needed: &[&str]| needed.iter().all(|verb| set.contains(verb));
    for manager in sets() {
        for user in sets() {
            let scopes = format!("{} {}", scope("AccessManager", &manager), scope("AccessUser", &user));
            let token = mint(&scopes);
            for case in &cases {
                let may = holds(&manager, case.needed) || (!is_managers(case) && holds(&user, case.needed));
                let place = format!("{:?} {} with `{scopes}`", case.route.method, case.path);
                assert_eq!(is_let_in(&service, case, &token), may, "{place}");
            }
        }
    }
}

#[test]
fn the_vendors_pair_is_creating_and_changing_and_nothing_else() {
    let (service, cases) = (Service::default(), cases());
    for (scopes, verbs) in [
        ("AccessManager:Create, Update", &["Create", "Update"][..]),
        ("AccessManager:Create, Update AccessManager:Delete", &["Create", "Update", "Delete"]),
        ("AccessManager AccessUser accessmanager:Read connection:read role:read", &[]),
    ] {
        let token = mint(scopes);
        for case in &cases {
            let may = case.needed.iter().all(|verb| verbs.contains(verb));
            assert_eq!(is_let_in(&service, case, &token), may, "{:?} {} with `{scopes}`", case.route.method, case.path);
        }
    }
}

#[test]
fn a_change_that_would_also_delete_changes_nothing_without_the_scope_and_tells_a_revoked_token_401() {
    let blocked = "3580df72-275a-11e7-93ae-92361f002673";
    let scopes = "AccessManager:Create AccessManager:Update AccessUser:Delete";
    for (path, body) in [
        ("/AccessGroup/GROUP-A/Permissions", r#"{"Permissions":[]}"#),
        ("/AccessGroup/GROUP-A/Users", r#"{"Users":[]}"#),
        ("/Role/FREE/Permissions", r#"{"Permissions":[]}"#),
        ("/AccessGroup/GROUP-A/Applications", r#"{"Applications":[]}"#),
        ("/AccessGroup/GROUP-A/Groups", r#"{"Groups":[]}"#),
        ("/GroupExternal/31/UserExternals", r#"{"UserExternals":[]}"#),
        ("/User/7/Groups", r#"{"Groups":[]}"#),
    ] {
        let service = whole_service();
        let before = service.dump();
        let path = format!("{ROOT}{path}?DeleteNotExists=true");
        let reply = service.call(Method::Patch, &path, &mint(scopes), body);
        assert_eq!((reply.status, &reply.json["Type"]), (403, &"/Errors/Permission".into()), "{path}");
        assert!(reply.header("www-authenticate").is_some_and(|told| told.contains("AccessManager:Delete")), "{path}");
        let reply = service.call(Method::Patch, &path, &mint_as("MSP", blocked, scopes), body);
        assert_eq!(reply.status, 401, "{path}");
        assert_eq!(service.dump(), before, "{path}");
        let reply = service.call(Method::Patch, &path, &mint(&format!("{scopes} AccessManager:Delete")), body);
        assert_eq!(reply.status, 200, "{path}");
        assert_ne!(service.dump(), before, "{path}");
    }
}

#[test]
fn under_the_rule_all_both_roles_are_needed() {
    let service = Service::with(|raw| raw.endpoint_scope_rule = Some("all".to_owned()));
    for case in cases() {
        let is_managers = is_managers(&case);
        let manager = scope("AccessManager", case.needed);
        assert_eq!(is_let_in(&service, &case, &mint(&manager)), is_managers, "{:?} {}", case.route.method, case.path);
        let both = format!("{manager} {}", scope("AccessUser", case.needed));
        assert!(is_let_in(&service, &case, &mint(&both)), "{:?} {}", case.route.method, case.path);
    }
}

#[test]
fn an_import_needs_its_own_verb_and_gives_no_other() {
    let (service, cases) = (Service::default(), cases());
    for role in ["AccessManager", "AccessUser"] {
        let token = mint(&scope(role, &["Import"]));
        for case in &cases {
            let may = case.needed == ["Import"];
            assert_eq!(is_let_in(&service, case, &token), may, "{:?} {}", case.route.method, case.path);
        }
    }
    assert_eq!(cases.iter().filter(|case| case.needed == ["Import"]).count(), 1);
}

#[test]
fn a_blocked_client_changes_and_sees_nothing() {
    let service = whole_service();
    let before = service.dump();
    let blocked = "3580df72-275a-11e7-93ae-92361f002673";
    for call in endpoint_changes().into_iter().chain(endpoint_reads()) {
        let token = mint_as("MSP", blocked, &call.route.access.scopes().join(" "));
        let reply = service.call(call.route.method, &call.path, &token, call.body);
        assert_eq!(reply.status, 401, "{:?} {}: {}", call.route.method, call.path, reply.json);
    }
    assert_eq!(service.dump(), before);
}
