//! The product at a glance: every route, its dialect, who may call it and what it does.

use crate::auth::access::Access::{self, Endpoint, OwnClient, Public, Scope};
use crate::http::Method::{self, Delete, Get, Patch, Post, Put};
use crate::http::envelope::Wording;

/// How a path speaks: which envelope, which documented texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Mithril(Wording),
    Endpoint,
}

/// What a route does; `dispatch` in `lib.rs` names the handler of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Health,
    DeleteConnection,
    UpdateConnection,
    RefreshConnectionSecret,
    ShowRole,
    ListAccessGroups,
    InsertAccessGroup,
    UpsertAccessGroup,
    ShowAccessGroup,
    ReplaceAccessGroup,
    DeleteAccessGroup,
    ListPermissions,
    UpsertPermissions,
    InsertPermission,
    DeletePermission,
    ListGroupUsers,
    UpsertGroupUsers,
    InsertGroupUser,
    DeleteGroupUser,
    ListUserGroups,
    InsertUserGroup,
    DeleteUserGroup,
    ListEffectivePermissions,
    ListAccessRoles,
    InsertAccessRole,
    UpsertAccessRole,
    ShowAccessRole,
    ReplaceAccessRole,
    DeleteAccessRole,
    ListRolePermissions,
    UpsertRolePermissions,
    InsertRolePermission,
    DeleteRolePermission,
}

#[derive(Debug)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub dialect: Dialect,
    pub access: Access,
    pub operation: Operation,
}

const CONNECTIONS: Dialect = Dialect::Mithril(Wording::Connections);
const ROLES: Dialect = Dialect::Mithril(Wording::Roles);

const READ: &[&str] = &["AccessManager:Read", "AccessUser:Read"];
const CREATE: &[&str] = &["AccessManager:Create", "AccessUser:Create"];
const UPDATE: &[&str] = &["AccessManager:Update", "AccessUser:Update"];
const UPSERT: &[&str] = &["AccessManager:Create", "AccessManager:Update", "AccessUser:Create", "AccessUser:Update"];
const DELETE: &[&str] = &["AccessManager:Delete", "AccessUser:Delete"];
const MANAGER_READ: &[&str] = &["AccessManager:Read"];
const MANAGER_UPSERT: &[&str] = &["AccessManager:Create", "AccessManager:Update"];
const MANAGER_DELETE: &[&str] = &["AccessManager:Delete"];

const fn route(method: Method, path: &'static str, dialect: Dialect, access: Access, operation: Operation) -> Route {
    Route { method, path, dialect, access, operation }
}

