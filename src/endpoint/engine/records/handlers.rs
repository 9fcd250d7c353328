//! The operations on a record itself (spec/esystems.md §2.2), the same for every resource.
//!
//! Each change is one batch: a SELECT of what the database knows of the record, then the change, which checks the same
//! conditions again.

use serde_json::{Map, Value, json};

use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::endpoint::engine::lookup::{Lookup, MATCHED, MATCHED_COLUMNS, NOTHING, Selector, candidates, ctes};
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::records::change::RecordChange;
use crate::endpoint::engine::records::definition::{
    Column, ColumnContent, DraftValues, LONGEST_NAME, LONGEST_TEXT, Records,
};
use crate::endpoint::engine::records::sql::{IdRule, RecordStatements};
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::request::change::Change;

/// A body, read into columns. A caller can send back a record that it has read: what a record shows and no body sets is
/// ignored.
struct Draft {
    /// `Id`, unless it is empty.
    id: Option<String>,
    /// The columns that the body sets, and their values.
    given: Map<String, Value>,
    /// The properties that the body sets, for the audit.
    fields: Vec<&'static str>,
}

impl Draft {
    async fn read<P: Ports>(call: &Call<'_, P>, records: &Records) -> Result<Self, Failure> {
        let mut body = Fields::new(call.object(body::LIMIT).await?);
        body.repeats(records.entity.names());
        let id = body.text("Id", LONGEST_NAME).filter(|id| !id.is_empty()).map(stored);
        let mut draft = Self { id, given: Map::new(), fields: Vec::new() };
        for column in records.columns {
            let value = match column.content {
                ColumnContent::Name => {
                    body.text(column.json, LONGEST_NAME).filter(|name| !name.is_empty()).map(Value::from)
                }
                ColumnContent::Unique => body.text(column.json, LONGEST_NAME).map(Value::from),
                ColumnContent::Text => body.text(column.json, LONGEST_TEXT).map(Value::from),
                ColumnContent::Flag => body.boolean(column.json).map(|flag| i32::from(flag).into()),
                ColumnContent::OneOf(values) => body.key_of(column.json, values).map(Value::from),
            };
            if let Some(value) = value {
                draft.given.insert(column.column.to_owned(), value);
                draft.fields.push(column.json);
            }
        }
        body.finish()?;
        Ok(draft)
    }

    /// The draft as the statements take it: `{"id", "ids", "given": {column: value}, "full": {column: value or
    /// default}, "fields"}`. `id` is the body's, else `new_id`; `ids` are the values that it is compared with; `fields` are
    /// the properties that the body sets.
    fn to_json(&self, records: &Records, new_id: Option<&str>) -> String {
        let id = self.id.as_deref().or(new_id);
        let mut full = Map::new();
        for Column { column, content, .. } in records.columns {
            let default = || match content {
                ColumnContent::Name => id.unwrap_or_default().into(),
                ColumnContent::Unique | ColumnContent::Text => "".into(),
                ColumnContent::Flag => 0.into(),
                ColumnContent::OneOf(values) => values.first().copied().into(),
            };
            full.insert((*column).to_owned(), self.given.get(*column).cloned().unwrap_or_else(default));
        }
        let ids = id.map(candidates).unwrap_or_default();
        json!({ "id": id, "ids": ids, "given": self.given, "full": full, "fields": self.fields }).to_string()
    }
}

/// An `Id` in the form in which this dialect keeps it: a GUID in upper case, as the vendor's documents print it.
fn stored(id: String) -> String {
    if id::is_guid(&id) { id.to_ascii_uppercase() } else { id }
}

/// `GET …/{Id}`: answers the record.
///
/// # Errors
/// - 400 for a path or a query that does not fit.
/// - 404 when the path names no record, 400 when it names several.
pub async fn get<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let selector = Selector::of_path(call, records.lookup)?;
    let Lookup { table, id, .. } = records.lookup;
    let sql = format!(
        "WITH {} SELECT {MATCHED_COLUMNS}, (SELECT {} FROM {table} WHERE {id} = (SELECT id FROM only)) AS record",
        selector.ctes("?1"),
        records.entity.record()
    );
    let row = call.read(Statement::new(sql, [selector.values()])).await?;
    let [matched, locked, record] = row.unwrap_or_default().columns();
    Matched::read(matched, locked)?.one()?;
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not read".to_owned()))
}

/// `POST`: makes a new record. It has the `Id` of the body, if there is one and no record has it.
///
/// # Errors
/// 400 for a value that does not fit or is taken.
pub async fn insert<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let draft = Draft::read(call, records).await?;
    let new_id = id::uuid(call.ports).to_ascii_uppercase();
    let sql = RecordStatements { records, matched: NOTHING.to_owned(), id: IdRule::Free };
    let [action, ..] = records.actions;
    let change = RecordChange {
        action,
        named: sql.named_insert(),
        alternative: None,
        decisive: sql.insert(),
        draft: draft.to_json(records, Some(&new_id)),
        target: None,
    };
    let (facts, record) = change.make(call, &sql).await?;
    facts.answer(records.lookup, true, record)
}

