//! Approvals under `/api/pis/apps` (spec/newer.md §1.4). A call is about the user of its token, whatever client that token
//! was issued to; the approvals of other users do not exist for it.

use crate::base::failure::Failure;
use crate::base::object::object;
use crate::http::Answer;
use crate::mithril::approvals::store;
use crate::mithril::list_query::{DEFAULT_SIZE, ListQuery};
use crate::ports::Ports;
use crate::request::call::Call;

/// The largest page that a caller may ask for.
pub const MAX_SIZE: i64 = 100;
/// The answer to an id that names no approval.
const NOT_FOUND: Failure = Failure::NoRecord("Approval not found");

/// The user of the token. The table of routes lets nobody else in.
fn user<P: Ports>(call: &Call<'_, P>) -> String {
    call.principal.user().unwrap_or_default().to_owned()
}

/// `GET /api/pis/apps`: the user's approvals. `client_ids` and `client_names` are lists between commas; an approval is shown
/// when one of them fits its client. A name fits by its beginning, and the case of ASCII letters does not count. The
/// page is `page_number`.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.prefixed_words("client_ids", "client-");
    query.prefixed_words("client_names", "client_name-");
    let list = query.page("page_number", DEFAULT_SIZE, MAX_SIZE)?.with("user_id", user(call));
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /api/pis/apps/{id}`: one approval of the user.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the user has no such approval
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0).map_err(|_| NOT_FOUND)?;
    Answer::tagged(call.read(store::find(&id, &user(call))).await?.ok_or(NOT_FOUND)?)
}

object! {
    /// Whose approval is to be deleted.
    struct DeleteFacts {
        /// 1 when it is the user's own.
        own: i64,
    }
}

/// `DELETE /api/pis/apps/{id}`: the user takes an approval back. All codes, refresh tokens and access tokens that came from
/// it are dead at once. 204 without a body.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 403 when the approval is another user's
/// - 404 when there is no such approval
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0).map_err(|_| NOT_FOUND)?;
    let changed = call.change(store::delete(&id, &user(call))).await?;
    match changed.read_facts()? {
        Some(DeleteFacts { own: 1 }) => Ok(Answer::empty(204)),
        Some(DeleteFacts { .. }) => Err(Failure::ForeignClient),
        None => Err(NOT_FOUND),
    }
}
