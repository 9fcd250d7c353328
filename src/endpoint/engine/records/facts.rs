//! What the database knows of a record before a change, and the answer that follows from it.

use crate::base::failure::{Failure, Rule};
use crate::base::object::object;
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::records::definition::Records;
use crate::http::Answer;

object! {
    /// What the database knows of a record before a change.
    pub struct RecordFacts {
        /// How many records the path or the body means; see [`Matched`].
        matched: u8,
        /// Whether the record refuses changes; see [`Matched`].
        locked: Option<u8>,
        /// The property whose value another record has; `moved` when the body names another `Id`.
        taken: Option<String>,
        /// How many owners the path means, where the records have one; see [`Matched`].
        owners: Option<u8>,
        /// Whether the owner refuses changes; see [`Matched`].
        owner_locked: Option<u8>,
    }
}

impl RecordFacts {
    /// Requires the owner, where the records have one, and the record itself. Both must take changes. `may_be_new`: the
    /// record need not be there.
    ///
    /// # Errors
    /// - 404 when nothing was matched and `may_be_new` is false.
    /// - 400 when several records were matched.
    /// - The refusal of a record that is locked.
    pub fn one_open(&self, records: &Records, may_be_new: bool) -> Result<(), Failure> {
        if let (Some(owner), Some(owners)) = (records.owner, self.owners) {
            Matched { matched: owners, locked: self.owner_locked }.one_open(owner.lookup)?;
        }
        if may_be_new && self.matched == 0 {
            return Ok(());
        }
        Matched { matched: self.matched, locked: self.locked }.one_open(records.lookup)
    }

    /// Answers the changed record. `may_be_new`: the change makes a new record when it matched none.
    ///
    /// # Errors
    /// - Those of [`RecordFacts::one_open`].
    /// - 400 when a value is taken, or the body names another `Id`.
    pub fn answer(self, records: &Records, may_be_new: bool, record: Option<String>) -> Result<Answer, Failure> {
        self.one_open(records, may_be_new)?;
        match (self.taken.as_deref(), record) {
            (None, Some(record)) => Ok(Answer::bare(record)),
            (None, None) => Err(Failure::Internal("nothing refused the change, but no record was changed".to_owned())),
            (Some("moved"), _) => Err(Failure::Unfit("Id: the primary key of a record cannot be changed".to_owned())),
            (Some(property), _) => Err(Failure::invalid(format!("$.{property}"), Rule::Taken)),
        }
    }
}
