//! Idempotency keys: a change that is repeated under its key is made once, and answered each time as the first time
//! (decision 0009). The key's row is written in the change's own batch, with all that the answer is made of; a batch
//! that meets a row of its key ends without a trace, and the row answers in its place. While a change runs under its
//! key, the isolate refuses a second call (`running`).

use std::cell::Cell;

use mithril_codec::base64url;
use sha2::{Digest, Sha256};

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::http::Request;
use crate::identity::principal::Principal;
use crate::memory::App;
use crate::memory::running::Entry;

/// The column that tells a repeated key, as SQLite names it.
pub const TAKEN: &str = "idempotency_keys.id";

/// What a call under a key says of itself.
#[derive(Debug)]
pub struct Claim {
    /// SHA-256 of the caller and the key: nobody meets another's keys.
    pub id: String,
    target: String,
    body: Cell<[u8; 32]>,
}

impl Claim {
    pub fn new(key: &str, principal: &Principal, request: &Request) -> Self {
        let caller = [&principal.client_id, &principal.subject, key];
        let target = format!("{} {}?{}", request.method.as_str(), request.path(), request.query());
        Self { id: digest(&json(&caller)), target, body: Cell::default() }
    }

    pub fn note_body(&self, body: &[u8]) {
        self.body.set(Sha256::digest(body).into());
    }

    /// SHA-256 of method, path, query and what was read of the body.
    pub fn fingerprint(&self) -> String {
        digest(&json(&(&self.target, self.body.get())))
    }

    /// Says in this isolate that the change runs, until the entry is dropped.
    ///
    /// # Errors
    /// 409 while another call runs under the key.
    pub fn enter<'a>(&'a self, app: &'a App, now: i64) -> Result<Entry<'a>, Failure> {
        let seconds = app.settings.deadlines.change_seconds();
        app.memory.running.enter(&self.id, now, seconds).ok_or(Failure::KeyInUse)
    }
}

fn digest(text: &str) -> String {
    base64url::encode(&Sha256::digest(text))
}
