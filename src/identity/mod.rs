//! Who calls: principals, scopes, what a route asks of its caller, the scopes that are
//! enforced here, contexts of client types, and keys. All of it is
//! plain data. This room may import `base` only. It never knows SQL or HTTP.

pub mod access;
pub mod context;
pub mod enforced;
pub mod ids;
pub mod keys;
pub mod principal;
pub mod scope;
