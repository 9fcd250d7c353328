//! `Extra` of a bulk change: by which field the records are looked up that the items name.

use serde::Deserialize;
use serde_json::Value;

use crate::base::failure::Failure;
use crate::base::parse::{self, FromObject};
use crate::base::text::short;
use crate::endpoint::engine::relation::definition::{Relation, RelationTarget};
use crate::endpoint::engine::relation::items::unknown_field;
use crate::endpoint::engine::relation::sql::NameFields;

/// A property of an item, which `Extra` may name.
#[derive(Clone, Copy)]
pub struct ItemProperty {
    /// Its name.
    pub name: &'static str,
    /// Whether it names a record.
    pub is_relation: bool,
    /// Whether every item must have it.
    pub is_required: bool,
}

/// An item of `Extra`: the vendor's `ListValidation`. Its generated clients always send all members. One with its default
/// (null, false or an empty text) asks for nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Extra {
    name: String,
    field_name: Option<String>,
    required: Option<bool>,
    unique: Option<bool>,
    max: Option<String>,
    min: Option<String>,
    pattern: Option<String>,
    default_value: Option<String>,
}

/// The fields that the items' names are looked up by: those that `Extra` names, else the first of each lookup.
///
/// # Errors
/// 400 for an `Extra` of another shape, for a validation that is not offered, and for a field that does not exist.
pub fn extra_fields(extra: Option<Value>, relation: &Relation) -> Result<NameFields, Failure> {
    let named = |target: Option<RelationTarget>, is_required| {
        target.map(|target| ItemProperty { name: target.property, is_relation: true, is_required })
    };
    let held =
        |is_held: bool, name, is_required| is_held.then_some(ItemProperty { name, is_relation: false, is_required });
    let properties: Vec<ItemProperty> = [
        named(relation.target, true),
        named(relation.second, false),
        held(!relation.permission_types.is_empty(), "PermissionId", true),
        held(relation.has_activity, "Is_Active", false),
    ]
    .into_iter()
    .flatten()
    .collect();
    let names = lookup_names(extra, &properties)?;
    let field = |target: Option<RelationTarget>| {
        let Some(RelationTarget { property, lookup }) = target else { return Ok(None) };
        let name = names.iter().rfind(|(named, _)| *named == property).map(|(_, name)| name.as_str());
        lookup.field(name).map(Some).ok_or_else(|| unknown_field(property, lookup))
    };
    Ok(NameFields { target: field(relation.target)?, second: field(relation.second)? })
}

/// The properties whose lookup field `Extra` names, each with the name of that field, in the order of `Extra`.
///
/// # Errors
/// 400 for an `Extra` of another shape, for a property that items do not have, and for a validation that is not offered.
pub fn lookup_names(extra: Option<Value>, properties: &[ItemProperty]) -> Result<Vec<(&'static str, String)>, Failure> {
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
    let mut names = Vec::new();
    for FromObject(extra) in list {
        let Some(property) = properties.iter().find(|property| property.name == extra.name) else {
            let known: Vec<&str> = properties.iter().map(|property| property.name).collect();
            let (name, known) = (short(&extra.name), known.join(", "));
            return Err(Failure::Unfit(format!("Extra: items have no `{name}`; Name can be {known}")));
        };
        let asked = [
            ("FieldName", is_set(&extra.field_name) && !property.is_relation),
            ("Required", extra.required == Some(true) && !property.is_required),
            ("Unique", extra.unique == Some(true)),
            ("Max", is_set(&extra.max)),
            ("Min", is_set(&extra.min)),
            ("Pattern", is_set(&extra.pattern)),
            ("DefaultValue", is_set(&extra.default_value)),
        ];
        if let Some((member, _)) = asked.iter().find(|(_, is_asked)| *is_asked) {
            return Err(Failure::Unfit(format!("Extra: {member} of {} is not offered; leave it out", extra.name)));
        }
        if property.is_relation {
            names.push((property.name, extra.field_name.unwrap_or_default()));
        }
    }
    Ok(names)
}
