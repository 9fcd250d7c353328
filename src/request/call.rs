//! One call with a bearer token: who calls, what was sent, and the only way to the database.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::auth::access;
use crate::auth::answer::GateAnswer;
use crate::auth::gate::Gate;
use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::refusal::GateRefusal;
use crate::db::statement::{Row, Statement};
use crate::http::fields::Fields;
use crate::http::params::Params;
use crate::http::{Answer, Request, body, percent};
use crate::identity::context::Context;
use crate::identity::principal::Principal;
use crate::memory::App;
use crate::ports::{Ports, id};
use crate::request::conditions::Conditions;
use crate::request::dry_run::DryRun;
use crate::request::idempotency::Claim;
use crate::request::round_trips::{Retry, RoundTrips};
use crate::secrets::sql::note_key;

/// A request whose bearer token was verified and whose scope was checked, on its way through a handler.
pub struct Call<'a, P> {
    /// The settings and the memory of the isolate.
    pub app: &'a App,
    /// What the platform supplies.
    pub ports: &'a P,
    /// The request as it was sent.
    pub request: &'a Request,
    /// The parameters of its path.
    pub params: Params<'a>,
    /// The caller, as its token names it.
    pub principal: Rc<Principal>,
    /// What the database must still check of the caller.
    pub gate: Gate,
    /// The id of the request.
    pub request_id: &'a str,
    /// The way to the database, which counts its use.
    pub trips: &'a RoundTrips,
    /// `None` when the request has no condition.
    pub conditions: Option<Conditions>,
    /// What the idempotency key of the request claims; `None` without a key.
    pub claim: Option<Claim>,
    /// `None` when the change is to be made.
    pub dry_run: Option<DryRun>,
}

