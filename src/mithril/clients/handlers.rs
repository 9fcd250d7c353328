//! Clients (spec/mithril.md §2): read under `/api/clients` by the own-client rule, administered under
//! `/admin/clients` by clients of context `any` alone.

use serde::Deserialize;

use crate::base::failure::{Failure, Rule};
use crate::base::parse;
use crate::db::error::DbError;
use crate::db::statement::Statement;
use crate::http::{Answer, body};
use crate::mithril::clients::input;
use crate::mithril::clients::input::ClientData;
use crate::mithril::clients::store;
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;
use crate::request::change::{Change, Target};
use crate::request::changed::Changed;

const DATA: [&str; 5] = ["name", "user_id", "client_type_id", "settings", "priv_settings"];

/// `GET /api/clients`, `GET /admin/clients`: `id`, `user_id`, `is_blocked` exact, `name` contained. Who may act
/// for its own client only finds itself, or nothing.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.uuid("id");
    query.text("user_id");
    query.boolean("is_blocked");
    query.text("name");
    let list = call.checked(query.finish()).await?;
    let (list, statement) = store::list(call.gate.to_json5(), list, &call.principal.client_type);
    let rows = call.read(statement).await?;
    list.answer(&rows.unwrap_or_default())
}

/// `GET /api/clients/{id}`: with the name of its type, without `priv_settings`. Who may act for its own client only
/// sees neither the id of its type nor blocks.
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let statement = store::find(call.gate.to_json5(), &id, &call.principal.client_type);
    Answer::tagged(&call.read(statement).await?.ok_or(Failure::NotFound)?)
}

/// `GET /admin/clients/{id}`: all of it.
pub async fn show_whole<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let row = call.read(store::find_whole(call.gate.to_json5(), &id)).await?;
    Answer::tagged(&row.ok_or(Failure::NotFound)?)
}

/// `POST /admin/clients`: 201. A given `id` is kept (the legal entity's); 409 when a client has it.
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (given, data) = call.checked(read(call).await).await?;
    let id = given.unwrap_or_else(|| id::uuid(call.ports));
    let statements = store::create(&call.gate.to_json5(), &id, data, call.now());
    let changed = write(call, "client.create", (&id, true), DATA.to_vec(), statements).await?;
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a client was not created".to_owned()))?;
    created(&row)
}

/// `PUT /admin/clients/{id}`: 201 for a new client, 200 for one that is replaced; connections, blocks and the
/// time of creation stay. Only a UUID can be a new client's id.
pub async fn put<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?.to_ascii_lowercase();
    let (_, data) = call.checked(read(call).await).await?;
    if !id::is_guid(&id) {
        return Err(call.refuse(Failure::NotFound).await);
    }
    let statements = store::put(&call.gate.to_json5(), &id, data, call.now());
    let changed = write(call, "client.put", (&id, true), DATA.to_vec(), statements).await?;
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a client was not put".to_owned()))?;
    if changed.row.is_some() { Answer::tagged(&row) } else { created(&row) }
}

/// `PATCH /admin/clients/{id}/actions/block`: its tokens are refused from now on, until it is unblocked.
pub async fn block<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let body = call.object(body::LIMIT).await;
    let reason = call.checked(body.and_then(input::block_reason)).await?;
    let statements = store::block(&call.gate.to_json5(), &id, reason, call.now());
    act(call, "client.block", &id, vec!["is_blocked", "block_reason"], statements).await
}

/// `PATCH /admin/clients/{id}/actions/unblock`
pub async fn unblock<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let statements = store::unblock(&call.gate.to_json5(), &id, call.now());
    act(call, "client.unblock", &id, vec!["is_blocked", "block_reason"], statements).await
}

/// `PATCH /admin/clients/{id}/actions/deactivate_tokens`: all that were issued until now are dead.
pub async fn deactivate_tokens<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let statements = store::deactivate_tokens(&call.gate.to_json5(), &id, call.now());
    act(call, "client.deactivate_tokens", &id, vec!["tokens_valid_after"], statements).await
}

#[derive(Deserialize)]
struct Use {
    used_by: Option<ClientUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClientUser {
    Connections,
    UserRoles,
}

/// `DELETE /admin/clients/{id}`: `meta` only; 409 while it has connections, uses others', or users have roles
/// at it.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let statements = store::delete(&call.gate.to_json5(), &id);
    let target = Target::Record(store::record(&id, false));
    let change =
        Change { action: "client.delete", subject: subject(&id), fields: Vec::new(), statements, target, secret: None };
    let changed = call.change(change).await?;
    if changed.outcome.is_some() {
        return Ok(Answer::meta());
    }
    let usage: Use = parse::row(&changed.row.ok_or(Failure::NotFound)?)?;
    Err(match usage.used_by {
        Some(ClientUser::Connections) => Failure::Conflict("The client is still used by connections."),
        Some(ClientUser::UserRoles) => Failure::Conflict("The client is still used by users' roles."),
        None => Failure::Internal("an unused client was not deleted".to_owned()),
    })
}

async fn read<P: Ports>(call: &Call<'_, P>) -> Result<(Option<String>, ClientData), Failure> {
    ClientData::from_body(call.object(body::LIMIT).await?)
}

async fn act<P: Ports>(
    call: &Call<'_, P>,
    action: &'static str,
    id: &str,
    fields: Vec<&'static str>,
    statements: Vec<Statement>,
) -> Result<Answer, Failure> {
    let changed = write(call, action, (id, false), fields, statements).await?;
    Answer::tagged(&changed.outcome.ok_or(Failure::NotFound)?)
}

async fn write<P: Ports>(
    call: &Call<'_, P>,
    action: &'static str,
    (id, is_new): (&str, bool),
    fields: Vec<&'static str>,
    statements: Vec<Statement>,
) -> Result<Changed, Failure> {
    let target = Target::Record(store::record(id, is_new));
    let change = Change { action, subject: subject(id), fields, statements, target, secret: None };
    match call.try_change(change).await? {
        Ok(changed) => {
            call.app.memory.standings.forget(id);
            Ok(changed)
        }
        Err(DbError::Unique(column)) if column == "clients.id" => {
            Err(Failure::Conflict("A client with this id exists already."))
        }
        // The only foreign key of a client.
        Err(DbError::ForeignKey) => Err(Failure::invalid("$.client_type_id", Rule::Unknown)),
        Err(error) => Err(error.into()),
    }
}

fn created(row: &str) -> Result<Answer, Failure> {
    Answer::created(row, "/admin/clients")
}

fn subject(id: &str) -> String {
    format!("client/{id}")
}
