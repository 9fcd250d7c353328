//! What a platform must supply, as traits. `edge` implements them over D1, KV and WebCrypto, and the native tests over
//! SQLite in memory. `Db` runs SQL, so every statement exists once and runs unchanged on both. This room may import
//! `db`, `identity` and `base`. It never holds an implementation.

pub mod id;

use std::future::Future;

use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::identity::keys::{SigningKey, VerifyKey};

/// The database.
pub trait Db {
    /// Runs statements that only read, as one transaction. They may be sent again. Returns the first row of each
    /// statement.
    fn read(&self, statements: &[Statement]) -> impl Future<Output = Result<Vec<Option<Row>>, DbError>>;
    /// Runs statements as one transaction: all of them or none. Returns the first row of each statement.
    fn batch(&self, statements: Vec<Statement>) -> impl Future<Output = Result<Vec<Option<Row>>, DbError>>;
    /// Runs a statement that changes something after the answer has gone out. A failure is only logged.
    fn write_later(&self, statement: Statement);
}

/// A shared cache. It may be a minute late, and it may lose anything.
pub trait Cache {
    /// The value of a key. `None` when there is none, and when the cache fails.
    fn cache_get(&self, key: &str) -> impl Future<Output = Option<String>>;
    /// Stores a value for this many seconds. It does so after the answer has gone out; a failure is only logged.
    fn cache_put(&self, key: &str, value: String, ttl_seconds: u32);
}

/// A store of texts that are written once and seldom read (R2). A deployment may have none.
pub trait Archive {
    /// Whether there is one.
    fn has_archive(&self) -> bool;
    /// The text under a key; `Ok(None)` when there is none. An error's text is for the log.
    fn archive_get(&self, key: &str) -> impl Future<Output = Result<Option<String>, String>>;
    /// Stores a text under a key, compressed. It replaces the one that is there. An error's text is for the log.
    fn archive_put(&self, key: &str, text: &str) -> impl Future<Output = Result<(), String>>;
}

/// The inputs of AES-256-GCM beside the text.
#[derive(Clone, Copy)]
pub struct SealedBy<'a> {
    /// 32 bytes.
    pub key: &'a [u8],
    /// 12 bytes, used once under a key.
    pub nonce: &'a [u8],
    /// The additional data: what the text is about. A sealed text cannot be opened for anything else.
    pub about: &'a str,
}

/// The inputs of PBKDF2 (RFC 8018) beside the secret.
#[derive(Clone, Copy)]
pub struct Derivation<'a> {
    /// `SHA-256` or `SHA-512`.
    pub function: &'static str,
    /// At most 100,000.
    pub iterations: u32,
    /// The salt.
    pub salt: &'a [u8],
    /// How many bytes are asked for.
    pub length: usize,
}

/// Public-key signatures and encryption. HMAC is computed in wasm (decision 0003). Error texts are for the log.
pub trait Crypto {
    /// Encrypts a text. Returns the ciphertext with the tag at its end.
    fn seal(&self, by: SealedBy<'_>, text: &[u8]) -> impl Future<Output = Result<Vec<u8>, String>>;
    /// Decrypts what `seal` returned. `Err` when it was sealed with other inputs, or was changed since.
    fn open(&self, by: SealedBy<'_>, sealed: &[u8]) -> impl Future<Output = Result<Vec<u8>, String>>;
    /// Derives bytes from a secret by PBKDF2.
    fn derive(&self, by: Derivation<'_>, secret: &[u8]) -> impl Future<Output = Result<Vec<u8>, String>>;
    /// Checks a signature in the form of JWS. `Ok(false)` when it is not that of the message, `Err` when the platform
    /// cannot use the key.
    fn verify(&self, key: &VerifyKey, message: &str, signature: &[u8]) -> impl Future<Output = Result<bool, String>>;
    /// Signs a message. Returns the signature in the form of JWS.
    fn sign(&self, key: &SigningKey, message: &str) -> impl Future<Output = Result<Vec<u8>, String>>;
}

/// The time.
pub trait Clock {
    /// The time in seconds since 1970 (NumericDate of RFC 7519).
    fn now(&self) -> i64;
    /// Waits.
    fn sleep(&self, milliseconds: u32) -> impl Future<Output = ()>;
}

/// Random bytes that are good enough for keys.
pub trait Rng {
    /// Fills the slice with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Outgoing HTTP, for the JWK Sets of trusted issuers.
pub trait Outbound {
    /// The body of the answer to `GET url`. `Err` when the status is not 200 or the body has more than `limit` bytes;
    /// the text is for the log.
    fn get(&self, url: &str, limit: usize) -> impl Future<Output = Result<String, String>>;
}

/// Why a request body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It is longer than the limit.
    TooLarge,
    /// It ended early.
    Broken,
}

/// The body of the current request. It is read only when a handler asks for it.
pub trait Incoming {
    /// The whole body, of at most `limit` bytes.
    fn body(&self, limit: usize) -> impl Future<Output = Result<Vec<u8>, BodyError>>;
}

/// A limit on how often a caller may ask (Workers' rate-limit binding). It is counted where the caller arrives, so it
/// is cheap and approximate.
pub trait RateLimit {
    /// Whether one more call under `key` is within the limit. Without that limiter every call is.
    fn allow(&self, limit: Limit, key: &str) -> impl Future<Output = bool>;
}

/// What a limiter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The calls of one client from one network address.
    Client,
    /// The calls from one network address, whatever clients they name.
    Address,
}

/// One answer, to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The method of the request.
    pub method: &'static str,
    /// The pattern of the route, not the path.
    pub route: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// The short word for the outcome that the log has too.
    pub code: &'static str,
}

/// The log and the counts.
pub trait Log {
    /// Writes one line of JSON.
    fn log(&self, line: &str);
    /// Counts an answer (Analytics Engine), if the platform has a place to count.
    fn count(&self, point: &Point);
}

/// Everything that the service needs of its platform.
pub trait Ports: Db + Cache + Archive + Crypto + Clock + Rng + Outbound + Incoming + RateLimit + Log {}
impl<T: Db + Cache + Archive + Crypto + Clock + Rng + Outbound + Incoming + RateLimit + Log> Ports for T {}
