//! Every schema property, parameter and header of the document has a description.

use serde_json::Value;

use crate::support::contract::COMMITTED;

/// The JSON pointer of each schema property, parameter and header that has no description.
fn undescribed(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    visit(document, "", &mut found);
    found
}

fn visit(node: &Value, path: &str, found: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            for (key, value) in members {
                let place = format!("{path}/{key}");
                match (key.as_str(), value) {
                    // Recorded bodies are data.
                    ("example" | "examples", _) => {}
                    // A reference to a schema is described where it stands.
                    ("properties", Value::Object(schemas)) => {
                        for (name, schema) in schemas {
                            inspect(schema, &format!("{place}/{name}"), found);
                        }
                    }
                    ("headers" | "parameters", Value::Object(named)) => {
                        for (name, one) in named {
                            inspect_unless_reference(one, &format!("{place}/{name}"), found);
                        }
                    }
                    ("parameters", Value::Array(items)) => {
                        for (index, one) in items.iter().enumerate() {
                            inspect_unless_reference(one, &format!("{place}/{index}"), found);
                        }
                    }
                    _ => visit(value, &place, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// A reference to a header or a parameter is described at its target, which is visited as well.
fn inspect_unless_reference(node: &Value, path: &str, found: &mut Vec<String>) {
    if node.get("$ref").is_none() {
        inspect(node, path, found);
    }
}

fn inspect(node: &Value, path: &str, found: &mut Vec<String>) {
    let is_described = node["description"].as_str().is_some_and(|text| !text.trim().is_empty());
    if !is_described {
        found.push(path.to_owned());
    }
    visit(node, path, found);
}

fn committed() -> Value {
    serde_json::from_str(&std::fs::read_to_string(COMMITTED).unwrap()).unwrap()
}

#[test]
fn every_property_parameter_and_header_has_a_description() {
    assert_eq!(undescribed(&committed()), Vec::<String>::new());
}

#[test]
fn a_description_that_is_missing_is_found() {
    let role = "/paths/~1admin~1roles/get";
    let places = [
        // A property of a named schema, one that is a reference, and one within another.
        "/components/schemas/Meta/properties/code".to_owned(),
        "/components/schemas/MithrilError/properties/meta".to_owned(),
        "/components/schemas/MithrilError/properties/error/properties/message".to_owned(),
        // A property of a schema without a name.
        format!("{role}/responses/200/content/application~1json/schema/properties/paging"),
        // Parameters of an operation and of many, and a header of many.
        format!("{role}/parameters/0"),
        "/components/parameters/IfMatch".to_owned(),
        "/components/headers/ETag".to_owned(),
    ];
    for place in places {
        for emptied in [false, true] {
            let mut document = committed();
            let node = document.pointer_mut(&place).and_then(Value::as_object_mut).expect(&place);
            if emptied {
                node.insert("description".to_owned(), " ".into());
            } else {
                node.remove("description").expect(&place);
            }
            assert_eq!(undescribed(&document), [place.replace("~1", "/")]);
        }
    }
}
