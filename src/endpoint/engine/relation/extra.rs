//! `Extra` of a bulk change: by which field the records are looked up that the items name, and what is asked of every
//! item.

use serde_json::Value;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::members::Members;
use crate::base::parse;
use crate::base::text::short;
use crate::endpoint::engine::entity::Kind;
use crate::endpoint::engine::pattern::Pattern;
use crate::endpoint::engine::relation::definition::{Relation, RelationTarget};
use crate::endpoint::engine::relation::items::unknown_field;
use crate::endpoint::engine::relation::sql::NameFields;
use crate::endpoint::engine::validation::{Bound, Validation, check, default_value, unusable};

/// A property of an item, which `Extra` may name.
#[derive(Clone, Copy)]
pub struct ItemProperty {
    /// Its name.
    pub name: &'static str,
    /// Whether it names a record.
    pub is_relation: bool,
    /// What its values are.
    pub kind: Kind,
}

/// An item of `Extra`: the vendor's `ListValidation`. Its generated clients always send all members. One with its default
/// (null, false or an empty text) asks for nothing.
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

/// The fields that the items' names are looked up by: those that `Extra` names, else the first of each lookup. The items
/// get their defaults and are checked ([`validated`]).
///
/// # Errors
/// 400 for an `Extra` of another shape, for a field that does not exist, and for an item that fails a check.
pub fn extra_fields(
    extra: Option<Value>,
    items: &mut Option<Value>,
    relation: &Relation,
) -> Result<NameFields, Failure> {
    let named = |target: Option<RelationTarget>| {
        target.map(|target| ItemProperty { name: target.property, is_relation: true, kind: Kind::Text })
    };
    let held = |is_held: bool, name, kind| is_held.then_some(ItemProperty { name, is_relation: false, kind });
    let properties: Vec<ItemProperty> = [
        named(relation.target),
        named(relation.second),
        held(!relation.permission_types.is_empty(), "PermissionId", Kind::Text),
        held(relation.has_activity, "Is_Active", Kind::Flag),
    ]
    .into_iter()
    .flatten()
    .collect();
    let names = validated(extra, &properties, items, relation.collection)?;
    let field = |target: Option<RelationTarget>| {
        let Some(RelationTarget { property, lookup }) = target else { return Ok(None) };
        let name = names.iter().rfind(|(named, _)| *named == property).map(|(_, name)| name.as_str());
        lookup.field(name).map(Some).ok_or_else(|| unknown_field(property, lookup))
    };
    Ok(NameFields { target: field(relation.target)?, second: field(relation.second)? })
}

/// The properties whose lookup field `Extra` names, each with the name of that field, in the order of `Extra`. The items
/// of `collection` get the defaults that `Extra` has for them, and are checked by it.
///
/// # Errors
/// 400 for an `Extra` of another shape, for a property that items do not have, for a member that cannot be used, and for
/// an item that fails a check.
pub fn validated(
    extra: Option<Value>,
    properties: &[ItemProperty],
    items: &mut Option<Value>,
    collection: &str,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let list = Extra::list(extra.as_ref()).ok_or_else(|| {
        Failure::Unfit(
            "Extra: a list of {\"Name\", \"FieldName\", \"Required\", \"Unique\", \"Max\", \"Min\", \"Pattern\", \
             \"DefaultValue\"}, of which only \"Name\" must be there"
                .to_owned(),
        )
    })?;
    let (mut names, mut validations) = (Vec::new(), Vec::new());
    for extra in list {
        let Some(property) = properties.iter().find(|property| property.name == extra.name) else {
            let known: Vec<&str> = properties.iter().map(|property| property.name).collect();
            let (name, known) = (short(&extra.name), known.join(", "));
            return Err(Failure::Unfit(format!("Extra: items have no `{name}`; Name can be {known}")));
        };
        let field = set(extra.field_name.as_deref());
        if property.is_relation {
            names.push((property.name, field.unwrap_or_default().to_owned()));
        } else if field.is_some() {
            return Err(unusable("FieldName", property.name, "it names no record"));
        }
        validations.push(extra.validation(property)?);
    }
    check(items, collection, &validations)?;
    Ok(names)
}

/// A member of `Extra`, unless it is empty.
fn set(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

impl Extra {
    /// Reads the items of `Extra`. `None` when they have another shape.
    fn list(extra: Option<&Value>) -> Option<Vec<Self>> {
        let text = extra.filter(|extra| !extra.is_null()).map_or("[]".to_owned(), json);
        parse::from_str::<Vec<Members<'_>>>(&text).ok()?.iter().map(Self::read).collect()
    }

    fn read(members: &Members<'_>) -> Option<Self> {
        let names = ["Name", "FieldName", "Required", "Unique", "Max", "Min", "Pattern", "DefaultValue"];
        if !members.are_among(&names) {
            return None;
        }
        let text = |name| members.get::<Option<String>>(name).ok();
        Some(Self {
            name: text("Name")??,
            field_name: text("FieldName")?,
            required: members.get("Required").ok()?,
            unique: members.get("Unique").ok()?,
            max: text("Max")?,
            min: text("Min")?,
            pattern: text("Pattern")?,
            default_value: text("DefaultValue")?,
        })
    }

    /// What it asks of the property.
    fn validation(&self, property: &ItemProperty) -> Result<Validation, Failure> {
        let ItemProperty { name, kind, .. } = *property;
        let bound = |member, text: &Option<String>| {
            let bound = set(text.as_deref()).map(|text| Bound::new(kind, text)).transpose();
            bound.map_err(|why| unusable(member, name, &why))
        };
        let pattern = set(self.pattern.as_deref()).map(Pattern::new).transpose();
        Ok(Validation {
            name,
            kind,
            is_required: self.required == Some(true),
            is_unique: self.unique == Some(true),
            pattern: pattern.map_err(|why| unusable("Pattern", name, why))?,
            bounds: [bound("Max", &self.max)?, bound("Min", &self.min)?],
            default: set(self.default_value.as_deref()).and_then(|text| default_value(kind, text)),
        })
    }
}
