//! A page of items as CSV (RFC 4180) or as NDJSON, for callers that prefer one of them (`Accept`). `Link` leads to the next
//! page.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::{json_value, parse};
use crate::http::{Answer, Paging, Payload, Request, accept};
use crate::mithril::list_request::ListRequest;

const JSON: &str = "application/json";
/// The media type of lines of JSON.
const NDJSON: &str = "application/x-ndjson";
/// The media type of a table.
const CSV: &str = "text/csv";
/// The columns of a table: members of an item, and of its `right`.
const COLUMNS: [&str; 25] = [
    "id",
    "decision",
    "note",
    "decided_at",
    "decided_by",
    "kind",
    "user_id",
    "endpoint_id",
    "user_name",
    "user_group_id",
    "user_group_name",
    "access_group_id",
    "access_group_name",
    "access_role_id",
    "access_role_name",
    "permission_id",
    "role_id",
    "role_name",
    "client_id",
    "client_name",
    "client_type",
    "consumer_id",
    "consumer_name",
    "since",
    "last_used_at",
];

/// The page in the form that the caller prefers.
///
/// # Errors
/// 500 for an answer that is no list.
pub fn in_form(request: &Request, list: &ListRequest, answer: Answer) -> Result<Answer, Failure> {
    let (media_type, is_table) = match [NDJSON, CSV].map(|form| accept::prefers(request, form, JSON)) {
        [_, true] => (CSV, true),
        [true, _] => (NDJSON, false),
        _ => return Ok(answer),
    };
    let Answer { payload: Payload::List(items, paging), mut headers, .. } = answer else {
        return Err(Failure::Internal("items without a page".to_owned()));
    };
    let Paging { page_number, total_pages, cut_at, .. } = paging;
    if cut_at.is_none() && page_number < total_pages {
        headers.push(("link", list.link("page", page_number + 1)));
    }
    headers.push(("content-type", format!("{media_type}; charset=utf-8")));
    let text = if is_table { table(&items)? } else { lines(&items)? };
    Ok(Answer { status: 200, payload: Payload::Bare(text), headers })
}

/// One item a line.
fn lines(items: &str) -> Result<String, Failure> {
    let items: Vec<&RawValue> = parse::row(items)?;
    Ok(items.iter().map(|item| format!("{}\n", item.get())).collect())
}

/// A line of names, and one for each item.
fn table(items: &str) -> Result<String, Failure> {
    let items = json_value::parse(items).map_err(|_| Failure::Internal("items that are no JSON".to_owned()))?;
    let line = |cells: Vec<String>| cells.join(",") + "\r\n";
    let of = |item: &Value| {
        let value =
            |name: &&str| item.get(name).or_else(|| item.get("right")?.get(name)).map_or_else(String::new, cell);
        // The `id` of a right is a part of the item's.
        line(COLUMNS.iter().map(value).collect())
    };
    let names = line(COLUMNS.map(str::to_owned).to_vec());
    Ok(names + &items.as_array().into_iter().flatten().map(of).collect::<String>())
}

/// A value between quotes. A spreadsheet would take a text that begins like a formula for one, so an apostrophe comes before
/// it.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace('"', "\"\""),
        other => json(other),
    };
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        for (text, shown) in [
            ("=1+1", "\"'=1+1\""),
            ("+a", "\"'+a\""),
            ("-a", "\"'-a\""),
            ("@a", "\"'@a\""),
            ("\ta", "\"'\ta\""),
            ("a,\"b\"\r\n", "\"a,\"\"b\"\"\r\n\""),
            ("a=b", "\"a=b\""),
        ] {
            assert_eq!(cell(&text.into()), shown);
        }
        assert_eq!([cell(&Value::Null), cell(&7.into())], ["\"\"", "\"7\""]);
    }
}
