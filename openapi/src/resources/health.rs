//! The two public operations that say how the service is.

use crate::doc::{Answer, AnswerBody, Doc, Sample};
use crate::schema::{object, one_of, record, text};
use crate::tag::Tag;

/// `GET /healthz`.
pub fn health() -> Doc {
    Doc {
        tag: Tag::Service,
        summary: "Check that the service answers",
        description: "Says that the Worker runs. It needs no token and does not ask the database.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(
            200,
            "The service runs.",
            AnswerBody::Bare(record([("status", one_of(&["ok"], "Always `ok`."))])),
        )],
        refusals: &[],
        samples: vec![Sample::new("It runs", 200, &[])],
    }
}

/// `GET /readyz`.
pub fn ready() -> Doc {
    let status = object(
        [("status", one_of(&["ready"], "Always `ready`."))],
        [("warning", text("That there is no administration yet, and the command that makes one."))],
    );
    Doc {
        tag: Tag::Service,
        summary: "Check that the service can work",
        description: "Asks the database and makes a signature, at most once in 5 seconds. It needs no token. \
                      Until there is a client that may act for every client, with a connection, `warning` says so.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(
            200,
            "The database answers, and the keys and peppers are usable.",
            AnswerBody::Bare(status),
        )],
        refusals: &[503],
        samples: vec![Sample::new("It is ready", 200, &[])],
    }
}
