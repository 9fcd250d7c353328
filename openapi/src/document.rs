//! Puts the document together.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::examples::Examples;
use crate::node::{Node, map};
use crate::operation::operation;
use crate::refusals::Family;
use crate::tag::Tag;
use crate::{components, entries, refusals};
use mithril_edge::routes::ROUTES;

/// The whole document as JSON text.
pub fn document(examples: &Examples) -> String {
    let mut shared_refusals = BTreeSet::new();
    let paths = paths(examples, &mut shared_refusals);
    let schemas = components::envelope_schemas().into_iter().chain(refusals::schemas()).chain(entries::schemas());
    let root = map! {
        "openapi": "3.1.1",
        "info": map! {
            "title": "mithril-edge",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access management at the edge, in two dialects.",
            "description": include_str!("intro.md"),
            "license": map! { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [map! { "url": "/", "description": "The service that serves this document." }],
        "tags": Tag::ALL.map(|tag| map! { "name": tag.name(), "description": tag.description() }),
        "x-tagGroups": tag_groups(),
        "paths": paths,
        "components": map! {
            "securitySchemes": components::security_schemes(),
            "headers": components::headers(),
            "parameters": components::parameters(),
            "responses": Node::Map(
                shared_refusals
                    .iter()
                    .map(|key| (refusals::name(key.0, key.1), components::shared_refusal(examples, *key)))
                    .collect(),
            ),
            "schemas": Node::Map(schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()),
        },
    };
    pretty(&root)
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

fn paths(examples: &Examples, shared_refusals: &mut BTreeSet<(Family, u16)>) -> Node {
    let mut paths: Vec<(String, Node)> = Vec::new();
    for (index, route) in ROUTES.iter().enumerate() {
        let operation = operation(index, route, examples, shared_refusals);
        let method = route.method.as_str().to_ascii_lowercase();
        match paths.iter_mut().find(|(path, _)| path == route.path) {
            Some((_, Node::Map(item))) => item.push((method, operation)),
            _ => paths.push((route.path.to_owned(), Node::Map(vec![(method, operation)]))),
        }
    }
    Node::Map(paths)
}

fn tag_groups() -> Node {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for tag in Tag::ALL {
        match groups.iter_mut().find(|(name, _)| *name == tag.group()) {
            Some((_, tags)) => tags.push(tag.name()),
            None => groups.push((tag.group(), vec![tag.name()])),
        }
    }
    groups.into_iter().map(|(name, tags)| map! { "name": name, "tags": tags }).collect::<Vec<_>>().into()
}
