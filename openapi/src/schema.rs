//! Words to write JSON Schemas with. Response schemas name every member that is sent; which of them may be
//! missing is said by `optional`. The native tests hold each answer to them, unknown members included.

use crate::node::{Node, map};
use mithril_edge::http::fields;

/// A reference to a named schema.
pub fn reference(name: &str) -> Node {
    reference_to("schemas", name)
}

/// A reference to a named component of any kind: `headers`, `parameters`, `responses` or `schemas`.
pub fn reference_to(kind: &str, name: &str) -> Node {
    map! { "$ref": format!("#/components/{kind}/{name}") }
}

/// The headers of an answer: the request id, which every answer carries, and the named ones.
pub fn header_references(names: &[&str]) -> Node {
    let all = ["X-Request-Id"].into_iter().chain(names.iter().copied());
    Node::Map(all.map(|name| (name.to_owned(), reference_to("headers", name))).collect())
}

/// An object whose members are all there.
pub fn record<const N: usize>(members: [(&str, Node); N]) -> Node {
    object(members, [])
}

/// An object with members that are always there and members that may be missing.
pub fn object<const N: usize, const M: usize>(required: [(&str, Node); N], optional: [(&str, Node); M]) -> Node {
    let names: Vec<&str> = required.iter().map(|(name, _)| *name).collect();
    let properties = required.into_iter().chain(optional).map(|(name, schema)| (name.to_owned(), schema)).collect();
    let node = map! { "type": "object" };
    let node = if names.is_empty() { node } else { node.with("required", names) };
    node.with("properties", Node::Map(properties))
}

pub fn text(description: &str) -> Node {
    map! { "type": "string", "description": description }
}

/// A text of at most `max` characters, and of one at least.
pub fn name(max: usize, description: &str) -> Node {
    map! { "type": "string", "minLength": 1, "maxLength": max, "description": description }
}

pub fn uuid(description: &str) -> Node {
    map! { "type": "string", "format": "uuid", "description": description }
}

/// A UUID as a filter: an empty one is no filter.
pub fn uuid_filter(description: &str) -> Node {
    map! {
        "type": "string",
        "anyOf": [map! { "format": "uuid" }, map! { "maxLength": 0 }],
        "description": description,
    }
}

pub fn time(description: &str) -> Node {
    map! { "type": "string", "format": "date-time", "description": description }
}

pub fn flag(description: &str) -> Node {
    map! { "type": "boolean", "description": description }
}

pub fn int(description: &str) -> Node {
    map! { "type": "integer", "description": description }
}

pub fn one_of(values: &[&str], description: &str) -> Node {
    map! { "type": "string", "enum": values, "description": description }
}

pub fn array(items: Node) -> Node {
    map! { "type": "array", "items": items }
}

/// A body that may be the record itself or an object that holds it under one name, as Mithril's callers send it.
pub fn wrapped(wrapper: &str, schema: &str) -> Node {
    let wrapping = Node::Map(vec![(wrapper.to_owned(), reference(schema))]);
    map! { "anyOf": [
        reference(schema),
        map! { "type": "object", "required": [wrapper], "properties": wrapping },
    ] }
}

/// Names of scopes between single spaces (RFC 6749 §3.3).
pub fn scopes(description: &str) -> Node {
    map! { "type": "string", "minLength": 1, "maxLength": fields::MAX_SCOPE, "pattern": fields::SCOPE_PATTERN, "description": description }
}

/// JSON of the caller's own making.
pub fn free(description: &str) -> Node {
    map! { "type": "object", "additionalProperties": true, "description": description }
}

/// The same, or null.
pub fn nullable(schema: Node) -> Node {
    let Node::Map(members) = schema else { return schema };
    let or_null = |(key, value): (String, Node)| match (key.as_str(), value) {
        ("type", Node::Text(kind)) => (key, Node::from([kind.as_str(), "null"])),
        ("enum", Node::List(mut values)) => {
            values.push(Node::Null);
            (key, Node::List(values))
        }
        (_, value) => (key, value),
    };
    Node::Map(members.into_iter().map(or_null).collect())
}
