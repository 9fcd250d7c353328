//! One call on its way through a handler: who calls, what was asked, and the one door to the database.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::auth::access;
use crate::auth::answer::GateAnswer;
use crate::auth::gate::Gate;
use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::refusal::Refusal;
use crate::db::statement::{Row, Statement};
use crate::http::params::Params;
use crate::http::{Request, body, percent};
use crate::identity::context::Context;
use crate::identity::principal::Principal;
use crate::memory::App;
use crate::ports::Ports;
use crate::request::conditions::Conditions;
use crate::request::idempotency::Claim;
use crate::request::round_trips::RoundTrips;
use crate::secrets::sql::note_key;

/// A request whose bearer token was verified and whose scope was checked.
pub struct Call<'a, P> {
    pub app: &'a App,
    pub ports: &'a P,
    pub request: &'a Request,
    pub params: Params<'a>,
    pub principal: Rc<Principal>,
    pub gate: Gate,
    pub request_id: &'a str,
    pub trips: &'a RoundTrips,
    /// `None` when the request has no condition.
    pub conditions: Option<Conditions>,
    /// Of a change under an idempotency key.
    pub claim: Option<Claim>,
}

impl<P: Ports> Call<'_, P> {
    /// A path parameter of the Mithril dialect.
    ///
    /// # Errors
    /// 404 when it cannot be decoded: it names no record.
    pub fn param(&self, index: usize) -> Result<String, Failure> {
        percent::decode(self.params.get(index)).map(|text| text.into_owned()).map_err(|_| Failure::NotFound)
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        self.ports.now()
    }

    /// The body as one JSON object.
    ///
    /// # Errors
    /// 413, 415, 400 and 422, see [`body::object`].
    pub async fn object(&self, limit: usize) -> Result<Map<String, Value>, Failure> {
        let bytes = body::required(self.ports, self.request, limit).await?;
        self.note_body(&bytes);
        body::parse(&bytes)
    }

    /// The body as one JSON object, where it may be left out.
    ///
    /// # Errors
    /// 413, 400 and 422, see [`body::object`].
    pub async fn optional_object(&self) -> Result<Option<Map<String, Value>>, Failure> {
        let Some(bytes) = body::optional(self.ports, self.request, body::LIMIT).await? else { return Ok(None) };
        self.note_body(&bytes);
        body::parse(&bytes).map(Some)
    }

    fn note_body(&self, bytes: &[u8]) {
        if let Some(claim) = &self.claim {
            claim.note_body(bytes);
        }
    }

    /// Reads behind the gate, in one round trip: the statement's row.
    ///
    /// # Errors
    /// What the gate refuses, and faults of the database.
    pub async fn read(&self, statement: Statement) -> Result<Option<Row>, Failure> {
        self.read_behind_gate(Some(statement)).await
    }

    /// The failure to answer for a request that was refused before the database was asked: the gate's refusal comes
    /// first in the order of checks (401, 403, then everything else).
    pub async fn refuse(&self, failure: Failure) -> Failure {
        let is_known =
            !self.gate.has_questions() && self.app.memory.standings.is_known_live(&self.principal, self.now());
        if self.trips.count() > 0 || is_known {
            return failure;
        }
        match self.read_behind_gate(None).await {
            Ok(_) => failure,
            Err(earlier) => earlier,
        }
    }

    async fn read_behind_gate(&self, statement: Option<Statement>) -> Result<Option<Row>, Failure> {
        if let Some(note) = self.note_key() {
            // The note is a change, so the guard stands before it. It may run twice: it sets the same values.
            let batch = [self.gate.guard(), note].into_iter().chain(statement).collect();
            let rows = self.trips.batch(self.ports, batch, true).await;
            return self.guarded(rows).map(|mut rows| rows.pop().flatten()).map_err(Failure::from);
        }
        let statements: Vec<Statement> = std::iter::once(self.gate.ask()).chain(statement).collect();
        let mut rows = self.trips.read(self.ports, &statements).await?.into_iter();
        let GateAnswer { refusal, context } = GateAnswer::read(rows.next().flatten())?;
        self.hear(refusal, context);
        match refusal {
            None => Ok(rows.next().flatten()),
            Some(refusal) => Err(refusal.failure()),
        }
    }

    /// Writes down that the `api-key` was used, if the broker rule reads it and this isolate has not done so lately.
    pub fn note_key(&self) -> Option<Statement> {
        let key = self.gate.key()?;
        let is_noted = self.app.memory.is_use_noted(key, self.now());
        (!is_noted).then(|| note_key(self.gate.param()))
    }

    /// What a batch that began with the guard says of the caller, for the isolate's memory.
    pub fn guarded<T>(&self, answer: Result<T, DbError>) -> Result<T, DbError> {
        match &answer {
            Ok(_) => self.hear(None, Some(Context::Any)),
            Err(DbError::Refused(Refusal::Foreign)) => self.hear(Some(Refusal::Foreign), None),
            // Every word but these two comes after the check that the caller may act for others.
            Err(DbError::Refused(refusal)) => self.hear(Some(*refusal), Some(Context::Any)),
            Err(_) => {}
        }
        answer
    }

    /// Remembers what the database said: `context` is that of the caller's type, where it was asked for and is known.
    fn hear(&self, refusal: Option<Refusal>, context: Option<Context>) {
        let memory = &self.app.memory;
        if refusal == Some(Refusal::Revoked) {
            return memory.standings.seen_revoked(&self.principal);
        }
        if let Some(client_type) = self.gate.client_type() {
            access::remember_context(self.app, self.ports, client_type, context);
        }
        // Every other refusal comes after the check that the token is not revoked.
        memory.standings.seen_live(&self.principal, self.now());
        if let (None, Some(key)) = (refusal, self.gate.key()) {
            memory.use_noted(key, self.now());
        }
    }
}
