//! The parts that an expression consists of.

/// The longest expression, in bytes.
pub const LONGEST: usize = 200;
/// The most steps of an expression, in which a counted repetition is written out.
pub const MOST_STEPS: usize = 500;

/// Where in a text something matches.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// Before the first character.
    Start,
    /// Behind the last one.
    End,
    /// Between a character of a word and another one; false for anywhere else.
    WordEdge(bool),
}

/// Some characters.
#[derive(Clone, Debug, Default)]
pub struct Set {
    /// It is all other characters.
    pub is_negated: bool,
    /// From one character to another, both included.
    pub ranges: Vec<(char, char)>,
    /// `d`, `w` or `s`, and whether a character must be in it.
    pub classes: Vec<(char, bool)>,
}

/// A part of an expression.
pub enum Part {
    /// One character.
    One(Set),
    /// Nothing, there.
    Only(Place),
    /// One after the other.
    All(Vec<Part>),
    /// One of them.
    Any(Vec<Part>),
    /// As often as the numbers say; `None` is without end.
    Repeat(Box<Part>, usize, Option<usize>),
}

impl Place {
    /// Whether it is at this character of the text, counted from 0.
    pub fn is_at(self, at: usize, text: &[char]) -> bool {
        let is_word = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().is_some_and(is_word);
        match self {
            Self::Start => at == 0,
            Self::End => at == text.len(),
            Self::WordEdge(is_edge) => (is_word(at.checked_sub(1)) != is_word(Some(at))) == is_edge,
        }
    }
}

/// Whether `\w` takes the character.
pub fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

impl Set {
    /// Whether the character is one of them.
    pub fn has(&self, character: char) -> bool {
        let in_class = |class: char| match class {
            'd' => character.is_ascii_digit(),
            's' => character.is_whitespace(),
            _ => is_word(character),
        };
        let in_ranges = self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character));
        (in_ranges || self.classes.iter().any(|(class, is_in)| in_class(*class) == *is_in)) != self.is_negated
    }
}
