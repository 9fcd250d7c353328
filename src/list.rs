//! The SQL that every Mithril list shares: one statement that counts and selects, ordered by creation, then
//! id. `?1` is the gate, `?2` the page and its filters (`http::paging::List`).
//!
//! Only the conditions of the filters that were given are in the statement, so that each has the index it
//! needs and the bare count none to check.

use crate::gate;
use crate::http::paging::List;
use crate::ports::Statement;

/// What a list is made of. All texts are constants.
pub struct Source {
    pub table: &'static str,
    /// One item, as a JSON object.
    pub item: &'static str,
    /// Conditions that always hold.
    pub always: &'static [&'static str],
    /// A filter's name and its condition.
    pub filters: &'static [(&'static str, &'static str)],
}

/// SQL: `{"total", "items"}`.
const ROWS: &str = "json_object('total', (SELECT count(*) FROM {table}{where}),
  'items', (SELECT json_group_array(json(item)) FROM (SELECT {item} AS item FROM {table}{where}
    ORDER BY inserted_at, id LIMIT ?2 ->> 'size' OFFSET ?2 ->> 'offset')))";

const SELECT: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', (SELECT context FROM client_types WHERE name = ?1 ->> 'type'), 'row', {row})"
);

impl Source {
    /// SQL of the rows that `list` asks for.
    pub fn rows(&self, list: &List) -> String {
        let given = self.filters.iter().filter(|(name, _)| list.has(name)).map(|(_, condition)| *condition);
        let conditions: Vec<&str> = self.always.iter().copied().chain(given).collect();
        let clause = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        ROWS.replace("{table}", self.table).replace("{where}", &clause).replace("{item}", self.item)
    }
}

/// The whole statement; `row` is SQL of `{"total", "items"}`, or of NULL where there is nothing to list in.
pub fn select(gate: String, list: &List, row: &str) -> Statement {
    Statement::new(SELECT.replace("{row}", row), [gate.into(), list.to_json().into()])
}
