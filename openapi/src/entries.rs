//! Which resource documents which operation, and which schemas the resources name.

use crate::doc::Doc;
use crate::node::Node;
use crate::resources::access::{decisions, reviews, rights};
use crate::resources::endpoint::{
    applications, group_links, groups, roles as access_roles, schemas as endpoint, user_access, user_groups,
    users as endpoint_users,
};
use crate::resources::health;
use crate::resources::mithril::{
    approvals, audit, client_types, clients, connections, console, roles, secrets, user_records, users,
};
use crate::resources::oauth::{authorize, introspect, metadata, session, token};
use mithril_edge::routes::Operation;

/// The documentation of an operation. A new `Operation` does not compile until it has an arm here.
pub fn entry(operation: Operation) -> Doc {
    match operation {
        Operation::Health => health::health(),
        Operation::Ready => health::ready(),
        Operation::ConsoleConfig => console::config(),
        Operation::ShowOverview => console::overview(),
        Operation::ShowKeys => console::keys(),
        Operation::Token(address) => token::token(address),
        Operation::ListUserAccess => rights::of_user(),
        Operation::ListClientAccess => rights::of_client(),
        Operation::ListScopeHolders => rights::holders(),
        Operation::CreateReview => reviews::create(),
        Operation::ListReviews => reviews::list(),
        Operation::ShowReview => reviews::show(),
        Operation::ListReviewItems => reviews::items(),
        Operation::ShowReviewItem => reviews::item(),
        Operation::DecideReviewItem => reviews::decide(),
        Operation::SignReview => reviews::sign(),
        Operation::CloseReview => reviews::close(),
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
        Operation::AccessMetadata => decisions::metadata(),
        Operation::Evaluate => decisions::evaluation(),
        Operation::EvaluateAll => decisions::evaluations(),
        Operation::SearchAccess(part) => decisions::search(part),
        Operation::ListConnections => connections::list(),
        Operation::ShowConnection => connections::show(),
        Operation::PutConnection => connections::put(),
        Operation::DeleteConnection => connections::delete(),
        Operation::UpdateConnection => connections::update(),
        Operation::RefreshConnectionSecret => secrets::refresh_secret(),
        Operation::ListSecrets => secrets::list_secrets(),
        Operation::ShowWholeConnection => connections::show_whole(),
        Operation::ListAllSecrets => secrets::list_all(),
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
        Operation::ListEffectivePermissions => user_access::list_effective_permissions(),
        Operation::ListGroupApplications => group_links::list_applications(),
        Operation::UpsertGroupApplications => group_links::upsert_applications(),
        Operation::InsertGroupApplication => group_links::insert_application(),
        Operation::DeleteGroupApplication => group_links::delete_application(),
        Operation::ListGroupGroups => group_links::list_groups(),
        Operation::UpsertGroupGroups => group_links::upsert_groups(),
        Operation::InsertGroupGroup => group_links::insert_group(),
        Operation::DeleteGroupGroup => group_links::delete_group(),
        Operation::ListApplications => applications::list(),
        Operation::InsertApplication => applications::insert(),
        Operation::UpsertApplication => applications::upsert(),
        Operation::ShowApplication => applications::get(),
        Operation::ReplaceApplication => applications::replace(),
        Operation::DeleteApplication => applications::delete(),
        Operation::ListApplicationRoles => applications::list_roles(),
        Operation::UpsertApplicationRole => applications::upsert_role(),
        Operation::DeleteApplicationRole => applications::delete_role(),
        Operation::ListGroupExternals => user_groups::list(),
        Operation::ImportGroupExternals => user_groups::import(),
        Operation::InsertGroupExternal => user_groups::insert(),
        Operation::UpsertGroupExternal => user_groups::upsert(),
        Operation::ShowGroupExternal => user_groups::get(),
        Operation::ReplaceGroupExternal => user_groups::replace(),
        Operation::DeleteGroupExternal => user_groups::delete(),
        Operation::ListUserExternals => user_groups::list_users(),
        Operation::UpsertUserExternals => user_groups::upsert_users(),
        Operation::InsertUserExternal => user_groups::insert_user(),
        Operation::DeleteUserExternal => user_groups::delete_user(),
        Operation::ListEndpointUsers => user_access::list(),
        Operation::ShowEndpointUser => user_access::get(),
        Operation::ListUserAccessRoles => user_access::list_access_roles(),
        Operation::ListUserApplications => user_access::list_applications(),
        Operation::ListGroupsOfUser => user_access::list_groups(),
        Operation::UpsertGroupsOfUser => user_access::upsert_groups(),
        Operation::InsertGroupOfUser => user_access::insert_group(),
        Operation::DeleteGroupOfUser => user_access::delete_group(),
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
    all.extend(console::schemas());
    all.extend(endpoint::schemas());
    all.extend(groups::schemas());
    all.extend(group_links::schemas());
    all.extend(endpoint_users::schemas());
    all.extend(user_access::schemas());
    all.extend(user_groups::schemas());
    all.extend(applications::schemas());
    all.extend(access_roles::schemas());
    all.extend(decisions::schemas());
    all.extend(rights::schemas());
    all.extend(reviews::schemas());
    all.extend(token::schemas());
    all.extend(authorize::schemas());
    all.extend(session::schemas());
    all.extend(introspect::schemas());
    all.extend(metadata::schemas());
    all
}
