//! What a handler answers, and what leaves the service.

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
    /// JSON as it is: Endpoint records, health.
    Bare(String),
    /// No body at all (204).
    Empty,
}

impl Answer {
    pub const fn meta() -> Self {
        Self { status: 200, payload: Payload::Meta, headers: Vec::new() }
    }

    pub const fn data(json: String) -> Self {
        Self { status: 200, payload: Payload::Data(json), headers: Vec::new() }
    }

    pub const fn bare(json: String) -> Self {
        Self { status: 200, payload: Payload::Bare(json), headers: Vec::new() }
    }

    pub const fn empty(status: u16) -> Self {
        Self { status, payload: Payload::Empty, headers: Vec::new() }
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
