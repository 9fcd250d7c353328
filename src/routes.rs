//! The product at a glance: every route, its dialect, who may call it and what it does.

use crate::auth::access::Access::{self, Endpoint, OwnClient, Public, Scope};
use crate::http::Method::{self, Delete, Get, Patch, Post};
use crate::http::envelope::Wording;
use crate::oauth::Address;

/// How a path speaks: which envelope, which documented texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Mithril(Wording),
    Endpoint,
    /// RFC 6749 bodies.
    OAuth,
    /// The same with the fields of the Endpoint token page.
    EndpointToken,
}

/// What a route does; `dispatch` in `lib.rs` names the handler of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Health,
    Token(Address),
    AuthorizeApp,
    Introspect,
    Revoke,
    Metadata,
    Jwks,
    DeleteConnection,
    UpdateConnection,
    RefreshConnectionSecret,
    ShowRole,
    DeletePermission,
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

const DELETE: &[&str] = &["AccessManager:Delete", "AccessUser:Delete"];

const fn route(method: Method, path: &'static str, dialect: Dialect, access: Access, operation: Operation) -> Route {
    Route { method, path, dialect, access, operation }
}

#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    route(Get, "/healthz", ROLES, Public, Operation::Health),

    route(Post, "/oauth/token", Dialect::OAuth, Public, Operation::Token(Address::Standard)),
    route(Post, "/oauth/tokens", ROLES, Public, Operation::Token(Address::Mithril)),
    route(Post, "/oAuth/rest/v2/Token", Dialect::EndpointToken, Public, Operation::Token(Address::Endpoint)),
    route(Post, "/oauth/apps/authorize", ROLES, Scope("app:authorize"), Operation::AuthorizeApp),
    route(Post, "/oauth/introspect", Dialect::OAuth, Public, Operation::Introspect),
    route(Post, "/oauth/revoke", Dialect::OAuth, Public, Operation::Revoke),
    route(Get, "/.well-known/oauth-authorization-server", Dialect::OAuth, Public, Operation::Metadata),
    route(Get, "/.well-known/openid-configuration", Dialect::OAuth, Public, Operation::Metadata),
    route(Get, "/.well-known/jwks.json", Dialect::OAuth, Public, Operation::Jwks),

    route(Delete, "/api/clients/{id}/connections/{connection_id}", CONNECTIONS, OwnClient("connection:delete"), Operation::DeleteConnection),
    route(Patch, "/api/clients/{id}/connections/{connection_id}", CONNECTIONS, OwnClient("connection:write"), Operation::UpdateConnection),
    route(Patch, "/api/clients/{id}/connections/{connection_id}/actions/refresh_secret", CONNECTIONS, OwnClient("connection:refresh_secret"), Operation::RefreshConnectionSecret),

    route(Get, "/admin/roles/{id}", ROLES, Scope("role:read"), Operation::ShowRole),

    route(Delete, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Permission/{SubId}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeletePermission),
];

/// Addresses that speak RFC 6749 under `/oauth/`, where Mithril has its own.
const STANDARD: [&str; 3] = ["/oauth/token", "/oauth/introspect", "/oauth/revoke"];

/// The dialect of a path that no route has.
pub fn dialect_of(path: &str) -> Dialect {
    if path.starts_with("/Endpoint/") {
        Dialect::Endpoint
    } else if path.starts_with("/oAuth/") {
        Dialect::EndpointToken
    } else if path.starts_with("/.well-known/") || STANDARD.contains(&path) {
        Dialect::OAuth
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
    fn only_health_and_the_token_plane_are_without_a_scope() {
        let open: Vec<_> = ROUTES.iter().filter(|route| route.access.scopes().is_empty()).collect();
        for route in &open {
            let plane = matches!(route.dialect, Dialect::OAuth | Dialect::EndpointToken);
            assert!(plane || ["/healthz", "/oauth/tokens"].contains(&route.path), "{}", route.path);
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
