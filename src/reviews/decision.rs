//! Keeping a right, or revoking it. A right is revoked by the very change that its own address makes: the same statements,
//! the same scopes, the same refusals, the same row in the audit.

use crate::base::failure::Failure;
use crate::db::statement::{Param, Statement};
use crate::endpoint::engine::relation::{self, Relation};
use crate::endpoint::{group_links, groups, user_groups, users as endpoint_users};
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::mithril::{connections, users};
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::change::Change;
use crate::reviews::handlers::{MAX_TEXT, act};
use crate::reviews::store::Decided;

/// The decisions that a caller may make.
pub const DECISIONS: [&str; 2] = ["keep", "revoke"];
/// The scopes that Endpoint asks for a DELETE of something that belongs to a group.
pub const ENDPOINT_DELETE: &[&str] = &["AccessManager:Delete", "AccessUser:Delete"];
/// Refuses to take away what a client has by its type.
const BY_TYPE: &str = "INSERT INTO refusals (word) VALUES ('by_type')";
const TAKEN_AWAY: Failure = Failure::Conflict("The right was taken away already.");

/// How the right of an item is taken away.
struct Revocation {
    /// The change that takes it away.
    change: Change,
    /// The relation that may refuse it, if it is one of Endpoint's.
    relation: Option<&'static Relation>,
    /// SQL of its row, over `ids`.
    row: &'static str,
    ids: [Param; 2],
}

/// `PATCH /admin/reviews/{id}/items/{item}`: `{"decision": "keep" | "revoke", "note"}`. The answer is the item. When the
/// right was taken away before, its `decision` becomes `gone`.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 403 when the token lacks the scope of the change that revokes the right
/// - 404 when there is no such review or item
/// - 412 when a condition does not hold
/// - 409 when the review is closed, the right is gone and cannot be kept, or no single call takes it away
/// - the refusals of the change that revokes the right
/// - 409 and 422 of the idempotency key
pub async fn decide<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut fields = Fields::of(call.object(body::LIMIT).await?, "item")?;
    let decision = fields.required_one_of("decision", &DECISIONS);
    let note = fields.text("note", MAX_TEXT).unwrap_or_default();
    fields.finish()?;
    let (review_id, item_id) = (call.param(0)?, call.param(1)?);
    let decided = Decided { review_id: &review_id, item_id: &item_id, note: &note, act: act(call) };
    let (change, relation) = if decision.as_deref() == Some("keep") {
        (decided.keep(), None)
    } else {
        let Revocation { change, relation, row, ids } = revocation(call, &item_id)?;
        (decided.revoke(change, row, ids), relation)
    };
    let changed = call.change(change).await?;
    if let (None, Some(relation)) = (&changed.outcome, relation) {
        relation::check_deletion(&changed, relation)?;
    }
    Answer::tagged(changed.outcome.ok_or(TAKEN_AWAY)?)
}

/// How the right of this item is taken away.
///
/// # Errors
/// - 403 when the token lacks the scope for it
/// - 404 for an id that no item has
fn revocation<P: Ports>(call: &Call<'_, P>, item_id: &str) -> Result<Revocation, Failure> {
    let (kind, id) = item_id.split_once('.').ok_or(Failure::NotFound)?;
    let one = |change, row| Revocation { change, relation: None, row, ids: [id.into(), "".into()] };
    let (relation, row): (&'static Relation, _) = match kind {
        "role" => {
            require(call, &["user:write"])?;
            return Ok(one(users::store::remove(id), "user_roles WHERE ?2 = '' AND id = ?1"));
        }
        "connection" => {
            require(call, &["connection:delete"])?;
            return Ok(one(connections::store::delete_anywhere(id), "connections WHERE ?2 = '' AND id = ?1"));
        }
        "client" => {
            let change = Change::new("review.revoke", String::new(), Statement::new(BY_TYPE, []));
            return Ok(one(change, "clients WHERE ?2 = '' AND id = ?1"));
        }
        "member" => (&endpoint_users::GROUP_USERS, "access_group_users WHERE user_id = ?1 AND access_group_id = ?2"),
        "user_group" => (
            &group_links::ACCESS_GROUP_GROUPS,
            "access_group_user_groups WHERE user_group_id = ?1 AND access_group_id = ?2",
        ),
        "group_member" => {
            (&user_groups::USER_GROUP_USERS, "user_group_users WHERE user_group_id = ?1 AND user_id = ?2")
        }
        "permission" => (&groups::GROUP_PERMISSIONS, "permissions WHERE id = ?1 AND access_group_id = ?2"),
        _ => return Err(Failure::NotFound),
    };
    call.require_endpoint_scopes(ENDPOINT_DELETE)?;
    let (first, second) = id.split_once('.').ok_or(Failure::NotFound)?;
    // Only a member of a group of users is named behind the group.
    let (parent, child) = if kind == "group_member" { (first, second) } else { (second, first) };
    let change = relation::deletion(relation, parent, child).map_err(|_| Failure::NotFound)?;
    Ok(Revocation { change, relation: Some(relation), row, ids: [first.into(), second.into()] })
}

/// Requires a scope beside the route's.
///
/// # Errors
/// 403 when the token lacks it.
fn require<P: Ports>(call: &Call<'_, P>, scopes: &'static [&'static str]) -> Result<(), Failure> {
    if scopes.iter().all(|scope| call.principal.scopes.holds(scope)) { Ok(()) } else { Err(Failure::Scope(scopes)) }
}
