//! How often the records that a path names were found.

use serde::Deserialize;

use crate::base::failure::Failure;
use crate::endpoint::engine::lookup::Lookup;
use crate::request::changed::Changed;

/// How often the records that a path names were found; rows beyond the second do not change an answer.
#[derive(Deserialize, Debug, Clone, Copy)]
pub struct Matched {
    pub matched: u8,
    /// Whether the one that was found refuses changes.
    pub locked: Option<u8>,
}

impl Matched {
    /// The facts of a change that selects the members of `lookup::MATCHED`.
    ///
    /// # Errors
    /// 500 for other facts.
    pub fn of(changed: &Changed) -> Result<Self, Failure> {
        changed.read_facts()?.ok_or_else(|| Failure::Internal("a change without facts".to_owned()))
    }

    /// The columns of a read that selects `lookup::MATCHED_COLUMNS`.
    ///
    /// # Errors
    /// 500 for other columns.
    pub fn read(matched: Option<String>, locked: Option<String>) -> Result<Self, Failure> {
        let matched = matched.and_then(|count| count.parse().ok());
        let matched = matched.ok_or_else(|| Failure::Internal("row: a count is missing".to_owned()))?;
        Ok(Self { matched, locked: locked.and_then(|flag| flag.parse().ok()) })
    }

    /// # Errors
    /// 404 for none, 400 for several.
    pub const fn one(self) -> Result<(), Failure> {
        match self.matched {
            0 => Err(Failure::NotFound),
            1 => Ok(()),
            _ => Err(Failure::MultipleRows),
        }
    }

    /// # Errors
    /// As [`Matched::one`], then the refusal of a record that is locked.
    pub fn one_open(self, lookup: &Lookup) -> Result<(), Failure> {
        self.one()?;
        match &lookup.lock {
            Some(lock) if self.locked == Some(1) => Err(lock.refusal.clone()),
            _ => Ok(()),
        }
    }
}
