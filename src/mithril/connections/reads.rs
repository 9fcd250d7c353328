//! Reads connections (spec/mithril.md §2): all of a client, or one. No answer shows a secret.

use crate::base::failure::Failure;
use crate::http::Answer;
use crate::mithril::connections::reach::Reached;
use crate::mithril::connections::{path, shown, store};
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;

/// `GET /api/clients/{id}/connections`: the connections of a client. `consumer_id` compares exactly; the redirect URI
/// must contain `redirect_uri`, and the case of ASCII letters does not count.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
/// - 404 when the client does not exist
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let client_id = path::client(call)?;
    let mut query = ListQuery::of(call.request);
    query.uuid("consumer_id");
    query.lower_text("redirect_uri");
    let list = query.finish()?.with("client_id", client_id).with("caller", call.principal.connection_id.clone());
    let page = call.read(store::list(&list)).await?.ok_or(Failure::NotFound)?;
    list.answer(Some(shown::page(call.app.settings.connection_fields, page)?))
}

/// `GET /api/clients/{id}/connections/{connection_id}`: one connection.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the connection does not exist
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let row = call.read(store::find(&Reached::of(call)?)).await?.ok_or(Failure::NotFound)?;
    shown::answer(call.app.settings.connection_fields, row, None)
}

/// `GET /admin/connections/{id}`: one connection by its id alone, with its method, its public keys and its former redirect
/// URIs.
///
/// # Errors
/// The same.
pub async fn show_whole<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let find = store::find_whole(&call.param(0)?, call.principal.connection_id.clone());
    call.show(find).await
}
