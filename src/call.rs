//! One call on its way through a handler: who calls, what was asked, and the one door to the database.

use std::cell::Cell;
use std::rc::Rc;

use crate::auth::{Gate, Principal, access, gate};
use crate::error::Failure;
use crate::http::Request;
use crate::http::percent;
use crate::ports::{Ports, Statement};
use crate::routes::Params;
use crate::state::App;

pub struct Call<'a, P> {
    pub app: &'a App,
    pub ports: &'a P,
    pub request: &'a Request,
    pub params: Params<'a>,
    pub principal: Rc<Principal>,
    pub gate: Gate,
    pub trips: &'a RoundTrips,
}

/// How often the database was asked, for the log and the budget of one.
#[derive(Default)]
pub struct RoundTrips(Cell<u32>);

impl RoundTrips {
    pub fn count(&self) -> u32 {
        self.0.get()
    }

    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }
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
        self.trips.add();
        let text = self.ports.query(statement).await?.unwrap_or_default();
        self.admit(&text)
    }

    /// Changes through the gate. The first statement must answer it; `None` in the last one's place means that
    /// there was nothing to change. Returns the gate's row and the last statement's text.
    pub async fn change(&self, statements: Vec<Statement>) -> Result<(Option<String>, Option<String>), Failure> {
        self.trips.add();
        let mut answers = self.ports.batch(statements).await?;
        let last = answers.pop().flatten();
        let text = answers.into_iter().next().flatten().unwrap_or_default();
        Ok((self.admit(&text)?, last))
    }

    /// The failure to answer when a body is refused: a 403 that only the database can tell comes first.
    pub async fn refuse(&self, failure: Failure) -> Failure {
        if !self.gate.is_open() {
            return failure;
        }
        match self.read(Statement::new(gate::GATE, [self.gate.to_json().into()])).await {
            Ok(_) => failure,
            Err(earlier) => earlier,
        }
    }

    fn admit(&self, text: &str) -> Result<Option<String>, Failure> {
        let guarded = gate::Guarded::parse(text)?;
        if let Some(client_type) = self.gate.client_type() {
            access::remember_context(self.app, self.ports, client_type, guarded.context());
        }
        match guarded.admit() {
            Ok(row) => {
                self.principal.seen_live(self.now());
                Ok(row.map(|row| row.get().to_owned()))
            }
            Err(failure) => {
                access::forget(&self.principal, &failure);
                Err(failure)
            }
        }
    }
}
