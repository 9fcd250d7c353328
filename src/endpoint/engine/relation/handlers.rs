//! The operations of a relation (spec/esystems.md §2.2): POST adds one record, PATCH adds or updates up to 1,000 at
//! once, DELETE takes one away.
//!
//! All items of a PATCH go into one JSON parameter, and all statements into one batch: either every item takes effect
//! or none does. An item that names a record that does not exist is 400, and nothing changes.

use serde_json::{Value, json};

use crate::base::failure::{Failure, Rule};
use crate::base::object::object;
use crate::db::statement::Row;
use crate::endpoint::engine::lookup::{LookupField, Selector};
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::query::query;
use crate::endpoint::engine::relation::definition::{LONGEST_VALUE, Relation, RelationTarget};
use crate::endpoint::engine::relation::extra::extra_fields;
use crate::endpoint::engine::relation::items::{content, item, items, prefixed, unknown_field};
use crate::endpoint::engine::relation::sql::{Deletion, NameFields, Others, RelationStatements};
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::change::Change;
use crate::request::changed::Changed;

/// The largest body of a PATCH, in bytes.
pub const LARGEST_BODY: usize = 512 * 1024;

object! {
    /// What the database knows before a POST or a PATCH.
    struct RelationFacts {
        /// How many parents the path means; see [`Matched`].
        matched: u8,
        /// Whether the parent refuses changes; see [`Matched`].
        locked: Option<u8>,
        /// The first item whose name does not mean exactly one record.
        unclear: Option<Unclear>,
    }
}

object! {
    /// What the database knows before a DELETE.
    struct DeletionFacts {
        /// How many parents the path means; see [`Matched`].
        matched: u8,
        /// Whether the parent refuses changes; see [`Matched`].
        locked: Option<u8>,
        /// How many records the path names second: 0, 1, or 2 for several.
        children: u8,
    }
}

object! {
    /// An item whose name does not mean exactly one record.
    struct Unclear {
        /// Its place among the items, counted from 0.
        at: usize,
        /// How many records the name means: 0, or 2 for several.
        found: u8,
        /// 1 when it is the name of the second record.
        is_second: u8,
    }
}

/// `POST`: adds one record. When it is there already, updates it.
///
/// # Errors
/// - 400 for a path, a query or a body that does not fit.
/// - 404 when the path names no parent, 400 when it names several.
/// - The refusal of a parent that is locked.
/// - 400 when the item names no record, or several.
pub async fn insert<P: Ports>(call: &Call<'_, P>, relation: &'static Relation) -> Result<Answer, Failure> {
    let parent = Selector::of_path(call, relation.parent)?;
    let mut body = Fields::new(call.object(body::LIMIT).await?);
    body.repeats(relation.record.names());
    let target = relation.target.map(|target| named(&mut body, target)).transpose()?;
    let is_given = |value: &Value| !value.is_null() && value.get("Value").and_then(Value::as_str) != Some("");
    let second = relation.second.filter(|second| body.get(second.property).is_some_and(is_given));
    let second = second.map(|second| named(&mut body, second)).transpose()?;
    let content = content(&mut body, relation);
    body.finish()?;
    let names = [&target, &second].map(|name| name.as_ref().map(|(field, value)| (*field, value.as_str())));
    let items = json!([item(names, content, relation)?]);
    let [target, second] = names.map(|name| name.map(|(field, _)| field));
    let sql = RelationStatements::new(relation, &parent, NameFields { target, second }, &items, call.now());
    run(call, relation, Items::One, Others::Stay, &sql).await
}

/// Reads the property of a body that names a record: `{"Field", "Value"}`. Answers the field and its value.
fn named(
    body: &mut Fields,
    RelationTarget { property, lookup }: RelationTarget,
) -> Result<(&'static LookupField, String), Failure> {
    let mut named = body.nested(property)?;
    let field = named.text("Field", LONGEST_VALUE);
    let value = named.required_text("Value", LONGEST_VALUE).unwrap_or_default();
    named.finish().map_err(|failure| prefixed(failure, &format!("{property}.")))?;
    let field = lookup.field(field.as_deref()).ok_or_else(|| unknown_field(property, lookup))?;
    Ok((field, value))
}

