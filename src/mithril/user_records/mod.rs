//! The users whom this service knows: those that access groups can have. The login service keeps their accounts. An
//! administration records here what Endpoint's API shows of them (decision 0017).

pub mod handlers;
pub mod store;