/// `PATCH`: sets the given properties of the record that the body means. That is the record with the given `Id`;
/// without an `Id`, the record that has one of the given names. If no record has one, it makes a new record.
///
/// # Errors
/// - 400 for a value that does not fit or is taken.
/// - 404 for an unknown `Id`, 400 when the names are those of several records.
/// - The refusal of a record that is locked.
pub async fn upsert<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let draft = Draft::read(call, records).await?;
    let Lookup { id, kind, .. } = records.lookup;
    let is_named = |column: &&Column| {
        column.is_unique()
            && draft.given.get(column.column).and_then(Value::as_str).is_some_and(|name| !name.is_empty())
    };
    let names: Vec<String> =
        records.columns.iter().filter(is_named).map(|column| column.is_value_of(records, DraftValues::Given)).collect();
    let matched = match (&draft.id, names.as_slice()) {
        (Some(_), _) => ctes(records.lookup, &format!("{kind} AND {id} IN (SELECT value FROM json_each(?1, '$.ids'))")),
        (None, []) => NOTHING.to_owned(),
        (None, names) => ctes(records.lookup, &format!("{kind} AND ({})", names.join(" OR "))),
    };
    let new_id = id::uuid(call.ports).to_ascii_uppercase();
    let sql = RecordStatements { records, matched, id: IdRule::Any };
    let (update, named) = (sql.update(DraftValues::Given), sql.named_update(DraftValues::Given));
    // An `Id` means a record that exists. Without one, an INSERT runs too: it inserts when nothing was matched, and the
    // UPDATE changes a row when something was.
    let may_be_new = draft.id.is_none();
    let (named, alternative, decisive) = if may_be_new {
        let either = format!("SELECT * FROM ({named}) UNION ALL SELECT * FROM ({})", sql.named_insert());
        (either, Some(update), sql.insert())
    } else {
        (named, None, update)
    };
    let [_, action, ..] = records.actions;
    let draft = draft.to_json(records, Some(&new_id));
    let change = RecordChange { action, named, alternative, decisive, draft, target: None };
    let (facts, record) = change.make(call, &sql).await?;
    facts.answer(records.lookup, may_be_new, record)
}

/// `PUT …/{Id}`: replaces the record. A property that the body leaves out gets its default; a name stays.
///
/// # Errors
/// - 400 for a path, a query or a value that does not fit.
/// - 404 when the path names no record, 400 when it names several.
/// - The refusal of a record that is locked.
/// - 400 for a value that is taken, or another `Id`.
pub async fn replace<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let selector = Selector::of_path(call, records.lookup)?;
    let draft = Draft::read(call, records).await?;
    let sql = RecordStatements { records, matched: selector.ctes("?3"), id: IdRule::Kept };
    let [_, _, action, _] = records.actions;
    let change = RecordChange {
        action,
        named: sql.named_update(DraftValues::Full),
        alternative: None,
        decisive: sql.update(DraftValues::Full),
        draft: draft.to_json(records, None),
        target: Some(selector.values()),
    };
    let (facts, record) = change.make(call, &sql).await?;
    facts.answer(records.lookup, false, record)
}

/// `DELETE …/{Id}`: deletes the record and answers it.
///
/// # Errors
/// - 400 for a path or a query that does not fit.
/// - 409 for a record that others refer to.
/// - 404 when the path names no record, 400 when it names several.
/// - The refusal of a record that is locked.
pub async fn delete<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let selector = Selector::of_path(call, records.lookup)?;
    let Lookup { table, id, word, .. } = records.lookup;
    let (ctes, record) = (selector.ctes("?1"), records.entity.record());
    let statement = |sql: String| Statement::new(sql, [selector.values()]);
    let facts = statement(format!("WITH {ctes} SELECT json_object({MATCHED}) AS facts"));
    let kept = statement(format!("WITH {ctes} SELECT {record} FROM {table} WHERE {id} = (SELECT id FROM only)"));
    let delete = statement(format!(
        "WITH {ctes} DELETE FROM {table} WHERE {id} = (SELECT id FROM only WHERE locked = 0) RETURNING {record} AS record"
    ));
    let named =
        statement(format!("WITH {ctes} SELECT '{word}/' || id AS subject, '[]' AS fields FROM only WHERE locked = 0"));
    let [.., action] = records.actions;
    let change = Change::new(action, String::new(), delete).named(named).facts(facts).kept(Some(kept), None);
    let changed = call.change(change).await.map_err(|error| {
        error.or(|error| matches!(error, DbError::ForeignKey).then_some(Failure::Conflict(records.in_use)))
    })?;
    Matched::of(&changed)?.one_open(records.lookup)?;
    let record = changed.outcome.and_then(Row::first);
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not deleted".to_owned()))
}
