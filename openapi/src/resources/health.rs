//! The two public operations that say how the service is.

use crate::doc::{Answer, AnswerBody, Doc, Sample};
use crate::schema::{one_of, record};
use crate::tag::Tag;

pub fn health() -> Doc {
    Doc {
        tag: Tag::Service,
        summary: "See that it answers",
        description: "Says that the Worker runs. It asks neither for a token nor the database.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(
            200,
            "It runs.",
            AnswerBody::Bare(record([("status", one_of(&["ok"], "Always `ok`."))])),
        )],
        refusals: &[],
        samples: vec![Sample::new("It runs", 200, &[])],
    }
}

pub fn ready() -> Doc {
    let status = record([("status", one_of(&["ready"], "Always `ready`."))]);
    Doc {
        tag: Tag::Service,
        summary: "See that it can do its work",
        description: "Asks the database and signs something, at most once in 5 seconds. It asks for no token.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(
            200,
            "The database answers, and keys and peppers are usable.",
            AnswerBody::Bare(status),
        )],
        refusals: &[503],
        samples: vec![Sample::new("It is ready", 200, &[])],
    }
}
