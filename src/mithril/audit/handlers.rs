//! Reading the audit: `GET /admin/audit` page by page, or as an export where the caller asks for NDJSON;
//! `GET /admin/audit.ndjson` is always the export.

use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::object::object;
use crate::base::parse;
use crate::http::{Answer, Request, accept};
use crate::mithril::audit::chain::ChainHead;
use crate::mithril::audit::reader::{Archived, FILTERS, Slice, Wanted};
use crate::mithril::audit::{page, reader, store};
use crate::mithril::list_query::ListQuery;
use crate::ports::Ports;
use crate::request::call::Call;

/// The most rows of a portion of the export.
pub const PORTION: i64 = 250;
/// The media type of the export.
const NDJSON: &str = "application/x-ndjson";
/// What a tool asks for that knows no NDJSON.
const TEXT: &str = "text/plain";
/// The filters that bound the time of a row.
const TIMES: [&str; 2] = ["from", "to"];

object! {
    /// Where a row stands in the chain.
    struct Position {
        seq: i64,
    }
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
    page::answer(call, &list).await
}

/// The export: one row a line. A portion has up to `limit` rows with a `seq` above `after`, fewer when they are too long
/// for one answer, or when too many segments of the archive would have to be read. Its `Link` header leads to the next
/// portion. The last portion of an export without filters ends with `{"head": {"seq", "hash"}}`, the end of the chain, so
/// that a verifier notices when the last rows are missing.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 422 for a query that breaks a rule
pub async fn export<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let list = query(call.request).portion(PORTION)?;
    let [text, head, fitted, archived] = call.read(store::portion(&list)).await?.unwrap_or_default().columns();
    let text = text.unwrap_or_default();
    let here: Vec<&RawValue> = parse::row(&text)?;
    let head: Option<ChainHead> = head.as_deref().map(parse::row).transpose()?;
    let archived: Vec<Archived> = parse::row(archived.as_deref().unwrap_or("[]"))?;
    let most = usize::try_from(list.size()).unwrap_or_default();
    let slice = Slice { after: list.number("after"), skip: 0, most, counts: false };
    let archive = reader::rows(call.ports, &archived, &Wanted(list.values()), slice).await?;

    let mut lines = String::with_capacity(text.len() + 128);
    let mut append = |item: &str| {
        lines.push_str(item);
        lines.push('\n');
    };
    archive.items.iter().for_each(|item| append(item));
    let mut next = None;
    if archive.is_full || archive.is_cut || archived.len() == store::PORTION_WINDOW {
        next = Some(archive.seen);
    } else {
        let here_too = here.get(..most - archive.items.len()).unwrap_or(&here);
        here_too.iter().for_each(|item| append(item.get()));
        if fitted.is_some() || archive.items.len() + here_too.len() == most {
            let last = here_too.last().map(|last| parse::row::<Position>(last.get())).transpose()?;
            next = Some(last.map_or(archive.seen, |last| last.seq));
        }
    }
    let next = next.map(|after| list.link("after", after));
    if next.is_none() && !FILTERS.iter().chain(&TIMES).any(|name| list.has(name)) {
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
