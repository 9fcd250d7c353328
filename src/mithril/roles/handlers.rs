//! Roles under `/admin/roles` (seed 003; spec/mithril.md §2). Any client with the scope reads any role; only
//! clients of context `any` change them.

use crate::base::failure::{Failure, Rule};
use crate::db::error::DbError;
use crate::db::statement::Row;
use crate::http::fields::Fields;
use crate::http::{Answer, Tagged, body};
use crate::mithril::deleted::deleted;
use crate::mithril::list_query::ListQuery;
use crate::mithril::roles::{cache, store};
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::request::change::Change;
use crate::request::changed::ChangeError;

pub const MAX_NAME: usize = 255;

/// `GET /admin/roles`: `name` is contained; `scope` is a comma list of which the role gives any.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.text("name");
    query.words("scope");
    let list = query.finish()?;
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /admin/roles/{id}` (seed 003). A caller in good standing is answered from memory, at most 60 s late.
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    if call.app.memory.standings.is_known_live(&call.principal, call.now())
        && !call.gate.has_questions()
        && let Some(role) = cache::find(call, &id)
    {
        return Ok(role);
    }
    let row = call.read(store::find(&id)).await?.ok_or(Failure::NotFound)?;
    cache::keep(call, &id, Tagged::read(row.clone())?);
    Answer::tagged(row)
}

/// `POST /admin/roles`: 201 with the role and its `Location`.
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (name, scope) = whole_role(call).await?;
    let id = id::uuid(call.ports);
    let role = write(call, &id, store::create(&id, name, scope, call.now())).await?;
    let role = role.ok_or_else(|| Failure::Internal("a role was not created".to_owned()))?;
    Answer::created(role, "/admin/roles")
}

/// `PUT /admin/roles/{id}`: name and scope are replaced.
pub async fn replace<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let (name, scope) = whole_role(call).await?;
    let change = store::update("role.replace", &id, Some(name), Some(scope), call.now());
    Answer::tagged(write(call, &id, change).await?.ok_or(Failure::NotFound)?)
}

/// `PATCH /admin/roles/{id}`: what the body does not hold stays as it is.
pub async fn update<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let (name, scope) = part_of_role(call).await?;
    let change = store::update("role.update", &id, name, scope, call.now());
    Answer::tagged(write(call, &id, change).await?.ok_or(Failure::NotFound)?)
}

/// `DELETE /admin/roles/{id}`: `meta` only; 409 while permissions or users have it.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let changed = call.change(store::delete(&id)).await;
    if matches!(&changed, Ok(changed) if changed.outcome.is_some())
        || matches!(&changed, Err(ChangeError::Database(DbError::Precondition)))
    {
        cache::forget(call, &id);
    }
    deleted(
        &changed?,
        &[
            ("permissions", "The role is still used by permissions of access groups."),
            ("user_roles", "The role is still used by users."),
        ],
    )
}

async fn whole_role<P: Ports>(call: &Call<'_, P>) -> Result<(String, String), Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "role")?;
    let role = (fields.required_text("name", MAX_NAME), fields.required_scope("scope"));
    fields.finish()?;
    Ok((role.0.unwrap_or_default(), role.1.unwrap_or_default()))
}

async fn part_of_role<P: Ports>(call: &Call<'_, P>) -> Result<(Option<String>, Option<String>), Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "role")?;
    let name = if fields.has("name") { fields.required_text("name", MAX_NAME) } else { None };
    let scope = if fields.has("scope") { fields.required_scope("scope") } else { None };
    fields.finish()?;
    Ok((name, scope))
}

/// Writes a role, and the copies that answer for it.
/// Makes the change; the role as it is then.
async fn write<P: Ports>(call: &Call<'_, P>, id: &str, change: Change) -> Result<Option<Row>, Failure> {
    let changed = call.change(change).await.map_err(|error| {
        if error == ChangeError::Database(DbError::Precondition) {
            // The caller may have read an older answer from memory: the next read tells the role's tag.
            cache::forget(call, id);
        }
        error.or(|error| match error {
            DbError::Unique(column) if column == "roles.name" => Some(Failure::invalid("$.name", Rule::Taken)),
            _ => None,
        })
    })?;
    if let (Some(role), false) = (&changed.outcome, changed.is_replay) {
        cache::keep(call, id, Tagged::read(role.clone())?);
    }
    Ok(changed.outcome)
}
