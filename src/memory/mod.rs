//! What one isolate remembers.

mod app;
pub mod client_keys;
pub mod fresh;
pub mod key_sets;
pub mod probe;
pub mod running;
pub mod standings;
pub mod tokens;

pub use app::{App, Memory};
