//! The operations of the API, as a closed enum: the compiler finds every place that must know a new one.

use crate::access::question::Part;
use crate::oauth::address::Address;

/// What a route does. `dispatch` names the handler of each operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Checks that the service answers: `GET /healthz`.
    Health,
    /// Checks that the service can work: `GET /readyz`.
    Ready,
    /// Tells the console how to sign its user in: `GET /console/config`.
    ConsoleConfig,
    /// Counts what needs a hand: `GET /admin/overview`.
    ShowOverview,
    /// Shows which keys and peppers are in use: `GET /admin/keys`.
    ShowKeys,
    /// Lists a client's connections: `GET /api/clients/{id}/connections`.
    ListConnections,
    /// Shows a connection: `GET /api/clients/{id}/connections/{connection_id}`.
    ShowConnection,
    /// Creates a connection, or changes its redirect URI:
    /// `PUT /api/clients/{id}/connections`, `PUT /admin/clients/{id}/connections`.
    PutConnection,
    /// Issues a token, in the form of one of the three addresses.
    Token(Address),
    /// Lets a client act for a user: `POST /oauth/apps/authorize`.
    AuthorizeApp,
    /// Tells whether a token is valid (RFC 7662): `POST /oauth/introspect`.
    Introspect,
    /// Ends a token (RFC 7009): `POST /oauth/revoke`.
    Revoke,
    /// Ends the caller's own token: `POST /auth/logout`.
    Logout,
    /// Gives a signed nonce to begin a sign-in with: `POST /oauth/nonce`.
    Nonce,
    /// The same, for a request that may have a query in place of a body: `GET /oauth/nonce`.
    NonceByGet,
    /// Shows the account of the token's user: `GET /oauth/user`.
    ShowOwnUser,
    /// Lists what the token's user has approved: `GET /api/pis/apps`.
    ListApprovals,
    /// Shows an approval of the token's user: `GET /api/pis/apps/{id}`.
    ShowApproval,
    /// Takes an approval of the token's user back: `DELETE /api/pis/apps/{id}`.
    DeleteApproval,
    /// Lists the roles of the token's user: `GET /api/user/roles`.
    ListOwnRoles,
    /// Gives a client's own connection a new secret: `PATCH /admin/clients/{id}/refresh_secret`.
    RefreshClientSecret,
    /// Shows the metadata of the token addresses (RFC 8414):
    /// `GET /.well-known/oauth-authorization-server`, `GET /.well-known/openid-configuration`.
    Metadata,
    /// Shows the keys that verify tokens (RFC 7517): `GET /.well-known/jwks.json`.
    Jwks,
    /// Shows where decisions and searches are: `GET /.well-known/authzen-configuration`.
    AccessMetadata,
    /// Decides one question about access: `POST /access/v1/evaluation`.
    Evaluate,
    /// Decides several questions about access: `POST /access/v1/evaluations`.
    EvaluateAll,
    /// Searches the subjects, resources or actions that are allowed: `POST /access/v1/search/…`.
    SearchAccess(Part),
    /// Lists what a user has, and why: `GET /admin/users/{user_id}/access`.
    ListUserAccess,
    /// Lists what a client and its users have, and why: `GET /admin/clients/{id}/access`.
    ListClientAccess,
    /// Lists who has a scope, and why: `GET /admin/scopes/{scope}/holders`.
    ListScopeHolders,
    /// Takes a review: `POST /admin/reviews`.
    CreateReview,
    /// Lists the reviews: `GET /admin/reviews`.
    ListReviews,
    /// Shows a review: `GET /admin/reviews/{id}`.
    ShowReview,
    /// Lists what a review lists: `GET /admin/reviews/{id}/items`.
    ListReviewItems,
    /// Shows an item of a review: `GET /admin/reviews/{id}/items/{item}`.
    ShowReviewItem,
    /// Keeps or revokes a right: `PATCH /admin/reviews/{id}/items/{item}`.
    DecideReviewItem,
    /// Signs what a review decided: `GET /admin/reviews/{id}/record`.
    SignReview,
    /// Closes a review: `PATCH /admin/reviews/{id}/actions/close`.
    CloseReview,
    /// Deletes a connection: `DELETE /api/clients/{id}/connections/{connection_id}`.
    DeleteConnection,
    /// Changes a connection's redirect URI: `PATCH /api/clients/{id}/connections/{connection_id}`.
    UpdateConnection,
    /// Gives a connection a new secret: `PATCH /api/clients/{id}/connections/{connection_id}/actions/refresh_secret`.
    RefreshConnectionSecret,
    /// Lists the secrets of a connection: `GET /api/clients/{id}/connections/{connection_id}/secrets`.
    ListSecrets,
    /// Shows a connection by its id alone, with its former redirect URIs: `GET /admin/connections/{id}`.
    ShowWholeConnection,
    /// Lists the secrets of all connections: `GET /admin/secrets`.
    ListAllSecrets,
    /// Retires a secret: `DELETE /api/clients/{id}/connections/{connection_id}/secrets/{secret_id}`.
    RetireSecret,
    /// Lists clients: `GET /api/clients`, `GET /admin/clients`.
    ListClients,
    /// Shows a client: `GET /api/clients/{id}`.
    ShowClient,
    /// Shows all of a client: `GET /admin/clients/{id}`.
    ShowWholeClient,
    /// Creates a client: `POST /admin/clients`.
    CreateClient,
    /// Creates or replaces a client: `PUT /admin/clients/{id}`.
    PutClient,
    /// Deletes a client: `DELETE /admin/clients/{id}`.
    DeleteClient,
    /// Blocks a client: `PATCH /admin/clients/{id}/actions/block`.
    BlockClient,
    /// Unblocks a client: `PATCH /admin/clients/{id}/actions/unblock`.
    UnblockClient,
    /// Deactivates a client's tokens: `PATCH /admin/clients/{id}/actions/deactivate_tokens`.
    DeactivateClientTokens,
    /// Lists client types: `GET /admin/client_types`.
    ListClientTypes,
    /// Shows a client type: `GET /admin/client_types/{id}`.
    ShowClientType,
    /// Creates a client type: `POST /admin/client_types`.
    CreateClientType,
    /// Replaces a client type: `PUT /admin/client_types/{id}`.
    ReplaceClientType,
    /// Deletes a client type: `DELETE /admin/client_types/{id}`.
    DeleteClientType,
    /// Lists roles: `GET /admin/roles`.
    ListRoles,
    /// Shows a role: `GET /admin/roles/{id}`.
    ShowRole,
    /// Creates a role: `POST /admin/roles`.
    CreateRole,
    /// Replaces a role: `PUT /admin/roles/{id}`.
    ReplaceRole,
    /// Changes a role: `PATCH /admin/roles/{id}`.
    UpdateRole,
    /// Deletes a role: `DELETE /admin/roles/{id}`.
    DeleteRole,
    /// Shows a user: `GET /admin/users/{user_id}`.
    ShowUser,
    /// Creates or replaces a user: `PUT /admin/users/{user_id}`.
    PutUser,
    /// Lists a user's roles: `GET /admin/users/{user_id}/roles`.
    ListUserRoles,
    /// Gives a role to a user: `POST /admin/users/{user_id}/roles`.
    AddUserRole,
    /// Takes a role from a user: `DELETE /admin/users/roles/{id}`.
    RemoveUserRole,
    /// Lists the audit log: `GET /admin/audit`.
    ListAudit,
    /// Exports the audit log: `GET /admin/audit.ndjson`.
    ExportAudit,
    /// Lists access groups: `GET /Endpoint/rest/api/v1/AccessGroups`.
    ListAccessGroups,
    /// Inserts an access group: `POST /Endpoint/rest/api/v1/AccessGroup`.
    InsertAccessGroup,
    /// Inserts or changes an access group: `PATCH /Endpoint/rest/api/v1/AccessGroup`.
    UpsertAccessGroup,
    /// Shows an access group: `GET /Endpoint/rest/api/v1/AccessGroup/{Id}`.
    ShowAccessGroup,
    /// Replaces an access group: `PUT /Endpoint/rest/api/v1/AccessGroup/{Id}`.
    ReplaceAccessGroup,
    /// Deletes an access group: `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}`.
    DeleteAccessGroup,
    /// Lists the permissions of an access group: `GET /Endpoint/rest/api/v1/AccessGroup/{Id}/Permissions`.
    ListPermissions,
    /// Inserts or changes permissions of an access group: `PATCH /Endpoint/rest/api/v1/AccessGroup/{Id}/Permissions`.
    UpsertPermissions,
    /// Inserts a permission of an access group: `POST /Endpoint/rest/api/v1/AccessGroup/{Id}/Permission`.
    InsertPermission,
    /// Deletes a permission of an access group: `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Permission/{SubId}`.
    DeletePermission,
    /// Lists the users of an access group: `GET /Endpoint/rest/api/v1/AccessGroup/{Id}/Users`.
    ListGroupUsers,
    /// Adds users to an access group: `PATCH /Endpoint/rest/api/v1/AccessGroup/{Id}/Users`.
    UpsertGroupUsers,
    /// Adds a user to an access group: `POST /Endpoint/rest/api/v1/AccessGroup/{Id}/User`.
    InsertGroupUser,
    /// Removes a user from an access group: `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/User/{SubId}`.
    DeleteGroupUser,
    /// Lists the applications of an access group: `GET /Endpoint/rest/api/v1/AccessGroup/{Id}/Applications`.
    ListGroupApplications,
    /// Adds applications to an access group: `PATCH /Endpoint/rest/api/v1/AccessGroup/{Id}/Applications`.
    UpsertGroupApplications,
    /// Adds an application to an access group: `POST /Endpoint/rest/api/v1/AccessGroup/{Id}/Application`.
    InsertGroupApplication,
    /// Removes an application from an access group:
    /// `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Application/{SubId}`.
    DeleteGroupApplication,
    /// Lists the groups of users that an access group has: `GET /Endpoint/rest/api/v1/AccessGroup/{Id}/Groups`.
    ListGroupGroups,
    /// Adds groups of users to an access group: `PATCH /Endpoint/rest/api/v1/AccessGroup/{Id}/Groups`.
    UpsertGroupGroups,
    /// Adds a group of users to an access group: `POST /Endpoint/rest/api/v1/AccessGroup/{Id}/Group`.
    InsertGroupGroup,
    /// Removes a group of users from an access group: `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Group/{SubId}`.
    DeleteGroupGroup,
    /// Lists groups of users: `GET /Endpoint/rest/api/v1/GroupExternals`.
    ListGroupExternals,
    /// Inserts and changes many groups of users: `PATCH /Endpoint/rest/api/v1/GroupExternals/Json`.
    ImportGroupExternals,
    /// Inserts a group of users: `POST /Endpoint/rest/api/v1/GroupExternal`.
    InsertGroupExternal,
    /// Inserts or changes a group of users: `PATCH /Endpoint/rest/api/v1/GroupExternal`.
    UpsertGroupExternal,
    /// Shows a group of users: `GET /Endpoint/rest/api/v1/GroupExternal/{Id}`.
    ShowGroupExternal,
    /// Replaces a group of users: `PUT /Endpoint/rest/api/v1/GroupExternal/{Id}`.
    ReplaceGroupExternal,
    /// Deletes a group of users: `DELETE /Endpoint/rest/api/v1/GroupExternal/{Id}`.
    DeleteGroupExternal,
    /// Lists the users of a group: `GET /Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternals`.
    ListUserExternals,
    /// Adds users to a group: `PATCH /Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternals`.
    UpsertUserExternals,
    /// Adds a user to a group: `POST /Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternal`.
    InsertUserExternal,
    /// Removes a user from a group: `DELETE /Endpoint/rest/api/v1/GroupExternal/{Id}/UserExternal/{SubId}`.
    DeleteUserExternal,
    /// Lists users: `GET /Endpoint/rest/api/v1/Users`.
    ListEndpointUsers,
    /// Shows a user: `GET /Endpoint/rest/api/v1/User/{Id}`.
    ShowEndpointUser,
    /// Lists the access roles of a user: `GET /Endpoint/rest/api/v1/User/{Id}/AccessRoles`.
    ListUserAccessRoles,
    /// Lists the applications of a user: `GET /Endpoint/rest/api/v1/User/{Id}/Applications`.
    ListUserApplications,
    /// Lists the groups that a user is in: `GET /Endpoint/rest/api/v1/User/{Id}/Groups`.
    ListGroupsOfUser,
    /// Adds a user to groups: `PATCH /Endpoint/rest/api/v1/User/{Id}/Groups`.
    UpsertGroupsOfUser,
    /// Adds a user to a group: `POST /Endpoint/rest/api/v1/User/{Id}/Group`.
    InsertGroupOfUser,
    /// Removes a user from a group: `DELETE /Endpoint/rest/api/v1/User/{Id}/Group/{SubId}`.
    DeleteGroupOfUser,
    /// Lists applications: `GET /Endpoint/rest/api/v1/Applications`.
    ListApplications,
    /// Inserts an application: `POST /Endpoint/rest/api/v1/Application`.
    InsertApplication,
    /// Inserts or changes an application: `PATCH /Endpoint/rest/api/v1/Application`.
    UpsertApplication,
    /// Shows an application: `GET /Endpoint/rest/api/v1/Application/{Id}`.
    ShowApplication,
    /// Replaces an application: `PUT /Endpoint/rest/api/v1/Application/{Id}`.
    ReplaceApplication,
    /// Deletes an application: `DELETE /Endpoint/rest/api/v1/Application/{Id}`.
    DeleteApplication,
    /// Lists the access roles of an application: `GET /Endpoint/rest/api/v1/Application/{Id}/Roles`.
    ListApplicationRoles,
    /// Inserts or changes an access role of an application: `POST /Endpoint/rest/api/v1/Application/{Id}/Role`.
    UpsertApplicationRole,
    /// Deletes an access role of an application: `DELETE /Endpoint/rest/api/v1/Application/{Id}/Role/{SubId}`.
    DeleteApplicationRole,
    /// Lists the access groups of a user: `GET /Endpoint/rest/api/v1/User/{Id}/AccessGroups`.
    ListUserGroups,
    /// Adds an access group to a user: `POST /Endpoint/rest/api/v1/User/{Id}/AccessGroup`.
    InsertUserGroup,
    /// Removes an access group from a user: `DELETE /Endpoint/rest/api/v1/User/{Id}/AccessGroup/{SubId}`.
    DeleteUserGroup,
    /// Lists what a user may do: `GET /Endpoint/rest/api/v1/User/{Id}/EffectivePermissions`.
    ListEffectivePermissions,
    /// Lists access roles: `GET /Endpoint/rest/api/v1/Roles`.
    ListAccessRoles,
    /// Inserts an access role: `POST /Endpoint/rest/api/v1/Role`.
    InsertAccessRole,
    /// Inserts or changes an access role: `PATCH /Endpoint/rest/api/v1/Role`.
    UpsertAccessRole,
    /// Shows an access role: `GET /Endpoint/rest/api/v1/Role/{Id}`.
    ShowAccessRole,
    /// Replaces an access role: `PUT /Endpoint/rest/api/v1/Role/{Id}`.
    ReplaceAccessRole,
    /// Deletes an access role: `DELETE /Endpoint/rest/api/v1/Role/{Id}`.
    DeleteAccessRole,
    /// Lists the permissions of an access role: `GET /Endpoint/rest/api/v1/Role/{Id}/Permissions`.
    ListRolePermissions,
    /// Inserts permissions of an access role: `PATCH /Endpoint/rest/api/v1/Role/{Id}/Permissions`.
    UpsertRolePermissions,
    /// Inserts a permission of an access role: `POST /Endpoint/rest/api/v1/Role/{Id}/Permission`.
    InsertRolePermission,
    /// Deletes a permission of an access role: `DELETE /Endpoint/rest/api/v1/Role/{Id}/Permission/{SubId}`.
    DeleteRolePermission,
}
