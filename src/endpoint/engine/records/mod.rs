//! The operations on a record itself: read, insert, upsert, replace, delete, and the import of many. A kind of record is described by
//! [`Records`], which a resource defines. This folder may import the engine's other files and the rooms below, and
//! never a resource.

mod change;
mod definition;
mod draft;
mod facts;
mod handlers;
mod import;
mod import_sql;
mod sql;

pub use definition::{Column, ColumnContent, Import, LONGEST_NAME, LONGEST_TEXT, RecordKey, RecordOwner, Records};
pub use handlers::{delete, get, insert, replace, upsert};
pub use import::import;
