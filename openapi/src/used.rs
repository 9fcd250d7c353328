//! The components that a document uses, so that a part has no others.

use std::collections::BTreeSet;

use crate::node::Node;

/// The components that `paths` refers to, directly or through other components. `components` is the value of the
/// document's `components`; its security schemes all stay.
pub fn used(components: Node, paths: &Node) -> Node {
    let mut wanted = BTreeSet::new();
    references(paths, &mut wanted);
    loop {
        let before = wanted.len();
        for (kind, name, component) in all(&components) {
            if wanted.contains(&address(kind, name)) {
                references(component, &mut wanted);
            }
        }
        if wanted.len() == before {
            break;
        }
    }
    let Node::Map(kinds) = components else { return components };
    let keep = |(kind, named): (String, Node)| match named {
        Node::Map(members) if kind != "securitySchemes" => {
            let members = members.into_iter().filter(|(name, _)| wanted.contains(&address(&kind, name))).collect();
            (kind, Node::Map(members))
        }
        other => (kind, other),
    };
    Node::Map(kinds.into_iter().map(keep).collect())
}

fn address(kind: &str, name: &str) -> String {
    format!("#/components/{kind}/{name}")
}

/// Every component with its kind and its name.
fn all(components: &Node) -> impl Iterator<Item = (&str, &str, &Node)> {
    members(components)
        .iter()
        .flat_map(|(kind, named)| members(named).iter().map(move |(name, node)| (kind.as_str(), name.as_str(), node)))
}

/// The members of an object.
fn members(node: &Node) -> &[(String, Node)] {
    match node {
        Node::Map(members) => members,
        _ => &[],
    }
}

/// Adds the values of every `$ref` within `node`. Recorded answers have none.
fn references(node: &Node, found: &mut BTreeSet<String>) {
    match node {
        Node::Map(members) => {
            for (key, value) in members {
                match value {
                    Node::Text(target) if key == "$ref" => drop(found.insert(target.clone())),
                    other => references(other, found),
                }
            }
        }
        Node::List(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
