//! What a handler answers, and what leaves the service.

use serde::{Deserialize, Serialize};

use crate::base::failure::Failure;
use crate::base::parse;

/// A handler's answer, before its dialect's envelope is put around it. JSON is passed as text: most of
/// it was built by SQLite and is not decoded on its way out.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub payload: Payload,
    pub headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub enum Payload {
    /// Mithril's `meta` alone (DELETE).
    Meta,
    /// Mithril's `meta` and `data`: one JSON object.
    Data(String),
    /// The same with `urgent` beside it: token answers.
    Urgent(String, String),
    /// Mithril's `meta`, `data` (a JSON array) and `paging`.
    List(String, Paging),
    /// JSON as it is: Endpoint records, health.
    Bare(String),
    /// No body at all (204).
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

/// Mithril's page numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Paging {
    pub page_number: u64,
    pub page_size: u64,
    pub total_entries: u64,
    pub total_pages: u64,
}

impl Answer {
    pub const fn meta() -> Self {
        Self { status: 200, payload: Payload::Meta, headers: Vec::new() }
    }

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

    /// The entity tag, without quotes.
    #[must_use]
    pub fn with_tag(self, tag: &str) -> Self {
        self.header(ETAG, ["\"", tag, "\""].concat())
    }

    pub fn tag(&self) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(name, _)| *name == ETAG)?;
        Some(value.trim_matches('"'))
    }

    /// The answer to somebody who has it (RFC 9110 §15.4.5).
    #[must_use]
    pub fn not_modified(mut self) -> Self {
        self.headers.retain(|(name, _)| *name == ETAG);
        Self { status: 304, payload: Payload::Empty, headers: self.headers }
    }

    pub const fn list(json: String, paging: Paging) -> Self {
        Self { status: 200, payload: Payload::List(json, paging), headers: Vec::new() }
    }

    pub const fn bare(json: String) -> Self {
        Self { status: 200, payload: Payload::Bare(json), headers: Vec::new() }
    }

    pub const fn empty(status: u16) -> Self {
        Self { status, payload: Payload::Empty, headers: Vec::new() }
    }

    #[must_use]
    pub const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What the platform sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
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
