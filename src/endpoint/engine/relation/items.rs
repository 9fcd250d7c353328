//! The items of a body: what each holds, and the record that it names.

use serde_json::{Map, Value, json};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::endpoint::engine::lookup::{Lookup, LookupField};
use crate::endpoint::engine::relation::definition::{LONGEST_VALUE, MOST_ITEMS, Relation, RelationTarget};
use crate::endpoint::engine::relation::sql::NameFields;
use crate::endpoint::engine::validation::MOST_MISTAKES;
use crate::http::body::type_name;
use crate::http::fields::Fields;

/// The items of a PATCH as the JSON that `RelationStatements` takes.
///
/// # Errors
/// 400 with the mistakes of every item, up to [`MOST_MISTAKES`].
pub fn items(collection: Option<Value>, fields: NameFields, relation: &Relation) -> Result<Value, Failure> {
    objects(collection, relation.collection, |object| one_of_many(object, fields, relation)).map(Value::Array)
}

/// The objects of a collection, each as `read` makes it.
///
/// # Errors
/// 400 when it is no list of objects or has more than [`MOST_ITEMS`], and with the mistakes of every object, up to
/// [`MOST_MISTAKES`].
pub fn objects<T>(
    collection: Option<Value>,
    name: &'static str,
    mut read: impl FnMut(Map<String, Value>) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
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
            Value::Object(object) => read(object).map_err(|failure| prefixed(failure, &place)),
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
    if mistakes.is_empty() { Ok(items) } else { Err(Failure::Invalid(mistakes)) }
}

/// One item of a PATCH, whose body is `object`.
fn one_of_many(object: Map<String, Value>, fields: NameFields, relation: &Relation) -> Result<Value, Failure> {
    let mut body = Fields::new(object);
    body.repeats(relation.record.names());
    let name = relation.target.and_then(|target| body.required_text(target.property, LONGEST_VALUE));
    let second = relation.second.and_then(|second| body.text(second.property, LONGEST_VALUE));
    let second = second.filter(|name| !name.is_empty());
    let content = content(&mut body, relation);
    body.finish()?;
    item([fields.target.zip(name.as_deref()), fields.second.zip(second.as_deref())], content, relation)
}

/// What an item holds beside the record that it names.
pub struct ItemContent {
    /// `PermissionId`, where items have one.
    pub permission: Option<String>,
    /// `Is_Active`; false where items do not carry it.
    pub is_active: bool,
}

/// Reads what an item holds beside the record that it names.
pub fn content(body: &mut Fields, relation: &Relation) -> ItemContent {
    let types = relation.permission_types;
    let permission = (!types.is_empty()).then(|| body.required_one_of("PermissionId", types)).flatten();
    let is_active = relation.has_activity.then(|| body.boolean("Is_Active")).flatten().unwrap_or(false);
    ItemContent { permission, is_active }
}

/// A name in an item: the field that it is a value of, and the value.
pub type ItemName<'a> = Option<(&'static LookupField, &'a str)>;

/// One item as the JSON that `RelationStatements` takes. `names` are those of the record and of the second one.
pub fn item(names: [ItemName<'_>; 2], content: ItemContent, relation: &Relation) -> Result<Value, Failure> {
    let values = |name: ItemName<'_>, target: Option<RelationTarget>| {
        let Some((field, text)) = name else { return Ok(None) };
        let property = target.map_or("", |target| target.property);
        let unknown = || Failure::invalid(format!("$.{property}"), Rule::Unknown);
        field.values(text).map(Some).ok_or_else(unknown)
    };
    let [target, second] = names;
    let (target, second) = (values(target, relation.target)?, values(second, relation.second)?);
    let target = target.unwrap_or_default();
    Ok(json!({ "t": target, "s": second, "p": content.permission, "a": i32::from(content.is_active) }))
}

/// 400 for a field that the records are not found by.
pub fn unknown_field(property: &str, lookup: &Lookup) -> Failure {
    let names: Vec<&str> = lookup.fields.iter().map(|field| field.name).collect();
    Failure::Unfit(format!("{property}: a record is looked up by {}", names.join(", ")))
}

/// The same failure, with `place` before the path of each mistake.
pub fn prefixed(failure: Failure, place: &str) -> Failure {
    let Failure::Invalid(list) = failure else { return failure };
    let rename = |Invalid { entry, rule }| Invalid { entry: entry.replacen("$.", &format!("$.{place}"), 1), rule };
    Failure::Invalid(list.into_iter().map(rename).collect())
}
