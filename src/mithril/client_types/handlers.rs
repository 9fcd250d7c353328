//! Client types under `/admin/client_types` (spec/mithril.md §2). Any client with the scope reads them; only
//! clients of context `any` change them.

use serde::Deserialize;

use crate::auth::access;
use crate::base::failure::{Failure, Rule};
use crate::db::error::DbError;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::identity::context::Context;
use crate::mithril::client_types::store;
use crate::mithril::client_types::store::NewClientType;
use crate::mithril::deleted::deleted;
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;
use crate::request::changed::ChangeError;

pub const MAX_NAME: usize = 255;
pub const OWN: &str = "own";
pub const ANY: &str = "any";

/// `GET /admin/client_types`: `name` is contained.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.text("name");
    let list = query.finish()?;
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /admin/client_types/{id}`
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    Answer::tagged(call.read(store::find(&id)).await?.ok_or(Failure::NotFound)?)
}

/// `POST /admin/client_types`: 201 with the type and its `Location`.
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let new = read(call, id::uuid(call.ports)).await?;
    let written = Written::of(&new);
    let changed = call.change(store::create(new, call.now())).await.map_err(name_is_taken)?;
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a client type was not created".to_owned()))?;
    if !changed.is_replay {
        written.remember(call);
    }
    Answer::created(row, "/admin/client_types")
}

/// `PUT /admin/client_types/{id}`: name, scope and context are replaced. Tokens name their type, so those of
/// a type that is renamed are of no known type, and act for their own client only.
pub async fn replace<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let new = read(call, call.param(0)?).await?;
    let written = Written::of(&new);
    let changed = call.change(store::replace(new, call.now())).await.map_err(name_is_taken)?;
    if let (Some(before), false) = (changed.read_facts::<Before>()?, changed.is_replay) {
        access::remember_context(call.app, call.ports, &before.name, Some(Context::Own));
        written.remember(call);
    }
    Answer::tagged(changed.outcome.ok_or(Failure::NotFound)?)
}

/// `DELETE /admin/client_types/{id}`: `meta` only; 409 while it has clients.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let changed = call.change(store::delete(&call.param(0)?)).await?;
    let is_done = changed.outcome.is_some() && !changed.is_replay;
    if let Some(before) = changed.read_facts::<Before>()?.filter(|_| is_done) {
        access::remember_context(call.app, call.ports, &before.name, Some(Context::Own));
    }
    deleted(&changed, &[("clients", "The client type is still used by clients.")])
}

/// The type before a change.
#[derive(Deserialize)]
struct Before {
    name: String,
}

/// What the own-client rule must know of a type from now on.
struct Written {
    name: String,
    context: Context,
}

impl Written {
    fn of(new: &NewClientType) -> Self {
        let context = if new.context == ANY { Context::Any } else { Context::Own };
        Self { name: new.name.clone(), context }
    }

    fn remember<P: Ports>(&self, call: &Call<'_, P>) {
        access::remember_context(call.app, call.ports, &self.name, Some(self.context));
    }
}

async fn read<P: Ports>(call: &Call<'_, P>, id: String) -> Result<NewClientType, Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "client_type")?;
    let (name, scope) = (fields.required_text("name", MAX_NAME), fields.required_scope("scope"));
    let context = fields.one_of("context", &[OWN, ANY]);
    fields.finish()?;
    Ok(NewClientType {
        id,
        name: name.unwrap_or_default(),
        scope: scope.unwrap_or_default(),
        context: context.unwrap_or_else(|| OWN.to_owned()),
    })
}

fn name_is_taken(error: ChangeError) -> Failure {
    error.or(|error| match error {
        DbError::Unique(column) if column == "client_types.name" => Some(Failure::invalid("$.name", Rule::Taken)),
        _ => None,
    })
}
