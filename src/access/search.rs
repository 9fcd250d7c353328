//! Searches: `POST /access/v1/search/subject`, `/resource` and `/action` (AuthZEN Authorization API 1.0 §8). Each result would
//! be allowed by an evaluation.
//!
//! A page ends with a token, which holds the size of the page, the place where it ended, and a digest of the question. A
//! token of another question is refused.

use serde_json::{Map, Value, json};

use crate::access::question::{self, Part, unfit};
use crate::access::search_store as store;
use crate::base::base64url;
use crate::base::digest::sha256_text;
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::json_value::{Unique, integer};
use crate::base::parse;
use crate::db::statement::Row;
use crate::http::{Answer, body};
use crate::ports::Ports;
use crate::request::call::Call;

/// The results of a page when the caller asks for no number.
pub const DEFAULT_LIMIT: i64 = 50;
/// The most results of a page. A larger `limit` means this one.
pub const MAX_LIMIT: i64 = 100;

/// A page of the subjects, resources or actions that are allowed.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413 and 415 for a body that breaks a rule, and for a token of another question
pub async fn search<P: Ports>(call: &Call<'_, P>, part: Part) -> Result<Answer, Failure> {
    let body = call.object(body::LIMIT).await?;
    let question = question::read("", &body, &Map::new(), Some(part))?;
    let digest = digest(&format!("{} {}", part.name(), json(&question)));
    let (limit, after) = page(body.get("page"), &digest)?;

    let mut asked = question::caller(call);
    asked.insert("ask".to_owned(), question.clone());
    asked.insert("after".to_owned(), after);
    asked.insert("size".to_owned(), limit.into());
    let of = |name: &str| question.get(name).and_then(Value::as_str).unwrap_or_default();
    let statement = store::search(part, of("subject_type"), of("resource_type"), &Value::Object(asked));
    let Page { results, count, next } = page_of(call.read(statement).await?, &digest, limit)?;
    Ok(Answer::bare(format!(r#"{{"page":{{"next_token":"{next}","count":{count}}},"results":{results}}}"#)))
}

/// A page of a walk.
pub struct Page {
    /// The results, a JSON array.
    pub results: String,
    /// How many they are.
    pub count: String,
    /// The token of the next page; empty on the last one.
    pub next: String,
}

/// Reads the row of a page (`walk::page`) of at most `limit` results. `digest` is that of the question.
///
/// # Errors
/// 500 for a row of another form.
pub fn page_of(row: Option<Row>, digest: &str, limit: i64) -> Result<Page, Failure> {
    let [results, count, last, more] = row.unwrap_or_default().columns();
    let (Some(results), Some(count)) = (results, count) else {
        return Err(Failure::Internal("no results".to_owned()));
    };
    // A page of no results ends where it began: at the beginning, because its token is never asked for more.
    let last = last.as_deref().map(parse::row).transpose()?.map(|Unique(last)| last).unwrap_or_default();
    let token = || base64url::encode(json(&json!([digest, limit, last])).as_bytes());
    Ok(Page { results, count, next: if more.as_deref() == Some("1") { token() } else { String::new() } })
}

/// The digest of a question, which its tokens carry.
pub fn digest(question: &str) -> String {
    sha256_text(question)
}

/// What a token holds: the digest of its question, the size of its page, and the place where the page ended. `None` for a
/// text that is no token.
pub fn place(token: &str) -> Option<(String, i64, Value)> {
    let text = String::from_utf8(base64url::decode(token)?).ok()?;
    parse::from_str(&text).ok()
}

/// The size of the page and the place behind which it begins, from `page`.
fn page(page: Option<&Value>, digest: &str) -> Result<(i64, Value), Failure> {
    let page = match page {
        None => return Ok((DEFAULT_LIMIT, Value::Null)),
        Some(Value::Object(page)) => page,
        Some(_) => return Err(unfit("page", "must be an object.")),
    };
    let limit = match page.get("limit") {
        None => None,
        Some(limit) => {
            let number = limit.as_number().and_then(integer).filter(|limit| *limit >= 0);
            Some(number.ok_or_else(|| unfit("page.limit", "must be a whole number from 0."))?.min(MAX_LIMIT))
        }
    };
    let token = match page.get("token") {
        None => return Ok((limit.unwrap_or(DEFAULT_LIMIT), Value::Null)),
        Some(Value::String(token)) if token.is_empty() => return Ok((limit.unwrap_or(DEFAULT_LIMIT), Value::Null)),
        Some(token) => token.as_str(),
    };
    match token.and_then(place) {
        Some((of, size, after)) if of == digest && limit.is_none_or(|limit| limit == size) => {
            // The size is the caller's own to say, so it is bounded again.
            Ok((size.clamp(0, MAX_LIMIT), after))
        }
        _ => Err(unfit("page.token", "must be the next_token of an answer to the same question with the same limit.")),
    }
}
