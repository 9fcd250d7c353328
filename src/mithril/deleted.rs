//! The answer to a DELETE of a record that other records may refer to.

use crate::base::failure::Failure;
use crate::base::object::object;
use crate::http::Answer;
use crate::request::changed::Changed;

object! {
    /// What the facts of such a change tell. They may have other members, which the handler reads.
    struct DeletionFacts {
        used_by: Option<String>,
    }
}

/// The answer is `meta` only. `conflicts` has a text for each value of the fact `used_by`, which names what still
/// refers to the record.
///
/// # Errors
/// - 404 when there was no record
/// - 409 when other records still refer to it
pub fn deleted(changed: &Changed, conflicts: &[(&str, &'static str)]) -> Result<Answer, Failure> {
    if changed.outcome.is_some() {
        return Ok(Answer::meta());
    }
    let DeletionFacts { used_by } = changed.read_facts()?.ok_or(Failure::NotFound)?;
    let text = conflicts.iter().find(|(word, _)| used_by.as_deref() == Some(*word)).map(|(_, text)| *text);
    Err(text.map_or_else(|| Failure::Internal(format!("not deleted, used by {used_by:?}")), Failure::Conflict))
}
