//! What a platform must supply. The service is written against these traits alone: `edge` implements
//! them over D1, KV and WebCrypto, the native tests over SQLite in memory.
//!
//! The seam is the driver, not the repository: `Db` runs SQL, so every statement exists once and runs
//! unchanged on both.

use std::borrow::Cow;
use std::future::Future;

use crate::auth::gate::Shape;
use crate::auth::keys::{SigningKey, VerifyKey};
use crate::log::Point;

/// A bound value. Integers beyond ±2^53 cross JavaScript as text; SQLite's column affinity restores them.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Null,
    Int(i64),
    Text(String),
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Param {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Param {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One SQL statement with its values for `?1`, `?2`, …
///
/// A statement answers with **at most one row of one text column** (SQLite builds the JSON): one string
/// crosses from the database into wasm, whatever the size of the answer, and 64-bit integers and
/// booleans cross as JSON text.
#[derive(Clone, Debug)]
pub struct Statement {
    /// With [`gate!`](crate::gate) unfilled: SQLite would take it for a value that nobody gave, and let nobody in.
    pub sql: Cow<'static, str>,
    pub params: Vec<Param>,
    /// Of the gate that `?1` is, if it is one.
    pub shape: Shape,
}

impl Statement {
    pub fn new(sql: impl Into<Cow<'static, str>>, params: impl Into<Vec<Param>>) -> Self {
        Self { sql: sql.into(), params: params.into(), shape: Shape::WHOLE }
    }

    /// What is sent. The same for the same `sql` and `shape`.
    ///
    /// D1 sends an answer as JSON within JSON, where each quotation mark is escaped and both ends go through the text
    /// character by character. So an answer of JSON comes with `` ` `` in their place, and a `` ` `` of its own with U+001F
    /// after it, which JSON never holds unescaped; [`restore_quotes`](mithril_codec::json::restore_quotes) undoes it. D1 also calls a
    /// column by its whole expression, and sends that along: it gets a short name.
    pub fn text(&self) -> String {
        const RETURNING: &str = " RETURNING ";
        let text = self.shape.fill(&self.sql);
        let after = |place: Option<usize>, word: &str| place.map(|at| at + word.len());
        let returned = after(text.rfind(RETURNING), RETURNING);
        let start = returned.or_else(|| after(text.find("SELECT json_object('gate'"), "SELECT "));
        match start.filter(|_| text.ends_with(')')).and_then(|start| text.split_at_checked(start)) {
            Some((head, answer)) => [head, "replace(replace(", answer, UNQUOTED].concat(),
            None => text,
        }
    }

    /// Whether the answer of this [`Statement::text`] comes without quotation marks.
    pub fn is_unquoted(text: &str) -> bool {
        text.ends_with(UNQUOTED)
    }
}

/// Without a quotation mark of its own, which would have to be escaped on its way to D1.
const UNQUOTED: &str = ", '`', '`' || char(31)), char(34), '`') AS answer";

/// Why the database gave no answer. The text is for the log only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DbError {
    /// `table.column` of a violated UNIQUE constraint, as SQLite names it.
    Unique(String),
    /// A foreign key forbids the change.
    ForeignKey,
    /// The table `preconditions` took no row: a condition of the caller does not hold (`conditions`).
    Precondition,
    /// The database was not reached or is overloaded: worth a retry.
    Unavailable(String),
    /// Anything else: a defect of ours.
    Other(String),
}

impl DbError {
    /// Sorts SQLite's and D1's message texts into the classes above.
    pub fn classify(message: &str) -> Self {
        const UNIQUE: &str = "UNIQUE constraint failed: ";
        // D1's documented errors, "Debug D1: error list"; it counts these as passing.
        const PASSING: [&str; 11] = [
            "Network connection lost",
            "transient issue on remote node",
            "reset because",
            "caused object to be reset",
            "overloaded",
            "Too many requests",
            "timed out",
            "starting up D1 DB storage",
            "Internal error in D1 DB storage",
            // What the runtime says when something in between answers for D1, or nothing does.
            "Failed to parse body as JSON",
            "internal error; reference",
        ];
        if let Some((_, rest)) = message.split_once(UNIQUE) {
            let end = rest.find([',', ':', ' ', '\n']).unwrap_or(rest.len());
            return Self::Unique(rest.get(..end).unwrap_or_default().to_owned());
        }
        if message.contains("CHECK constraint failed: precondition") {
            return Self::Precondition;
        }
        if message.contains("FOREIGN KEY constraint failed") {
            return Self::ForeignKey;
        }
        if PASSING.iter().any(|text| message.contains(text)) {
            return Self::Unavailable(message.to_owned());
        }
        Self::Other(message.to_owned())
    }
}

/// The truth. A batch is one transaction: all statements or none. A query only reads: it may be asked again.
pub trait Db {
    fn query(&self, statement: &Statement) -> impl Future<Output = Result<Option<String>, DbError>>;
    fn batch(&self, statements: Vec<Statement>) -> impl Future<Output = Result<Vec<Option<String>>, DbError>>;
}

/// A shared cache that may be a minute late or lose anything. A fault of it reads as a miss.
pub trait Cache {
    fn cache_get(&self, key: &str) -> impl Future<Output = Option<String>>;
    /// Stores after the answer has gone out; nobody waits for it, and a failure is only logged.
    fn cache_put(&self, key: &str, value: String, ttl_seconds: u32);
}

/// What seals a text: AES-256-GCM's key, nonce and additional data.
#[derive(Clone, Copy)]
pub struct SealedBy<'a> {
    pub key: &'a [u8],
    pub nonce: &'a [u8],
    pub about: &'a str,
}

