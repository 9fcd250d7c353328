//! Makes one operation of the document.

use std::collections::BTreeSet;

use crate::answers::{headers, not_modified, only_dry_run};
use crate::doc::{Answer, AnswerBody, Body, Doc, Query, Sample};
use crate::dry_run;
use crate::entries::entry;
use crate::examples::Examples;
use crate::node::{Node, map};
use crate::refusals;
use crate::refusals::Family;
use crate::schema::{array, enveloped, header_references, reference, reference_to};
use crate::scopes::scope_sets;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{Operation, ROUTES, Route};

/// The operation of a route. `route_index` is the route's place in the table. The shared refusals that the operation
/// refers to are added to `shared_refusals`.
pub fn operation(
    route_index: usize,
    route: &Route,
    examples: &Examples,
    shared_refusals: &mut BTreeSet<(Family, u16)>,
) -> Node {
    let doc = entry(route.operation);
    let parameters = parameters(route, &doc);
    let operation = map! {
        "operationId": id(route_index, route),
        "tags": [doc.tag.name()],
        "summary": doc.summary,
        "description": description(route_index, route, &doc),
        "security": security(route.access, &doc),
    };
    operation
        .with_some("deprecated", is_deprecated(route).then_some(true))
        .with_some("parameters", Some(parameters).filter(|list| !list.is_empty()))
        .with_some("requestBody", doc.body.as_ref().map(|body| request_body(body, route_index, &doc.samples, examples)))
        .with("responses", responses(route_index, route, &doc, examples, shared_refusals))
}

/// Whether the document of an operation says that it is deprecated.
fn is_deprecated(route: &Route) -> bool {
    matches!(route.operation, Operation::ShowOwnUser | Operation::RefreshClientSecret)
}

/// The name of the operation. When several paths lead to it, the later ones add their first segment.
fn id(route_index: usize, route: &Route) -> String {
    let mut id: String = format!("{:?}", route.operation).chars().filter(char::is_ascii_alphanumeric).collect();
    if let Some(first) = id.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    if first_route(route) == route_index {
        return id;
    }
    let segment: String =
        route.path.split('/').nth(1).unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    format!(
        "{id}At{}{}",
        segment.get(..1).unwrap_or_default().to_ascii_uppercase(),
        segment.get(1..).unwrap_or_default()
    )
}

fn first_route(route: &Route) -> usize {
    ROUTES.iter().position(|other| other.operation == route.operation).unwrap_or_default()
}

fn description(route_index: usize, route: &Route, doc: &Doc) -> String {
    let mut parts = vec![doc.description.to_owned()];
    let first = first_route(route);
    if let Some(original) = ROUTES.get(first).filter(|_| first != route_index) {
        parts.push(format!("The same operation as `{} {}`.", original.method.as_str(), original.path));
    }
    match route.access {
        Access::Public => {}
        Access::AnyToken => parts.push("**Scope:** none. Every valid token is enough.".to_owned()),
        Access::User([]) => parts.push("**Scope:** none. The token must name a user.".to_owned()),
        Access::User(scopes) => {
            parts.push(format!("**Scope:** `{}`. The token must name a user.", scopes.join("` and `")))
        }
        Access::Scope(scope) => parts.push(format!("**Scope:** `{scope}`.")),
        Access::OwnClient(scope) => parts.push(format!(
            "**Scope:** `{scope}`. A caller whose client type has the context `own` acts for its own client only."
        )),
        Access::AnyClient(scope) => {
            parts.push(format!("**Scope:** `{scope}`, and a client type whose context is `any`."));
        }
        Access::Unbounded(scope) => parts.push(format!(
            "**Scope:** `{scope}`, and a client type whose context is `any`. A consumer that acts for such a client is refused."
        )),
        Access::Endpoint(_) => {
            let quote = |set: Vec<&str>| set.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(" and ");
            let sets: Vec<String> = scope_sets(route.access).into_iter().map(quote).collect();
            parts.push(format!("**Scope:** {}.", sets.join(", or ")));
        }
    }
    parts.join("\n\n")
}

