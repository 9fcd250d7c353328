//! The answer of a DELETE whose record others may still need.

use serde::Deserialize;

use crate::base::failure::Failure;
use crate::http::Answer;
use crate::request::changed::Changed;

/// The facts of such a change; other members are left to its handler.
#[derive(Deserialize)]
struct Use {
    used_by: Option<String>,
}

/// `meta` only, when the record is gone. `conflicts` names each word of the fact `used_by` with its text.
///
/// # Errors
/// 404 when there was no record, 409 when others still need it.
pub fn deleted(changed: &Changed, conflicts: &[(&str, &'static str)]) -> Result<Answer, Failure> {
    if changed.outcome.is_some() {
        return Ok(Answer::meta());
    }
    let Use { used_by } = changed.read_facts()?.ok_or(Failure::NotFound)?;
    let text = conflicts.iter().find(|(word, _)| used_by.as_deref() == Some(*word)).map(|(_, text)| *text);
    Err(text.map_or_else(|| Failure::Internal(format!("not deleted, used by {used_by:?}")), Failure::Conflict))
}
