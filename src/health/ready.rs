//! `GET /readyz`: whether the service can do its work now. It asks the database and signs a text. Each isolate does so
//! once in five seconds at most, however often it is called. (`/healthz` only shows that the service answers.)

use crate::base::failure::Failure;
use crate::db::statement::Statement;
use crate::http::Answer;
use crate::memory::probe::Probe;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// A result is given again for this many seconds.
const KEPT_SECONDS: i64 = 5;

/// Reads from the tables that the latest necessary migrations added, so it fails when they are missing.
const PROBE: &str = "SELECT 'ok' AS answer FROM (SELECT count(*) FROM totals), (SELECT count(*) FROM refusals)";

/// 200 `{"status":"ready"}`.
///
/// # Errors
/// 503 when the database does not answer or lacks a table, when no key can sign, or when there is no pepper. The log
/// says which.
pub async fn ready<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let now = call.ports.now();
    let last = &call.app.memory.probe;
    let is_ready = match last.get() {
        Some(probe) if (0..KEPT_SECONDS).contains(&(now - probe.asked_at)) => probe.is_ready,
        known => {
            // Requests that come in the meantime get the previous result.
            last.set(known.map(|probe| Probe { asked_at: now, ..probe }));
            let found = probe(call).await;
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

async fn probe<P: Ports>(call: &PublicCall<'_, P>) -> Result<(), String> {
    let settings = &call.app.settings;
    let key = settings.signing_key.as_ref().ok_or("no key to sign with")?;
    if settings.peppers.is_empty() {
        return Err("no pepper".to_owned());
    }
    call.ports.sign(key, "readyz").await.map_err(|cause| format!("signing: {cause}"))?;
    call.read(Statement::new(PROBE, [])).await.map_err(|failure| failure.cause().unwrap_or("database").to_owned())?;
    Ok(())
}
