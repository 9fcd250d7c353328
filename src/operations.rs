//! Which handler answers which operation of the route table.

use std::pin::Pin;

use crate::call::Call;
use crate::endpoint::{list, records, relation};
use crate::error::Failure;
use crate::http::Answer;
use crate::oauth::{self, Ask};
use crate::ports::Ports;
use crate::routes::Operation;
use crate::{
    access_groups, access_roles, audit, client_types, clients, connections, endpoint_users, ready, roles, users,
};

/// On the heap, each for itself: woven into one future they would be one function, all of which an isolate compiles
/// before its first answer.
type Handler<'a> = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + 'a>>;

/// What needs no bearer token.
pub async fn open<P: Ports>(operation: Operation, ask: &Ask<'_, P>) -> Result<Answer, Failure> {
    let answer: Handler<'_> = match operation {
        Operation::Health => return Ok(Answer::bare(r#"{"status":"ok"}"#.to_owned())),
        Operation::Metadata => return oauth::metadata::metadata(ask),
        Operation::Jwks => return oauth::metadata::jwks(ask),
        Operation::Ready => Box::pin(ready::ready(ask)),
        Operation::Token(address) => Box::pin(oauth::token::token(ask, address)),
        Operation::Introspect => Box::pin(oauth::introspect::introspect(ask)),
        Operation::Revoke => Box::pin(oauth::revoke::revoke(ask)),
        other => return Err(Failure::Internal(format!("{other:?} is public and needs a principal"))),
    };
    answer.await
}

/// What needs one.
pub async fn dispatch<P: Ports>(operation: Operation, call: &Call<'_, P>) -> Result<Answer, Failure> {
    let answer: Handler<'_> = match operation {
        Operation::Health
        | Operation::Ready
        | Operation::Token(_)
        | Operation::Introspect
        | Operation::Revoke
        | Operation::Metadata
        | Operation::Jwks => return Err(Failure::NoRoute),
        Operation::AuthorizeApp => Box::pin(oauth::authorize::authorize(call)),
        Operation::ListConnections => Box::pin(connections::reads::list(call)),
        Operation::ShowConnection => Box::pin(connections::reads::show(call)),
        Operation::PutConnection => Box::pin(connections::upsert::put(call)),
        Operation::DeleteConnection => Box::pin(connections::handlers::delete(call)),
        Operation::UpdateConnection => Box::pin(connections::handlers::update(call)),
        Operation::RefreshConnectionSecret => Box::pin(connections::handlers::refresh_secret(call)),
        Operation::ListSecrets => Box::pin(connections::secrets::list(call)),
        Operation::RetireSecret => Box::pin(connections::secrets::retire(call)),
        Operation::ListClients => Box::pin(clients::handlers::list(call)),
        Operation::ShowClient => Box::pin(clients::handlers::show(call)),
        Operation::ShowWholeClient => Box::pin(clients::handlers::show_whole(call)),
        Operation::CreateClient => Box::pin(clients::handlers::create(call)),
        Operation::PutClient => Box::pin(clients::handlers::put(call)),
        Operation::DeleteClient => Box::pin(clients::handlers::delete(call)),
        Operation::BlockClient => Box::pin(clients::handlers::block(call)),
        Operation::UnblockClient => Box::pin(clients::handlers::unblock(call)),
        Operation::DeactivateClientTokens => Box::pin(clients::handlers::deactivate_tokens(call)),
        Operation::ListClientTypes => Box::pin(client_types::handlers::list(call)),
        Operation::ShowClientType => Box::pin(client_types::handlers::show(call)),
        Operation::CreateClientType => Box::pin(client_types::handlers::create(call)),
        Operation::ReplaceClientType => Box::pin(client_types::handlers::replace(call)),
        Operation::DeleteClientType => Box::pin(client_types::handlers::delete(call)),
        Operation::ListRoles => Box::pin(roles::handlers::list(call)),
        Operation::ShowRole => Box::pin(roles::handlers::show(call)),
        Operation::CreateRole => Box::pin(roles::handlers::create(call)),
        Operation::ReplaceRole => Box::pin(roles::handlers::replace(call)),
        Operation::UpdateRole => Box::pin(roles::handlers::update(call)),
        Operation::DeleteRole => Box::pin(roles::handlers::delete(call)),
        Operation::ListUserRoles => Box::pin(users::handlers::list_roles(call)),
        Operation::AddUserRole => Box::pin(users::handlers::add_role(call)),
        Operation::RemoveUserRole => Box::pin(users::handlers::remove_role(call)),
        Operation::ListAudit => Box::pin(audit::handlers::list(call)),
        Operation::ExportAudit => Box::pin(audit::handlers::export(call)),
        Operation::ListAccessGroups => Box::pin(list::all(call, &access_groups::GROUPS)),
        Operation::InsertAccessGroup => Box::pin(records::insert(call, &access_groups::GROUP_RECORDS)),
        Operation::UpsertAccessGroup => Box::pin(records::upsert(call, &access_groups::GROUP_RECORDS)),
        Operation::ShowAccessGroup => Box::pin(records::get(call, &access_groups::GROUP_RECORDS)),
        Operation::ReplaceAccessGroup => Box::pin(records::replace(call, &access_groups::GROUP_RECORDS)),
        Operation::DeleteAccessGroup => Box::pin(records::delete(call, &access_groups::GROUP_RECORDS)),
        Operation::ListPermissions => {
            Box::pin(list::children(call, (&access_groups::GROUP, false), &access_groups::PERMISSIONS))
        }
        Operation::UpsertPermissions => Box::pin(relation::upsert_all(call, &access_groups::GROUP_PERMISSIONS)),
        Operation::InsertPermission => Box::pin(relation::insert(call, &access_groups::GROUP_PERMISSIONS)),
        Operation::DeletePermission => Box::pin(relation::delete(call, &access_groups::GROUP_PERMISSIONS)),
        Operation::ListGroupUsers => {
            Box::pin(list::children(call, (&access_groups::MEMBERSHIP, false), &endpoint_users::USERS_OF_GROUP))
        }
        Operation::UpsertGroupUsers => Box::pin(relation::upsert_all(call, &endpoint_users::GROUP_USERS)),
        Operation::InsertGroupUser => Box::pin(relation::insert(call, &endpoint_users::GROUP_USERS)),
        Operation::DeleteGroupUser => Box::pin(relation::delete(call, &endpoint_users::GROUP_USERS)),
        Operation::ListUserGroups => {
            Box::pin(list::children(call, (&endpoint_users::USER, false), &endpoint_users::GROUPS_OF_USER))
        }
        Operation::InsertUserGroup => Box::pin(relation::insert(call, &endpoint_users::USER_GROUPS)),
        Operation::DeleteUserGroup => Box::pin(relation::delete(call, &endpoint_users::USER_GROUPS)),
        Operation::ListEffectivePermissions => {
            Box::pin(list::children(call, (&endpoint_users::USER, false), &endpoint_users::EFFECTIVE_PERMISSIONS))
        }
        Operation::ListAccessRoles => Box::pin(list::all(call, &access_roles::ROLES)),
        Operation::InsertAccessRole => Box::pin(records::insert(call, &access_roles::ROLE_RECORDS)),
        Operation::UpsertAccessRole => Box::pin(records::upsert(call, &access_roles::ROLE_RECORDS)),
        Operation::ShowAccessRole => Box::pin(records::get(call, &access_roles::ROLE_RECORDS)),
        Operation::ReplaceAccessRole => Box::pin(records::replace(call, &access_roles::ROLE_RECORDS)),
        Operation::DeleteAccessRole => Box::pin(records::delete(call, &access_roles::ROLE_RECORDS)),
        Operation::ListRolePermissions => Box::pin(list::children(
            call,
            (&access_roles::ROLE_OF_PERMISSIONS, true),
            &access_roles::ROLE_PERMISSION_LIST,
        )),
        Operation::UpsertRolePermissions => Box::pin(relation::upsert_all(call, &access_roles::ROLE_PERMISSIONS)),
        Operation::InsertRolePermission => Box::pin(relation::insert(call, &access_roles::ROLE_PERMISSIONS)),
        Operation::DeleteRolePermission => Box::pin(relation::delete(call, &access_roles::ROLE_PERMISSIONS)),
    };
    answer.await
}
