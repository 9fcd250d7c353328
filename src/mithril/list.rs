//! The SQL that every Mithril list shares: one statement that counts and selects, ordered by creation. `?1` is
//! the gate, `?2` the page and its filters (`http::paging::List`).
//!
//! Only the conditions of the filters that were given are in the statement, so that each has the index it
//! needs and the bare count none to check.

use crate::db::gate::{asked_context, gate};
use crate::db::made::Made;
use crate::db::statement::Statement;
use crate::mithril::list_query::List;

pub const CREATION: &str = "inserted_at, id";

/// What a list is made of. All texts are constants.
pub struct Source {
    pub table: &'static str,
    /// One item, as a JSON object.
    pub item: &'static str,
    /// Its columns from the oldest to the newest: [`CREATION`] for most.
    pub order: &'static str,
    /// SQL of the number of all rows, where that is known without counting them.
    pub total: Option<&'static str>,
    /// Conditions that always hold.
    pub always: &'static [&'static str],
    /// A filter's name and its condition.
    pub filters: &'static [(&'static str, &'static str)],
}

/// SQL: `{"total", "items"}`.
const ROWS: &str = "json_object('total', {total},
  'items', (SELECT json_group_array(json(item)) FROM (SELECT {item} AS item FROM {table}{where}
    ORDER BY {order} LIMIT ?2 ->> 'size' OFFSET ?2 ->> 'offset')))";

const SELECT: &str =
    concat!("SELECT json_object('gate', ", gate!(), ", 'context', ", asked_context!(), ", 'row', {row})");

impl Source {
    /// Which of the filters were given, a bit for each.
    fn given(&self, list: &List) -> u32 {
        self.filters.iter().rev().fold(0, |bits, (name, _)| bits << 1 | u32::from(list.has(name)))
    }

    /// SQL of the rows that `list` asks for.
    pub fn rows(&self, list: &List) -> String {
        self.fill(ROWS, list)
    }

    /// A template with `{total}`, `{table}`, `{item}`, `{order}`, and `{where}`, or `{and}` after a condition of its own.
    pub fn fill(&self, template: &str, list: &List) -> String {
        let given = self.filters.iter().filter(|(name, _)| list.has(name)).map(|(_, condition)| *condition);
        let conditions: Vec<&str> = self.always.iter().copied().chain(given).collect();
        let clause = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let more: String = conditions.iter().map(|condition| format!(" AND {condition}")).collect();
        let known = self.total.filter(|_| conditions.is_empty());
        let template = template.replace("{total}", known.unwrap_or("(SELECT count(*) FROM {table}{where})"));
        let filled = template.replace("{table}", self.table).replace("{where}", &clause).replace("{and}", &more);
        filled.replace("{item}", self.item).replace("{order}", self.order)
    }
}

thread_local! {
    /// By a list's name and which filters it has: as many as sets of filters, few of which anybody uses.
    static MADE: Made<(&'static str, u32), &'static str> = const { Made::new() };
}

/// The whole statement of the list `name`; `row` makes SQL of `{"total", "items"}`, or of NULL where there is nothing to list
/// in, and depends on nothing but the filters of `source` that were given.
pub fn select(name: &'static str, source: &Source, gate: String, list: &List, row: &dyn Fn() -> String) -> Statement {
    let sql = MADE.with(|made| made.get((name, source.given(list)), || SELECT.replace("{row}", &row()).leak()));
    Statement::new(sql, [gate.into(), list.to_json5().into()])
}
