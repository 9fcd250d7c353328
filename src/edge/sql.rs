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

#[derive(Default)]
struct Known {
    /// Constants, by where they are.
    constants: HashMap<(usize, usize, Shape), u32>,
    made: HashMap<Shape, HashMap<String, u32>>,
    next: u32,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// The number of the statement's text. `place` is its place in a batch.
pub fn number(statement: &Statement, place: usize) -> u32 {
    let Statement { sql, shape, .. } = statement;
    KNOWN.with_borrow_mut(|known| {
        let next = known.next + SCRATCH;
        let kept = known.next as usize - known.constants.len();
        let found = match sql {
            Cow::Borrowed(text) => *known.constants.entry((text.as_ptr() as usize, text.len(), *shape)).or_insert(next),
            Cow::Owned(text) => {
                let made = known.made.entry(*shape).or_default();
                match made.get(text) {
                    Some(number) => *number,
                    None if kept < MAX_MADE => {
                        made.insert(text.clone(), next);
                        next
                    }
                    None => u32::try_from(place).unwrap_or_default(),
                }
            }
        };
        if found == next || found < SCRATCH {
            glue::learn(found, &statement.text());
        }
        known.next += u32::from(found == next);
        found
    })
}
