//! The records that belong to another: a group's permissions and users, a user's groups, a role's permissions.
//! POST adds one, PATCH adds or updates up to 1,000 at once, DELETE takes one away (spec/esystems.md §2.2).
//!
//! All items of a PATCH go into one JSON parameter, and the whole of it is one batch: every item has its effect
//! or none has. What an item names must exist: else 400, and nothing has changed.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::base::parse;
use crate::base::parse::FromObject;
use crate::db::statement::{Row, Statement};
use crate::endpoint::engine::lookup::{Key, Lookup, Target};
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::permission_types::PERMISSION_TYPES;
use crate::endpoint::engine::query::query;
use crate::endpoint::engine::relation::definition::{Content, LONGEST_VALUE, MOST_ITEMS, Relation};
use crate::endpoint::engine::relation::sql::{Deletion, Sql};
use crate::http::body::type_name;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::change::Change;

const LARGEST_BODY: usize = 512 * 1024;
/// As many mistakes of one body as an answer tells.
const MOST_MISTAKES: usize = 20;

#[derive(Deserialize)]
struct Facts {
    matched: u8,
    locked: Option<u8>,
    /// The first item whose name does not mean exactly one record.
    unclear: Option<Unclear>,
}

#[derive(Deserialize)]
struct Unclear {
    at: usize,
    found: u8,
}

/// `POST`: one record, or the same again when it is there.
///
/// # Errors
/// 404 and 400 for the parent, its refusal if it is locked, 400 for what does not fit.
pub async fn insert<P: Ports>(call: &Call<'_, P>, relation: &'static Relation) -> Result<Answer, Failure> {
    let parent = Target::of_path(call, relation.parent)?;
    let mut body = Fields::new(call.object(body::LIMIT).await?);
    let key = match relation.target {
        None => None,
        Some((property, lookup)) => {
            let mut named = body.nested(property)?;
            let field = named.text("Field", LONGEST_VALUE);
            let value = named.required_text("Value", LONGEST_VALUE).unwrap_or_default();
            named.finish().map_err(|failure| prefixed(failure, &format!("{property}.")))?;
            let key = lookup.key(field.as_deref()).ok_or_else(|| unknown_key(property, lookup))?;
            Some((key, value))
        }
    };
    let content = content(&mut body, relation);
    body.finish()?;
    let item = item(key.as_ref().map(|(key, value)| (*key, value.as_str())), content, relation)?;
    let items = json!([item]);
    let sql = Sql::new(relation, &parent, key.map(|(key, _)| key), &items, call.now());
    run(call, relation, &parent, Items::One, vec![sql.insert()], &sql).await
}

/// `PATCH`: `{"Extra": [{"Name", "FieldName"}], "<collection>": [item, …]}`. `DeleteNotExists=true` takes away what
/// is not in the body. Answers the records of the body, in its order.
///
/// # Errors
/// As [`insert`]; the sentence of a 400 says which item.
pub async fn upsert_all<P: Ports>(call: &Call<'_, P>, relation: &'static Relation) -> Result<Answer, Failure> {
    let parent = Target::of_path(call, relation.parent)?;
    let delete_others = match query(call, "DeleteNotExists")?.unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "false" => false,
        "true" => true,
        _ => return Err(Failure::Unfit("DeleteNotExists: neither true nor false".to_owned())),
    };
    let mut body = call.object(LARGEST_BODY).await?;
    let key = match relation.target {
        None => None,
        Some((property, lookup)) => Some(extra_key(body.remove("Extra"), property, lookup)?),
    };
    let items = items(body.remove(relation.collection), key, relation)?;
    let sql = Sql::new(relation, &parent, key, &items, call.now());
    let steps = delete_others.then(|| sql.delete_others()).into_iter().chain([sql.insert()]).collect();
    run(call, relation, &parent, Items::Many, steps, &sql).await
}

/// `DELETE …/{SubId}`: answers the deleted record. Checks in order: 400 for what cannot be read, then the parent
/// (404, 400 several, its refusal), then the record (404, 400 several).
///
/// # Errors
/// As said.
pub async fn delete<P: Ports>(call: &Call<'_, P>, relation: &'static Relation) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    struct Found {
        matched: u8,
        locked: Option<u8>,
        children: u8,
    }
    let parent = Target::of_path(call, relation.parent)?;
    let child = Target::of_sub_path(call, relation.child)?;
    let [.., action] = relation.actions;
    let Deletion { facts, kept, delete } = Deletion::new(relation, &parent, &child);
    let subject = format!("{}/{}", relation.child.word, child.label());
    let changed = call.change(Change::new(action, subject, delete).facts(facts).kept(Some(kept), None)).await?;
    let Found { matched, locked, children } = changed.read_facts()?.ok_or_else(no_facts)?;
    Matched { matched, locked }.one_open(relation.parent)?;
    Matched { matched: children, locked: None }.one()?;
    let record = changed.outcome.and_then(Row::first);
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not deleted".to_owned()))
}

