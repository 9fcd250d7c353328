//! Access reviews: what people and clients may do, written down once, looked at by somebody, and kept or taken away right
//! by right. docs/access.md tells one from its beginning to its signed record.
//!
//! | file | what it does |
//! |---|---|
//! | `handlers` | takes a review, shows it and its items |
//! | `snapshot` | the SQL of what a review lists: the records that give a right |
//! | `decision` | keeps a right, or revokes it by the ordinary change |
//! | `closing` | signs what was decided |
//! | `export` | the items as CSV and as NDJSON |
//! | `store` | the SQL of reviews and their items |
//!
//! The room calls the changes of `mithril` and `endpoint`, so it stands above them; nothing but `routes` imports it.

pub mod closing;
pub mod decision;
pub mod export;
pub mod handlers;
pub mod snapshot;
pub mod store;
