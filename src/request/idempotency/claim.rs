//! What a call claims by its idempotency key (decision 0009). The key's row is written in the change's own batch, and
//! holds everything that the answer needs. A batch that finds a row of its key is rolled back, and that row supplies
//! the answer. While a change runs under its key, the isolate refuses a second call (`memory::running`).

use std::cell::Cell;

use crate::base::digest::{sha256, sha256_text};
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::http::Request;
use crate::identity::principal::Principal;
use crate::memory::App;
use crate::memory::running::RunningEntry;
use crate::ports::id;

/// The column whose UNIQUE constraint fails when a key is repeated, as SQLite names it.
pub const KEY_COLUMN: &str = "idempotency_keys.id";

/// A call under an idempotency key: whose key it is, and what it was sent with.
#[derive(Debug)]
pub struct Claim {
    /// SHA-256 of the caller and the key, so that callers never share a key.
    pub id: String,
    target: String,
    body: Cell<[u8; 32]>,
}

impl Claim {
    /// The claim of a request that carries the key. The caller is the client, the user and, for a token that this
    /// service issued, the connection that it came through: consumers that act for one client share no key.
    ///
    /// # Errors
    /// 400 for a token without `sub`: all users of its client would share their keys, and the secrets in the answers.
    pub fn new(key: &str, principal: &Principal, request: &Request) -> Result<Self, Failure> {
        if principal.subject.is_empty() {
            return Err(Failure::KeyOfNobody);
        }
        let mut caller: Vec<&str> = vec![&principal.client_id, &principal.subject];
        caller.extend(principal.connection_id.as_deref());
        caller.push(key);
        // A path that names the same records is the same.
        let path: Vec<String> = request.path().split('/').map(|part| id::canonical(part.to_owned())).collect();
        let target = format!("{} {}?{}", request.method.as_str(), path.join("/"), request.query());
        Ok(Self { id: digest(&json(&caller)), target, body: Cell::default() })
    }

    /// Notes the bytes of the body, for the fingerprint.
    pub fn note_body(&self, body: &[u8]) {
        self.body.set(sha256(body));
    }

    /// SHA-256 of method, path, query and the noted body.
    pub fn fingerprint(&self) -> String {
        digest(&json(&(&self.target, self.body.get())))
    }

    /// Marks the change as running in this isolate until the entry is dropped. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// 409 while another call runs under the key.
    pub fn enter<'a>(&'a self, app: &'a App, now: i64) -> Result<RunningEntry<'a>, Failure> {
        let seconds = app.settings.deadlines.change_seconds();
        app.memory.running.enter(&self.id, now, seconds).ok_or(Failure::KeyInUse)
    }
}

/// SHA-256 as base64url.
fn digest(text: &str) -> String {
    sha256_text(text)
}
