//! The import of records: one call makes and changes up to 1,000 at once (spec/newer.md §2.2, `PATCH …/Json`). Either every
//! row takes effect or none does.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::base::failure::{Failure, Rule};
use crate::base::object::object;
use crate::db::statement::{Param, Row};
use crate::endpoint::engine::entity::Shown;
use crate::endpoint::engine::records::definition::Import;
use crate::endpoint::engine::records::draft::Draft;
use crate::endpoint::engine::records::import_sql::ImportStatements;
use crate::endpoint::engine::relation::{ItemProperty, LARGEST_BODY, objects, validated};
use crate::http::Answer;
use crate::http::fields::Fields;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::request::change::Change;

object! {
    /// What the database knows before an import.
    struct ImportFacts {
        /// The first row that cannot be taken.
        problem: Option<Problem>,
    }
}

object! {
    /// A row that cannot be taken.
    struct Problem {
        /// Its place, counted from 0.
        at: usize,
        /// What is wrong: `unknown` (no record has its `Id`), `taken` (another record has its name), `repeated` (an earlier row
        /// means the same record).
        why: String,
    }
}

/// `PATCH …/Json`: makes and changes the records that the rows mean. A row with an `Id` changes that record. A row without
/// one changes the record with its name, or makes a record. Answers the records, in the order of the rows.
///
/// # Errors
/// - 400 for a body that does not fit; the sentence says which row.
/// - 400 for a row whose `Id` no record has, whose name another record has, or which means a record again.
pub async fn import<P: Ports>(call: &Call<'_, P>, import: &'static Import) -> Result<Answer, Failure> {
    let mut body = Fields::new(call.object(LARGEST_BODY).await?);
    let extra = body.take("Extra");
    let mut rows = body.take(import.collection);
    body.boolean("IsFullValidation");
    body.finish()?;
    validated(extra, &properties(import), &mut rows, import.collection)?;
    let drafts = objects(rows, import.collection, |row| Draft::of(row, import.records))?;
    if let Some((at, property)) = repeated(&drafts, import) {
        return Err(Failure::Unfit(format!("{}[{at}].{property}: an earlier row has it", import.collection)));
    }
    let rows =
        drafts.iter().map(|draft| draft.to_json(import.records, Some(&id::uuid(call.ports).to_ascii_uppercase())));
    let stamp = Param::json(&json!({ "now": call.now(), "by": call.principal.subject }));
    let params = [Param::json(&rows.collect::<Vec<Value>>()), stamp];
    let sql = ImportStatements::new(import, &params, drafts.len());
    let answer = sql.answer();
    let change = Change::new(import.action, String::new(), sql.insert())
        .named_parts(sql.named())
        .facts(sql.facts())
        .steps(vec![sql.update()])
        .answer(answer.clone())
        .kept(None, Some(answer));
    let changed = call.change(change).await?;
    let facts: ImportFacts =
        changed.read_facts()?.ok_or_else(|| Failure::Internal("a change without facts".to_owned()))?;
    match (facts.problem, changed.outcome.and_then(Row::first)) {
        (None, Some(answer)) => Ok(Answer::bare(answer)),
        (None, None) => Err(Failure::Internal("an import that nothing forbids was not made".to_owned())),
        (Some(Problem { at, why }), _) => Err(refusal(import, at, &why)),
    }
}

/// The properties of a row. None of them is read as the name of another record.
fn properties(import: &Import) -> Vec<ItemProperty> {
    let shown = import.records.entity.fields.iter().filter(|field| field.shown != Shown::Never);
    shown.map(|field| ItemProperty { name: field.name, is_relation: false, kind: field.kind }).collect()
}

/// The refusal of a row.
fn refusal(import: &Import, at: usize, why: &str) -> Failure {
    let (collection, name) = (import.collection, import.name.json);
    match why {
        "unknown" => Failure::invalid(format!("$.{collection}[{at}].Id"), Rule::Unknown),
        "taken" => Failure::invalid(format!("$.{collection}[{at}].{name}"), Rule::Taken),
        _ => Failure::Unfit(format!("{collection}[{at}]: an earlier row means the same record")),
    }
}

/// The first row that has the `Id` or the name of an earlier one, and the property.
fn repeated(drafts: &[Draft], import: &Import) -> Option<(usize, &'static str)> {
    let (mut ids, mut names) = (HashSet::new(), HashSet::new());
    drafts.iter().enumerate().find_map(|(at, draft)| {
        let name = draft.given.get(import.name.column).and_then(Value::as_str);
        if draft.id.as_deref().is_some_and(|id| !ids.insert(id)) {
            Some((at, "Id"))
        } else if name.is_some_and(|name| !names.insert(name)) {
            Some((at, import.name.json))
        } else {
            None
        }
    })
}
