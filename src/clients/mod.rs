//! Clients: legal entities and medical information systems, whose ids are those of the legal entities
//! (spec/mithril.md §2.1, §4.1). `priv_settings` never leave through `/api`.

#[cfg(not(target_arch = "wasm32"))]
pub mod docs;
pub mod handlers;
pub mod input;
pub mod store;
