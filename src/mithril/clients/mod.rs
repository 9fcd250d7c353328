//! Clients: legal entities and medical information systems, whose ids are those of the legal entities
//! (spec/mithril.md §2.1, §4.1). `priv_settings` never leave through `/api`.

pub mod handlers;
pub mod input;
pub mod store;
