//! The parameters of a path.

/// The raw path segments that stand for a route's `{…}`, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params<'a>(pub [&'a str; 3]);

impl<'a> Params<'a> {
    pub fn get(&self, index: usize) -> &'a str {
        self.0.get(index).copied().unwrap_or_default()
    }
}
