//! The types that a resource documents its operations with. Method, path and scopes are not among them: they come
//! from the route table. So do the refusals that all routes of a kind share (`refusals`).

use crate::node::{Node, map};
use crate::tag::Tag;
use mithril_edge::mithril::list_query as paging;

/// What a resource says about one operation.
pub struct Doc {
    /// The group of the reference page.
    pub tag: Tag,
    /// A few words for the list at the side of the page.
    pub summary: &'static str,
    /// What the operation does and what a caller should know, in Markdown.
    pub description: &'static str,
    /// The parameters of the route's path, in order: name and description.
    pub path: &'static [(&'static str, &'static str)],
    /// The query parameters.
    pub query: Vec<Query>,
    /// The body that the operation takes, if any.
    pub body: Option<Body>,
    /// The successful answers.
    pub answers: Vec<Answer>,
    /// Statuses that this operation refuses with, beside those that follow from the route table.
    pub refusals: &'static [u16],
    /// Calls on the sample data (samples/sample.sql). Their recorded answers become the examples. The page offers to
    /// try the call with the parameters of the first sample.
    pub samples: Vec<Sample>,
}

/// A query parameter. None is required.
pub struct Query {
    /// The name in the query.
    pub name: &'static str,
    /// The schema of the value, with the parameter's description.
    pub schema: Node,
}

/// The query of a Mithril list: the page and what to skip of it, then the filters.
pub fn list_query<const N: usize>(filters: [(&'static str, Node); N]) -> Vec<Query> {
    let number = |default: i64, max: i64, description: &str| {
        map! { "type": "integer", "minimum": 1, "maximum": max, "default": default, "description": description }
    };
    let page = ("page", number(1, paging::MAX_PAGE, "The page; a page past the last one is empty."));
    let size =
        ("page_size", number(paging::DEFAULT_SIZE, paging::MAX_SIZE, "The number of entries that a page holds."));
    let skip = (
        "skip",
        map! {
            "type": "integer",
            "minimum": 0,
            "maximum": paging::MAX_SIZE - 1,
            "default": 0,
            "description": "How many entries of the page to leave out: `cut_at` of the answer that had those. Less than `page_size`.",
        },
    );
    [page, size, skip].into_iter().chain(filters).map(|(name, schema)| Query { name, schema }).collect()
}

/// The schema of a filter that is a number of days.
pub fn days_filter(description: &str) -> Node {
    map! { "type": "integer", "minimum": 1, "maximum": paging::MAX_DAYS, "description": description }
}

/// The body of a request.
pub struct Body {
    /// The value of `Content-Type`.
    pub media_type: &'static str,
    /// The schema of the body.
    pub schema: Node,
    /// Whether a request without a body is refused.
    pub is_required: bool,
}

impl Body {
    /// A required JSON body.
    pub const fn json(schema: Node) -> Self {
        Self { media_type: "application/json", schema, is_required: true }
    }
}

/// A successful answer.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What the answer means.
    pub description: &'static str,
    /// The body and its envelope.
    pub body: AnswerBody,
    /// The headers of this answer, without those that follow from the route ([`crate::headers`]).
    pub headers: &'static [&'static str],
    /// The other media types in which a caller that prefers one (`Accept`) gets the answer.
    pub also: &'static [&'static str],
}

impl Answer {
    /// An answer without headers of its own.
    pub const fn new(status: u16, description: &'static str, body: AnswerBody) -> Self {
        Self { status, description, body, headers: &[], also: &[] }
    }

    /// The same answer with these headers.
    #[must_use]
    pub const fn headers(mut self, names: &'static [&'static str]) -> Self {
        self.headers = names;
        self
    }

    /// The same answer, which a caller may also get in these media types.
    #[must_use]
    pub const fn also(mut self, media_types: &'static [&'static str]) -> Self {
        self.also = media_types;
        self
    }
}

/// The schema of an answer, and the envelope that the dialect puts around it.
pub enum AnswerBody {
    /// Mithril: `meta` alone.
    Meta,
    /// Mithril: `meta` and `data`.
    Data(Node),
    /// Mithril: `meta`, `data` and `paging`; the schema is that of one entry.
    List(Node),
    /// Mithril: `meta` and `data`, a list without pages; the schema is that of one entry.
    Array(Node),
    /// Mithril: `meta`, `data` and `urgent`.
    Urgent(Node, Node),
    /// No envelope.
    Bare(Node),
    /// Several JSON texts, one on each line (`application/x-ndjson`). A caller that prefers `text/plain` gets the same
    /// lines under that name, because many tools know no NDJSON.
    Lines,
    /// No body.
    Empty,
}

/// A call on the sample data, and the status that it must be answered with.
pub struct Sample {
    /// The name of the example.
    pub title: &'static str,
    /// The expected status.
    pub status: u16,
    /// The values of the path parameters, encoded for the path.
    pub params: &'static [&'static str],
    /// The query parameters, encoded for the query.
    pub query: &'static [(&'static str, &'static str)],
    /// The body, in the media type of the operation. `{secret}`, `{access_token}`, `{refresh_token}` and `{code}` are
    /// placeholders: the recorder first gets these from the service.
    pub body: Option<&'static str>,
    /// The user who calls. `None` is an administrator.
    pub user: Option<&'static str>,
    /// Whether the service answers in the forms of the newest documents (`CONNECTION_FIELDS`, `AUTHORIZE_ANSWER`).
    pub is_documented: bool,
    /// How many times the secret of the sample connection is refreshed before the call, with a grace period.
    pub refreshes: u8,
}

impl Sample {
    /// A call of an administrator, without query and body.
    pub const fn new(title: &'static str, status: u16, params: &'static [&'static str]) -> Self {
        Self { title, status, params, query: &[], body: None, user: None, is_documented: false, refreshes: 0 }
    }

    /// The same call with this query.
    #[must_use]
    pub const fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    /// The same call with this body.
    #[must_use]
    pub const fn body(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    /// The same call, made by this user.
    #[must_use]
    pub const fn user(mut self, user: &'static str) -> Self {
        self.user = Some(user);
        self
    }

    /// The same call to a service that answers in the forms of the newest documents.
    #[must_use]
    pub const fn documented(mut self) -> Self {
        self.is_documented = true;
        self
    }

    /// The same call, after the secret of the sample connection was refreshed this many times.
    #[must_use]
    pub const fn refreshed(mut self, times: u8) -> Self {
        self.refreshes = times;
        self
    }

    /// The path and the query of the call, for the path pattern of a route.
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
