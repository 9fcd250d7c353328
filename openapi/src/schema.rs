//! Words to write JSON Schemas with. Response schemas name every member that is sent; which of them may be
//! missing is said by `optional`. The native tests hold each answer to them, unknown members included.

use crate::node::Node;
use crate::node::map;
use mithril_edge::http::fields;
use mithril_edge::identity::scope;

pub fn reference(name: &str) -> Node {
    map! { "$ref": format!("#/components/schemas/{name}") }
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

pub fn text(about: &str) -> Node {
    map! { "type": "string", "description": about }
}

/// A text of at most `max` characters, and of one at least.
pub fn name(max: usize, about: &str) -> Node {
    map! { "type": "string", "minLength": 1, "maxLength": max, "description": about }
}

pub fn uuid(about: &str) -> Node {
    map! { "type": "string", "format": "uuid", "description": about }
}

/// A UUID as a filter: an empty one is no filter.
pub fn uuid_filter(about: &str) -> Node {
    map! {
        "type": "string",
        "anyOf": [map! { "format": "uuid" }, map! { "maxLength": 0 }],
        "description": about,
    }
}

pub fn time(about: &str) -> Node {
    map! { "type": "string", "format": "date-time", "description": about }
}

pub fn flag(about: &str) -> Node {
    map! { "type": "boolean", "description": about }
}

pub fn int(about: &str) -> Node {
    map! { "type": "integer", "description": about }
}

pub fn one_of(values: &[&str], about: &str) -> Node {
    map! { "type": "string", "enum": values, "description": about }
}

pub fn list(items: Node) -> Node {
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
pub fn scopes(about: &str) -> Node {
    map! { "type": "string", "minLength": 1, "maxLength": fields::MAX_KEPT_SCOPE, "pattern": scope::PATTERN, "description": about }
}

/// JSON of the caller's own making.
pub fn free(about: &str) -> Node {
    map! { "type": "object", "additionalProperties": true, "description": about }
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
