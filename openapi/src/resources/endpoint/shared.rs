//! The operations that Endpoint has for every resource. Their parameters, bodies and answers follow from the tables
//! that the operations themselves run on.

use super::schemas::{import_body, lookup_fields, many_items_body, one_item_body, page};
use crate::doc::{Answer, AnswerBody, Body, Doc, Query, Sample};
use crate::node::{Node, map};
use crate::schema::{one_of, reference, text};
use crate::tag::Tag;
use mithril_edge::endpoint::engine::list::{LARGEST_SIZE, ListDefinition};
use mithril_edge::endpoint::engine::lookup::Lookup;
use mithril_edge::endpoint::engine::records::{Import, Records};
use mithril_edge::endpoint::engine::relation::Relation;

/// What a resource says about one operation. The rest follows from the operation's table.
pub struct Description {
    /// See [`Doc::summary`].
    pub summary: &'static str,
    /// See [`Doc::description`].
    pub description: &'static str,
    /// See [`Doc::path`].
    pub path: &'static [(&'static str, &'static str)],
    /// See [`Doc::samples`].
    pub samples: Vec<Sample>,
}

impl Description {
    fn doc(self, tag: Tag, query: Vec<Query>, body: Option<Node>, answer: Answer, refusals: &'static [u16]) -> Doc {
        let Self { summary, description, path, samples } = self;
        let body = body.map(Body::json);
        Doc { tag, summary, description, path, query, body, answers: vec![answer], refusals, samples }
    }
}

/// The names of the schemas of a kind of record.
pub struct SchemaNames {
    /// The record in an answer.
    pub record: &'static str,
    /// The body that makes or replaces one.
    pub body: &'static str,
}

fn lookup_query(name: &'static str, lookup: &Lookup) -> Query {
    let description = if name == "Name" {
        "The field that `Id` is a value of; empty means `Id`."
    } else {
        "The field that `SubId` is a value of; empty means `Id`."
    };
    Query { name, schema: one_of(&lookup_fields(lookup), description) }
}

fn list_query(list: &ListDefinition) -> Vec<Query> {
    let number = |max: i64, default: i64, description: &str| {
        map! { "type": "integer", "minimum": 0, "maximum": max, "default": default, "description": description }
    };
    let link: Vec<&str> = list.link.iter().map(|field| field.name).collect();
    let link = if link.is_empty() {
        String::new()
    } else {
        format!(
            " The link to the parent has {}: a name that only the link has shows the whole record.",
            link.join(", ")
        )
    };
    let fields = format!(
        "The fields to show, separated by commas; empty or `*` means all. The fields are {}.{link}",
        list.entity.names().join(", ")
    );
    let filters = "Comparisons of the form `Field op value`, joined by `AND`, `OR` and brackets. `op` is one of `=`, \
                   `<>`, `>`, `>=`, `<`, `<=`, `In`, `NotIn`, `Like`. Values have no quotes. `In` takes values \
                   separated by `;`, or by `,` when they are numbers. `%` is the wildcard of `Like`. A dot leads to \
                   every field of a related record, such as `ModifiedBy.Username`.";
    vec![
        Query { name: "Fields", schema: text(&fields) },
        Query { name: "Filters", schema: text(filters) },
        Query { name: "Orders", schema: text("Fields to sort by, separated by commas, each with `ASC` or `DESC`.") },
        Query { name: "CurrentPage", schema: number(i32::MAX.into(), 0, "The page; the first is 0.") },
        Query {
            name: "PageSize",
            schema: number(LARGEST_SIZE, 0, "The number of records that a page holds; 0 means 50."),
        },
        Query {
            name: "Skip",
            schema: number(
                LARGEST_SIZE - 1,
                0,
                "How many records of the page to leave out: `CutAt` of the answer that had those. Less than `PageSize`.",
            ),
        },
    ]
}

fn one_record(description: &'static str, schema: &str) -> Answer {
    Answer::new(200, description, AnswerBody::Bare(reference(schema)))
}

fn page_of_records(schema: &str) -> Answer {
    Answer::new(200, "A page of records.", AnswerBody::Bare(page(schema))).headers(&["Link"])
}

/// Lists all records of a kind.
pub fn list(tag: Tag, schema: &str, list: &ListDefinition, description: Description) -> Doc {
    description.doc(tag, list_query(list), None, page_of_records(schema), &[])
}

