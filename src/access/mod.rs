//! Who may do what: decisions and searches (AuthZEN Authorization API 1.0), each with the path that gives a right or with
//! what is missing. docs/access.md says how the documents' records become subjects, resources and actions.
//!
//! `paths` is the SQL of every path. Decisions, searches and lists are made of it alone, so they cannot disagree. The
//! room reads what `mithril`, `endpoint` and `oauth` store, so it stands above them; nothing but `routes` imports it.

pub mod evaluation;
pub mod evaluation_store;
pub mod metadata;
pub mod paths;
pub mod question;
pub mod rights;
pub mod rights_store;
pub mod scope_walks;
pub mod search;
pub mod search_store;
pub mod walk;
