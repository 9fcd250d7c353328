//! Clients (spec/mithril.md §2): read under `/api/clients` by the own-client rule, administered under
//! `/admin/clients` by clients of context `any` alone.

use crate::base::failure::{Failure, Rule};
use crate::db::error::DbError;
use crate::db::statement::Row;
use crate::http::{Answer, body};
use crate::mithril::clients::input::{self, ClientData};
use crate::mithril::clients::store;
use crate::mithril::deleted::deleted;
use crate::mithril::list_query::ListQuery;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::request::change::Change;
use crate::request::changed::{ChangeError, Changed};

/// `GET /api/clients`, `GET /admin/clients`: `id`, `user_id`, `is_blocked` exact, `name` contained. A caller that may act
/// for its own client only finds itself, or nothing.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.uuid("id");
    query.text("user_id");
    query.boolean("is_blocked");
    query.text("name");
    let list = query.finish()?;
    let list = list.with("type", &*call.principal.client_type).with("own", &*call.principal.client_id);
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /api/clients/{id}`: with the name of its type, without `priv_settings`. A caller that may act for its own client
/// only sees neither the id of its type nor blocks.
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    tagged(call.read(store::find(&id, &call.principal.client_type)).await?)
}

/// `GET /admin/clients/{id}`: all of it.
pub async fn show_whole<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    tagged(call.read(store::find_whole(&call.param(0)?)).await?)
}

/// `POST /admin/clients`: 201. A given `id` is kept (the legal entity's); 409 when a client has it.
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (given, data) = read(call).await?;
    let id = given.unwrap_or_else(|| id::uuid(call.ports));
    let changed = write(call, &id, store::create(&id, data, call.now())).await?;
    created(changed.outcome)
}

/// `PUT /admin/clients/{id}`: 201 for a new client, 200 for one that is replaced; connections, blocks and the
/// time of creation stay. Only a UUID can be a new client's id.
pub async fn put<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?.to_ascii_lowercase();
    let (_, data) = read(call).await?;
    if !id::is_guid(&id) {
        return Err(Failure::NotFound);
    }
    let changed = write(call, &id, store::put(&id, data, call.now())).await?;
    if changed.facts.is_some() { tagged(changed.outcome) } else { created(changed.outcome) }
}

/// `PATCH /admin/clients/{id}/actions/block`: its tokens are refused from now on, until it is unblocked.
pub async fn block<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let reason = input::block_reason(call.object(body::LIMIT).await?)?;
    tagged(write(call, &id, store::block(&id, reason, call.now())).await?.outcome)
}

/// `PATCH /admin/clients/{id}/actions/unblock`
pub async fn unblock<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    tagged(write(call, &id, store::unblock(&id, call.now())).await?.outcome)
}

/// `PATCH /admin/clients/{id}/actions/deactivate_tokens`: all that were issued until now are dead.
pub async fn deactivate_tokens<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    tagged(write(call, &id, store::deactivate_tokens(&id, call.now())).await?.outcome)
}

/// `DELETE /admin/clients/{id}`: `meta` only; 409 while it has connections, uses others', or users have roles
/// at it.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let changed = call.change(store::delete(&call.param(0)?)).await?;
    deleted(
        &changed,
        &[
            ("connections", "The client is still used by connections."),
            ("user_roles", "The client is still used by users' roles."),
        ],
    )
}

async fn read<P: Ports>(call: &Call<'_, P>) -> Result<(Option<String>, ClientData), Failure> {
    ClientData::from_body(call.object(body::LIMIT).await?)
}

async fn write<P: Ports>(call: &Call<'_, P>, id: &str, change: Change) -> Result<Changed, Failure> {
    let changed = call.change(change).await.map_err(refusal)?;
    call.app.memory.standings.forget(id);
    Ok(changed)
}

fn refusal(error: ChangeError) -> Failure {
    error.or(|error| match error {
        DbError::Unique(column) if column == "clients.id" => {
            Some(Failure::Conflict("A client with this id exists already."))
        }
        // The only foreign key of a client.
        DbError::ForeignKey => Some(Failure::invalid("$.client_type_id", Rule::Unknown)),
        _ => None,
    })
}

fn tagged(row: Option<Row>) -> Result<Answer, Failure> {
    Answer::tagged(row.ok_or(Failure::NotFound)?)
}

fn created(row: Option<Row>) -> Result<Answer, Failure> {
    let row = row.ok_or_else(|| Failure::Internal("a client was not made".to_owned()))?;
    Answer::created(row, "/admin/clients")
}
