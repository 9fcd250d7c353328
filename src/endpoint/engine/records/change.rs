//! The one batch of a POST, a PATCH or a PUT of a record.

use serde_json::json;

use crate::base::failure::{Failure, Rule};
use crate::base::json::json;
use crate::db::error::DbError;
use crate::db::statement::{Param, Row, Statement};
use crate::endpoint::engine::lookup::Lookup;
use crate::endpoint::engine::records::definition::Records;
use crate::endpoint::engine::records::facts::RecordFacts;
use crate::endpoint::engine::records::sql::RecordStatements;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::change::Change;

/// What is done to a record. The texts are SQL of `RecordStatements`, whose parameters `draft` (`?1`) and `target` (`?3`)
/// are.
pub struct RecordChange {
    /// What the audit calls it.
    pub action: &'static str,
    /// Selects the audit's columns.
    pub named: String,
    /// What makes the change in place of `decisive`; see [`Change::alternative`].
    pub alternative: Option<String>,
    /// The decisive statement.
    pub decisive: String,
    /// The draft as JSON.
    pub draft: String,
    /// The values that the path is compared with, where it names the record.
    pub target: Option<Param>,
}

impl RecordChange {
    /// Makes the change. Returns what was known before it, and the record, if it was changed.
    ///
    /// # Errors
    /// - Those of `Call::change`.
    /// - 400 for a value that a unique index refuses.
    /// - 500 when the facts are missing.
    pub async fn make<P: Ports>(
        self,
        call: &Call<'_, P>,
        sql: &RecordStatements,
    ) -> Result<(RecordFacts, Option<String>), Failure> {
        let stamp = json(&json!({ "now": call.now(), "by": call.principal.subject }));
        let mut params: Vec<Param> = vec![self.draft.into()];
        let mut of_facts = params.clone();
        params.push(stamp.into());
        if let Some(target) = self.target {
            params.push(target);
            of_facts.clone_from(&params);
        }
        let statement = |sql: String| Statement::new(sql, params.clone());
        // A repeated call finds the record by the id that it had before: the change may give it another name.
        let Records { entity, lookup: Lookup { table, id, .. }, .. } = sql.records;
        let new_id = sql.records.new_id();
        let before = format!("WITH {} SELECT json_quote(COALESCE((SELECT id FROM only), {new_id}))", sql.matched);
        let after = format!("SELECT {} FROM {table} WHERE {id} = idempotency_keys.outcome ->> '$'", entity.record());
        let mut change = Change::new(self.action, String::new(), statement(self.decisive))
            .named(statement(self.named))
            .facts(Statement::new(sql.facts(), of_facts))
            .kept(Some(statement(before)), Some(Statement::new(after, [])));
        if let Some(alternative) = self.alternative {
            change = change.alternative(statement(alternative));
        }
        let changed = call.change(change).await.map_err(|error| {
            error.or(|error| match error {
                DbError::Unique(column) => taken(sql.records, column),
                _ => None,
            })
        })?;
        let facts = changed.read_facts()?.ok_or_else(|| Failure::Internal("a change without facts".to_owned()))?;
        Ok((facts, changed.outcome.and_then(Row::first)))
    }
}

/// 400 for a `table.column` whose value another record has; `None` when it is no property of the record.
fn taken(records: &Records, violated: &str) -> Option<Failure> {
    let Records { lookup, columns, .. } = records;
    let property = if violated == lookup.id {
        "Id"
    } else {
        let (table, name) = violated.split_once('.')?;
        columns.iter().find(|column| table == lookup.table && column.column == name)?.json
    };
    Some(Failure::invalid(format!("$.{property}"), Rule::Taken))
}
