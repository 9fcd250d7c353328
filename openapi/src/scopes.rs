//! The scopes that routes require, and what each of them allows.

use crate::part::Part;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::ROUTES;

/// What a scope lets its holder do. `None` for a scope without a description, which a test finds.
pub fn description(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "connection:read" => "See a client's connections",
        "connection:write" => "Create and change a client's connections",
        "connection:refresh_secret" => "Refresh a connection's secret",
        "connection:delete" => "Delete a connection",
        "client:read" => "See clients",
        "client:write" => "Create, change and block clients",
        "client:delete" => "Delete clients",
        "client_type:read" => "See client types",
        "client_type:write" => "Create and change client types",
        "client_type:delete" => "Delete client types",
        "role:read" => "See roles",
        "role:write" => "Create and change roles",
        "role:delete" => "Delete roles",
        "user:read" => "See users' roles, and the own account",
        "user:write" => "Give roles to users and take them away",
        "audit:read" => "See and export the audit log",
        "access:evaluate" => "Ask whether somebody may do something",
        "access:review" => "Take access reviews, decide their items and close them",
        "access:search" => "Search who may do what",
        "app:read_pis" => "See what the user has approved",
        "app:delete_pis" => "Take back what the user has approved",
        "secret:refresh" => "Refresh the secret of the client's own connection",
        "app:authorize" => "Let an application act for the user",
        "AccessManager:Read" => "See access groups and related data",
        "AccessManager:Create" => "Add access groups and related data",
        "AccessManager:Update" => "Change access groups and related data",
        "AccessManager:Delete" => "Delete access groups and related data",
        "AccessManager:Import" => "Import groups of users",
        "AccessUser:Read" => "See access groups and related data, as a reviewer",
        "AccessUser:Create" => "Add access groups and related data, as a reviewer",
        "AccessUser:Update" => "Change access groups and related data, as a reviewer",
        "AccessUser:Delete" => "Delete access groups and related data, as a reviewer",
        "AccessUser:Import" => "Import groups of users, as a reviewer",
        _ => return None,
    })
}

/// The sets of scopes that open a route. A token needs every scope of one set. An Endpoint route has one set for each
/// of Endpoint's roles, which are named before the colon.
pub fn scope_sets(access: Access) -> Vec<Vec<&'static str>> {
    let scopes = match access {
        Access::Public => return Vec::new(),
        Access::AnyToken => return vec![Vec::new()],
        Access::User(scopes) => return vec![scopes.to_vec()],
        Access::Scope(scope) | Access::OwnClient(scope) | Access::AnyClient(scope) | Access::Unbounded(scope) => {
            return vec![vec![scope]];
        }
        Access::Endpoint(scopes) => scopes,
    };
    let role = |scope: &str| scope.split(':').next().map(str::to_owned);
    let mut sets: Vec<Vec<&str>> = Vec::new();
    for scope in scopes {
        match sets.iter_mut().find(|set| set.first().and_then(|first| role(first)) == role(scope)) {
            Some(set) => set.push(*scope),
            None => sets.push(vec![*scope]),
        }
    }
    sets
}

/// The scopes that the routes of a document require, in the order of the table.
pub fn scopes_in_use(part: Part) -> Vec<&'static str> {
    let mut scopes = Vec::new();
    for scope in ROUTES.iter().filter(|route| part.has(route)).flat_map(|route| route.access.scopes()) {
        if !scopes.contains(scope) {
            scopes.push(scope);
        }
    }
    scopes
}
