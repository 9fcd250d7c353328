//! The product at a glance: every route, its dialect, who may call it and what it does. Besides this table, the room
//! holds the router and the hand-over from an operation to its handler. It may import every room below it. It holds no
//! rule of a resource, and only `lib` imports it.

pub mod dispatch;
mod operation;
pub mod router;

pub use operation::Operation;

use crate::access::question::Part;
use crate::http::Method::{self, Delete, Get, Patch, Post, Put};
use crate::http::dialect::{Dialect, Wording};
use crate::identity::access::Access::{self, AnyClient, AnyToken, Endpoint, OwnClient, Public, Scope, Unbounded, User};
use crate::oauth::address::Address;

/// One line of the table.
#[derive(Debug)]
pub struct Route {
    /// The method. A route of GET answers HEAD too.
    pub method: Method,
    /// The pattern of the path; `{…}` stands for one segment.
    pub path: &'static str,
    /// The form of its answers.
    pub dialect: Dialect,
    /// Who may call it.
    pub access: Access,
    /// What it does.
    pub operation: Operation,
}

impl Route {
    /// Whether the handler reads a body. A body that says something to another route of a change is refused (415, 422).
    pub const fn reads_body(&self) -> bool {
        let is_bare_action = matches!(
            self.operation,
            Operation::UnblockClient
                | Operation::DeactivateClientTokens
                | Operation::Logout
                | Operation::RefreshClientSecret
        );
        matches!(self.method, Post | Put | Patch) && !is_bare_action
    }
}

impl Route {
    /// Whether a caller may ask what the change would do, without making it (`request::dry_run`): every change of what
    /// decides who holds which scope or permission. The other changes refuse such a call.
    pub const fn may_run_dry(&self) -> bool {
        match self.dialect {
            Dialect::Endpoint => !self.method.is_safe(),
            _ => matches!(
                self.operation,
                Operation::CreateClient
                    | Operation::PutClient
                    | Operation::DeleteClient
                    | Operation::BlockClient
                    | Operation::UnblockClient
                    | Operation::DeactivateClientTokens
                    | Operation::CreateClientType
                    | Operation::ReplaceClientType
                    | Operation::DeleteClientType
                    | Operation::CreateRole
                    | Operation::ReplaceRole
                    | Operation::UpdateRole
                    | Operation::DeleteRole
                    | Operation::PutUser
                    | Operation::AddUserRole
                    | Operation::RemoveUserRole
            ),
        }
    }
}

const CONNECTIONS: Dialect = Dialect::Mithril(Wording::Connections);
const ROLES: Dialect = Dialect::Mithril(Wording::Roles);
/// Paths that no document describes use the texts of the roles' page, which is an admin page too.
const ADMIN: Dialect = ROLES;

const READ: &[&str] = &["AccessManager:Read", "AccessUser:Read"];
const CREATE: &[&str] = &["AccessManager:Create", "AccessUser:Create"];
const UPDATE: &[&str] = &["AccessManager:Update", "AccessUser:Update"];
const UPSERT: &[&str] = &["AccessManager:Create", "AccessManager:Update", "AccessUser:Create", "AccessUser:Update"];
const IMPORT: &[&str] = &["AccessManager:Import", "AccessUser:Import"];
const DELETE: &[&str] = &["AccessManager:Delete", "AccessUser:Delete"];
const MANAGER_READ: &[&str] = &["AccessManager:Read"];
const MANAGER_UPSERT: &[&str] = &["AccessManager:Create", "AccessManager:Update"];
const MANAGER_DELETE: &[&str] = &["AccessManager:Delete"];

const fn route(method: Method, path: &'static str, dialect: Dialect, access: Access, operation: Operation) -> Route {
    Route { method, path, dialect, access, operation }
}

