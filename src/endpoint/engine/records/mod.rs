//! The operations on a record itself.

mod definition;
mod facts;
mod handlers;
mod sql;

pub use definition::{Column, Content, LONGEST_NAME, LONGEST_TEXT, Records};
pub use handlers::{delete, get, insert, replace, upsert};
