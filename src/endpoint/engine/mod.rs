//! What the resources of the Endpoint dialect share (spec/esystems.md §2, §3): how a record is named and found, the
//! language of list queries, and the statements that every resource runs. The engine may import `request` and the rooms
//! below, and never a resource (`groups`, `roles`, `users`): what differs between resources stands in the tables that
//! they hand to it.
//!
//! `entity` describes what is shown, `lookup` how a record is found, `matched` how many were found. `list`, with
//! `filter` and `value`, answers lists; `records` changes records; `relation` changes what belongs to a record. `validation`, with `pattern`, is what a bulk change may ask of its rows.

pub mod entity;
pub mod filter;
pub mod list;
pub mod lookup;
pub mod matched;
pub mod pattern;
pub mod query;
pub mod records;
pub mod relation;
pub mod validation;
pub mod value;
