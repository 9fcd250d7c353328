//! How many records a path matched, and what follows from that.

use crate::base::failure::Failure;
use crate::endpoint::engine::lookup::Lookup;

/// How many records a path matched. It is read from the table expression `matched` (`lookup`), which stops at two rows,
/// so that 2 means "several".
#[derive(Debug, Clone, Copy)]
pub struct Matched {
    /// 0, 1, or 2 for several.
    pub matched: u8,
    /// 1 when a matched record refuses changes, 0 when none does, `None` when nothing was matched.
    pub locked: Option<u8>,
}

impl Matched {
    /// Reads the columns of a read that selects `lookup::MATCHED_COLUMNS`.
    ///
    /// # Errors
    /// 500 when the count is missing or not a number.
    pub fn read(matched: Option<String>, locked: Option<String>) -> Result<Self, Failure> {
        let matched = matched.and_then(|count| count.parse().ok());
        let matched = matched.ok_or_else(|| Failure::Internal("row: a count is missing".to_owned()))?;
        Ok(Self { matched, locked: locked.and_then(|flag| flag.parse().ok()) })
    }

    /// Requires exactly one record.
    ///
    /// # Errors
    /// - 404 for none.
    /// - 400 for several.
    pub const fn one(self) -> Result<(), Failure> {
        match self.matched {
            0 => Err(Failure::NotFound),
            1 => Ok(()),
            _ => Err(Failure::MultipleRows),
        }
    }

    /// Requires exactly one record, and that it takes changes.
    ///
    /// # Errors
    /// - 404 for none.
    /// - 400 for several.
    /// - The refusal of the lookup's lock for a record that is locked.
    pub fn one_open(self, lookup: &Lookup) -> Result<(), Failure> {
        self.one()?;
        match &lookup.lock {
            Some(lock) if self.locked == Some(1) => Err(lock.refusal.clone()),
            _ => Ok(()),
        }
    }
}
