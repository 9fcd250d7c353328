//! The regular expressions of `Extra`, beside a library of the same syntax.

use mithril_edge::endpoint::engine::pattern::Pattern;

use crate::support::random::Random;

const PIECES: &[&str] = &[
    "a", "b", "c", "1", "_", " ", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\b", "\\B", "^", "$", "[ab]",
    "[^ab]", "[a-c1]", "[^\\d]", "[\\w-]", "[-a]", "(", "(?:", "(?<n>", ")", ")", "|", "*", "+", "?", "*?", "+?", "??",
    "{2}", "{0,2}", "{1,}", "{0}", "\\.", "\\*", "\\n", "\\t",
];
const LETTERS: &[&str] = &["a", "b", "c", "1", "_", " ", ".", "\n", "-"];

#[test]
fn an_expression_that_is_none_is_refused_with_what_is_wrong() {
    for (text, why) in [
        ("a)", "a `)` has no `(`"),
        ("(a", "a `(` has no `)`"),
        ("[a", "a `[` has no `]`"),
        ("[]", "a `[` has no `]`"),
        ("[z-a]", "a range goes down"),
        ("[a-\\d]", "a range goes down"),
        ("*", "a repetition has nothing before it"),
        ("a{1}{2}", "a repetition has nothing before it"),
        ("a**", "a repetition has nothing before it"),
        ("a{3,2}", "a repetition has numbers that do not fit"),
        ("a{501}", "a repetition has numbers that do not fit"),
        ("(((a{50}){50}){50})", "it repeats too much"),
        ("(?i)a", "it looks ahead or behind, or has options"),
        ("(?<!a)", "it looks ahead or behind, or has options"),
        ("(?<n", "the name of a group has no `>`"),
        ("\\", "it ends with a backslash"),
        ("\\1", "an escape is not one of \\d \\w \\s \\D \\W \\S \\b \\B \\t \\n \\r"),
        ("\\p{L}", "an escape is not one of \\d \\w \\s \\D \\W \\S \\b \\B \\t \\n \\r"),
    ] {
        assert_eq!(Pattern::new(text).err(), Some(why), "{text}");
    }
}

#[test]
fn an_expression_matches_what_the_library_says() {
    let mut random = Random::seeded(2026);
    let mut compared = [0, 0];
    for _ in 0..30_000 {
        let text: String = (0..1 + random.below(8)).map(|_| random.of(PIECES)).collect();
        // The library knows letters and spaces of ASCII alone, so the samples have no others.
        let (Ok(ours), Ok(theirs)) = (Pattern::new(&text), regex_lite::Regex::new(&text)) else { continue };
        for _ in 0..4 {
            let sample: String = (0..random.below(7)).map(|_| random.of(LETTERS)).collect();
            let is_in = ours.is_in(&sample);
            assert_eq!(is_in, theirs.is_match(&sample), "{text:?} in {sample:?}");
            compared[usize::from(is_in)] += 1;
        }
    }
    assert!(compared.iter().all(|count| *count > 5_000), "{compared:?}");
}

#[test]
fn letters_are_those_of_every_script() {
    let whole = |text: &str| Pattern::new(text).expect("an expression");
    assert!(whole("^\\w+$").is_in("Лікар"));
    assert!(whole("^[А-Я]\\w+ї\\b").is_in("Країїї"));
    assert!(whole("^.{5}$").is_in("Лікар"));
    assert!(!whole("^\\d$").is_in("٣"));
    assert!(whole("a\\sb").is_in("a\u{a0}b"));
    assert!(whole("x{,2}").is_in("x{,2}"));
    assert!(whole("[]a]").is_in("]"));
}

/// A hundred ways through each `a`: an engine that tries them one by one would not end.
#[test]
fn hostile_expressions_end() {
    let text = "a".repeat(250);
    for hostile in [
        "^(a+)+$b",
        "(a|a)*b",
        "(a*)*b",
        "(.*)(.*)(.*)(.*)(.*)(.*)(.*)b",
        "(a?){100}a{100}b",
        "((a{1,9}){1,9}){1,3}b",
        "(((){9}){500}){500}b",
    ] {
        assert!(!Pattern::new(hostile).expect("an expression").is_in(&text), "{hostile}");
    }
}
