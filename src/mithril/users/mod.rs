//! The roles of users, each at one client or at all clients. They bound the scope of a user's tokens. The login service
//! holds the users themselves; here they are only ids.

pub mod handlers;
pub mod own;
pub mod store;
