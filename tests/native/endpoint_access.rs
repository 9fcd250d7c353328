//! Who may call the Endpoint routes: every route of the dialect with every set of scopes that matters.

use mithril_edge::http::Method;
use mithril_edge::http::dialect::Dialect;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{ROUTES, Route};

use crate::support::tokens::mint_as;
use crate::support::{Service, mint};

fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.dialect == Dialect::Endpoint && matches!(route.access, Access::Endpoint(_)))
}

/// A path that matches nothing, so that an admitted call ends in a refusal that is not about scopes.
fn path(route: &Route) -> String {
    route.path.replace("{Id}", "4000").replace("{SubId}", "4000")
}

fn status(service: &Service, route: &Route, scope: &str) -> u16 {
    service.call(route.method, &path(route), &mint(scope), "").status
}

/// The scopes a role needs for a route, by what the method means.
fn verbs(route: &Route) -> &'static [&'static str] {
    match route.method {
        Method::Get => &["Read"],
        Method::Post => &["Create"],
        Method::Patch => &["Create", "Update"],
        Method::Put => &["Update"],
        Method::Delete => &["Delete"],
        other => panic!("{other:?}"),
    }
}

fn scope(role: &str, verbs: &[&str]) -> String {
    verbs.iter().map(|verb| format!("{role}:{verb}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_route_refuses_every_scope_but_its_own() {
    let service = Service::default();
    let all = ["Read", "Create", "Update", "Delete"];
    assert_eq!(routes().count(), 28);
    for route in routes() {
        let needed = verbs(route);
        let refused = |scope: &str| {
            assert_eq!(status(&service, route, scope), 403, "{:?} {} with `{scope}`", route.method, route.path);
        };
        refused("");
        refused("AccessManager AccessUser accessmanager:Read connection:read role:read");
        let is_managers = route.path.contains("/User/{Id}/");
        if is_managers {
            refused(&scope("AccessUser", &all));
        }
        for role in ["AccessManager", "AccessUser"] {
            let others: Vec<&str> = all.into_iter().filter(|verb| !needed.contains(verb)).collect();
            refused(&scope(role, &others));
            // One of two is not enough, and halves of two roles do not make one.
            if let [first, second] = needed {
                refused(&scope(role, &[first]));
                refused(&scope(role, &[second]));
                refused(&format!("AccessManager:{first} AccessUser:{second}"));
            }
        }
    }
    assert_eq!(service.platform.trips.get(), 0);
}

#[test]
fn one_role_with_all_that_a_route_needs_is_let_in() {
    let service = Service::default();
    for route in routes() {
        let is_managers = route.path.contains("/User/{Id}/");
        for role in ["AccessManager", "AccessUser"] {
            if role == "AccessManager" || !is_managers {
                let status = status(&service, route, &scope(role, verbs(route)));
                assert!(![401, 403, 500].contains(&status), "{:?} {} as {role}: {status}", route.method, route.path);
            }
        }
        if verbs(route).len() == 2 {
            let status = status(&service, route, "AccessManager:Create, Update");
            assert!(![401, 403, 500].contains(&status), "{:?} {}: {status}", route.method, route.path);
        }
    }
}

#[test]
fn under_the_rule_all_both_roles_are_needed() {
    let service = Service::with(|raw| raw.endpoint_scope_rule = Some("all".to_owned()));
    for route in routes() {
        let is_managers = route.path.contains("/User/{Id}/");
        let manager = scope("AccessManager", verbs(route));
        assert_eq!(status(&service, route, &manager) == 403, !is_managers, "{:?} {}", route.method, route.path);
        let both = format!("{manager} {}", scope("AccessUser", verbs(route)));
        assert_ne!(status(&service, route, &both), 403, "{:?} {}", route.method, route.path);
    }
}

#[test]
fn a_blocked_client_changes_and_sees_nothing() {
    let service = Service::default();
    let count = "SELECT (SELECT count(*) FROM access_groups) || (SELECT count(*) FROM permissions)
        || (SELECT sum(version) FROM access_groups) || (SELECT count(*) FROM access_group_users)";
    let before: String = service.sql(count);
    let token = mint_as(
        "MSP",
        "3580df72-275a-11e7-93ae-92361f002673",
        "AccessManager:Read AccessManager:Create AccessManager:Update AccessManager:Delete",
    );
    let permission =
        r#"{"AccessRoleId":{"Value":"32E61509-0071-4001-BE32-9E9D0DB255CB"},"PermissionId":"Read","Name":"New"}"#;
    let permissions = r#"{"Permissions":[],"Users":[]}"#;
    for route in routes() {
        let body = match (route.method, route.path.ends_with('s')) {
            (Method::Get | Method::Delete, _) => "",
            (_, true) => permissions,
            (_, false) if route.path.ends_with("/User") => r#"{"UserId":{"Value":"8"}}"#,
            (_, false) if route.path.contains("/User/{Id}") => r#"{"AccessGroupId":{"Value":"GROUP-B"}}"#,
            _ => permission,
        };
        let path = match route.path {
            path if path.contains("/User/{Id}") => path.replace("{Id}", "7").replace("{SubId}", "GROUP-A"),
            path if path.contains("/Role/") => path.replace("{Id}", "32E61509-0071-4001-BE32-9E9D0DB255CB"),
            path => path.replace("{Id}", "GROUP-A"),
        };
        let path = path.replace("User/{SubId}", "User/7").replace("{SubId}", "4711");
        let reply = service.call(route.method, &path, &token, body);
        assert_eq!(reply.status, 401, "{:?} {path}: {}", route.method, reply.json);
    }
    assert_eq!(service.sql::<String>(count), before);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}
