//! What a route's documentation says beyond the route table: written in the `docs.rs` of each resource, next
//! to its handlers. Method, path, scopes and the refusals that every route of its kind can give are not
//! written there: they come from the table (`refusals`).

use crate::node::{Node, map};
use crate::tag::Tag;
use mithril_edge::mithril::list_query as paging;

/// One operation, as its resource describes it.
pub struct Doc {
    pub tag: Tag,
    /// A few words for the list at the side.
    pub summary: &'static str,
    /// What it does and what to know, in Markdown.
    pub description: &'static str,
    /// The names in the route's path, in order, and what each stands for.
    pub path: &'static [(&'static str, &'static str)],
    pub query: Vec<Query>,
    pub body: Option<Body>,
    pub answers: Vec<Answer>,
    /// Statuses that this operation refuses with, beside those of every route of its kind.
    pub refusals: &'static [u16],
    /// Calls on the sample data (samples/sample.sql). Their answers are recorded and become the examples; the
    /// first one's parameters are what the page offers to try.
    pub samples: Vec<Sample>,
}

/// A query parameter; none is required.
pub struct Query {
    pub name: &'static str,
    pub schema: Node,
}

/// The query of a Mithril list: its page, then its filters.
pub fn list_query<const N: usize>(filters: [(&'static str, Node); N]) -> Vec<Query> {
    let number = |default: i64, max: i64, description: &str| {
        map! { "type": "integer", "minimum": 1, "maximum": max, "default": default, "description": description }
    };
    let page = ("page", number(1, paging::MAX_PAGE, "The page; one past the end is empty."));
    let size = ("page_size", number(paging::DEFAULT_SIZE, paging::MAX_SIZE, "How many entries a page holds."));
    [page, size].into_iter().chain(filters).map(|(name, schema)| Query { name, schema }).collect()
}

pub struct Body {
    pub media_type: &'static str,
    pub schema: Node,
    pub is_required: bool,
}

impl Body {
    pub const fn json(schema: Node) -> Self {
        Self { media_type: "application/json", schema, is_required: true }
    }
}

/// A success.
pub struct Answer {
    pub status: u16,
    pub description: &'static str,
    pub shape: AnswerBody,
    /// Headers that this answer carries beside those of every answer; see `headers`.
    pub headers: &'static [&'static str],
}

impl Answer {
    pub const fn new(status: u16, description: &'static str, shape: AnswerBody) -> Self {
        Self { status, description, shape, headers: &[] }
    }

    #[must_use]
    pub const fn headers(mut self, names: &'static [&'static str]) -> Self {
        self.headers = names;
        self
    }
}

/// What the dialect puts around a record.
pub enum AnswerBody {
    /// Mithril: `meta` alone.
    Meta,
    /// Mithril: `meta` and `data`.
    Data(Node),
    /// Mithril: `meta`, `data` and `paging`.
    List(Node),
    /// Mithril: `meta`, `data` and `urgent`.
    Urgent(Node, Node),
    /// As it is.
    Bare(Node),
    /// JSON texts, a line each (`application/x-ndjson`).
    Lines,
    /// No body.
    Empty,
}

pub struct Sample {
    pub title: &'static str,
    pub status: u16,
    /// Values of the path's names, as they stand in the path.
    pub params: &'static [&'static str],
    /// Query parameters, as they stand in the query.
    pub query: &'static [(&'static str, &'static str)],
    /// JSON, or a form where the body's media type says so. For `{secret}`, `{access_token}`, `{refresh_token}` and
    /// `{code}` the recorder puts what the service has given it before.
    pub body: Option<&'static str>,
    /// The user who calls; `None`: an administrator.
    pub user: Option<&'static str>,
    /// How often the secret of the samples' connection was refreshed before, with a grace period.
    pub refreshes: u8,
}

impl Sample {
    pub const fn new(title: &'static str, status: u16, params: &'static [&'static str]) -> Self {
        Self { title, status, params, query: &[], body: None, user: None, refreshes: 0 }
    }

    #[must_use]
    pub const fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    #[must_use]
    pub const fn body(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    #[must_use]
    pub const fn user(mut self, user: &'static str) -> Self {
        self.user = Some(user);
        self
    }

    #[must_use]
    pub const fn refreshed(mut self, times: u8) -> Self {
        self.refreshes = times;
        self
    }

    /// Path and query, for a route's pattern.
    pub fn target(&self, pattern: &str) -> String {
        let mut values = self.params.iter();
        let segments: Vec<&str> = pattern
            .split('/')
            .map(|part| if part.starts_with('{') { values.next().copied().unwrap_or(part) } else { part })
            .collect();
        let pairs: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        segments.join("/") + &query
    }
}
