//! Queries of which a parameter cannot be decoded: refused once, in the words of the dialect.

use mithril_edge::http::Method::Get;
use serde_json::json;

use crate::support::endpoint::ROOT;
use crate::support::routes::{endpoint_changes, endpoint_reads, examples, whole_service};
use crate::support::{Service, mint};
use mithril_openapi as openapi;

/// Each query with the parameter that cannot be decoded, as it was sent.
fn queries() -> [(String, String); 6] {
    let long = format!("{}=%", "x".repeat(2000));
    [
        ("Filters=%ff&name=%ff".to_owned(), "Filters".to_owned()),
        ("%zz=1&page=0&Fields=Colour".to_owned(), "%zz".to_owned()),
        ("unknown=%&page=1".to_owned(), "unknown".to_owned()),
        ("page=%00".to_owned(), "page".to_owned()),
        ("$.name=%C3%28".to_owned(), "$.name".to_owned()),
        (long, "x".repeat(60) + "…"),
    ]
}

#[test]
fn mithril_answers_422_with_the_parameter_as_it_was_sent() {
    let service = Service::default();
    for (query, name) in queries() {
        for (path, scope) in [("/admin/roles", "role:read"), ("/admin/audit.ndjson", "audit:read")] {
            let reply = service.call(Get, &format!("{path}?{query}"), &mint(scope), "");
            assert_eq!((reply.status, &reply.json["error"]["type"]), (422, &json!("validation_failed")), "{query}");
            let rule = json!({ "rule": "cast", "params": { "expected": "string", "actual": "binary" },
                "description": "type mismatch. Expected string but got binary",
                "raw_description": "type mismatch. Expected %{expected} but got %{actual}" });
            let invalid = json!([{ "entry_type": "query_parameter", "entry": name, "rules": [rule] }]);
            assert_eq!(reply.json["error"]["invalid"], invalid, "{query}");
        }
    }
}

#[test]
fn endpoint_answers_400_with_its_documented_text() {
    let service = Service::default();
    for (query, _) in queries() {
        for path in ["AccessGroups", "AccessGroup/GROUP-A", "AccessGroup/GROUP-A/Users"] {
            let reply = service.call(Get, &format!("{ROOT}/{path}?{query}"), &mint("AccessUser:Read"), "");
            assert_eq!((reply.status, &reply.json["Type"]), (400, &json!("/Errors/Bad Input")), "{query}");
            let texts = json!(["The user has provided input that the browser is unable to convert."]);
            assert_eq!(reply.json["Errors"], texts, "{query}");
        }
    }
    assert_eq!(service.platform.trips.get(), 1, "whether the caller is live was asked once");
}

/// The OpenAPI document says so with `allowEmptyValue`.
#[test]
fn an_empty_value_of_any_documented_parameter_counts_as_absent() {
    let mut parameters = 0;
    for example in examples().into_iter().chain(endpoint_reads()).chain(endpoint_changes()) {
        let token = mint(&example.route.access.scopes().join(" "));
        let answer = |query: &str| {
            let service = whole_service();
            let reply = service.call(example.route.method, &format!("{}{query}", example.path), &token, example.body);
            let (data, bare) = (reply.json["data"].clone(), reply.json["Data"].clone());
            (reply.status, if example.route.method == Get { (data, bare) } else { Default::default() })
        };
        let plain = answer("");
        for parameter in openapi::entry(example.route.operation).query {
            assert_eq!(answer(&format!("?{}=", parameter.name)), plain, "{}: {}", example.path, parameter.name);
            parameters += 1;
        }
    }
    assert!(parameters > 150, "{parameters}");
}
