//! `GET /readyz`: whether this service can do its work now. `/healthz` asks nobody; this asks the database and
//! signs something, at most once in [`KEPT_SECONDS`] an isolate, however often it is called.

use crate::memory::probe::Probe;

use crate::base::failure::Failure;
use crate::db::statement::Statement;
use crate::http::Answer;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

const KEPT_SECONDS: i64 = 5;

/// From the tables of the last migrations that nothing works without.
const PROBE: &str = "SELECT 'ok' AS answer FROM (SELECT count(*) FROM totals), (SELECT count(*) FROM refusals)";

/// 200 `{"status":"ready"}`.
///
/// # Errors
/// 503 when the database does not answer or has no tables, no key signs, or there is no pepper. Which, the log says.
pub async fn ready<P: Ports>(ask: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let now = ask.ports.now();
    let last = &ask.app.memory.probe;
    let is_ready = match last.get() {
        Some(probe) if (0..KEPT_SECONDS).contains(&(now - probe.asked_at)) => probe.is_ready,
        known => {
            // Others who come meanwhile hear what was known before.
            last.set(known.map(|probe| Probe { asked_at: now, ..probe }));
            let found = probe(ask).await;
            last.set(Some(Probe { asked_at: now, is_ready: found.is_ok() }));
            found.map_err(Failure::Unavailable)?;
            true
        }
    };
    if is_ready {
        Ok(Answer::bare(r#"{"status":"ready"}"#.to_owned()))
    } else {
        Err(Failure::Unavailable(format!("not ready, found less than {KEPT_SECONDS} s ago")))
    }
}

async fn probe<P: Ports>(ask: &PublicCall<'_, P>) -> Result<(), String> {
    let settings = &ask.app.settings;
    let key = settings.signing_key.as_ref().ok_or("no key to sign with")?;
    if settings.peppers.is_empty() {
        return Err("no pepper".to_owned());
    }
    ask.ports.sign(key, "readyz").await.map_err(|cause| format!("signing: {cause}"))?;
    ask.read(Statement::new(PROBE, [])).await.map_err(|failure| failure.cause().unwrap_or("database").to_owned())?;
    Ok(())
}
