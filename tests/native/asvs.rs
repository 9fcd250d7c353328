//! docs/asvs.md leaves no line of its chapters out, and the tests that it and SECURITY.md name are there.

use std::fs;

/// Sections of ASVS 5.0 with the number of their requirements.
const SECTIONS: [(&str, usize); 15] = [
    ("9.1", 3),
    ("9.2", 4),
    ("10.1", 2),
    ("10.2", 3),
    ("10.3", 5),
    ("10.4", 16),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
    ("13.3", 4),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 4),
];

/// What is quoted as `file::name`.
fn cited(text: &str) -> Vec<(&str, &str)> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|words| words.contains('/')).filter_map(|words| words.split_once("::")).collect()
}

fn is_there(file: &str, name: &str) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    // A runtime test's title, or the name of a row of its table.
    if file.ends_with(".mjs") { text.contains(&format!("\"{name}\"")) } else { text.contains(&format!("fn {name}()")) }
}

#[test]
fn every_test_that_is_named_exists() {
    for (document, least) in [("docs/asvs.md", 40), ("SECURITY.md", 10)] {
        let text = fs::read_to_string(document).unwrap();
        let names = cited(&text);
        assert!(names.len() >= least, "{document} names {} tests", names.len());
        for (file, name) in names {
            assert!(is_there(file, name), "{document} names {file}::{name}");
        }
    }
    assert!(!is_there("tests/native/asvs.rs", "no_such_test"));
}

#[test]
fn every_requirement_has_one_line_and_a_state_that_its_proof_bears_out() {
    let text = fs::read_to_string("docs/asvs.md").unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    let numbers: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let expected: Vec<String> =
        SECTIONS.iter().flat_map(|(section, count)| (1..=*count).map(move |at| format!("{section}.{at}"))).collect();
    assert_eq!(numbers, expected);
    for row in rows {
        let [number, _, level, state, proof] = row.as_slice() else { panic!("{row:?} has not five columns") };
        assert!(matches!(*level, "1" | "2" | "3"), "{number}");
        assert!(matches!(*state, "met" | "partly" | "not met" | "n/a") && !proof.is_empty(), "{number}: {state}");
        assert!(*state != "met" || !cited(proof).is_empty(), "{number} is met, but no test is named");
    }
}
