//! One JSON line a request, but of a flood of refused ones a sample. It names the route's pattern, not the path,
//! and never holds a token, a secret or a body.

use crate::ports::Point;
use std::cell::Cell;

use serde::Serialize;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::http::Method;

#[derive(Serialize)]
pub struct Line<'a> {
    method: &'static str,
    /// The pattern of the route; absent when no route matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'static str>,
    status: u16,
    /// Why the call was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// What went wrong inside; only with 5xx.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    request_id: &'a str,
    /// Round trips to the database.
    d1: u32,
    /// Refused requests of this isolate before this one that have no line of their own.
    #[serde(skip_serializing_if = "is_zero")]
    refused_unlogged: u32,
}

/// Refused attempts (401, 403) of an isolate: in a minute the first [`Refusals::WHOLE`] have a line each, then one
/// in [`Refusals::SAMPLE`]; whichever line comes next says how many had none. Lines with 401 or 403 and the sum of
/// `refused_unlogged` are all of them, but for those since the last line of an isolate that ended.
#[derive(Debug, Default)]
pub struct Refusals {
    minute: Cell<i64>,
    seen: Cell<u32>,
    unlogged: Cell<u32>,
}

impl Refusals {
    pub const WHOLE: u32 = 600;
    pub const SAMPLE: u32 = 100;

    /// Whether the line is to be written; then it has been told of those that were not.
    pub fn takes(&self, line: &mut Line<'_>, now: i64) -> bool {
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

impl<'a> Line<'a> {
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

    pub fn client(&mut self, id: &str) {
        self.client_id = Some(id.to_owned());
    }

    pub fn failure(&mut self, failure: &Failure) {
        self.code = Some(failure.code());
        self.cause = failure.cause().map(str::to_owned);
    }

    pub fn finish(&mut self, status: u16, d1: u32) {
        self.status = status;
        self.d1 = d1;
    }

    /// `None` where no route matched: paths of strangers are not worth counting.
    pub fn point(&self) -> Option<Point> {
        let route = self.route?;
        Some(Point { method: self.method, route, status: self.status, code: self.code.unwrap_or_default() })
    }

    pub fn to_json(&self) -> String {
        json(self)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
