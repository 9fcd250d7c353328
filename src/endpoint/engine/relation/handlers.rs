//! The operations of a relation (spec/esystems.md §2.2): POST adds one record, PATCH adds or updates up to 1,000 at
//! once, DELETE takes one away.
//!
//! All items of a PATCH go into one JSON parameter, and all statements into one batch: either every item takes effect
//! or none does. An item that names a record that does not exist is 400, and nothing changes.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::base::parse::{self, FromObject};
use crate::db::statement::{Row, Statement};
use crate::endpoint::engine::lookup::{Lookup, LookupField, Selector};
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::query::query;
use crate::endpoint::engine::relation::definition::{LONGEST_VALUE, MOST_ITEMS, Relation, RelationTarget};
use crate::endpoint::engine::relation::sql::{Deletion, RelationStatements};
use crate::http::Answer;
use crate::http::body::{self, type_name};
use crate::http::fields::Fields;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::change::Change;

/// The largest body of a PATCH, in bytes.
const LARGEST_BODY: usize = 512 * 1024;
/// The most mistakes of one body that an answer lists.
const MOST_MISTAKES: usize = 20;

/// What the database knows before a POST or a PATCH.
#[derive(Deserialize)]
struct RelationFacts {
    /// How many parents the path means; see [`Matched`].
    matched: u8,
    /// Whether the parent refuses changes; see [`Matched`].
    locked: Option<u8>,
    /// The first item whose name does not mean exactly one record.
    unclear: Option<Unclear>,
}

/// What the database knows before a DELETE.
#[derive(Deserialize)]
struct DeletionFacts {
    /// How many parents the path means; see [`Matched`].
    matched: u8,
    /// Whether the parent refuses changes; see [`Matched`].
    locked: Option<u8>,
    /// How many records the path names second: 0, 1, or 2 for several.
    children: u8,
}

/// An item whose name does not mean exactly one record.
#[derive(Deserialize)]
struct Unclear {
    /// Its place among the items, counted from 0.
    at: usize,
    /// How many records the name means: 0, or 2 for several.
    found: u8,
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
    let named = match relation.target {
        None => None,
        Some(RelationTarget { property, lookup }) => {
            let mut named = body.nested(property)?;
            let field = named.text("Field", LONGEST_VALUE);
            let value = named.required_text("Value", LONGEST_VALUE).unwrap_or_default();
            named.finish().map_err(|failure| prefixed(failure, &format!("{property}.")))?;
            let field = lookup.field(field.as_deref()).ok_or_else(|| unknown_field(property, lookup))?;
            Some((field, value))
        }
    };
    let content = content(&mut body, relation);
    body.finish()?;
    let item = item(named.as_ref().map(|(field, value)| (*field, value.as_str())), content, relation)?;
    let items = json!([item]);
    let sql = RelationStatements::new(relation, &parent, named.map(|(field, _)| field), &items, call.now());
    run(call, relation, &parent, Items::One, vec![sql.insert()], &sql).await
}

