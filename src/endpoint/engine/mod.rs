//! What the resources of the Endpoint dialect share (spec/esystems.md §2, §3): how a record is named and
//! found, the language of list queries, and the few statements that every one of them is made of. The
//! resources themselves (`access_groups`, `access_roles`, `endpoint_users`) are tables of names and columns.

pub mod entity;
pub mod filter;
pub mod list;
pub mod lookup;
pub mod matched;
pub mod permission_types;
pub mod query;
pub mod records;
pub mod relation;
pub mod value;
