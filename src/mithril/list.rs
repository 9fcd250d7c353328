//! The SQL that all Mithril lists share: one statement that counts the rows and selects a page of them. `?1` is the
//! page with its filters as JSON ([`ListRequest`]).
//!
//! The statement has the conditions of only those filters that the caller sent. So each condition can use its index,
//! and a count without filters checks no condition.

use crate::db::page;
use crate::db::sql::COUNTED_ROWS;
use crate::db::statement::{Param, Statement};
use crate::mithril::list_request::ListRequest;

/// The order of most lists: by creation.
pub const CREATION: &str = "inserted_at, id";

/// SQL of the most items of a page.
pub const SIZE: &str = "?1 ->> 'size'";
/// SQL: how many records come before the page.
pub const OFFSET: &str = "?1 ->> 'offset'";

/// How a list is selected. All texts are SQL, and constants.
pub struct ListSource {
    /// The table.
    pub table: &'static str,
    /// One item as a JSON object: an expression over the row.
    pub item: &'static str,
    /// The columns that order the rows, oldest first; mostly [`CREATION`].
    pub order: &'static str,
    /// The number of all rows, if it is known without counting them.
    pub total: Option<&'static str>,
    /// Conditions that every list of this source has. They find few rows, or all of a list whose `total` is known, by an
    /// index.
    pub always: &'static [&'static str],
    /// The filters that a caller may send.
    pub filters: &'static [ListFilter],
}

/// A query parameter, and the condition that it adds to the statement.
pub struct ListFilter {
    name: &'static str,
    condition: &'static str,
    has_index: bool,
}

impl ListFilter {
    /// A condition that finds its rows by an index.
    pub const fn indexed(name: &'static str, condition: &'static str) -> Self {
        Self { name, condition, has_index: true }
    }

    /// A condition that is checked row by row.
    pub const fn scanned(name: &'static str, condition: &'static str) -> Self {
        Self { name, condition, has_index: false }
    }
}

impl ListSource {
    /// Selects the page that `list` asks for: the columns `total`, and `items` and `fitted` of [`page::cut`].
    pub fn select(&self, list: &ListRequest) -> Statement {
        let page = page::cut(&self.items(list), SIZE);
        Self::statement(list, format!("SELECT {} AS total, items, fitted FROM {page}", self.total(list)))
    }

    /// Selects the page that `list` asks for, with the same columns. There is no row when `condition` does not hold.
    pub fn select_where(&self, list: &ListRequest, condition: &str) -> Statement {
        let page = page::cut(&self.items(list), SIZE);
        let total = self.total(list);
        Self::statement(list, format!("SELECT {total} AS total, items, fitted FROM {page} WHERE {condition}"))
    }

    /// A statement whose `?1` holds the values of `list`.
    pub fn statement(list: &ListRequest, sql: String) -> Statement {
        Statement::new(sql, [Param::json(list.values())])
    }

    /// SQL of the number of rows that `list` asks for, for a SELECT from the page of `list`.
    pub fn total(&self, list: &ListRequest) -> String {
        match (self.given(list).next(), self.total) {
            (None, Some(known)) => known.to_owned(),
            _ if self.is_bounded(list) => self.count(list),
            _ => page::total(SIZE, OFFSET, &self.count(list)),
        }
    }

    /// SQL of the number of rows that `list` asks for, where there is no page. Of a filter without an index, it is the
    /// number among the first [`COUNTED_ROWS`].
    pub fn count(&self, list: &ListRequest) -> String {
        let (table, order, clause) = (self.table, self.order, self.clause(list));
        if !self.is_bounded(list) {
            return format!("(SELECT count(*) FROM {table}{clause})");
        }
        let always = where_all(self.always);
        format!(
            "(SELECT count(*) FROM (SELECT * FROM {table}{always} ORDER BY {order} LIMIT {COUNTED_ROWS}) AS {table}{clause})"
        )
    }

    /// Whether only the first [`COUNTED_ROWS`] are counted: there are many, and no filter finds its rows by an index.
    fn is_bounded(&self, list: &ListRequest) -> bool {
        let mut given = self.given(list).peekable();
        let are_many = self.always.is_empty() || self.total.is_some();
        given.peek().is_some() && are_many && given.all(|filter| !filter.has_index)
    }

    /// A SELECT of the items of the page.
    pub fn items(&self, list: &ListRequest) -> String {
        let Self { table, item, order, .. } = self;
        let clause = self.clause(list);
        format!(
            "SELECT {item} AS item FROM {table}{clause} ORDER BY {order} LIMIT ?1 ->> 'size' OFFSET ?1 ->> 'offset'"
        )
    }

    /// SQL of the WHERE clause; empty when there is no condition.
    pub fn clause(&self, list: &ListRequest) -> String {
        where_all(&self.conditions(list))
    }

    /// The conditions of the page that `list` asks for.
    pub fn conditions(&self, list: &ListRequest) -> Vec<&'static str> {
        self.always.iter().copied().chain(self.given(list).map(|filter| filter.condition)).collect()
    }

    /// The filters that the caller sent.
    fn given<'a>(&self, list: &'a ListRequest) -> impl Iterator<Item = &'static ListFilter> + use<'a> {
        self.filters.iter().filter(|filter| list.has(filter.name))
    }
}

/// SQL: a WHERE clause of these conditions; empty when there is none.
fn where_all(conditions: &[&str]) -> String {
    if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
}