/// The required scopes, under the scheme of a token of this service. A bearer token of any issuer needs the same ones, but
/// only OAuth schemes have scopes that tools know; the description of the operation has them too.
fn security(access: Access, doc: &Doc) -> Node {
    if access == Access::Public {
        // The empty choice stands for credentials in the body: OpenAPI has no security scheme for those.
        let takes_credentials = doc.refusals.contains(&401);
        return if takes_credentials {
            [map! { "client": Node::List(Vec::new()) }, Node::empty()].into()
        } else {
            Node::List(Vec::new())
        };
    }
    let choices = scope_sets(access);
    let requirement = |scheme: &str, scopes: &Vec<&str>| Node::Map(vec![(scheme.to_owned(), scopes.clone().into())]);
    let bearer = map! { "token": Node::List(Vec::new()) };
    let granted = choices.iter().map(|scopes| requirement("oauth2", scopes));
    granted.chain([bearer]).collect::<Vec<_>>().into()
}

fn parameters(route: &Route, doc: &Doc) -> Vec<Node> {
    let sample = doc.samples.first();
    let path = doc.path.iter().enumerate().map(|(index, (name, description))| {
        let value = sample.and_then(|sample| sample.params.get(index)).map(|value| decoded(value));
        let schema = map! { "type": "string" };
        map! { "name": *name, "in": "path", "required": true, "description": *description, "schema": schema }
            .with_some("example", value)
    });
    let query = doc.query.iter().map(|Query { name, schema }| {
        let (description, schema) = without_description(schema.clone());
        // An empty value counts as absent.
        map! { "name": *name, "in": "query" }
            .with_some("description", description)
            .with("allowEmptyValue", true)
            .with("schema", schema)
    });
    let conditions = refusals::takes_conditions(route, doc).then_some(["IfMatch", "IfNoneMatch"]);
    let keys = refusals::takes_key(route).then_some(["IdempotencyKey", "XIdempotencyKey"]);
    let shared = conditions.into_iter().chain(keys).flatten().chain(dry_run::parameters_of(route));
    path.chain(query).chain(shared.map(|name| reference_to("parameters", name))).collect()
}

fn decoded(value: &str) -> String {
    mithril_edge::http::percent::decode(value).map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
}

fn without_description(schema: Node) -> (Option<Node>, Node) {
    let description = schema.get("description").cloned();
    let schema = match schema {
        Node::Map(members) => Node::Map(members.into_iter().filter(|(key, _)| key != "description").collect()),
        other => other,
    };
    (description, schema)
}

fn request_body(body: &Body, route_index: usize, samples: &[Sample], examples: &Examples) -> Node {
    let examples: Vec<(String, Node)> = samples
        .iter()
        .enumerate()
        .filter(|(_, sample)| sample.status < 400)
        .filter_map(|(index, sample)| {
            let text = examples.samples.get(&(route_index, index))?.request.as_deref()?;
            Some(example(sample, value(body.media_type, text)))
        })
        .collect();
    let content = map! { "schema": body.schema.clone() }
        .with_some("examples", Some(examples).filter(|list| !list.is_empty()).map(Node::Map));
    map! { "required": body.is_required, "content": Node::Map(vec![(body.media_type.to_owned(), content)]) }
}

/// An example body. A form is shown as an object.
fn value(media_type: &str, text: &str) -> Node {
    if media_type == "application/json" {
        return Node::raw(text);
    }
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    Node::Map(pairs.map(|(name, value)| (name.to_owned(), decoded(value).into())).collect())
}

fn example(sample: &Sample, value: Node) -> (String, Node) {
    let words: Vec<String> = sample
        .title
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    (words.join("-"), map! { "summary": sample.title, "value": value })
}

