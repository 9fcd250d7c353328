//! What a handler answers, and what leaves the service.

use serde::{Deserialize, Serialize};

use crate::base::failure::Failure;
use crate::base::parse;
use crate::db::statement::Row;

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

/// A record under its entity tag: the columns `tag` and `data` of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    pub tag: String,
    /// JSON.
    pub data: String,
}

impl Tagged {
    /// # Errors
    /// 500 for another row than this code asked for.
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
        #[derive(Deserialize)]
        struct Record {
            id: String,
        }
        parse::row::<Record>(&self.data).map(|record| record.id)
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

    /// The entity tag, without quotes.
    #[must_use]
    pub fn with_tag(self, tag: &str) -> Self {
        self.header(ETAG, format!("\"{tag}\""))
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
}
