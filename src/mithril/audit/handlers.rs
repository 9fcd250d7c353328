//! Reading the audit: `GET /admin/audit` page by page, `GET /admin/audit.ndjson` as an export.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;
use crate::http::{Answer, Request};
use crate::mithril::audit::chain::Head;
use crate::mithril::audit::{seal, store};
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;

const FILTERS: [&str; 4] = ["actor", "client_id", "action", "subject"];
const TIMES: [&str; 2] = ["from", "to"];

#[derive(Deserialize)]
struct Place {
    seq: i64,
}

fn query(request: &Request) -> ListQuery<'_> {
    let mut query = ListQuery::of(request);
    FILTERS.into_iter().for_each(|name| query.text(name));
    TIMES.into_iter().for_each(|name| query.time(name));
    query
}

/// `GET /admin/audit`: exact `actor`, `client_id`, `action`, `subject`; `from` ≤ `at` < `to`.
pub async fn list<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let list = query(call.request).finish()?;
    list.answer(call.read(store::list(&list)).await?)
}

/// `GET /admin/audit.ndjson`: a row a line, those after `after`, `limit` of them; `Link` leads to the next
/// portion. The last portion of an export without filters ends with `{"head": {"seq", "hash"}}`: where the chain
/// ends, so that rows missing at the end are noticed.
pub async fn export<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let list = query(call.request).portion(seal::PORTION as i64)?;
    let [text, head] = call.read(store::portion(&list)).await?.unwrap_or_default().columns();
    let text = text.unwrap_or_default();
    let items: Vec<&RawValue> = parse::row(&text)?;
    let head: Option<Head> = head.as_deref().map(parse::row).transpose()?;
    let mut lines = String::with_capacity(text.len() + 128);
    for item in &items {
        lines.push_str(item.get());
        lines.push('\n');
    }
    let full = items.last().filter(|_| i64::try_from(items.len()).is_ok_and(|count| count == list.size()));
    let mut next = None;
    if let Some(last) = full {
        let Place { seq } = parse::row(last.get())?;
        next = Some(link(call.request, seq));
    } else if !FILTERS.iter().chain(&TIMES).any(|name| list.has(name)) {
        let Head { seq, hash } = head.unwrap_or_default();
        lines.push_str(&json(&serde_json::json!({ "head": { "seq": seq, "hash": hash } })));
        lines.push('\n');
    }
    let answer = Answer::bare(lines).header("content-type", "application/x-ndjson; charset=utf-8");
    Ok(match next {
        Some(next) => answer.header("link", next),
        None => answer,
    })
}

/// The same question from `after` on: it comes first, so that it counts whatever else the query holds.
fn link(request: &Request, after: i64) -> String {
    let mut target = format!("{}?after={after}", request.path());
    for pair in request.query().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after=")) {
        target.push('&');
        target.push_str(pair);
    }
    format!("<{target}>; rel=\"next\"")
}
