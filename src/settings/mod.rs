//! The Worker's settings, parsed once per isolate. A setting that is missing or broken closes its door
//! and says so in the log (`problems`); it never opens one.

pub mod deadlines;
mod issuers;
mod parsed;
mod raw;

pub use issuers::{Issuer, KeySource, TokenType, remote_keys};
pub use parsed::{ApiKeyRule, CorsOrigins, ScopeRule, Settings};
pub use raw::{Problems, RawSettings};
