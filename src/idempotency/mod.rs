//! Idempotency keys: a change that is repeated under its key is made once, and answered each time as the first time
//! (decision 0009). The key's row is written in the change's own batch, with all that the answer is made of; a batch
//! that meets a row of its key ends without a trace, and the row answers in its place. While a change runs under its
//! key, the isolate refuses a second call (`running`).

pub mod running;
mod seal;
pub mod store;

use std::cell::Cell;

use mithril_codec::base64url;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::auth::{Principal, TokenRefusal};
use crate::call::Call;
use crate::change::Changed;
use crate::error::Failure;
use crate::http::envelope::json;
use crate::http::{Header, Request};
use crate::parse;
use crate::ports::Ports;
use crate::state::App;
use running::Entry;

/// Seconds for which a key is remembered.
pub const LIFETIME: i64 = 86_400;
pub const MAX_KEY: usize = 255;
/// The column that tells a repeated key, as SQLite names it.
pub const TAKEN: &str = "idempotency_keys.id";

/// The key that the caller sent, under either name.
///
/// # Errors
/// 400 for one that is empty, longer than 255 characters, or has others than visible ASCII and spaces; and for two
/// that differ.
pub fn key(request: &Request) -> Result<Option<&str>, Failure> {
    let read = |header| match request.header(header) {
        None => Ok(None),
        Some(key) if is_sane(key) => Ok(Some(key)),
        Some(_) => Err(Failure::Header(header)),
    };
    match (read(Header::IdempotencyKey)?, read(Header::XIdempotencyKey)?) {
        (Some(one), Some(other)) if one != other => Err(Failure::Header(Header::XIdempotencyKey)),
        (one, other) => Ok(one.or(other)),
    }
}

fn is_sane(key: &str) -> bool {
    key.len() <= MAX_KEY && !key.trim().is_empty() && key.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

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

    /// `secret` as it may be stored.
    ///
    /// # Errors
    /// 500 while there is no pepper.
    pub async fn seal<P: Ports>(&self, call: &Call<'_, P>, secret: &str) -> Result<String, Failure> {
        seal::seal(call, &self.id, secret).await
    }

    /// What this very call did at its first attempt, whose answer was lost, where that ended the caller's own token.
    /// Nobody else can have made the row with this seal.
    ///
    /// # Errors
    /// 401 for the row of another call.
    pub async fn resume<P: Ports>(&self, call: &Call<'_, P>, seal: &str, secret: String) -> Result<Changed, Failure> {
        let row = call.trips.query(call.ports, None, &store::find_own(&self.id, seal)).await?;
        let row = row.ok_or(Failure::Token(TokenRefusal::Revoked))?;
        let Kept { facts, outcome, .. } = parse::row(&row)?;
        Ok(Changed::replay(facts, outcome, Some(secret)))
    }

    /// What the first call under the key did.
    ///
    /// # Errors
    /// What the gate refuses by now, 422 for another request than the first, 409 where the row is not to be seen or
    /// the pepper that seals it is gone.
    pub async fn replay<P: Ports>(&self, call: &Call<'_, P>) -> Result<Changed, Failure> {
        let row = call.read(store::find(call.gate.to_json5(), &self.id, call.now())).await?;
        let row = row.ok_or(Failure::KeyInUse)?;
        let kept: Kept<'_> = parse::row(&row)?;
        if kept.fingerprint != self.fingerprint() {
            return Err(Failure::KeyReused);
        }
        let secret = match kept.secret {
            None => None,
            Some(sealed) => Some(seal::open(call, &self.id, sealed).await?),
        };
        Ok(Changed::replay(kept.facts, kept.outcome, secret))
    }
}

impl Changed {
    fn replay(facts: Option<&RawValue>, outcome: Option<&RawValue>, secret: Option<String>) -> Self {
        let row = facts.map(|facts| facts.get().to_owned());
        // There is a row of the key only where something was changed.
        let outcome = Some(outcome.map_or_else(|| "null".to_owned(), |outcome| outcome.get().to_owned()));
        Self { row, outcome, secret, is_replay: true }
    }
}

#[derive(Deserialize)]
struct Kept<'a> {
    fingerprint: &'a str,
    #[serde(borrow)]
    facts: Option<&'a RawValue>,
    #[serde(borrow)]
    outcome: Option<&'a RawValue>,
    secret: Option<&'a str>,
}

fn digest(text: &str) -> String {
    base64url::encode(&Sha256::digest(text))
}
