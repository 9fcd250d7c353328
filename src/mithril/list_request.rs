//! One page of a Mithril list, as [`ListQuery`](crate::mithril::list_query::ListQuery) has read it, and its answer.

use serde_json::{Map, Value};

use crate::base::failure::Failure;
use crate::db::statement::Row;
use crate::http::{Answer, Paging, link};

/// One page of a list, as the caller asks for it.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// Its number, from 1.
    pub(super) page: i64,
    /// The size that was asked for.
    pub(super) size: i64,
    /// How many entries of the page an answer before this one had.
    pub(super) skip: i64,
    /// The path and the query of the call.
    pub(super) address: (String, String),
    /// The filters by name, with `size` and `offset` or `after`: what the list's statement binds.
    pub(super) values: Map<String, Value>,
}

impl ListRequest {
    /// A list with these values, for a statement that counts it and shows no page.
    pub fn counting(values: Map<String, Value>) -> Self {
        Self { page: 1, size: 1, skip: 0, address: Default::default(), values }
    }

    /// How many items the page has at most.
    pub const fn size(&self) -> i64 {
        self.size
    }

    /// Whether the list has a value of this name: a filter that was asked for, or one that [`ListRequest::with`] added.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether a filter that is `true` or `false` is `true`.
    pub fn is_true(&self, name: &str) -> bool {
        self.values.get(name) == Some(&Value::Bool(true))
    }

    /// Adds a value that does not come from the query, such as the client of the path.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// A whole number that the list's statement binds: `size`, `offset` or `after`.
    pub fn number(&self, name: &str) -> i64 {
        self.values.get(name).and_then(Value::as_i64).unwrap_or_default()
    }

    /// What the list's statement binds: the filters by name, `size`, and `offset` or `after`.
    pub const fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    /// The value of `Link` for the same list with another value of a parameter.
    pub fn link(&self, name: &str, value: impl std::fmt::Display) -> String {
        let (path, query) = &self.address;
        link::next(path, query, name, value)
    }

    /// The answer for such a row without `paging`. Only `Link` says that it is cut.
    ///
    /// # Errors
    /// 500 for a row without these columns.
    pub fn unpaged(&self, row: Option<Row>) -> Result<Answer, Failure> {
        let [_total, items, fitted] = row.unwrap_or_default().columns();
        let items = items.ok_or_else(|| Failure::Internal("a list without items".to_owned()))?;
        let answer = Answer::array(items);
        Ok(match fitted.and_then(|fitted| fitted.parse::<i64>().ok()) {
            Some(fitted) => answer.header("link", self.link("skip", self.skip + fitted)),
            None => answer,
        })
    }

    /// The value of `Link` for the same list before the time `to`, for the rows that this answer did not look for.
    pub fn link_before(&self, to: &str) -> String {
        let (path, query) = &self.address;
        link::to(path, query, "to", to, "prev")
    }

    /// The answer for a row with the columns `total`, `items` and `fitted` ([`page::cut`](crate::db::page::cut)). An
    /// empty list has one page, the first; a page past the end is empty, with true totals. A page that is cut says
    /// where, and its `Link` leads to the rest of it.
    ///
    /// # Errors
    /// 500 for a row without these columns.
    pub fn answer(&self, row: Option<Row>) -> Result<Answer, Failure> {
        let columns = row.unwrap_or_default().columns();
        let [Some(total), Some(items), fitted] = columns else {
            return Err(Failure::Internal("a list without a total or items".to_owned()));
        };
        let number = |text: &str| text.parse().map_err(|_| Failure::Internal("a list without a number".to_owned()));
        let fitted = fitted.as_deref().map(number).transpose()?;
        Ok(self.page(number(&total)?, items, fitted))
    }

    /// The answer with these items, a JSON array, of `total` that there are. `fitted` is how many these are when the page
    /// is cut.
    pub fn page(&self, total: u64, items: String, fitted: Option<u64>) -> Answer {
        let cut_at = fitted.map(|fitted| self.skip.unsigned_abs() + fitted);
        let size = self.size.unsigned_abs();
        let paging = Paging {
            page_number: if total == 0 { 1 } else { self.page.unsigned_abs() },
            page_size: size,
            total_entries: total,
            total_pages: total.div_ceil(size).max(1),
            cut_at,
        };
        let answer = Answer::list(items, paging);
        match cut_at {
            Some(place) => answer.header("link", self.link("skip", place)),
            None => answer,
        }
    }
}
