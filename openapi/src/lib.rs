//! Makes the OpenAPI documents: of every route (`public/openapi.json`), and of each dialect ([`Part`]). They come from
//! three sources: the route
//! table of the service, the documentation of each resource (`resources`) and recorded answers.
//!
//! The crate is native only. The Worker does not depend on it; it serves the committed document as a static file.
//!
//! A new `Operation` does not compile until [`entry`] documents it. The native tests hold every answer of the
//! service to the document (tests/native/support/contract.rs).
#![deny(missing_docs)]

mod answers;
mod components;
pub mod doc;
mod document;
pub mod dry_run;
mod entries;
mod examples;
pub mod node;
mod operation;
mod part;
pub mod refusals;
pub mod resources;
pub mod schema;
pub mod scopes;
pub mod tag;
mod used;

pub use answers::{headers, statuses};
pub use document::document;
pub use entries::entry;
pub use examples::{Examples, Recorded};
pub use part::Part;
