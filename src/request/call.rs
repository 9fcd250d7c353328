//! One call on its way through a handler: who calls, what was asked, and the one door to the database.

use crate::request::round_trips::RoundTrips;
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::auth::access;
use crate::auth::gate::Gate;
use crate::auth::guarded::Guarded;
use crate::base::failure::Failure;
use crate::db::statement::Statement;
use crate::http::params::Params;
use crate::http::{Request, body, percent};
use crate::identity::principal::Principal;
use crate::memory::App;
use crate::ports::Ports;
use crate::request::conditions::Conditions;
use crate::request::idempotency::Claim;

pub struct Call<'a, P> {
    pub app: &'a App,
    pub ports: &'a P,
    pub request: &'a Request,
    pub params: Params<'a>,
    pub principal: Rc<Principal>,
    pub gate: Gate,
    pub request_id: &'a str,
    pub trips: &'a RoundTrips,
    /// `None` when there is none to look at.
    pub conditions: Option<Conditions>,
    /// Of a change under an idempotency key.
    pub claim: Option<Claim>,
}

impl<P: Ports> Call<'_, P> {
    /// A path parameter of the Mithril dialect, where what cannot be decoded names nothing.
    pub fn param(&self, index: usize) -> Result<String, Failure> {
        percent::decode(self.params.get(index)).map(|text| text.into_owned()).map_err(|_| Failure::NotFound)
    }

    pub fn now(&self) -> i64 {
        self.ports.now()
    }

    /// Reads through the gate: the row that the statement selected, or `None`.
    ///
    /// # Errors
    /// What the gate refuses, and faults of the database.
    pub async fn read(&self, statement: Statement) -> Result<Option<String>, Failure> {
        let shape = self.gate.shape();
        let note = self.note_key().map(|note| Statement { shape, ..note });
        let text = self.trips.query(self.ports, note, &Statement { shape, ..statement }).await?;
        self.admit(&text.unwrap_or_default())
    }

    /// The body as one JSON object.
    ///
    /// # Errors
    /// See [`body::object`].
    pub async fn object(&self, limit: usize) -> Result<Map<String, Value>, Failure> {
        let bytes = body::required(self.ports, self.request, limit).await?;
        self.note_body(&bytes);
        body::parse(&bytes)
    }

    /// The same where it may be left out.
    ///
    /// # Errors
    /// See [`body::object`].
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

    /// The failure to answer when a body is refused: a 403 that only the database can tell comes first.
    pub async fn refuse(&self, failure: Failure) -> Failure {
        if !self.gate.is_open() {
            return failure;
        }
        match self.read(Statement::new(crate::db::gate::GATE, [self.gate.to_json5().into()])).await {
            Ok(_) => failure,
            Err(earlier) => earlier,
        }
    }

    /// What was read from the request, or the failure that [`Call::refuse`] makes of it.
    pub async fn checked<T>(&self, read: Result<T, Failure>) -> Result<T, Failure> {
        match read {
            Ok(value) => Ok(value),
            Err(failure) => Err(self.refuse(failure).await),
        }
    }

    /// Writes down that the `api-key` was used, if the broker rule reads it and nobody here did so lately.
    pub fn note_key(&self) -> Option<Statement> {
        let key = self.gate.key()?;
        let is_noted = self.app.memory.is_use_noted(key, self.now());
        (!is_noted).then(|| crate::secrets::sql::note_key(self.gate.to_json5()))
    }

    pub fn admit(&self, text: &str) -> Result<Option<String>, Failure> {
        let guarded = Guarded::parse(text)?;
        if let Some(client_type) = self.gate.client_type() {
            access::remember_context(self.app, self.ports, client_type, guarded.context());
        }
        match guarded.admit() {
            Ok(row) => {
                self.app.memory.standings.seen_live(&self.principal, self.now());
                if let Some(key) = self.gate.key() {
                    self.app.memory.use_noted(key, self.now());
                }
                Ok(row.map(str::to_owned))
            }
            Err(failure) => {
                access::forget(self.app, &self.principal, &failure);
                Err(failure)
            }
        }
    }
}