/// `PATCH`: adds or updates many records. The body is `{"Extra": [ListValidation, …], "<collection>": [item, …]}`, with or
/// without `IsFullValidation`: all items are always checked.
/// `DeleteNotExists=true` removes the records that are not in the body. Answers the records of the body, in its order.
///
/// # Errors
/// - 403 when the records that are not in the body would go, and the caller may not delete.
/// - 400 for a path, a query or a body that does not fit; the sentence says which item.
/// - 404 when the path names no parent, 400 when it names several.
/// - The refusal of a parent that is locked.
/// - 400 when an item names no record, or several.
pub async fn upsert_all<P: Ports>(call: &Call<'_, P>, relation: &'static Relation) -> Result<Answer, Failure> {
    let others = match query(call, "DeleteNotExists")?.unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "false" => Others::Stay,
        "true" => Others::Go,
        _ => return Err(Failure::Unfit("DeleteNotExists: neither true nor false".to_owned())),
    };
    if others == Others::Go {
        call.require_endpoint_scopes(relation.replace_all)?;
    }
    let parent = Selector::of_path(call, relation.parent)?;
    let mut body = Fields::new(call.object(LARGEST_BODY).await?);
    let extra = body.take("Extra");
    let mut collection = body.take(relation.collection);
    body.boolean("IsFullValidation");
    body.finish()?;
    let fields = extra_fields(extra, &mut collection, relation)?;
    let items = items(collection, fields, relation)?;
    let sql = RelationStatements::new(relation, &parent, fields, &items, call.now());
    run(call, relation, Items::Many, others, &sql).await
}

/// `DELETE …/{SubId}`: deletes one record and answers it.
///
/// # Errors
/// In this order:
/// - 400 for a path or a query that does not fit.
/// - 404 when the path names no parent, 400 when it names several.
/// - The refusal of a parent that is locked.
/// - 404 when the path names no record of the parent, 400 when it names several.
pub async fn delete<P: Ports>(call: &Call<'_, P>, relation: &'static Relation) -> Result<Answer, Failure> {
    let parent = Selector::of_path(call, relation.parent)?;
    let child = Selector::of_sub_path(call, relation.child)?;
    let changed = call.change(deletion_of(relation, &parent, &child)).await?;
    check_deletion(&changed, relation)?;
    let record = changed.outcome.and_then(Row::first);
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not deleted".to_owned()))
}

/// The change that a `DELETE` makes of the records with these ids.
///
/// # Errors
/// 400 for an id that no record can have.
pub fn deletion(relation: &'static Relation, parent: &str, child: &str) -> Result<Change, Failure> {
    let (parent, child) = (relation.parent.selector(None, parent)?, relation.child.selector(None, child)?);
    Ok(deletion_of(relation, &parent, &child))
}

fn deletion_of(relation: &Relation, parent: &Selector, child: &Selector) -> Change {
    let Deletion { facts, kept, named, delete } = Deletion::new(relation, parent, child);
    Change::new(relation.actions.delete, String::new(), delete).named(named).facts(facts).kept(Some(kept), None)
}

/// What a `DELETE` refuses, by the facts of its change.
///
/// # Errors
/// Those of [`delete`] behind the path and the query.
pub fn check_deletion(changed: &Changed, relation: &Relation) -> Result<(), Failure> {
    let DeletionFacts { matched, locked, children } = changed.read_facts()?.ok_or_else(no_facts)?;
    Matched { matched, locked }.one_open(relation.parent)?;
    Matched { matched: children, locked: None }.one()
}

fn no_facts() -> Failure {
    Failure::Internal("a change without facts".to_owned())
}

/// How many items a body has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Items {
    One,
    Many,
}

/// Makes the change of a POST or a PATCH, and answers the records of its items.
async fn run<P: Ports>(
    call: &Call<'_, P>,
    relation: &'static Relation,
    items: Items,
    others: Others,
    sql: &RelationStatements<'_>,
) -> Result<Answer, Failure> {
    let change = |action| Change::new(action, String::new(), sql.touch());
    let (change, answer) = match items {
        Items::One => (change(relation.actions.insert).named(sql.named_one()), sql.one()),
        Items::Many => (change(relation.actions.upsert_all).named_parts(sql.named(others)), sql.all()),
    };
    let steps = (others == Others::Go).then(|| sql.delete_others()).into_iter().chain([sql.insert()]).collect();
    let change = change.facts(sql.facts()).steps(steps).answer(answer.clone()).kept(None, Some(answer));
    let changed = call.change(change).await?;
    let RelationFacts { matched, locked, unclear } = changed.read_facts()?.ok_or_else(no_facts)?;
    Matched { matched, locked }.one_open(relation.parent)?;
    let named =
        if unclear.as_ref().is_some_and(|unclear| unclear.is_second == 1) { relation.second } else { relation.target };
    match (unclear, named, changed.outcome.and_then(Row::first)) {
        (None, _, Some(answer)) => Ok(Answer::bare(answer)),
        (Some(Unclear { at, found: 0, .. }), Some(RelationTarget { property, .. }), _) => {
            let place = if items == Items::One { String::new() } else { format!("{}[{at}].", relation.collection) };
            Err(Failure::invalid(format!("$.{place}{property}"), Rule::Unknown))
        }
        (Some(_), ..) => Err(Failure::MultipleRows),
        (None, _, None) => Err(Failure::Internal("a change that nothing forbids was not made".to_owned())),
    }
}
