//! A role as it was answered.

use serde::de::IgnoredAny;

use crate::http::{Answer, Tagged};

/// A role with its tag, as memory keeps it.
#[derive(Debug)]
pub struct CachedRole {
    tag: String,
    data: String,
}

impl CachedRole {
    /// The tag of a role is its version (`roles::store`).
    pub fn version(&self) -> Option<i64> {
        self.tag.parse().ok()
    }

    pub fn parse(json: &str) -> Option<Self> {
        let Tagged { tag, data } = Tagged::parse(json).ok()?;
        data.starts_with('{').then(|| Self { tag: tag.to_owned(), data: data.to_owned() })
    }

    /// What came from the database is. A tag goes into a header.
    pub fn is_whole(&self) -> bool {
        self.version().is_some() && serde_json::from_str::<IgnoredAny>(&self.data).is_ok()
    }

    pub fn answer(&self) -> Answer {
        Answer::data(self.data.clone()).with_tag(&self.tag)
    }
}
