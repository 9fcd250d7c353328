//! Futures that few calls need.

use std::pin::Pin;

/// What few calls need, on the heap and called by its address: it is not woven into what all calls run (decision 0011).
pub fn apart<'a, T>(rare: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(rare)
}
