//! Client types under `/admin/client_types` (spec/mithril.md §2). Any client with the scope reads them; only
//! clients of context `any` change them.

use serde::Deserialize;

use crate::auth::access;
use crate::base::failure::{Failure, Rule};
use crate::base::parse;
use crate::db::error::DbError;
use crate::db::statement::Statement;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::identity::context::Context;
use crate::mithril::client_types::store;
use crate::mithril::client_types::store::NewClientType;
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;
use crate::request::change::{Change, Target};
use crate::request::changed::Changed;

pub const MAX_NAME: usize = 255;
pub const OWN: &str = "own";
pub const ANY: &str = "any";

/// `GET /admin/client_types`: `name` is contained.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.text("name");
    let list = call.checked(query.finish()).await?;
    let rows = call.read(store::list(call.gate.to_json5(), &list)).await?;
    list.answer(&rows.unwrap_or_default())
}

/// `GET /admin/client_types/{id}`
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let row = call.read(store::find(call.gate.to_json5(), &id)).await?;
    Answer::tagged(&row.ok_or(Failure::NotFound)?)
}

/// `POST /admin/client_types`: 201 with the type and its `Location`.
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = id::uuid(call.ports);
    let new = call.checked(read(call, id.clone()).await).await?;
    let written = Written::of(&new);
    let statements = store::insert(&call.gate.to_json5(), new, call.now());
    let changed = write(call, "client_type.create", (&id, true), statements).await?;
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a client type was not created".to_owned()))?;
    if !changed.is_replay {
        written.remember(call);
    }
    Answer::created(&row, "/admin/client_types")
}

/// `PUT /admin/client_types/{id}`: name, scope and context are replaced. Tokens name their type, so those of
/// a type that is renamed are of no known type, and act for their own client only.
pub async fn replace<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let new = call.checked(read(call, id.clone()).await).await?;
    let written = Written::of(&new);
    let statements = store::replace(&call.gate.to_json5(), new, call.now());
    let changed = write(call, "client_type.replace", (&id, false), statements).await?;
    let row = changed.outcome.ok_or(Failure::NotFound)?;
    let before: Before = parse::row(&changed.row.unwrap_or_default())?;
    if !changed.is_replay {
        access::remember_context(call.app, call.ports, &before.name, Some(Context::Own));
        written.remember(call);
    }
    Answer::tagged(&row)
}

/// `DELETE /admin/client_types/{id}`: `meta` only; 409 while it has clients.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let statements = store::delete(&call.gate.to_json5(), &id);
    let target = Target::Record(store::record(&id, false));
    let change = Change {
        action: "client_type.delete",
        subject: subject(&id),
        fields: Vec::new(),
        statements,
        target,
        secret: None,
    };
    let changed = call.change(change).await?;
    let before: Before = parse::row(&changed.row.ok_or(Failure::NotFound)?)?;
    if changed.outcome.is_some() {
        if !changed.is_replay {
            access::remember_context(call.app, call.ports, &before.name, Some(Context::Own));
        }
        return Ok(Answer::meta());
    }
    Err(match before.used_by {
        Some(TypeUser::Clients) => Failure::Conflict("The client type is still used by clients."),
        None => Failure::Internal("an unused client type was not deleted".to_owned()),
    })
}

#[derive(Deserialize)]
struct Before {
    name: String,
    used_by: Option<TypeUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TypeUser {
    Clients,
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

async fn write<P: Ports>(
    call: &Call<'_, P>,
    action: &'static str,
    (id, is_new): (&str, bool),
    statements: Vec<Statement>,
) -> Result<Changed, Failure> {
    let target = Target::Record(store::record(id, is_new));
    let change = Change {
        action,
        subject: subject(id),
        fields: vec!["name", "scope", "context"],
        statements,
        target,
        secret: None,
    };
    match call.try_change(change).await? {
        Ok(changed) => Ok(changed),
        Err(DbError::Unique(column)) if column == "client_types.name" => Err(Failure::invalid("$.name", Rule::Taken)),
        Err(error) => Err(error.into()),
    }
}

fn subject(id: &str) -> String {
    format!("client_type/{id}")
}
