//! The items of a body: what each holds, and the record that it names.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::base::parse::{self, FromObject};
use crate::endpoint::engine::lookup::{Lookup, LookupField};
use crate::endpoint::engine::relation::definition::{LONGEST_VALUE, MOST_ITEMS, Relation, RelationTarget};
use crate::http::body::type_name;
use crate::http::fields::Fields;

/// The most mistakes of one body that an answer lists.
const MOST_MISTAKES: usize = 20;

/// The items of a PATCH as the JSON that `RelationStatements` takes.
///
/// # Errors
/// 400 with the mistakes of every item, up to [`MOST_MISTAKES`].
pub fn items(
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

/// One item as the JSON that `RelationStatements` takes: `{"t": [values], "p": PermissionId, "a": 0 | 1}`. `t` holds
/// the values that the named record is found by.
pub fn item(
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
pub fn extra_field(extra: Option<Value>, target: RelationTarget) -> Result<&'static LookupField, Failure> {
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
