//! Regular expressions of callers, searched in short texts. The time is bounded by the steps of the expression times the
//! characters of the text, whatever the expression is: all ways through it are followed at once, and none is tried again.
//! docs/decisions/0019 says why this is not a library.
//!
//! Offered: `.`, `[a-z]`, `[^a-z]`, `\d \w \s \D \W \S`, `^`, `$`, `\b`, `\B`, `(…)`, `(?:…)`, `(?<name>…)`, `|`, `*`, `+`,
//! `?`, `{n}`, `{n,}`, `{n,m}`, each with a lazy `?`. `\w` and `\s` know all letters and spaces of Unicode, `\d` is `0` to
//! `9`. Not offered: looking ahead and behind, back references, options.

mod part;
mod reader;

use crate::endpoint::engine::pattern::part::{LONGEST, MOST_STEPS, Part, Place, Set};
use crate::endpoint::engine::pattern::reader::Reader;

/// A regular expression.
#[derive(Debug)]
pub struct Pattern {
    steps: Vec<Step>,
}

/// One step of the way through an expression. Numbers are places of other steps.
#[derive(Debug)]
enum Step {
    /// Takes one character of the set.
    Take(Set),
    /// Goes on only where this holds.
    Only(Place),
    /// Goes on at both steps.
    Fork(usize, usize),
    /// Goes on there.
    Go(usize),
    /// The expression matches.
    Match,
}

impl Pattern {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, as the rest of a sentence.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        if text.len() > LONGEST {
            return Err("it is longer than 200 bytes");
        }
        let mut steps = Vec::new();
        write(&Reader::read(text)?, &mut steps)?;
        steps.push(Step::Match);
        Ok(Self { steps })
    }

    /// Whether the expression matches somewhere in the text.
    pub fn is_in(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut now = Vec::new();
        for at in 0..=text.len() {
            let mut next = Vec::new();
            let mut is_seen = vec![false; self.steps.len()];
            now.push(0);
            while let Some(step) = now.pop() {
                if std::mem::replace(is_seen.get_mut(step).unwrap_or(&mut true), true) {
                    continue;
                }
                match self.steps.get(step) {
                    Some(Step::Match) => return true,
                    Some(Step::Take(set)) if text.get(at).is_some_and(|character| set.has(*character)) => {
                        next.push(step + 1);
                    }
                    Some(Step::Only(place)) if place.is_at(at, &text) => now.push(step + 1),
                    Some(Step::Fork(one, other)) => now.extend([*one, *other]),
                    Some(Step::Go(there)) => now.push(*there),
                    _ => {}
                }
            }
            now = next;
        }
        false
    }
}

/// Writes the steps of a part.
fn write(part: &Part, steps: &mut Vec<Step>) -> Result<(), &'static str> {
    if steps.len() > MOST_STEPS {
        return Err("it repeats too much");
    }
    match part {
        Part::One(set) => steps.push(Step::Take(set.clone())),
        Part::Only(place) => steps.push(Step::Only(*place)),
        Part::All(parts) => parts.iter().try_for_each(|part| write(part, steps))?,
        Part::Any(parts) => {
            let mut ends = Vec::new();
            for (at, part) in parts.iter().enumerate() {
                if at + 1 == parts.len() {
                    write(part, steps)?;
                } else {
                    let fork = steps.len();
                    steps.push(Step::Match);
                    write(part, steps)?;
                    ends.push(steps.len());
                    steps.push(Step::Match);
                    let next = steps.len();
                    put(steps, fork, Step::Fork(fork + 1, next));
                }
            }
            let end = steps.len();
            ends.into_iter().for_each(|at| put(steps, at, Step::Go(end)));
        }
        Part::Repeat(part, least, most) => {
            let start = steps.len();
            for _ in 0..*least {
                write(part, steps)?;
                if steps.len() == start {
                    return Ok(()); // What is empty once is empty however often.
                }
            }
            let mut forks = Vec::new();
            for _ in *least..most.unwrap_or(least + 1) {
                let fork = steps.len();
                forks.push(fork);
                steps.push(Step::Match);
                write(part, steps)?;
                if steps.len() == fork + 1 {
                    break;
                }
                if most.is_none() {
                    steps.push(Step::Go(fork));
                }
            }
            let end = steps.len();
            forks.into_iter().for_each(|fork| put(steps, fork, Step::Fork(fork + 1, end)));
        }
    }
    Ok(())
}

/// Puts a step where one is already.
fn put(steps: &mut [Step], at: usize, step: Step) {
    if let Some(there) = steps.get_mut(at) {
        *there = step;
    }
}
