//! What a user sees of himself: his roles, and his account (spec/newer.md §1.3, §1.6).

use crate::base::failure::Failure;
use crate::http::Answer;
use crate::mithril::list_query::{ListQuery, MAX_SIZE};
use crate::mithril::users::store;
use crate::ports::Ports;
use crate::request::call::Call;

/// `GET /api/user/roles`: the roles of the token's user, without `paging`. A caller that may act for its own client only
/// sees the roles at that client and those at all clients. `client_id` and `role_id` compare exactly. An answer has at
/// most 300 roles; `page` goes on.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule, and for a filter that is repeated
pub async fn list_roles<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.once("client_id");
    query.uuid("client_id");
    query.once("role_id");
    query.text("role_id");
    let list = query.page("page", MAX_SIZE, MAX_SIZE)?;
    let principal = &call.principal;
    let list = list.with("user_id", principal.user()).with("own", &*principal.client_id);
    let list = list.with("type", &*principal.client_type);
    list.unpaged(call.read(store::list_own(&list)).await?)
}

/// `GET /oauth/user`: the account of the token's user, deprecated by its document. The accounts are those that access
/// groups have; the login service in front keeps them.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when no stored user is the token's, or several are, or the one has no email
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let user = call.principal.user().unwrap_or_default();
    call.show(store::find_user(user)).await
}
