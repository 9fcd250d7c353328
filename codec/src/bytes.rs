//! Bytes compared and looked through. What still calls this can call the standard library itself.

use std::ops::Range;

/// Whether both are the same. Not in constant time.
pub fn are_equal(one: &[u8], other: &[u8]) -> bool {
    one == other
}

/// Where `byte` first is.
pub fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|one| *one == byte)
}

/// The places between the line feeds: one more than there are line feeds.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    bytes.split(|byte| *byte == b'\n').scan(0, |start, line| {
        let place = *start..*start + line.len();
        *start = place.end + 1;
        Some(place)
    })
}

/// How many of them are `byte`.
pub fn count(byte: u8, bytes: &[u8]) -> usize {
    bytes.iter().filter(|one| **one == byte).count()
}

/// How many bytes at the start are the same in both.
pub fn alike(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}
