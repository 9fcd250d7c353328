//! The operations on a record itself: read, insert, upsert, replace, delete (spec/esystems.md §2.2), the same
//! for every resource. Each change is one batch: what the database knows of the record, then the change, which
//! carries the same conditions.

use serde_json::{Map, Value, json};

use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::endpoint::engine::lookup::{Lookup, MATCHED, MATCHED_COLUMNS, NOTHING, Target, candidates, ctes};
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::records::definition::{Column, Content, LONGEST_NAME, LONGEST_TEXT, Records};
use crate::endpoint::engine::records::sql::{IdRule, Sql};
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;
use crate::request::change::Change;

/// A body as columns. Properties that it does not know are passed over, so that a record that was read can be
/// sent back.
struct Draft {
    id: Option<String>,
    given: Map<String, Value>,
    fields: Vec<&'static str>,
}

impl Draft {
    async fn read<P: Ports>(call: &Call<'_, P>, records: &Records) -> Result<Self, Failure> {
        let mut body = Fields::new(call.object(body::LIMIT).await?);
        let id = body.text("Id", LONGEST_NAME).filter(|id| !id.is_empty());
        let mut draft = Self { id, given: Map::new(), fields: Vec::new() };
        for column in records.columns {
            let value = match column.content {
                Content::Name => body.text(column.json, LONGEST_NAME).filter(|name| !name.is_empty()).map(Value::from),
                Content::Unique => body.text(column.json, LONGEST_NAME).map(Value::from),
                Content::Text => body.text(column.json, LONGEST_TEXT).map(Value::from),
                Content::Flag => body.boolean(column.json).map(|flag| i32::from(flag).into()),
                Content::OneOf(values) => body.one_of(column.json, values).map(Value::from),
            };
            if let Some(value) = value {
                draft.given.insert(column.column.to_owned(), value);
                draft.fields.push(column.json);
            }
        }
        body.finish()?;
        Ok(draft)
    }

    /// `{"id", "ids", "given": {column: value}, "full": {column: value or default}}`; `id` is the body's, else
    /// `new_id`.
    fn to_json(&self, records: &Records, new_id: Option<&str>) -> String {
        let id = self.id.as_deref().or(new_id);
        let mut full = Map::new();
        for Column { column, content, .. } in records.columns {
            let default = || match content {
                Content::Name => id.unwrap_or_default().into(),
                Content::Unique | Content::Text => "".into(),
                Content::Flag => 0.into(),
                Content::OneOf(values) => values.first().copied().into(),
            };
            full.insert((*column).to_owned(), self.given.get(*column).cloned().unwrap_or_else(default));
        }
        let ids = id.map(candidates).unwrap_or_default();
        json!({ "id": id, "ids": ids, "given": self.given, "full": full }).to_string()
    }
}

/// `GET …/{Id}`.
///
/// # Errors
/// 404 for none, 400 for several.
pub async fn get<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let target = Target::of_path(call, records.lookup)?;
    let Lookup { table, id, .. } = records.lookup;
    let sql = format!(
        "WITH {} SELECT {MATCHED_COLUMNS}, (SELECT {} FROM {table} WHERE {id} = (SELECT id FROM only)) AS record",
        target.ctes("?1"),
        records.entity.record()
    );
    let row = call.read(Statement::new(sql, [target.values()])).await?;
    let [matched, locked, record] = row.unwrap_or_default().columns();
    Matched::read(matched, locked)?.one()?;
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not read".to_owned()))
}

/// `POST`: a new record. A given `Id` that is free is kept.
///
/// # Errors
/// 400 for a value that does not fit or is taken.
pub async fn insert<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let draft = Draft::read(call, records).await?;
    let new_id = id::uuid(call.ports).to_ascii_uppercase();
    let id = draft.id.clone().unwrap_or_else(|| new_id.clone());
    let sql = Sql { records, matched: NOTHING.to_owned(), id: IdRule::Free };
    let values = draft.to_json(records, Some(&new_id));
    let [action, ..] = records.actions;
    let statements = [sql.facts(), sql.insert("1")];
    let (facts, record) = sql.run(call, (action, &id), draft.fields, statements, (values, None)).await?;
    facts.answer(records.lookup, true, record)
}