/// Every route of the service.
#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    route(Get, "/healthz", ROLES, Public, Operation::Health),
    route(Get, "/readyz", ROLES, Public, Operation::Ready),
    route(Get, "/console/config", ROLES, Public, Operation::ConsoleConfig),

    route(Post, "/oauth/token", Dialect::OAuth, Public, Operation::Token(Address::Standard)),
    route(Post, "/oauth/tokens", ROLES, Public, Operation::Token(Address::Mithril)),
    route(Post, "/oAuth/rest/v2/Token", Dialect::EndpointToken, Public, Operation::Token(Address::Endpoint)),
    route(Post, "/oauth/apps/authorize", ROLES, Scope("app:authorize"), Operation::AuthorizeApp),
    route(Post, "/auth/logout", ROLES, AnyToken, Operation::Logout),
    route(Get, "/oauth/nonce", ROLES, Public, Operation::NonceByGet),
    route(Post, "/oauth/nonce", ROLES, Public, Operation::Nonce),
    route(Get, "/oauth/user", ROLES, User(&["user:read"]), Operation::ShowOwnUser),
    route(Post, "/oauth/introspect", Dialect::OAuth, Public, Operation::Introspect),
    route(Post, "/oauth/revoke", Dialect::OAuth, Public, Operation::Revoke),
    route(Get, "/.well-known/oauth-authorization-server", Dialect::OAuth, Public, Operation::Metadata),
    route(Get, "/.well-known/openid-configuration", Dialect::OAuth, Public, Operation::Metadata),
    route(Get, "/.well-known/authzen-configuration", Dialect::Access, Public, Operation::AccessMetadata),
    route(Get, "/.well-known/jwks.json", Dialect::OAuth, Public, Operation::Jwks),

    route(Post, "/access/v1/evaluation", Dialect::Access, Scope("access:evaluate"), Operation::Evaluate),
    route(Post, "/access/v1/evaluations", Dialect::Access, Scope("access:evaluate"), Operation::EvaluateAll),
    route(Post, "/access/v1/search/subject", Dialect::Access, Scope("access:search"), Operation::SearchAccess(Part::Subject)),
    route(Post, "/access/v1/search/resource", Dialect::Access, Scope("access:search"), Operation::SearchAccess(Part::Resource)),
    route(Post, "/access/v1/search/action", Dialect::Access, Scope("access:search"), Operation::SearchAccess(Part::Action)),

    route(Get, "/api/clients/{id}/connections", CONNECTIONS, OwnClient("connection:read"), Operation::ListConnections),
    route(Put, "/api/clients/{id}/connections", CONNECTIONS, OwnClient("connection:write"), Operation::PutConnection),
    route(Put, "/admin/clients/{id}/connections", CONNECTIONS, OwnClient("connection:write"), Operation::PutConnection),
    route(Get, "/api/clients/{id}/connections/{connection_id}", CONNECTIONS, OwnClient("connection:read"), Operation::ShowConnection),
    route(Delete, "/api/clients/{id}/connections/{connection_id}", CONNECTIONS, OwnClient("connection:delete"), Operation::DeleteConnection),
    route(Patch, "/api/clients/{id}/connections/{connection_id}", CONNECTIONS, OwnClient("connection:write"), Operation::UpdateConnection),
    route(Patch, "/api/clients/{id}/connections/{connection_id}/actions/refresh_secret", CONNECTIONS, OwnClient("connection:refresh_secret"), Operation::RefreshConnectionSecret),
    route(Get, "/api/clients/{id}/connections/{connection_id}/secrets", CONNECTIONS, OwnClient("connection:read"), Operation::ListSecrets),
    route(Delete, "/api/clients/{id}/connections/{connection_id}/secrets/{secret_id}", CONNECTIONS, OwnClient("connection:refresh_secret"), Operation::RetireSecret),

    // A caller whom the own-client rule binds gets a list that holds its own client only.
    route(Get, "/api/clients", ADMIN, Scope("client:read"), Operation::ListClients),
    route(Get, "/api/clients/{id}", ADMIN, OwnClient("client:read"), Operation::ShowClient),
    route(Get, "/admin/clients", ADMIN, AnyClient("client:read"), Operation::ListClients),
    route(Post, "/admin/clients", ADMIN, AnyClient("client:write"), Operation::CreateClient),
    route(Get, "/admin/clients/{id}", ADMIN, AnyClient("client:read"), Operation::ShowWholeClient),
    route(Put, "/admin/clients/{id}", ADMIN, AnyClient("client:write"), Operation::PutClient),
    route(Delete, "/admin/clients/{id}", ADMIN, AnyClient("client:delete"), Operation::DeleteClient),
    route(Patch, "/admin/clients/{id}/actions/block", ADMIN, AnyClient("client:write"), Operation::BlockClient),
    route(Patch, "/admin/clients/{id}/actions/unblock", ADMIN, AnyClient("client:write"), Operation::UnblockClient),
    route(Patch, "/admin/clients/{id}/actions/deactivate_tokens", ADMIN, AnyClient("client:write"), Operation::DeactivateClientTokens),

    route(Get, "/admin/connections/{id}", ADMIN, AnyClient("connection:read"), Operation::ShowWholeConnection),
    route(Get, "/admin/secrets", ADMIN, AnyClient("connection:read"), Operation::ListAllSecrets),

    // Deprecated by its document. It has the own-client rule of the connection that it acts on.
    route(Patch, "/admin/clients/{id}/refresh_secret", ADMIN, OwnClient("secret:refresh"), Operation::RefreshClientSecret),

    route(Get, "/api/pis/apps", ROLES, User(&["app:read_pis"]), Operation::ListApprovals),
    route(Get, "/api/pis/apps/{id}", ROLES, User(&["app:read_pis"]), Operation::ShowApproval),
    route(Delete, "/api/pis/apps/{id}", ROLES, User(&["app:delete_pis"]), Operation::DeleteApproval),

    route(Get, "/admin/client_types", ADMIN, Scope("client_type:read"), Operation::ListClientTypes),
    route(Post, "/admin/client_types", ADMIN, AnyClient("client_type:write"), Operation::CreateClientType),
    route(Get, "/admin/client_types/{id}", ADMIN, Scope("client_type:read"), Operation::ShowClientType),
    route(Put, "/admin/client_types/{id}", ADMIN, AnyClient("client_type:write"), Operation::ReplaceClientType),
    route(Delete, "/admin/client_types/{id}", ADMIN, AnyClient("client_type:delete"), Operation::DeleteClientType),

    route(Get, "/admin/roles", ROLES, Scope("role:read"), Operation::ListRoles),
    route(Post, "/admin/roles", ROLES, AnyClient("role:write"), Operation::CreateRole),
    route(Get, "/admin/roles/{id}", ROLES, Scope("role:read"), Operation::ShowRole),
    route(Put, "/admin/roles/{id}", ROLES, AnyClient("role:write"), Operation::ReplaceRole),
    route(Patch, "/admin/roles/{id}", ROLES, AnyClient("role:write"), Operation::UpdateRole),
    route(Delete, "/admin/roles/{id}", ROLES, AnyClient("role:delete"), Operation::DeleteRole),

    route(Get, "/api/user/roles", ROLES, User(&[]), Operation::ListOwnRoles),
    // A user and its roles tell much about a person, so only administrations see them.
    route(Get, "/admin/users/{user_id}", ADMIN, AnyClient("user:read"), Operation::ShowUser),
    route(Put, "/admin/users/{user_id}", ADMIN, AnyClient("user:write"), Operation::PutUser),
    route(Get, "/admin/users/{user_id}/roles", ADMIN, AnyClient("user:read"), Operation::ListUserRoles),
    route(Post, "/admin/users/{user_id}/roles", ADMIN, AnyClient("user:write"), Operation::AddUserRole),
    route(Delete, "/admin/users/roles/{id}", ADMIN, AnyClient("user:write"), Operation::RemoveUserRole),

    route(Get, "/admin/overview", ADMIN, AnyClient("client:read"), Operation::ShowOverview),
    route(Get, "/admin/keys", ADMIN, AnyClient("audit:read"), Operation::ShowKeys),
    route(Get, "/admin/users/{user_id}/access", ADMIN, AnyClient("access:search"), Operation::ListUserAccess),
    route(Get, "/admin/clients/{id}/access", ADMIN, AnyClient("access:search"), Operation::ListClientAccess),
    route(Get, "/admin/scopes/{scope}/holders", ADMIN, AnyClient("access:search"), Operation::ListScopeHolders),

    route(Get, "/admin/reviews", ADMIN, Unbounded("access:review"), Operation::ListReviews),
    route(Post, "/admin/reviews", ADMIN, Unbounded("access:review"), Operation::CreateReview),
    route(Get, "/admin/reviews/{id}", ADMIN, Unbounded("access:review"), Operation::ShowReview),
    route(Get, "/admin/reviews/{id}/record", ADMIN, Unbounded("access:review"), Operation::SignReview),
    route(Get, "/admin/reviews/{id}/items", ADMIN, Unbounded("access:review"), Operation::ListReviewItems),
    route(Get, "/admin/reviews/{id}/items/{item}", ADMIN, Unbounded("access:review"), Operation::ShowReviewItem),
    route(Patch, "/admin/reviews/{id}/items/{item}", ADMIN, Unbounded("access:review"), Operation::DecideReviewItem),
    route(Patch, "/admin/reviews/{id}/actions/close", ADMIN, Unbounded("access:review"), Operation::CloseReview),

    route(Get, "/admin/audit", ADMIN, AnyClient("audit:read"), Operation::ListAudit),
    route(Get, "/admin/audit.ndjson", ADMIN, AnyClient("audit:read"), Operation::ExportAudit),

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

    route(Get, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Applications", Dialect::Endpoint, Endpoint(READ), Operation::ListGroupApplications),
    route(Patch, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Applications", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertGroupApplications),
    route(Post, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Application", Dialect::Endpoint, Endpoint(UPSERT), Operation::InsertGroupApplication),
    route(Delete, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Application/{SubId}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteGroupApplication),

    route(Get, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Groups", Dialect::Endpoint, Endpoint(READ), Operation::ListGroupGroups),
    route(Patch, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Groups", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertGroupGroups),
    route(Post, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Group", Dialect::Endpoint, Endpoint(UPSERT), Operation::InsertGroupGroup),
    route(Delete, "/Endpoint/rest/api/v1/AccessGroup/{Id}/Group/{SubId}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteGroupGroup),

    route(Get, "/Endpoint/rest/api/v1/Applications", Dialect::Endpoint, Endpoint(READ), Operation::ListApplications),
    route(Post, "/Endpoint/rest/api/v1/Application", Dialect::Endpoint, Endpoint(CREATE), Operation::InsertApplication),
    route(Patch, "/Endpoint/rest/api/v1/Application", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertApplication),
    route(Get, "/Endpoint/rest/api/v1/Application/{Id}", Dialect::Endpoint, Endpoint(READ), Operation::ShowApplication),
    route(Put, "/Endpoint/rest/api/v1/Application/{Id}", Dialect::Endpoint, Endpoint(UPDATE), Operation::ReplaceApplication),
    route(Delete, "/Endpoint/rest/api/v1/Application/{Id}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteApplication),
    route(Get, "/Endpoint/rest/api/v1/Application/{Id}/Roles", Dialect::Endpoint, Endpoint(READ), Operation::ListApplicationRoles),
    route(Post, "/Endpoint/rest/api/v1/Application/{Id}/Role", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertApplicationRole),
    route(Delete, "/Endpoint/rest/api/v1/Application/{Id}/Role/{SubId}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteApplicationRole),

    route(Get, "/Endpoint/rest/api/v1/GroupExternals", Dialect::Endpoint, Endpoint(READ), Operation::ListGroupExternals),
    route(Patch, "/Endpoint/rest/api/v1/GroupExternals/Json", Dialect::Endpoint, Endpoint(IMPORT), Operation::ImportGroupExternals),
    route(Post, "/Endpoint/rest/api/v1/GroupExternal", Dialect::Endpoint, Endpoint(CREATE), Operation::InsertGroupExternal),
    route(Patch, "/Endpoint/rest/api/v1/GroupExternal", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertGroupExternal),
    route(Get, "/Endpoint/rest/api/v1/GroupExternal/{Id}", Dialect::Endpoint, Endpoint(READ), Operation::ShowGroupExternal),
    route(Put, "/Endpoint/rest/api/v1/GroupExternal/{Id}", Dialect::Endpoint, Endpoint(UPDATE), Operation::ReplaceGroupExternal),
    route(Delete, "/Endpoint/rest/api/v1/GroupExternal/{Id}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteGroupExternal),
    route(Get, "/Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternals", Dialect::Endpoint, Endpoint(READ), Operation::ListUserExternals),
    route(Patch, "/Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternals", Dialect::Endpoint, Endpoint(UPSERT), Operation::UpsertUserExternals),
    route(Post, "/Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternal", Dialect::Endpoint, Endpoint(UPSERT), Operation::InsertUserExternal),
    route(Delete, "/Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternal/{SubId}", Dialect::Endpoint, Endpoint(DELETE), Operation::DeleteUserExternal),

    route(Get, "/Endpoint/rest/api/v1/Users", Dialect::Endpoint, Endpoint(MANAGER_READ), Operation::ListEndpointUsers),
    route(Get, "/Endpoint/rest/api/v1/User/{Id}", Dialect::Endpoint, Endpoint(MANAGER_READ), Operation::ShowEndpointUser),
    route(Get, "/Endpoint/rest/api/v1/User/{Id}/AccessRoles", Dialect::Endpoint, Endpoint(MANAGER_READ), Operation::ListUserAccessRoles),
    route(Get, "/Endpoint/rest/api/v1/User/{Id}/Applications", Dialect::Endpoint, Endpoint(MANAGER_READ), Operation::ListUserApplications),
    route(Get, "/Endpoint/rest/api/v1/User/{Id}/Groups", Dialect::Endpoint, Endpoint(MANAGER_READ), Operation::ListGroupsOfUser),
    route(Patch, "/Endpoint/rest/api/v1/User/{Id}/Groups", Dialect::Endpoint, Endpoint(MANAGER_UPSERT), Operation::UpsertGroupsOfUser),
    route(Post, "/Endpoint/rest/api/v1/User/{Id}/Group", Dialect::Endpoint, Endpoint(MANAGER_UPSERT), Operation::InsertGroupOfUser),
    route(Delete, "/Endpoint/rest/api/v1/User/{Id}/Group/{SubId}", Dialect::Endpoint, Endpoint(MANAGER_DELETE), Operation::DeleteGroupOfUser),
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

/// The paths under `/oauth/` that answer in the form of RFC 6749. The others there are Mithril's.
const STANDARD: [&str; 3] = ["/oauth/token", "/oauth/introspect", "/oauth/revoke"];

/// The dialect of a path that no route has.
pub fn dialect_of(path: &str) -> Dialect {
    if path == "/Endpoint" || path.starts_with("/Endpoint/") {
        Dialect::Endpoint
    } else if path.starts_with("/oAuth/") {
        Dialect::EndpointToken
    } else if path.starts_with("/access/") {
        Dialect::Access
    } else if path.starts_with("/.well-known/") || STANDARD.contains(&path) {
        Dialect::OAuth
    } else if path.starts_with("/api/clients/") {
        CONNECTIONS
    } else {
        ROLES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_health_and_the_token_plane_are_without_a_scope() {
        const OPEN: [&str; 5] = ["/healthz", "/readyz", "/console/config", "/oauth/tokens", "/oauth/nonce"];
        // A logout ends the token that it comes with, and a user sees the own roles.
        const ANY_SCOPE: [&str; 2] = ["/auth/logout", "/api/user/roles"];
        for route in ROUTES.iter().filter(|route| route.access.scopes().is_empty()) {
            let plane = matches!(route.dialect, Dialect::OAuth | Dialect::Access | Dialect::EndpointToken);
            let known = if route.access == Public { OPEN.as_slice() } else { ANY_SCOPE.as_slice() };
            assert!(plane || known.contains(&route.path), "{}", route.path);
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