/// Public-key signatures and encryption (HMAC is done in wasm, see decision 0003).
pub trait Crypto {
    /// What is sealed and its tag; the error text is for the log, here and below.
    fn seal(&self, by: SealedBy<'_>, text: &[u8]) -> impl Future<Output = Result<Vec<u8>, String>>;
    /// `Err` when it was sealed by anything else, or was changed since.
    fn open(&self, by: SealedBy<'_>, sealed: &[u8]) -> impl Future<Output = Result<Vec<u8>, String>>;
    /// `Ok(false)` for a signature that does not fit; `Err` when the platform cannot use the key.
    fn verify(&self, key: &VerifyKey, message: &str, signature: &[u8]) -> impl Future<Output = Result<bool, String>>;
    /// A raw signature, as JWS has it; the error text is for the log.
    fn sign(&self, key: &SigningKey, message: &str) -> impl Future<Output = Result<Vec<u8>, String>>;
}

pub trait Clock {
    /// Seconds since 1970 (NumericDate of RFC 7519).
    fn now(&self) -> i64;
    fn sleep(&self, milliseconds: u32) -> impl Future<Output = ()>;
}

pub trait Rng {
    fn fill(&self, bytes: &mut [u8]);
}

/// Outgoing HTTP: JWK Sets of trusted issuers.
pub trait Outbound {
    /// The body of a 200 answer to GET `url`, at most `limit` bytes; the error text is for the log.
    fn get(&self, url: &str, limit: usize) -> impl Future<Output = Result<String, String>>;
}

/// Why a request body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    TooLarge,
    Broken,
}

/// The body of the request at hand, read only when a handler asks for it.
pub trait Incoming {
    fn body(&self, limit: usize) -> impl Future<Output = Result<Vec<u8>, BodyError>>;
}

/// How often somebody may ask (Workers' rate-limit binding): counted where the caller arrives, cheap and
/// approximate.
pub trait RateLimit {
    /// Whether one more call under `key` is within the limit. Without a limiter everything is.
    fn allow(&self, key: &str) -> impl Future<Output = bool>;
}

pub trait Log {
    /// Writes one line of JSON.
    fn log(&self, line: &str);
    /// Counts an answer (Analytics Engine), where something is bound to count with.
    fn count(&self, point: &Point);
}

pub trait Ports: Db + Cache + Crypto + Clock + Rng + Outbound + Incoming + RateLimit + Log {}
impl<T: Db + Cache + Crypto + Clock + Rng + Outbound + Incoming + RateLimit + Log> Ports for T {}
