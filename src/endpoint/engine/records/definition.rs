//! What a kind of record is made of.

use crate::endpoint::engine::entity::Entity;
use crate::endpoint::engine::lookup::Lookup;

pub const LONGEST_NAME: usize = 250;
pub const LONGEST_TEXT: usize = 1000;

#[derive(Debug)]
pub struct Records {
    pub entity: &'static Entity,
    pub lookup: &'static Lookup,
    /// What the audit calls create, upsert, replace and delete.
    pub actions: [&'static str; 4],
    pub columns: &'static [Column],
    /// Columns that every record of the kind has alike, as SQL.
    pub constants: &'static [(&'static str, &'static str)],
    /// The columns of the times of creation and of the last change.
    pub times: [&'static str; 2],
    /// The conflict that a delete answers when others refer to the record.
    pub in_use: &'static str,
}

/// A property of the body and its column.
#[derive(Debug)]
pub struct Column {
    pub json: &'static str,
    pub column: &'static str,
    pub content: Content,
}

#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// Unique and never empty: a new record without one is named by its `Id`, an old one keeps what it has.
    Name,
    /// Unique unless empty.
    Unique,
    Text,
    Flag,
    /// One of a closed list; the first is the default.
    OneOf(&'static [&'static str]),
}

impl Column {
    pub const fn is_unique(&self) -> bool {
        matches!(self.content, Content::Name | Content::Unique)
    }

    /// The condition that a record has the draft's value. Empty ones are said to be out, as in partial indexes.
    pub fn is_given(&self, records: &Records) -> String {
        let Self { column, .. } = self;
        let table = records.lookup.table;
        format!("({table}.{column} <> '' AND {table}.{column} = ?1 ->> '$.given.{column}')")
    }
}
