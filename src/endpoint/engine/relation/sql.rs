//! The SQL of a [`Relation`].
//!
//! Parameters of a POST or a PATCH: `?1` the values that the path is compared with, `?2` the items, `?3` the time in
//! seconds since 1970. Parameters of a DELETE: `?1` as before, `?2` the values that the second part of the path is
//! compared with.
//!
//! The items are a JSON array of `{"t": [values that the named record is found by], "s": [the same for the second record]
//! or null, "p": PermissionId, "a": 0 | 1}`.
//!
//! Each statement begins with these common table expressions, which the fragments of [`RelationSql`] read:
//!
//! | name | columns | rows |
//! |---|---|---|
//! | `matched`, `only` | `id`, `locked` | the parent (see `lookup`) |
//! | `unclear` | `at`, `found`, `is_second` | the first item with a name that does not mean exactly one record; how many it means; whether it is the name of the second record |
//! | `resolved` | `at`, `target_id`, `second_id`, `permission_id`, `is_active` | the items, with the ids of the records that each names; `second_id` is null for none |
//! | `allowed` | `id`, `now` | the parent, if it takes changes and no item is unclear; the time as columns hold it |
//! | `children` | `found`, `id` | one: how many records the path names second, 0, 1, or 2 for several; the id of one |
//! | `child` | `id` | the record that the path names second, if there is exactly one |
//!
//! `at` is an item's place, counted from 0. `unclear`, `resolved` and `allowed` are there in a POST and a PATCH alone,
//! `children` and `child` in a DELETE alone.
//!
//! [`RelationSql`]: crate::endpoint::engine::relation::RelationSql

use serde_json::Value;

use crate::db::page;
use crate::db::statement::{Param, Statement};
use crate::endpoint::engine::list::list_json;
use crate::endpoint::engine::lookup::{Lookup, LookupField, LookupKind, MATCHED, Selector, with_value};
use crate::endpoint::engine::relation::definition::{Relation, RelationSql, RelationTarget};

/// SQL: a row for each item.
const ITEMS: &str = "json_each(?2) item";
/// SQL: the columns of `resolved` that an item itself holds.
const HELD: &str = "item.value ->> 'p' AS permission_id, item.value ->> 'a' AS is_active";

/// How many names one row of the audit holds. A change of more records has more rows, so that a page of rows stays small.
const NAMES_PER_ROW: u32 = 100;

/// What becomes of the parent's records that no item names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// They stay.
    Stay,
    /// They are deleted.
    Go,
}

/// The fields that the items' names are looked up by: of the one record and, where items may name a second, of that.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameFields {
    /// The field of [`Relation::target`]; `None` where items name no record.
    pub target: Option<&'static LookupField>,
    /// The field of [`Relation::second`]; `None` where items may not name one.
    pub second: Option<&'static LookupField>,
}

/// The statements of a POST or a PATCH.
pub struct RelationStatements<'a> {
    relation: &'static Relation,
    /// The table expressions that each statement begins with.
    with: String,
    params: [Param; 3],
    items: &'a Value,
}

impl<'a> RelationStatements<'a> {
    /// `fields` are what the items' names are looked up by. `now` is in seconds since 1970.
    pub fn new(relation: &'static Relation, parent: &Selector, fields: NameFields, items: &'a Value, now: i64) -> Self {
        let (unclear, resolved) = match fields.target.zip(relation.target) {
            None => unnamed_items(),
            Some((field, RelationTarget { lookup, .. })) => {
                named_items((field, lookup), fields.second.zip(relation.second.map(|second| second.lookup)))
            }
        };
        let with = format!(
            "WITH {},
  unclear AS ({unclear}),
  resolved AS ({resolved}),
  allowed AS (SELECT id, strftime('%Y-%m-%dT%H:%M:%SZ', ?3, 'unixepoch') AS now
    FROM only WHERE locked = 0 AND NOT EXISTS (SELECT 1 FROM unclear))",
            parent.ctes("?1")
        );
        let params = [parent.values(), Param::json(&items), Param::Int(now)];
        Self { relation, with, params, items }
    }

    fn statement(&self, sql: &str) -> Statement {
        Statement::new(format!("{} {sql}", self.with), self.params.clone())
    }

