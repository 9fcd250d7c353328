//! What the cron trigger does each minute: seals the audit, and deletes what has expired, both in bounded
//! portions. Nothing depends on the second: what has expired is refused whether its row is there or not.

use serde::Serialize;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::db::statement::{Param, Statement};
use crate::mithril::audit::seal;
use crate::ports::{Clock, Db, Log};

/// Each deletes 500 rows at most; of idempotency keys, which every change may leave one of, 5,000. `?1` is now. Grants and codes stay a day longer, so that one that is shown again
/// is told from one that never was; secrets a day, so that lists show what ended; revocations until no leeway lets
/// their tokens in.
const PURGES: [&str; 6] = [
    "DELETE FROM grants WHERE id IN (SELECT id FROM grants WHERE grant_exp < ?1 - 86400 ORDER BY grant_exp LIMIT 500)",
    "DELETE FROM authorization_codes WHERE digest IN
  (SELECT digest FROM authorization_codes WHERE code_exp < ?1 - 86400 ORDER BY code_exp LIMIT 500)",
    "DELETE FROM revoked_tokens WHERE jti IN
  (SELECT jti FROM revoked_tokens WHERE token_exp < ?1 - 600 ORDER BY token_exp LIMIT 500)",
    "DELETE FROM used_assertions WHERE digest IN
  (SELECT digest FROM used_assertions WHERE assertion_exp < ?1 - 600 ORDER BY assertion_exp LIMIT 500)",
    "DELETE FROM connection_secrets WHERE id IN (SELECT id FROM connection_secrets
  WHERE expires_at < strftime('%Y-%m-%dT%H:%M:%SZ', ?1 - 86400, 'unixepoch') ORDER BY expires_at LIMIT 500)",
    "DELETE FROM idempotency_keys WHERE id IN
  (SELECT id FROM idempotency_keys WHERE key_exp < ?1 ORDER BY key_exp LIMIT 5000)",
];

/// Its one line in the log.
#[derive(Serialize, Default)]
struct Line {
    event: &'static str,
    sealed: usize,
    /// Kept with the logs, where no one who can write the database can change it: what an export is checked against.
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<String>,
    /// More rows wait than one run may seal.
    behind: bool,
    purged: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
}

/// Both parts, whether or not the other fails.
pub async fn run<P: Db + Clock + Log>(ports: &P) {
    let mut line = Line { event: "housekeeping", ..Line::default() };
    match seal::run(ports).await {
        Ok(sealed) => {
            line.sealed = sealed.rows;
            line.head = Some(format!("{}:{}", sealed.head.seq, sealed.head.hash));
            line.behind = sealed.is_behind;
        }
        Err(failure) => line.causes.push(cause("seal", &failure)),
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

fn cause(part: &str, failure: &Failure) -> String {
    format!("{part}: {}", failure.cause().unwrap_or_default())
}

/// How many rows went.
async fn purge<P: Db + Clock>(ports: &P) -> Result<i64, Failure> {
    let now = ports.now();
    let delete =
        |sql: &'static str| [Statement::new(sql, [Param::Int(now)]), Statement::new("SELECT changes() AS deleted", [])];
    let answers = ports.batch(PURGES.into_iter().flat_map(delete).collect()).await?;
    Ok(answers.into_iter().flatten().filter_map(|row| row.first()?.parse::<i64>().ok()).sum())
}
