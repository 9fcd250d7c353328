//! Clients: legal entities and medical information systems. The id of a client is the id of its legal entity
//! (spec/mithril.md §2.1, §4.1). Answers under `/api` never show `priv_settings`.

pub mod deletion;
pub mod handlers;
pub mod input;
mod shown;
pub mod store;