    /// Selects the facts of the change: what was matched, and the first item that is unclear.
    pub fn facts(&self) -> Statement {
        self.statement(&format!(
            "SELECT json_object({MATCHED},
  'unclear', (SELECT json_object('at', at, 'found', found, 'is_second', is_second) FROM unclear)) AS facts
FROM matched"
        ))
    }

    /// Deletes the parent's records that no item names.
    pub fn delete_others(&self) -> Statement {
        self.statement(&format!("DELETE FROM {}", self.relation.sql.others))
    }

    /// SQL: how the audit tells whether an item is active, where items say so.
    const fn state(&self) -> &'static str {
        if self.relation.has_activity { "iif(resolved.is_active, ' (on)', ' (off)')" } else { "''" }
    }

    /// Selects the audit's columns for a single item: the parent, and what is given to it, if anything.
    pub fn named_one(&self) -> Statement {
        let Relation { parent, sql: RelationSql { present, differs, item_name, .. }, .. } = self.relation;
        let name = |verb: &str| format!("json_array('{verb} ' || {item_name} || {})", self.state());
        let changed = differs.map_or_else(String::new, |differs| {
            format!("\n  WHEN EXISTS (SELECT 1 FROM {present} AND {differs}) THEN {}", name("changed"))
        });
        self.statement(&format!(
            "SELECT '{}/' || allowed.id AS subject, CASE WHEN NOT EXISTS (SELECT 1 FROM {present}) THEN {}{changed}
  ELSE '[]' END AS fields FROM allowed CROSS JOIN resolved",
            parent.word,
            name("added")
        ))
    }

    /// Selects the audit's columns: the parent, and what is given to it and taken from it, [`NAMES_PER_ROW`] to a row.
    /// There is one row when nothing differs. Of two items for the same row, the last counts.
    pub fn named(&self, others: Others) -> Statement {
        let Relation { parent, sql, .. } = self.relation;
        let RelationSql { present, differs, others: rows, item_name, row_name, .. } = sql;
        let state = self.state();
        let last = "(SELECT target_id, second_id, permission_id, is_active, max(at) AS at FROM resolved
    GROUP BY target_id, permission_id) AS resolved";
        let mut names = format!(
            "SELECT 'added ' || {item_name} || {state} AS name FROM {last} WHERE NOT EXISTS (SELECT 1 FROM {present})"
        );
        if let Some(differs) = differs {
            names.push_str(&format!(
                "\n  UNION ALL SELECT 'changed ' || {item_name} || {state} FROM {last}
  WHERE EXISTS (SELECT 1 FROM {present} AND {differs})"
            ));
        }
        if others == Others::Go {
            names.push_str(&format!("\n  UNION ALL SELECT 'removed ' || {row_name} FROM {rows}"));
        }
        self.statement(&format!(
            "SELECT '{}/' || allowed.id AS subject,
  json_group_array(name) FILTER (WHERE name IS NOT NULL) AS fields, COALESCE(part, 0) AS part
FROM allowed LEFT JOIN (SELECT name, (row_number() OVER () - 1) / {NAMES_PER_ROW} AS part FROM ({names})) GROUP BY part",
            parent.word
        ))
    }

    /// Adds the items, or updates those that are there.
    pub fn insert(&self) -> Statement {
        self.statement(self.relation.sql.insert)
    }

    /// The decisive change: it updates exactly one row when the change is allowed. The audit row depends on that
    /// number.
    pub fn touch(&self) -> Statement {
        let Lookup { table, id, .. } = self.relation.parent;
        self.statement(&format!("UPDATE {table} SET version = version + 1 WHERE {id} = (SELECT id FROM allowed)"))
    }

    /// Selects the record of the one item.
    pub fn one(&self) -> Statement {
        let record = self.relation.record.record();
        self.statement(&format!(
            "SELECT {record} AS answer FROM allowed CROSS JOIN resolved CROSS JOIN {} LIMIT 1",
            self.relation.sql.answered
        ))
    }

    /// Selects the records of all items, in their order, as a list. Where they are too many for one answer, the list has
    /// the first ones, and `CutAt` says how many.
    pub fn all(&self) -> Statement {
        let (record, name) = (self.relation.record.record(), self.relation.record.name);
        let count = self.items.as_array().map_or(0, Vec::len);
        let count = count.to_string();
        let list = list_json([&count, "0", &count], name, "fitted");
        let records = page::cut(
            &format!(
                "SELECT {record} AS item FROM resolved CROSS JOIN {} ORDER BY resolved.at LIMIT {count}",
                self.relation.sql.answered
            ),
            &count,
        );
        self.statement(&format!("SELECT {list} AS answer FROM allowed CROSS JOIN {records}"))
    }
}

