//! The schemas of Endpoint's records and bodies. They follow from the tables that the operations themselves run on.

use crate::node::{Node, map};
use crate::schema::{array, flag, int, nullable, object, one_of, record, reference, text};
use mithril_edge::endpoint::engine::entity::{Entity, Field, Kind, Shown};
use mithril_edge::endpoint::engine::lookup::Lookup;
use mithril_edge::endpoint::engine::records::{ColumnContent, Import, LONGEST_NAME, LONGEST_TEXT, RecordKey, Records};
use mithril_edge::endpoint::engine::relation::{LONGEST_VALUE, MOST_ITEMS, Relation, RelationTarget};

/// Fields and what each of them means.
pub type FieldDescriptions = &'static [(&'static str, &'static str)];

/// The fields that say when and by whom a record was made and changed.
const CHANGES: FieldDescriptions = &[
    ("ModifiedOn", "When the record last changed."),
    ("ModifiedBy", "Who last changed the record. `ExternalId` is the `sub` of the caller's token."),
    ("CreatedOn", "When the record was made."),
    ("CreatedBy", "Who made the record. `ExternalId` is the `sub` of the caller's token."),
];

/// The schemas that every resource's records refer to, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let key = |id: Node| {
        record([
            ("Id", id),
            ("ExternalId", text("The id of the record in another system.")),
            ("Name", text("The name of the record.")),
            ("Type", text("The kind of record.")),
        ])
    };
    vec![
        ("AbstractText", key(text("The primary key of the record."))),
        ("AbstractLong", key(int64().described("The primary key of the record; 0 when the user is not known."))),
        (
            "ListMeta",
            object(
                [
                    (
                        "TotalItems",
                        int(
                            "The number of records on all pages. A filter that no index answers is counted among the first \
                        100,000 records of the list.",
                        ),
                    ),
                    ("CurrentPage", int("The requested page; the first is 0.")),
                    ("PageSize", int("The number of records that a page holds.")),
                    ("Type", text("The kind of the records.")),
                ],
                [(
                    "CutAt",
                    int(
                        "The records are too many for one answer. This one, counted from 0, and those behind it are left \
                         out. The same list with this `Skip` has the rest, and `Link` is its address. After a change, \
                         all records are changed, also those that are left out.",
                    ),
                )],
            ),
        ),
    ]
}

fn int64() -> Node {
    map! { "type": "integer", "format": "int64" }
}

fn field(field: &Field, descriptions: FieldDescriptions) -> Node {
    let schema = match (field.is_key(), field.kind) {
        (true, Kind::Integer) => reference("AbstractLong"),
        (true, _) => reference("AbstractText"),
        (false, Kind::Integer) => int64(),
        (false, Kind::Flag) => map! { "type": "boolean" },
        (false, Kind::Time) => map! { "type": "string", "format": "date-time" },
        (false, Kind::Text | Kind::Id) => map! { "type": "string" },
    };
    // A field without a description is found by a native test.
    let description = descriptions.iter().chain(CHANGES).find(|(name, _)| *name == field.name);
    schema.with_some("description", description.map(|(_, text)| *text))
}

