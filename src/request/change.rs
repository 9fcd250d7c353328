//! A change to the data: one batch of the guard, the change and its audit row, with what the request's own headers add:
//! conditions (`conditions`) and the idempotency key (`idempotency`).

use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::ports::Ports;
use crate::request::audit_record::{self, Entry};
use crate::request::call::Call;
use crate::request::changed::{ChangeError, Changed};
use crate::request::conditions::TaggedRow;
use crate::request::idempotency::{TAKEN, seal, store};

/// A change, described. [`Call::change`] makes it.
pub struct Change {
    action: &'static str,
    subject: String,
    fields: Vec<&'static str>,
    facts: Option<Statement>,
    steps: Vec<Statement>,
    decisive: Statement,
    answer: Option<Statement>,
    target: Target,
    secret: Option<String>,
}

/// What a change is about, and so how its outcome is read again when the call is repeated under its idempotency key.
pub enum Target {
    /// A record with an entity tag.
    Record(TaggedRow),
    /// Anything else. Each statement is a SELECT of one JSON text; both are `None` when the answer needs neither.
    Other {
        /// Runs before the change.
        before: Option<Statement>,
        /// Runs after it and replaces what `before` kept, which it may read as `idempotency_keys.outcome`.
        after: Option<Statement>,
    },
}

impl Change {
    /// `action` is what the audit calls it (`connection.delete`), `subject` the record (`connection/<id>`). The audit row
    /// is written exactly when `decisive` changes a row.
    pub const fn new(action: &'static str, subject: String, decisive: Statement) -> Self {
        Self {
            action,
            subject,
            fields: Vec::new(),
            facts: None,
            steps: Vec::new(),
            decisive,
            answer: None,
            target: Target::Other { before: None, after: None },
            secret: None,
        }
    }

    /// Names of the fields that change, for the audit; never their values.
    #[must_use]
    pub fn fields(self, fields: impl Into<Vec<&'static str>>) -> Self {
        Self { fields: fields.into(), ..self }
    }

    /// A SELECT of one JSON text, made before the change: what decides it, for [`Changed::facts`].
    #[must_use]
    pub fn facts(self, facts: Statement) -> Self {
        Self { facts: Some(facts), ..self }
    }

    /// Changes that come before the decisive one.
    #[must_use]
    pub fn steps(self, steps: Vec<Statement>) -> Self {
        Self { steps, ..self }
    }

    /// A SELECT whose row is the outcome, in place of what the decisive statement returns.
    #[must_use]
    pub fn answer(self, answer: Statement) -> Self {
        Self { answer: Some(answer), ..self }
    }

    /// The record that is changed: its conditions are checked, and its outcome is the columns `tag` and `data`.
    #[must_use]
    pub fn record(self, record: TaggedRow) -> Self {
        Self { target: Target::Record(record), ..self }
    }

    /// How an outcome without a tag is read again; see [`Target::Other`].
    #[must_use]
    pub fn kept(self, before: Option<Statement>, after: Option<Statement>) -> Self {
        Self { target: Target::Other { before, after }, ..self }
    }

    /// What the answer shows and the database does not hold. A repeated call gets it from [`Changed::secret`] too.
    #[must_use]
    pub fn secret(self, secret: String) -> Self {
        Self { secret: Some(secret), ..self }
    }
}

impl<P: Ports> Call<'_, P> {
    /// Makes a change and writes its audit row, in one batch:
    ///
    /// 1. the idempotency key's row; when it is there already, the batch ends and the row answers
    /// 2. the guard; it ends the batch of a refused caller
    /// 3. the note that an `api-key` was used
    /// 4. the conditions; they end the batch when they do not hold
    /// 5. facts, steps, the decisive statement, its audit row, the answer
    /// 6. what is kept for a repeated call
    ///
    /// # Errors
    /// What the gate refuses, 412, 409 and 422 of the idempotency key, constraints and faults of the database. Then
    /// nothing has changed, unless the answer was lost.
    pub async fn change(&self, change: Change) -> Result<Changed, ChangeError> {
        // Boxes the future, so that it is not inlined into each handler: the bundle would pay for it.
        Box::pin(self.run(change)).await
    }

    async fn run(&self, change: Change) -> Result<Changed, ChangeError> {
        let claim = self.claim.as_ref();
        // The entry is left on every way out of here, also when the call is dropped.
        let _entry = match claim.map(|claim| claim.enter(self.app, self.now())).transpose() {
            Ok(entry) => entry,
            Err(failure) => return Err(self.refuse(failure).await.into()),
        };
        let sealed = match (claim, &change.secret) {
            (Some(claim), Some(secret)) => {
                Some(seal::seal(self.ports, &self.app.settings.peppers, &claim.id, secret).await?)
            }
            _ => None,
        };
        let Batch { statements, facts_at, outcome_at } = self.batch_of(&change, sealed.as_deref());
        let is_tagged = matches!(change.target, Target::Record(_));
        match self.guarded(self.trips.batch(self.ports, statements, claim.is_some()).await) {
            Ok(mut rows) => {
                let mut take = |at: usize| rows.get_mut(at).and_then(Option::take);
                let (outcome, facts) = (take(outcome_at), facts_at.and_then(take).and_then(Row::first));
                Ok(Changed { facts, outcome, secret: change.secret, is_replay: false })
            }
            Err(DbError::Unique(column)) if column == TAKEN => {
                let claim =
                    claim.ok_or_else(|| Failure::Internal("a key was taken where none was given".to_owned()))?;
                Ok(self.replay(claim, sealed.zip(change.secret), is_tagged).await?)
            }
            Err(error) => Err(ChangeError::Database(error)),
        }
    }

    fn batch_of(&self, change: &Change, sealed: Option<&str>) -> Batch {
        let claim = self.claim.as_ref();
        let mut statements = Vec::with_capacity(8);
        if let Some(claim) = claim {
            let record = store::claim(&claim.id, claim.fingerprint(), sealed, change.facts.as_ref(), self.now());
            statements.extend([store::forget(&claim.id, self.now()), record]);
        }
        statements.push(self.gate.guard());
        statements.extend(self.note_key());
        if let (Some(conditions), Target::Record(record)) = (&self.conditions, &change.target) {
            statements.push(conditions.guard(record));
        }
        let facts_at = change.facts.as_ref().map(|_| statements.len());
        statements.extend(change.facts.clone());
        let (before, after) = match &change.target {
            _ if claim.is_none() => (None, None),
            Target::Other { before, after } => (before.clone(), after.clone()),
            Target::Record(record) => (None, Some(record.kept())),
        };
        let keep = |kept: Option<Statement>| claim.zip(kept).map(|(claim, kept)| store::keep(&claim.id, &kept));
        statements.extend(keep(before));
        statements.extend(change.steps.iter().cloned());
        let mut outcome_at = statements.len();
        statements.push(change.decisive.clone());
        statements.push(audit_record::record(&Entry {
            now: self.now(),
            actor: &self.principal.subject,
            client_id: &self.principal.client_id,
            action: change.action,
            subject: &change.subject,
            fields: &change.fields,
            request_id: self.request_id,
        }));
        statements.extend(claim.map(|claim| store::release(&claim.id)));
        if let Some(answer) = &change.answer {
            outcome_at = statements.len();
            statements.push(answer.clone());
        }
        statements.extend(keep(after));
        Batch { statements, facts_at, outcome_at }
    }
}

struct Batch {
    statements: Vec<Statement>,
    facts_at: Option<usize>,
    outcome_at: usize,
}
