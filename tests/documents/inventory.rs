//! That nothing which the documents print is forgotten, and how many examples there are.

use std::collections::BTreeSet;
use std::fs;

use crate::data::{self, Section};

const README: &str = "tests/documents/README.md";
const START: &str = "<!-- count: made by tests/documents/inventory.rs, UPDATE=1 -->\n";
const END: &str = "<!-- /count -->";

fn documents(sections: &[Section]) -> Vec<&str> {
    let names: BTreeSet<&str> = sections.iter().map(|section| section.document.as_str()).collect();
    names.into_iter().collect()
}

/// What is here, in one line.
pub fn count<'a>(sections: impl IntoIterator<Item = &'a Section> + Copy) -> String {
    let all = || sections.into_iter();
    let examples: usize = all().map(|section| section.examples.len()).sum();
    let pending = all().flat_map(|section| &section.examples).filter(|example| example.pending.is_some()).count();
    let printed: usize = all().map(|section| section.printed.len()).sum();
    let left_out: usize = all().map(|section| section.left_out.len()).sum();
    let documents: BTreeSet<&str> = all().map(|section| section.document.as_str()).collect();
    format!(
        "{examples} examples of {} documents show {} of the {printed} statements there; {left_out} are left out, {pending} examples are pending",
        documents.len(),
        printed - left_out,
    )
}

/// What README.md says of the data: a row for each document, then each statement that is left out.
fn table(sections: &[Section]) -> String {
    let mut text = "\n| document | examples | statements | left out | pending |\n|---|---|---|---|---|\n".to_owned();
    for document in documents(sections) {
        let own: Vec<&Section> = sections.iter().filter(|section| section.document == document).collect();
        let sum = |of: fn(&Section) -> usize| own.iter().map(|section| of(section)).sum::<usize>();
        text += &format!(
            "| {document} | {} | {} | {} | {} |\n",
            sum(|section| section.examples.len()),
            sum(|section| section.printed.len()),
            sum(|section| section.left_out.len()),
            sum(|section| section.examples.iter().filter(|example| example.pending.is_some()).count()),
        );
    }
    text += &format!("\nAll together: {}.\n\nLeft out, and why:\n\n", count(sections));
    for section in sections {
        for (name, reason) in &section.left_out {
            text += &format!("- `{}`, {name} ({}): {reason}\n", section.file, section.printed[name]);
        }
    }
    text + "\n"
}

#[test]
fn everything_that_a_document_prints_is_sent_or_left_out_for_a_reason() {
    let mut problems = Vec::new();
    let mut problem = |section: &Section, text: String| problems.push(format!("{}: {text}", section.file));
    for section in &data::sections() {
        let shown: BTreeSet<&String> = section.examples.iter().flat_map(|example| &example.shows).collect();
        for name in section.printed.keys() {
            match (shown.contains(name), section.left_out.get(name)) {
                (true, None) => {}
                (true, Some(_)) => problem(section, format!("`{name}` is sent and left out")),
                (false, None) => problem(section, format!("`{name}` is neither sent nor left out")),
                (false, Some(reason)) if reason.len() < 10 => problem(section, format!("why is `{name}` left out?")),
                (false, Some(_)) => {}
            }
        }
        for name in shown.into_iter().chain(section.left_out.keys()) {
            if !section.printed.contains_key(name) {
                problem(section, format!("`{name}` is not printed there"));
            }
        }
        for example in section.examples.iter().filter(|example| example.shows.is_empty()) {
            problem(section, format!("`{}` shows nothing that is printed", example.name));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_two_examples_have_one_name() {
    let sections = data::sections();
    let mut seen = BTreeSet::new();
    for section in &sections {
        for example in &section.examples {
            assert!(seen.insert((&section.file, &example.name)), "{}: {}", section.file, example.name);
        }
    }
}

#[test]
fn the_readme_counts_what_is_here() {
    let text = fs::read_to_string(README).unwrap();
    let (before, rest) = text.split_once(START).expect("the markers");
    let (_, after) = rest.split_once(END).expect("the markers");
    let made = format!("{before}{START}{}{END}{after}", table(&data::sections()));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(README, &made).unwrap();
    } else {
        assert!(made == text, "the table of {README} is not what the data makes: UPDATE=1 cargo test documents");
    }
}
