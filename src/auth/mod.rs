//! From a bearer token to a principal, and what that principal may do: the token's checks, the scope, the own-client
//! rule, and reading the gate's answer. This room may import `memory` and every room below it. It never imports a room
//! above, and it never reads a resource.

pub mod access;
pub mod answer;
pub mod assertion;
pub mod bearer;
pub mod gate;
pub mod jwt;
pub mod remote;
pub mod token;
