//! What the resources of the Endpoint dialect share (spec/esystems.md §2, §3): how a record is named and
//! found, the language of list queries, and the few statements that every one of them is made of. The
//! resources themselves (`access_groups`, `access_roles`, `endpoint_users`) are tables of names and columns.

#[cfg(not(target_arch = "wasm32"))]
pub mod docs;
pub mod entity;
pub mod filter;
pub mod list;
pub mod lookup;
pub mod records;
pub mod records_sql;
pub mod relation;
pub mod relation_sql;
pub mod value;

use serde::Deserialize;

use crate::call::Call;
use crate::error::{BadInput, Failure};
use crate::ports::Ports;

/// How often the records that a path names were found; rows beyond the second do not change an answer.
#[derive(Deserialize, Debug, Clone, Copy)]
pub struct Matched {
    pub matched: u8,
    /// Whether the one that was found refuses changes.
    pub locked: Option<u8>,
}

impl Matched {
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
    pub fn one_open(self, lookup: &lookup::Lookup) -> Result<(), Failure> {
        self.one()?;
        match &lookup.lock {
            Some(lock) if self.locked == Some(1) => Err(lock.refusal.clone()),
            _ => Ok(()),
        }
    }
}

/// A query parameter.
///
/// # Errors
/// 400 for percent-encoding that is not text.
pub fn query<P: Ports>(call: &Call<'_, P>, name: &str) -> Result<Option<String>, Failure> {
    call.request.query_param(name).map_err(|_| Failure::BadInput(BadInput::Unconvertible))
}
