//! Bytes compared and looked through. What still calls this can call the standard library itself.

/// Where `byte` first is.
pub fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|one| *one == byte)
}

/// How many of them are `byte`.
pub fn count(byte: u8, bytes: &[u8]) -> usize {
    bytes.iter().filter(|one| **one == byte).count()
}

/// How many bytes at the start are the same in both.
pub fn alike(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}
