//! From a bearer token to a principal, and what that principal may do: token, scope, own client, and
//! whether it is still welcome. Nothing here reads a resource.

pub mod access;
pub mod answer;
pub mod assertion;
pub mod bearer;
pub mod gate;

pub mod jwt;
pub mod remote;
pub mod token;
