//! The ports of one request: the platform's bindings behind the traits of `ports`.

use std::cell::OnceCell;

use serde_json::Value;
use wasm_bindgen::JsValue;
use worker::Env;
use worker::worker_sys::Context;

use crate::base::json::json;
use crate::db::error::DbError;
use crate::db::statement::{Param, Row, Statement};
use crate::db::wire;
use crate::edge::glue;
use crate::edge::isolate::Isolate;
use crate::edge::task::wait;
use crate::identity::keys::{Material, SigningKey, VerifyKey};
use crate::ports::{
    Archive, BodyError, Cache, Clock, Crypto, Db, Derivation, Incoming, Limit, Log, Outbound, Point, RateLimit, Rng,
    SealedBy,
};
use crate::settings::deadlines::Deadlines;

/// JavaScript's numbers are exact for integers up to this one.
const SAFE_INTEGER: u64 = 1 << 53;

/// The ports of one request.
pub struct Edge {
    request: web_sys::Request,
    env: Env,
    context: Context,
    /// When the request came, in seconds since 1970.
    now: i64,
    deadlines: Deadlines,
    has_limiter: bool,
    has_address_limiter: bool,
    has_metrics: bool,
    /// Whether the request names the length of its body. `http::body` refuses a length over the limit before it reads.
    has_length: bool,
    /// Where the session of the database starts; `None` to use no session.
    start: Option<String>,
    /// The session. It is made for the first statement.
    session: OnceCell<JsValue>,
}

impl Edge {
    /// The ports of a request that came at `now`, in seconds since 1970.
    pub fn new(isolate: &Isolate, request: web_sys::Request, env: Env, context: Context, now: i64) -> Self {
        let Isolate { has_limiter, has_address_limiter, has_metrics, .. } = *isolate;
        let deadlines = isolate.app.settings.deadlines;
        let (start, session) = (None, OnceCell::new());
        Self {
            request,
            env,
            context,
            now,
            deadlines,
            has_limiter,
            has_address_limiter,
            has_metrics,
            has_length: false,
            start,
            session,
        }
    }

    /// Tells whether the request names the length of its body.
    pub fn with_length(self, has_length: bool) -> Self {
        Self { has_length, ..self }
    }

    /// Asks the database through a session. `start` is a bookmark, or one of D1's constraints.
    pub fn with_session(self, start: Option<String>) -> Self {
        Self { start, ..self }
    }

    /// The object whose `DB` the database is asked through: the environment, or a session.
    fn source(&self) -> &JsValue {
        match &self.start {
            None => self.env.as_ref(),
            Some(start) => self.session.get_or_init(|| glue::session(&self.env, start)),
        }
    }

    /// The bookmark of what the session has seen; `None` when none was used.
    pub fn bookmark(&self) -> Option<String> {
        self.session.get().and_then(glue::bookmark)
    }
}

/// A parameter as a JSON value that D1 can bind.
fn bound(param: &Param) -> Value {
    match param {
        Param::Null => Value::Null,
        // D1 cannot bind 64-bit integers. The column's affinity turns the text into a number again.
        Param::Int(number) if number.unsigned_abs() > SAFE_INTEGER => number.to_string().into(),
        Param::Int(number) => (*number).into(),
        Param::Text(text) => text.as_str().into(),
    }
}

/// Statements as `glue.js` takes them: their texts, each ended by a NUL, and their parameters as JSON, `[[value, …],
/// …]`.
fn sent(statements: &[Statement]) -> (String, String) {
    let texts = statements.iter().fold(String::with_capacity(4096), |texts, statement| texts + &statement.sql + "\0");
    let values: Vec<Vec<Value>> =
        statements.iter().map(|statement| statement.params.iter().map(bound).collect()).collect();
    (texts, json(&values))
}

fn db_error(message: String) -> DbError {
    DbError::classify(&message)
}

/// Reads the rows that `glue.js` returned.
fn answers(answer: &JsValue) -> Result<Vec<Option<Row>>, DbError> {
    let rows = glue::with_bytes(answer, wire::read).flatten();
    rows.ok_or_else(|| DbError::Other("an answer of another form".to_owned()))
}

impl Db for Edge {
    async fn read(&self, statements: &[Statement]) -> Result<Vec<Option<Row>>, DbError> {
        let (texts, values) = sent(statements);
        let answer = wait(glue::query(self.source(), &texts, &values, self.deadlines.read)).await;
        answers(&answer.map_err(db_error)?)
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Option<Row>>, DbError> {
        let (texts, values) = sent(&statements);
        let answer = wait(glue::batch(self.source(), &texts, &values, self.deadlines.write)).await;
        answers(&answer.map_err(db_error)?)
    }

    fn write_later(&self, statement: Statement) {
        let (texts, values) = sent(&[statement]);
        glue::write_later(&self.env, &self.context, &texts, &values);
    }
}

impl Cache for Edge {
    async fn cache_get(&self, key: &str) -> Option<String> {
        match wait(glue::kv_get(&self.env, key, self.deadlines.cache)).await {
            Ok(found) => glue::with_bytes(&found, glue::utf8),
            Err(cause) => {
                self.log(&json(&serde_json::json!({ "event": "kv_get_failed", "cause": cause })));
                None
            }
        }
    }

