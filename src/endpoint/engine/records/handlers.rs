//! The operations on a record itself (spec/esystems.md §2.2), the same for every resource.
//!
//! Each change is one batch: a SELECT of what the database knows of the record, then the change, which checks the same
//! conditions again.

use serde_json::Value;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::endpoint::engine::entity::Entity;
use crate::endpoint::engine::lookup::{
    Lookup, MATCHED, MATCHED_COLUMNS, NOTHING, OWNER_IS_OPEN, OWNERS, Selector, ctes, with_value,
};
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::records::change::RecordChange;
use crate::endpoint::engine::records::definition::{Column, DraftValues, RecordKey, Records};
use crate::endpoint::engine::records::draft::Draft;
use crate::endpoint::engine::records::facts::RecordFacts;
use crate::endpoint::engine::records::sql::{IdRule, RecordStatements};
use crate::http::Answer;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::request::change::Change;

/// `GET …/{Id}`: answers the record.
///
/// # Errors
/// - 400 for a path or a query that does not fit.
/// - 404 when the path names no record, 400 when it names several.
pub async fn get<P: Ports>(
    call: &Call<'_, P>,
    lookup: &'static Lookup,
    entity: &'static Entity,
) -> Result<Answer, Failure> {
    let selector = Selector::of_path(call, lookup)?;
    let Lookup { table, id, .. } = lookup;
    let sql = format!(
        "WITH {} SELECT {MATCHED_COLUMNS}, (SELECT {} FROM {table} WHERE {id} = (SELECT id FROM only)) AS record FROM matched",
        selector.ctes("?1"),
        entity.record()
    );
    let row = call.read(Statement::new(sql, [selector.values()])).await?;
    let [matched, locked, record] = row.unwrap_or_default().columns();
    Matched::read(matched, locked)?.one()?;
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not read".to_owned()))
}

/// `POST`: makes a new record. It has the `Id` of the body, if there is one and no record has it.
///
/// # Errors
/// 400 for a value that does not fit or is taken, and for an `Id` where the service gives them.
pub async fn insert<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let draft = Draft::read(call, records).await?;
    if records.key == RecordKey::Number && draft.id.is_some() {
        return Err(Failure::Unfit("Id: the service gives a new record its number; leave it out".to_owned()));
    }
    let new_id = id::uuid(call.ports).to_ascii_uppercase();
    let sql = RecordStatements { records, matched: NOTHING.to_owned(), id: IdRule::Free };
    let [action, ..] = records.actions;
    let change = RecordChange {
        action,
        named: sql.named_insert(),
        alternative: None,
        decisive: sql.insert(),
        draft: json(&draft.to_json(records, Some(&new_id))),
        target: None,
    };
    let (facts, record) = change.make(call, &sql).await?;
    facts.answer(records, true, record)
}

/// `PATCH`: sets the given properties of the record that the body means. That is the record with the given `Id`;
/// without an `Id`, the record that has one of the given names. If no record has one, it makes a new record. The same is
/// a `POST` of a record that belongs to the one that the path names: it reaches no record of another owner.
///
/// # Errors
/// - 400 for a value that does not fit or is taken.
/// - 404 when the path names no owner, 400 when it names several, and the refusal of one that is locked.
/// - 404 for an unknown `Id`, 400 when the names are those of several records.
/// - The refusal of a record that is locked.
pub async fn upsert<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let owner = records.owner.map(|owner| Selector::of_path(call, owner.lookup)).transpose()?;
    let draft = Draft::read(call, records).await?;
    let Lookup { table, id, kind, .. } = records.lookup;
    let is_named = |column: &&Column| {
        column.is_unique()
            && draft.given.get(column.column).and_then(Value::as_str).is_some_and(|name| !name.is_empty())
    };
    let names: Vec<String> = records
        .columns
        .iter()
        .filter(is_named)
        .map(|column| column.is_value_of(records, DraftValues::Given, "?1"))
        .collect();
    let matched = match (&draft.id, names.as_slice()) {
        (Some(_), _) => ctes(records.lookup, &with_value(table, kind, id, "?1 -> 'ids'")),
        (None, []) => NOTHING.to_owned(),
        (None, names) => ctes(records.lookup, &format!("{table} WHERE {kind} AND ({})", names.join(" OR "))),
    };
    let matched = match &owner {
        None => matched,
        Some(owner) => format!("{}, {matched}", owner.owner_ctes("?3")),
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
    let draft = json(&draft.to_json(records, Some(&new_id)));
    let target = owner.as_ref().map(Selector::values);
    let change = RecordChange { action, named, alternative, decisive, draft, target };
    let (facts, record) = change.make(call, &sql).await?;
    facts.answer(records, may_be_new, record)
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
        draft: json(&draft.to_json(records, None)),
        target: Some(selector.values()),
    };
    let (facts, record) = change.make(call, &sql).await?;
    facts.answer(records, false, record)
}

/// `DELETE …/{Id}`: deletes the record and answers it. Where it belongs to another, `DELETE …/{Id}/…/{SubId}`.
///
/// # Errors
/// - 400 for a path or a query that does not fit.
/// - 409 for a record that others refer to.
/// - 404 when the path names no owner or no record, 400 when it names several.
/// - The refusal of an owner or a record that is locked.
pub async fn delete<P: Ports>(call: &Call<'_, P>, records: &'static Records) -> Result<Answer, Failure> {
    let (ctes, owners, open, params) = match records.owner {
        None => {
            let selector = Selector::of_path(call, records.lookup)?;
            (selector.ctes("?1"), String::new(), "1", vec![selector.values()])
        }
        Some(owner) => {
            let owner = Selector::of_path(call, owner.lookup)?;
            let selector = Selector::of_sub_path(call, records.lookup)?;
            let ctes = format!("{}, {}", owner.owner_ctes("?1"), selector.ctes("?2"));
            (ctes, format!(", {OWNERS}"), OWNER_IS_OPEN, vec![owner.values(), selector.values()])
        }
    };
    let Lookup { table, id, word, .. } = records.lookup;
    let record = records.entity.record();
    let statement = |sql: String| Statement::new(sql, params.clone());
    let facts = statement(format!("WITH {ctes} SELECT json_object({MATCHED}{owners}) AS facts FROM matched"));
    let kept = statement(format!("WITH {ctes} SELECT {record} FROM {table} WHERE {id} = (SELECT id FROM only)"));
    let delete = statement(format!(
        "WITH {ctes} DELETE FROM {table} WHERE {id} = (SELECT id FROM only WHERE locked = 0) AND {open}
RETURNING {record} AS record"
    ));
    let named = statement(format!(
        "WITH {ctes} SELECT '{word}/' || id AS subject, '[]' AS fields FROM only WHERE locked = 0 AND {open}"
    ));
    let [.., action] = records.actions;
    let change = Change::new(action, String::new(), delete).named(named).facts(facts).kept(Some(kept), None);
    let changed = call.change(change).await.map_err(|error| {
        error.or(|error| matches!(error, DbError::ForeignKey).then_some(Failure::Conflict(records.in_use)))
    })?;
    let facts: RecordFacts =
        changed.read_facts()?.ok_or_else(|| Failure::Internal("a change without facts".to_owned()))?;
    facts.one_open(records, false)?;
    let record = changed.outcome.and_then(Row::first);
    record.map(Answer::bare).ok_or_else(|| Failure::Internal("a matched record was not deleted".to_owned()))
}
