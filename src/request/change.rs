//! A change to the data, made as one batch: the guard, the change and its audit row. The headers of the request may add
//! conditions (`conditions`) and an idempotency key (`idempotency`).

use std::ops::Range;

use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::refusal::GateRefusal;
use crate::db::statement::{Row, Statement};
use crate::ports::Ports;
use crate::request::audit_record::{self, AuditEntry, NamedRows};
use crate::request::call::Call;
use crate::request::changed::{ChangeError, Changed};
use crate::request::conditions::TaggedRow;
use crate::request::delegation::Given;
use crate::request::dry_run;
use crate::request::idempotency::{KEY_COLUMN, seal, store};
use crate::request::replay::MadeSecret;
use crate::request::round_trips::Retry;

/// Where the audit row of a change takes its subject and fields from, and so where its statement stands.
enum Named {
    /// From the change itself. The row follows the decisive statement.
    ByValue,
    /// From a SELECT that runs before the steps.
    BeforeSteps(Statement),
    /// From a SELECT that runs behind the steps.
    BeforeDecisive(Statement),
}

/// The description of a change. [`Call::change`] makes the change.
pub struct Change {
    action: &'static str,
    subject: String,
    fields: Vec<&'static str>,
    named: Named,
    named_rows: NamedRows,
    gives: Option<Given>,
    guards: Vec<Statement>,
    facts: Option<Statement>,
    steps: Vec<Statement>,
    alternative: Option<Statement>,
    decisive: Statement,
    answer: Option<Statement>,
    target: ChangeTarget,
    secret: Option<String>,
}

/// What a change is made to. It decides what the row of an idempotency key keeps of the outcome, which a repeated call
/// gets.
enum ChangeTarget {
    /// A record with an entity tag. The row keeps the tag and the record.
    Tagged(TaggedRow),
    /// Anything else. The row keeps what these two SELECTs of one JSON text answer; both are `None` when a repeated
    /// call needs nothing of it.
    Untagged {
        /// Runs before the change.
        before: Option<Statement>,
        /// Runs after the change. Its text replaces that of `before`, which it may read as `idempotency_keys.outcome`.
        after: Option<Statement>,
    },
}

impl Change {
    /// A change whose statement is `decisive`. The audit row is written exactly when that statement changes a row; it
    /// names `action` (`connection.delete`) and `subject` (`connection/<id>`).
    pub const fn new(action: &'static str, subject: String, decisive: Statement) -> Self {
        Self {
            action,
            subject,
            fields: Vec::new(),
            named: Named::ByValue,
            named_rows: NamedRows::One,
            gives: None,
            guards: Vec::new(),
            facts: None,
            steps: Vec::new(),
            alternative: None,
            decisive,
            answer: None,
            target: ChangeTarget::Untagged { before: None, after: None },
            secret: None,
        }
    }

    /// The names of the fields that change, for the audit. Values are never written there.
    #[must_use]
    pub fn fields(self, fields: impl Into<Vec<&'static str>>) -> Self {
        Self { fields: fields.into(), ..self }
    }

    /// A SELECT of the columns `subject` and `fields` (a JSON array) of the audit row, in place of those given by value.
    /// It runs before the steps, because after them a record may have another name or be gone. It must find one row
    /// exactly when the change will be made, so it has the conditions of the statements that make it.
    #[must_use]
    pub fn named(self, named: Statement) -> Self {
        Self { named: Named::BeforeSteps(named), ..self }
    }

    /// The same for an audit of several rows, which the column `part` numbers from 0.
    #[must_use]
    pub fn named_parts(self, named: Statement) -> Self {
        Self { named: Named::BeforeSteps(named), named_rows: NamedRows::Parts, ..self }
    }

    /// The same as `named`, but it runs behind the steps and directly before the decisive statement, because the steps may make the
    /// record.
    #[must_use]
    pub fn named_before_decisive(self, named: Statement) -> Self {
        Self { named: Named::BeforeDecisive(named), ..self }
    }

    /// The scopes that this change gives to somebody. The caller's token must hold those of them that this service
    /// enforces (`delegation`).
    #[must_use]
    pub fn gives(self, gives: Given) -> Self {
        Self { gives: Some(gives), ..self }
    }

    /// Guards of this change alone: each inserts a word into `refusals` when the change is refused (`db::refusal`). They
    /// run behind the gate's guard, and like it they end the batch.
    #[must_use]
    pub fn guards(mut self, guards: impl IntoIterator<Item = Statement>) -> Self {
        self.guards.extend(guards);
        self
    }

