//! The secrets of a connection as tracked objects: what is known of each, and the end of one. A refresh makes them
//! (`handlers`). No answer of this file holds a secret's value.

use crate::base::failure::Failure;
use crate::http::Answer;
use crate::mithril::connections::secret_store as store;
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;

/// `GET /api/clients/{id}/connections/{connection_id}/secrets`: `id`, `hint` (the last four characters), `created_at`,
/// `expires_at`, `last_used_at` of each secret that counts, in order of creation.
///
/// # Errors
/// 404 for a connection that does not exist.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let list = ListQuery::of(call.request).finish()?;
    let list = list.with("client_id", client_id).with("connection_id", connection_id).with("now", call.now());
    list.answer(Some(call.read(store::list(&list)).await?.ok_or(Failure::NotFound)?))
}

/// `DELETE /api/clients/{id}/connections/{connection_id}/secrets/{secret_id}`: `meta` only; the secret is dead at once.
/// Tokens know their connection and not their secret: they live on. The last secret can go too.
pub async fn retire<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id, secret_id) = (call.param(0)?, call.param(1)?, call.param(2)?);
    let changed = call.change(store::retire(&client_id, &connection_id, &secret_id)).await?;
    changed.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}