/// SQL of `unclear` and `resolved` for items that name no record.
fn unnamed_items() -> (String, String) {
    let unclear = "SELECT 0 AS at, 0 AS found, 0 AS is_second WHERE 0".to_owned();
    (unclear, format!("SELECT item.key AS at, NULL AS target_id, NULL AS second_id, {HELD} FROM {ITEMS}"))
}

/// A field, and the kind of record that is found by it.
type FoundBy = (&'static LookupField, &'static Lookup);

/// SQL of `unclear` and `resolved` for items that name a record by a field, and perhaps a second one.
fn named_items(target: FoundBy, second: Option<FoundBy>) -> (String, String) {
    let named = |(field, lookup): FoundBy, member: &str| {
        with_value(lookup.table, lookup.kind, field.column, &format!("item.value -> '{member}'"))
    };
    let found = |by: FoundBy, member: &str, is_second: u8| {
        format!(
            "SELECT item.key AS at, (SELECT count(*) FROM (SELECT 1 FROM {} LIMIT 2)) AS found,
    {is_second} AS is_second FROM {ITEMS}",
            named(by, member)
        )
    };
    let mut all = found(target, "t", 0);
    let mut second_id = "NULL".to_owned();
    if let Some(second) = second {
        all.push_str(&format!("\n    UNION ALL {} WHERE item.value ->> 's' IS NOT NULL", found(second, "s", 1)));
        second_id = format!("(SELECT {} FROM {})", second.1.id, named(second, "s"));
    }
    let unclear = format!("SELECT at, found, is_second FROM ({all})\n    WHERE found <> 1 ORDER BY at LIMIT 1");
    let (LookupField { column, kind, .. }, Lookup { table, id, kind: is_of_kind, .. }) = target;
    let is_named = match kind {
        LookupKind::Id => "IN (item.value ->> '$.t[0]', item.value ->> '$.t[1]', item.value ->> '$.t[2]')",
        LookupKind::Text | LookupKind::Number => "= item.value ->> '$.t[0]'",
    };
    let resolved = format!(
        "SELECT item.key AS at, {id} AS target_id, {second_id} AS second_id, {HELD}
    FROM {ITEMS} CROSS JOIN {table} WHERE {is_of_kind} AND {column} {is_named}"
    );
    (unclear, resolved)
}

/// The statements of a DELETE.
pub struct Deletion {
    /// Selects what was matched, and how many records the path names second.
    pub facts: Statement,
    /// Selects the record that is answered, before it is gone.
    pub kept: Statement,
    /// Selects the audit's columns: the parent, and what is taken from it.
    pub named: Statement,
    /// Deletes the record and answers it.
    pub delete: Statement,
}

impl Deletion {
    /// `child` is the record of `parent` that the path names second.
    pub fn new(relation: &Relation, parent: &Selector, child: &Selector) -> Self {
        let Relation { child: Lookup { id, .. }, sql, .. } = relation;
        let record = relation.record.record();
        let with = format!(
            "WITH {}, children AS (SELECT count(*) AS found, id FROM (SELECT {id} AS id FROM {} LIMIT 2)),
  child AS (SELECT id FROM children WHERE found = 1)",
            parent.ctes("?1"),
            child.from("?2")
        );
        let deleted = sql.deleted;
        let answer = sql.deleted_record.map_or_else(|| record.clone(), |from| format!("(SELECT {record} FROM {from})"));
        let may_delete = "EXISTS (SELECT 1 FROM only WHERE locked = 0)";
        let statement = |sql: String| Statement::new(format!("{with} {sql}"), [parent.values(), child.values()]);
        Self {
            facts: statement(format!(
                "SELECT json_object({MATCHED}, 'children', (SELECT found FROM children)) AS facts FROM matched"
            )),
            kept: statement(format!("SELECT {answer} FROM {deleted}")),
            named: statement(format!(
                "SELECT '{}/' || (SELECT id FROM only) AS subject, json_array('removed ' || {}) AS fields
FROM {deleted} AND {may_delete}",
                relation.parent.word, sql.row_name
            )),
            delete: statement(format!("DELETE FROM {deleted} AND {may_delete} RETURNING {answer} AS record")),
        }
    }
}
