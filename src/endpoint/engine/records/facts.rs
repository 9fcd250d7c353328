//! What the database knows of a record before a change.

use serde::Deserialize;

use crate::base::failure::{Failure, Rule};
use crate::endpoint::engine::lookup::Lookup;
use crate::endpoint::engine::matched::Matched;
use crate::http::Answer;

/// What the database says before a change.
#[derive(Deserialize)]
pub struct Facts {
    matched: u8,
    locked: Option<u8>,
    /// The property whose value another record has; `moved` when the body names another `Id`.
    taken: Option<String>,
}

impl Facts {
    /// The changed record, or why there is none. `is_new`: nothing needs to have been matched.
    pub fn answer(self, lookup: &Lookup, is_new: bool, record: Option<String>) -> Result<Answer, Failure> {
        let matched = Matched { matched: self.matched, locked: self.locked };
        if !(is_new && self.matched == 0) {
            matched.one_open(lookup)?;
        }
        match (self.taken.as_deref(), record) {
            (None, Some(record)) => Ok(Answer::bare(record)),
            (None, None) => Err(Failure::Internal("a record that nothing forbids was not changed".to_owned())),
            (Some("moved"), _) => Err(Failure::Unfit("Id: the primary key of a record cannot be changed".to_owned())),
            (Some(property), _) => Err(Failure::invalid(format!("$.{property}"), Rule::Taken)),
        }
    }
}