fn responses(
    route_index: usize,
    route: &Route,
    doc: &Doc,
    examples: &Examples,
    shared_refusals: &mut BTreeSet<(Family, u16)>,
) -> Node {
    let family = Family::of(route.dialect);
    let recorded = |status: u16| -> Vec<(String, Node)> {
        let mine = doc.samples.iter().enumerate().filter(|(_, sample)| sample.status == status);
        mine.filter_map(|(index, sample)| {
            let body = examples.samples.get(&(route_index, index))?.answer.as_deref()?;
            // Several lines are not one JSON value, and a single line is shown the same way.
            let is_lines =
                doc.answers.iter().any(|answer| answer.status == status && matches!(answer.body, AnswerBody::Lines));
            Some(example(sample, if is_lines { body.into() } else { Node::raw(body) }))
        })
        .collect()
    };
    let mut all: Vec<(String, Node)> = doc
        .answers
        .iter()
        .chain(&not_modified(route, doc))
        .chain(&only_dry_run(route, doc))
        .map(|answer| (answer.status.to_string(), success(route, answer, recorded(answer.status))))
        .collect();
    for status in refusals::of(route, doc) {
        let own = recorded(status);
        let response = if own.is_empty() {
            shared_refusals.insert((family, status));
            map! { "$ref": format!("#/components/responses/{}", refusals::name(family, status)) }
        } else {
            let content = vec![Content { media_type: "application/json", schema: family.schema(), examples: own }];
            response(refusals::description(status), refusals::headers(status), content)
        };
        all.push((status.to_string(), response));
    }
    Node::Map(all)
}

fn success(route: &Route, answer: &Answer, examples: Vec<(String, Node)>) -> Node {
    let data = |schema: Node| ("data", schema.described(answer.description));
    let schema = match &answer.body {
        AnswerBody::Meta => Some(enveloped([])),
        AnswerBody::Data(schema) => Some(enveloped([data(schema.clone())])),
        AnswerBody::List(item) => {
            let paging = reference("Paging").described("The page and the number of entries.");
            Some(enveloped([data(array(item.clone())), ("paging", paging)]))
        }
        AnswerBody::Array(item) => Some(enveloped([data(array(item.clone()))])),
        AnswerBody::Urgent(schema, urgent) => {
            let urgent = urgent.clone().described("Where the browser goes next.");
            Some(enveloped([data(schema.clone()), ("urgent", urgent)]))
        }
        AnswerBody::Bare(schema) => Some(schema.clone()),
        AnswerBody::Lines => Some(map! { "type": "string" }),
        AnswerBody::Empty => None,
    };
    let schema =
        if answer.status == 200 && route.may_run_dry() { Some(dry_run::or_dry_run(route, schema)) } else { schema };
    let is_lines = matches!(answer.body, AnswerBody::Lines);
    let media_type = if is_lines { "application/x-ndjson" } else { "application/json" };
    let mut content = Vec::new();
    if let Some(schema) = schema {
        content.push(Content { media_type, schema, examples });
    }
    content.extend(answer.also.iter().map(|media_type| Content::lines(media_type)));
    if is_lines {
        content.push(Content::lines("text/plain"));
    }
    response(answer.description, &headers(route, answer), content)
}

/// A form of an answer.
struct Content {
    media_type: &'static str,
    schema: Node,
    /// By name.
    examples: Vec<(String, Node)>,
}

impl Content {
    /// Lines of text, without an example.
    fn lines(media_type: &'static str) -> Self {
        Self { media_type, schema: map! { "type": "string" }, examples: Vec::new() }
    }
}

/// An answer, with the schema and the examples of each media type that it may have.
fn response(description: &str, headers: &[&str], content: Vec<Content>) -> Node {
    let content = content.into_iter().map(|Content { media_type, schema, examples }| {
        let examples = Some(examples).filter(|list| !list.is_empty()).map(Node::Map);
        (media_type.to_owned(), map! { "schema": schema }.with_some("examples", examples))
    });
    let content: Vec<(String, Node)> = content.collect();
    map! { "description": description, "headers": header_references(headers) }
        .with_some("content", Some(content).filter(|all| !all.is_empty()).map(Node::Map))
}