/// `PATCH`: the record of the given `Id`, else the one that has the given names, with the given properties; if no
/// names match, a new one.
///
/// # Errors
/// 404 for an unknown `Id`; 400 for names of several records; the refusal of a locked one; 400 for what does not
/// fit.
pub async fn upsert<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let draft = Draft::read(call, records).await?;
    let Lookup { id, kind, .. } = records.lookup;
    let named =
        |column: &Column| Some((draft.given.get(column.column)?.as_str()?.to_owned(), column.is_given(records)));
    let (labels, names): (Vec<String>, Vec<String>) = records
        .columns
        .iter()
        .filter(|column| column.is_unique())
        .filter_map(named)
        .filter(|(name, _)| !name.is_empty())
        .unzip();
    let matched = match (&draft.id, names.as_slice()) {
        (Some(_), _) => ctes(records.lookup, &format!("{kind} AND {id} IN (SELECT value FROM json_each(?1, '$.ids'))")),
        (None, []) => NOTHING.to_owned(),
        (None, names) => ctes(records.lookup, &format!("{kind} AND ({})", names.join(" OR "))),
    };
    let new_id = id::uuid(call.ports).to_ascii_uppercase();
    let label = draft.id.clone().or_else(|| labels.into_iter().next()).unwrap_or_else(|| new_id.clone());
    let sql = Sql { records, matched, id: IdRule::Any };
    let counts = if draft.id.is_some() { "= 1" } else { "<= 1" };
    let guard =
        format!("(SELECT count(*) FROM matched) {counts} AND COALESCE((SELECT max(locked) FROM matched), 0) = 0");
    let statements = [sql.facts(), sql.insert(&guard)];
    let values = draft.to_json(records, Some(&new_id));
    let is_new = draft.id.is_none();
    let [_, action, ..] = records.actions;
    let (facts, record) = sql.run(call, (action, &label), draft.fields, statements, (values, None)).await?;
    facts.answer(records.lookup, is_new, record)
}

/// `PUT …/{Id}`: every property that the body leaves out goes back to its default, names excepted.
///
/// # Errors
/// 404, 400 for several, the refusal of a locked record, 400 for what does not fit or is taken.
pub async fn replace<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let target = Target::of_path(call, records.lookup)?;
    let draft = Draft::read(call, records).await?;
    let sql = Sql { records, matched: target.ctes("?3"), id: IdRule::Kept };
    let statements = [sql.facts(), sql.replace()];
    let values = draft.to_json(records, None);
    let fields = records.columns.iter().map(|column| column.json).collect();
    let [_, _, action, _] = records.actions;
    let named = (action, target.label());
    let (facts, record) = sql.run(call, named, fields, statements, (values, Some(target.values()))).await?;
    facts.answer(records.lookup, false, record)
}

/// `DELETE …/{Id}`: answers the deleted record.
///
/// # Errors
/// 404, 400 for several, the refusal of a locked record, 409 for one that others need.
pub async fn delete<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let target = Target::of_path(call, records.lookup)?;
    let Lookup { table, id, word, .. } = records.lookup;
    let (ctes, record) = (target.ctes("?1"), records.entity.record());
    let statement = |sql: String| Statement::new(sql, [target.values()]);
    let facts = statement(format!("WITH {ctes} SELECT json_object({MATCHED}) AS facts"));
    let kept = statement(format!("WITH {ctes} SELECT {record} FROM {table} WHERE {id} = (SELECT id FROM only)"));
    let delete = statement(format!(
        "WITH {ctes} DELETE FROM {table} WHERE {id} = (SELECT id FROM only WHERE locked = 0) RETURNING {record} AS record"
    ));
    let [.., action] = records.actions;
    let change = Change::new(action, format!("{word}/{}", target.label()), delete).facts(facts).kept(Some(kept), None);
    let changed = call.change(change).await.map_err(|error| {
        error.or(|error| matches!(error, DbError::ForeignKey).then_some(Failure::Conflict(records.in_use)))
    })?;
    Matched::of(&changed)?.one_open(records.lookup)?;
    let record = changed.outcome.and_then(Row::first);
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not deleted".to_owned()))
}
