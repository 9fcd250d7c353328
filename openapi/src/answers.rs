//! What a route can answer with: its statuses and the headers of its successes.

use crate::doc::{Answer, AnswerBody, Doc};
use crate::{entries, refusals};
use mithril_edge::http::Method;
use mithril_edge::routes::Route;

/// Every status that the route can answer with, in ascending order.
pub fn statuses(route: &Route) -> Vec<u16> {
    let doc = entries::entry(route.operation);
    let mut statuses: Vec<u16> = doc.answers.iter().map(|answer| answer.status).collect();
    statuses.extend(not_modified(route, &doc).map(|answer| answer.status));
    statuses.extend(only_dry_run(route, &doc).map(|answer| answer.status));
    statuses.extend(refusals::of(route, &doc));
    statuses
}

/// The 304 of a read under a condition, for a caller that already has the record. `None` when the route has no such
/// answer.
pub fn not_modified(route: &Route, doc: &Doc) -> Option<Answer> {
    let is_read = route.method == Method::Get && refusals::takes_conditions(route, doc);
    is_read.then(|| {
        Answer::new(304, "The record still has a tag of `If-None-Match`.", AnswerBody::Empty).headers(&["ETag"])
    })
}

/// The 200 of a dry run, where the change itself answers with another status. `None` where both answer 200, and when the
/// route offers no dry run.
pub fn only_dry_run(route: &Route, doc: &Doc) -> Option<Answer> {
    let is_missing = route.may_run_dry() && doc.answers.iter().all(|answer| answer.status != 200);
    is_missing.then(|| Answer::new(200, "What a dry run of the change would do.", AnswerBody::Empty))
}

/// The headers of an answer, without those that every answer has.
pub fn headers(route: &Route, answer: &Answer) -> Vec<&'static str> {
    let tag = refusals::has_tag(route, answer).then_some("ETag");
    let link = matches!(answer.body, AnswerBody::List(_)).then_some("Link");
    let of_dry_run = (answer.status == 200 && route.may_run_dry()).then_some(["Preference-Applied", "Link"]);
    tag.into_iter().chain(link).chain(of_dry_run.into_iter().flatten()).chain(answer.headers.iter().copied()).collect()
}
