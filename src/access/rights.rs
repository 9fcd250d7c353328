//! Who has what, and by which path: the lists that an operator reads. They are of the Mithril dialect, and for
//! administrations. `since` is the record's own time; `last_used_at` is null where nothing keeps it.
//!
//! A list goes on with the `token` that the `Link` of the answer before has.

use serde_json::{Value, json};

use crate::access::question;
use crate::access::rights_store::{self as store, Walk};
use crate::access::search;
use crate::base::failure::{Failure, Rule};
use crate::base::json::json;
use crate::http::Answer;
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;

/// The most rights of an answer.
pub const MAX_RIGHTS: i64 = 100;
/// The subjects whose right to a scope can be listed.
pub const HOLDERS: [&str; 3] = ["user", "client", "connection"];

/// `GET /admin/users/{id}/access`: the roles and the permissions of a user, each with its path. With `client_id`, only roles
/// that the user has there, and of their scopes those that the client's type allows.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn of_user<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.uuid("client_id");
    let answer = Box::pin(list(call, query, &store::OF_USER, json!({ "user_id": call.param(0)? }))).await?;
    Ok(answer.unwrap_or_else(nothing))
}

/// `GET /admin/clients/{id}/access`: what a client, its connections and its users may do.
///
/// # Errors
/// The same, and 404 when the client does not exist.
pub async fn of_client<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let of = json!({ "client_id": call.param(0)? });
    Box::pin(list(call, ListQuery::of(call.request), &store::OF_CLIENT, of)).await?.ok_or(Failure::NotFound)
}

/// `GET /admin/scopes/{scope}/holders`: who has a scope: users by default, otherwise the `type` of the query.
///
/// # Errors
/// The same, and 422 for another type.
pub async fn holders<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.text("type");
    let names = question::forms(&call.param(0)?);
    let walk = match call.request.parameters()?.get("type").filter(|text| !text.is_empty()) {
        None | Some("user") => &store::USERS_WITH_SCOPE,
        Some("client") => &store::CLIENTS_WITH_SCOPE,
        Some("connection") => &store::CONNECTIONS_WITH_SCOPE,
        Some(_) => return Err(Failure::invalid("type", Rule::Inclusion { values: &HOLDERS })),
    };
    let answer = Box::pin(list(call, query, walk, json!({ "ask": { "names": names } }))).await?;
    Ok(answer.unwrap_or_else(nothing))
}

/// An empty list.
fn nothing() -> Answer {
    Answer::array("[]".to_owned())
}

/// A portion of a walk. Its future is boxed, so that it is not inlined into each handler. `of` says whose rights; the query
/// adds its filters. `None` when the walk finds nothing at all.
async fn list<P: Ports>(
    call: &Call<'_, P>,
    mut query: ListQuery<'_>,
    walk: &'static Walk,
    of: Value,
) -> Result<Option<Answer>, Failure> {
    query.text("token");
    let request = query.portion(MAX_RIGHTS)?;
    let mut asked = question::caller(call);
    asked.extend(of.as_object().cloned().unwrap_or_default());
    let filter = request.values().get("client_id").cloned();
    asked.extend(filter.map(|client| ("client_id".to_owned(), client)));
    let digest = search::digest(&format!("{} {} {}", walk.name, json(&of), json(&asked.get("client_id"))));
    let after = match request.values().get("token").and_then(Value::as_str) {
        None => Value::Null,
        Some(token) => {
            let place = search::place(token).filter(|(of, ..)| *of == digest);
            place.ok_or_else(|| Failure::invalid("token", Rule::Form { sentence: TOKEN }))?.2
        }
    };
    let is_first = after.is_null();
    asked.insert("after".to_owned(), after);
    asked.insert("size".to_owned(), request.size().into());
    let row = call.read(store::portion(walk, &Value::Object(asked))).await?;
    let page = search::page_of(row, &digest, request.size())?;
    if is_first && page.results == "[]" {
        return Ok(None);
    }
    let answer = Answer::array(page.results);
    let link = (!page.next.is_empty()).then(|| request.link("token", page.next));
    Ok(Some(match link {
        Some(link) => answer.header("link", link),
        None => answer,
    }))
}

/// The rule of `token`.
const TOKEN: &str = "must be that of the Link of an answer to the same question";
