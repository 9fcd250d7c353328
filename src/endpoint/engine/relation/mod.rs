//! The records that belong to another record: a group's permissions and users, a user's groups, a role's permissions.
//! Each is described by a [`Relation`], which a resource defines. This folder may import the engine's other files and
//! the rooms below, and never a resource: a relation itself says what its items may hold.

mod definition;
mod extra;
mod handlers;
mod items;
mod sql;

pub use definition::{
    LONGEST_VALUE, MANAGER_REPLACE_ALL, MOST_ITEMS, REPLACE_ALL, Relation, RelationActions, RelationSql, RelationTarget,
};
pub use extra::{ItemProperty, validated};
pub use handlers::{LARGEST_BODY, check_deletion, delete, deletion, insert, upsert_all};
pub use items::{objects, prefixed};
