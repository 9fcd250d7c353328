//! Roles under `/admin/roles` (seed 003; spec/mithril.md §2). Any client with the scope reads any role; only
//! clients of context `any` change them.

use serde::Deserialize;

use crate::base::failure::{Failure, Rule};
use crate::base::parse;
use crate::db::error::DbError;
use crate::db::gate::GATE;
use crate::db::statement::Statement;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::mithril::list_query::ListQuery;
use crate::mithril::roles::{cache, store};
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;
use crate::request::change::{Change, Target};
use crate::request::changed::Changed;

pub const MAX_NAME: usize = 255;

/// `GET /admin/roles`: `name` is contained, one of the comma list `scope` is held.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.text("name");
    query.words("scope");
    let list = call.checked(query.finish()).await?;
    let rows = call.read(store::list(call.gate.to_json5(), &list)).await?;
    list.answer(&rows.unwrap_or_default())
}

/// `GET /admin/roles/{id}` (seed 003): the role's `id`, `name` and `scope`.
///
/// Memory → KV → D1. A copy answers only while it is younger than 60 s *and* the database has said less than
/// 60 s ago that the caller stands; otherwise one statement asks both.
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let now = call.now();
    if call.app.memory.standings.is_known_live(&call.principal, now)
        && !call.gate.is_open()
        && let Some(role) = cache::find(call, &id, now).await
    {
        return Ok(role);
    }
    let row = call.read(store::find(call.gate.to_json5(), &id)).await?;
    let role = row.ok_or(Failure::NotFound)?;
    cache::keep_read(call, &id, &role);
    Answer::tagged(&role)
}

/// `POST /admin/roles`: 201 with the role and its `Location`.
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (name, scope) = call.checked(whole_role(call).await).await?;
    let id = id::uuid(call.ports);
    let insert = store::insert(call.gate.to_json5(), &id, name, scope, call.now());
    let role = write(call, "role.create", (&id, true), vec!["name", "scope"], insert).await?;
    let role = role.ok_or_else(|| Failure::Internal("a role was not created".to_owned()))?;
    Answer::created(&role, "/admin/roles")
}

/// `PUT /admin/roles/{id}`: name and scope are replaced. Tokens that were issued keep the scope they have.
pub async fn replace<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let (name, scope) = call.checked(whole_role(call).await).await?;
    let update = store::update(call.gate.to_json5(), &id, Some(name), Some(scope), call.now());
    let role = write(call, "role.replace", (&id, false), vec!["name", "scope"], update).await?;
    Answer::tagged(&role.ok_or(Failure::NotFound)?)
}

/// `PATCH /admin/roles/{id}`: what the body does not hold stays.
pub async fn update<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let (name, scope) = call.checked(part_of_role(call).await).await?;
    let given = [("name", name.is_some()), ("scope", scope.is_some())];
    let fields = given.into_iter().filter_map(|(field, is_given)| is_given.then_some(field)).collect();
    let update = store::update(call.gate.to_json5(), &id, name, scope, call.now());
    let role = write(call, "role.update", (&id, false), fields, update).await?;
    Answer::tagged(&role.ok_or(Failure::NotFound)?)
}

#[derive(Deserialize)]
struct Use {
    used_by: Option<RoleUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RoleUser {
    Permissions,
    UserRoles,
}

/// `DELETE /admin/roles/{id}`: `meta` only; 409 while anything still needs the role.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let statements = store::delete(&call.gate.to_json5(), &id);
    let target = Target::Record(store::record(&id, false));
    let change =
        Change { action: "role.delete", subject: subject(&id), fields: Vec::new(), statements, target, secret: None };
    let changed = call.change(change).await;
    if matches!(&changed, Ok(Changed { outcome: Some(_), .. }) | Err(Failure::Precondition)) {
        cache::forget(call, &id);
    }
    let changed = changed?;
    if changed.outcome.is_some() {
        return Ok(Answer::meta());
    }
    let usage: Use = parse::row(&changed.row.ok_or(Failure::NotFound)?)?;
    Err(match usage.used_by {
        Some(RoleUser::Permissions) => Failure::Conflict("The role is still used by permissions of access groups."),
        Some(RoleUser::UserRoles) => Failure::Conflict("The role is still used by users."),
        None => Failure::Internal("an unused role was not deleted".to_owned()),
    })
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
async fn write<P: Ports>(
    call: &Call<'_, P>,
    action: &'static str,
    (id, is_new): (&str, bool),
    fields: Vec<&'static str>,
    statement: Statement,
) -> Result<Option<String>, Failure> {
    let gate = Statement::new(GATE, [call.gate.to_json5().into()]);
    let target = Target::Record(store::record(id, is_new));
    let change =
        Change { action, subject: subject(id), fields, statements: vec![gate, statement], target, secret: None };
    match call.try_change(change).await? {
        Ok(changed) => {
            if let Some(role) = changed.outcome.as_ref().filter(|_| !changed.is_replay) {
                cache::keep(call, id, role);
            }
            Ok(changed.outcome)
        }
        // The caller may have read an older copy: with the next read it gets its turn.
        Err(DbError::Precondition) => {
            cache::forget(call, id);
            Err(Failure::Precondition)
        }
        Err(DbError::Unique(column)) if column == "roles.name" => Err(Failure::invalid("$.name", Rule::Taken)),
        Err(error) => Err(error.into()),
    }
}

fn subject(id: &str) -> String {
    format!("role/{id}")
}