/// `PATCH`: adds or updates many records. The body is `{"Extra": [{"Name", "FieldName"}], "<collection>": [item, …]}`.
/// `DeleteNotExists=true` removes the records that are not in the body. Answers the records of the body, in its order.
///
/// # Errors
/// - 400 for a path, a query or a body that does not fit; the sentence says which item.
/// - 404 when the path names no parent, 400 when it names several.
/// - The refusal of a parent that is locked.
/// - 400 when an item names no record, or several.
pub async fn upsert_all<P: Ports>(call: &Call<'_, P>, relation: &'static Relation) -> Result<Answer, Failure> {
    let parent = Selector::of_path(call, relation.parent)?;
    let delete_others = match query(call, "DeleteNotExists")?.unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "false" => false,
        "true" => true,
        _ => return Err(Failure::Unfit("DeleteNotExists: neither true nor false".to_owned())),
    };
    let mut body = call.object(LARGEST_BODY).await?;
    let field = match relation.target {
        None => None,
        Some(target) => Some(extra_field(body.remove("Extra"), target)?),
    };
    let items = items(body.remove(relation.collection), field, relation)?;
    let sql = RelationStatements::new(relation, &parent, field, &items, call.now());
    let steps = delete_others.then(|| sql.delete_others()).into_iter().chain([sql.insert()]).collect();
    run(call, relation, &parent, Items::Many, steps, &sql).await
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
    let Deletion { facts, kept, delete } = Deletion::new(relation, &parent, &child);
    let subject = format!("{}/{}", relation.child.word, child.label());
    let changed =
        call.change(Change::new(relation.actions.delete, subject, delete).facts(facts).kept(Some(kept), None)).await?;
    let DeletionFacts { matched, locked, children } = changed.read_facts()?.ok_or_else(no_facts)?;
    Matched { matched, locked }.one_open(relation.parent)?;
    Matched { matched: children, locked: None }.one()?;
    let record = changed.outcome.and_then(Row::first);
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not deleted".to_owned()))
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

/// Makes the change of a POST or a PATCH, and answers the records of its items. `steps` write the items.
async fn run<P: Ports>(
    call: &Call<'_, P>,
    relation: &'static Relation,
    parent: &Selector,
    items: Items,
    steps: Vec<Statement>,
    sql: &RelationStatements<'_>,
) -> Result<Answer, Failure> {
    let (action, field) = match items {
        Items::One => (relation.actions.insert, relation.target.map_or("PermissionId", |target| target.property)),
        Items::Many => (relation.actions.upsert_all, relation.collection),
    };
    let subject = format!("{}/{}", relation.parent.word, parent.label());
    let answer = if items == Items::One { sql.one() } else { sql.all() };
    let change = Change::new(action, subject, sql.touch())
        .fields([field])
        .facts(sql.facts())
        .steps(steps)
        .answer(answer.clone())
        .kept(None, Some(answer));
    let changed = call.change(change).await?;
    let RelationFacts { matched, locked, unclear } = changed.read_facts()?.ok_or_else(no_facts)?;
    Matched { matched, locked }.one_open(relation.parent)?;
    match (unclear, relation.target, changed.outcome.and_then(Row::first)) {
        (None, _, Some(answer)) => Ok(Answer::bare(answer)),
        (Some(Unclear { at, found: 0 }), Some(RelationTarget { property, .. }), _) => {
            let place = if items == Items::One { String::new() } else { format!("{field}[{at}].") };
            Err(Failure::invalid(format!("$.{place}{property}"), Rule::Unknown))
        }
        (Some(_), ..) => Err(Failure::MultipleRows),
        (None, _, None) => Err(Failure::Internal("a change that nothing forbids was not made".to_owned())),
    }
}

/// The items of a PATCH as the JSON that [`RelationStatements`] takes.
///
/// # Errors
/// 400 with the mistakes of every item, up to [`MOST_MISTAKES`].
fn items(
    collection: Option<Value>,
    field: Option<&'static LookupField>,
    relation: &Relation,
) -> Result<Value, Failure> {
    let name = relation.collection;
    let cast = |entry: String, actual: &Value, expected| Invalid {
        entry,
        rule: Rule::Cast { expected, actual: type_name(actual) },
    };
    let list = match collection {
        Some(Value::Array(list)) => list,
        None => return Err(Failure::invalid(format!("$.{name}"), Rule::Required { property: name })),
        Some(other) => return Err(Failure::Invalid(vec![cast(format!("$.{name}"), &other, "array")])),
    };
    if list.len() > MOST_ITEMS {
        return Err(Failure::Unfit(format!("{name}: at most {MOST_ITEMS} at once")));
    }
    let (mut items, mut mistakes) = (Vec::with_capacity(list.len()), Vec::new());
    for (at, value) in list.into_iter().enumerate() {
        let place = format!("{name}[{at}].");
        let read = match value {
            Value::Object(object) => one_of_many(object, field, relation).map_err(|failure| prefixed(failure, &place)),
            other => Err(Failure::Invalid(vec![cast(format!("$.{name}[{at}]"), &other, "object")])),
        };
        match read {
            Ok(item) => items.push(item),
            Err(Failure::Invalid(more)) => mistakes.extend(more),
            Err(other) => return Err(other),
        }
        if mistakes.len() >= MOST_MISTAKES {
            break;
        }
    }
    if mistakes.is_empty() { Ok(Value::Array(items)) } else { Err(Failure::Invalid(mistakes)) }
}

