//! `GET /readyz`: whether the service can do its work now. It asks the database and signs a text. Each isolate does so
//! once in five seconds at most, however often it is called. (`/healthz` only shows that the service answers.)

use std::cell::Cell;

use crate::base::failure::Failure;
use crate::db::gate::has_administration;
use crate::db::statement::{Row, Statement};
use crate::http::Answer;
use crate::memory::probe::Probe;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// A result is given again for this many seconds.
const KEPT_SECONDS: i64 = 5;

/// Reads from the tables that the latest necessary migrations added, so it fails when they are missing. Selects whether
/// there is an administration: 1 or 0.
const PROBE: &str = concat!(
    "SELECT ",
    has_administration!(),
    " AS administration FROM (SELECT count(*) FROM totals), (SELECT count(*) FROM refusals),
  (SELECT max(status) FROM refusal_counts)"
);

/// The answer of a service that can work and that nobody can administrate yet.
const NO_ADMINISTRATION: &str = "{\"status\":\"ready\",\"warning\":\"No administration yet. Make one with `npm run \
    admin:init`: docs/operating.md, section \\\"The first administration\\\".\"}";

/// 200 `{"status":"ready"}`. Until there is a client of context `any` with a connection, it has the member `warning` too,
/// which names the command that makes one. The status stays 200 then: tokens are checked and granted as ever, and taking
/// the service out of traffic would not help.
///
/// # Errors
/// 503 when the database does not answer or lacks a table, when no key can sign, or when there is no pepper. The log
/// says which.
pub async fn ready<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let now = call.ports.now();
    let last = &call.app.memory.probe.found;
    wait_for_the_first(call).await;
    let has_administration = match last.get() {
        Some(probe) if (0..KEPT_SECONDS).contains(&(now - probe.asked_at)) => {
            if !probe.is_ready {
                return Err(Failure::Unavailable(format!("not ready, found less than {KEPT_SECONDS} s ago")));
            }
            probe.has_administration
        }
        known => {
            // Requests that come in the meantime get the previous result.
            last.set(known.map(|probe| Probe { asked_at: now, ..probe }));
            let mark = Mark::set(&call.app.memory.probe.in_flight);
            let found = probe(call).await;
            let has_administration = found == Ok(true);
            last.set(Some(Probe { asked_at: now, is_ready: found.is_ok(), has_administration }));
            drop(mark);
            found.map_err(Failure::Unavailable)?
        }
    };
    let body = if has_administration { r#"{"status":"ready"}"# } else { NO_ADMINISTRATION };
    Ok(Answer::bare(body.to_owned()))
}

/// While another request of this isolate looks for the first result, waits for that: at most 40 times 50 ms.
async fn wait_for_the_first<P: Ports>(call: &PublicCall<'_, P>) {
    const WAIT_STEPS: u32 = 40;
    const WAIT_MILLISECONDS: u32 = 50;
    let last = &call.app.memory.probe;
    for _ in 0..WAIT_STEPS {
        if last.found.get().is_some() || !last.in_flight.get() {
            return;
        }
        // What the other request waits for belongs to it, so we look again from time to time.
        call.ports.sleep(WAIT_MILLISECONDS).await;
    }
}

/// Says that a request looks for a result, until it is dropped, which may happen half-way.
struct Mark<'a>(&'a Cell<bool>);

impl<'a> Mark<'a> {
    fn set(flag: &'a Cell<bool>) -> Self {
        flag.set(true);
        Self(flag)
    }
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// Whether there is an administration, if the service can work; otherwise what is missing.
async fn probe<P: Ports>(call: &PublicCall<'_, P>) -> Result<bool, String> {
    let settings = &call.app.settings;
    let key = settings.signing_key.as_ref().ok_or("no key to sign with")?;
    if settings.peppers.is_empty() {
        return Err("no pepper".to_owned());
    }
    call.ports.sign(key, "readyz").await.map_err(|cause| format!("signing: {cause}"))?;
    let row = call.read(Statement::new(PROBE, [])).await;
    let row = row.map_err(|failure| failure.cause().unwrap_or("database").to_owned())?;
    let answer = row.and_then(Row::first).ok_or("the database gave no row")?;
    Ok(answer == "1")
}
