//! Reading the audit: `GET /admin/audit` page by page, or as an export where the caller asks for NDJSON;
//! `GET /admin/audit.ndjson` is always the export.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;
use crate::http::{Answer, Request, accept};
use crate::mithril::audit::chain::ChainHead;
use crate::mithril::audit::store;
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;

/// The most rows of a portion of the export.
pub const PORTION: i64 = 250;
/// The media type of the export.
const NDJSON: &str = "application/x-ndjson";
/// What a tool asks for that knows no NDJSON.
const TEXT: &str = "text/plain";
/// The filters that compare exactly.
const FILTERS: [&str; 4] = ["actor", "client_id", "action", "subject"];
/// The filters that bound the time of a row.
const TIMES: [&str; 2] = ["from", "to"];

/// Where a row stands in the chain.
#[derive(Deserialize)]
struct Position {
    seq: i64,
}

/// The filters of a request.
fn query(request: &Request) -> ListQuery<'_> {
    let mut query = ListQuery::of(request);
    FILTERS.into_iter().for_each(|name| query.text(name));
    TIMES.into_iter().for_each(|name| query.time(name));
    query
}

/// `GET /admin/audit`: the rows page by page. `actor`, `client_id`, `action` and `subject` compare exactly; `from` ≤
/// `at` < `to`. A caller whose `Accept` prefers NDJSON gets the [`export`].
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    if accept::prefers(call.request, NDJSON, "application/json") {
        return export(call).await;
    }
    let list = query(call.request).finish()?;
    list.answer(call.read(store::list(&list)).await?)
}

/// The export: one row a line. A portion has up to `limit` rows with a `seq` above `after`, fewer when they are too long
/// for one answer of the database. Its `Link` header leads to the next portion. The last portion of an export without filters ends with `{"head": {"seq",
/// "hash"}}`, the end of the chain, so that a verifier notices when the last rows are missing.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn export<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let list = query(call.request).portion(PORTION)?;
    let [text, head, fitted] = call.read(store::portion(&list)).await?.unwrap_or_default().columns();
    let text = text.unwrap_or_default();
    let items: Vec<&RawValue> = parse::row(&text)?;
    let head: Option<ChainHead> = head.as_deref().map(parse::row).transpose()?;
    let mut lines = String::with_capacity(text.len() + 128);
    for item in &items {
        lines.push_str(item.get());
        lines.push('\n');
    }
    let is_full = fitted.is_some() || i64::try_from(items.len()).is_ok_and(|count| count == list.size());
    let full = items.last().filter(|_| is_full);
    let mut next = None;
    if let Some(last) = full {
        let Position { seq } = parse::row(last.get())?;
        next = Some(list.link("after", seq));
    } else if !FILTERS.iter().chain(&TIMES).any(|name| list.has(name)) {
        let ChainHead { seq, hash } = head.unwrap_or_default();
        lines.push_str(&json(&serde_json::json!({ "head": { "seq": seq, "hash": hash } })));
        lines.push('\n');
    }
    let media_type = if accept::prefers(call.request, TEXT, NDJSON) { TEXT } else { NDJSON };
    let answer = Answer::bare(lines).header("content-type", format!("{media_type}; charset=utf-8"));
    Ok(match next {
        Some(next) => answer.header("link", next),
        None => answer,
    })
}
