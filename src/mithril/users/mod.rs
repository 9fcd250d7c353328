//! What users may ask for: their roles, at one client or at every one. A token's scope never goes beyond
//! them. The users themselves live at the login service; here they are ids.

pub mod handlers;
pub mod store;
