//! The SQL of an import.
//!
//! Parameters: `?1` the rows, a JSON array of drafts (`Draft::to_json` says what each holds), `?2` `{"now", "by"}` as in
//! `sql`, where something is written. Each statement begins with these table expressions:
//!
//! | name | columns | rows |
//! |---|---|---|
//! | `found` | `at`, `draft`, `id` | the rows with their places, counted from 0, and the id of the record that each means; null for none |
//! | `problem` | `at`, `why` | the first row that cannot be taken (`import::Problem`) |
//! | `fresh` | `at`, `draft`, `id` | the rows that make a record, with its id |

use crate::db::page;
use crate::db::sql::first_version;
use crate::db::statement::{Param, Statement};
use crate::endpoint::engine::list::list_json;
use crate::endpoint::engine::lookup::Lookup;
use crate::endpoint::engine::records::definition::{Column, DraftValues, Import, Records};
use crate::endpoint::engine::records::sql::NOW;

/// How many names one row of the audit holds.
const NAMES_PER_ROW: u32 = 100;

/// SQL: every row can be taken.
const ALLOWED: &str = "NOT EXISTS (SELECT 1 FROM problem)";

/// The statements of an import.
pub struct ImportStatements<'a> {
    import: &'static Import,
    params: &'a [Param; 2],
    /// The number of rows.
    count: usize,
    /// The table expressions that each statement begins with.
    with: String,
}

impl<'a> ImportStatements<'a> {
    /// `params` are those of every statement, `count` is the number of rows.
    pub fn new(import: &'static Import, params: &'a [Param; 2], count: usize) -> Self {
        let Import { records, name, .. } = import;
        let Lookup { table, id, .. } = records.lookup;
        let is_named = name.is_value_of(records, DraftValues::Full, "item.value");
        let is_taken = name.is_value_of(records, DraftValues::Given, "found.draft");
        let with = format!(
            "WITH found AS (SELECT item.key AS at, item.value AS draft, CASE WHEN item.value ->> '$.id' IS NULL
      THEN (SELECT {id} FROM {table} WHERE {is_named})
      ELSE (SELECT {id} FROM {table} WHERE {id} = CAST(item.value ->> '$.id' AS INTEGER)) END AS id
    FROM json_each(?1) item),
  problem AS (SELECT at, why FROM (
      SELECT found.at, CASE WHEN found.id IS NULL THEN 'unknown'
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {is_taken} AND {id} <> found.id) THEN 'taken' END AS why
        FROM found WHERE found.draft ->> '$.id' IS NOT NULL
      UNION ALL SELECT max(found.at), 'repeated' FROM found WHERE found.id IS NOT NULL
        GROUP BY found.id HAVING count(*) > 1)
    WHERE why IS NOT NULL ORDER BY at LIMIT 1),
  fresh AS (SELECT found.at, found.draft, {} + row_number() OVER (ORDER BY found.at) - 1 AS id
    FROM found WHERE found.id IS NULL)",
            records.new_id()
        );
        Self { import, params, count, with }
    }

    /// A statement that reads the rows.
    fn read(&self, sql: &str) -> Statement {
        let [rows, _] = self.params;
        Statement::new(format!("{} {sql}", self.with), [rows.clone()])
    }

    /// A statement that writes what the rows say.
    fn write(&self, sql: &str) -> Statement {
        Statement::new(format!("{} {sql}", self.with), self.params.clone())
    }

    /// Selects the facts: the first row that cannot be taken.
    pub fn facts(&self) -> Statement {
        self.read("SELECT json_object('problem', (SELECT json_object('at', at, 'why', why) FROM problem)) AS facts")
    }

    /// Selects the audit's columns: the new and the changed records, [`NAMES_PER_ROW`] to a row. There is one row when
    /// nothing differs.
    pub fn named(&self) -> Statement {
        let Records { lookup: Lookup { table, id, word, .. }, columns, .. } = self.import.records;
        let differs: Vec<String> = columns
            .iter()
            .map(|Column { column, .. }| {
                format!("{table}.{column} IS NOT COALESCE(found.draft ->> '$.given.{column}', {table}.{column})")
            })
            .collect();
        self.read(&format!(
            "SELECT '{}' AS subject, json_group_array(name) FILTER (WHERE name IS NOT NULL) AS fields, COALESCE(part, 0) AS part
FROM (SELECT 1 WHERE {ALLOWED}) LEFT JOIN (SELECT name, (row_number() OVER () - 1) / {NAMES_PER_ROW} AS part FROM (
    SELECT 'added {word}/' || fresh.id AS name FROM fresh
    UNION ALL SELECT 'changed {word}/' || found.id FROM found CROSS JOIN {table} ON {id} = found.id
      WHERE {})) GROUP BY part",
            self.import.subject,
            differs.join(" OR ")
        ))
    }

    /// Changes the records that the rows mean.
    pub fn update(&self) -> Statement {
        let Records { lookup: Lookup { table, id, .. }, columns, times: [_, modified], .. } = self.import.records;
        let sets: String = columns
            .iter()
            .map(|Column { column, .. }| {
                format!("{column} = COALESCE(found.draft ->> '$.given.{column}', {table}.{column}), ")
            })
            .collect();
        self.write(&format!(
            "UPDATE {table} SET {sets}{modified} = {NOW}, modified_by = ?2 ->> 'by', version = {table}.version + 1
FROM found WHERE {id} = found.id AND {ALLOWED}"
        ))
    }

    /// Inserts the records of the other rows.
    pub fn insert(&self) -> Statement {
        let Records { lookup: Lookup { table, .. }, columns, times: [created, modified], .. } = self.import.records;
        let names: String = columns.iter().map(|Column { column, .. }| format!("{column}, ")).collect();
        let values: String =
            columns.iter().map(|Column { column, .. }| format!("fresh.draft ->> '$.full.{column}', ")).collect();
        self.write(&format!(
            "INSERT INTO {table} (id, {names}{created}, created_by, {modified}, modified_by, version)
SELECT fresh.id, {values}{NOW}, ?2 ->> 'by', {NOW}, ?2 ->> 'by', {}
FROM fresh WHERE {ALLOWED} ORDER BY fresh.at",
            first_version!()
        ))
    }

    /// Selects the records of all rows, in their order, as a list. Nothing when a row could not be taken. Where they are
    /// too many for one answer, the list has the first ones, and `CutAt` says how many.
    pub fn answer(&self) -> Statement {
        let Records { entity, lookup: Lookup { table, id, .. }, .. } = self.import.records;
        let (record, count) = (entity.record(), self.count.to_string());
        let list = list_json([&count, "0", &count], entity.name, "fitted");
        let records = page::cut(
            &format!(
                "SELECT {record} AS item FROM found CROSS JOIN {table} ON {id} = found.id ORDER BY found.at LIMIT {count}"
            ),
            &count,
        );
        self.read(&format!("SELECT {list} AS answer FROM {records} WHERE {ALLOWED}"))
    }
}
