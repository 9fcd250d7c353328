//! Bytes.

/// Whether both are the same: eight at a time, where wasm's `memcmp` goes one by one. Not in constant time.
pub fn are_equal(one: &[u8], other: &[u8]) -> bool {
    let ((words, rest), (others, other_rest)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let same = |(word, other): (&[u8; 8], &[u8; 8])| u64::from_ne_bytes(*word) == u64::from_ne_bytes(*other);
    one.len() == other.len() && words.iter().zip(others).all(same) && rest == other_rest
}