impl<P: Ports> Call<'_, P> {
    /// An id in the path, for the Mithril dialect. A UUID is in lower case.
    ///
    /// # Errors
    /// 404 when it cannot be decoded, because it then names no record.
    pub fn param(&self, index: usize) -> Result<String, Failure> {
        let text = percent::decode(self.params.get(index)).map_err(|_| Failure::NotFound)?;
        Ok(id::canonical(text.into_owned()))
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        self.ports.now()
    }

    /// Requires more Endpoint scopes than the route does, where the query decides what the call does. A handler asks
    /// this first: 403 comes before every refusal of what was sent.
    ///
    /// # Errors
    /// 403 when the token lacks all scopes of one role in this list.
    pub fn require_endpoint_scopes(&self, scopes: &'static [&'static str]) -> Result<(), Failure> {
        access::require_endpoint_scopes(self.app, &self.principal, scopes)
    }

    /// The body as one JSON object of at most `limit` bytes.
    ///
    /// # Errors
    /// - 413 for more than `limit` bytes, declared or read
    /// - 415 for a media type that is not JSON, for a body without one, and for a compressed body
    /// - 400 for a body that is not JSON in UTF-8, is missing, was cut off, or has an object with a member twice
    /// - 422 for JSON that is not an object
    pub async fn object(&self, limit: usize) -> Result<Map<String, Value>, Failure> {
        let bytes = body::required(self.ports, self.request, limit).await?;
        self.note_body(&bytes);
        body::parse(&bytes)
    }

    /// The body as one JSON object. `None` when it is empty.
    ///
    /// # Errors
    /// - 413 for more than [`body::LIMIT`] bytes, declared or read
    /// - 415 for a media type that is not JSON, for a body without one, and for a compressed body
    /// - 400 for a body that is not JSON in UTF-8, was cut off, or has an object with a member twice
    /// - 422 for JSON that is not an object
    pub async fn optional_object(&self) -> Result<Option<Map<String, Value>>, Failure> {
        let Some(bytes) = body::optional(self.ports, self.request, body::LIMIT).await? else { return Ok(None) };
        self.note_body(&bytes);
        body::parse(&bytes).map(Some)
    }

    /// Refuses a body that says something to a route that reads none. An empty object says nothing.
    ///
    /// # Errors
    /// Those of [`Call::optional_object`], and 422 for an object that has a member.
    pub async fn no_object(&self) -> Result<(), Failure> {
        Fields::new(self.optional_object().await?.unwrap_or_default()).finish()
    }

    /// The body is a part of what an idempotency key stands for.
    fn note_body(&self, bytes: &[u8]) {
        if let Some(claim) = &self.claim {
            claim.note_body(bytes);
        }
    }

    /// The row of a SELECT. The gate and the SELECT are one round trip.
    ///
    /// # Errors
    /// - 401 and 403 when the gate refuses the caller
    /// - 503 and 500 for faults of the database
    pub async fn read(&self, statement: Statement) -> Result<Option<Row>, Failure> {
        Ok(self.read_behind_gate(vec![statement]).await?.pop().flatten())
    }

    /// The record of a SELECT of its `tag` and `data`.
    ///
    /// # Errors
    /// The same, and 404 when there is no row.
    pub async fn show(&self, statement: Statement) -> Result<Answer, Failure> {
        Answer::tagged(self.read(statement).await?.ok_or(Failure::NotFound)?)
    }

    /// The rows of several SELECTs, one of each. The gate and all SELECTs are one round trip.
    ///
    /// # Errors
    /// The same.
    pub async fn read_all(&self, statements: Vec<Statement>) -> Result<Vec<Option<Row>>, Failure> {
        self.read_behind_gate(statements).await
    }

    /// Decides which failure a refused request gets. A refusal of the gate (401, 403) comes before every other failure.
    /// So when the database has not been asked yet, this asks the gate first, and `failure` remains when the gate lets
    /// the caller in.
    pub async fn refuse(&self, failure: Failure) -> Failure {
        let is_known = access::would_admit(self.app, self.ports, &self.gate)
            && self.app.memory.standings.is_known_live(&self.principal, self.now());
        if self.trips.count() > 0 || is_known {
            return failure;
        }
        match self.read_behind_gate(Vec::new()).await {
            Ok(_) => failure,
            Err(earlier) => earlier,
        }
    }

    /// Asks the gate, and reads the statements' rows in the same round trip.
    async fn read_behind_gate(&self, statements: Vec<Statement>) -> Result<Vec<Option<Row>>, Failure> {
        if let Some(note) = self.note_key() {
            // The note is a change, so the guard comes before it. Running it twice does no harm.
            let batch = [self.gate.guard(), note].into_iter().chain(statements).collect();
            let rows = self.trips.batch(self.ports, batch, Retry::Once).await;
            return self.guarded(rows).map(|rows| rows.into_iter().skip(2).collect()).map_err(Failure::from);
        }
        let statements: Vec<Statement> = std::iter::once(self.gate.ask()).chain(statements).collect();
        let mut rows = self.trips.read(self.ports, &statements).await?.into_iter();
        let GateAnswer { refusal, context } = GateAnswer::read(rows.next().flatten())?;
        self.remember_gate_answer(refusal, context);
        match refusal {
            None => Ok(rows.collect()),
            Some(refusal) => Err(refusal.failure()),
        }
    }

    /// The statement that writes down the use of the `api-key`. `None` when the broker rule does not read the key, when
    /// this isolate has written its use down within the last hour, and for a dry run, which writes nothing.
    pub fn note_key(&self) -> Option<Statement> {
        let key = self.gate.key().filter(|_| self.dry_run.is_none())?;
        let is_noted = self.app.memory.is_use_noted(key, self.now());
        (!is_noted).then(|| note_key(self.gate.param()))
    }

    /// Remembers what the answer of a batch that began with the guard tells about the caller, and returns that answer.
    pub fn guarded<T>(&self, answer: Result<T, DbError>) -> Result<T, DbError> {
        match &answer {
            Ok(_) | Err(DbError::DryRun(_)) => self.remember_gate_answer(None, Some(Context::Any)),
            Err(DbError::Refused(refusal @ (GateRefusal::Foreign | GateRefusal::NoAdministration))) => {
                self.remember_gate_answer(Some(*refusal), None);
            }
            // The gate checks the context second. A refusal other than `revoked` and these two means that it is `any`.
            Err(DbError::Refused(refusal)) => self.remember_gate_answer(Some(*refusal), Some(Context::Any)),
            Err(_) => {}
        }
        answer
    }

    /// Remembers what the gate said about the caller. `context` is that of the caller's type; `None` when the gate was not
    /// asked for it, or the type is unknown.
    fn remember_gate_answer(&self, refusal: Option<GateRefusal>, context: Option<Context>) {
        let memory = &self.app.memory;
        if refusal == Some(GateRefusal::Revoked) {
            return memory.standings.seen_revoked(&self.principal);
        }
        match refusal {
            Some(GateRefusal::NoAdministration) => memory.has_administration.set(false),
            Some(GateRefusal::Foreign) if self.gate.asks_administration() => memory.has_administration.set(true),
            _ => {}
        }
        if let Some(client_type) = self.gate.client_type() {
            access::remember_answer(self.app, self.ports, client_type, context);
        }
        // The gate checks revocation first, so any other refusal means that the token is not revoked.
        memory.standings.seen_live(&self.principal, self.now());
        if let (None, Some(key), None) = (refusal, self.gate.key(), &self.dry_run) {
            memory.use_noted(key, self.now());
        }
    }
}
