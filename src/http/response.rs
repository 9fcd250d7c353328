//! The answer of a handler, and the response that the platform sends.

use serde::Serialize;

use crate::base::failure::Failure;
use crate::base::object::object;
use crate::base::parse;
use crate::db::statement::Row;

/// The answer of a handler, before the envelope of its dialect is put around it.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What the body holds.
    pub payload: Payload,
    /// Headers beyond those that every response has, names in lower case.
    pub headers: Vec<(&'static str, String)>,
}

/// What the body of an answer holds. Texts are JSON: SQLite built most of them, and they are passed on unchanged.
#[derive(Debug)]
pub enum Payload {
    /// Mithril's `meta` alone, for DELETE.
    Meta,
    /// Mithril's `meta` and `data`, which is an object.
    Data(String),
    /// Mithril's `meta`, `data` and `urgent`, for tokens.
    Urgent(String, String),
    /// Mithril's `meta`, `data`, which is an array, and `paging`.
    List(String, Paging),
    /// Mithril's `meta`, `data`, which is an object with a page of something, and `paging`.
    Paged(String, Paging),
    /// Mithril's `meta` and `data`, which is an array that has no pages.
    Array(String),
    /// The text itself, without an envelope: Endpoint's records, health, exports.
    Bare(String),
    /// No body.
    Empty,
}

/// A record under its entity tag: the columns `tag` and `data` of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The tag, without quotes.
    pub tag: String,
    /// The record as JSON.
    pub data: String,
}

impl Tagged {
    /// Reads the columns `tag` and `data`.
    ///
    /// # Errors
    /// 500 for a row without them.
    pub fn read(row: Row) -> Result<Self, Failure> {
        match row.columns() {
            [Some(tag), Some(data)] => Ok(Self { tag, data }),
            _ => Err(Failure::Internal("row: no record under a tag".to_owned())),
        }
    }

    /// The record's `id`.
    ///
    /// # Errors
    /// 500 for a record without one.
    pub fn id(&self) -> Result<String, Failure> {
        object! {
            struct Record {
                id: String,
            }
        }
        parse::row::<Record>(&self.data).map(|record| record.id)
    }
}

const ETAG: &str = "etag";

/// Where a page stands in its list: Mithril's `paging`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Paging {
    /// The number of the page; the first is 1.
    pub page_number: u64,
    /// How many items a page has at most.
    pub page_size: u64,
    /// How many items the whole list has.
    pub total_entries: u64,
    /// How many pages the list has; an empty list has one.
    pub total_pages: u64,
    /// The place within the page, counted from 0, of the first item that is left out, because the page is too long for
    /// one answer. The same call with this `skip` has the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_at: Option<u64>,
}

impl Answer {
    /// 200 with Mithril's `meta` alone.
    pub const fn meta() -> Self {
        Self { status: 200, payload: Payload::Meta, headers: Vec::new() }
    }

    /// 200 with one JSON object.
    pub const fn data(json: String) -> Self {
        Self { status: 200, payload: Payload::Data(json), headers: Vec::new() }
    }

    /// One record under its entity tag.
    ///
    /// # Errors
    /// 500 for a row that is not a [`Tagged`] record.
    pub fn tagged(row: Row) -> Result<Self, Failure> {
        let Tagged { tag, data } = Tagged::read(row)?;
        Ok(Self::data(data).with_tag(&tag))
    }

    /// A record that was made: 201, with its entity tag and its `Location` under `collection`.
    ///
    /// # Errors
    /// 500 for a row that is not a [`Tagged`] record.
    pub fn created(row: Row, collection: &str) -> Result<Self, Failure> {
        let record = Tagged::read(row)?;
        let location = format!("{collection}/{}", record.id()?);
        Ok(Self::data(record.data).with_tag(&record.tag).status(201).header("location", location))
    }

    /// Adds the `ETag` header. `tag` is without quotes.
    #[must_use]
    pub fn with_tag(self, tag: &str) -> Self {
        self.header(ETAG, format!("\"{tag}\""))
    }

    /// The entity tag, without quotes, if the answer has one.
    pub fn tag(&self) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(name, _)| *name == ETAG)?;
        Some(value.trim_matches('"'))
    }

    /// The answer for a caller that already has the record: 304 with the tag and nothing else (RFC 9110 §15.4.5).
    #[must_use]
    pub fn not_modified(mut self) -> Self {
        self.headers.retain(|(name, _)| *name == ETAG);
        Self { status: 304, payload: Payload::Empty, headers: self.headers }
    }

    /// 200 with one page of a list; `json` is an array.
    pub const fn list(json: String, paging: Paging) -> Self {
        Self { status: 200, payload: Payload::List(json, paging), headers: Vec::new() }
    }

    /// 200 with a list that has no pages; `json` is an array.
    pub const fn array(json: String) -> Self {
        Self { status: 200, payload: Payload::Array(json), headers: Vec::new() }
    }

    /// 200 with this text as the whole body.
    pub const fn bare(json: String) -> Self {
        Self { status: 200, payload: Payload::Bare(json), headers: Vec::new() }
    }

    /// This status without a body.
    pub const fn empty(status: u16) -> Self {
        Self { status, payload: Payload::Empty, headers: Vec::new() }
    }

    /// The same answer with another status.
    #[must_use]
    pub const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header; its name is in lower case.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a link to the header `link` (RFC 8288 §3).
    #[must_use]
    pub fn link(mut self, value: String) -> Self {
        match self.headers.iter_mut().find(|(name, _)| *name == "link") {
            Some((_, links)) => links.extend([", ", &value]),
            None => self.headers.push(("link", value)),
        }
        self
    }
}

/// The response that the platform sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// All headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
}

impl Response {
    /// A header whose value would end its line, and so begin a header of its own. No answer has one; the platform sends
    /// none.
    pub fn broken_header(&self) -> Option<&'static str> {
        let is_broken = |value: &str| value.contains(['\r', '\n', '\0']);
        self.headers.iter().find(|(_, value)| is_broken(value)).map(|(name, _)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_a_tag_or_a_record_is_not_a_tagged_record() {
        let text = |text: &str| Some(text.to_owned());
        for columns in [vec![], vec![text("2")], vec![None, text("{}")], vec![text("2"), None]] {
            assert!(Tagged::read(Row(columns)).is_err());
        }
        let record = Tagged { tag: "2".to_owned(), data: "{}".to_owned() };
        assert_eq!(Tagged::read(Row(vec![text("2"), text("{}")])), Ok(record));
    }

    #[test]
    fn a_value_that_would_begin_another_header_is_found() {
        let response = |value: &str| Response { status: 200, headers: vec![("etag", value.to_owned())], body: None };
        for broken in ["a\nx: y", "a\r", "\0", "\n"] {
            assert_eq!(response(broken).broken_header(), Some("etag"), "{broken:?}");
        }
        assert_eq!(response("\"1\"; роль").broken_header(), None);
    }
}
