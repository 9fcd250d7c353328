//! Documents the AuthZEN Authorization API 1.0: evaluations, searches and the metadata.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample};
use crate::node::{Node, map};
use crate::schema::{array, flag, free, int, object, one_of, record, reference, text};
use crate::tag::Tag;
use mithril_edge::access::evaluation::MAX_QUESTIONS;
use mithril_edge::access::question::Part;
use mithril_edge::access::search::{DEFAULT_LIMIT, MAX_LIMIT};

/// The types of subjects.
const SUBJECTS: &str = "`user` (the `sub` of tokens), `endpoint_user` (the number of an Endpoint user), `client` or \
                        `connection`.";
/// The types of resources.
const RESOURCES: &str = "`access_role`, `access_group` or `scope`.";

fn bounded(description: &str) -> Node {
    map! { "type": "string", "maxLength": 255, "description": description }
}

/// A subject or a resource; without an id where it is searched.
fn entity(kinds: &str, has_id: bool, properties: Node) -> Node {
    let id = ("id", bounded("The id within the type."));
    let kind = ("type", bounded(kinds));
    if has_id { object([kind, id], [("properties", properties)]) } else { object([kind], [("properties", properties)]) }
}

fn subject(has_id: bool) -> Node {
    let client = [("client_id", text("The client at which a `user` acts. A scope cannot be decided without it."))];
    entity(SUBJECTS, has_id, object([], client).described("What else is known of the subject.")).described("Who acts.")
}

fn resource(has_id: bool) -> Node {
    entity(RESOURCES, has_id, free("Not read.")).described("What is acted on.")
}

fn action() -> Node {
    let name = bounded("A type of permission (`Create`, …, `Generic`), or `use` for a scope.");
    object([("name", name)], [("properties", free("Not read."))]).described("What is done.")
}

fn context() -> Node {
    free("Not read.")
}

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let path = free(
        "The records that give the right, by their ids, and `since` when it has been so. Only of an allowed question.",
    );
    let words = array(map! { "type": "string" })
        .described("A word for each thing that is missing (docs/access.md). Only of a denied question.");
    let version = int("The number of the audit's last row: the data that was asked.");
    let reason = object([("version", version)], [("path", path), ("missing", words)]).described("Why.");
    let decision = record([
        ("decision", flag("Whether it is allowed.")),
        ("context", record([("reason", reason)]).described("More about the decision.")),
    ]);
    let page = record([
        ("next_token", text("The `page.token` of the next page; empty on the last one.")),
        ("count", int("How many results there are here.")),
    ])
    .described("Where the page stands.");
    let asked_page = object(
        [],
        [
            ("token", text("`next_token` of the page before.")),
            (
                "limit",
                map! { "type": "integer", "minimum": 0, "default": DEFAULT_LIMIT,
                "description": format!("The most results of a page. More than {MAX_LIMIT} means {MAX_LIMIT}.") },
            ),
        ],
    )
    .described("Which page.");
    let result = object(
        [],
        [
            ("type", text("The type of a subject or a resource.")),
            ("id", text("Its id.")),
            ("properties", free("What an evaluation needs besides.")),
            ("name", text("The name of an action.")),
        ],
    );
    let question = |subject: Node, resource: Node| {
        object([("subject", subject), ("action", action()), ("resource", resource)], [("context", context())])
    };
    let search = |subject: Node, action: Option<Node>, resource: Node| {
        let optional = [("context", context()), ("page", asked_page.clone())];
        match action {
            Some(action) => object([("subject", subject), ("action", action), ("resource", resource)], optional),
            None => object([("subject", subject), ("resource", resource)], optional),
        }
    };
    let parts =
        || [("subject", subject(true)), ("action", action()), ("resource", resource(true)), ("context", context())];
    let options = object(
        [],
        [(
            "evaluations_semantic",
            one_of(
                &["execute_all", "deny_on_first_deny", "permit_on_first_permit"],
                "Whether all questions are decided, or only those to the first denied or the first allowed one.",
            ),
        )],
    )
    .described("How the questions are decided.");
    let items = map! { "type": "array", "maxItems": MAX_QUESTIONS, "items": object([], parts()),
    "description": "The questions. Each takes what it does not say from the members beside." };
    let [subject_of_all, action_of_all, resource_of_all, context_of_all] = parts();
    vec![
        ("AccessDecision", decision),
        ("AccessQuestion", question(subject(true), resource(true))),
        (
            "AccessQuestions",
            object(
                [],
                [
                    subject_of_all,
                    action_of_all,
                    resource_of_all,
                    context_of_all,
                    ("evaluations", items),
                    ("options", options),
                ],
            ),
        ),
        (
            "AccessDecisions",
            object(
                [],
                [
                    (
                        "evaluations",
                        array(reference("AccessDecision")).described("The decisions in the order of the questions."),
                    ),
                    ("decision", flag("The decision of a body without `evaluations`.")),
                    ("context", free("Its reason.")),
                ],
            ),
        ),
        ("AccessSubjectSearch", search(subject(false), Some(action()), resource(true))),
        ("AccessResourceSearch", search(subject(true), Some(action()), resource(false))),
        ("AccessActionSearch", search(subject(true), None, resource(true))),
        (
            "AccessResults",
            record([("page", page), ("results", array(result).described("What is allowed, in a fixed order."))]),
        ),
        ("AccessMetadata", metadata_schema()),
    ]
}

