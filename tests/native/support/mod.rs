//! A platform for tests: SQLite in memory loaded with the deployed `schema.sql`, a cache, a clock that
//! stands still until told otherwise, and tokens of any kind.

#![allow(dead_code, reason = "each test module uses its own part")]

pub mod contract;
pub mod endpoint;
pub mod limits;
pub mod platform;
pub mod random;
pub mod routes;
pub mod tokens;
pub mod vocabulary;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use mithril_edge::http::{Header, Method, Request, Response};
use mithril_edge::memory::App;
use mithril_edge::settings::RawSettings;
use serde_json::Value;

pub use platform::Platform;
pub use tokens::mint;

pub const FIXTURE: &str = include_str!("../../runtime/support/fixture.sql");

/// One isolate of the service with a platform of its own.
pub struct Service {
    pub app: App,
    pub platform: Platform,
}

/// An answer with its JSON read.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub text: String,
    /// Null when the body says that it is something else.
    pub json: Value,
}

/// A call that has not ended.
pub struct Waiting<'a> {
    method: Method,
    path: &'a str,
    future: Pin<Box<dyn Future<Output = Response> + 'a>>,
}

impl Waiting<'_> {
    pub fn poll(&mut self) -> Option<Reply> {
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => Some(Reply::of(self.method, self.path, response)),
            Poll::Pending => None,
        }
    }
}

fn with_token<'a>(authorization: &'a str, more: &[(Header, &'a str)], body: &str) -> Vec<(Header, &'a str)> {
    let mut headers = vec![(Header::Authorization, authorization)];
    headers.extend(more);
    if !body.is_empty() {
        headers.push((Header::ContentType, "application/json"));
    }
    headers
}

impl Reply {
    /// Every answer is held to the OpenAPI document on its way.
    fn of(method: Method, path: &str, response: Response) -> Self {
        contract::check(method, path, &response);
        let Response { status, headers, body } = response;
        let text = body.unwrap_or_default();
        let is_other = |(name, value): &(&str, String)| {
            *name == "content-type" && (value.contains("ndjson") || value.starts_with("text/"))
        };
        let is_json = !text.is_empty() && !headers.iter().any(is_other);
        let json = if is_json { serde_json::from_str(&text).expect("an answer is JSON") } else { Value::Null };
        Self { status, headers, text, json }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

impl Default for Service {
    fn default() -> Self {
        Self::with(|_| {})
    }
}

impl Service {
    /// The fixture's data, and settings changed by the caller.
    pub fn with(change: impl FnOnce(&mut RawSettings)) -> Self {
        let mut raw = tokens::settings();
        change(&mut raw);
        Self::over(FIXTURE, &raw)
    }

    /// Other data than the fixture's.
    pub fn over(sql: &str, raw: &RawSettings) -> Self {
        let platform = Platform::new();
        platform.load(sql);
        Self { app: App::new(raw), platform }
    }

    /// Throws the isolate's memory away, as the platform may at any time.
    pub fn restart(&mut self) {
        self.app = App::new(&tokens::settings());
    }

    pub fn send(&self, method: Method, path: &str, headers: &[(Header, &str)], body: &str) -> Reply {
        self.send_bytes(method, path, headers, body.as_bytes())
    }

    /// A body need not be text.
    pub fn send_bytes(&self, method: Method, path: &str, headers: &[(Header, &str)], body: &[u8]) -> Reply {
        Reply::of(method, path, self.raw(method, path, headers, body))
    }

    /// The answer as it leaves the service. Each is held to the headers that every answer has.
    pub fn raw(&self, method: Method, path: &str, headers: &[(Header, &str)], body: &[u8]) -> Response {
        let before = self.platform.statements.borrow().len();
        let response = pollster::block_on(self.future(method, path, headers, body));
        let queries = self.platform.statements.borrow().len().saturating_sub(before);
        assert!(queries <= limits::QUERIES, "{} {path}: {queries} queries", method.as_str());
        if self.app.settings.is_https {
            assert_eq!(contract::unprotected(path, &response), None, "{} {path}", method.as_str());
        }
        response
    }

    fn future<'a>(
        &'a self,
        method: Method,
        path: &str,
        headers: &[(Header, &str)],
        body: &[u8],
    ) -> impl Future<Output = Response> + use<'a> {
        let mut values = [const { None }; Header::ALL.len()];
        for (header, value) in headers {
            values[*header as usize] = Some((*value).to_owned());
        }
        let request = Request::new(method, format!("https://edge.test{path}"), values);
        *self.platform.body.borrow_mut() = body.to_vec();
        async move { mithril_edge::handle(&self.app, &self.platform, &request).await }
    }

    /// A read that is not polled yet.
    pub fn begin<'a>(&'a self, path: &'a str) -> Waiting<'a> {
        Waiting { method: Method::Get, path, future: Box::pin(self.future(Method::Get, path, &[], b"")) }
    }

    /// Several reads of one path at the same time, each waiting once for the database.
    pub fn together(&self, path: &str, count: usize) -> Vec<u16> {
        self.platform.is_slow.set(true);
        let mut waiting: Vec<Waiting<'_>> = (0..count).map(|_| self.begin(path)).collect();
        let mut statuses = Vec::new();
        for _ in 0..100 {
            waiting.retain_mut(|call| {
                call.poll().is_none_or(|reply| {
                    statuses.push(reply.status);
                    false
                })
            });
        }
        self.platform.is_slow.set(false);
        assert_eq!(statuses.len(), count, "all have ended");
        statuses
    }

    /// [`Service::call_with`] as far as its batch, which waits to be polled on.
    pub fn start<'a>(
        &'a self,
        method: Method,
        path: &'a str,
        token: &str,
        more: &[(Header, &str)],
        body: &str,
    ) -> Waiting<'a> {
        self.platform.stalls.set(1);
        let authorization = format!("Bearer {token}");
        let future = self.future(method, path, &with_token(&authorization, more, body), body.as_bytes());
        let mut waiting = Waiting { method, path, future: Box::pin(future) };
        assert!(waiting.poll().is_none() && self.platform.stalls.get() == 0, "its batch waits");
        waiting
    }

    /// With a token and, where a body is given, its content type.
    pub fn call(&self, method: Method, path: &str, token: &str, body: &str) -> Reply {
        self.call_with(method, path, token, &[], body)
    }

    /// The same with more headers.
    pub fn call_with(&self, method: Method, path: &str, token: &str, more: &[(Header, &str)], body: &str) -> Reply {
        let authorization = format!("Bearer {token}");
        self.send(method, path, &with_token(&authorization, more, body), body)
    }

    /// Everything that is stored, but for the counts of refusals, which any answer may write.
    pub fn dump(&self) -> Vec<String> {
        let db = self.platform.db.borrow();
        let mut names = db
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'refusal_counts' ORDER BY 1")
            .expect("tables");
        let names: Vec<String> = names.query_map([], |row| row.get(0)).expect("rows").map(Result::unwrap).collect();
        let mut all = Vec::new();
        for name in names {
            let mut rows = db.prepare(&format!("SELECT * FROM {name}")).expect("a table");
            let count = rows.column_count();
            let mut rows = rows.query([]).expect("rows");
            while let Some(row) = rows.next().expect("a row") {
                let values: Vec<_> = (0..count).map(|at| row.get_ref(at).expect("a value")).collect();
                all.push(format!("{name} {values:?}"));
            }
        }
        all
    }

    /// The first column of the first row.
    pub fn sql<T: rusqlite::types::FromSql>(&self, query: &str) -> T {
        self.platform.db.borrow().query_row(query, [], |row| row.get(0)).expect(query)
    }
}
