//! Users' roles under `/admin/users` (spec/mithril.md §2). Only clients of context `any` may read and change them.

use crate::base::failure::{Failure, Rule};
use crate::base::object::object;
use crate::base::word::word;
use crate::db::error::DbError;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::mithril::list_query::ListQuery;
use crate::mithril::users::store::{self, NewUserRole};
use crate::ports::{Ports, id};
use crate::request::call::Call;

/// The longest id of a user or a role, in characters.
pub const MAX_ID: usize = 255;

/// `GET /admin/users/{user_id}/roles`: the roles of a user, of one client with `client_id`. A user without roles has an
/// empty list, because only the login service knows which users exist.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list_roles<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let user_id = call.param(0)?;
    let mut query = ListQuery::of(call.request);
    query.uuid("client_id");
    let list = query.finish()?.with("user_id", user_id);
    list.answer(call.read(store::list(&list)).await?)
}

object! {
    /// The facts that decide whether a role can be given.
    struct AddFacts {
        missing: Option<MissingRecord>,
    }
}

word! {
    /// A record that the body names and that does not exist.
    enum MissingRecord {
        Role = "role",
        Client = "client",
    }
}

/// `POST /admin/users/{user_id}/roles`: 201 with the new row. Without `client_id` the user has the role at all clients.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when the role or the client does not exist, or the user has the role there already
/// - 404 when the user id is not one that a login service could have given out
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn add_role<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let new = read(call).await?;
    let changed = call.change(store::add(new, call.now())).await.map_err(|error| {
        error.or(|error| matches!(error, DbError::Unique(_)).then(|| Failure::invalid("$.role_id", Rule::Taken)))
    })?;
    match changed.read_facts()?.and_then(|facts: AddFacts| facts.missing) {
        Some(MissingRecord::Role) => Err(Failure::invalid("$.role_id", Rule::Unknown)),
        Some(MissingRecord::Client) => Err(Failure::invalid("$.client_id", Rule::Unknown)),
        None => {
            let row = changed.outcome.ok_or_else(|| Failure::Internal("a user's role was not added".to_owned()))?;
            Answer::tagged(row).map(|answer| answer.status(201))
        }
    }
}

/// `DELETE /admin/users/roles/{id}`: the answer is `meta` only. Tokens that were issued before keep their scope.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when there is no such row
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn remove_role<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    call.change(store::remove(&call.param(0)?)).await?.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}

/// Reads the role to give from the body and the path.
async fn read<P: Ports>(call: &Call<'_, P>) -> Result<NewUserRole, Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "user_role")?;
    fields.repeats(["id", "user_id", "role_name", "inserted_at"]);
    let role_id = fields.required_id("role_id", MAX_ID);
    let client_id = fields.uuid("client_id");
    fields.finish()?;
    let user_id = call.param(0)?;
    // No login service could have given out such a user id, so it names no user.
    if user_id.contains('\0') || user_id.chars().count() > MAX_ID {
        return Err(Failure::NotFound);
    }
    Ok(NewUserRole { id: id::uuid(call.ports), user_id, role_id: role_id.unwrap_or_default(), client_id })
}
