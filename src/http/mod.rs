//! Requests and answers as plain data, and how an answer looks in each dialect.

pub mod body;
pub mod cors;
pub mod dialect;
pub mod endpoint;
pub mod envelope;
pub mod fields;
pub mod oauth;
pub mod params;
pub mod percent;
pub mod query;
pub mod replicas;
pub mod request;
pub mod response;

pub use request::{BOOKMARK, Header, Method, Request};
pub use response::{Answer, Paging, Payload, Response, Tagged};