#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    route(Get, "/healthz", ROLES, Public, Operation::Health),

    route(Delete, "/api/clients/{id}/connections/{connection_id}", CONNECTIONS, OwnClient("connection:delete"), Operation::DeleteConnection),
    route(Patch, "/api/clients/{id}/connections/{connection_id}", CONNECTIONS, OwnClient("connection:write"), Operation::UpdateConnection),
    route(Patch, "/api/clients/{id}/connections/{connection_id}/actions/refresh_secret", CONNECTIONS, OwnClient("connection:refresh_secret"), Operation::RefreshConnectionSecret),

    route(Get, "/admin/roles/{id}", ROLES, Scope("role:read"), Operation::ShowRole),

    route(Get, "/Endpoint/rest/api/v1/AccessGroups", Dialect::Endpoint, Endpoint(READ), Operation::ListAccessGroups),
    route(Post, "/Endpoint/rest/api/v1/AccessGroup", Dialect::Endpoint, Endpoint(CREATE), Operation::InsertAccessGroup),
    route(Patch, "/Endpoint/rest/api/v1/AccessGroup", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertAccessGroup),
    route(Get, "/Endpoint/rest/api/v1/AccessGroup/{Id}", Dialect::Endpoint, Endpoint(READ), Operation::ShowAccessGroup),
    route(Put, "/Endpoint/rest/api/v1/AccessGroup/{Id}", Dialect::Endpoint, Endpoint(UPDATE), Operation::ReplaceAccessGroup),
    route(Delete, "/Endpoint/rest/api/v1/AccessGroup/{Id}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteAccessGroup),
    route(Get, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Permissions", Dialect::Endpoint, Endpoint(READ), Operation::ListPermissions),
    route(Patch, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Permissions", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertPermissions),
    route(Post, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Permission", Dialect::Endpoint, Endpoint(UPSERT), Operation::InsertPermission),
    route(Delete, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Permission/{SubId}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeletePermission),
    route(Get, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Users", Dialect::Endpoint, Endpoint(READ), Operation::ListGroupUsers),
    route(Patch, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Users", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertGroupUsers),
    route(Post, "/Endpoint/rest/api/v1/AccessGroup/{Id}/User", Dialect::Endpoint, Endpoint(UPSERT), Operation::InsertGroupUser),
    route(Delete, "/Endpoint/rest/api/v1/AccessGroup/{Id}/User/{SubId}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteGroupUser),

    route(Get, "/Endpoint/rest/api/v1/User/{Id}/AccessGroups", Dialect::Endpoint, Endpoint(MANAGER_READ), Operation::ListUserGroups),
    route(Post, "/Endpoint/rest/api/v1/User/{Id}/AccessGroup", Dialect::Endpoint, Endpoint(MANAGER_UPSERT), Operation::InsertUserGroup),
    route(Delete, "/Endpoint/rest/api/v1/User/{Id}/AccessGroup/{SubId}", Dialect::Endpoint, Endpoint(MANAGER_DELETE), Operation::DeleteUserGroup),
    route(Get, "/Endpoint/rest/api/v1/User/{Id}/EffectivePermissions", Dialect::Endpoint, Endpoint(MANAGER_READ), Operation::ListEffectivePermissions),

    route(Get, "/Endpoint/rest/api/v1/Roles", Dialect::Endpoint, Endpoint(READ), Operation::ListAccessRoles),
    route(Post, "/Endpoint/rest/api/v1/Role", Dialect::Endpoint, Endpoint(CREATE), Operation::InsertAccessRole),
    route(Patch, "/Endpoint/rest/api/v1/Role", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertAccessRole),
    route(Get, "/Endpoint/rest/api/v1/Role/{Id}", Dialect::Endpoint, Endpoint(READ), Operation::ShowAccessRole),
    route(Put, "/Endpoint/rest/api/v1/Role/{Id}", Dialect::Endpoint, Endpoint(UPDATE), Operation::ReplaceAccessRole),
    route(Delete, "/Endpoint/rest/api/v1/Role/{Id}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteAccessRole),
    route(Get, "/Endpoint/rest/api/v1/Role/{Id}/Permissions", Dialect::Endpoint, Endpoint(READ), Operation::ListRolePermissions),
    route(Patch, "/Endpoint/rest/api/v1/Role/{Id}/Permissions", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertRolePermissions),
    route(Post, "/Endpoint/rest/api/v1/Role/{Id}/Permission", Dialect::Endpoint, Endpoint(UPSERT), Operation::InsertRolePermission),
    route(Delete, "/Endpoint/rest/api/v1/Role/{Id}/Permission/{SubId}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteRolePermission),
];

/// The dialect of a path that no route has.
pub fn dialect_of(path: &str) -> Dialect {
    if path.starts_with("/Endpoint/") || path.starts_with("/oAuth/") {
        Dialect::Endpoint
    } else if path.starts_with("/api/clients/") {
        CONNECTIONS
    } else {
        ROLES
    }
}

/// The raw path segments that stand for a route's `{…}`, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params<'a>([&'a str; 3]);

impl<'a> Params<'a> {
    pub fn get(&self, index: usize) -> &'a str {
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// What the table says of a path.
pub enum Match<'a> {
    Found(&'static Route, Params<'a>),
    /// The path exists, the method does not; the value is for `Allow`.
    OtherMethods(String),
    Nothing,
}

/// HEAD is answered like GET.
pub fn find(method: Method, path: &str) -> Match<'_> {
    let wanted = if method == Method::Head { Method::Get } else { method };
    let mut methods = Vec::new();
    for route in ROUTES {
        let Some(params) = matches(route.path, path) else { continue };
        if route.method == wanted {
            return Match::Found(route, params);
        }
        methods.push(route.method);
    }
    if methods.is_empty() { Match::Nothing } else { Match::OtherMethods(allow(&methods)) }
}

fn allow(methods: &[Method]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    if methods.contains(&Method::Get) {
        names.push(Method::Head.as_str());
    }
    names.push(Method::Options.as_str());
    names.join(", ")
}

fn matches<'a>(pattern: &str, path: &'a str) -> Option<Params<'a>> {
    let mut params = Params::default();
    let mut slots = params.0.iter_mut();
    let mut segments = path.split('/');
    for part in pattern.split('/') {
        let segment = segments.next()?;
        if part.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            *slots.next()? = segment;
        } else if part != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_match_nothing() {
        for path in ["", "/", "/healthz/", "//healthz", "/admin/roles/", "/admin/roles/x/y", "/Admin/roles/x"] {
            assert!(matches!(find(Method::Get, path), Match::Nothing), "{path}");
        }
    }

    #[test]
    fn a_known_path_names_its_methods() {
        let Match::OtherMethods(allow) = find(Method::Post, "/api/clients/a/connections/b") else { panic!() };
        assert_eq!(allow, "DELETE, PATCH, OPTIONS");
        let Match::Found(route, params) = find(Method::Head, "/admin/roles/r%7C1") else { panic!() };
        assert_eq!((route.operation, params.get(0)), (Operation::ShowRole, "r%7C1"));
    }

    #[test]
    fn no_route_but_health_is_without_a_scope() {
        for route in ROUTES {
            let open = route.access.scopes().is_empty();
            assert_eq!(open, route.operation == Operation::Health, "{}", route.path);
        }
    }

    #[test]
    fn no_two_routes_are_the_same() {
        for (at, route) in ROUTES.iter().enumerate() {
            let again =
                ROUTES.iter().skip(at + 1).any(|other| (other.method, other.path) == (route.method, route.path));
            assert!(!again, "{}", route.path);
        }
    }
}
