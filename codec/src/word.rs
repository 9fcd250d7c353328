//! Eight bytes at once, as one number: what a loop over bytes would ask of each.

const ONES: u64 = u64::MAX / 0xff;
const HIGHS: u64 = ONES << 7;

/// Whether one of them is `byte`.
pub(crate) const fn has(word: u64, byte: u8) -> bool {
    let differs = word ^ (ONES * byte as u64);
    differs.wrapping_sub(ONES) & !differs & HIGHS != 0
}
