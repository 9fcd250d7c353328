//! SQL on JavaScript's side: a text crosses once, and is a number from then on. The texts are kilobytes, and nearly
//! all of them are constants (decision 0011).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use super::glue;
use crate::auth::gate;
use crate::ports::Statement;

/// Lower numbers are for texts that are not kept, by their place in a batch: the next call overwrites them.
const SCRATCH: u32 = 1 << 16;
/// Texts that are made as they are needed (filters, orders) have no end.
const MAX_MADE: usize = 512;

#[derive(Default)]
struct Known {
    /// Constants, by where they are.
    constants: HashMap<(usize, usize), u32>,
    made: HashMap<String, u32>,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
    /// Whether no gate of this isolate has keys.
    pub static SHORT: Cell<bool> = const { Cell::new(false) };
}

/// The number of the statement's text. `place` is its place in a batch.
pub fn number(statement: &Statement, place: usize) -> u32 {
    let Statement { sql, .. } = statement;
    KNOWN.with_borrow_mut(|known| {
        let next = u32::try_from(known.constants.len() + known.made.len()).unwrap_or_default() + SCRATCH;
        let found = match sql {
            Cow::Borrowed(text) => *known.constants.entry((text.as_ptr() as usize, text.len())).or_insert(next),
            Cow::Owned(text) => match known.made.get(text) {
                Some(number) => *number,
                None if known.made.len() < MAX_MADE => {
                    known.made.insert(text.clone(), next);
                    next
                }
                None => u32::try_from(place).unwrap_or_default(),
            },
        };
        if found == next || found < SCRATCH {
            if SHORT.get() {
                glue::learn(found, &gate::without_keys(sql));
            } else {
                glue::learn(found, sql);
            }
        }
        found
    })
}
