//! Reads the query of a Mithril list: the page and the filters, each under its own rule (spec/mithril.md §5). The SQL
//! of lists is in [`list`](crate::mithril::list).

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::base::time;
use crate::http::Request;
use crate::http::query::Query;
use crate::mithril::list_request::ListRequest;
use crate::ports::id;

/// The size of a page when the caller asks for none.
pub const DEFAULT_SIZE: i64 = 50;
/// The largest page that a caller may ask for.
pub const MAX_SIZE: i64 = 300;
/// The largest number of a page: the largest integer that every JSON reader keeps exact. Its offset still fits 64 bits.
pub const MAX_PAGE: i64 = (1 << 53) - 1;
/// The largest number of days of a filter: about ten years.
pub const MAX_DAYS: i64 = 3660;
/// The seconds of a day.
pub const DAY: i64 = 86_400;
/// The form of a time, as a refusal shows it.
const TIME: &str = "YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ";

/// Takes parameters out of a query and collects the rules that they break, so that one 422 names all of them. An empty
/// value counts as absent.
pub struct ListQuery<'a> {
    request: &'a Request,
    parameters: Result<&'a Query, Failure>,
    filters: Map<String, Value>,
    invalid: Vec<Invalid>,
}

impl<'a> ListQuery<'a> {
    /// The query of a request. A query that cannot be decoded has no parameters here; [`ListQuery::finish`] and
    /// [`ListQuery::portion`] refuse it.
    pub fn of(request: &'a Request) -> Self {
        Self { request, parameters: request.parameters(), filters: Map::new(), invalid: Vec::new() }
    }

    /// Takes a filter that may be any text.
    pub fn text(&mut self, name: &'static str) {
        if let Some(text) = self.value(name) {
            self.filters.insert(name.to_owned(), text.into());
        }
    }

    /// Takes a filter that is compared in lower case. Only ASCII letters are changed: SQLite's `lower()` knows no
    /// others.
    pub fn lower_text(&mut self, name: &'static str) {
        if let Some(text) = self.value(name) {
            self.filters.insert(name.to_owned(), text.to_ascii_lowercase().into());
        }
    }

    /// Takes a filter that is an id; a UUID in lower case.
    pub fn id(&mut self, name: &'static str) {
        if let Some(text) = self.value(name) {
            self.filters.insert(name.to_owned(), id::canonical(text.to_owned()).into());
        }
    }

    /// Takes a filter that is or ends with an id, behind a slash, as a JSON array: the text as it was sent, and where the id
    /// is a UUID, also in lower and in upper case. Rows that are never changed may hold any
    /// of them.
    pub fn spellings(&mut self, name: &'static str) {
        let Some(text) = self.value(name) else { return };
        let (before, id) = text.rfind('/').and_then(|at| text.split_at_checked(at + 1)).unwrap_or(("", text));
        let mut spellings = vec![text.to_owned()];
        if id::is_guid(id) {
            spellings
                .extend([[before, &id.to_ascii_lowercase()].concat(), [before, &id.to_ascii_uppercase()].concat()]);
        }
        self.filters.insert(name.to_owned(), spellings.into());
    }

    /// Takes a filter that is a UUID, and puts it in lower case: the ids of clients are stored so.
    pub fn uuid(&mut self, name: &'static str) {
        let Some(text) = self.value(name) else { return };
        if id::is_guid(text) {
            self.filters.insert(name.to_owned(), text.to_ascii_lowercase().into());
        } else {
            self.refuse(format!("$.{name}"), Rule::Cast { expected: "uuid", actual: "string" });
        }
    }

    /// Takes a filter that is `true` or `false`.
    pub fn boolean(&mut self, name: &'static str) {
        match self.value(name) {
            None => {}
            Some("true") => drop(self.filters.insert(name.to_owned(), true.into())),
            Some("false") => drop(self.filters.insert(name.to_owned(), false.into())),
            Some(_) => self.refuse(format!("$.{name}"), Rule::Cast { expected: "boolean", actual: "string" }),
        }
    }

