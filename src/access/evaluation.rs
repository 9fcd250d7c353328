//! Decisions: `POST /access/v1/evaluation` and `/access/v1/evaluations` (AuthZEN Authorization API 1.0 §6 and §7).
//!
//! One statement decides all questions of a request. A caller that allows it (`Cache-Control: max-age`) gets an answer
//! that this isolate gave to the same question within that time, of at most 60 s.

use serde_json::{Map, Value};

use crate::access::evaluation_store::decide;
use crate::access::question::{self, unfit};
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;
use crate::db::statement::Row;
use crate::http::{Answer, Header, body};
use crate::memory::fresh::Fresh;
use crate::ports::Ports;
use crate::request::call::Call;

/// The most questions of one request.
pub const MAX_QUESTIONS: usize = 50;
/// The longest text that memory keeps of one request, question and answer together, in bytes.
const MAX_KEPT: usize = 4096;
/// The values of `options.evaluations_semantic`. The first decides all questions. The others end behind the first decision
/// that is so.
const SEMANTICS: [(&str, Option<u8>); 3] =
    [("execute_all", None), ("deny_on_first_deny", Some(0)), ("permit_on_first_permit", Some(1))];

/// `POST /access/v1/evaluation`: one decision with its reason.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413 and 415 for a body that breaks a rule
pub async fn evaluation<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let body = call.object(body::LIMIT).await?;
    Box::pin(one(call, &body)).await
}

/// `POST /access/v1/evaluations`: up to 50 decisions in the order of the questions. A body without `evaluations` is one
/// question.
///
/// # Errors
/// Those of [`evaluation`].
pub async fn evaluations<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut body = call.object(body::LIMIT).await?;
    let stop = stop(body.get("options"))?;
    let items = match body.remove("evaluations") {
        None => return Box::pin(one(call, &body)).await,
        Some(Value::Array(items)) if items.is_empty() => return Box::pin(one(call, &body)).await,
        Some(Value::Array(items)) if items.len() <= MAX_QUESTIONS => items,
        Some(_) => return Err(unfit("evaluations", "must be an array of at most 50 objects.")),
    };
    question::check_defaults(&body)?;
    let mut questions = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let place = format!("evaluations[{at}]");
        let Value::Object(item) = item else { return Err(unfit(&place, "must be an object.")) };
        questions.push(question::read(&format!("{place}."), item, &body, None)?);
    }
    let decisions = Box::pin(decisions(call, questions, stop)).await?;
    Ok(Answer::bare(format!(r#"{{"evaluations":{decisions}}}"#)))
}

/// Answers the one question of a body. Its future and that of [`decisions`] are boxed, so that they are not inlined into each
/// handler. That keeps the bundle small.
async fn one<P: Ports>(call: &Call<'_, P>, body: &Map<String, Value>) -> Result<Answer, Failure> {
    let question = question::read("", body, &Map::new(), None)?;
    let decisions = Box::pin(decisions(call, vec![question], None)).await?;
    // The array has one decision.
    Ok(Answer::bare(decisions.trim_start_matches('[').trim_end_matches(']').to_owned()))
}

/// The decision behind which the answer ends, from `options`; `None` when all are wanted.
fn stop(options: Option<&Value>) -> Result<Option<u8>, Failure> {
    let semantic = match options {
        None => None,
        Some(Value::Object(options)) => options.get("evaluations_semantic"),
        Some(_) => return Err(unfit("options", "must be an object.")),
    };
    let Some(semantic) = semantic else { return Ok(None) };
    let known = SEMANTICS.iter().find(|(name, _)| semantic.as_str() == Some(name)).map(|(_, stop)| *stop);
    known.ok_or_else(|| {
        unfit("options.evaluations_semantic", "must be execute_all, deny_on_first_deny or permit_on_first_permit.")
    })
}

/// The decisions as a JSON array.
async fn decisions<P: Ports>(call: &Call<'_, P>, questions: Vec<Value>, stop: Option<u8>) -> Result<String, Failure> {
    let mut asked = question::caller(call);
    asked.insert("items".to_owned(), questions.into());
    asked.insert("stop".to_owned(), stop.into());
    let asked = Value::Object(asked);
    let max_age = max_age(call.request.header(Header::CacheControl));
    let key = (max_age > 0).then(|| json(&asked));
    let now = call.now();
    if let Some(key) = &key
        && call.app.memory.standings.is_known_live(&call.principal, now)
        && !call.gate.has_questions()
        && let Some(known) = call.app.memory.decisions.borrow_mut().get(key)
        && known.is_fresh(now)
        && now - known.as_of < max_age
    {
        return Ok(known.value.clone());
    }
    let row = call.read(decide(&asked)).await?.and_then(Row::first);
    let text = row.ok_or_else(|| Failure::Internal("no decisions".to_owned()))?;
    if let Some(key) = key.filter(|key| key.len() + text.len() <= MAX_KEPT) {
        call.app.memory.decisions.borrow_mut().put(key, Fresh { value: text.clone(), as_of: now });
    }
    Ok(text)
}

/// How many seconds old an answer may be that the caller takes (RFC 9111 §5.2.1.1); 0 without a `max-age`, and for one that
/// is no number.
fn max_age(header: Option<&str>) -> i64 {
    let directives = header.unwrap_or_default().split(',').map(str::trim);
    let ages = directives.filter_map(|directive| directive.strip_prefix("max-age="));
    ages.map(|age| parse::from_str::<u32>(age.trim_matches('"')).map_or(0, i64::from)).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::max_age;

    #[test]
    fn only_a_whole_max_age_lets_an_answer_be_old_and_the_smallest_counts() {
        for (header, seconds) in [
            (None, 0),
            (Some("no-cache"), 0),
            (Some("max-age=-1"), 0),
            (Some("max-age=1.5"), 0),
            (Some("max-age=x, max-age=9"), 0),
            (Some("s-maxage=9"), 0),
            (Some("max-age=30"), 30),
            (Some("no-transform, max-age=\"7\""), 7),
            (Some("max-age=30, max-age=5"), 5),
        ] {
            assert_eq!(max_age(header), seconds, "{header:?}");
        }
    }
}
