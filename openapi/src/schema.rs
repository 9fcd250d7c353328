//! Functions that make JSON Schemas. The schema of an answer names every member that is sent and says which may be
//! missing. The native tests hold each answer to its schema and refuse members that are not in it.

use crate::node::{Node, map};
use mithril_edge::http::fields;
use mithril_edge::identity::scope;

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

/// An object whose members are all required.
pub fn record<const N: usize>(members: [(&str, Node); N]) -> Node {
    object(members, [])
}

/// An object with required and optional members.
pub fn object<const N: usize, const M: usize>(required: [(&str, Node); N], optional: [(&str, Node); M]) -> Node {
    let names: Vec<&str> = required.iter().map(|(name, _)| *name).collect();
    let properties = required.into_iter().chain(optional).map(|(name, schema)| (name.to_owned(), schema)).collect();
    let node = map! { "type": "object" };
    let node = if names.is_empty() { node } else { node.with("required", names) };
    node.with("properties", Node::Map(properties))
}

/// A string.
pub fn text(description: &str) -> Node {
    map! { "type": "string", "description": description }
}

/// A string of 1 to `max` characters.
pub fn name(max: usize, description: &str) -> Node {
    map! { "type": "string", "minLength": 1, "maxLength": max, "description": description }
}

/// A string of at most `max` characters; an empty one counts as absent.
pub fn filled(max: usize, description: &str) -> Node {
    map! { "type": "string", "maxLength": max, "description": description }
}

/// A UUID.
pub fn uuid(description: &str) -> Node {
    map! { "type": "string", "format": "uuid", "description": description }
}

/// A filter by UUID. An empty string does not filter.
pub fn uuid_filter(description: &str) -> Node {
    map! {
        "type": "string",
        "anyOf": [map! { "format": "uuid" }, map! { "maxLength": 0 }],
        "description": description,
    }
}

/// A moment (RFC 3339).
pub fn time(description: &str) -> Node {
    map! { "type": "string", "format": "date-time", "description": description }
}

/// True or false.
pub fn flag(description: &str) -> Node {
    map! { "type": "boolean", "description": description }
}

/// A whole number.
pub fn int(description: &str) -> Node {
    map! { "type": "integer", "description": description }
}

/// One of several strings.
pub fn one_of(values: &[&str], description: &str) -> Node {
    map! { "type": "string", "enum": values, "description": description }
}

/// An array whose items share a schema.
pub fn array(items: Node) -> Node {
    map! { "type": "array", "items": items }
}

/// A body that is a record, or an object that holds the record under one name. Mithril's callers send both.
pub fn wrapped(wrapper: &str, schema: &str) -> Node {
    let record = reference(schema).described("The members of the body, within this wrapper.");
    let wrapping = Node::Map(vec![(wrapper.to_owned(), record)]);
    map! { "anyOf": [
        reference(schema),
        map! { "type": "object", "required": [wrapper], "properties": wrapping },
    ] }
}

/// Names of scopes in a body, separated by white space.
pub fn scopes(description: &str) -> Node {
    map! {
        "type": "string",
        "minLength": 1,
        "maxLength": fields::MAX_KEPT_SCOPE,
        "pattern": scope::SCOPE_LIST_PATTERN,
        "description": description,
    }
}

/// An object whose members the caller chooses.
pub fn free(description: &str) -> Node {
    map! { "type": "object", "additionalProperties": true, "description": description }
}

/// A schema that also allows null.
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

/// Mithril's envelope: `meta` and these members.
pub fn enveloped<const N: usize>(members: [(&str, Node); N]) -> Node {
    let all: Vec<(&str, Node)> = [(
        "meta",
        reference("Meta").described("The status of the answer, the address that was called and the id of the request."),
    )]
    .into_iter()
    .chain(members)
    .collect();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let properties = all.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    map! { "type": "object", "required": names, "properties": Node::Map(properties) }
}
