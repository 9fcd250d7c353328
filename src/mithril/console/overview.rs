//! `GET /admin/overview`: what needs a hand today, and what is not set up yet.

use serde_json::{Map, Value, json};

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;
use crate::http::Answer;
use crate::mithril::connections::secrets;
use crate::mithril::console::overview_sql;
use crate::mithril::list_query::DAY;
use crate::ports::Ports;
use crate::request::call::Call;

/// The commands that mend a setting, by the start of the sentence that says what is wrong with it. Any other setting is a
/// variable of wrangler.toml, which a deployment changes.
const MENDING: [(&str, &str); 3] =
    [("SIGNING_KEYS", "npm run keys"), ("TRUSTED_ISSUERS", "npm run issuers"), ("SECRET_PEPPERS", "npm run peppers")];

fn problem(code: &str, text: &str, command: &str) -> Value {
    json!({ "code": code, "text": text, "command": command })
}

/// What is not set up yet, as far as the settings and the platform know.
fn problems<P: Ports>(call: &Call<'_, P>) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for text in &call.app.settings.problems {
        let command = MENDING.iter().find(|(name, _)| text.starts_with(name)).map_or("npm run deploy", |found| found.1);
        all.push(problem("setting", text, command));
    }
    if !call.ports.has_archive() {
        let text = "No bucket is bound as AUDIT: all rows of the audit stay in D1.";
        all.push(problem("no_archive", text, "npx wrangler r2 bucket create mithril-edge-audit"));
    }
    all
}

/// Counts of what is due, unused, blocked and refused; how far the audit is sealed; and `problems`, each with the command
/// that mends it. One round trip.
///
/// # Errors
/// 401 and 403 when the gate refuses the caller.
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let now = call.now();
    let since = now.div_euclid(60) - 60;
    let pending = call.app.memory.refusal_counts.pending();
    let refused = if pending.minute > since { pending.by_status } else { Vec::new() };
    let filters = [
        ("expires_within", json!(now + 14 * DAY)),
        ("old_still_used", json!(true)),
        ("unused_for", json!(now - 90 * DAY)),
        ("is_blocked", json!(true)),
    ];
    let mut shared = Map::new();
    shared.insert("now".to_owned(), now.into());
    if let Some(caller) = secrets::caller(call) {
        shared.insert("caller".to_owned(), caller.into());
    }
    let other = [
        ("since", since.into()),
        ("refused", json!(refused)),
        ("problems", problems(call).into()),
        (
            "no_administration",
            problem(
                "no_administration",
                "No client that may act for every client has a connection.",
                "npm run admin:init",
            ),
        ),
        (
            "unsealed",
            problem(
                "housekeeping",
                "Rows of the audit wait to be sealed for more than ten minutes: the cron trigger does not run.",
                "npm run deploy",
            ),
        ),
    ];
    let other = other.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let row = call.read(overview_sql::select(&filters, &shared, other)).await?;
    let [Some(data), Some(refused)] = row.unwrap_or_default().columns() else {
        return Err(Failure::Internal("an overview without data".to_owned()));
    };
    let refused: Vec<(u16, u64)> = parse::row(&refused)?;
    let total: u64 = refused.iter().map(|(_, number)| number).sum();
    let by_status: Map<String, Value> =
        refused.into_iter().map(|(status, number)| (status.to_string(), number.into())).collect();
    let refusals = json!({ "last_hour": { "total": total, "by_status": by_status } });
    let data = data.strip_suffix('}').unwrap_or(&data);
    Ok(Answer::data(format!(r#"{data},"refusals":{}}}"#, json(&refusals))))
}
