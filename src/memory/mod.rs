//! What one isolate remembers between requests, so that it need not ask again: settings, verified tokens, clients in
//! good standing, roles, contexts, key sets, running changes. Every memory has a bound. The room may import the rooms
//! below it. It never holds a promise, a body or a binding of a request, and nothing breaks when the platform throws
//! the isolate away.

mod app;
pub mod client_keys;
pub mod fresh;
pub mod key_sets;
pub mod misses;
pub mod probe;
pub mod refusal_counts;
pub mod running;
pub mod standings;
pub mod tokens;

pub use app::{App, Memory};