/// Two schemas of a kind of record, by name: the whole record, and the record in a list, where `Fields` may leave
/// members out.
pub fn entity_schemas(
    names: [&'static str; 2],
    entity: &Entity,
    descriptions: FieldDescriptions,
) -> [(&'static str, Node); 2] {
    let shown: Vec<&Field> = entity.fields.iter().filter(|field| field.shown != Shown::Never).collect();
    let members = |filter: &dyn Fn(&Field) -> bool| {
        let chosen = shown.iter().filter(|one| filter(one));
        chosen.map(|one| (one.name.to_owned(), field(one, descriptions))).collect::<Vec<_>>()
    };
    let always = |field: &Field| field.shown == Shown::Always;
    let required: Vec<&str> = shown.iter().filter(|field| always(field)).map(|field| field.name).collect();
    let [whole, part] = names;
    [
        (whole, map! { "type": "object", "required": required, "properties": Node::Map(members(&always)) }),
        (part, map! { "type": "object", "properties": Node::Map(members(&|_| true)) }),
    ]
}

/// The body that makes or replaces a record. Every member is optional.
pub fn record_body(records: &Records) -> Node {
    let members = records.columns.iter().map(|column| {
        let schema = match column.content {
            ColumnContent::Name => {
                let default = if records.key == RecordKey::Text { "its `Id`" } else { "a new GUID" };
                limited(LONGEST_NAME, &format!("A unique name. A new record without a name gets {default} as name."))
            }
            ColumnContent::Unique => limited(LONGEST_NAME, "A unique text, or an empty one."),
            ColumnContent::Text => limited(LONGEST_TEXT, "Any text."),
            ColumnContent::Flag => flag("The default is false."),
            ColumnContent::OneOf(values) => one_of(values, "The default is the first value."),
        };
        (column.json.to_owned(), nullable(schema))
    });
    let id = match records.key {
        RecordKey::Text => limited(LONGEST_NAME, "The primary key. It never changes. An empty one counts as absent."),
        RecordKey::Number => map! {
            "type": "integer",
            "format": "int32",
            "minimum": 0,
            "maximum": i32::MAX,
            "description": "The primary key. It never changes, and the service gives it. 0 counts as absent.",
        },
    };
    let all = [("Id".to_owned(), nullable(id))].into_iter().chain(members);
    map! { "type": "object", "properties": Node::Map(all.collect()) }
}

fn limited(max: usize, description: &str) -> Node {
    map! { "type": "string", "maxLength": max, "description": description }
}

/// Members by name.
type Members = Vec<(&'static str, Node)>;

/// The required and the optional members of an item of a relation, beside the record that the item names.
fn item_members(relation: &Relation) -> (Members, Members) {
    let types = relation.permission_types;
    let permission = || ("PermissionId", one_of(types, "The type of permission."));
    let activity = || ("Is_Active", nullable(flag("Whether it counts. The default is false.")));
    let required = (!types.is_empty()).then(permission).into_iter().collect();
    (required, relation.has_activity.then(activity).into_iter().collect())
}

/// An item: `target` and `second` are the members that name records.
fn item(target: Option<(&'static str, Node)>, second: Option<(&'static str, Node)>, relation: &Relation) -> Node {
    let (required, optional) = item_members(relation);
    let required: Vec<(&str, Node)> = target.into_iter().chain(required).collect();
    let names: Vec<&str> = required.iter().map(|(name, _)| *name).collect();
    let optional = second.map(|(name, schema)| (name, nullable(schema))).into_iter().chain(optional);
    let all = required.into_iter().chain(optional).map(|(name, schema)| (name.to_owned(), schema)).collect();
    map! { "type": "object", "required": names, "properties": Node::Map(all) }
}

fn lookup_value(description: &str) -> Node {
    map! { "type": "string", "minLength": 1, "maxLength": LONGEST_VALUE, "description": description }
}

/// The body of POST, which adds one item to a relation.
pub fn one_item_body(relation: &Relation) -> Node {
    let member = |RelationTarget { property, lookup }: RelationTarget, value, description| {
        let found_by = one_of(&lookup_fields(lookup), "The field that the record is found by; empty means `Id`.");
        (property, object([("Value", value)], [("Field", nullable(found_by))]).described(description))
    };
    let target =
        relation.target.map(|target| member(target, lookup_value("The value of the field."), "The record to relate."));
    let second = relation.second.map(|second| {
        let value = limited(LONGEST_VALUE, "The value of the field; empty means none.");
        member(second, value, "A second record to relate.")
    });
    item(target, second, relation)
}

/// The body of PATCH, which adds many items to a relation.
pub fn many_items_body(relation: &Relation) -> Node {
    let target = relation.target.map(|RelationTarget { property, .. }| {
        (property, lookup_value("The record to relate: a value of the field that `Extra` names, or its `Id`."))
    });
    let second = relation.second.map(|RelationTarget { property, .. }| {
        let description = "A second record to relate, named in the same way; empty means none.";
        (property, limited(LONGEST_VALUE, description))
    });
    let items = map! {
        "type": "array",
        "maxItems": MOST_ITEMS,
        "items": item(target, second, relation),
        "description": "The items to add or change.",
    };
    let targets: Vec<&RelationTarget> = relation.target.iter().chain(&relation.second).collect();
    let extra = (!targets.is_empty()).then(|| {
        let mut fields: Vec<&str> = Vec::new();
        for field in targets.iter().flat_map(|target| lookup_fields(target.lookup)) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        let properties: Vec<&str> = targets.iter().map(|target| target.property).collect();
        let found_by = one_of(&fields, "The field that the records are found by; empty means `Id`.");
        let required = flag("Whether the property must be there. The first one must in any case.");
        let one = validation(&properties, [("FieldName", found_by), ("Required", required)]);
        nullable(array(one).described("The field that the related records are found by. The default is `Id`."))
    });
    map! {
        "type": "object",
        "required": [relation.collection],
        "properties": Node::Map(vec![(relation.collection.to_owned(), items)])
            .with_some("Extra", extra)
            .with("IsFullValidation", full_validation()),
    }
}

/// An item of `Extra`, which names one of these properties. `members` are its `FieldName` and its `Required`.
fn validation(properties: &[&'static str], members: [(&'static str, Node); 2]) -> Node {
    let [found_by, required] = members;
    let unset = |name| (name, empty_text("Always empty."));
    let unique = ("Unique", map! { "type": "boolean", "enum": [false], "description": "Always false." });
    object(
        [("Name", one_of(properties, "The property of the items."))],
        [found_by, required, unique, unset("Max"), unset("Min"), unset("Pattern"), unset("DefaultValue")],
    )
}

fn empty_text(description: &str) -> Node {
    map! { "type": "string", "maxLength": 0, "description": description }
}

fn full_validation() -> Node {
    nullable(flag("Whether all fields are checked. They are in any case."))
}

/// The body of an import. `row` is the schema of the body that makes one record.
pub fn import_body(import: &Import, row: &str) -> Node {
    let rows = map! {
        "type": "array",
        "maxItems": MOST_ITEMS,
        "items": reference(row),
        "description": "The records to make and to change.",
    };
    let names = import.records.entity.names();
    let never = map! { "type": "boolean", "enum": [false], "description": "Always false." };
    let one = validation(&names, [("FieldName", empty_text("Always empty.")), ("Required", never)]);
    let extra =
        nullable(array(one).described("Checks of the rows. Only the defaults are offered, which check nothing."));
    map! {
        "type": "object",
        "required": [import.collection],
        "properties": Node::Map(vec![(import.collection.to_owned(), rows)])
            .with("Extra", extra)
            .with("IsFullValidation", full_validation()),
    }
}

/// The names of the fields that a record can be found by. An empty name means the first.
pub fn lookup_fields(lookup: &Lookup) -> Vec<&'static str> {
    [""].into_iter().chain(lookup.fields.iter().map(|field| field.name)).collect()
}

/// A page of records of the named schema.
pub fn page(schema: &str) -> Node {
    record([
        ("Meta", reference("ListMeta").described("The page and the number of records.")),
        ("Data", array(reference(schema)).described("The records of the page.")),
    ])
}