    /// Takes a filter that is one of a closed list of words.
    pub fn one_of(&mut self, name: &'static str, values: &'static [&'static str]) {
        match self.value(name) {
            None => {}
            Some(word) if values.contains(&word) => drop(self.filters.insert(name.to_owned(), word.into())),
            Some(_) => self.refuse(format!("$.{name}"), Rule::Inclusion { values }),
        }
    }

    /// Takes a filter that is a date, which means its first second, or a time `2026-11-21T08:00:00Z`.
    pub fn time(&mut self, name: &'static str) {
        let Some(text) = self.value(name) else { return };
        let (date, clock) = text.strip_suffix('Z').and_then(|text| text.split_once('T')).unwrap_or((text, "00:00:00"));
        match time::stored(date, clock) {
            Some(stored) => drop(self.filters.insert(name.to_owned(), stored.into())),
            None => self.refuse(format!("$.{name}"), Rule::Format { pattern: TIME }),
        }
    }

    /// Takes a filter that is a number of days before or after `now`, as a time in seconds since 1970. `day` is 86,400 or
    /// −86,400.
    pub fn days(&mut self, name: &'static str, now: i64, day: i64) {
        let days = self.integer_at(format!("$.{name}"), name, 0, 1..=MAX_DAYS);
        if days > 0 {
            self.filters.insert(name.to_owned(), (now + days * day).into());
        }
    }

    /// Takes a filter that is a list of words between commas or white space, as a JSON array. Empty words do not count.
    pub fn words(&mut self, name: &'static str) {
        let text = self.value(name).unwrap_or_default();
        let is_separator = |character: char| character == ',' || character.is_ascii_whitespace();
        let words: Vec<&str> = text.split(is_separator).filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            self.filters.insert(name.to_owned(), words.into());
        }
    }

    /// Takes a filter that is a list of words between commas, each with or without `prefix`, in lower case as in
    /// [`ListQuery::lower_text`]. Empty words do not count.
    pub fn prefixed_words(&mut self, name: &'static str, prefix: &str) {
        let text = self.value(name).unwrap_or_default();
        let words = text.split(',').map(str::trim).map(|word| word.strip_prefix(prefix).unwrap_or(word));
        let words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
        if !words.is_empty() {
            self.filters.insert(name.to_owned(), words.into());
        }
    }

    /// Refuses a filter that was sent more than once.
    pub fn once(&mut self, name: &'static str) {
        if self.request.parameters().is_ok_and(|parameters| parameters.is_repeated(name)) {
            self.refuse(format!("$.{name}"), Rule::Repeated { parameter: name });
        }
    }

    /// Takes `page`, `page_size` and `skip`, and ends the reading. `skip` is the number of entries of the page that an
    /// answer before this one had, because the page was too long for one answer.
    ///
    /// # Errors
    /// - 422 that names the parameter, when one of the query cannot be decoded
    /// - 422 with every rule that a parameter broke
    pub fn finish(self) -> Result<ListRequest, Failure> {
        self.page("page", DEFAULT_SIZE, MAX_SIZE)
    }

    /// The same for a list whose page has another name, another size by default, or another largest size.
    ///
    /// # Errors
    /// The same.
    pub fn page(mut self, name: &'static str, default: i64, max: i64) -> Result<ListRequest, Failure> {
        let page = self.integer(name, 1, 1..=MAX_PAGE);
        let size = self.integer("page_size", default, 1..=max);
        let skip = self.integer("skip", 0, 0..=size - 1);
        let address = (self.request.path().to_owned(), self.request.query().to_owned());
        let mut values = self.filters()?;
        values.insert("size".to_owned(), (size - skip).into());
        values.insert("offset".to_owned(), (page - 1).saturating_mul(size).saturating_add(skip).into());
        Ok(ListRequest { page, size, skip, address, values })
    }

    /// Takes `after` and `limit`, and ends the reading. This is for a list that continues after an item, instead of
    /// having pages. Without `limit`, a portion has `max` items.
    ///
    /// # Errors
    /// - 422 that names the parameter, when one of the query cannot be decoded
    /// - 422 with every rule that a parameter broke
    pub fn portion(mut self, max: i64) -> Result<ListRequest, Failure> {
        let after = self.integer("after", 0, 0..=MAX_PAGE);
        let size = self.integer("limit", max, 1..=max);
        let address = (self.request.path().to_owned(), self.request.query().to_owned());
        let mut values = self.filters()?;
        values.insert("size".to_owned(), size.into());
        values.insert("after".to_owned(), after.into());
        Ok(ListRequest { page: 1, size, skip: 0, address, values })
    }

