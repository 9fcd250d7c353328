//! The answer to a change that an earlier call under the same idempotency key has made.

use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::object::object;
use crate::base::parse;
use crate::base::token_refusal::TokenRefusal;
use crate::db::statement::Row;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::request::changed::Changed;
use crate::request::idempotency::{Claim, seal, store};

/// A secret that a call under an idempotency key made.
pub struct MadeSecret {
    /// Encrypted, as the row of the key holds it.
    pub sealed: String,
    /// As the answer shows it.
    pub plain: String,
}

impl<P: Ports> Call<'_, P> {
    /// Answers from the key's existing row, whose unique id ended the batch. `made` is the secret that this call made.
    ///
    /// # Errors
    /// - 401 and 403 when the gate refuses the caller by now
    /// - 422 when the key belongs to another request
    /// - 409 when the row cannot be found, or the pepper that sealed its secret no longer exists
    pub async fn replay(&self, claim: &Claim, made: Option<MadeSecret>, is_tagged: bool) -> Result<Changed, Failure> {
        match (self.read_kept(claim, is_tagged).await, made) {
            (Err(Failure::Token(TokenRefusal::Revoked)), Some(made)) => self.resume(claim, made, is_tagged).await,
            (replayed, _) => replayed,
        }
    }

    /// Reads the key's row behind the gate.
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
    async fn resume(&self, claim: &Claim, made: MadeSecret, is_tagged: bool) -> Result<Changed, Failure> {
        let row = self.trips.read_one(self.ports, store::find_own(&claim.id, &made.sealed)).await?;
        let [_, facts, outcome, _] = row.ok_or(Failure::Token(TokenRefusal::Revoked))?.columns();
        replayed(facts, outcome, Some(made.plain), is_tagged)
    }
}

object! {
    /// A record with its tag, as the row of the key keeps it.
    struct KeptRecord {
        tag: String,
        data: Box<RawValue>,
    }
}

/// The outcome from the columns of the key's row. The row exists only when something was changed, so there is an
/// outcome even if the row keeps nothing of it.
fn replayed(
    facts: Option<String>,
    outcome: Option<String>,
    secret: Option<String>,
    is_tagged: bool,
) -> Result<Changed, Failure> {
    let columns = match outcome {
        Some(kept) if is_tagged => {
            let KeptRecord { tag, data } = parse::row(&kept)?;
            vec![Some(tag), Some(data.get().to_owned())]
        }
        other => vec![other],
    };
    Ok(Changed { facts, outcome: Some(Row(columns)), secret, is_replay: true })
}
