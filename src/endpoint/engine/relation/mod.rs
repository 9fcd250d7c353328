//! The records that belong to another.

mod definition;
mod handlers;
mod sql;

pub use definition::{Content, LONGEST_VALUE, MOST_ITEMS, Relation};
pub use handlers::{delete, insert, upsert_all};
