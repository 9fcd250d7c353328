//! Secrets of connections: API keys, the peppers that their digests are made under, and the SQL that several rooms need
//! for them. This room may import `ports`, `db`, `identity` and `base`. It never knows a resource or HTTP.

pub mod imported;
pub mod secret;
pub mod sql;
