//! Percent-decoding of path segments and query values (RFC 3986 §2.1). It is strict: the crates for this leave a broken
//! encoding as it is, and then an id could match that the caller did not mean.

use std::borrow::Cow;

/// Text that cannot be decoded: a `%` without two hex digits, bytes that are not UTF-8, or an encoded NUL. No id holds
/// a NUL, and some versions of SQLite end a JSON string there, so that an id would match a shorter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Decodes a path segment. `+` is a plus.
///
/// # Errors
/// [`Malformed`] for a `%` without two hex digits, bytes that are not UTF-8, and an encoded NUL.
pub fn decode(text: &str) -> Result<Cow<'_, str>, Malformed> {
    if text.contains('%') { decode_bytes(text, Plus::Plus) } else { Ok(Cow::Borrowed(text)) }
}

/// Decodes a name or value of a query or form. `+` is a space.
///
/// # Errors
/// [`Malformed`] for a `%` without two hex digits, bytes that are not UTF-8, and an encoded NUL.
pub fn decode_form(text: &str) -> Result<Cow<'_, str>, Malformed> {
    if text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        decode_bytes(text, Plus::Space)
    } else {
        Ok(Cow::Borrowed(text))
    }
}

/// What a `+` means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plus {
    /// Itself, in a path.
    Plus,
    /// A space, in a query or form.
    Space,
}

/// Decodes a text that has something to decode.
fn decode_bytes(text: &str, plus: Plus) -> Result<Cow<'static, str>, Malformed> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = rest.next().and_then(hex).ok_or(Malformed)?;
                let low = rest.next().and_then(hex).ok_or(Malformed)?;
                if high | low == 0 {
                    return Err(Malformed);
                }
                high << 4 | low
            }
            b'+' if plus == Plus::Space => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| Malformed)
}

/// The value of a hex digit.
const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_encodings_are_refused() {
        for text in ["%", "%4", "%zz", "%C3%28", "%ff", "a%", "a%00b"] {
            assert_eq!(decode(text), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn plus_is_a_space_only_in_forms() {
        assert_eq!(decode("a+b%7Cc").unwrap(), "a+b|c");
        assert_eq!(decode_form("a+b%7Cc").unwrap(), "a b|c");
        assert_eq!(decode("%D0%9C%D0%86%D0%A1").unwrap(), "МІС");
    }
}
