//! What the OpenAPI document says of Endpoint's operations: the same few for every resource, so their parameters,
//! bodies and answers follow from the tables that the operations themselves run on.

use crate::doc::{Answer, AnswerBody, Body, Doc, Query, Sample};
use crate::node::{Node, map};
use crate::schema::{array, flag, int, nullable, object, one_of, record, reference, text};
use crate::tag::Tag;
use mithril_edge::endpoint::engine::entity::{Entity, Field, Kind, Shown};
use mithril_edge::endpoint::engine::list::{LARGEST_SIZE, List};
use mithril_edge::endpoint::engine::lookup::Lookup;
use mithril_edge::endpoint::engine::permission_types::PERMISSION_TYPES;
use mithril_edge::endpoint::engine::records;
use mithril_edge::endpoint::engine::records::{LONGEST_NAME, LONGEST_TEXT, Records};
use mithril_edge::endpoint::engine::relation;
use mithril_edge::endpoint::engine::relation::{LONGEST_VALUE, MOST_ITEMS, Relation};

/// An operation's words, path and samples; the rest follows from its table.
pub struct Description {
    pub summary: &'static str,
    pub description: &'static str,
    pub path: &'static [(&'static str, &'static str)],
    pub samples: Vec<Sample>,
}

/// Schemas that every resource's records refer to.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let key = |id: Node| {
        record([
            ("Id", id),
            ("ExternalId", text("Its id in another system.")),
            ("Name", text("Its name.")),
            ("Type", text("What kind of record it is.")),
        ])
    };
    vec![
        ("AbstractText", key(text("The record's primary key."))),
        ("AbstractLong", key(int64("The record's primary key; 0 for nobody that is known."))),
        (
            "ListMeta",
            record([
                ("TotalItems", int("How many records there are on all pages.")),
                ("CurrentPage", int("The page that was asked for; the first is 0.")),
                ("PageSize", int("How many records a page holds.")),
                ("Type", text("What the records are.")),
            ]),
        ),
    ]
}

fn int64(description: &str) -> Node {
    map! { "type": "integer", "format": "int64", "description": description }
}

fn field(field: &Field) -> Node {
    match (field.is_key(), field.kind) {
        (true, Kind::Integer) => reference("AbstractLong"),
        (true, _) => reference("AbstractText"),
        (false, Kind::Integer) => map! { "type": "integer", "format": "int64" },
        (false, Kind::Flag) => map! { "type": "boolean" },
        (false, Kind::Time) => map! { "type": "string", "format": "date-time" },
        (false, Kind::Text | Kind::Id) => map! { "type": "string" },
    }
}

/// A record, and the same in lists, where `Fields` may leave members out.
pub fn entity_schemas(names: [&'static str; 2], entity: &Entity) -> [(&'static str, Node); 2] {
    let shown: Vec<&Field> = entity.fields.iter().filter(|field| field.shown != Shown::Never).collect();
    let members = |only: &dyn Fn(&Field) -> bool| {
        shown.iter().filter(|one| only(one)).map(|one| (one.name.to_owned(), field(one))).collect::<Vec<_>>()
    };
    let always = |field: &Field| field.shown == Shown::Always;
    let required: Vec<&str> = shown.iter().filter(|field| always(field)).map(|field| field.name).collect();
    let [whole, part] = names;
    [
        (whole, map! { "type": "object", "required": required, "properties": Node::Map(members(&always)) }),
        (part, map! { "type": "object", "properties": Node::Map(members(&|_| true)) }),
    ]
}

/// A body of [`records`]: all of it may be left out.
pub fn body_schema(records: &Records) -> Node {
    let members = records.columns.iter().map(|column| {
        let schema = match column.content {
            records::Content::Name => limited(LONGEST_NAME, "Unique; a new record without one has its `Id`."),
            records::Content::Unique => limited(LONGEST_NAME, "Unique unless empty."),
            records::Content::Text => limited(LONGEST_TEXT, "Any text."),
            records::Content::Flag => flag("False when it is not given."),
            records::Content::OneOf(values) => one_of(values, "The first when it is not given."),
        };
        (column.json.to_owned(), nullable(schema))
    });
    let id = nullable(limited(LONGEST_NAME, "The primary key, which never changes; empty as if not given."));
    map! { "type": "object", "properties": Node::Map([("Id".to_owned(), id)].into_iter().chain(members).collect()) }
}

