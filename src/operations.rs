//! Which handler answers which operation of the route table.

use crate::call::Call;
use crate::endpoint::{list, records, relation};
use crate::error::Failure;
use crate::http::Answer;
use crate::oauth::{self, Ask};
use crate::ports::Ports;
use crate::routes::Operation;
use crate::{access_groups, access_roles, client_types, clients, connections, endpoint_users, roles, users};

/// What needs no bearer token.
pub async fn open<P: Ports>(operation: Operation, ask: &Ask<'_, P>) -> Result<Answer, Failure> {
    match operation {
        Operation::Health => Ok(Answer::bare(r#"{"status":"ok"}"#.to_owned())),
        Operation::Token(address) => oauth::token::token(ask, address).await,
        Operation::Introspect => oauth::introspect::introspect(ask).await,
        Operation::Revoke => oauth::revoke::revoke(ask).await,
        Operation::Metadata => oauth::metadata::metadata(ask),
        Operation::Jwks => oauth::metadata::jwks(ask),
        other => Err(Failure::Internal(format!("{other:?} is public and needs a principal"))),
    }
}

/// What needs one.
pub async fn dispatch<P: Ports>(operation: Operation, call: &Call<'_, P>) -> Result<Answer, Failure> {
    match operation {
        Operation::Health
        | Operation::Token(_)
        | Operation::Introspect
        | Operation::Revoke
        | Operation::Metadata
        | Operation::Jwks => Err(Failure::NoRoute),
        Operation::AuthorizeApp => oauth::authorize::authorize(call).await,
        Operation::ListConnections => connections::reads::list(call).await,
        Operation::ShowConnection => connections::reads::show(call).await,
        Operation::PutConnection => connections::upsert::put(call).await,
        Operation::DeleteConnection => connections::handlers::delete(call).await,
        Operation::UpdateConnection => connections::handlers::update(call).await,
        Operation::RefreshConnectionSecret => connections::handlers::refresh_secret(call).await,
        Operation::ListClients => clients::handlers::list(call).await,
        Operation::ShowClient => clients::handlers::show(call).await,
        Operation::ShowWholeClient => clients::handlers::show_whole(call).await,
        Operation::CreateClient => clients::handlers::create(call).await,
        Operation::PutClient => clients::handlers::put(call).await,
        Operation::DeleteClient => clients::handlers::delete(call).await,
        Operation::BlockClient => clients::handlers::block(call).await,
        Operation::UnblockClient => clients::handlers::unblock(call).await,
        Operation::DeactivateClientTokens => clients::handlers::deactivate_tokens(call).await,
        Operation::ListClientTypes => client_types::handlers::list(call).await,
        Operation::ShowClientType => client_types::handlers::show(call).await,
        Operation::CreateClientType => client_types::handlers::create(call).await,
        Operation::ReplaceClientType => client_types::handlers::replace(call).await,
        Operation::DeleteClientType => client_types::handlers::delete(call).await,
        Operation::ListRoles => roles::handlers::list(call).await,
        Operation::ShowRole => roles::handlers::show(call).await,
        Operation::CreateRole => roles::handlers::create(call).await,
        Operation::ReplaceRole => roles::handlers::replace(call).await,
        Operation::UpdateRole => roles::handlers::update(call).await,
        Operation::DeleteRole => roles::handlers::delete(call).await,
        Operation::ListUserRoles => users::handlers::list_roles(call).await,
        Operation::AddUserRole => users::handlers::add_role(call).await,
        Operation::RemoveUserRole => users::handlers::remove_role(call).await,
        Operation::ListAccessGroups => list::all(call, &access_groups::GROUPS).await,
        Operation::InsertAccessGroup => records::insert(call, &access_groups::GROUP_RECORDS).await,
        Operation::UpsertAccessGroup => records::upsert(call, &access_groups::GROUP_RECORDS).await,
        Operation::ShowAccessGroup => records::get(call, &access_groups::GROUP_RECORDS).await,
        Operation::ReplaceAccessGroup => records::replace(call, &access_groups::GROUP_RECORDS).await,
        Operation::DeleteAccessGroup => records::delete(call, &access_groups::GROUP_RECORDS).await,
        Operation::ListPermissions => {
            list::children(call, (&access_groups::GROUP, false), &access_groups::PERMISSIONS).await
        }
        Operation::UpsertPermissions => relation::upsert_all(call, &access_groups::GROUP_PERMISSIONS).await,
        Operation::InsertPermission => relation::insert(call, &access_groups::GROUP_PERMISSIONS).await,
        Operation::DeletePermission => relation::delete(call, &access_groups::GROUP_PERMISSIONS).await,
        Operation::ListGroupUsers => {
            list::children(call, (&access_groups::MEMBERSHIP, false), &endpoint_users::USERS_OF_GROUP).await
        }
        Operation::UpsertGroupUsers => relation::upsert_all(call, &endpoint_users::GROUP_USERS).await,
        Operation::InsertGroupUser => relation::insert(call, &endpoint_users::GROUP_USERS).await,
        Operation::DeleteGroupUser => relation::delete(call, &endpoint_users::GROUP_USERS).await,
        Operation::ListUserGroups => {
            list::children(call, (&endpoint_users::USER, false), &endpoint_users::GROUPS_OF_USER).await
        }
        Operation::InsertUserGroup => relation::insert(call, &endpoint_users::USER_GROUPS).await,
        Operation::DeleteUserGroup => relation::delete(call, &endpoint_users::USER_GROUPS).await,
        Operation::ListEffectivePermissions => {
            list::children(call, (&endpoint_users::USER, false), &endpoint_users::EFFECTIVE_PERMISSIONS).await
        }
        Operation::ListAccessRoles => list::all(call, &access_roles::ROLES).await,
        Operation::InsertAccessRole => records::insert(call, &access_roles::ROLE_RECORDS).await,
        Operation::UpsertAccessRole => records::upsert(call, &access_roles::ROLE_RECORDS).await,
        Operation::ShowAccessRole => records::get(call, &access_roles::ROLE_RECORDS).await,
        Operation::ReplaceAccessRole => records::replace(call, &access_roles::ROLE_RECORDS).await,
        Operation::DeleteAccessRole => records::delete(call, &access_roles::ROLE_RECORDS).await,
        Operation::ListRolePermissions => {
            list::children(call, (&access_roles::ROLE_OF_PERMISSIONS, true), &access_roles::ROLE_PERMISSION_LIST).await
        }
        Operation::UpsertRolePermissions => relation::upsert_all(call, &access_roles::ROLE_PERMISSIONS).await,
        Operation::InsertRolePermission => relation::insert(call, &access_roles::ROLE_PERMISSIONS).await,
        Operation::DeleteRolePermission => relation::delete(call, &access_roles::ROLE_PERMISSIONS).await,
    }
}
