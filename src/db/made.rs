//! Statements that are composed of a closed list of parts, each composed once an isolate: a text is kilobytes.

use std::cell::RefCell;

/// Texts by what they are composed of. They stay: a key must have few values, whatever callers send.
pub struct Made<K, V>(RefCell<Vec<(K, V)>>);

impl<K: PartialEq, V: Copy> Made<K, V> {
    pub const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    pub fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        let found = self.0.borrow().iter().find(|(known, _)| *known == key).map(|(_, made)| *made);
        found.unwrap_or_else(|| {
            let made = make();
            self.0.borrow_mut().push((key, made));
            made
        })
    }
}
