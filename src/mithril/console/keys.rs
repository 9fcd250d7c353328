//! `GET /admin/keys`: which keys sign and verify, which peppers are still in use, and what is wrong with the settings. No
//! answer shows a secret.

use serde_json::{Value, json};

use crate::base::failure::Failure;
use crate::db::sql::stored_time;
use crate::db::statement::{Param, Row, Statement};
use crate::http::Answer;
use crate::mithril::list_query::DAY;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::secrets::sql::secret_counts;
use crate::settings::KeySource;

/// The column `data`. `?1` has `now` and the arrays `signing_keys`, `peppers` and `settings`. A key and a pepper get
/// `created_at` from their `made_at`, and a pepper the number of secrets under it. The walk ends after a million secrets.
const KEYS: &str = concat!(
    "SELECT json_object('signing_keys', json((SELECT json_group_array(json_set(json_remove(value, '$.made_at'),
    '$.created_at', ",
    stored_time!("value ->> 'made_at'"),
    ")) FROM json_each(?1, '$.signing_keys'))), 'peppers', json((SELECT json_group_array(
    json_set(json_remove(value, '$.made_at'), '$.created_at', ",
    stored_time!("value ->> 'made_at'"),
    ", '$.secrets', (SELECT count(*) FROM (SELECT pepper_version, expires_at FROM connection_secrets AS walked LIMIT 1000000)
      WHERE pepper_version = value ->> 'id' AND ",
    secret_counts!("expires_at", "?1 ->> 'now'"),
    "))) FROM json_each(?1, '$.peppers'))), 'settings', ?1 -> '$.settings') AS data"
);

/// How many days ago a key or pepper was made, if that is known.
fn age(made_at: Option<i64>, now: i64) -> Option<i64> {
    made_at.map(|at| now.saturating_sub(at).max(0) / DAY)
}

/// The name of a setting at the start of a sentence about it.
fn setting(problem: &str) -> &str {
    let end = problem.find(|letter: char| !(letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_'));
    problem.get(..end.unwrap_or(problem.len())).unwrap_or_default()
}

/// The keys in the order of `SIGNING_KEYS`, of which the first signs; the peppers in that of `SECRET_PEPPERS`, of which
/// the first is current; and the problems of the settings by name.
///
/// # Errors
/// 401 and 403 when the gate refuses the caller.
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (settings, now) = (&call.app.settings, call.now());
    let signing = settings.signing_key.as_ref().map(|key| key.kid.as_str());
    let own = settings.issuers.iter().find(|issuer| issuer.is_self);
    let keys: Vec<Value> = match own.map(|issuer| &issuer.keys) {
        Some(KeySource::Fixed(keys)) => keys
            .iter()
            .map(|key| {
                let is_current = signing.is_some() && signing == key.kid.as_deref();
                let made_at = key.made_at;
                json!({ "kid": key.kid, "alg": key.algorithm.name(), "is_current": is_current, "made_at": made_at,
                    "age_days": age(made_at, now) })
            })
            .collect(),
        _ => Vec::new(),
    };
    let peppers = settings.peppers.iter().enumerate();
    let peppers: Vec<Value> = peppers
        .map(|(at, pepper)| {
            let made_at = pepper.made_at;
            json!({ "id": pepper.version, "is_current": at == 0, "made_at": made_at, "age_days": age(made_at, now) })
        })
        .collect();
    let problems: Vec<Value> =
        settings.problems.iter().map(|problem| json!({ "name": setting(problem), "problem": problem })).collect();
    let values = json!({ "now": now, "signing_keys": keys, "peppers": peppers, "settings": problems });
    let row = call.read(Statement::new(KEYS, [Param::json(&values)])).await?;
    let data = row.and_then(Row::first);
    data.map(Answer::data).ok_or_else(|| Failure::Internal("keys without data".to_owned()))
}
