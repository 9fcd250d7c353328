//! Hands each operation of the route table to its handler.

use std::future;
use std::pin::Pin;

use crate::access;
use crate::access::question::Part;
use crate::base::failure::Failure;
use crate::endpoint::engine::{list, records, relation};
use crate::endpoint::{
    applications, effective, group_applications, group_links, groups as access_groups, role_permissions,
    roles as access_roles, user_access, user_groups, users as endpoint_users,
};
use crate::health::ready;
use crate::http::Answer;
use crate::mithril::{approvals, audit, client_types, clients, connections, console, roles, user_records, users};
use crate::oauth;
use crate::oauth::address::Address;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::public_call::PublicCall;
use crate::reviews;
use crate::routes::Operation;

/// The future of one handler. Each is boxed and started by a function of its own: otherwise the compiler would inline
/// all of them into one large function, and an isolate would compile all of it before its first answer.
type Handler<'a> = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + 'a>>;

/// Answers an operation that needs no bearer token.
///
/// # Errors
/// What the handler refuses; 500 for an operation that needs a token.
pub async fn public<P: Ports>(operation: Operation, call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let start: for<'a> fn(&'a PublicCall<'_, P>) -> Handler<'a> = match operation {
        Operation::Health => return Ok(Answer::bare(r#"{"status":"ok"}"#.to_owned())),
        Operation::Metadata => |call| Box::pin(future::ready(oauth::metadata::metadata(call))),
        Operation::AccessMetadata => |call| Box::pin(future::ready(access::metadata::metadata(call))),
        Operation::Jwks => |call| Box::pin(future::ready(oauth::metadata::jwks(call))),
        Operation::ConsoleConfig => |call| Box::pin(future::ready(Ok(console::config::config(call)))),
        Operation::Ready => |call| Box::pin(ready::ready(call)),
        Operation::Token(Address::Standard) => |call| Box::pin(oauth::token::token(call, Address::Standard)),
        Operation::Token(Address::Mithril) => |call| Box::pin(oauth::token::token(call, Address::Mithril)),
        Operation::Token(Address::Endpoint) => |call| Box::pin(oauth::token::token(call, Address::Endpoint)),
        Operation::Introspect => |call| Box::pin(oauth::introspect::introspect(call)),
        Operation::Nonce => |call| Box::pin(oauth::nonce::by_post(call)),
        Operation::NonceByGet => |call| Box::pin(oauth::nonce::by_get(call)),
        Operation::Revoke => |call| Box::pin(oauth::revoke::revoke(call)),
        _ => return Err(Failure::Internal("a public route has an operation that needs a token".to_owned())),
    };
    start(call).await
}

/// Answers an operation that needs a bearer token.
///
/// # Errors
/// What the handler refuses; 404 for an operation that is public.
pub async fn authenticated<P: Ports>(operation: Operation, call: &Call<'_, P>) -> Result<Answer, Failure> {
    let start: for<'a> fn(&'a Call<'_, P>) -> Handler<'a> = match operation {
        Operation::Health
        | Operation::Ready
        | Operation::ConsoleConfig
        | Operation::Token(_)
        | Operation::Introspect
        | Operation::Nonce
        | Operation::NonceByGet
        | Operation::Revoke
        | Operation::Metadata
        | Operation::AccessMetadata
        | Operation::Jwks => return Err(Failure::NoRoute),
        Operation::Evaluate => |call| Box::pin(access::evaluation::evaluation(call)),
        Operation::EvaluateAll => |call| Box::pin(access::evaluation::evaluations(call)),
        Operation::SearchAccess(Part::Subject) => |call| Box::pin(access::search::search(call, Part::Subject)),
        Operation::SearchAccess(Part::Resource) => |call| Box::pin(access::search::search(call, Part::Resource)),
        Operation::SearchAccess(Part::Action) => |call| Box::pin(access::search::search(call, Part::Action)),
        Operation::ListUserAccess => |call| Box::pin(access::rights::of_user(call)),
        Operation::ListClientAccess => |call| Box::pin(access::rights::of_client(call)),
        Operation::ListScopeHolders => |call| Box::pin(access::rights::holders(call)),
        Operation::CreateReview => |call| Box::pin(reviews::handlers::create(call)),
        Operation::ListReviews => |call| Box::pin(reviews::handlers::list(call)),
        Operation::ShowReview => |call| Box::pin(reviews::handlers::show(call)),
        Operation::ListReviewItems => |call| Box::pin(reviews::handlers::items(call)),
        Operation::ShowReviewItem => |call| Box::pin(reviews::handlers::item(call)),
        Operation::DecideReviewItem => |call| Box::pin(reviews::decision::decide(call)),
        Operation::SignReview => |call| Box::pin(reviews::closing::record(call)),
        Operation::CloseReview => |call| Box::pin(reviews::closing::close(call)),
        Operation::AuthorizeApp => |call| Box::pin(oauth::authorize::authorize(call)),
        Operation::Logout => |call| Box::pin(oauth::logout::logout(call)),
        Operation::ShowOwnUser => |call| Box::pin(users::own::show(call)),
        Operation::ListOwnRoles => |call| Box::pin(users::own::list_roles(call)),
        Operation::ListApprovals => |call| Box::pin(approvals::handlers::list(call)),
        Operation::ShowApproval => |call| Box::pin(approvals::handlers::show(call)),
        Operation::DeleteApproval => |call| Box::pin(approvals::handlers::delete(call)),
        Operation::RefreshClientSecret => |call| Box::pin(connections::client_secret::refresh(call)),
        Operation::ListConnections => |call| Box::pin(connections::reads::list(call)),
        Operation::ShowConnection => |call| Box::pin(connections::reads::show(call)),
        Operation::PutConnection => |call| Box::pin(connections::upsert::put(call)),
        Operation::DeleteConnection => |call| Box::pin(connections::handlers::delete(call)),
        Operation::UpdateConnection => |call| Box::pin(connections::handlers::update(call)),
        Operation::RefreshConnectionSecret => |call| Box::pin(connections::handlers::refresh_secret(call)),
        Operation::ListSecrets => |call| Box::pin(connections::secrets::list(call)),
        Operation::ShowWholeConnection => |call| Box::pin(connections::reads::show_whole(call)),
        Operation::ListAllSecrets => |call| Box::pin(connections::secrets::list_all(call)),
        Operation::RetireSecret => |call| Box::pin(connections::secrets::retire(call)),
        Operation::ListClients => |call| Box::pin(clients::handlers::list(call)),
        Operation::ShowClient => |call| Box::pin(clients::handlers::show(call)),
        Operation::ShowWholeClient => |call| Box::pin(clients::handlers::show_whole(call)),
        Operation::CreateClient => |call| Box::pin(clients::handlers::create(call)),
        Operation::PutClient => |call| Box::pin(clients::handlers::put(call)),
        Operation::DeleteClient => |call| Box::pin(clients::handlers::delete(call)),
        Operation::BlockClient => |call| Box::pin(clients::handlers::block(call)),
        Operation::UnblockClient => |call| Box::pin(clients::handlers::unblock(call)),
        Operation::DeactivateClientTokens => |call| Box::pin(clients::handlers::deactivate_tokens(call)),
        Operation::ListClientTypes => |call| Box::pin(client_types::handlers::list(call)),
        Operation::ShowClientType => |call| Box::pin(client_types::handlers::show(call)),
        Operation::CreateClientType => |call| Box::pin(client_types::handlers::create(call)),
        Operation::ReplaceClientType => |call| Box::pin(client_types::handlers::replace(call)),
        Operation::DeleteClientType => |call| Box::pin(client_types::handlers::delete(call)),
        Operation::ListRoles => |call| Box::pin(roles::handlers::list(call)),
        Operation::ShowRole => |call| Box::pin(roles::handlers::show(call)),
        Operation::CreateRole => |call| Box::pin(roles::handlers::create(call)),
        Operation::ReplaceRole => |call| Box::pin(roles::handlers::replace(call)),
        Operation::UpdateRole => |call| Box::pin(roles::handlers::update(call)),
        Operation::DeleteRole => |call| Box::pin(roles::handlers::delete(call)),
        Operation::ShowUser => |call| Box::pin(user_records::handlers::show(call)),
        Operation::PutUser => |call| Box::pin(user_records::handlers::put(call)),
        Operation::ListUserRoles => |call| Box::pin(users::handlers::list_roles(call)),
        Operation::AddUserRole => |call| Box::pin(users::handlers::add_role(call)),
        Operation::RemoveUserRole => |call| Box::pin(users::handlers::remove_role(call)),
        Operation::ShowOverview => |call| Box::pin(console::overview::show(call)),
        Operation::ShowKeys => |call| Box::pin(console::keys::show(call)),
        Operation::ListAudit => |call| Box::pin(audit::handlers::list(call)),
        Operation::ExportAudit => |call| Box::pin(audit::handlers::export(call)),
        Operation::ListAccessGroups => |call| Box::pin(list::all(call, &access_groups::GROUPS)),
        Operation::InsertAccessGroup => |call| Box::pin(records::insert(call, &access_groups::GROUP_RECORDS)),
        Operation::UpsertAccessGroup => |call| Box::pin(records::upsert(call, &access_groups::GROUP_RECORDS)),
        Operation::ShowAccessGroup => {
            |call| Box::pin(records::get(call, &access_groups::GROUP, &access_groups::ACCESS_GROUP))
        }
        Operation::ReplaceAccessGroup => |call| Box::pin(records::replace(call, &access_groups::GROUP_RECORDS)),
        Operation::DeleteAccessGroup => |call| Box::pin(records::delete(call, &access_groups::GROUP_RECORDS)),
        Operation::ListPermissions => {
            |call| Box::pin(list::children(call, (&access_groups::GROUP, false), &access_groups::PERMISSIONS))
        }
        Operation::UpsertPermissions => |call| Box::pin(relation::upsert_all(call, &access_groups::GROUP_PERMISSIONS)),
        Operation::InsertPermission => |call| Box::pin(relation::insert(call, &access_groups::GROUP_PERMISSIONS)),
        Operation::DeletePermission => |call| Box::pin(relation::delete(call, &access_groups::GROUP_PERMISSIONS)),
        Operation::ListGroupUsers => {
            |call| Box::pin(list::children(call, (&access_groups::MEMBERSHIP, false), &endpoint_users::USERS_OF_GROUP))
        }
        Operation::UpsertGroupUsers => |call| Box::pin(relation::upsert_all(call, &endpoint_users::GROUP_USERS)),
        Operation::InsertGroupUser => |call| Box::pin(relation::insert(call, &endpoint_users::GROUP_USERS)),
        Operation::DeleteGroupUser => |call| Box::pin(relation::delete(call, &endpoint_users::GROUP_USERS)),
        Operation::ListGroupApplications => |call| {
            Box::pin(list::children(call, (&access_groups::GROUP, false), &group_applications::APPLICATIONS_OF_GROUP))
        },
        Operation::UpsertGroupApplications => {
            |call| Box::pin(relation::upsert_all(call, &group_applications::GROUP_APPLICATIONS))
        }
        Operation::InsertGroupApplication => {
            |call| Box::pin(relation::insert(call, &group_applications::GROUP_APPLICATIONS))
        }
        Operation::DeleteGroupApplication => {
            |call| Box::pin(relation::delete(call, &group_applications::GROUP_APPLICATIONS))
        }
        Operation::ListGroupGroups => |call| {
            Box::pin(list::children(call, (&access_groups::MEMBERSHIP, false), &group_links::GROUPS_OF_ACCESS_GROUP))
        },
        Operation::UpsertGroupGroups => |call| Box::pin(relation::upsert_all(call, &group_links::ACCESS_GROUP_GROUPS)),
        Operation::InsertGroupGroup => |call| Box::pin(relation::insert(call, &group_links::ACCESS_GROUP_GROUPS)),
        Operation::DeleteGroupGroup => |call| Box::pin(relation::delete(call, &group_links::ACCESS_GROUP_GROUPS)),
        Operation::ListGroupExternals => |call| Box::pin(list::all(call, &user_groups::GROUP_EXTERNALS)),
        Operation::ImportGroupExternals => |call| Box::pin(records::import(call, &user_groups::USER_GROUP_IMPORT)),
        Operation::InsertGroupExternal => |call| Box::pin(records::insert(call, &user_groups::USER_GROUP_RECORDS)),
        Operation::UpsertGroupExternal => |call| Box::pin(records::upsert(call, &user_groups::USER_GROUP_RECORDS)),
        Operation::ShowGroupExternal => {
            |call| Box::pin(records::get(call, &user_groups::USER_GROUP, &user_groups::GROUP_EXTERNAL))
        }
        Operation::ReplaceGroupExternal => |call| Box::pin(records::replace(call, &user_groups::USER_GROUP_RECORDS)),
        Operation::DeleteGroupExternal => |call| Box::pin(records::delete(call, &user_groups::USER_GROUP_RECORDS)),
        Operation::ListUserExternals => {
            |call| Box::pin(list::children(call, (&user_groups::USER_GROUP, false), &user_groups::USER_EXTERNALS))
        }
        Operation::UpsertUserExternals => |call| Box::pin(relation::upsert_all(call, &user_groups::USER_GROUP_USERS)),
        Operation::InsertUserExternal => |call| Box::pin(relation::insert(call, &user_groups::USER_GROUP_USERS)),
        Operation::DeleteUserExternal => |call| Box::pin(relation::delete(call, &user_groups::USER_GROUP_USERS)),
        Operation::ListEndpointUsers => |call| Box::pin(list::all(call, &endpoint_users::USERS)),
        Operation::ShowEndpointUser => {
            |call| Box::pin(records::get(call, &endpoint_users::USER, &endpoint_users::ENDPOINT_USER))
        }
        Operation::ListUserAccessRoles => {
            |call| Box::pin(list::children(call, (&endpoint_users::USER, false), &user_access::ACCESS_ROLES_OF_USER))
        }
        Operation::ListUserApplications => {
            |call| Box::pin(list::children(call, (&endpoint_users::USER, false), &user_access::APPLICATIONS_OF_USER))
        }
        Operation::ListGroupsOfUser => {
            |call| Box::pin(list::children(call, (&endpoint_users::USER, false), &group_links::USER_GROUPS_OF_USER))
        }
        Operation::UpsertGroupsOfUser => |call| Box::pin(relation::upsert_all(call, &group_links::USER_USER_GROUPS)),
        Operation::InsertGroupOfUser => |call| Box::pin(relation::insert(call, &group_links::USER_USER_GROUPS)),
        Operation::DeleteGroupOfUser => |call| Box::pin(relation::delete(call, &group_links::USER_USER_GROUPS)),
        Operation::ListApplications => |call| Box::pin(list::all(call, &applications::APPLICATIONS)),
        Operation::InsertApplication => |call| Box::pin(records::insert(call, &applications::APPLICATION_RECORDS)),
        Operation::UpsertApplication => |call| Box::pin(records::upsert(call, &applications::APPLICATION_RECORDS)),
        Operation::ShowApplication => {
            |call| Box::pin(records::get(call, &applications::APPLICATION, &applications::APPLICATION_RECORD))
        }
        Operation::ReplaceApplication => |call| Box::pin(records::replace(call, &applications::APPLICATION_RECORDS)),
        Operation::DeleteApplication => |call| Box::pin(records::delete(call, &applications::APPLICATION_RECORDS)),
        Operation::ListApplicationRoles => |call| {
            Box::pin(list::children(call, (&applications::APPLICATION, false), &access_roles::ROLES_OF_APPLICATION))
        },
        Operation::UpsertApplicationRole => {
            |call| Box::pin(records::upsert(call, &access_roles::APPLICATION_ROLE_RECORDS))
        }
        Operation::DeleteApplicationRole => {
            |call| Box::pin(records::delete(call, &access_roles::APPLICATION_ROLE_RECORDS))
        }
        Operation::ListUserGroups => {
            |call| Box::pin(list::children(call, (&endpoint_users::USER, false), &endpoint_users::GROUPS_OF_USER))
        }
        Operation::InsertUserGroup => |call| Box::pin(relation::insert(call, &endpoint_users::USER_GROUPS)),
        Operation::DeleteUserGroup => |call| Box::pin(relation::delete(call, &endpoint_users::USER_GROUPS)),
        Operation::ListEffectivePermissions => {
            |call| Box::pin(list::children(call, (&endpoint_users::USER, false), &effective::EFFECTIVE_PERMISSIONS))
        }
        Operation::ListAccessRoles => |call| Box::pin(list::all(call, &access_roles::ROLES)),
        Operation::InsertAccessRole => |call| Box::pin(records::insert(call, &access_roles::ROLE_RECORDS)),
        Operation::UpsertAccessRole => |call| Box::pin(records::upsert(call, &access_roles::ROLE_RECORDS)),
        Operation::ShowAccessRole => {
            |call| Box::pin(records::get(call, &access_roles::ROLE, &access_roles::ACCESS_ROLE))
        }
        Operation::ReplaceAccessRole => |call| Box::pin(records::replace(call, &access_roles::ROLE_RECORDS)),
        Operation::DeleteAccessRole => |call| Box::pin(records::delete(call, &access_roles::ROLE_RECORDS)),
        Operation::ListRolePermissions => |call| {
            Box::pin(list::children(
                call,
                (&role_permissions::ROLE_OF_PERMISSIONS, true),
                &role_permissions::ROLE_PERMISSION_LIST,
            ))
        },
        Operation::UpsertRolePermissions => {
            |call| Box::pin(relation::upsert_all(call, &role_permissions::ROLE_PERMISSIONS))
        }
        Operation::InsertRolePermission => |call| Box::pin(relation::insert(call, &role_permissions::ROLE_PERMISSIONS)),
        Operation::DeleteRolePermission => |call| Box::pin(relation::delete(call, &role_permissions::ROLE_PERMISSIONS)),
    };
    start(call).await
}