fn metadata_schema() -> Node {
    let address = |description: &str| map! { "type": "string", "format": "uri", "description": description };
    record([
        ("policy_decision_point", address("The service: the base of the addresses.")),
        ("access_evaluation_endpoint", address("The address of one decision.")),
        ("access_evaluations_endpoint", address("The address of several decisions.")),
        ("search_subject_endpoint", address("The address for the search of subjects.")),
        ("search_resource_endpoint", address("The address for the search of resources.")),
        ("search_action_endpoint", address("The address for the search of actions.")),
    ])
}

/// `GET /.well-known/authzen-configuration`.
pub fn metadata() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "See where decisions and searches are",
        description: "The metadata of the AuthZEN Authorization API 1.0. The answer is 404 while the setting `ISSUER` is \
                      empty.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![
            Answer::new(200, "The metadata.", AnswerBody::Bare(reference("AccessMetadata")))
                .headers(&["Cache-Control"]),
        ],
        refusals: &[404],
        samples: vec![Sample::new("Metadata", 200, &[])],
    }
}

/// `POST /access/v1/evaluation`.
pub fn evaluation() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "Decide one question",
        description: "Says whether the subject may do the action on the resource, by which path, or what is missing. \
                      docs/access.md says how records become subjects, resources and actions. A caller whose client type \
                      has the context `own` may ask about scopes at its own client; about access roles and access groups \
                      with the scope `AccessManager:Read`. Any other question is denied with the word `caller`. With \
                      `Cache-Control: max-age=N` (at most 60 counts) the answer may be N seconds old; without it, the \
                      database is asked.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(reference("AccessQuestion"))),
        answers: vec![Answer::new(200, "The decision.", AnswerBody::Bare(reference("AccessDecision")))],
        refusals: &[],
        samples: vec![
            Sample::new("A permission of an Endpoint user", 200, &[]).body(
                r#"{"subject":{"type":"endpoint_user","id":"101"},"action":{"name":"Create"},"resource":{"type":"access_role","id":"32E61509-0071-4001-BE32-9E9D0DB255CB"}}"#,
            ),
            Sample::new("A scope of a user at a client", 200, &[]).body(
                r#"{"subject":{"type":"user","id":"user-1380df72-275a-11e7-93ae-92361f002671","properties":{"client_id":"1380df72-275a-11e7-93ae-92361f002671"}},"action":{"name":"use"},"resource":{"type":"scope","id":"declaration:read"}}"#,
            ),
            Sample::new("A denied scope of a client", 200, &[]).body(
                r#"{"subject":{"type":"client","id":"1380df72-275a-11e7-93ae-92361f002671"},"action":{"name":"use"},"resource":{"type":"scope","id":"role:write"}}"#,
            ),
            Sample::new("No action", 400, &[])
                .body(r#"{"subject":{"type":"endpoint_user","id":"101"},"resource":{"type":"scope","id":"role:write"}}"#),
        ],
    }
}

/// `POST /access/v1/evaluations`.
pub fn evaluations() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "Decide several questions",
        description: "Decides up to 50 questions in one round trip. Members beside `evaluations` are the defaults of each \
                      question. A body without `evaluations` is one question. Otherwise like the decision of one.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(reference("AccessQuestions"))),
        answers: vec![Answer::new(200, "The decisions.", AnswerBody::Bare(reference("AccessDecisions")))],
        refusals: &[],
        samples: vec![
            Sample::new("Two actions", 200, &[]).body(
                r#"{"subject":{"type":"endpoint_user","id":"101"},"resource":{"type":"access_role","id":"32E61509-0071-4001-BE32-9E9D0DB255CB"},"evaluations":[{"action":{"name":"Create"}},{"action":{"name":"Export"}}]}"#,
            ),
        ],
    }
}

/// `POST /access/v1/search/subject`, `/resource` and `/action`.
pub fn search(part: Part) -> Doc {
    let (summary, schema, sample) = match part {
        Part::Subject => (
            "Search who is allowed",
            "AccessSubjectSearch",
            r#"{"subject":{"type":"endpoint_user"},"action":{"name":"Read"},"resource":{"type":"access_role","id":"7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11"},"page":{"limit":1}}"#,
        ),
        Part::Resource => (
            "Search what is allowed",
            "AccessResourceSearch",
            r#"{"subject":{"type":"endpoint_user","id":"102"},"action":{"name":"Read"},"resource":{"type":"access_role"}}"#,
        ),
        Part::Action => (
            "Search the allowed actions",
            "AccessActionSearch",
            r#"{"subject":{"type":"endpoint_user","id":"101"},"resource":{"type":"access_role","id":"32E61509-0071-4001-BE32-9E9D0DB255CB"}}"#,
        ),
    };
    Doc {
        tag: Tag::Access,
        summary,
        description: "Each result would be allowed by an evaluation. Who or what is allowed by several paths is there once. \
                      A caller finds only what it may ask about. `page.token` is `next_token` of the page before; the \
                      rest of the body stays the same.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(reference(schema))),
        answers: vec![Answer::new(200, "A page of results.", AnswerBody::Bare(reference("AccessResults")))],
        refusals: &[],
        samples: vec![Sample::new("A page", 200, &[]).body(sample)],
    }
}
