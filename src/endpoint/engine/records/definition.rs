//! What [`Records`] consist of: a kind of record that callers may make, change and delete.

use crate::endpoint::engine::entity::Entity;
use crate::endpoint::engine::lookup::Lookup;

/// The longest `Id`, name or unique text, in bytes.
pub const LONGEST_NAME: usize = 250;
/// The longest other text, in bytes.
pub const LONGEST_TEXT: usize = 1000;

/// A kind of record that callers may make, change and delete.
#[derive(Debug)]
pub struct Records {
    /// The record as it is shown.
    pub entity: &'static Entity,
    /// Where the records are, and how they are found.
    pub lookup: &'static Lookup,
    /// What the audit calls create, upsert, replace and delete.
    pub actions: [&'static str; 4],
    /// The properties that a body may set.
    pub columns: &'static [Column],
    /// Columns with the same value in every record of the kind: name and SQL of the value.
    pub constants: &'static [(&'static str, &'static str)],
    /// The columns of the times of creation and of the last change.
    pub times: [&'static str; 2],
    /// The conflict that a delete answers when others refer to the record.
    pub in_use: &'static str,
}

/// A property of the body and its column.
#[derive(Debug)]
pub struct Column {
    /// The name of the property.
    pub json: &'static str,
    /// The name of the column, without its table.
    pub column: &'static str,
    /// What it holds.
    pub content: ColumnContent,
}

/// What a column holds, and so what a body may put into it.
#[derive(Debug, Clone, Copy)]
pub enum ColumnContent {
    /// Unique and never empty. A new record without one gets its `Id`; an existing record keeps the one that it has.
    Name,
    /// Unique unless empty.
    Unique,
    /// Any text; empty by default.
    Text,
    /// True or false; false by default.
    Flag,
    /// One of a closed list. The first is the default.
    OneOf(&'static [&'static str]),
}

/// Which values of a draft a statement takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftValues {
    /// Those that the body gives. What it leaves out stays as it is.
    Given,
    /// All. What the body leaves out gets its default.
    Full,
}

impl DraftValues {
    /// The member of the draft that holds them.
    pub const fn member(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Full => "full",
        }
    }
}

impl Column {
    /// Whether no two records may have the same value.
    pub const fn is_unique(&self) -> bool {
        matches!(self.content, ColumnContent::Name | ColumnContent::Unique)
    }

    /// SQL: the condition that a record has the value of the draft (`?1`) and that it is not empty. The words about the
    /// empty value let the planner use a partial index.
    pub fn is_value_of(&self, records: &Records, values: DraftValues) -> String {
        let Self { column, .. } = self;
        let (table, values) = (records.lookup.table, values.member());
        format!("({table}.{column} <> '' AND {table}.{column} = ?1 ->> '$.{values}.{column}')")
    }
}
