//! One JSON line a request. It names the route's pattern, not the path, and never holds a token, a secret
//! or a body.

use serde::Serialize;

use crate::error::Failure;
use crate::http::Method;
use crate::http::envelope::json;
use crate::routes::Route;

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
}

impl<'a> Line<'a> {
    pub fn new(method: Method, route: Option<&'static Route>, request_id: &'a str) -> Self {
        Self {
            method: method.as_str(),
            route: route.map(|route| route.path),
            status: 0,
            code: None,
            cause: None,
            client_id: None,
            request_id,
            d1: 0,
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

    pub fn to_json(&self) -> String {
        json(self)
    }
}
