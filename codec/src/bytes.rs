//! Bytes compared and looked through, eight at a time.

use std::iter;

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

/// What is between the line feeds: one line more than there are of those.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    iter::from_fn(move || {
        let left = rest?;
        let parts = find(b'\n', left).and_then(|at| left.split_at_checked(at));
        rest = parts.and_then(|(_, more)| more.get(1..));
        Some(parts.map_or(left, |(line, _)| line))
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
