//! Reading connections (spec/mithril.md §2): the list of a client's, and one. No secret is ever in them.

use crate::base::failure::Failure;
use crate::http::Answer;
use crate::mithril::connections::store;
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;

/// `GET /api/clients/{id}/connections`: `consumer_id` exact, `redirect_uri` contained in any case.
///
/// # Errors
/// 404 for a client that does not exist.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let client_id = call.param(0)?;
    let mut query = ListQuery::of(call.request);
    query.uuid("consumer_id");
    query.lower_text("redirect_uri");
    let list = query.finish()?.with("client_id", client_id);
    list.answer(Some(call.read(store::list(&list)).await?.ok_or(Failure::NotFound)?))
}

/// `GET /api/clients/{id}/connections/{connection_id}`
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    Answer::tagged(call.read(store::find(&client_id, &connection_id)).await?.ok_or(Failure::NotFound)?)
}
