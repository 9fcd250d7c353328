//! The SQL of `relation`. Parameters: `?1` gate, `?2` what the path is matched on, `?3` the items, or what the
//! record of a DELETE is matched on; `?4` the time.
//!
//! | table expression | rows |
//! |---|---|
//! | `matched`, `only` | the parent (see `lookup::ctes`) |
//! | `unclear` | the first item whose name does not mean exactly one record |
//! | `resolved` | the items with the id of what they name: `at`, `target_id`, `permission_id`, `is_active` |
//! | `allowed` | the parent, if the gate is open, it takes changes, and no item is unclear |

use std::ptr;

use serde_json::Value;

use crate::db::gate::gate;
use crate::db::made::Made;
use crate::db::statement::{Param, Statement};
use crate::endpoint::engine::lookup::{Key, Lookup, MATCHED, Target};
use crate::endpoint::engine::relation::definition::Relation;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::change::Snapshot;

const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%SZ', ?4, 'unixepoch')";

struct Sql<'a> {
    relation: &'static Relation,
    with: String,
    params: [Param; 3],
    now: i64,
    items: &'a Value,
}

impl<'a> Sql<'a> {
    fn new<P: Ports>(
        call: &Call<'_, P>,
        relation: &'static Relation,
        parent: &Target,
        key: Option<&'static Key>,
        items: &'a Value,
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
    (SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {fits} LIMIT 2)) AS found FROM json_each(?3) item)
    WHERE found <> 1 ORDER BY at LIMIT 1"
                    ),
                )
            }
        };
        let rest = "item.value ->> 'p' AS permission_id, item.value ->> 'a' AS is_active FROM json_each(?3) item";
        let with = format!(
            "WITH {},
  unclear AS ({unclear}),
  resolved AS ({}),
  allowed AS (SELECT id FROM only WHERE locked = 0 AND NOT EXISTS (SELECT 1 FROM unclear) AND 'ok' = {})",
            parent.ctes("?2"),
            from.replace("{rest}", rest),
            gate!()
        );
        let params = [call.gate.to_json5().into(), parent.values().into(), items.to_string().into()];
        Self { relation, with, params, now: call.now(), items }
    }

    fn statement(&self, sql: &str) -> Statement {
        Statement::new(format!("{} {sql}", self.with), self.params.clone())
    }

    fn facts(&self) -> Statement {
        self.statement(&format!(
            "SELECT json_object('gate', {}, 'row', json_object({MATCHED},
  'unclear', (SELECT json_object('at', at, 'found', found) FROM unclear)))",
            gate!()
        ))
    }

    fn insert(&self) -> Statement {
        let mut statement = self.statement(&self.relation.insert.replace("{now}", NOW));
        statement.params.push(Param::Int(self.now));
        statement
    }

    /// The last change, of exactly one row: it is what the audit counts.
    fn touch(&self) -> Statement {
        let Lookup { table, id, .. } = self.relation.parent;
        self.statement(&format!("UPDATE {table} SET version = version + 1 WHERE {id} = (SELECT id FROM allowed)"))
    }

    fn one(&self) -> Statement {
        let record = self.relation.record.record();
        self.statement(&format!(
            "SELECT {record} AS answer FROM allowed CROSS JOIN resolved CROSS JOIN {} LIMIT 1",
            self.relation.joined
        ))
    }

    fn all(&self) -> Statement {
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

pub fn insert<P: Ports>(
    call: &Call<'_, P>,
    relation: &'static Relation,
    parent: &Target,
    key: Option<&'static Key>,
    items: &Value,
) -> Vec<Statement> {
    let sql = Sql::new(call, relation, parent, key, items);
    vec![sql.facts(), sql.insert(), sql.touch(), sql.one()]
}

pub fn upsert_all<P: Ports>(
    call: &Call<'_, P>,
    relation: &'static Relation,
    parent: &Target,
    key: Option<&'static Key>,
    items: &Value,
    delete_others: bool,
) -> Vec<Statement> {
    let sql = Sql::new(call, relation, parent, key, items);
    let mut statements = vec![sql.facts()];
    if delete_others {
        statements.push(sql.statement(relation.delete_others));
    }
    statements.extend([sql.insert(), sql.touch(), sql.all()]);
    statements
}

/// What a DELETE is made of: `with`, the record that it answers, and its WHERE.
struct Deletion {
    with: String,
    answer: String,
    condition: String,
}

impl Deletion {
    fn new(relation: &Relation, parent: &Target, child: &Target) -> Self {
        let Relation { child: Lookup { table, id, .. }, delete_one, record, record_from, .. } = relation;
        let record = record.record();
        let with = format!(
            "WITH {}, child AS (SELECT {id} AS id FROM {table} WHERE {} LIMIT 2)",
            parent.ctes("?2"),
            child.condition("?3")
        );
        let condition = format!("{delete_one}(SELECT id FROM child) AND (SELECT count(*) FROM child) = 1");
        let answer = record_from.map_or_else(|| record.clone(), |from| format!("(SELECT {record} FROM {from})"));
        Self { with, answer, condition }
    }

    /// What the gate and the two records say, and the DELETE.
    fn texts(&self) -> [String; 2] {
        let (gate, Self { with, answer, condition }) = (gate!(), self);
        [
            format!(
                "{with} SELECT json_object('gate', {gate}, 'row',
  json_object({MATCHED}, 'children', (SELECT count(*) FROM child)))"
            ),
            format!(
                "{with} DELETE FROM {condition}
AND EXISTS (SELECT 1 FROM only WHERE locked = 0) AND 'ok' = {gate} RETURNING {answer}"
            ),
        ]
    }
}

/// A relation and the fields that its two records are named by, by where they are.
type Named = (*const Relation, [*const Key; 2]);

thread_local! {
    /// [`Deletion::texts`]: as many as relations and fields.
    static DELETIONS: Made<Named, [&'static str; 2]> = const { Made::new() };
}

pub fn delete<P: Ports>(
    call: &Call<'_, P>,
    relation: &'static Relation,
    parent: &Target,
    child: &Target,
) -> Vec<Statement> {
    let named = (ptr::from_ref(relation), [parent.key, child.key].map(ptr::from_ref));
    let make = || Deletion::new(relation, parent, child).texts().map(|text| &*text.leak());
    let texts = DELETIONS.with(|made| made.get(named, make));
    let params = deletion_params(call, parent, child);
    texts.into_iter().map(|text| Statement::new(text, params.clone())).collect()
}

fn deletion_params<P: Ports>(call: &Call<'_, P>, parent: &Target, child: &Target) -> [Param; 3] {
    [call.gate.to_json5().into(), parent.values().into(), child.values().into()]
}

/// The record that [`delete`] answers, before it is gone.
pub fn deleted<P: Ports>(call: &Call<'_, P>, relation: &Relation, parent: &Target, child: &Target) -> Snapshot {
    let Deletion { with, answer, condition } = Deletion::new(relation, parent, child);
    let shown = format!("{with} SELECT {answer} FROM {condition}");
    Snapshot { before: Some(Statement::new(shown, deletion_params(call, parent, child))), after: None }
}
