//! What the database knows of a record before a change, and the answer that follows from it.

use serde::Deserialize;

use crate::base::failure::{Failure, Rule};
use crate::endpoint::engine::lookup::Lookup;
use crate::endpoint::engine::matched::Matched;
use crate::http::Answer;

/// What the database knows of a record before a change.
#[derive(Deserialize)]
pub struct RecordFacts {
    /// How many records the path or the body means; see [`Matched`].
    matched: u8,
    /// Whether the record refuses changes; see [`Matched`].
    locked: Option<u8>,
    /// The property whose value another record has; `moved` when the body names another `Id`.
    taken: Option<String>,
}

impl RecordFacts {
    /// Answers the changed record. `may_be_new`: the change makes a new record when it matched none.
    ///
    /// # Errors
    /// - 404 when nothing was matched and `may_be_new` is false.
    /// - 400 when several records were matched.
    /// - The refusal of a record that is locked.
    /// - 400 when a value is taken, or the body names another `Id`.
    pub fn answer(self, lookup: &Lookup, may_be_new: bool, record: Option<String>) -> Result<Answer, Failure> {
        let matched = Matched { matched: self.matched, locked: self.locked };
        if !(may_be_new && self.matched == 0) {
            matched.one_open(lookup)?;
        }
        match (self.taken.as_deref(), record) {
            (None, Some(record)) => Ok(Answer::bare(record)),
            (None, None) => Err(Failure::Internal("nothing refused the change, but no record was changed".to_owned())),
            (Some("moved"), _) => Err(Failure::Unfit("Id: the primary key of a record cannot be changed".to_owned())),
            (Some(property), _) => Err(Failure::invalid(format!("$.{property}"), Rule::Taken)),
        }
    }
}
