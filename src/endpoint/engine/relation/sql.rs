//! The SQL of a [`Relation`]. Parameters: `?1` what the path is matched on; `?2` the items, or what the record of a DELETE
//! is matched on; `?3` the time.
//!
//! | table expression | rows |
//! |---|---|
//! | `matched`, `only` | the parent (see `lookup::ctes`) |
//! | `unclear` | the first item whose name does not mean exactly one record |
//! | `resolved` | the items with the id of what they name: `at`, `target_id`, `permission_id`, `is_active` |
//! | `allowed` | the parent, if it takes changes and no item is unclear |

use serde_json::Value;

use crate::db::statement::{Param, Statement};
use crate::endpoint::engine::lookup::{Key, Lookup, MATCHED, Target};
use crate::endpoint::engine::relation::definition::Relation;

const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%SZ', ?3, 'unixepoch')";

/// The statements of a POST or a PATCH.
pub struct Sql<'a> {
    relation: &'static Relation,
    with: String,
    params: [Param; 2],
    now: i64,
    items: &'a Value,
}

impl<'a> Sql<'a> {
    /// `key` is the field that the items' names are looked up by, where they name a record; `now` is in seconds since 1970.
    pub fn new(
        relation: &'static Relation,
        parent: &Target,
        key: Option<&'static Key>,
        items: &'a Value,
        now: i64,
    ) -> Self {
        let named = key.zip(relation.target);
        let (from, unclear) = match named {
            None => (
                "SELECT item.key AS at, NULL AS target_id, {rest}".to_owned(),
                "SELECT 0 AS at, 0 AS found WHERE 0".to_owned(),
            ),
            Some((key, (_, Lookup { table, id, kind, .. }))) => {
                let fits = format!("{kind} AND {} IN (SELECT value FROM json_each(item.value, '$.t'))", key.column);
                (
                    format!("SELECT item.key AS at, {id} AS target_id, {{rest}} CROSS JOIN {table} WHERE {fits}"),
                    format!(
                        "SELECT at, found FROM (SELECT item.key AS at,
    (SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {fits} LIMIT 2)) AS found FROM json_each(?2) item)
    WHERE found <> 1 ORDER BY at LIMIT 1"
                    ),
                )
            }
        };
        let rest = "item.value ->> 'p' AS permission_id, item.value ->> 'a' AS is_active FROM json_each(?2) item";
        let with = format!(
            "WITH {},
  unclear AS ({unclear}),
  resolved AS ({}),
  allowed AS (SELECT id FROM only WHERE locked = 0 AND NOT EXISTS (SELECT 1 FROM unclear))",
            parent.ctes("?1"),
            from.replace("{rest}", rest)
        );
        let params = [parent.values(), items.to_string().into()];
        Self { relation, with, params, now, items }
    }

    fn statement(&self, sql: &str) -> Statement {
        Statement::new(format!("{} {sql}", self.with), self.params.clone())
    }

    /// What was matched, and the first item that is unclear.
    pub fn facts(&self) -> Statement {
        self.statement(&format!(
            "SELECT json_object({MATCHED},
  'unclear', (SELECT json_object('at', at, 'found', found) FROM unclear)) AS facts"
        ))
    }

    /// Deletes what is not among the items.
    pub fn delete_others(&self) -> Statement {
        self.statement(self.relation.delete_others)
    }

    /// Adds the items, or updates those that are there.
    pub fn insert(&self) -> Statement {
        let mut statement = self.statement(&self.relation.insert.replace("{now}", NOW));
        statement.params.push(Param::Int(self.now));
        statement
    }

    /// The decisive change: it touches exactly one row when the change is allowed, which is what the audit counts.
    pub fn touch(&self) -> Statement {
        let Lookup { table, id, .. } = self.relation.parent;
        self.statement(&format!("UPDATE {table} SET version = version + 1 WHERE {id} = (SELECT id FROM allowed)"))
    }

    /// The record of the one item.
    pub fn one(&self) -> Statement {
        let record = self.relation.record.record();
        self.statement(&format!(
            "SELECT {record} AS answer FROM allowed CROSS JOIN resolved CROSS JOIN {} LIMIT 1",
            self.relation.joined
        ))
    }

    /// The records of all items, in their order.
    pub fn all(&self) -> Statement {
        let (record, name) = (self.relation.record.record(), self.relation.record.name);
        let count = self.items.as_array().map_or(0, Vec::len);
        self.statement(&format!(
            "SELECT json_object('Meta', json_object('TotalItems', {count}, 'CurrentPage', 0, 'PageSize', {count},
    'Type', '{name}'),
  'Data', (SELECT json_group_array(json(record)) FROM (
    SELECT {record} AS record FROM resolved CROSS JOIN {} ORDER BY resolved.at LIMIT {count}))) AS answer FROM allowed",
            self.relation.joined
        ))
    }
}

/// The statements of a DELETE.
pub struct Deletion {
    /// What was matched, and how many records the second name means.
    pub facts: Statement,
    /// The record that is answered, before it is gone.
    pub kept: Statement,
    /// Deletes the record and answers it.
    pub delete: Statement,
}

impl Deletion {
    /// `child` is the record of `parent` that the path names second.
    pub fn new(relation: &Relation, parent: &Target, child: &Target) -> Self {
        let Relation { child: Lookup { table, id, .. }, delete_one, record, record_from, .. } = relation;
        let record = record.record();
        let with = format!(
            "WITH {}, child AS (SELECT {id} AS id FROM {table} WHERE {} LIMIT 2)",
            parent.ctes("?1"),
            child.condition("?2")
        );
        let condition = format!("{delete_one}(SELECT id FROM child) AND (SELECT count(*) FROM child) = 1");
        let answer = record_from.map_or_else(|| record.clone(), |from| format!("(SELECT {record} FROM {from})"));
        let statement = |sql: String| Statement::new(format!("{with} {sql}"), [parent.values(), child.values()]);
        Self {
            facts: statement(format!(
                "SELECT json_object({MATCHED}, 'children', (SELECT count(*) FROM child)) AS facts"
            )),
            kept: statement(format!("SELECT {answer} FROM {condition}")),
            delete: statement(format!(
                "DELETE FROM {condition}
AND EXISTS (SELECT 1 FROM only WHERE locked = 0) RETURNING {answer} AS record"
            )),
        }
    }
}
