//! What ties the records of one kind to another.

use crate::endpoint::engine::entity::Entity;
use crate::endpoint::engine::lookup::Lookup;

pub const MOST_ITEMS: usize = 1000;
pub const LONGEST_VALUE: usize = 250;
#[derive(Debug)]
pub struct Relation {
    pub parent: &'static Lookup,
    /// How a record of `only`, the parent, is found for a DELETE.
    pub child: &'static Lookup,
    /// The property that names another record, and what it names.
    pub target: Option<(&'static str, &'static Lookup)>,
    pub content: Content,
    /// The record that is answered.
    pub record: &'static Entity,
    /// The property of a PATCH that holds the items.
    pub collection: &'static str,
    /// What the audit calls POST, PATCH and DELETE.
    pub actions: [&'static str; 3],
    /// The answered rows, joined to `resolved`.
    pub joined: &'static str,
    /// `{now}` stands for the time.
    pub insert: &'static str,
    pub delete_others: &'static str,
    /// Table and WHERE, up to the id of the record.
    pub delete_one: &'static str,
    /// Where the answered record of a deleted row is, unless it is the row itself.
    pub record_from: Option<&'static str>,
}

/// What an item holds beside the record that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Nothing,
    /// `PermissionId`.
    Permission,
    /// `PermissionId` and `Is_Active`.
    PermissionOfRole,
}
