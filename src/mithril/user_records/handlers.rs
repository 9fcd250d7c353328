//! Users under `/admin/users`. Only clients of context `any` may read and change them.

use crate::base::failure::{Failure, Rule};
use crate::db::error::DbError;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::mithril::user_records::store::{self, UserData};
use crate::mithril::users::handlers::MAX_ID;
use crate::ports::Ports;
use crate::request::call::Call;

/// The longest text of a user, in characters.
pub const MAX_TEXT: usize = 250;

/// `GET /admin/users/{user_id}`: what this service knows of a user.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the user is not known here
/// - 412 when a condition does not hold
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let user_id = user_id(call)?;
    call.show(store::find(&user_id)).await
}

/// `PUT /admin/users/{user_id}`: 201 for a new user, 200 for one that is replaced. A property that is absent gets its
/// default. The groups of the user stay.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when another user has the username
/// - 404 when the id is not one that a login service could have given out
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn put<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let data = read(call).await?;
    let user_id = user_id(call)?;
    let changed = call.change(store::put(&user_id, data, call.now())).await.map_err(|error| {
        error.or(|error| match error {
            DbError::Unique(column) if column == "endpoint_users.username" => {
                Some(Failure::invalid("$.username", Rule::Taken))
            }
            _ => None,
        })
    })?;
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a user was not put".to_owned()))?;
    if changed.facts.is_some() {
        return Answer::tagged(row);
    }
    let location = format!("/admin/users/{}", call.params.get(0));
    Answer::tagged(row).map(|answer| answer.status(201).header("location", location))
}

/// The id that the login service gave out. No login service could have given out one that is longer than [`MAX_ID`], so it
/// names no user.
fn user_id<P: Ports>(call: &Call<'_, P>) -> Result<String, Failure> {
    let id = call.param(0)?;
    if id.chars().count() <= MAX_ID { Ok(id) } else { Err(Failure::NotFound) }
}

/// Reads a user from the body.
async fn read<P: Ports>(call: &Call<'_, P>) -> Result<UserData, Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "user")?;
    let (username, name) = (fields.required_text("username", MAX_TEXT), fields.required_text("name", MAX_TEXT));
    let (email, mobile_phone) = (fields.text("email", MAX_TEXT), fields.text("mobile_phone", MAX_TEXT));
    let is_active = fields.boolean("is_active");
    fields.finish()?;
    Ok(UserData {
        username: username.unwrap_or_default(),
        name: name.unwrap_or_default(),
        email: email.unwrap_or_default(),
        mobile_phone: mobile_phone.unwrap_or_default(),
        is_active: is_active.unwrap_or(true),
    })
}
