//! The answer to a change that was made before under its idempotency key.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::parse;
use crate::base::token_refusal::TokenRefusal;
use crate::db::statement::Row;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::changed::Changed;
use crate::request::idempotency::{Claim, seal, store};

impl<P: Ports> Call<'_, P> {
    /// Answers from the key's existing row, whose unique id ended the batch. `made` is this call's sealed secret and the
    /// secret itself.
    ///
    /// # Errors
    /// What the gate refuses by now; 422 for another request than the first; 409 where the row is not to be seen, or
    /// the pepper that sealed its secret is gone.
    pub async fn replay(
        &self,
        claim: &Claim,
        made: Option<(String, String)>,
        is_tagged: bool,
    ) -> Result<Changed, Failure> {
        match (self.read_kept(claim, is_tagged).await, made) {
            (Err(Failure::Token(TokenRefusal::Revoked)), Some((seal, secret))) => {
                self.resume(claim, &seal, secret, is_tagged).await
            }
            (replayed, _) => replayed,
        }
    }

    async fn read_kept(&self, claim: &Claim, is_tagged: bool) -> Result<Changed, Failure> {
        let row = self.read(store::find(&claim.id, self.now())).await?;
        let [fingerprint, facts, outcome, sealed] = row.ok_or(Failure::KeyInUse)?.columns();
        if fingerprint != Some(claim.fingerprint()) {
            return Err(Failure::KeyReused);
        }
        let secret = match sealed {
            None => None,
            Some(sealed) => Some(seal::open(self.ports, &self.app.settings.peppers, &claim.id, &sealed).await?),
        };
        replayed(facts, outcome, secret, is_tagged)
    }

    /// The result of this call's own first attempt, when it was committed, its answer was lost, and it revoked the
    /// caller's token. Only this call can have written a row with this seal, so the gate is not asked.
    async fn resume(&self, claim: &Claim, seal: &str, secret: String, is_tagged: bool) -> Result<Changed, Failure> {
        let row = self.trips.read_one(self.ports, store::find_own(&claim.id, seal)).await?;
        let [_, facts, outcome, _] = row.ok_or(Failure::Token(TokenRefusal::Revoked))?.columns();
        replayed(facts, outcome, Some(secret), is_tagged)
    }
}

/// A record under its tag, as it was kept.
#[derive(Deserialize)]
struct Tagged {
    tag: String,
    data: Box<RawValue>,
}

/// The row exists only where something was changed, so there is an outcome even if nothing of it was kept.
fn replayed(
    facts: Option<String>,
    outcome: Option<String>,
    secret: Option<String>,
    is_tagged: bool,
) -> Result<Changed, Failure> {
    let columns = match outcome {
        Some(kept) if is_tagged => {
            let Tagged { tag, data } = parse::row(&kept)?;
            vec![Some(tag), Some(data.get().to_owned())]
        }
        other => vec![other],
    };
    Ok(Changed { facts, outcome: Some(Row(columns)), secret, is_replay: true })
}
