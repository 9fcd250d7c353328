//! The answer of a handler, and the response that the platform sends.

use serde::{Deserialize, Serialize};

use crate::base::failure::Failure;
use crate::base::parse;

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

/// What the body of an answer holds. Texts are JSON: SQLite built most of it, and it is handed on as it is.
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
    /// The text itself, without an envelope: Endpoint's records, health, exports.
    Bare(String),
    /// No body.
    Empty,
}

/// A record with its entity tag, as statements select it ([`tagged!`](crate::db::sql::tagged)).
#[derive(Debug, PartialEq, Eq)]
pub struct Tagged<'a> {
    pub tag: &'a str,
    /// JSON.
    pub data: &'a str,
}

impl<'a> Tagged<'a> {
    /// As SQLite writes it: in this order, without spaces. A tag holds nothing that JSON escapes; the data is not looked at.
    ///
    /// # Errors
    /// 500 for another row than this code asked for.
    pub fn parse(row: &'a str) -> Result<Self, Failure> {
        let parts = || {
            let (tag, rest) = row.strip_prefix(r#"{"tag":""#)?.split_once('"')?;
            Some(Self { tag, data: rest.strip_prefix(r#","data":"#)?.strip_suffix('}')? })
        };
        parts().ok_or_else(|| Failure::Internal("row: no record under a tag".to_owned()))
    }

    /// The record's.
    ///
    /// # Errors
    /// As [`Tagged::parse`].
    pub fn id(&self) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Record {
            id: String,
        }
        parse::row::<Record>(self.data).map(|record| record.id)
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
    /// 500 for a row that is no [`Tagged`].
    pub fn tagged(row: &str) -> Result<Self, Failure> {
        let Tagged { tag, data } = Tagged::parse(row)?;
        Ok(Self::data(data.to_owned()).with_tag(tag))
    }

    /// The same for one that was made: 201, with `Location` under its collection.
    ///
    /// # Errors
    /// As [`Answer::tagged`].
    pub fn created(row: &str, collection: &str) -> Result<Self, Failure> {
        let tagged = Tagged::parse(row)?;
        let id = tagged.id()?;
        let answer = Self::data(tagged.data.to_owned()).with_tag(tagged.tag).status(201);
        Ok(answer.header("location", format!("{collection}/{id}")))
    }

    /// Adds the `ETag` header. `tag` is without quotes.
    #[must_use]
    pub fn with_tag(self, tag: &str) -> Self {
        self.header(ETAG, ["\"", tag, "\""].concat())
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

#[cfg(test)]
mod tests {
    use super::Tagged;

    #[test]
    fn a_row_of_another_form_is_no_record_under_a_tag() {
        for row in [
            "",
            "null",
            "{}",
            r#"{"tag":null,"data":{}}"#,
            r#"{"tag":2,"data":{}}"#,
            r#"{"tag":"2"}"#,
            r#"{"tag":"2","data":{"#,
            r#"{"data":{},"tag":"2"}"#,
            r#"{"tag": "2","data":{}}"#,
        ] {
            assert!(Tagged::parse(row).is_err(), "{row}");
        }
        let tagged = Tagged::parse(r#"{"tag":"2","data":{"a":"\"}"}}"#).unwrap();
        assert_eq!(tagged, Tagged { tag: "2", data: r#"{"a":"\"}"}"# });
    }
}
