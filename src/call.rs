//! One call on its way through a handler: who calls, what was asked, and the one door to the database.

use std::cell::Cell;
use std::rc::Rc;

use mithril_codec::json::split_member;
use serde_json::{Map, Value};

use crate::auth::guarded::Guarded;
use crate::auth::{Gate, Principal, access, gate};
use crate::conditions::Conditions;
use crate::connections::secret_store;
use crate::error::Failure;
use crate::http::{Request, body, percent};
use crate::idempotency::Claim;
use crate::ports::{DbError, Ports, Statement};
use crate::router::Params;
use crate::state::App;

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

/// The way to the database, which counts how often it is asked: for the log, and the budget of one (which a second
/// attempt after a fault may exceed).
#[derive(Default)]
pub struct RoundTrips(Cell<u32>);

impl RoundTrips {
    pub fn count(&self) -> u32 {
        self.0.get()
    }

    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Reads, and once more after a short pause when the database was not reached. The pause differs from caller
    /// to caller, so that those who failed together do not come back together. A note of a key's use rides along
    /// with the first attempt, and is not worth a second one.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn query<P: Ports>(
        &self,
        ports: &P,
        note: Option<Statement>,
        statement: &Statement,
    ) -> Result<Option<String>, DbError> {
        self.add();
        let answer = match note {
            None => ports.query(statement).await,
            Some(note) => ports.batch(vec![note, statement.clone()]).await.map(|mut all| all.pop().flatten()),
        };
        match answer {
            Err(DbError::Unavailable(_)) => {
                ports.sleep(pause(ports)).await;
                self.add();
                ports.query(statement).await
            }
            answer => answer,
        }
    }

    /// Changes. Never twice, since a batch whose answer was lost may have been done; unless it `can_repeat`, which an
    /// idempotency key is for: then once more like a read, and a batch that was done answers as done before.
    ///
    /// # Errors
    /// Faults of the database, and its constraints; then nothing has changed, unless the answer was lost.
    pub async fn batch<P: Ports>(
        &self,
        ports: &P,
        batch: Vec<Statement>,
        can_repeat: bool,
    ) -> Result<Vec<Option<String>>, DbError> {
        self.add();
        let again = can_repeat.then(|| batch.clone());
        match (ports.batch(batch).await, again) {
            (Err(DbError::Unavailable(_)), Some(again)) => {
                ports.sleep(pause(ports)).await;
                self.add();
                ports.batch(again).await
            }
            (answer, _) => answer,
        }
    }
}

/// 20 to 83 ms.
fn pause<P: Ports>(ports: &P) -> u32 {
    let mut byte = [0];
    ports.fill(&mut byte);
    20 + u32::from(byte[0] >> 2)
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
        match self.read(Statement::new(gate::GATE, [self.gate.to_json5().into()])).await {
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
        (!is_noted).then(|| secret_store::note_key(self.gate.to_json5()))
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

/// A JSON object that SQLite built, whose member `last` is the last one, in two: the object without it, and its value.
/// `json_object` writes its members in their order and no spaces, so that a list need not be parsed to be handed on
/// (decision 0011). The members before it must not hold texts of callers.
pub fn part<'a>(object: &'a str, last: &str) -> (String, Option<&'a str>) {
    match split_member(object, last).and_then(|(head, value)| Some((head, value.strip_suffix('}')?))) {
        Some((head, value)) => ([head, "}"].concat(), Some(value)),
        None => (object.to_owned(), None),
    }
}
