//! The line that each request writes to the log, as JSON. When very many requests are refused, only a sample of them
//! gets a line. The room may import the rooms below it. A line names the pattern of the route instead of the path, and
//! never holds a token, a secret or a body.

use std::cell::Cell;

use serde::Serialize;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::http::Method;
use crate::ports::Point;

/// The line of one request.
#[derive(Serialize)]
pub struct RequestLine<'a> {
    method: &'static str,
    /// The pattern of the route; absent when no route matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'static str>,
    status: u16,
    /// Why the call was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// What went wrong inside the service; only with 5xx.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    request_id: &'a str,
    /// Round trips to the database.
    d1: u32,
    /// How many requests this isolate refused without a line since its last line.
    #[serde(skip_serializing_if = "is_zero")]
    refused_unlogged: u32,
}

/// Decides which refused requests (401, 403) of an isolate get a line. In each minute the first
/// [`RefusalSampler::WHOLE`] get one, and after them one in [`RefusalSampler::SAMPLE`]. The next line of any kind says
/// how many got none (`refused_unlogged`). So the number of refusals is the number of lines with 401 or 403 plus the
/// sum of `refused_unlogged`; only what an isolate counted after its last line is lost.
#[derive(Debug, Default)]
pub struct RefusalSampler {
    minute: Cell<i64>,
    seen: Cell<u32>,
    unlogged: Cell<u32>,
}

impl RefusalSampler {
    /// This many refusals a minute get a line each.
    pub const WHOLE: u32 = 600;
    /// Of the refusals after them, one in this many gets a line.
    pub const SAMPLE: u32 = 100;

    /// Whether the line is to be written. If so, the number of refusals without a line is added to it. `now` is in
    /// seconds since 1970.
    pub fn admits(&self, line: &mut RequestLine<'_>, now: i64) -> bool {
        if matches!(line.status, 401 | 403) {
            let minute = now.div_euclid(60);
            if self.minute.replace(minute) != minute {
                self.seen.set(0);
            }
            let seen = self.seen.get().saturating_add(1);
            self.seen.set(seen);
            if seen > Self::WHOLE && !seen.is_multiple_of(Self::SAMPLE) {
                self.unlogged.set(self.unlogged.get().saturating_add(1));
                return false;
            }
        }
        line.refused_unlogged = self.unlogged.take();
        true
    }
}

impl<'a> RequestLine<'a> {
    /// The line of a request, before its outcome is known.
    pub fn new(method: Method, route: Option<&'static str>, request_id: &'a str) -> Self {
        Self {
            method: method.as_str(),
            route,
            status: 0,
            code: None,
            cause: None,
            client_id: None,
            request_id,
            d1: 0,
            refused_unlogged: 0,
        }
    }

    /// Adds the client that calls.
    pub fn client(&mut self, id: &str) {
        self.client_id = Some(id.to_owned());
    }

    /// Adds why the request failed.
    pub fn failure(&mut self, failure: &Failure) {
        self.code = Some(failure.code());
        self.cause = failure.cause().map(str::to_owned);
    }

    /// Adds the status of the response and the number of round trips to the database.
    pub fn finish(&mut self, status: u16, d1: u32) {
        self.status = status;
        self.d1 = d1;
    }

    /// The request as a data point for the statistics. `None` when no route matched, because such requests are not
    /// counted.
    pub fn point(&self) -> Option<Point> {
        let route = self.route?;
        Some(Point { method: self.method, route, status: self.status, code: self.code.unwrap_or_default() })
    }

    /// The line as JSON, without a line feed.
    pub fn to_json(&self) -> String {
        json(self)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