    /// A SELECT of one JSON text that runs before the change: what its answer depends on. See [`Changed::facts`].
    #[must_use]
    pub fn facts(self, facts: Statement) -> Self {
        Self { facts: Some(facts), ..self }
    }

    /// Statements that change rows before the decisive one does.
    #[must_use]
    pub fn steps(self, steps: Vec<Statement>) -> Self {
        Self { steps, ..self }
    }

    /// A statement that makes the change in place of the decisive one, before which it runs. At most one of the two may
    /// touch a row, and the row of that one is the outcome. The audit row does not tell which, so this needs
    /// [`Change::named`].
    #[must_use]
    pub fn alternative(self, alternative: Statement) -> Self {
        Self { alternative: Some(alternative), ..self }
    }

    /// A SELECT that runs after the change. Its row is the outcome, in place of the row of the decisive statement.
    #[must_use]
    pub fn answer(self, answer: Statement) -> Self {
        Self { answer: Some(answer), ..self }
    }

    /// The record that is changed. The conditions of the request are checked against its tag, and the outcome must have
    /// the columns `tag` and `data`.
    #[must_use]
    pub fn record(self, record: TaggedRow) -> Self {
        Self { target: ChangeTarget::Tagged(record), ..self }
    }

    /// What the row of an idempotency key keeps of an outcome without a tag: each is a SELECT of one JSON text.
    /// `before` runs before the change. `after` runs after it; its text replaces that of `before`, which it may read as
    /// `idempotency_keys.outcome`.
    #[must_use]
    pub fn kept(self, before: Option<Statement>, after: Option<Statement>) -> Self {
        Self { target: ChangeTarget::Untagged { before, after }, ..self }
    }

    /// The secret that the answer shows. The database does not hold it in plain text. A repeated call under an
    /// idempotency key gets the same secret; see [`Changed::secret`].
    #[must_use]
    pub fn secret(self, secret: String) -> Self {
        Self { secret: Some(secret), ..self }
    }
}

