//! Requests and answers as plain data, and the form of an answer in each dialect. This room reads what a caller sent
//! and writes what a caller gets; it decides nothing about records. It imports settings, ports, identities and base
//! values, and never the database, the memory or a product room.

pub mod accept;
pub mod body;
pub mod cors;
pub mod dialect;
pub mod endpoint;
pub mod envelope;
pub mod fields;
pub mod link;
pub mod oauth;
pub mod params;
pub mod percent;
pub mod query;
pub mod replicas;
pub mod request;
pub mod response;

pub use request::{BOOKMARK, Header, Method, Request};
pub use response::{Answer, Paging, Payload, Response, Tagged};
