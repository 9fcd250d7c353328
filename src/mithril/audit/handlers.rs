//! Reading the audit: `GET /admin/audit` page by page, `GET /admin/audit.ndjson` as an export.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;
use crate::http::{Answer, Request};
use crate::mithril::audit::chain::ChainHead;
use crate::mithril::audit::{seal, store};
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;

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
    query.text("action");
    ["actor", "client_id", "subject"].into_iter().for_each(|name| query.spellings(name));
    TIMES.into_iter().for_each(|name| query.time(name));
    query
}

/// `GET /admin/audit`: the rows page by page. `actor`, `client_id`, `action` and `subject` compare exactly; `from` ≤
/// `at` < `to`.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let list = query(call.request).finish()?;
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /admin/audit.ndjson`: one row a line. A portion has `limit` rows with a `seq` above `after`, and its `Link`
/// header leads to the next portion. The last portion of an export without filters ends with `{"head": {"seq",
/// "hash"}}`, the end of the chain, so that a verifier notices when the last rows are missing.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn export<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let list = query(call.request).portion(seal::PORTION as i64)?;
    let [text, head] = call.read(store::portion(&list)).await?.unwrap_or_default().columns();
    let text = text.unwrap_or_default();
    let items: Vec<&RawValue> = parse::row(&text)?;
    let head: Option<ChainHead> = head.as_deref().map(parse::row).transpose()?;
    let mut lines = String::with_capacity(text.len() + 128);
    for item in &items {
        lines.push_str(item.get());
        lines.push('\n');
    }
    let full = items.last().filter(|_| i64::try_from(items.len()).is_ok_and(|count| count == list.size()));
    let mut next = None;
    if let Some(last) = full {
        let Position { seq } = parse::row(last.get())?;
        next = Some(link(call.request, seq));
    } else if !FILTERS.iter().chain(&TIMES).any(|name| list.has(name)) {
        let ChainHead { seq, hash } = head.unwrap_or_default();
        lines.push_str(&json(&serde_json::json!({ "head": { "seq": seq, "hash": hash } })));
        lines.push('\n');
    }
    let answer = Answer::bare(lines).header("content-type", "application/x-ndjson; charset=utf-8");
    Ok(match next {
        Some(next) => answer.header("link", next),
        None => answer,
    })
}

/// The `Link` header for the same request with another `after`. That parameter comes first, so it is the one that
/// counts if the query holds another.
fn link(request: &Request, after: i64) -> String {
    let mut target = format!("{}?after={after}", request.path());
    for pair in request.query().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after=")) {
        target.push('&');
        target.push_str(pair);
    }
    format!("<{target}>; rel=\"next\"")
}
