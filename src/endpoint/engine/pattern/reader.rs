//! Reads the text of an expression.

use std::iter::Peekable;
use std::str::Chars;

use crate::endpoint::engine::pattern::part::{MOST_STEPS, Part, Place, Set, is_word};

/// What stands behind a backslash.
enum Escaped {
    One(char),
    /// `d`, `w` or `s`, and whether a character must be in it.
    Class(char, bool),
}

impl Set {
    fn add(&mut self, escaped: Escaped) {
        match escaped {
            Escaped::One(character) => self.ranges.push((character, character)),
            Escaped::Class(class, is_in) => self.classes.push((class, is_in)),
        }
    }
}

/// Reads the text of an expression. Each method leaves off behind what it read.
pub struct Reader<'a>(Peekable<Chars<'a>>);

impl<'a> Reader<'a> {
    /// Reads a whole expression.
    ///
    /// # Errors
    /// What is wrong with it, as the rest of a sentence.
    pub fn read(text: &'a str) -> Result<Part, &'static str> {
        let mut reader = Self(text.chars().peekable());
        let part = reader.any()?;
        if reader.0.next().is_some() { Err("a `)` has no `(`") } else { Ok(part) }
    }

    /// Alternatives, up to a `)` or the end.
    fn any(&mut self) -> Result<Part, &'static str> {
        let mut parts = vec![self.all()?];
        while self.0.next_if_eq(&'|').is_some() {
            parts.push(self.all()?);
        }
        Ok(Part::Any(parts))
    }

    /// One alternative.
    fn all(&mut self) -> Result<Part, &'static str> {
        let mut parts = Vec::new();
        while let Some(character) = self.0.next_if(|next| !matches!(next, '|' | ')')) {
            let part = self.part(character)?;
            parts.push(self.repeated(part)?);
        }
        Ok(Part::All(parts))
    }

    /// What begins with this character.
    fn part(&mut self, character: char) -> Result<Part, &'static str> {
        let set = match character {
            '^' => return Ok(Part::Only(Place::Start)),
            '$' => return Ok(Part::Only(Place::End)),
            '*' | '+' | '?' => return Err("a repetition has nothing before it"),
            '(' => return self.group(),
            '[' => self.set()?,
            '.' => Set { is_negated: true, ranges: vec![('\n', '\n')], ..Set::default() },
            '\\' if self.0.next_if_eq(&'b').is_some() => return Ok(Part::Only(Place::WordEdge(true))),
            '\\' if self.0.next_if_eq(&'B').is_some() => return Ok(Part::Only(Place::WordEdge(false))),
            _ => {
                let mut set = Set::default();
                set.add(if character == '\\' { self.escaped()? } else { Escaped::One(character) });
                set
            }
        };
        Ok(Part::One(set))
    }

    /// A group, behind its `(`.
    fn group(&mut self) -> Result<Part, &'static str> {
        if self.0.next_if_eq(&'?').is_some() {
            match self.0.next() {
                Some(':') => {}
                Some('<') if self.0.peek().is_some_and(|next| is_word(*next)) => {
                    while self.0.next_if(|next| is_word(*next)).is_some() {}
                    self.0.next_if_eq(&'>').ok_or("the name of a group has no `>`")?;
                }
                _ => return Err("it looks ahead or behind, or has options"),
            }
        }
        let part = self.any()?;
        self.0.next_if_eq(&')').ok_or("a `(` has no `)`")?;
        Ok(part)
    }

    /// A set, behind its `[`. A `]` that comes first is a character of it.
    fn set(&mut self) -> Result<Set, &'static str> {
        const OPEN: &str = "a `[` has no `]`";
        let mut set = Set { is_negated: self.0.next_if_eq(&'^').is_some(), ..Set::default() };
        let mut first = self.0.next().ok_or(OPEN)?;
        loop {
            let one = if first == '\\' { self.escaped()? } else { Escaped::One(first) };
            let mut after = self.0.next().ok_or(OPEN)?;
            match (one, after, self.0.peek()) {
                (Escaped::One(from), '-', Some(next)) if *next != ']' => {
                    let next = self.0.next().ok_or(OPEN)?;
                    let to = if next == '\\' { self.escaped()? } else { Escaped::One(next) };
                    match to {
                        Escaped::One(to) if from <= to => set.ranges.push((from, to)),
                        _ => return Err("a range goes down"),
                    }
                    after = self.0.next().ok_or(OPEN)?;
                }
                (one, ..) => set.add(one),
            }
            if after == ']' {
                return Ok(set);
            }
            first = after;
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Result<Escaped, &'static str> {
        match self.0.next() {
            Some(class @ ('d' | 'w' | 's')) => Ok(Escaped::Class(class, true)),
            Some(class @ ('D' | 'W' | 'S')) => Ok(Escaped::Class(class.to_ascii_lowercase(), false)),
            Some('t') => Ok(Escaped::One('\t')),
            Some('n') => Ok(Escaped::One('\n')),
            Some('r') => Ok(Escaped::One('\r')),
            Some(other) if !other.is_alphanumeric() => Ok(Escaped::One(other)),
            Some(_) => Err("an escape is not one of \\d \\w \\s \\D \\W \\S \\b \\B \\t \\n \\r"),
            None => Err("it ends with a backslash"),
        }
    }

    /// The part, as often as what follows it says.
    fn repeated(&mut self, part: Part) -> Result<Part, &'static str> {
        let (least, most) = match self.0.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            _ => match self.counts() {
                Some(counts) => counts,
                None => return Ok(part),
            },
        };
        self.0.next_if(|next| matches!(next, '*' | '+' | '?' | '}'));
        self.0.next_if_eq(&'?');
        if most.is_some_and(|most| most < least) || most.unwrap_or(least) > MOST_STEPS {
            return Err("a repetition has numbers that do not fit");
        }
        if self.0.peek().is_some_and(|next| matches!(next, '*' | '+' | '?')) || self.counts().is_some() {
            return Err("a repetition has nothing before it");
        }
        Ok(Part::Repeat(Box::new(part), least, most))
    }

    /// `{n}`, `{n,}` or `{n,m}`, up to its `}`. Anything else is not read: its brace is a character.
    fn counts(&mut self) -> Option<(usize, Option<usize>)> {
        let rest: String = self.0.clone().collect();
        let (text, _) = rest.strip_prefix('{')?.split_once('}')?;
        let counts = match text.split_once(',') {
            None => (number(text)?, Some(number(text)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        while self.0.next_if(|next| *next != '}').is_some() {}
        Some(counts)
    }
}

/// A number of at most four digits.
fn number(text: &str) -> Option<usize> {
    (text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}
