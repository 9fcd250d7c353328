//! What the cron trigger does each minute: it seals the audit and deletes expired rows, both in bounded portions.
//! Security does not depend on the deletion: an expired row is refused even while it is there.

use serde::Serialize;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::db::statement::{Param, Statement};
use crate::mithril::audit::{archive, seal};
use crate::ports::{Archive, Clock, Db, Log};
use crate::settings::Settings;

/// Deletes expired rows. `?1` is now. Each statement deletes 500 rows at most, except that of idempotency keys: every
/// change may leave one of these, so 5,000 are deleted.
///
/// Some rows stay after they have expired:
/// - grants and codes for a day, so that one that is used again can be told from one that never existed
/// - secrets for a day
/// - revocations and used assertions for ten minutes, so that no leeway of a clock lets their tokens in again
const PURGES: [&str; 7] = [
    "DELETE FROM refresh_grants WHERE id IN
  (SELECT id FROM refresh_grants WHERE grant_exp < ?1 - 86400 ORDER BY grant_exp LIMIT 500)",
    "DELETE FROM authorization_codes WHERE digest IN
  (SELECT digest FROM authorization_codes WHERE code_exp < ?1 - 86400 ORDER BY code_exp LIMIT 500)",
    "DELETE FROM revoked_tokens WHERE jti IN
  (SELECT jti FROM revoked_tokens WHERE token_exp < ?1 - 600 ORDER BY token_exp LIMIT 500)",
    "DELETE FROM used_assertions WHERE digest IN
  (SELECT digest FROM used_assertions WHERE assertion_exp < ?1 - 600 ORDER BY assertion_exp LIMIT 500)",
    "DELETE FROM connection_secrets WHERE (connection_id, digest) IN
  (SELECT connection_id, digest FROM connection_secrets
  WHERE expires_at < strftime('%Y-%m-%dT%H:%M:%SZ', ?1 - 86400, 'unixepoch') ORDER BY expires_at LIMIT 500)",
    "DELETE FROM idempotency_keys WHERE id IN
  (SELECT id FROM idempotency_keys WHERE key_exp < ?1 ORDER BY key_exp LIMIT 5000)",
    // A few rows a minute at most, one for each status.
    "DELETE FROM refusal_counts WHERE minute < ?1 / 60 - 120",
];

/// The line that each run writes to the log.
#[derive(Serialize, Default)]
struct HousekeepingLine {
    /// `housekeeping`, or `housekeeping_failed` when a part failed.
    event: &'static str,
    /// How many rows of the audit were sealed.
    sealed: usize,
    /// The end of the hash chain, `<seq>:<hash>`. An export is checked against it: somebody who can write to the
    /// database cannot change what is in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<String>,
    /// More rows wait than one run may seal.
    behind: bool,
    /// How many rows of the audit were copied to the archive, and how many were removed from the database.
    #[serde(skip_serializing_if = "is_zero")]
    copied: i64,
    #[serde(skip_serializing_if = "is_zero")]
    removed: i64,
    /// How many expired rows were deleted.
    purged: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    /// Why a part failed.
    causes: Vec<String>,
}

/// Seals the audit, moves its old rows to the archive, deletes expired rows, and writes one line to the log. When one part fails, the others still run.
pub async fn run<P: Db + Archive + Clock + Log>(settings: &Settings, ports: &P) {
    let mut line = HousekeepingLine { event: "housekeeping", ..HousekeepingLine::default() };
    match seal::run(ports).await {
        Ok(sealed) => {
            line.sealed = sealed.rows;
            line.head = Some(format!("{}:{}", sealed.head.seq, sealed.head.hash));
            line.behind = sealed.is_behind;
        }
        Err(failure) => line.causes.push(cause("seal", &failure)),
    }
    match archive::run(ports, settings.audit_days).await {
        Ok(archived) => (line.copied, line.removed) = (archived.copied, archived.removed),
        Err(failure) => line.causes.push(cause("archive", &failure)),
    }
    match purge(ports).await {
        Ok(purged) => line.purged = purged,
        Err(failure) => line.causes.push(cause("purge", &failure)),
    }
    if !line.causes.is_empty() {
        line.event = "housekeeping_failed";
    }
    ports.log(&json(&line));
}

const fn is_zero(count: &i64) -> bool {
    *count == 0
}

fn cause(part: &str, failure: &Failure) -> String {
    format!("{part}: {}", failure.cause().unwrap_or_default())
}

/// Deletes expired rows; how many were deleted.
async fn purge<P: Db + Clock>(ports: &P) -> Result<i64, Failure> {
    let now = ports.now();
    let delete =
        |sql: &'static str| [Statement::new(sql, [Param::Int(now)]), Statement::new("SELECT changes() AS deleted", [])];
    let answers = ports.batch(PURGES.into_iter().flat_map(delete).collect()).await?;
    Ok(answers.into_iter().flatten().filter_map(|row| row.first()?.parse::<i64>().ok()).sum())
}
