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
    /// What their `Id` is.
    pub key: RecordKey,
    /// The record that each of them belongs to, where the path names that one first. The `kind` of `lookup` then reads
    /// `owner`, and so does one of `constants`.
    pub owner: Option<RecordOwner>,
    /// What the audit calls create, upsert, replace and delete.
    pub actions: [&'static str; 4],
    /// The properties that a body may set.
    pub columns: &'static [Column],
    /// Properties that name a record (`{"Field", "Value"}`) and cannot be set by this body, each with the sentence that
    /// says where they can.
    pub elsewhere: &'static [(&'static str, &'static str)],
    /// Columns with the same value in every record of the kind: name and SQL of the value.
    pub constants: &'static [(&'static str, &'static str)],
    /// The columns of the times of creation and of the last change.
    pub times: [&'static str; 2],
    /// The conflict that a delete answers when others refer to the record.
    pub in_use: &'static str,
}

/// What the `Id` of a kind of record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKey {
    /// Any text. The caller may choose the one of a new record.
    Text,
    /// A number from 1 to 2^31 - 1, which the service gives. No number is given twice.
    Number,
}

/// The record that others belong to.
#[derive(Clone, Copy, Debug)]
pub struct RecordOwner {
    /// How it is found.
    pub lookup: &'static Lookup,
    /// The field of the others that names it, for the audit.
    pub property: &'static str,
}

/// Records that one call may make and change in bulk.
#[derive(Debug)]
pub struct Import {
    /// The kind of record. Its `Id` is a number, and no record of it is locked.
    pub records: &'static Records,
    /// The property of the body that holds the rows.
    pub collection: &'static str,
    /// The column that finds the record of a row without an `Id`: a name.
    pub name: &'static Column,
    /// What the audit calls the import.
    pub action: &'static str,
    /// What the audit calls the records, `word/import`.
    pub subject: &'static str,
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
    /// Unique and never empty. A new record without one gets its `Id`, or a GUID where the `Id` is a number; an existing
    /// record keeps the one that it has.
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

impl Records {
    /// SQL: the `Id` of a new record, before it is there. The draft (`?1`) has it, or the table's counter.
    pub fn new_id(&self) -> String {
        match self.key {
            RecordKey::Text => "?1 ->> '$.id'".to_owned(),
            RecordKey::Number => format!(
                "(SELECT COALESCE(max(sqlite_sequence.seq), 0) + 1 FROM sqlite_sequence WHERE sqlite_sequence.name = '{}')",
                self.lookup.table
            ),
        }
    }
}

impl Column {
    /// Whether no two records may have the same value.
    pub const fn is_unique(&self) -> bool {
        matches!(self.content, ColumnContent::Name | ColumnContent::Unique)
    }

    /// SQL: the condition that a record has the value of the draft and that it is not empty. `draft` is SQL of its JSON.
    /// The words about the empty value let the planner use a partial index.
    pub fn is_value_of(&self, records: &Records, values: DraftValues, draft: &str) -> String {
        let Self { column, .. } = self;
        let (table, values) = (records.lookup.table, values.member());
        format!("({table}.{column} <> '' AND {table}.{column} = {draft} ->> '$.{values}.{column}')")
    }
}
