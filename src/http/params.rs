//! The parameters of a path.

/// The path segments that stand for a route's `{…}`, in order, as they were sent: percent-encoding is kept. No route
/// has more than three; the rest is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params<'a>(pub [&'a str; 3]);

impl<'a> Params<'a> {
    /// The parameter at this place, counted from 0; empty when the route has no such parameter.
    pub fn get(&self, index: usize) -> &'a str {
        self.0.get(index).copied().unwrap_or_default()
    }
}
