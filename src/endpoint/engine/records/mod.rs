//! The operations on a record itself: read, insert, upsert, replace, delete. A kind of record is described by
//! [`Records`], which a resource defines. This folder may import the engine's other files and the rooms below, and
//! never a resource.

mod change;
mod definition;
mod facts;
mod handlers;
mod sql;

pub use definition::{Column, ColumnContent, LONGEST_NAME, LONGEST_TEXT, Records};
pub use handlers::{delete, get, insert, replace, upsert};
