//! The SQL of the operations on a record.
//!
//! Parameters: `?1` the draft (`Draft::to_json` says what it holds), `?2` `{"now", "by"}`: the time in seconds since
//! 1970 and the caller, `?3` the values that the path is compared with. Each statement begins with the table
//! expressions `matched` and `only` of the record that the change is about, and before them `owners` and `owner` where
//! it belongs to another record (see `lookup`).
//!
//! A create is never a change: an INSERT has no ON CONFLICT, and an UPDATE touches the row of `only` alone.

use crate::db::sql::first_version;
use crate::endpoint::engine::lookup::{Lookup, MATCHED, OWNER_IS_OPEN, OWNERS, with_value};
use crate::endpoint::engine::records::definition::{Column, ColumnContent, DraftValues, RecordOwner, Records};

/// The statements of one change.
pub struct RecordStatements {
    /// The kind of record.
    pub records: &'static Records,
    /// SQL: the table expressions `matched` and `only`, behind those of the owner.
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
pub const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%SZ', ?2 ->> 'now', 'unixepoch')";

impl RecordStatements {
    /// SQL: the first property whose value another record has, or null. See `RecordFacts::taken`.
    fn taken(&self) -> String {
        let Lookup { table, id, .. } = self.records.lookup;
        let mut sql = "CASE".to_owned();
        match self.id {
            IdRule::Any => {}
            IdRule::Free => {
                let same = with_value(table, "1", id, "?1 -> 'ids'");
                sql.push_str(&format!(" WHEN EXISTS (SELECT 1 FROM {same}) THEN 'Id'"));
            }
            IdRule::Kept => sql.push_str(
                " WHEN ?1 ->> '$.id' IS NOT NULL AND EXISTS (SELECT 1 FROM only WHERE id NOT IN (?1 ->> '$.ids[0]',
    COALESCE(?1 ->> '$.ids[1]', ?1 ->> '$.ids[0]'), COALESCE(?1 ->> '$.ids[2]', ?1 ->> '$.ids[0]'))) THEN 'moved'",
            ),
        }
        // A new record has a name even when the body gives none.
        let values = if self.id == IdRule::Free { DraftValues::Full } else { DraftValues::Given };
        for column in self.records.columns.iter().filter(|column| column.is_unique()) {
            sql.push_str(&format!(
                "\n  WHEN EXISTS (SELECT 1 FROM {table} WHERE {} AND {id} IS NOT (SELECT id FROM only)) THEN '{}'",
                column.is_value_of(self.records, values, "?1"),
                column.json
            ));
        }
        sql + " END"
    }

    /// SQL: selects the members of `RecordFacts`.
    pub fn facts(&self) -> String {
        let Self { matched, records, .. } = self;
        let owners = if records.owner.is_some() { format!(", {OWNERS}") } else { String::new() };
        format!("WITH {matched} SELECT json_object({MATCHED}, 'taken', {}{owners}) AS facts FROM matched", self.taken())
    }

    /// SQL: the owner takes changes. Always true where the records have none.
    fn owner_is_open(&self) -> &'static str {
        if self.records.owner.is_some() { OWNER_IS_OPEN } else { "1" }
    }

    /// SQL: the condition of [`RecordStatements::insert`].
    fn may_insert(&self) -> String {
        format!("(SELECT found FROM matched) = 0 AND {} IS NULL AND {}", self.taken(), self.owner_is_open())
    }

    /// SQL: the condition of [`RecordStatements::update`]: the row is the matched one, and it takes changes.
    fn may_update(&self) -> String {
        let (id, taken, owner_is_open) = (self.records.lookup.id, self.taken(), self.owner_is_open());
        format!("{id} = (SELECT id FROM only WHERE locked = 0) AND {taken} IS NULL AND {owner_is_open}")
    }

    /// SQL: inserts a new record, when none was matched.
    pub fn insert(&self) -> String {
        let Records { entity, lookup, columns, constants, times: [created, modified], .. } = self.records;
        let Self { matched, .. } = self;
        let (mut names, mut values) = (String::new(), String::new());
        for Column { column, .. } in *columns {
            names.push_str(&format!("{column}, "));
            values.push_str(&format!("?1 ->> '$.full.{column}', "));
        }
        for (column, value) in *constants {
            names.push_str(&format!("{column}, "));
            values.push_str(&format!("{value}, "));
        }
        format!(
            "WITH {matched} INSERT INTO {} (id, {names}{created}, created_by, {modified}, modified_by, version)
SELECT {}, {values}{NOW}, ?2 ->> 'by', {NOW}, ?2 ->> 'by', {}
WHERE {}
RETURNING {} AS record",
            lookup.table,
            self.records.new_id(),
            first_version!(),
            self.may_insert(),
            entity.record()
        )
    }

    /// SQL: sets the values of the matched record, unless it refuses changes. A name that is not given stays.
    pub fn update(&self, values: DraftValues) -> String {
        let Records { entity, lookup: Lookup { table, .. }, columns, times: [_, modified], .. } = self.records;
        let Self { matched, .. } = self;
        let sets = columns.iter().map(|column| format!("{} = {}, ", column.column, new_value(column, values)));
        format!(
            "WITH {matched} UPDATE {table} SET {}{modified} = {NOW}, modified_by = ?2 ->> 'by',
  version = version + 1
WHERE {}
RETURNING {} AS record",
            sets.collect::<String>(),
            self.may_update(),
            entity.record()
        )
    }

    /// SQL: selects the audit's columns of [`RecordStatements::insert`].
    pub fn named_insert(&self) -> String {
        let Self { matched, records, .. } = self;
        let fields = match records.owner {
            None => "?1 -> '$.fields'".to_owned(),
            Some(RecordOwner { property, .. }) => format!("json_insert(?1 -> '$.fields', '$[#]', '{property}')"),
        };
        format!(
            "WITH {matched} SELECT '{}/' || ({}) AS subject, {fields} AS fields WHERE {}",
            records.lookup.word,
            records.new_id(),
            self.may_insert()
        )
    }

    /// SQL: selects the audit's columns of [`RecordStatements::update`]; `fields` are the properties whose values change.
    pub fn named_update(&self, values: DraftValues) -> String {
        let Records { lookup: Lookup { table, id, word, .. }, columns, .. } = self.records;
        let Self { matched, .. } = self;
        let changed: Vec<String> = columns
            .iter()
            .map(|column| {
                let Column { json, column: name, .. } = column;
                format!("iif({table}.{name} IS NOT {}, ',\"{json}\"', '')", new_value(column, values))
            })
            .collect();
        format!(
            "WITH {matched} SELECT '{word}/' || {id} AS subject, '[' || substr({}, 2) || ']' AS fields
FROM {table} WHERE {}",
            changed.join(" || "),
            self.may_update()
        )
    }
}

/// SQL: the value that an UPDATE gives a column.
fn new_value(Column { column, content, .. }: &Column, values: DraftValues) -> String {
    match (values, content) {
        (DraftValues::Full, ColumnContent::Name) | (DraftValues::Given, _) => {
            format!("COALESCE(?1 ->> '$.given.{column}', {column})")
        }
        (DraftValues::Full, _) => format!("?1 ->> '$.full.{column}'"),
    }
}