fn limited(max: usize, description: &str) -> Node {
    map! { "type": "string", "maxLength": max, "description": description }
}

/// Named members.
type Members = Vec<(&'static str, Node)>;

/// What an item of a relation must and may hold beside the record that it names.
fn content(relation: &Relation) -> (Members, Members) {
    let permission = ("PermissionId", one_of(PERMISSION_TYPES, "The type of permission."));
    let activity = ("Is_Active", nullable(flag("Whether it counts; false when it is not given.")));
    match relation.content {
        relation::Content::Nothing => (Vec::new(), Vec::new()),
        relation::Content::Permission => (vec![permission], Vec::new()),
        relation::Content::PermissionOfRole => (vec![permission], vec![activity]),
    }
}

fn item(target: Option<(&'static str, Node)>, relation: &Relation) -> Node {
    let (required, optional) = content(relation);
    let required: Vec<(&str, Node)> = target.into_iter().chain(required).collect();
    let names: Vec<&str> = required.iter().map(|(name, _)| *name).collect();
    let all = required.into_iter().chain(optional).map(|(name, schema)| (name.to_owned(), schema)).collect();
    map! { "type": "object", "required": names, "properties": Node::Map(all) }
}

/// The body of POST.
fn one_body(relation: &Relation) -> Node {
    let target = relation.target.map(|(property, lookup)| {
        let named = object(
            [("Value", map! { "type": "string", "minLength": 1, "maxLength": LONGEST_VALUE, "description": "The field's value." })],
            [("Field", nullable(one_of(&keys(lookup), "The field that the record is found by; `Id` when empty.")))],
        );
        (property, named)
    });
    item(target, relation)
}

/// The body of PATCH.
fn many_body(relation: &Relation) -> Node {
    let target = relation.target.map(|(property, _)| {
        (property, map! { "type": "string", "minLength": 1, "maxLength": LONGEST_VALUE, "description": "The record, by the field that `Extra` names." })
    });
    let items = map! { "type": "array", "maxItems": MOST_ITEMS, "items": item(target, relation) };
    let extra = relation.target.map(|(property, lookup)| {
        let one = object(
            [("Name", one_of(&[property], "The property of the items."))],
            [("FieldName", one_of(&keys(lookup), "The field that its records are found by; `Id` when empty."))],
        );
        nullable(map! { "type": "array", "items": one })
    });
    map! {
        "type": "object",
        "required": [relation.collection],
        "properties": Node::Map(vec![(relation.collection.to_owned(), items)]).with_some("Extra", extra),
    }
}

/// The names of the fields that a record is found by; an empty one is the first.
fn keys(lookup: &Lookup) -> Vec<&'static str> {
    [""].into_iter().chain(lookup.keys.iter().map(|key| key.name)).collect()
}

fn lookup_query(name: &'static str, lookup: &Lookup) -> Query {
    let description =
        if name == "Name" { "The field that `Id` is a value of." } else { "The field that `SubId` is a value of." };
    Query { name, schema: one_of(&keys(lookup), description) }
}

fn list_query(list: &List) -> Vec<Query> {
    let number = |max: i64, default: i64, description: &str| {
        map! { "type": "integer", "minimum": 0, "maximum": max, "default": default, "description": description }
    };
    let fields = format!("Names between commas; all when empty or `*`. There are {}.", list.entity.names().join(", "));
    let filters = "Comparisons `Field op value` with `AND`, `OR` and brackets; `op` is one of `=`, `<>`, `>`, `>=`, `<`, \
         `<=`, `In`, `NotIn`, `Like`. Without quotes; `In` takes values between `;`, for numbers `,`; `%` is the \
         wildcard of `Like`. Fields of relations have a dot.";
    vec![
        Query { name: "Fields", schema: text(&fields) },
        Query { name: "Filters", schema: text(filters) },
        Query { name: "Orders", schema: text("Fields between commas, each with `ASC` or `DESC`.") },
        Query { name: "CurrentPage", schema: number(i32::MAX.into(), 0, "The page; the first is 0.") },
        Query { name: "PageSize", schema: number(LARGEST_SIZE, 0, "How many records a page holds; 0 stands for 50.") },
    ]
}

fn page(part: &str) -> Node {
    record([("Meta", reference("ListMeta")), ("Data", array(reference(part)))])
}

impl Description {
    fn doc(self, tag: Tag, query: Vec<Query>, body: Option<Node>, answer: Answer, refusals: &'static [u16]) -> Doc {
        let Self { summary, description, path, samples } = self;
        Doc {
            tag,
            summary,
            description,
            path,
            query,
            body: body.map(Body::json),
            answers: vec![answer],
            refusals,
            samples,
        }
    }
}

fn bare(description: &'static str, schema: &str) -> Answer {
    Answer::new(200, description, AnswerBody::Bare(reference(schema)))
}

/// All records of a kind.
pub fn list(tag: Tag, part: &str, list: &List, words: Description) -> Doc {
    words.doc(tag, list_query(list), None, Answer::new(200, "A page of records.", AnswerBody::Bare(page(part))), &[])
}

/// The records that belong to another.
pub fn list_children(tag: Tag, part: &str, (parent, list): (&Lookup, &List), words: Description) -> Doc {
    let query = [lookup_query("Name", parent)].into_iter().chain(list_query(list)).collect();
    words.doc(tag, query, None, Answer::new(200, "A page of records.", AnswerBody::Bare(page(part))), &[])
}

pub fn get(tag: Tag, schema: &str, records: &Records, words: Description) -> Doc {
    words.doc(tag, vec![lookup_query("Name", records.lookup)], None, bare("The record.", schema), &[])
}

pub fn insert(tag: Tag, [schema, body]: [&str; 2], words: Description) -> Doc {
    words.doc(tag, Vec::new(), Some(reference(body)), bare("The new record.", schema), &[])
}

pub fn upsert(tag: Tag, [schema, body]: [&str; 2], words: Description) -> Doc {
    words.doc(tag, Vec::new(), Some(reference(body)), bare("The record as it is now.", schema), &[404])
}

pub fn replace(tag: Tag, [schema, body]: [&str; 2], records: &Records, words: Description) -> Doc {
    let query = vec![lookup_query("Name", records.lookup)];
    words.doc(tag, query, Some(reference(body)), bare("The record as it is now.", schema), &[])
}

pub fn delete(tag: Tag, schema: &str, records: &Records, refusals: &'static [u16], words: Description) -> Doc {
    words.doc(tag, vec![lookup_query("Name", records.lookup)], None, bare("The deleted record.", schema), refusals)
}

pub fn insert_related(tag: Tag, schema: &str, relation: &Relation, words: Description) -> Doc {
    let query = vec![lookup_query("Name", relation.parent)];
    words.doc(tag, query, Some(one_body(relation)), bare("The record as it is now.", schema), &[])
}

pub fn upsert_related(tag: Tag, schema: &str, relation: &Relation, words: Description) -> Doc {
    let others = one_of(&["", "true", "false"], "Whether what is not in the body goes; in any case of its letters.");
    let query = vec![lookup_query("Name", relation.parent), Query { name: "DeleteNotExists", schema: others }];
    let answer = Answer::new(200, "The records of the body, in its order.", AnswerBody::Bare(page(schema)));
    words.doc(tag, query, Some(many_body(relation)), answer, &[])
}

pub fn delete_related(tag: Tag, schema: &str, relation: &Relation, words: Description) -> Doc {
    let query = vec![lookup_query("Name", relation.parent), lookup_query("SubName", relation.child)];
    words.doc(tag, query, None, bare("The deleted record.", schema), &[])
}
