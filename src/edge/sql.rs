//! SQL on JavaScript's side: a text crosses once, and is a number from then on. The texts are kilobytes, and nearly
//! all of them are constants (decision 0011).

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use super::glue;
use crate::auth::gate::Shape;
use crate::ports::Statement;

/// Lower numbers are for texts that are not kept, by their place in a batch: the next call overwrites them.
const SCRATCH: u32 = 1 << 16;
/// Texts that are made as they are needed (filters, orders) have no end.
const MAX_MADE: usize = 512;

/// A text that JavaScript knows.
#[derive(Clone, Copy)]
pub struct Text {
    pub number: u32,
    /// See [`Statement::is_unquoted`].
    pub is_unquoted: bool,
}

#[derive(Default)]
struct Known {
    /// Constants, by where they are.
    constants: HashMap<(usize, usize, Shape), Text>,
    made: HashMap<Shape, HashMap<String, Text>>,
    next: u32,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// The statement's text. `place` is its place in a batch.
pub fn text(statement: &Statement, place: usize) -> Text {
    let Statement { sql, shape, .. } = statement;
    KNOWN.with_borrow_mut(|known| {
        let found = match sql {
            Cow::Borrowed(text) => known.constants.get(&(text.as_ptr() as usize, text.len(), *shape)),
            Cow::Owned(text) => known.made.get(shape).and_then(|made| made.get(text)),
        };
        found.copied().unwrap_or_else(|| known.learn(statement, place))
    })
}

impl Known {
    fn learn(&mut self, statement: &Statement, place: usize) -> Text {
        let Statement { sql, shape, .. } = statement;
        let is_kept = match sql {
            Cow::Borrowed(_) => true,
            Cow::Owned(_) => (self.next as usize - self.constants.len()) < MAX_MADE,
        };
        let number = if is_kept { self.next + SCRATCH } else { u32::try_from(place).unwrap_or_default() };
        let sent = statement.text();
        glue::learn(number, &sent);
        let text = Text { number, is_unquoted: Statement::is_unquoted(&sent) };
        if is_kept {
            self.next += 1;
            match sql {
                Cow::Borrowed(sql) => {
                    self.constants.insert((sql.as_ptr() as usize, sql.len(), *shape), text);
                }
                Cow::Owned(sql) => {
                    self.made.entry(*shape).or_default().insert(sql.clone(), text);
                }
            }
        }
        text
    }
}
