//! Clients (spec/mithril.md §2). Under `/api/clients` they are read, by the own-client rule. Under `/admin/clients`
//! only clients of context `any` may read and change them.

use crate::base::failure::{Failure, Rule};
use crate::db::error::DbError;
use crate::db::statement::Row;
use crate::http::{Answer, body};
use crate::mithril::clients::deletion;
use crate::mithril::clients::input::{self, ClientData};
use crate::mithril::clients::{shown, store};
use crate::mithril::deleted::deleted;
use crate::mithril::list_query::{DAY, ListQuery};
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::request::change::Change;
use crate::request::changed::{ChangeError, Changed};

/// `GET /api/clients` and `GET /admin/clients`: `id`, `user_id` and `is_blocked` compare exactly; a client's name must
/// contain `name`. `unused_for` finds clients that were not used for so many days. A caller that may act for its own client only gets a list with that client or none.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.uuid("id");
    query.id("user_id");
    query.boolean("is_blocked");
    query.text("name");
    query.days("unused_for", call.now(), -DAY);
    let list = query.finish()?;
    let list = list.with("type", &*call.principal.client_type).with("own", &*call.principal.client_id);
    let fields = call.app.settings.connection_fields;
    list.answer(call.read(store::list(&list)).await?.map(|page| shown::page(fields, page)).transpose()?)
}

/// `GET /api/clients/{id}`: a client with the name of its type and without `priv_settings`.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the client does not exist
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let row = call.read(store::find(&call.param(0)?)).await?.ok_or(Failure::NotFound)?;
    shown::answer(call.app.settings.connection_fields, row)
}

/// `GET /admin/clients/{id}`: a client with all its properties.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the client does not exist
pub async fn show_whole<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    tagged(call.read(store::find_whole(&call.param(0)?)).await?)
}

/// `POST /admin/clients`: 201 with the new client. The body may set its `id`, which is the id of the legal entity.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when the client type does not exist
/// - 409 when a client with this id exists
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (given, data) = read(call).await?;
    let id = given.unwrap_or_else(|| id::uuid(call.ports));
    let changed = write(call, &id, store::create(&id, data, call.now())).await?;
    created(changed.outcome)
}

/// `PUT /admin/clients/{id}`: 201 for a new client, 200 for one that is replaced. Connections, a block and the time of
/// creation stay.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when the client type does not exist
/// - 404 when the id is not a UUID and there is no such client
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn put<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (_, data) = read(call).await?;
    let id = call.param(0)?;
    let changed = write(call, &id, store::put(&id, data, call.now())).await?;
    // Nothing is made under an id that is not a UUID.
    if changed.facts.is_some() || changed.outcome.is_none() {
        tagged(changed.outcome)
    } else {
        created(changed.outcome)
    }
}

/// `PATCH /admin/clients/{id}/actions/block`: the tokens of the client are refused until it is unblocked, and so are those
/// that were issued through connections whose consumer it is.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 404 when the client does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn block<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let reason = input::block_reason(call.object(body::LIMIT).await?)?;
    let id = call.param(0)?;
    let changed = write(call, &id, store::block(&id, reason, call.now())).await?;
    call.app.memory.standings.forget_all();
    tagged(changed.outcome)
}

/// `PATCH /admin/clients/{id}/actions/unblock`: ends a block.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the client does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn unblock<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    tagged(write(call, &id, store::unblock(&id, call.now())).await?.outcome)
}

/// `PATCH /admin/clients/{id}/actions/deactivate_tokens`: revokes all tokens of the client that were issued until now.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the client does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn deactivate_tokens<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    tagged(write(call, &id, store::deactivate_tokens(&id, call.now())).await?.outcome)
}

/// `DELETE /admin/clients/{id}`: the answer is `meta` only. The client's tokens stay dead; those of a blocked client until
/// it is made anew.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the client does not exist
/// - 409 while a connection names it as client or consumer, or users have roles at it
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let changed = write(call, &id, deletion::delete(&id, call.now())).await?;
    deleted(
        &changed,
        &[
            ("connections", "The client is still used by connections."),
            ("user_roles", "The client is still used by users' roles."),
        ],
    )
}

/// Reads a client from the body: the id, if it has one, and the data.
async fn read<P: Ports>(call: &Call<'_, P>) -> Result<(Option<String>, ClientData), Failure> {
    ClientData::from_body(call.object(body::LIMIT).await?)
}

/// Makes a change to a client, and forgets its good standing: the next call asks the database.
async fn write<P: Ports>(call: &Call<'_, P>, id: &str, change: Change) -> Result<Changed, Failure> {
    let changed = call.change(change).await.map_err(refusal)?;
    call.app.memory.standings.forget(id);
    Ok(changed)
}

/// Translates the constraints that a caller can violate.
fn refusal(error: ChangeError) -> Failure {
    error.or(|error| match error {
        DbError::Unique(column) if column == "clients.id" => {
            Some(Failure::Conflict("A client with this id exists already."))
        }
        // A client has only one foreign key.
        DbError::ForeignKey => Some(Failure::invalid("$.client_type_id", Rule::Unknown)),
        _ => None,
    })
}

/// The answer with a client, or 404.
fn tagged(row: Option<Row>) -> Result<Answer, Failure> {
    Answer::tagged(row.ok_or(Failure::NotFound)?)
}

/// The answer with a new client.
fn created(row: Option<Row>) -> Result<Answer, Failure> {
    let row = row.ok_or_else(|| Failure::Internal("a client was not made".to_owned()))?;
    Answer::created(row, "/admin/clients")
}
