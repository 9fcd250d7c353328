//! Bytes compared and looked through, eight at a time.

use std::iter;
use std::ops::Range;

use crate::word;

/// Whether both are the same; wasm's `memcmp` goes one by one. Not in constant time.
pub fn are_equal(one: &[u8], other: &[u8]) -> bool {
    let ((words, rest), (others, other_rest)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let same = |(word, other): (&[u8; 8], &[u8; 8])| u64::from_ne_bytes(*word) == u64::from_ne_bytes(*other);
    one.len() == other.len() && words.iter().zip(others).all(same) && rest == other_rest
}

/// Where `byte` is for the first time.
pub fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let (words, _) = bytes.as_chunks::<8>();
    let whole = words.iter().take_while(|word| !word::has(u64::from_ne_bytes(**word), byte)).count() * 8;
    bytes.get(whole..)?.iter().position(|one| *one == byte).map(|at| whole + at)
}

/// Where what is between the line feeds is: one line more than there are of those.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(0);
    iter::from_fn(move || {
        let start = next?;
        let end = find(b'\n', bytes.get(start..)?).map(|length| start + length);
        next = end.map(|end| end + 1);
        Some(start..end.unwrap_or(bytes.len()))
    })
}

/// How many of them are `byte`.
pub fn count(byte: u8, bytes: &[u8]) -> usize {
    bytes.iter().filter(|one| **one == byte).count()
}

/// With how many bytes, a multiple of eight, both begin alike.
pub fn alike(one: &[u8], other: &[u8]) -> usize {
    let (words, others) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
    let same = |(word, other): &(&[u8; 8], &[u8; 8])| u64::from_ne_bytes(**word) == u64::from_ne_bytes(**other);
    words.iter().zip(others).take_while(same).count() * 8
}