fn no_facts() -> Failure {
    Failure::Internal("a change without facts".to_owned())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Items {
    One,
    Many,
}

async fn run<P: Ports>(
    call: &Call<'_, P>,
    relation: &'static Relation,
    parent: &Target,
    items: Items,
    steps: Vec<Statement>,
    sql: &Sql<'_>,
) -> Result<Answer, Failure> {
    let [one, many, _] = relation.actions;
    let (action, field) = match items {
        Items::One => (one, relation.target.map_or("PermissionId", |(property, _)| property)),
        Items::Many => (many, relation.collection),
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
    let Facts { matched, locked, unclear } = changed.read_facts()?.ok_or_else(no_facts)?;
    Matched { matched, locked }.one_open(relation.parent)?;
    match (unclear, relation.target, changed.outcome.and_then(Row::first)) {
        (None, _, Some(answer)) => Ok(Answer::bare(answer)),
        (Some(Unclear { at, found: 0 }), Some((property, _)), _) => {
            let place = if items == Items::One { String::new() } else { format!("{field}[{at}].") };
            Err(Failure::invalid(format!("$.{place}{property}"), Rule::Unknown))
        }
        (Some(_), ..) => Err(Failure::MultipleRows),
        (None, _, None) => Err(Failure::Internal("a change that nothing forbids was not made".to_owned())),
    }
}

/// The items of a PATCH, each with its own mistakes.
fn items(collection: Option<Value>, key: Option<&'static Key>, relation: &Relation) -> Result<Value, Failure> {
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
            Value::Object(object) => one_of_many(object, key, relation).map_err(|failure| prefixed(failure, &place)),
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

fn one_of_many(object: Map<String, Value>, key: Option<&'static Key>, relation: &Relation) -> Result<Value, Failure> {
    let mut body = Fields::new(object);
    let name = relation.target.and_then(|(property, _)| body.required_text(property, LONGEST_VALUE));
    let content = content(&mut body, relation);
    body.finish()?;
    item(key.zip(name.as_deref()), content, relation)
}

struct ItemContent {
    permission: Option<String>,
    is_active: bool,
}

fn content(body: &mut Fields, relation: &Relation) -> ItemContent {
    let has_permission = relation.content != Content::Nothing;
    let permission = has_permission.then(|| body.required_one_of("PermissionId", PERMISSION_TYPES)).flatten();
    let with_activity = relation.content == Content::PermissionOfRole;
    let is_active = with_activity.then(|| body.boolean("Is_Active")).flatten().unwrap_or(false);
    ItemContent { permission, is_active }
}

/// `{"t": [what the named record may be called], "p": permission type, "a": 0 | 1}`
fn item(named: Option<(&'static Key, &str)>, content: ItemContent, relation: &Relation) -> Result<Value, Failure> {
    let names = match named {
        None => Vec::new(),
        Some((key, text)) => key.values(text).ok_or_else(|| {
            let property = relation.target.map_or("", |(property, _)| property);
            Failure::invalid(format!("$.{property}"), Rule::Unknown)
        })?,
    };
    Ok(json!({ "t": names, "p": content.permission, "a": i32::from(content.is_active) }))
}

/// The field that `Extra` names for looking up `property`; its `Id` when there is none.
fn extra_key(extra: Option<Value>, property: &'static str, lookup: &'static Lookup) -> Result<&'static Key, Failure> {
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
    lookup.key(field.as_deref()).ok_or_else(|| unknown_key(property, lookup))
}

fn unknown_key(property: &str, lookup: &Lookup) -> Failure {
    let names: Vec<&str> = lookup.keys.iter().map(|key| key.name).collect();
    Failure::Unfit(format!("{property}: a record is looked up by {}", names.join(", ")))
}

fn prefixed(failure: Failure, place: &str) -> Failure {
    let Failure::Invalid(list) = failure else { return failure };
    let rename = |Invalid { entry, rule }| Invalid { entry: entry.replacen("$.", &format!("$.{place}"), 1), rule };
    Failure::Invalid(list.into_iter().map(rename).collect())
}
