//! The documents of one dialect each, and what tools that others wrote ask of a document.

use std::collections::BTreeSet;
use std::fs;

use mithril_edge::http::dialect::Dialect;
use mithril_edge::routes::{ROUTES, Route};
use mithril_openapi::{Part, scopes};
use serde_json::Value;

use super::{committed, references};

fn document(part: Part) -> Value {
    serde_json::from_str(&fs::read_to_string(committed(part)).expect("a committed document")).expect("JSON")
}

/// An operation of a document; null when it has none.
fn operation<'a>(document: &'a Value, route: &Route) -> &'a Value {
    &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()]
}

#[test]
fn the_dialect_of_a_route_decides_which_documents_have_it() {
    let [whole, mithril, endpoint] = Part::ALL.map(document);
    for route in ROUTES {
        let original = operation(&whole, route);
        assert!(original.is_object(), "{}", route.path);
        let (in_mithril, in_endpoint) = match route.dialect {
            Dialect::Mithril(_) => (true, false),
            Dialect::Endpoint | Dialect::EndpointToken => (false, true),
            Dialect::OAuth | Dialect::Access => (true, true),
        };
        for (document, has) in [(&mithril, in_mithril), (&endpoint, in_endpoint)] {
            let expected = if has { original } else { &Value::Null };
            assert_eq!(operation(document, route), expected, "{} {}", route.method.as_str(), route.path);
        }
    }
}

#[test]
fn each_document_has_what_it_refers_to_and_nothing_else() {
    for part in Part::ALL {
        let document = document(part);
        let mut found = Vec::new();
        references(&document, &mut found);
        let wanted: BTreeSet<String> = found.into_iter().map(str::to_owned).collect();
        assert!(wanted.len() > 30, "the references were not read");
        let mut there = BTreeSet::new();
        for (kind, named) in document["components"].as_object().expect("components") {
            let names = named.as_object().expect("names").keys();
            there.extend(names.filter(|_| kind != "securitySchemes").map(|name| format!("#/components/{kind}/{name}")));
        }
        assert_eq!(there, wanted, "{part:?}");
        let used: BTreeSet<&str> = operations(&document).filter_map(|(_, one)| one["tags"][0].as_str()).collect();
        let listed = document["tags"].as_array().expect("tags");
        assert_eq!(listed.iter().filter_map(|tag| tag["name"].as_str()).collect::<BTreeSet<_>>(), used, "{part:?}");
        let grouped = document["x-tagGroups"].as_array().expect("groups").iter();
        let grouped = grouped.flat_map(|group| group["tags"].as_array().expect("tags")).filter_map(Value::as_str);
        assert_eq!(grouped.collect::<BTreeSet<_>>(), used, "{part:?}");
    }
}

/// Every operation of a document, with its path.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    paths.flat_map(|(path, item)| item.as_object().expect("methods").values().map(move |one| (path, one)))
}

/// Spectral's rule `oas3-operation-security-defined`.
#[test]
fn scopes_stand_under_the_scheme_that_defines_them_and_a_bearer_token_names_none() {
    for part in Part::ALL {
        let document = document(part);
        let schemes = &document["components"]["securitySchemes"];
        let defined = schemes["oauth2"]["flows"]["clientCredentials"]["scopes"].as_object().expect("scopes");
        let mut named = BTreeSet::new();
        for (path, operation) in operations(&document) {
            let required = operation["security"].as_array().expect("security").iter();
            for (scheme, scopes) in required.flat_map(|one| one.as_object().expect("a requirement")) {
                let scopes: Vec<&str> = scopes.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
                assert!(schemes[scheme].is_object(), "{path}: {scheme}");
                assert!(scheme == "oauth2" || scopes.is_empty(), "{path}: {scheme} {scopes:?}");
                let undefined: Vec<_> = scopes.iter().filter(|scope| !defined.contains_key(**scope)).collect();
                assert_eq!(undefined, Vec::<&&str>::new(), "{path}");
                named.extend(scopes);
            }
        }
        let expected: BTreeSet<&str> = defined.keys().map(String::as_str).collect();
        assert_eq!(named, expected, "{part:?}");
    }
    for route in ROUTES.iter().filter(|route| !route.access.scopes().is_empty()) {
        let document = document(Part::Whole);
        let schemes: Vec<&String> = operation(&document, route)["security"]
            .as_array()
            .expect("security")
            .iter()
            .flat_map(|one| one.as_object().expect("a requirement").keys())
            .collect();
        let sets = scopes::scope_sets(route.access).len();
        assert_eq!(schemes.len(), sets + 1, "{}: each set of scopes, and a bearer token", route.path);
    }
}

/// openapi-python-client leaves out an answer that has none of these media types.
#[test]
fn every_answer_has_a_media_type_that_generators_know() {
    for (path, operation) in operations(&document(Part::Whole)) {
        for (status, answer) in operation["responses"].as_object().expect("answers") {
            let Some(content) = answer["content"].as_object() else { continue };
            let is_known = |name: &String| name == "application/json" || name.starts_with("text/");
            assert!(content.keys().any(is_known), "{path} {status}");
        }
    }
}

/// Postman takes the address of its collection from here, and the Worker puts its own in the place of the whole list.
#[test]
fn the_committed_server_is_an_address_with_a_variable() {
    for part in Part::ALL {
        let text = fs::read_to_string(committed(part)).expect("a document");
        let (_, rest) = text.split_once("\"servers\": [").expect("servers");
        assert!(!rest.split_once(']').expect("an end").0.contains('['), "the Worker replaces up to the first bracket");
        let document = document(part);
        let [server] = document["servers"].as_array().expect("servers").as_slice() else { panic!("one server") };
        assert_eq!(server["url"], "{address}");
        assert_eq!(server["variables"]["address"]["default"], "http://localhost:8787");
        assert_eq!(text.matches("\"servers\"").count(), 1, "{part:?}");
    }
}
