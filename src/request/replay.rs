//! The answer to a change that was made before under its idempotency key.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::parse;
use crate::base::token_refusal::TokenRefusal;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::changed::Changed;
use crate::request::idempotency::{Claim, seal, store};

impl<P: Ports> Call<'_, P> {
    /// The answer of the row that ended the batch; `made` is the seal of this call, and what it seals.
    pub async fn replay(&self, claim: Option<&Claim>, made: Option<(String, String)>) -> Result<Changed, Failure> {
        let claim = claim.ok_or_else(|| Failure::Internal("a key was taken where none was given".to_owned()))?;
        match (self.replay_kept(claim).await, made) {
            (Err(Failure::Token(TokenRefusal::Revoked)), Some((seal, secret))) => {
                self.resume(claim, &seal, secret).await
            }
            (replayed, _) => replayed,
        }
    }

    /// What this very call did at its first attempt, whose answer was lost, where that ended the caller's own token.
    /// Nobody else can have made the row with this seal.
    ///
    /// # Errors
    /// 401 for the row of another call.
    async fn resume(&self, claim: &Claim, seal: &str, secret: String) -> Result<Changed, Failure> {
        let row = self.trips.query(self.ports, None, &store::find_own(&claim.id, seal)).await?;
        let row = row.ok_or(Failure::Token(TokenRefusal::Revoked))?;
        let Kept { facts, outcome, .. } = parse::row(&row)?;
        Ok(Changed::replay(facts, outcome, Some(secret)))
    }

    /// What the first call under the key did.
    ///
    /// # Errors
    /// What the gate refuses by now, 422 for another request than the first, 409 where the row is not to be seen or
    /// the pepper that seals it is gone.
    async fn replay_kept(&self, claim: &Claim) -> Result<Changed, Failure> {
        let row = self.read(store::find(self.gate.to_json5(), &claim.id, self.now())).await?;
        let row = row.ok_or(Failure::KeyInUse)?;
        let kept: Kept<'_> = parse::row(&row)?;
        if kept.fingerprint != claim.fingerprint() {
            return Err(Failure::KeyReused);
        }
        let secret = match kept.secret {
            None => None,
            Some(sealed) => Some(seal::open(self.ports, &self.app.settings.peppers, &claim.id, sealed).await?),
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
