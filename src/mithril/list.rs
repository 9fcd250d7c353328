//! The SQL that every Mithril list shares: one statement that counts and selects, in the order of creation. `?1` is the
//! page and its filters as JSON ([`List`]).
//!
//! The statement holds only the conditions of the filters that were given, so that each finds its index and the bare
//! count has none to check.

use crate::db::sql::COUNTED_ROWS;
use crate::db::statement::{Param, Statement};
use crate::mithril::list_query::List;

/// The order of most lists.
pub const CREATION: &str = "inserted_at, id";

/// What a list is made of. All texts are constants.
pub struct Source {
    pub table: &'static str,
    /// SQL of one item, as a JSON object.
    pub item: &'static str,
    /// Its columns from the oldest to the newest: [`CREATION`] for most.
    pub order: &'static str,
    /// SQL of the number of all rows, where that is known without counting them.
    pub total: Option<&'static str>,
    /// Conditions that always hold. They find few rows, by an index.
    pub always: &'static [&'static str],
    pub filters: &'static [Filter],
}

/// A query parameter and the condition that it adds.
pub struct Filter {
    name: &'static str,
    condition: &'static str,
    has_index: bool,
}

impl Filter {
    /// A condition that finds its rows by an index.
    pub const fn indexed(name: &'static str, condition: &'static str) -> Self {
        Self { name, condition, has_index: true }
    }

    /// A condition that is checked row by row.
    pub const fn scanned(name: &'static str, condition: &'static str) -> Self {
        Self { name, condition, has_index: false }
    }
}

impl Source {
    /// The columns `total` and `items` (a JSON array) of the page that `list` asks for.
    pub fn select(&self, list: &List) -> Statement {
        Self::statement(list, format!("SELECT {} AS total, {} AS items", self.total(list), self.items(list)))
    }

    /// The same page; no row where `condition` does not hold.
    pub fn select_where(&self, list: &List, condition: &str) -> Statement {
        let (total, items) = (self.total(list), self.items(list));
        Self::statement(list, format!("SELECT {total} AS total, {items} AS items WHERE {condition}"))
    }

    /// A statement over the values of `list`.
    pub fn statement(list: &List, sql: String) -> Statement {
        Statement::new(sql, [Param::json(list.values())])
    }

    /// SQL of the number of rows that `list` asks for.
    pub fn total(&self, list: &List) -> String {
        let (table, order, clause) = (self.table, self.order, self.clause(list));
        let given = || self.given(list);
        match (self.always, given().next(), self.total) {
            ([], None, Some(known)) => known.to_owned(),
            ([], Some(_), _) if given().all(|filter| !filter.has_index) => format!(
                "(SELECT count(*) FROM (SELECT * FROM {table} ORDER BY {order} LIMIT {COUNTED_ROWS}) AS {table}{clause})"
            ),
            _ => format!("(SELECT count(*) FROM {table}{clause})"),
        }
    }

    /// SQL of the items of the page.
    pub fn items(&self, list: &List) -> String {
        let Self { table, item, order, .. } = self;
        let clause = self.clause(list);
        format!(
            "(SELECT json_group_array(json(item)) FROM (SELECT {item} AS item FROM {table}{clause}
  ORDER BY {order} LIMIT ?1 ->> 'size' OFFSET ?1 ->> 'offset'))"
        )
    }

    /// SQL of the WHERE clause; empty without a condition.
    pub fn clause(&self, list: &List) -> String {
        let conditions = self.conditions(list);
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
    }

    /// The conditions that hold for `list`.
    pub fn conditions(&self, list: &List) -> Vec<&'static str> {
        self.always.iter().copied().chain(self.given(list).map(|filter| filter.condition)).collect()
    }

    fn given<'a>(&self, list: &'a List) -> impl Iterator<Item = &'static Filter> + use<'a> {
        self.filters.iter().filter(|filter| list.has(filter.name))
    }
}
