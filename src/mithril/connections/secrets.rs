//! The secrets of a connection as tracked objects: what is known of each, and the end of one. A refresh makes them
//! (`handlers`); no value is ever in an answer of this file.

use crate::base::failure::Failure;
use crate::db::gate::GATE;
use crate::db::statement::Statement;
use crate::http::Answer;
use crate::mithril::connections::secret_store as store;
use crate::mithril::connections::store::record;
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::change::{Change, Target};

/// `GET /api/clients/{id}/connections/{connection_id}/secrets`: `id`, `hint` (the last four characters), `created_at`,
/// `expires_at`, `last_used_at` of each secret that counts, in order of creation. 404 for a connection that does not
/// exist.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let list = call.checked(ListQuery::of(call.request).finish()).await?;
    let list = list.with("client_id", client_id).with("connection_id", connection_id).with("now", call.now());
    let rows = call.read(store::list(call.gate.to_json5(), &list)).await?;
    list.answer(&rows.ok_or(Failure::NotFound)?)
}

/// `DELETE /api/clients/{id}/connections/{connection_id}/secrets/{secret_id}`: `meta` only; the secret is dead at once.
/// Tokens know their connection and not their secret: they live on. The last secret can go too.
pub async fn retire<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id, secret_id) = (call.param(0)?, call.param(1)?, call.param(2)?);
    let gate = call.gate.to_json5();
    let change = Change {
        action: "connection.retire_secret",
        subject: format!("connection/{connection_id}/secret/{secret_id}"),
        fields: vec!["secret"],
        statements: vec![
            Statement::new(GATE, [gate.as_str().into()]),
            store::retire(gate, &client_id, &connection_id, &secret_id),
        ],
        // A secret has no tag of its own.
        target: Target::Record(record(&client_id, &connection_id)),
        secret: None,
    };
    call.change(change).await?.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}
