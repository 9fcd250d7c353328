//! The secrets of one connection or of all: lists what is known of each, and ends one. A refresh makes them (`handlers`). No answer
//! of this file shows the value of a secret.

use crate::base::failure::Failure;
use crate::http::Answer;
use crate::mithril::connections::reach::Reached;
use crate::mithril::connections::{all_secrets, path, secret_store as store};
use crate::mithril::list_query::{DAY, ListQuery};
use crate::ports::Ports;
use crate::request::call::Call;

/// `GET /api/clients/{id}/connections/{connection_id}/secrets`: `id`, `hint` (the last four characters), `created_at`,
/// `expires_at` and `last_used_at` of each secret that has not expired, in the order of creation.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
/// - 404 when the connection does not exist
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let reached = Reached::of(call)?;
    let list = reached.bound(ListQuery::of(call.request).finish()?).with("now", call.now());
    list.answer(Some(call.read(store::list(&list)).await?.ok_or(Failure::NotFound)?))
}

/// `GET /admin/secrets`: the secrets of all connections that have not expired. `unused_for` finds those that were neither
/// made nor used for so many days, `expires_within` those that end within so many, and `old_still_used` the old ones of a
/// rotation that were used after the new one was made.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list_all<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.days("unused_for", call.now(), -DAY);
    query.days("expires_within", call.now(), DAY);
    query.boolean("old_still_used");
    let mut list = query.finish()?.with("now", call.now());
    if let Some(caller) = caller(call) {
        list = list.with("caller", caller);
    }
    list.answer(call.read(all_secrets::list(&list)).await?)
}

/// The connection that the caller's token came through, which bounds the secrets that it reaches.
pub fn caller<P>(call: &Call<'_, P>) -> Option<String> {
    call.principal.connection_id.clone()
}

/// `DELETE /api/clients/{id}/connections/{connection_id}/secrets/{secret_id}`: the secret stops working at once, and
/// the answer is `meta` only. Tokens stay valid, because a token knows its connection and not the secret that it was
/// issued for. The last secret of a connection can be retired too.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the connection or the secret does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn retire<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (reached, secret_id) = (Reached::of(call)?, path::secret(call)?);
    let changed = call.change(store::retire(&reached, &secret_id)).await?;
    changed.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}