impl<P: Ports> Call<'_, P> {
    /// Makes a change and writes its audit row, in one batch:
    ///
    /// 1. the row of the idempotency key; when it exists already, the batch ends and that row answers
    /// 2. the guard, and the guards of this change; they end the batch when the caller is refused
    /// 3. the note that an `api-key` was used
    /// 4. the conditions; they end the batch when they do not hold
    /// 5. facts, steps, the decisive statement, its audit row, the answer; with [`Change::named`], the audit row comes
    ///    earlier
    /// 6. what the row of the key keeps for a repeated call
    ///
    /// A dry run ends the same batch with a failure that carries its answer (`dry_run`). Without a refusal, it returns an
    /// error that the call's answer replaces; where the change would not be made, it returns the facts that say why.
    ///
    /// # Errors
    /// Nothing has changed then, unless the answer was lost.
    /// - 401 and 403 when the gate refuses the caller
    /// - 403 when the change gives scopes that the token lacks
    /// - 412 when a condition does not hold
    /// - 409 while another call runs under the idempotency key, or when its answer can no longer be read
    /// - 422 when the idempotency key belongs to another request
    /// - violated constraints, which the handler translates
    /// - 503 and 500 for faults of the database
    pub async fn change(&self, change: Change) -> Result<Changed, ChangeError> {
        // Boxes the future, so that it is not inlined into each handler. That keeps the bundle small.
        Box::pin(self.run(change)).await
    }

    async fn run(&self, change: Change) -> Result<Changed, ChangeError> {
        self.check_given(change.gives.as_ref())?;
        let claim = self.claim.as_ref();
        // The entry is removed whenever this function ends, also when the call is dropped.
        let _entry = claim.map(|claim| claim.enter(self.app, self.now())).transpose()?;
        let sealed = match (claim, &change.secret) {
            (Some(claim), Some(secret)) => {
                Some(seal::seal(self.ports, &self.app.settings.peppers, &claim.id, secret).await?)
            }
            _ => None,
        };
        let Batch { statements, facts_at, outcome_at } = self.batch_of(&change, sealed.as_deref());
        // With a key a repeated batch ends at the key's row, so the change cannot be made twice.
        let retry = if claim.is_some() { Retry::Once } else { Retry::Never };
        let is_tagged = matches!(change.target, ChangeTarget::Tagged(_));
        match self.guarded(self.trips.batch(self.ports, statements, retry).await) {
            Err(DbError::DryRun(found)) => {
                let facts = self.dry_run.as_ref().map(|dry_run| dry_run.found(&found)).transpose()?.flatten();
                Ok(Changed { facts, outcome: None, secret: None, is_replay: false })
            }
            Ok(mut rows) => {
                let mut take = |at: usize| rows.get_mut(at).and_then(Option::take);
                let facts = facts_at.and_then(&mut take).and_then(Row::first);
                let outcome = outcome_at.into_iter().find_map(take);
                Ok(Changed { facts, outcome, secret: change.secret, is_replay: false })
            }
            Err(DbError::Unique(column)) if column == KEY_COLUMN => {
                let claim =
                    claim.ok_or_else(|| Failure::Internal("a key was taken where none was given".to_owned()))?;
                let made = sealed.zip(change.secret).map(|(sealed, plain)| MadeSecret { sealed, plain });
                Ok(self.replay(claim, made, is_tagged).await?)
            }
            Err(DbError::Refused(GateRefusal::Delegation)) => {
                Err(self.refused_gift(change.gives.as_ref()).await.into())
            }
            Err(error) => Err(ChangeError::Database(error)),
        }
    }

    /// The batch of a change. `sealed` is its encrypted secret, for the row of the key.
    fn batch_of(&self, change: &Change, sealed: Option<&str>) -> Batch {
        let claim = self.claim.as_ref();
        let mut statements = Vec::with_capacity(8);
        if let Some(claim) = claim {
            let record = store::claim(&claim.id, claim.fingerprint(), sealed, change.facts.as_ref(), self.now());
            statements.extend([store::forget(&claim.id, self.now()), record]);
        }
        statements.push(self.gate.guard());
        statements.extend(self.guard_given(change.gives.as_ref()));
        statements.extend(change.guards.iter().cloned());
        statements.extend(self.note_key());
        if let (Some(conditions), ChangeTarget::Tagged(record)) = (&self.conditions, &change.target) {
            statements.push(conditions.guard(record));
        }
        let facts_at = change.facts.as_ref().map(|_| statements.len());
        match &self.dry_run {
            None => statements.extend(change.facts.clone()),
            Some(_) => {
                let changes = change.steps.iter().chain(&change.alternative).chain([&change.decisive]);
                statements.extend(dry_run::begin(change.facts.as_ref(), changes));
            }
        }
        let (before, after) = match &change.target {
            _ if claim.is_none() => (None, None),
            ChangeTarget::Untagged { before, after } => (before.clone(), after.clone()),
            ChangeTarget::Tagged(record) => (None, Some(record.kept())),
        };
        let keep = |kept: Option<Statement>| claim.zip(kept).map(|(claim, kept)| store::keep(&claim.id, &kept));
        statements.extend(keep(before));
        let entry = AuditEntry {
            now: self.now(),
            actor: &self.principal.subject,
            client_id: &self.principal.client_id,
            action: change.action,
            subject: &change.subject,
            fields: &change.fields,
            request_id: self.request_id,
        };
        // The release looks at the audit row, so it always comes directly after it.
        let release = claim.map(|claim| store::release(&claim.id));
        let recorded = |record: Statement| [record].into_iter().chain(release.clone());
        if let Named::BeforeSteps(named) = &change.named {
            statements.extend(recorded(audit_record::record_named(&entry, named, change.named_rows)));
        }
        statements.extend(change.steps.iter().cloned());
        if let Named::BeforeDecisive(named) = &change.named {
            statements.extend(recorded(audit_record::record_named(&entry, named, change.named_rows)));
        }
        let made_at = statements.len();
        statements.extend(change.alternative.iter().cloned());
        statements.push(change.decisive.clone());
        let mut outcome_at = made_at..statements.len();
        if matches!(change.named, Named::ByValue) {
            statements.extend(recorded(audit_record::record(&entry)));
        }
        if let Some(dry_run) = &self.dry_run {
            // It fails with what it has found.
            statements.push(dry_run.end());
        } else if let Some(answer) = &change.answer {
            outcome_at = statements.len()..statements.len() + 1;
            statements.push(answer.clone());
        }
        statements.extend(keep(after));
        Batch { statements, facts_at, outcome_at }
    }
}

/// The statements of a change, and the places of those whose rows are read: of those at `outcome_at`, one has a row.
struct Batch {
    statements: Vec<Statement>,
    facts_at: Option<usize>,
    outcome_at: Range<usize>,
}
