//! The SQL of the operations on a record.
//!
//! Parameters: `?1` the draft (`Draft::to_json` says what it holds), `?2` `{"now", "by"}`: the time in seconds since
//! 1970 and the caller, `?3` the values that the path is compared with. Each statement begins with the table
//! expressions `matched` and `only` of the record that the change is about (see `lookup`).

use serde_json::json;

use crate::base::failure::Failure;
use crate::db::sql::first_version;
use crate::db::statement::{Param, Row, Statement};
use crate::endpoint::engine::lookup::{Lookup, MATCHED};
use crate::endpoint::engine::records::definition::{Column, ColumnContent, Records};
use crate::endpoint::engine::records::facts::RecordFacts;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::change::Change;

/// The statements of one change.
pub struct RecordStatements {
    /// The kind of record.
    pub records: &'static Records,
    /// SQL: the table expressions `matched` and `only`.
    pub matched: String,
    /// What the `Id` of the draft must be.
    pub id: IdRule,
}

/// What the `Id` of the draft must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdRule {
    /// An id that no record has.
    Free,
    /// The id of the matched record, or absent.
    Kept,
    /// Anything.
    Any,
}

/// SQL: the time as columns hold it.
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%SZ', ?2 ->> 'now', 'unixepoch')";

impl RecordStatements {
    /// Makes the change. `facts` and `change` are the SQL of its two statements; `draft` and `target` are the values of
    /// `?1` and `?3`. Returns what was known before the change, and the record, if it was changed.
    ///
    /// # Errors
    /// Those of `Call::change`; 500 when the facts are missing.
    pub async fn run<P: Ports>(
        &self,
        call: &Call<'_, P>,
        (action, label): (&'static str, &str),
        fields: Vec<&'static str>,
        [facts, change]: [String; 2],
        (draft, target): (String, Option<Param>),
    ) -> Result<(RecordFacts, Option<String>), Failure> {
        let stamp = json!({ "now": call.now(), "by": call.principal.subject }).to_string();
        let mut params: Vec<Param> = vec![draft.into()];
        let mut of_facts = params.clone();
        params.push(stamp.into());
        if let Some(target) = target {
            params.push(target);
            of_facts.clone_from(&params);
        }
        // A repeated call finds the record by the id that it had before: the change may give it another name.
        let Records { entity, lookup: Lookup { table, id, word, .. }, .. } = self.records;
        let before = format!("WITH {} SELECT json_quote(COALESCE((SELECT id FROM only), ?1 ->> '$.id'))", self.matched);
        let after = format!("SELECT {} FROM {table} WHERE {id} = idempotency_keys.outcome ->> '$'", entity.record());
        let change = Change::new(action, format!("{word}/{label}"), Statement::new(change, params.clone()))
            .fields(fields)
            .facts(Statement::new(facts, of_facts))
            .kept(Some(Statement::new(before, params)), Some(Statement::new(after, [])));
        let changed = call.change(change).await?;
        let facts = changed.read_facts()?.ok_or_else(|| Failure::Internal("a change without facts".to_owned()))?;
        Ok((facts, changed.outcome.and_then(Row::first)))
    }

    /// SQL: the first property whose value another record has, or null. See `RecordFacts::taken`.
    fn taken(&self) -> String {
        let Lookup { table, id, .. } = self.records.lookup;
        let mut sql = "CASE".to_owned();
        let ids = "SELECT value FROM json_each(?1, '$.ids')";
        match self.id {
            IdRule::Any => {}
            IdRule::Free => {
                sql.push_str(&format!(" WHEN EXISTS (SELECT 1 FROM {table} WHERE {id} IN ({ids})) THEN 'Id'"));
            }
            IdRule::Kept => sql.push_str(&format!(
                " WHEN ?1 ->> '$.id' IS NOT NULL AND EXISTS (SELECT 1 FROM only WHERE id NOT IN ({ids})) THEN 'moved'"
            )),
        }
        for column in self.records.columns.iter().filter(|column| column.is_unique()) {
            sql.push_str(&format!(
                "\n  WHEN EXISTS (SELECT 1 FROM {table} WHERE {} AND {id} IS NOT (SELECT id FROM only)) THEN '{}'",
                column.is_given(self.records),
                column.json
            ));
        }
        sql + " END"
    }

    /// SQL: selects the members of `RecordFacts`.
    pub fn facts(&self) -> String {
        let Self { matched, .. } = self;
        format!("WITH {matched} SELECT json_object({MATCHED}, 'taken', {}) AS facts", self.taken())
    }

    /// SQL: inserts a new record or, when one was matched, sets its given properties. It changes nothing unless the
    /// condition `guard` holds, which may read `matched`.
    pub fn insert(&self, guard: &str) -> String {
        let Records { entity, lookup, columns, constants, times: [created, modified], .. } = self.records;
        let Self { matched, .. } = self;
        let (mut names, mut values, mut updates) = (String::new(), String::new(), String::new());
        for Column { column, .. } in *columns {
            names.push_str(&format!("{column}, "));
            values.push_str(&format!("?1 ->> '$.full.{column}', "));
            updates.push_str(&format!("{column} = COALESCE(?1 ->> '$.given.{column}', {column}), "));
        }
        for (column, value) in *constants {
            names.push_str(&format!("{column}, "));
            values.push_str(&format!("{value}, "));
        }
        format!(
            "WITH {matched} INSERT INTO {} (id, {names}{created}, created_by, {modified}, modified_by, version)
SELECT COALESCE((SELECT id FROM only), ?1 ->> '$.id'), {values}{NOW}, ?2 ->> 'by', {NOW}, ?2 ->> 'by', {}
WHERE {guard} AND {} IS NULL
ON CONFLICT DO UPDATE SET {updates}{modified} = excluded.{modified}, modified_by = excluded.modified_by,
  version = version + 1
RETURNING {} AS record",
            lookup.table,
            first_version!(),
            self.taken(),
            entity.record()
        )
    }

    /// SQL: replaces the matched record, unless it refuses changes.
    pub fn replace(&self) -> String {
        let Records { entity, lookup: Lookup { table, id, .. }, columns, times: [_, modified], .. } = self.records;
        let Self { matched, .. } = self;
        let mut updates = String::new();
        for Column { column, content, .. } in *columns {
            updates.push_str(&match content {
                ColumnContent::Name => format!("{column} = COALESCE(?1 ->> '$.given.{column}', {column}), "),
                _ => format!("{column} = ?1 ->> '$.full.{column}', "),
            });
        }
        format!(
            "WITH {matched} UPDATE {table} SET {updates}{modified} = {NOW}, modified_by = ?2 ->> 'by',
  version = version + 1
WHERE {id} = (SELECT id FROM only WHERE locked = 0) AND {} IS NULL
RETURNING {} AS record",
            self.taken(),
            entity.record()
        )
    }
}
