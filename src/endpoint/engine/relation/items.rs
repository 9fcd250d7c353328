//! The items of a body: what each holds, and the record that it names.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::base::parse::{self, FromObject};
use crate::base::text::short;
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
    body.repeats(relation.record.names());
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

/// The field that the items' names are looked up by: the one that `Extra` names, else the first of the lookup. `None`
/// where items name no record.
///
/// The members of an item of `Extra` are those of the vendor's `ListValidation`; its generated clients always send all
/// of them. One with its default (null, false or an empty text) asks for nothing.
///
/// # Errors
/// 400 for an `Extra` of another shape, for a validation that is not offered, and for a field that does not exist.
pub fn extra_field(extra: Option<Value>, relation: &Relation) -> Result<Option<&'static LookupField>, Failure> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "PascalCase")]
    struct Extra {
        name: String,
        field_name: Option<String>,
        /// The named record and `PermissionId` are required anyway.
        required: Option<bool>,
        unique: Option<bool>,
        max: Option<String>,
        min: Option<String>,
        pattern: Option<String>,
        default_value: Option<String>,
    }
    let list: Vec<FromObject<Extra>> = match extra {
        None | Some(Value::Null) => Vec::new(),
        Some(extra) => parse::from_value(extra).map_err(|_| {
            Failure::Unfit(
                "Extra: a list of {\"Name\", \"FieldName\", \"Required\", \"Unique\", \"Max\", \"Min\", \"Pattern\", \
                 \"DefaultValue\"}, of which only \"Name\" must be there"
                    .to_owned(),
            )
        })?,
    };
    let is_set = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    let mut field = None;
    for FromObject(extra) in list {
        let is_relation = relation.target.is_some_and(|target| target.property == extra.name);
        let is_permission = !relation.permission_types.is_empty() && extra.name == "PermissionId";
        let is_activity = relation.has_activity && extra.name == "Is_Active";
        if !is_relation && !is_permission && !is_activity {
            let property = relation.target.map_or("PermissionId", |target| target.property);
            return Err(Failure::Unfit(format!(
                "Extra: items have no `{}`; Name can be {property}",
                short(&extra.name)
            )));
        }
        let asked = [
            ("FieldName", is_set(&extra.field_name) && !is_relation),
            ("Required", extra.required == Some(true) && is_activity),
            ("Unique", extra.unique == Some(true)),
            ("Max", is_set(&extra.max)),
            ("Min", is_set(&extra.min)),
            ("Pattern", is_set(&extra.pattern)),
            ("DefaultValue", is_set(&extra.default_value)),
        ];
        if let Some((member, _)) = asked.iter().find(|(_, is_asked)| *is_asked) {
            return Err(Failure::Unfit(format!("Extra: {member} of {} is not offered; leave it out", extra.name)));
        }
        if is_relation {
            field = extra.field_name;
        }
    }
    let Some(RelationTarget { property, lookup }) = relation.target else { return Ok(None) };
    lookup.field(field.as_deref()).map(Some).ok_or_else(|| unknown_field(property, lookup))
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
