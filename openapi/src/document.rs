//! Puts a document together.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::examples::Examples;
use crate::node::{Node, map};
use crate::operation::operation;
use crate::part::Part;
use crate::refusals::Family;
use crate::scopes::scopes_in_use;
use crate::tag::Tag;
use crate::used::used;
use crate::{components, dry_run, entries, refusals};
use mithril_edge::routes::ROUTES;

/// A document as JSON text.
pub fn document(part: Part, examples: &Examples) -> String {
    let mut shared_refusals = BTreeSet::new();
    let paths = paths(part, examples, &mut shared_refusals);
    let schemas = components::envelope_schemas()
        .into_iter()
        .chain(refusals::schemas())
        .chain(dry_run::schemas())
        .chain(entries::schemas());
    let components = map! {
        "securitySchemes": components::security_schemes(&scopes_in_use(part)),
        "headers": components::headers(),
        "parameters": components::parameters(),
        "responses": Node::Map(
            shared_refusals
                .iter()
                .map(|key| (refusals::name(key.0, key.1), components::shared_refusal(examples, *key)))
                .collect(),
        ),
        "schemas": Node::Map(schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()),
    };
    let components = used(components, &paths);
    let tags = tags(part);
    let root = map! {
        "openapi": "3.1.1",
        "info": map! {
            "title": part.title(),
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access management at the edge, in two dialects.",
            "description": part.introduction(),
            "license": map! { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [server()],
        "tags": tags.iter().map(describe).collect::<Vec<_>>(),
        "x-tagGroups": tag_groups(&tags),
        "paths": paths,
        "components": components,
    };
    pretty(&root)
}

/// The address of the service, as the committed file has it. The Worker puts its own in its place (src/edge/shim.js).
fn server() -> Node {
    let address = map! {
        "default": "http://localhost:8787",
        "description": "Where the service is: its `ISSUER`. The default is the address of `npm start`.",
    };
    map! { "url": "{address}", "description": "The service.", "variables": map! { "address": address } }
}

/// One member on each line, so that a change of the committed file is easy to read.
fn pretty(root: &Node) -> String {
    let mut text = Vec::new();
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut text, serde_json::ser::PrettyFormatter::with_indent(b" "));
    // Writing plain data to memory cannot fail.
    let _ = root.serialize(&mut serializer);
    text.push(b'\n');
    String::from_utf8(text).unwrap_or_default()
}

fn paths(part: Part, examples: &Examples, shared_refusals: &mut BTreeSet<(Family, u16)>) -> Node {
    let mut paths: Vec<(String, Node)> = Vec::new();
    for (index, route) in ROUTES.iter().enumerate().filter(|(_, route)| part.has(route)) {
        let operation = operation(index, route, examples, shared_refusals);
        let method = route.method.as_str().to_ascii_lowercase();
        match paths.iter_mut().find(|(path, _)| path == route.path) {
            Some((_, Node::Map(item))) => item.push((method, operation)),
            _ => paths.push((route.path.to_owned(), Node::Map(vec![(method, operation)]))),
        }
    }
    Node::Map(paths)
}

/// The groups that the routes of the document are in, in the order of the page.
fn tags(part: Part) -> Vec<Tag> {
    let used: Vec<Tag> =
        ROUTES.iter().filter(|route| part.has(route)).map(|route| entries::entry(route.operation).tag).collect();
    Tag::ALL.into_iter().filter(|tag| used.contains(tag)).collect()
}

fn describe(tag: &Tag) -> Node {
    map! { "name": tag.name(), "description": tag.description() }
}

fn tag_groups(tags: &[Tag]) -> Node {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for tag in tags {
        match groups.iter_mut().find(|(name, _)| *name == tag.group()) {
            Some((_, tags)) => tags.push(tag.name()),
            None => groups.push((tag.group(), vec![tag.name()])),
        }
    }
    groups.into_iter().map(|(name, tags)| map! { "name": name, "tags": tags }).collect::<Vec<_>>().into()
}
