//! Roles under `/admin/roles` (seed 003; spec/mithril.md §2). Any client with the scope may read all roles. Only
//! clients of context `any` may change them.

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

/// The longest name, in characters.
pub const MAX_NAME: usize = 255;

/// `GET /admin/roles`: the roles whose name contains `name`, and which have at least one of the scopes that `scope`
/// lists between commas.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.text("name");
    query.words("scope");
    let list = query.finish()?;
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /admin/roles/{id}` (seed 003). When the database has confirmed the caller within the last 60 s, the answer may
/// come from memory and be up to 60 s old.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the role does not exist
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

/// `POST /admin/roles`: 201 with the new role and its `Location`.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when another role has the name
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (name, scope) = whole_role(call).await?;
    let id = id::uuid(call.ports);
    let role = write(call, &id, store::create(&id, name, scope, call.now())).await?;
    let role = role.ok_or_else(|| Failure::Internal("a role was not created".to_owned()))?;
    Answer::created(role, "/admin/roles")
}

/// `PUT /admin/roles/{id}`: replaces name and scope.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when another role has the name
/// - 404 when the role does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn replace<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (name, scope) = whole_role(call).await?;
    let id = call.param(0)?;
    let change = store::update("role.replace", &id, Some(name), Some(scope), call.now());
    Answer::tagged(write(call, &id, change).await?.ok_or(Failure::NotFound)?)
}

/// `PATCH /admin/roles/{id}`: sets the name, the scope, or both. A property that is absent stays as it is.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when another role has the name
/// - 404 when the role does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn update<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (name, scope) = part_of_role(call).await?;
    let id = call.param(0)?;
    let change = store::update("role.update", &id, name, scope, call.now());
    Answer::tagged(write(call, &id, change).await?.ok_or(Failure::NotFound)?)
}

/// `DELETE /admin/roles/{id}`: the answer is `meta` only.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the role does not exist
/// - 409 while permissions or users have it
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
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

/// The name and the scope of a body that must have both.
async fn whole_role<P: Ports>(call: &Call<'_, P>) -> Result<(String, String), Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "role")?;
    fields.repeats(["id"]);
    let role = (fields.required_text("name", MAX_NAME), fields.required_scope("scope"));
    fields.finish()?;
    Ok((role.0.unwrap_or_default(), role.1.unwrap_or_default()))
}

/// The name and the scope of a body that may have either.
async fn part_of_role<P: Ports>(call: &Call<'_, P>) -> Result<(Option<String>, Option<String>), Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "role")?;
    fields.repeats(["id"]);
    let name = if fields.has("name") { fields.required_text("name", MAX_NAME) } else { None };
    let scope = if fields.has("scope") { fields.required_scope("scope") } else { None };
    fields.finish()?;
    Ok((name, scope))
}

/// Makes the change, and returns the role as it is afterwards. The memory gets the new role too.
async fn write<P: Ports>(call: &Call<'_, P>, id: &str, change: Change) -> Result<Option<Row>, Failure> {
    let changed = call.change(change).await.map_err(|error| {
        if error == ChangeError::Database(DbError::Precondition) {
            // The caller may have the old tag from memory. The next read gets the current tag from the database.
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
