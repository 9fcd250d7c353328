//! The query of a Mithril list: which page of it, and its filters, each taken with its rule
//! (spec/mithril.md §5). The SQL of lists is in `list`.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::db::statement::Row;
use crate::http::{Answer, Paging, Request};
use crate::ports::id;

pub const DEFAULT_SIZE: i64 = 50;
pub const MAX_SIZE: i64 = 300;
/// The largest integer that every JSON reader keeps exact; an offset of it still fits 64 bits.
pub const MAX_PAGE: i64 = (1 << 53) - 1;
const TIME: &str = "YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ";

/// Takes parameters out of a query; what breaks a rule is collected for one 422. An empty filter is no filter.
pub struct ListQuery<'a> {
    request: &'a Request,
    filters: Map<String, Value>,
    invalid: Vec<Invalid>,
}

impl<'a> ListQuery<'a> {
    pub fn of(request: &'a Request) -> Self {
        Self { request, filters: Map::new(), invalid: Vec::new() }
    }

    /// Any text.
    pub fn text(&mut self, name: &'static str) {
        if let Some(text) = self.filter(name) {
            self.filters.insert(name.to_owned(), text.into());
        }
    }

    /// Text to be found in any case of its ASCII letters: SQLite's `lower()` knows no others.
    pub fn lower_text(&mut self, name: &'static str) {
        if let Some(text) = self.filter(name) {
            self.filters.insert(name.to_owned(), text.to_ascii_lowercase().into());
        }
    }

    /// A UUID, in lower case as the ids of clients are stored.
    pub fn uuid(&mut self, name: &'static str) {
        let Some(text) = self.filter(name) else { return };
        if id::is_guid(&text) {
            self.filters.insert(name.to_owned(), text.to_ascii_lowercase().into());
        } else {
            self.refuse(format!("$.{name}"), Rule::Cast { expected: "uuid", actual: "string" });
        }
    }

    pub fn boolean(&mut self, name: &'static str) {
        match self.filter(name).as_deref() {
            None => {}
            Some("true") => drop(self.filters.insert(name.to_owned(), true.into())),
            Some("false") => drop(self.filters.insert(name.to_owned(), false.into())),
            Some(_) => self.refuse(format!("$.{name}"), Rule::Cast { expected: "boolean", actual: "string" }),
        }
    }

    /// A time as the database has it, `2026-11-21T08:00:00Z`; a date is its first second.
    pub fn time(&mut self, name: &'static str) {
        let Some(text) = self.filter(name) else { return };
        let time = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text };
        if is_time(&time) {
            self.filters.insert(name.to_owned(), time.into());
        } else {
            self.refuse(format!("$.{name}"), Rule::Format { pattern: TIME });
        }
    }

    /// A comma list, as a JSON array.
    pub fn words(&mut self, name: &'static str) {
        let text = self.filter(name).unwrap_or_default();
        let words: Vec<&str> = text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            self.filters.insert(name.to_owned(), words.into());
        }
    }

    /// # Errors
    /// 422 with every rule that was broken.
    pub fn finish(mut self) -> Result<List, Failure> {
        let page = self.integer("page", 1, 1..=MAX_PAGE);
        let size = self.integer("page_size", DEFAULT_SIZE, 1..=MAX_SIZE);
        if !self.invalid.is_empty() {
            return Err(Failure::Invalid(self.invalid));
        }
        let mut values = self.filters;
        values.insert("size".to_owned(), size.into());
        values.insert("offset".to_owned(), (page - 1).saturating_mul(size).into());
        Ok(List { page, size, values })
    }

    /// For what is read on from a place, `after`, and not by pages: `limit` items, `max` unless fewer are asked for.
    ///
    /// # Errors
    /// 422 with every rule that was broken.
    pub fn portion(mut self, max: i64) -> Result<List, Failure> {
        let after = self.integer("after", 0, 0..=MAX_PAGE);
        let size = self.integer("limit", max, 1..=max);
        if !self.invalid.is_empty() {
            return Err(Failure::Invalid(self.invalid));
        }
        let mut values = self.filters;
        values.insert("size".to_owned(), size.into());
        values.insert("after".to_owned(), after.into());
        Ok(List { page: 1, size, values })
    }

    fn filter(&mut self, name: &'static str) -> Option<String> {
        if let Ok(text) = self.request.query_param(name) {
            return text.filter(|text| !text.is_empty());
        }
        self.refuse(format!("$.{name}"), Rule::Cast { expected: "string", actual: "binary" });
        None
    }

    fn integer(&mut self, name: &'static str, default: i64, range: RangeInclusive<i64>) -> i64 {
        let (min, max) = range.into_inner();
        let text = match self.request.query_param(name) {
            Ok(None) => return default,
            Ok(Some(text)) => text,
            Err(_) => String::new(),
        };
        let is_integer = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<i64>() {
            Ok(number) if (min..=max).contains(&number) => return number,
            // Digits beyond 64 bits are out of range, not of another type.
            Ok(_) => self.refuse(name.to_owned(), Rule::Range { min, max }),
            Err(_) if is_integer => self.refuse(name.to_owned(), Rule::Range { min, max }),
            Err(_) => self.refuse(name.to_owned(), Rule::Cast { expected: "integer", actual: "string" }),
        }
        default
    }

    fn refuse(&mut self, entry: String, rule: Rule) {
        self.invalid.push(Invalid { entry, rule });
    }
}

