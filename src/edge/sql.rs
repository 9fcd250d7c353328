//! SQL on JavaScript's side: a text crosses once, and is a number from then on. The texts are kilobytes, and nearly
//! all of them are constants (decision 0011).

use std::borrow::Cow;
use std::cell::RefCell;

use mithril_codec::bytes;

use crate::db::gate::Shape;
use crate::db::statement::Statement;
use crate::edge::glue;

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
    constants: Vec<(*const u8, usize, Shape, Text)>,
    made: Vec<(String, Shape, Text)>,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// The statement's text. `place` is its place in a batch.
pub fn text(statement: &Statement, place: usize) -> Text {
    let Statement { sql, shape, .. } = statement;
    KNOWN.with_borrow_mut(|known| {
        // In the order in which they were met, so that the usual ones come first.
        let found = match sql {
            Cow::Borrowed(sql) => {
                let mut all = known.constants.iter();
                all.find(|one| one.0 == sql.as_ptr() && one.1 == sql.len() && one.2 == *shape).map(|one| one.3)
            }
            Cow::Owned(sql) => {
                let is_it = |one: &&(String, Shape, Text)| {
                    one.1 == *shape && bytes::are_equal(one.0.as_bytes(), sql.as_bytes())
                };
                known.made.iter().find(is_it).map(|one| one.2)
            }
        };
        found.unwrap_or_else(|| known.learn(statement, place))
    })
}

impl Known {
    fn learn(&mut self, statement: &Statement, place: usize) -> Text {
        let Statement { sql, shape, .. } = statement;
        let is_kept = matches!(sql, Cow::Borrowed(_)) || self.made.len() < MAX_MADE;
        let kept = u32::try_from(self.constants.len() + self.made.len()).unwrap_or_default();
        let number = if is_kept { SCRATCH + kept } else { u32::try_from(place).unwrap_or_default() };
        let sent = statement.text();
        glue::learn(number, &sent);
        let text = Text { number, is_unquoted: Statement::is_unquoted(&sent) };
        match sql {
            Cow::Borrowed(sql) => self.constants.push((sql.as_ptr(), sql.len(), *shape, text)),
            Cow::Owned(sql) if is_kept => self.made.push((sql.clone(), *shape, text)),
            Cow::Owned(_) => {}
        }
        text
    }
}
