//! base64url without padding (RFC 4648 §5, RFC 7515 §2), and what is near it.

use base64ct::{Base64UrlUnpadded, Encoding};

/// By arithmetic on all characters alike, which is compiled to sixteen of them at once.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len().div_ceil(3) * 4];
    let (threes, rest) = bytes.as_chunks::<3>();
    let (fours, _) = text.as_chunks_mut::<4>();
    for (four, &[one, two, three]) in fours.iter_mut().zip(threes) {
        *four = sixes(one, two, three);
    }
    if let (Some(last), Some(&one)) = (fours.last_mut(), rest.first()) {
        *last = sixes(one, rest.get(1).copied().unwrap_or_default(), 0);
    }
    for byte in &mut text {
        *byte = letter(*byte);
    }
    text.truncate((bytes.len() * 4).div_ceil(3));
    String::from_utf8(text).unwrap_or_default()
}

/// Three bytes as four numbers of six bits.
const fn sixes(one: u8, two: u8, three: u8) -> [u8; 4] {
    [one >> 2, (one << 4 | two >> 4) & 63, (two << 2 | three >> 6) & 63, three & 63]
}

/// The alphabet: what stands for a number below 64 (RFC 4648 §5, table 2).
const fn letter(six: u8) -> u8 {
    let of_letters = six + if six < 26 { b'A' } else { b'a' - 26 };
    let of_digits = six.wrapping_add(b'0'.wrapping_sub(52));
    match six {
        62 => b'-',
        63 => b'_',
        52.. => of_digits,
        _ => of_letters,
    }
}

/// What no character of the alphabet stands for.
const NONE: u8 = 1 << 7;

#[expect(clippy::indexing_slicing, reason = "when it is compiled")]
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < 64 {
        values[letter(value) as usize] = value;
        value += 1;
    }
    values
};

/// By a table, for what is no secret: the parts of a token. `None` for anything else, padding and bits left over included.
pub fn decode_public(text: &str) -> Option<Vec<u8>> {
    let (fours, rest) = text.as_bytes().as_chunks::<4>();
    let mut bytes = vec![0; fours.len() * 3 + rest.len() * 3 / 4];
    let (threes, tail) = bytes.as_chunks_mut::<3>();
    let mut seen = 0;
    let mut read = |four: [u8; 4]| {
        let [one, two, three, four] = four.map(|letter| VALUES.get(usize::from(letter)).copied().unwrap_or(NONE));
        seen |= one | two | three | four;
        [one << 2 | two >> 4, two << 4 | three >> 2, three << 6 | four]
    };
    for (three, four) in threes.iter_mut().zip(fours) {
        *three = read(*four);
    }
    let last = match *rest {
        [] => [0; 3],
        [_] => return None,
        [one, two] => read([one, two, b'A', b'A']),
        [one, two, three, ..] => read([one, two, three, b'A']),
    };
    let (kept, left_over) = last.split_at_checked(tail.len())?;
    tail.copy_from_slice(kept);
    (seen & NONE == 0 && left_over.iter().all(|byte| *byte == 0)).then_some(bytes)
}

/// In constant time. `None` for anything else, padding and bits left over included.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Of the standard alphabet, padded (RFC 4648 §4).
pub fn decode_standard(text: &str) -> Option<Vec<u8>> {
    let is_it = text.len().is_multiple_of(4) && !text.contains(['-', '_']);
    is_it.then(|| decode_either(text)).flatten()
}

/// Of the standard or the URL-safe alphabet (RFC 4648 §4, §5) and not both at once, padded or not.
pub fn decode_either(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    let is_padded = bare.len() < text.len();
    if (is_padded && (!text.len().is_multiple_of(4) || text.len() - bare.len() > 2))
        || (text.contains(['+', '/']) && text.contains(['-', '_']))
    {
        return None;
    }
    decode(&bare.replace('+', "-").replace('/', "_"))
}
