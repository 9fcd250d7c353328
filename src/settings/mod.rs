//! The Worker's settings: variables and secrets, parsed and checked once per isolate. A missing or broken setting
//! closes what it controls, and the log says so; it never opens anything. This room may import `secrets` and every room
//! below it. It never knows a request.

mod choices;
mod console;
pub mod deadlines;
mod issuers;
mod parsed;
mod raw;

pub use choices::{ApiKeyRule, AuthorizeAnswer, ConnectionFields, Delegation, MithrilRefresh, ScopeRule};
pub use console::ConsoleLogin;
pub use issuers::{Issuer, KeySource, TokenType, remote_keys};
pub use parsed::{CorsOrigins, Settings};
pub use raw::{Problems, RawSettings};
