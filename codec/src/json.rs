//! JSON (RFC 8259) written into one buffer: what every request writes. The rest is serde_json's.

use std::fmt::Write as _;

use crate::bytes;

/// What a string begins and ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    Double,
    /// JSON5, which SQLite reads as it reads JSON (<https://sqlite.org/json1.html>, "JSON5 extensions"). D1 is asked with JSON
    /// in which a parameter is a string: every quotation mark in it would be escaped, at both ends.
    Single,
}

/// An object, member by member.
pub struct Object {
    text: String,
    quotes: Quotes,
}

impl Default for Object {
    fn default() -> Self {
        Self::new(Quotes::Double)
    }
}

impl Object {
    #[must_use]
    pub fn new(quotes: Quotes) -> Self {
        let mut text = String::with_capacity(512);
        text.push('{');
        Self { text, quotes }
    }

    /// A member that is a string. Names are ours, and need no escapes.
    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        push_quoted(&mut self.text, value, self.quotes);
        self
    }

    /// The same, where it may be left out.
    #[must_use]
    pub fn some_text(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// A member that is an integer.
    #[must_use]
    pub fn number(mut self, name: &str, value: i64) -> Self {
        self.name(name);
        push_number(&mut self.text, value);
        self
    }

    /// A member that is JSON already.
    #[must_use]
    pub fn json(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        self.text.push_str(value);
        self
    }

    #[must_use]
    pub fn end(mut self) -> String {
        self.text.push('}');
        self.text
    }

    /// JSON5 has them without quotes: ours are identifiers.
    fn name(&mut self, name: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        match self.quotes {
            Quotes::Double => {
                self.text.push('"');
                self.text.push_str(name);
                self.text.push_str("\":");
            }
            Quotes::Single => {
                self.text.push_str(name);
                self.text.push(':');
            }
        }
    }
}

pub fn push_number(json: &mut String, value: i64) {
    // Not by `write!`: what formats anything is much more machine code to run through.
    json.push_str(&value.to_string());
}

/// An array of strings.
pub fn texts(values: &[impl AsRef<str>], quotes: Quotes) -> String {
    let mut json = String::from("[");
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        push_quoted(&mut json, value.as_ref(), quotes);
    }
    json.push(']');
    json
}

/// A string in quotes, escaped as serde_json does it.
pub fn push_string(json: &mut String, text: &str) {
    push_quoted(json, text, Quotes::Double);
}

/// The same in quotes of either kind.
pub fn push_quoted(json: &mut String, text: &str, quotes: Quotes) {
    let quote = match quotes {
        Quotes::Double => b'"',
        Quotes::Single => b'\'',
    };
    json.reserve(text.len() + 2);
    json.push(char::from(quote));
    if is_plain(text.as_bytes(), quote) {
        json.push_str(text);
    } else {
        let needs_escape = |one: char| one < ' ' || one == '\\' || one == char::from(quote);
        for part in text.split_inclusive(needs_escape) {
            let plain = part.strip_suffix(needs_escape);
            json.push_str(plain.unwrap_or(part));
            if let (Some(_), Some(special)) = (plain, part.chars().next_back()) {
                push_escaped(json, special);
            }
        }
    }
    json.push(char::from(quote));
}

fn push_escaped(json: &mut String, special: char) {
    match special {
        '"' => json.push_str("\\\""),
        '\\' => json.push_str("\\\\"),
        '\n' => json.push_str("\\n"),
        '\r' => json.push_str("\\r"),
        '\t' => json.push_str("\\t"),
        '\u{8}' => json.push_str("\\b"),
        '\u{c}' => json.push_str("\\f"),
        // A control character, or the other quote, which JSON knows no escape of its own for.
        other => {
            let _ = write!(json, "\\u{:04x}", u32::from(other));
        }
    }
}

/// An object before and behind its member `name`, which is not the first: without the comma before it, and what comes after
/// its colon. As SQLite and serde_json write objects, without spaces; of several such members it is the first.
pub fn split_member<'a>(object: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let mut from = 0;
    loop {
        let comma = from + bytes::find(b',', object.as_bytes().get(from..)?)?;
        from = comma + 1;
        let named = object.get(from..)?.strip_prefix('"').and_then(|rest| rest.strip_prefix(name));
        if let Some(value) = named.and_then(|rest| rest.strip_prefix("\":")) {
            return Some((object.get(..comma)?, value));
        }
    }
}

/// The JSON that SQLite sent with `` ` `` for each quotation mark, and a `` ` `` with U+001F after it.
pub fn restore_quotes(bytes: &[u8]) -> String {
    let mut text = bytes.to_vec();
    let mut lowest = u8::MAX;
    // Without a branch: compiled to sixteen bytes at once.
    for byte in &mut text {
        lowest = lowest.min(*byte);
        *byte = if *byte == b'`' { b'"' } else { *byte };
    }
    let text = String::from_utf8(text).unwrap_or_default();
    if lowest < b' ' { text.replace("\"\u{1f}", "`") } else { text }
}

/// Whether nothing in it needs an escape. Most of what is written is short, and has none.
fn is_plain(bytes: &[u8], quote: u8) -> bool {
    let needs = |byte: &u8| u8::from(*byte < b' ') | u8::from(*byte == quote) | u8::from(*byte == b'\\');
    // Without a branch: compiled to sixteen bytes at once.
    let of_block = |block: &[u8; 16]| block.iter().fold(0, |any, byte| any | needs(byte)) == 0;
    match bytes.last_chunk::<16>() {
        Some(last) => bytes.as_chunks::<16>().0.iter().chain([last]).all(of_block),
        None => bytes.iter().all(|byte| needs(byte) == 0),
    }
}