/// Lists the records that belong to another record.
pub fn list_children(
    tag: Tag,
    schema: &str,
    (parent, list): (&Lookup, &ListDefinition),
    description: Description,
) -> Doc {
    let query = [lookup_query("Name", parent)].into_iter().chain(list_query(list)).collect();
    description.doc(tag, query, None, page_of_records(schema), &[])
}

/// Shows one record.
pub fn get(tag: Tag, schema: &str, lookup: &Lookup, description: Description) -> Doc {
    let query = vec![lookup_query("Name", lookup)];
    description.doc(tag, query, None, one_record("The record.", schema), &[])
}

/// Makes a record.
pub fn insert(tag: Tag, names: &SchemaNames, description: Description) -> Doc {
    let answer = one_record("The new record.", names.record);
    description.doc(tag, Vec::new(), Some(reference(names.body)), answer, &[])
}

/// Makes a record, or changes the one that matches.
pub fn upsert(tag: Tag, names: &SchemaNames, description: Description) -> Doc {
    let answer = one_record("The record after the change.", names.record);
    description.doc(tag, Vec::new(), Some(reference(names.body)), answer, &[404])
}

/// Replaces a record.
pub fn replace(tag: Tag, names: &SchemaNames, records: &Records, description: Description) -> Doc {
    let query = vec![lookup_query("Name", records.lookup)];
    let answer = one_record("The record after the change.", names.record);
    description.doc(tag, query, Some(reference(names.body)), answer, &[])
}

/// Deletes a record. `refusals` are the statuses of this resource beside the common ones.
pub fn delete(tag: Tag, schema: &str, records: &Records, refusals: &'static [u16], description: Description) -> Doc {
    let query = vec![lookup_query("Name", records.lookup)];
    description.doc(tag, query, None, one_record("The deleted record.", schema), refusals)
}

/// Makes a record that belongs to another, or changes the one that matches.
pub fn upsert_owned(tag: Tag, names: &SchemaNames, records: &Records, description: Description) -> Doc {
    let query = records.owner.map(|owner| lookup_query("Name", owner.lookup)).into_iter().collect();
    let answer = one_record("The record after the change.", names.record);
    description.doc(tag, query, Some(reference(names.body)), answer, &[])
}

/// Deletes a record that belongs to another.
pub fn delete_owned(tag: Tag, schema: &str, records: &Records, description: Description) -> Doc {
    let owner = records.owner.map(|owner| lookup_query("Name", owner.lookup));
    let query = owner.into_iter().chain([lookup_query("SubName", records.lookup)]).collect();
    description.doc(tag, query, None, one_record("The deleted record.", schema), &[409])
}

/// Makes and changes many records.
pub fn import(tag: Tag, names: &SchemaNames, import: &Import, description: Description) -> Doc {
    let answer =
        Answer::new(200, "The records of the body, in the order of the body.", AnswerBody::Bare(page(names.record)));
    description.doc(tag, Vec::new(), Some(import_body(import, names.body)), answer, &[])
}

/// Adds one item to a relation.
pub fn insert_related(tag: Tag, schema: &str, relation: &Relation, description: Description) -> Doc {
    let query = vec![lookup_query("Name", relation.parent)];
    let answer = one_record("The record after the change.", schema);
    description.doc(tag, query, Some(one_item_body(relation)), answer, &[])
}

/// Adds many items to a relation.
pub fn upsert_related(tag: Tag, schema: &str, relation: &Relation, description: Description) -> Doc {
    let values = ["", "true", "false"];
    let others =
        one_of(&values, "Whether items that are not in the body are deleted. Upper and lower case are the same.");
    let query = vec![lookup_query("Name", relation.parent), Query { name: "DeleteNotExists", schema: others }];
    let answer = Answer::new(200, "The records of the body, in the order of the body.", AnswerBody::Bare(page(schema)));
    description.doc(tag, query, Some(many_items_body(relation)), answer, &[])
}

/// Takes one item out of a relation.
pub fn delete_related(tag: Tag, schema: &str, relation: &Relation, description: Description) -> Doc {
    let query = vec![lookup_query("Name", relation.parent), lookup_query("SubName", relation.child)];
    description.doc(tag, query, None, one_record("The deleted record.", schema), &[])
}
