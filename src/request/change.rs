//! A change to the data: one batch of the gate, the change and its audit row, and what hangs on the request's own
//! headers: the conditions (`conditions`) and the idempotency key (`idempotency`).

use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::statement::{Param, Statement};
use crate::ports::Ports;
use crate::request::audit_record::{self, Entry};
use crate::request::call::Call;
use crate::request::changed::Changed;
use crate::request::conditions::Record;
use crate::request::idempotency::{TAKEN, seal, store};

pub struct Change {
    /// What the audit calls it: `connection.delete`.
    pub action: &'static str,
    /// What it is done to: `connection/<id>`.
    pub subject: String,
    /// Names of the fields that change, never their values.
    pub fields: Vec<&'static str>,
    /// The first answers the gate; the **last** makes the decisive change and answers with its outcome, if any.
    /// The audit row is written exactly when the last INSERT, UPDATE or DELETE among them changed a row.
    pub statements: Vec<Statement>,
    pub target: Target,
    /// What the answer shows and the database does not hold. Whoever repeats the call gets it from
    /// [`Changed::secret`], as the first did.
    pub secret: Option<String>,
}

/// What a change is about.
pub enum Target {
    /// A record with an entity tag.
    Record(Record),
    /// Something without.
    Other(Snapshot),
}

/// How the outcome is read again, for whoever repeats the call: each a SELECT of one text. Neither, when the answer
/// does not need it.
#[derive(Default)]
pub struct Snapshot {
    /// Before the change.
    pub before: Option<Statement>,
    /// After it, in place of what was read before, which is there as `idempotency_keys.outcome`.
    pub after: Option<Statement>,
}

impl<P: Ports> Call<'_, P> {
    /// Changes through the gate, and writes the audit row, in one batch.
    ///
    /// # Errors
    /// What the gate refuses, 412, what [`Claim::enter`] and [`Claim::replay`] refuse, and faults of the database; then
    /// nothing has changed.
    pub async fn change(&self, change: Change) -> Result<Changed, Failure> {
        // On the heap: it would be woven into each of its callers, which the bundle pays for.
        Box::pin(self.try_change(change)).await?.map_err(Failure::from)
    }

    /// Like [`Call::change`], for changes that may break a constraint: the inner error is the database's.
    pub async fn try_change(&self, change: Change) -> Result<Result<Changed, DbError>, Failure> {
        let Change { action, subject, fields, statements, target, secret } = change;
        let claim = self.claim.as_ref();
        // Left on every way out of here, also when the call is dropped.
        let _entry = self.checked(claim.map(|claim| claim.enter(self.app, self.now())).transpose()).await?;
        let sealed = match (claim, &secret) {
            (Some(claim), Some(secret)) => {
                Some(seal::seal(self.ports, &self.app.settings.peppers, &claim.id, secret).await?)
            }
            _ => None,
        };
        let made = sealed.clone();
        let note = self.note_key();
        let first_at = usize::from(note.is_some());
        let mut batch: Vec<Statement> = note.into_iter().collect();
        let mut statements = statements.into_iter();
        batch.extend(statements.next());
        if let (Some(claim), Some(first)) = (claim, batch.last()) {
            let record = store::claim(&claim.id, claim.fingerprint(), sealed, first, self.now());
            batch.extend([store::forget(&claim.id, self.now()), record]);
        }
        if let (Some(conditions), Target::Record(record)) = (&self.conditions, &target) {
            batch.push(conditions.guard(self.gate.to_json5(), record));
        }
        let Snapshot { before, after } = if claim.is_some() { target.snapshot() } else { Snapshot::default() };
        let keep = |shown: Option<Statement>| claim.zip(shown).map(|(claim, shown)| store::keep(&claim.id, &shown));
        batch.extend(keep(before));
        batch.extend(statements);
        let outcome_at = batch.len().saturating_sub(1);
        let entry = Entry {
            now: self.now(),
            actor: &self.principal.subject,
            client_id: &self.principal.client_id,
            action,
            subject: &subject,
            fields: &fields,
            request_id: self.request_id,
        };
        batch.push(audit_record::record(&entry));
        batch.extend(claim.map(|claim| store::release(&claim.id)));
        batch.extend(keep(after));
        let shape = self.gate.shape();
        batch.iter_mut().for_each(|statement| statement.shape = shape);

        let mut answers = match self.trips.batch(self.ports, batch, claim.is_some()).await {
            Ok(answers) => answers,
            Err(DbError::Unique(column)) if column == TAKEN => {
                return self.replay(claim, made.zip(secret)).await.map(Ok);
            }
            Err(error) => return Ok(Err(error)),
        };
        let mut take = |at| answers.get_mut(at).and_then(Option::take);
        let (outcome, text) = (take(outcome_at), take(first_at).unwrap_or_default());
        Ok(Ok(Changed { row: self.admit(&text)?, outcome, secret, is_replay: false }))
    }

    /// A target without an entity tag; the snapshot is made only where there is a key to keep it under.
    pub fn other(&self, snapshot: impl FnOnce() -> Snapshot) -> Target {
        Target::Other(if self.claim.is_some() { snapshot() } else { Snapshot::default() })
    }
}

impl Target {
    fn snapshot(self) -> Snapshot {
        match self {
            Self::Other(snapshot) => snapshot,
            Self::Record(Record { shows, from, ids, .. }) => {
                let params = [Param::Null, Param::Null].into_iter().chain(ids).collect::<Vec<_>>();
                let after = Statement::new(format!("SELECT {shows} FROM {from}"), params);
                Snapshot { before: None, after: Some(after) }
            }
        }
    }
}
