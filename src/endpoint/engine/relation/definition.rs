//! What a [`Relation`] consists of: how the records of one kind belong to those of another.

use crate::endpoint::engine::entity::Entity;
use crate::endpoint::engine::lookup::Lookup;

/// The most items of one PATCH.
pub const MOST_ITEMS: usize = 1000;
/// The scopes of a PATCH that also deletes what its body does not name, under a user: it inserts, updates and deletes.
pub const MANAGER_REPLACE_ALL: &[&str] = &["AccessManager:Create", "AccessManager:Update", "AccessManager:Delete"];
/// The same, elsewhere.
pub const REPLACE_ALL: &[&str] = &[
    "AccessManager:Create",
    "AccessManager:Update",
    "AccessManager:Delete",
    "AccessUser:Create",
    "AccessUser:Update",
    "AccessUser:Delete",
];
/// The longest value that names a record, in bytes.
pub const LONGEST_VALUE: usize = 250;

/// The records of one kind that belong to a record of another, such as the permissions of an access group.
#[derive(Debug)]
pub struct Relation {
    /// The record that the others belong to. The path names it first.
    pub parent: &'static Lookup,
    /// How a DELETE finds the record that the path names second. Its `kind` may read `only`, the parent.
    pub child: &'static Lookup,
    /// The record that an item names, if it names one.
    pub target: Option<RelationTarget>,
    /// One more record that an item may name beside `target`.
    pub second: Option<RelationTarget>,
    /// The values of `PermissionId` that an item may have. Empty when items have no `PermissionId`.
    pub permission_types: &'static [&'static str],
    /// Whether items carry `Is_Active`.
    pub has_activity: bool,
    /// The record that is answered.
    pub record: &'static Entity,
    /// The property of a PATCH that holds the items.
    pub collection: &'static str,
    /// The scopes of a PATCH that also deletes: [`REPLACE_ALL`] or [`MANAGER_REPLACE_ALL`], as the route's own.
    pub replace_all: &'static [&'static str],
    /// What the audit calls the changes.
    pub actions: RelationActions,
    /// The SQL that is not the same for every relation.
    pub sql: RelationSql,
}

/// The record that an item names.
#[derive(Clone, Copy, Debug)]
pub struct RelationTarget {
    /// The property of the item that names it.
    pub property: &'static str,
    /// How it is found.
    pub lookup: &'static Lookup,
}

/// What the audit calls the changes of a relation.
#[derive(Clone, Copy, Debug)]
pub struct RelationActions {
    /// POST.
    pub insert: &'static str,
    /// PATCH.
    pub upsert_all: &'static str,
    /// DELETE.
    pub delete: &'static str,
}

/// Fragments of SQL. Each may read the table expressions that its comment names; `relation/sql.rs` lists their columns.
/// None may hold a parameter or a placeholder: everything that a fragment needs is in those tables.
#[derive(Debug)]
pub struct RelationSql {
    /// `<table> ON <condition>`, joined to `resolved` by a CROSS JOIN: for each item, the one row that `record` shows.
    /// It runs after the change. May read `only` and `resolved`.
    pub answered: &'static str,
    /// An INSERT with an ON CONFLICT, so that it adds what is missing and updates what is there. It takes its rows from
    /// `resolved` and `allowed`, and must write nothing when `allowed` is empty.
    pub insert: &'static str,
    /// `<table> WHERE <condition>`: the row that an item adds or updates, if it is there already. May read `only` and
    /// `resolved`.
    pub present: &'static str,
    /// A condition: the row of `present` is not as its item says. `None` where a row holds nothing that an item may
    /// change. May read the columns of the row and `resolved`.
    pub differs: Option<&'static str>,
    /// `<table> WHERE <condition>`: the parent's rows that no item names. May read `allowed` and `resolved`, and must
    /// find nothing when `allowed` is empty.
    pub others: &'static str,
    /// What the audit calls the row of an item: `user/7`. May read `resolved`.
    pub item_name: &'static str,
    /// What the audit calls a row of `others` and `deleted`. May read the columns of the row.
    pub row_name: &'static str,
    /// `<table> WHERE <condition>`: the one row that a DELETE removes. May read `only` and `child`. An AND with more
    /// conditions follows it.
    pub deleted: &'static str,
    /// `<table> WHERE <condition>`: the row that `record` shows for the deleted one, where that is a row of another
    /// table. May read the columns of the deleted row.
    pub deleted_record: Option<&'static str>,
}