    /// All filters that were taken.
    ///
    /// # Errors
    /// 422 for a query that cannot be decoded, and with every rule that a parameter broke.
    fn filters(self) -> Result<Map<String, Value>, Failure> {
        self.parameters?;
        if self.invalid.is_empty() { Ok(self.filters) } else { Err(Failure::Invalid(self.invalid)) }
    }

    /// The value of a parameter; `None` when it is absent or empty, or the query cannot be decoded.
    fn value(&self, name: &str) -> Option<&'a str> {
        self.parameters.as_ref().ok()?.get(name).filter(|text| !text.is_empty())
    }

    /// The value of a whole number in `range`; `default` when it is absent or refused.
    fn integer(&mut self, name: &'static str, default: i64, range: RangeInclusive<i64>) -> i64 {
        self.integer_at(name.to_owned(), name, default, range)
    }

    /// The same, with the place that a refusal names.
    fn integer_at(&mut self, entry: String, name: &str, default: i64, range: RangeInclusive<i64>) -> i64 {
        let (min, max) = range.into_inner();
        let Some(text) = self.value(name) else { return default };
        let is_integer = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<i64>() {
            Ok(number) if (min..=max).contains(&number) => return number,
            Ok(_) => self.refuse(entry, Rule::Range { min, max }),
            // More digits than 64 bits hold are out of range, not of another type.
            Err(_) if is_integer => self.refuse(entry, Rule::Range { min, max }),
            Err(_) => self.refuse(entry, Rule::Cast { expected: "integer", actual: "string" }),
        }
        default
    }

    fn refuse(&mut self, entry: String, rule: Rule) {
        self.invalid.push(Invalid { entry, rule });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::statement::Row;
    use crate::http::Method;

    fn list(query: &str) -> Result<ListRequest, Failure> {
        let request = Request::new(Method::Get, format!("https://edge.test/x?{query}"), Default::default());
        ListQuery::of(&request).finish()
    }

    #[test]
    fn anything_that_is_not_a_page_is_refused() {
        let range = |max| Rule::Range { min: 1, max };
        let cast = || Rule::Cast { expected: "integer", actual: "string" };
        for (query, entry, rule) in [
            ("page=0", "page", range(MAX_PAGE)),
            ("page=-1", "page", range(MAX_PAGE)),
            ("page=9007199254740992", "page", range(MAX_PAGE)),
            ("page=99999999999999999999", "page", range(MAX_PAGE)),
            ("page=%20", "page", cast()),
            ("page=1.0", "page", cast()),
            ("page=one", "page", cast()),
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
    fn a_query_that_cannot_be_decoded_is_refused_once_and_names_the_parameter() {
        for (query, name) in [("page=%ff", "page"), ("%zz=1&page=0", "%zz"), ("unknown=%&page=1", "unknown")] {
            assert_eq!(list(query).unwrap_err(), Failure::Query(name.to_owned()), "{query}");
        }
    }

    #[test]
    fn a_time_is_a_date_or_a_whole_time_and_one_that_the_calendar_has() {
        let time = |text: &str| {
            let url = format!("https://edge.test/x?from={text}");
            let request = Request::new(Method::Get, url, Default::default());
            let mut query = ListQuery::of(&request);
            query.time("from");
            query.finish().map(|list| list.values["from"].clone())
        };
        assert_eq!(time("2024-02-29"), Ok("2024-02-29T00:00:00Z".into()));
        assert_eq!(time("2026-11-21T08:05:09Z"), Ok("2026-11-21T08:05:09Z".into()));
        for text in
            ["2026-02-29", "2026-02-31", "2026-11-21Z", "2026-11-21T08:05Z", "2026-11-21T08:05:09", "2026-11-21T", "x"]
        {
            assert_eq!(time(text), Err(Failure::invalid("$.from", Rule::Format { pattern: TIME })), "{text}");
        }
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
        assert_eq!(paging("page=&page_size=", 60), (1, 50, 60, 2));
        assert_eq!(paging("page=7&page_size=2", 3), (7, 2, 3, 2));
        assert_eq!(paging("page_size=300", 300), (1, 300, 300, 1));
        assert_eq!(
            list("page=9007199254740991&page_size=300").unwrap().values["offset"],
            2_702_159_776_422_297_000_i64
        );
    }
}
