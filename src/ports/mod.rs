//! What a platform must supply. The service is written against these traits alone: `edge` implements
//! them over D1, KV and WebCrypto, the native tests over SQLite in memory.
//!
//! The seam is the driver, not the repository: `Db` runs SQL, so every statement exists once and runs
//! unchanged on both.

pub mod id;

use std::future::Future;

use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::identity::keys::{SigningKey, VerifyKey};

/// The truth.
pub trait Db {
    /// Runs statements that only read, so that they may be asked again; each one's row.
    fn read(&self, statements: &[Statement]) -> impl Future<Output = Result<Vec<Option<Row>>, DbError>>;
    /// Runs a transaction: all statements or none; each one's row.
    fn batch(&self, statements: Vec<Statement>) -> impl Future<Output = Result<Vec<Option<Row>>, DbError>>;
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

/// One answer, to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub method: &'static str,
    pub route: &'static str,
    pub status: u16,
    pub code: &'static str,
}

pub trait Log {
    /// Writes one line of JSON.
    fn log(&self, line: &str);
    /// Counts an answer (Analytics Engine), where something is bound to count with.
    fn count(&self, point: &Point);
}

pub trait Ports: Db + Cache + Crypto + Clock + Rng + Outbound + Incoming + RateLimit + Log {}
impl<T: Db + Cache + Crypto + Clock + Rng + Outbound + Incoming + RateLimit + Log> Ports for T {}
