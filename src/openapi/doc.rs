//! What a route's documentation says beyond the route table: written in the `docs.rs` of each resource, next
//! to its handlers. Method, path, scopes and the refusals that every route of its kind can give are not
//! written there: they come from the table (`refusals`).

use super::node::Node;

/// One operation, as its resource describes it.
pub struct Doc {
    pub tag: Tag,
    /// A few words for the list at the side.
    pub summary: &'static str,
    /// What it does and what to know, in Markdown.
    pub about: &'static str,
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
    pub about: &'static str,
    pub shape: Shape,
    /// Headers that this answer carries beside those of every answer; see `headers`.
    pub headers: &'static [&'static str],
}

impl Answer {
    pub const fn new(status: u16, about: &'static str, shape: Shape) -> Self {
        Self { status, about, shape, headers: &[] }
    }

    #[must_use]
    pub const fn headers(mut self, names: &'static [&'static str]) -> Self {
        self.headers = names;
        self
    }
}

/// What the dialect puts around a record.
pub enum Shape {
    /// Mithril: `meta` alone.
    Meta,
    /// Mithril: `meta` and `data`.
    Data(Node),
    /// Mithril: `meta`, `data` and `paging`.
    List(Node),
    /// As it is.
    Bare(Node),
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
    /// JSON, or a form where the body's media type says so.
    pub body: Option<&'static str>,
}

impl Sample {
    pub const fn new(title: &'static str, status: u16, params: &'static [&'static str]) -> Self {
        Self { title, status, params, query: &[], body: None }
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

/// The groups of the page, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    Connections,
    Roles,
    Permissions,
    Service,
}

impl Tag {
    pub const ALL: [Self; 4] = [Self::Connections, Self::Roles, Self::Permissions, Self::Service];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Connections => "Connections",
            Self::Roles => "Roles",
            Self::Permissions => "Permissions of access groups",
            Self::Service => "Service",
        }
    }

    pub const fn about(self) -> &'static str {
        match self {
            Self::Connections => {
                "The right of a consumer (a medical information system) to act for a client, with a redirect \
                 URI and a secret."
            }
            Self::Roles => "Named sets of scopes.",
            Self::Permissions => "What the members of an access group may do, role by role.",
            Self::Service => "The service itself.",
        }
    }

    /// The dialect that the page groups it under.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Connections | Self::Roles => "Mithril",
            Self::Permissions => "Endpoint",
            Self::Service => "Service",
        }
    }
}
