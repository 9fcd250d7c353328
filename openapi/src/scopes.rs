//! The scopes that routes require, and what each of them allows.

use mithril_edge::identity::access::Access;
use mithril_edge::routes::ROUTES;

/// `None` for a scope that nobody has described yet; a test finds it.
pub fn description(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "connection:read" => "See a client's connections",
        "connection:write" => "Create and change a client's connections",
        "connection:refresh_secret" => "Give a connection a new secret",
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
        "user:read" => "See users' roles",
        "user:write" => "Give users roles and take them away",
        "audit:read" => "See and export the audit",
        "app:authorize" => "Let an application act for the user",
        "AccessManager:Read" => "See access groups and related data",
        "AccessManager:Create" => "Add access groups and related data",
        "AccessManager:Update" => "Change access groups and related data",
        "AccessManager:Delete" => "Delete access groups and related data",
        "AccessUser:Read" => "Review access groups and related data: see",
        "AccessUser:Create" => "Review access groups and related data: add",
        "AccessUser:Update" => "Review access groups and related data: change",
        "AccessUser:Delete" => "Review access groups and related data: delete",
        _ => return None,
    })
}

/// The sets of scopes of which one is enough; in Endpoint those of one role (the word before the colon).
pub fn scope_sets(access: Access) -> Vec<Vec<&'static str>> {
    let scopes = match access {
        Access::Public => return Vec::new(),
        Access::Scope(scope) | Access::OwnClient(scope) | Access::AnyClient(scope) => return vec![vec![scope]],
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

/// The scopes that routes ask for, in the table's order.
pub fn scopes_in_use() -> Vec<&'static str> {
    let mut scopes = Vec::new();
    for scope in ROUTES.iter().flat_map(|route| route.access.scopes()) {
        if !scopes.contains(scope) {
            scopes.push(scope);
        }
    }
    scopes
}