/// One item of a PATCH, whose body is `object`.
fn one_of_many(
    object: Map<String, Value>,
    field: Option<&'static LookupField>,
    relation: &Relation,
) -> Result<Value, Failure> {
    let mut body = Fields::new(object);
    let name = relation.target.and_then(|target| body.required_text(target.property, LONGEST_VALUE));
    let content = content(&mut body, relation);
    body.finish()?;
    item(field.zip(name.as_deref()), content, relation)
}

/// What an item holds beside the record that it names.
struct ItemContent {
    /// `PermissionId`, where items have one.
    permission: Option<String>,
    /// `Is_Active`; false where items do not carry it.
    is_active: bool,
}

fn content(body: &mut Fields, relation: &Relation) -> ItemContent {
    let types = relation.permission_types;
    let permission = (!types.is_empty()).then(|| body.required_one_of("PermissionId", types)).flatten();
    let is_active = relation.has_activity.then(|| body.boolean("Is_Active")).flatten().unwrap_or(false);
    ItemContent { permission, is_active }
}

/// One item as the JSON that [`RelationStatements`] takes: `{"t": [values], "p": PermissionId, "a": 0 | 1}`. `t` holds
/// the values that the named record is found by.
fn item(
    named: Option<(&'static LookupField, &str)>,
    content: ItemContent,
    relation: &Relation,
) -> Result<Value, Failure> {
    let names = match named {
        None => Vec::new(),
        Some((field, text)) => field.values(text).ok_or_else(|| {
            let property = relation.target.map_or("", |target| target.property);
            Failure::invalid(format!("$.{property}"), Rule::Unknown)
        })?,
    };
    Ok(json!({ "t": names, "p": content.permission, "a": i32::from(content.is_active) }))
}

/// The field that the items' names are looked up by: the one that `Extra` names, else the first of the lookup.
fn extra_field(extra: Option<Value>, target: RelationTarget) -> Result<&'static LookupField, Failure> {
    let RelationTarget { property, lookup } = target;
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "PascalCase")]
    struct Extra {
        name: String,
        #[serde(default)]
        field_name: String,
    }
    let list: Vec<FromObject<Extra>> = match extra {
        None | Some(Value::Null) => Vec::new(),
        Some(extra) => parse::from_value(extra).map_err(|_| {
            Failure::Unfit("Extra: a list of {\"Name\", \"FieldName\"}; other validations are not offered".to_owned())
        })?,
    };
    let mut field = None;
    for FromObject(extra) in list {
        if extra.name != property {
            return Err(Failure::Unfit(format!("Extra: the one relation here is {property}")));
        }
        field = Some(extra.field_name);
    }
    lookup.field(field.as_deref()).ok_or_else(|| unknown_field(property, lookup))
}

/// 400 for a field that the records are not found by.
fn unknown_field(property: &str, lookup: &Lookup) -> Failure {
    let names: Vec<&str> = lookup.fields.iter().map(|field| field.name).collect();
    Failure::Unfit(format!("{property}: a record is looked up by {}", names.join(", ")))
}

/// The same failure, with `place` before the path of each mistake.
fn prefixed(failure: Failure, place: &str) -> Failure {
    let Failure::Invalid(list) = failure else { return failure };
    let rename = |Invalid { entry, rule }| Invalid { entry: entry.replacen("$.", &format!("$.{place}"), 1), rule };
    Failure::Invalid(list.into_iter().map(rename).collect())
}