    fn cache_put(&self, key: &str, value: String, ttl_seconds: u32) {
        glue::kv_put(&self.env, &self.context, key, &value, ttl_seconds);
    }
}

impl Archive for Edge {
    fn has_archive(&self) -> bool {
        glue::has_archive(&self.env)
    }

    async fn archive_get(&self, key: &str) -> Result<Option<String>, String> {
        let found = wait(glue::archive_get(&self.env, key, self.deadlines.read)).await?;
        Ok(glue::with_bytes(&found, glue::utf8))
    }

    async fn archive_put(&self, key: &str, text: &str) -> Result<(), String> {
        wait(glue::archive_put(&self.env, key, text, self.deadlines.write)).await.map(drop)
    }
}

impl Crypto for Edge {
    async fn seal(&self, SealedBy { key, nonce, about }: SealedBy<'_>, text: &[u8]) -> Result<Vec<u8>, String> {
        bytes(&wait(glue::seal(key, nonce, about, text)).await?)
    }

    async fn open(&self, SealedBy { key, nonce, about }: SealedBy<'_>, sealed: &[u8]) -> Result<Vec<u8>, String> {
        bytes(&wait(glue::open(key, nonce, about, sealed)).await?)
    }

    async fn derive(&self, by: Derivation<'_>, secret: &[u8]) -> Result<Vec<u8>, String> {
        let length = u32::try_from(by.length).unwrap_or_default();
        bytes(&wait(glue::derive(by.function, by.iterations, by.salt, secret, length)).await?)
    }

    async fn verify(&self, key: &VerifyKey, message: &str, signature: &[u8]) -> Result<bool, String> {
        let Material::Public(jwk) = &key.material else { return Err("not a public key".to_owned()) };
        let genuine = wait(glue::verify(key.algorithm.name(), jwk, message.as_bytes(), signature)).await;
        genuine.map(|value| value.is_truthy())
    }

    async fn sign(&self, key: &SigningKey, message: &str) -> Result<Vec<u8>, String> {
        bytes(&wait(glue::sign(key.algorithm.name(), key.expose(), message.as_bytes())).await?)
    }
}

/// The bytes that WebCrypto returned.
fn bytes(value: &JsValue) -> Result<Vec<u8>, String> {
    glue::bytes(value).ok_or_else(|| "no bytes".to_owned())
}

impl RateLimit for Edge {
    async fn allow(&self, limit: Limit, key: &str) -> bool {
        let (name, is_bound) = match limit {
            Limit::Client => ("TOKEN_LIMIT", self.has_limiter),
            Limit::Address => ("ADDRESS_LIMIT", self.has_address_limiter),
        };
        // The isolate logs a missing limiter when it starts.
        if !is_bound {
            return true;
        }
        match wait(glue::allow(&self.env, name, key, self.deadlines.cache)).await {
            Ok(allowed) => allowed.is_truthy(),
            Err(cause) => {
                self.log(&json(&serde_json::json!({ "event": "rate_limit_failed", "cause": cause })));
                true
            }
        }
    }
}

impl Clock for Edge {
    fn now(&self) -> i64 {
        self.now
    }

    async fn sleep(&self, milliseconds: u32) {
        // A timer cannot fail.
        let _ = wait(glue::sleep(milliseconds)).await;
    }
}

impl Rng for Edge {
    fn fill(&self, bytes: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "a secret must never be made of bytes that are not random")]
        getrandom::getrandom(bytes).expect("the platform's random source");
    }
}

impl Outbound for Edge {
    async fn get(&self, url: &str, limit: usize) -> Result<String, String> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        wait(glue::get(url, limit, self.deadlines.read)).await.map(|body| glue::text(&body))
    }
}

impl Incoming for Edge {
    async fn body(&self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let body = wait(glue::read_body(&self.request, limit, self.has_length)).await.map_err(|_| BodyError::Broken)?;
        glue::bytes(&body).ok_or(BodyError::TooLarge)
    }
}

impl Log for Edge {
    fn log(&self, line: &str) {
        glue::log(line);
    }

    fn count(&self, point: &Point) {
        if self.has_metrics {
            glue::count(&self.env, point.method, point.route, point.status, point.code);
        }
    }
}
