//! Taking a review, and looking at it. Reviews are of Mithril's dialect, and for administrations.

use crate::access::question;
use crate::base::failure::{Failure, Rule};
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::mithril::list_query::ListQuery;
use crate::mithril::users::handlers::MAX_ID;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::reviews::export;
use crate::reviews::snapshot::Target;
use crate::reviews::store::{self, Act};

/// The longest name of a review and the longest note, in characters.
pub const MAX_TEXT: usize = 250;
/// The states of an item: undecided, and the decisions.
pub const STATES: [&str; 4] = ["open", "keep", "revoke", "gone"];
/// The rule about what a review is of.
const ONE_TARGET: &str = "name one of scope, role_id and access_group_id, or everything: true";

/// Who calls, and when.
pub fn act<'a, P: Ports>(call: &'a Call<'_, P>) -> Act<'a> {
    Act { actor: &call.principal.subject, now: call.now() }
}

/// `POST /admin/reviews`: 201 with the review. It lists what gives a right now; what comes later is not in it.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 422 when the role or the access group does not exist
/// - 409 when there are more than 10,000 items
/// - 409 and 422 of the idempotency key
pub async fn create<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "review")?;
    let name = fields.required_text("name", MAX_TEXT);
    let target = target(&mut fields);
    fields.finish()?;
    let target = target.ok_or_else(|| Failure::Internal("a review of nothing".to_owned()))?;
    let change = store::create(&id::uuid(call.ports), name.unwrap_or_default(), &target, &act(call));
    let row = call.change(change).await?.outcome;
    Answer::created(row.ok_or_else(|| Failure::Internal("a review was not made".to_owned()))?, "/admin/reviews")
}

/// What the body asks a review of. `None` when it is refused.
fn target(fields: &mut Fields) -> Option<Target> {
    let scope = fields.text("scope", MAX_ID).map(Target::Scope);
    let role = fields.id("role_id", MAX_ID).map(Target::Role);
    let group = fields.text("access_group_id", MAX_ID).map(Target::Group);
    let everything = fields.boolean("everything").filter(|wanted| *wanted).map(|_| Target::Everything);
    let mut named = [scope, role, group, everything].into_iter().flatten();
    match (named.next(), named.next()) {
        (Some(Target::Scope(scope)), None) if question::forms(&scope).is_empty() => {
            fields.refuse("scope", Rule::Form { sentence: "must be one scope" });
            None
        }
        (Some(target), None) => Some(target),
        _ => {
            fields.refuse("scope", Rule::Form { sentence: ONE_TARGET });
            None
        }
    }
}

/// `GET /admin/reviews`: all reviews, the oldest first.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let list = ListQuery::of(call.request).finish()?;
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /admin/reviews/{id}`: a review with its counts, and its record once it is closed.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when there is no such review
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    call.show(store::find(&call.param(0)?)).await
}

/// `GET /admin/reviews/{id}/items`: the items by their ids, those of one state with `decision`. A caller that prefers CSV
/// or NDJSON gets the page in that form ([`export`]).
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
/// - 404 when there is no such review
pub async fn items<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut query = ListQuery::of(call.request);
    query.one_of("decision", &STATES);
    let list = query.finish()?.with("review_id", call.param(0)?);
    let row = call.read(store::items(&list)).await?.ok_or(Failure::NotFound)?;
    export::in_form(call.request, &list, list.answer(Some(row))?)
}

/// `GET /admin/reviews/{id}/items/{item}`: one item.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when there is no such review or item
pub async fn item<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let item = store::find_item(&call.param(0)?, &call.param(1)?);
    call.show(item).await
}
