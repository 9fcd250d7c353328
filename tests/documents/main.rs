//! The documents, kept: sends every example that the source documents print, and compares each answer with the printed
//! one, member by member. The examples are data; README.md says how to read them and how to add one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop"
)]

mod data;
mod inventory;
mod matching;
mod run;
#[path = "../native/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use data::{Call, Example, Section};

/// The calls that examples begin with.
type Steps = BTreeMap<String, Call>;

/// What an example's calls were answered, as far as it differs from the document.
fn differences(example: &Example, steps: &Steps) -> Vec<String> {
    // An answer that the OpenAPI document does not know panics in the tests' own support. It must not end the others.
    catch_unwind(AssertUnwindSafe(|| run::differences(example, steps))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        vec![text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned()]
    })
}

/// What is wrong with an example; a line for the report of the pending ones goes to `pending`.
fn judge(section: &Section, example: &Example, steps: &Steps, pending: &mut Vec<String>) -> Option<String> {
    let name = format!("{} ({}): {}", section.file, section.heading, example.name);
    let differences = differences(example, steps);
    match (&example.pending, differences.is_empty()) {
        (None, true) => None,
        (None, false) => Some(format!("{name}\n    {}", differences.join("\n    "))),
        (Some(_), true) => Some(format!("{name}\n    is answered as documented: take the mark `pending` away")),
        (Some(why), false) => {
            let first = differences.first().map_or("", String::as_str);
            pending.push(format!("pending ({why}) {name}\n    {}", first.chars().take(160).collect::<String>()));
            None
        }
    }
}

/// The examples of a section that are not answered as documented, and those that are pending.
fn judged(section: &Section, steps: &Steps) -> (Vec<String>, Vec<String>) {
    let mut pending = Vec::new();
    let native = section.examples.iter().filter(|example| example.only.is_none());
    let wrong = native.filter_map(|example| judge(section, example, steps, &mut pending)).collect();
    (wrong, pending)
}

#[test]
fn every_example_is_answered_as_documented() {
    let (sections, steps) = (data::sections(), data::steps());
    let steps = &steps;
    // Each section has a thread of its own, so that all of them take seconds.
    let results: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = sections.iter().map(|section| scope.spawn(move || judged(section, steps))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (wrong, pending): (Vec<_>, Vec<_>) = results.into_iter().unzip();
    let wrong = wrong.concat();
    // Past the capture of the test harness, which hides what a passing test prints.
    let mut out = std::io::stderr();
    for line in pending.concat() {
        writeln!(out, "{line}").unwrap();
    }
    writeln!(out, "documents: {}", inventory::count(&sections)).unwrap();
    assert!(wrong.is_empty(), "{} examples are not answered as documented:\n{}", wrong.len(), wrong.join("\n"));
}
