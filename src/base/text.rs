//! Text of callers as messages show it.

/// The start of a caller's text, long enough to recognise it by. An ellipsis marks a text that was cut.
pub fn short(text: &str) -> String {
    const LENGTH: usize = 60;
    let mut start: String = text.chars().take(LENGTH).collect();
    if text.chars().nth(LENGTH).is_some() {
        start.push('…');
    }
    start
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn only_a_long_text_is_cut() {
        assert_eq!(short(&"ї".repeat(60)), "ї".repeat(60));
        assert_eq!(short(&"ї".repeat(61)), "ї".repeat(60) + "…");
    }
}