/// Whether digits and signs are where they belong and each number is in its range; months have 31 days here, which
/// compares just as well.
fn is_time(text: &str) -> bool {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00Z";
    let fits = |(byte, shape): (u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == *shape };
    let within = |at: std::ops::Range<usize>, range: RangeInclusive<u8>| {
        text.get(at).and_then(|digits| digits.parse().ok()).is_some_and(|number: u8| range.contains(&number))
    };
    text.len() == SHAPE.len()
        && text.bytes().zip(SHAPE).all(fits)
        && within(5..7, 1..=12)
        && within(8..10, 1..=31)
        && within(11..13, 0..=23)
        && within(14..16, 0..=59)
        && within(17..19, 0..=59)
}

/// One page of a list, as it was asked for.
#[derive(Debug)]
pub struct List {
    page: i64,
    size: i64,
    /// Filters by name, `size` and `offset`: what the list's statement binds as `?2`.
    values: Map<String, Value>,
}

impl List {
    pub const fn size(&self) -> i64 {
        self.size
    }

    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Binds what does not come from the query: the client of the path, the caller's type.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// What the list's statement binds: the filters by name, `size`, and `offset` or `after`.
    pub const fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    /// The answer for a row with the columns `total` and `items`. An empty list has one page, the first; a page past the
    /// end is empty, with true totals.
    ///
    /// # Errors
    /// 500 for another row than this code asked for.
    pub fn answer(&self, row: Option<Row>) -> Result<Answer, Failure> {
        let columns = row.unwrap_or_default().columns();
        let [Some(total), Some(items)] = columns else {
            return Err(Failure::Internal("a list without a total or items".to_owned()));
        };
        let total: u64 = total.parse().map_err(|_| Failure::Internal("a list without a number".to_owned()))?;
        let size = self.size.unsigned_abs();
        let paging = Paging {
            page_number: if total == 0 { 1 } else { self.page.unsigned_abs() },
            page_size: size,
            total_entries: total,
            total_pages: total.div_ceil(size).max(1),
        };
        Ok(Answer::list(items, paging))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    fn list(query: &str) -> Result<List, Failure> {
        let request = Request::new(Method::Get, format!("https://edge.test/x?{query}"), Default::default());
        ListQuery::of(&request).finish()
    }

    #[test]
    fn what_is_no_page_is_refused() {
        let range = |max| Rule::Range { min: 1, max };
        let cast = || Rule::Cast { expected: "integer", actual: "string" };
        for (query, entry, rule) in [
            ("page=0", "page", range(MAX_PAGE)),
            ("page=-1", "page", range(MAX_PAGE)),
            ("page=9007199254740992", "page", range(MAX_PAGE)),
            ("page=99999999999999999999", "page", range(MAX_PAGE)),
            ("page=", "page", cast()),
            ("page=1.0", "page", cast()),
            ("page=one", "page", cast()),
            ("page=%ff", "page", cast()),
            ("page_size=0", "page_size", range(300)),
            ("page_size=301", "page_size", range(300)),
            ("page_size=1e2", "page_size", cast()),
        ] {
            assert_eq!(list(query).unwrap_err(), Failure::invalid(entry, rule), "{query}");
        }
        let Err(Failure::Invalid(both)) = list("page=0&page_size=x") else { panic!() };
        assert_eq!(both.len(), 2);
    }

    #[test]
    fn pages_start_at_one_and_an_empty_list_has_one() {
        let paging = |query: &str, total: u64| {
            let answer =
                list(query).unwrap().answer(Some(Row(vec![Some(total.to_string()), Some("[]".to_owned())]))).unwrap();
            let crate::http::Payload::List(_, paging) = answer.payload else { panic!() };
            (paging.page_number, paging.page_size, paging.total_entries, paging.total_pages)
        };
        assert_eq!(paging("", 0), (1, 50, 0, 1));
        assert_eq!(paging("page=7", 0), (1, 50, 0, 1));
        assert_eq!(paging("page=7&page_size=2", 3), (7, 2, 3, 2));
        assert_eq!(paging("page_size=300", 300), (1, 300, 300, 1));
        assert_eq!(
            list("page=9007199254740991&page_size=300").unwrap().values["offset"],
            2_702_159_776_422_297_000_i64
        );
    }
}
