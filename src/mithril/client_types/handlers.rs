//! Client types under `/admin/client_types` (spec/mithril.md §2). Any client with the scope may read them. Only clients
//! of context `any` may change them.

use crate::auth::access;
use crate::base::failure::{Failure, Rule};
use crate::base::object::object;
use crate::db::error::DbError;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::identity::context::Context;
use crate::mithril::client_types::store::{self, NewClientType};
use crate::mithril::deleted::deleted;
use crate::mithril::list_query::ListQuery;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::request::changed::ChangeError;

/// The longest name, in characters.
pub const MAX_NAME: usize = 255;
/// The context of a type whose clients act for themselves only.
pub const OWN: &str = "own";
/// The context of a type whose clients may act for any client.
pub const ANY: &str = "any";

/// `GET /admin/client_types`: the types whose name contains `name`.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.text("name");
    let list = query.finish()?;
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /admin/client_types/{id}`: one type.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when it does not exist
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    call.show(store::find(&id)).await
}

/// `POST /admin/client_types`: 201 with the new type and its `Location`.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when another type has the name
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let new = read(call).await?;
    let new_context = NewContext::of(&new);
    let changed = call.change(store::create(&id::uuid(call.ports), new, call.now())).await.map_err(name_is_taken)?;
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a client type was not created".to_owned()))?;
    if !changed.is_replay {
        new_context.remember(call);
    }
    Answer::created(row, "/admin/client_types")
}

/// `PUT /admin/client_types/{id}`: replaces name, scope and context. Tokens name their type. When a type is renamed,
/// its older tokens name an unknown type, so they act for their own client only.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when another type has the name
/// - 404 when the type does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn replace<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let new = read(call).await?;
    let id = call.param(0)?;
    let new_context = NewContext::of(&new);
    let changed = call.change(store::replace(&id, new, call.now())).await.map_err(name_is_taken)?;
    if let (Some(former), false) = (changed.read_facts::<FormerType>()?, changed.is_replay) {
        access::remember_context(call.app, call.ports, &former.name, Some(Context::Own));
        new_context.remember(call);
    }
    Answer::tagged(changed.outcome.ok_or(Failure::NotFound)?)
}

/// `DELETE /admin/client_types/{id}`: the answer is `meta` only.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the type does not exist
/// - 409 while it has clients
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let changed = call.change(store::delete(&call.param(0)?)).await?;
    let is_done = changed.outcome.is_some() && !changed.is_replay;
    if let Some(former) = changed.read_facts::<FormerType>()?.filter(|_| is_done) {
        access::remember_context(call.app, call.ports, &former.name, Some(Context::Own));
    }
    deleted(&changed, &[("clients", "The client type is still used by clients.")])
}

object! {
    /// The type as it was before a change.
    struct FormerType {
        name: String,
    }
}

/// The context that the own-client rule must use for a type after a change.
struct NewContext {
    name: String,
    context: Context,
}

impl NewContext {
    fn of(new: &NewClientType) -> Self {
        let context = if new.context == ANY { Context::Any } else { Context::Own };
        Self { name: new.name.clone(), context }
    }

    fn remember<P: Ports>(&self, call: &Call<'_, P>) {
        access::remember_context(call.app, call.ports, &self.name, Some(self.context));
    }
}

/// Reads a type from the body.
async fn read<P: Ports>(call: &Call<'_, P>) -> Result<NewClientType, Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "client_type")?;
    fields.repeats(["id", "inserted_at", "updated_at"]);
    let (name, scope) = (fields.required_text("name", MAX_NAME), fields.required_scope("scope"));
    let context = fields.one_of("context", &[OWN, ANY]);
    fields.finish()?;
    Ok(NewClientType {
        name: name.unwrap_or_default(),
        scope: scope.unwrap_or_default(),
        context: context.unwrap_or_else(|| OWN.to_owned()),
    })
}

/// Translates the one constraint that a caller can violate.
fn name_is_taken(error: ChangeError) -> Failure {
    error.or(|error| match error {
        DbError::Unique(column) if column == "client_types.name" => Some(Failure::invalid("$.name", Rule::Taken)),
        _ => None,
    })
}
