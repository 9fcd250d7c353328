//! Users' roles under `/admin/users` (spec/mithril.md §2): for clients of context `any` only.

use serde::Deserialize;

use crate::base::failure::{Failure, Rule};
use crate::db::error::DbError;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::mithril::list_query::ListQuery;
use crate::mithril::users::store;
use crate::mithril::users::store::NewUserRole;
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;

pub const MAX_ID: usize = 255;

/// `GET /admin/users/{user_id}/roles`: `client_id` exact. A user without roles has an empty list: whether the
/// user exists is the login service's to know.
pub async fn list_roles<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let user_id = call.param(0)?;
    let mut query = ListQuery::of(call.request);
    query.uuid("client_id");
    let list = query.finish()?.with("user_id", user_id);
    list.answer(call.read(store::list(&list)).await?)
}

/// What a change found before it.
#[derive(Deserialize)]
struct Before {
    missing: Option<Missing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Missing {
    Role,
    Client,
}

/// `POST /admin/users/{user_id}/roles`: 201. Without a `client_id` the user has the role at every client.
pub async fn add_role<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let new = read(call, call.param(0)?).await?;
    let changed = call.change(store::add(new, call.now())).await.map_err(|error| {
        error.or(|error| matches!(error, DbError::Unique(_)).then(|| Failure::invalid("$.role_id", Rule::Taken)))
    })?;
    match changed.read_facts()?.and_then(|before: Before| before.missing) {
        Some(Missing::Role) => Err(Failure::invalid("$.role_id", Rule::Unknown)),
        Some(Missing::Client) => Err(Failure::invalid("$.client_id", Rule::Unknown)),
        None => {
            let row = changed.outcome.ok_or_else(|| Failure::Internal("a user's role was not added".to_owned()))?;
            Answer::tagged(row).map(|answer| answer.status(201))
        }
    }
}

/// `DELETE /admin/users/roles/{id}`: `meta` only. Tokens that were issued keep the scope they have.
pub async fn remove_role<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    call.change(store::remove(&call.param(0)?)).await?.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}

async fn read<P: Ports>(call: &Call<'_, P>, user_id: String) -> Result<NewUserRole, Failure> {
    // What no login service could have given out names nobody.
    if user_id.contains('\0') || user_id.chars().count() > MAX_ID {
        return Err(Failure::NotFound);
    }
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "user_role")?;
    let role_id = fields.required_text("role_id", MAX_ID);
    let client_id = fields.uuid("client_id");
    fields.finish()?;
    Ok(NewUserRole { id: id::uuid(call.ports), user_id, role_id: role_id.unwrap_or_default(), client_id })
}
