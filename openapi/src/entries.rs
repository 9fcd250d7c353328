//! Which resource documents which operation, and which schemas the resources name.

use crate::doc::Doc;
use crate::node::Node;
use crate::resources::endpoint::{groups, roles as access_roles, schemas as endpoint, users as endpoint_users};
use crate::resources::health;
use crate::resources::mithril::{
    approvals, audit, client_types, clients, connections, roles, secrets, user_records, users,
};
use crate::resources::oauth::{authorize, introspect, metadata, session, token};
use mithril_edge::routes::Operation;

/// The documentation of an operation. A new `Operation` does not compile until it has an arm here.
pub fn entry(operation: Operation) -> Doc {
    match operation {
        Operation::Health => health::health(),
        Operation::Ready => health::ready(),
        Operation::Token(address) => token::token(address),
        Operation::AuthorizeApp => authorize::authorize(),
        Operation::Logout => session::logout(),
        Operation::Nonce => session::nonce(),
        Operation::NonceByGet => session::nonce_by_get(),
        Operation::ShowOwnUser => users::show(),
        Operation::ListOwnRoles => users::list_own(),
        Operation::ListApprovals => approvals::list(),
        Operation::ShowApproval => approvals::show(),
        Operation::DeleteApproval => approvals::delete(),
        Operation::RefreshClientSecret => secrets::refresh_client_secret(),
        Operation::Introspect => introspect::introspect(),
        Operation::Revoke => introspect::revoke(),
        Operation::Metadata => metadata::metadata(),
        Operation::Jwks => metadata::jwks(),
        Operation::ListConnections => connections::list(),
        Operation::ShowConnection => connections::show(),
        Operation::PutConnection => connections::put(),
        Operation::DeleteConnection => connections::delete(),
        Operation::UpdateConnection => connections::update(),
        Operation::RefreshConnectionSecret => secrets::refresh_secret(),
        Operation::ListSecrets => secrets::list_secrets(),
        Operation::RetireSecret => secrets::retire_secret(),
        Operation::ListClients => clients::list(),
        Operation::ShowClient => clients::show(),
        Operation::ShowWholeClient => clients::show_whole(),
        Operation::CreateClient => clients::create(),
        Operation::PutClient => clients::put(),
        Operation::DeleteClient => clients::delete(),
        Operation::BlockClient => clients::block(),
        Operation::UnblockClient => clients::unblock(),
        Operation::DeactivateClientTokens => clients::deactivate_tokens(),
        Operation::ListClientTypes => client_types::list(),
        Operation::ShowClientType => client_types::show(),
        Operation::CreateClientType => client_types::create(),
        Operation::ReplaceClientType => client_types::replace(),
        Operation::DeleteClientType => client_types::delete(),
        Operation::ListRoles => roles::list(),
        Operation::ShowRole => roles::show(),
        Operation::CreateRole => roles::create(),
        Operation::ReplaceRole => roles::replace(),
        Operation::UpdateRole => roles::update(),
        Operation::DeleteRole => roles::delete(),
        Operation::ShowUser => user_records::show(),
        Operation::PutUser => user_records::put(),
        Operation::ListUserRoles => users::list_roles(),
        Operation::AddUserRole => users::add_role(),
        Operation::RemoveUserRole => users::remove_role(),
        Operation::ListAudit => audit::list(),
        Operation::ExportAudit => audit::export(),
        Operation::ListAccessGroups => groups::list(),
        Operation::InsertAccessGroup => groups::insert(),
        Operation::UpsertAccessGroup => groups::upsert(),
        Operation::ShowAccessGroup => groups::get(),
        Operation::ReplaceAccessGroup => groups::replace(),
        Operation::DeleteAccessGroup => groups::delete(),
        Operation::ListPermissions => groups::list_permissions(),
        Operation::UpsertPermissions => groups::upsert_permissions(),
        Operation::InsertPermission => groups::insert_permission(),
        Operation::DeletePermission => groups::delete_permission(),
        Operation::ListGroupUsers => endpoint_users::list_users(),
        Operation::UpsertGroupUsers => endpoint_users::upsert_users(),
        Operation::InsertGroupUser => endpoint_users::insert_user(),
        Operation::DeleteGroupUser => endpoint_users::delete_user(),
        Operation::ListUserGroups => endpoint_users::list_groups(),
        Operation::InsertUserGroup => endpoint_users::insert_group(),
        Operation::DeleteUserGroup => endpoint_users::delete_group(),
        Operation::ListEffectivePermissions => endpoint_users::list_effective_permissions(),
        Operation::ListAccessRoles => access_roles::list(),
        Operation::InsertAccessRole => access_roles::insert(),
        Operation::UpsertAccessRole => access_roles::upsert(),
        Operation::ShowAccessRole => access_roles::get(),
        Operation::ReplaceAccessRole => access_roles::replace(),
        Operation::DeleteAccessRole => access_roles::delete(),
        Operation::ListRolePermissions => access_roles::list_permissions(),
        Operation::UpsertRolePermissions => access_roles::upsert_permissions(),
        Operation::InsertRolePermission => access_roles::insert_permission(),
        Operation::DeleteRolePermission => access_roles::delete_permission(),
    }
}

/// Every named schema of the resources.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let mut all = connections::schemas();
    all.extend(secrets::schemas());
    all.extend(clients::schemas());
    all.extend(client_types::schemas());
    all.extend(roles::schemas());
    all.extend(user_records::schemas());
    all.extend(users::schemas());
    all.extend(approvals::schemas());
    all.extend(audit::schemas());
    all.extend(endpoint::schemas());
    all.extend(groups::schemas());
    all.extend(endpoint_users::schemas());
    all.extend(access_roles::schemas());
    all.extend(token::schemas());
    all.extend(authorize::schemas());
    all.extend(session::schemas());
    all.extend(introspect::schemas());
    all.extend(metadata::schemas());
    all
}
