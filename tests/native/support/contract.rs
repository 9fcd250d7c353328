//! Holds answers to the committed OpenAPI document: the status is documented, and the body has the documented
//! shape with no member too many.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use jsonschema::Validator;
use mithril_edge::http::{Method, Response};
use mithril_edge::routes::router;
use mithril_edge::routes::router::RouteMatch;
use serde_json::{Value, json};

pub const COMMITTED: &str = "public/openapi.json";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read_to_string(COMMITTED).unwrap_or_else(|_| "{}".to_owned());
    let mut document = serde_json::from_str(&text).expect("JSON");
    close(&mut document);
    document
});

/// One validator for each place in the document, since making one takes longer than a test.
static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// Objects may have the members that the document names and no others, unless it says so. (Published, the
/// document leaves this open, so that a client may live with an answer that has grown.)
fn close(node: &mut Value) {
    match node {
        Value::Object(members) => {
            let is_schema =
                members.get("type").is_some_and(|kind| kind == "object") && members.contains_key("properties");
            if is_schema && !members.contains_key("additionalProperties") {
                members.insert("additionalProperties".to_owned(), false.into());
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// A validator of one answer. It is made outside the lock, so that a broken schema fails only the tests that need it.
fn validator(document: &Value, content: &Value) -> Validator {
    let mut schema = content["schema"].clone();
    schema["components"] = json!({ "schemas": document["components"]["schemas"] });
    jsonschema::options().build(&schema).expect("a schema")
}

/// What is wrong with the answer, if anything.
pub fn problem(document: &Value, method: Method, path: &str, response: &Response) -> Option<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_suffix('/').unwrap_or(path);
    let RouteMatch::Found(route, _) = router::find(method, path) else { return None };
    if method == Method::Head {
        return None;
    }
    let place = format!("{} {} {}", method.as_str(), route.path, response.status);
    let responses = &document["paths"][route.path][method.as_str().to_ascii_lowercase()]["responses"];
    let mut documented = &responses[response.status.to_string()];
    if let Some(name) = documented["$ref"].as_str() {
        documented = document.pointer(name.trim_start_matches('#')).unwrap_or(&Value::Null);
    }
    if documented.is_null() {
        return Some(format!(
            "{place} is not documented: document it in openapi/src/resources, then run `npm run openapi`"
        ));
    }
    let sent = response.headers.iter().find(|(name, _)| *name == "content-type");
    let sent = sent.map_or("application/json", |(_, value)| value.split(';').next().unwrap_or_default());
    let content = documented["content"].as_object();
    let content = content.map(|content| content.iter().find(|(name, _)| *name == sent));
    if content == Some(None) {
        return Some(format!("{place} is documented without {sent}"));
    }
    let (media_type, schema) = content.flatten().unzip();
    let is_json = media_type.is_some_and(|name| name == "application/json");
    match (schema, &response.body) {
        (None, None) => None,
        (None, Some(body)) => Some(format!("{place} is documented without a body: {body}")),
        (Some(_), None) => Some(format!("{place} is documented with a body and has none")),
        (Some(content), Some(body)) => {
            let text = || Value::from(body.as_str());
            let body = if is_json { serde_json::from_str(body).expect("an answer is JSON") } else { text() };
            let key = format!("{place} {sent}");
            let known = VALIDATORS.lock().expect("no test panics in here").get(&key).copied();
            let validator = known.unwrap_or_else(|| {
                let made = Box::leak(Box::new(validator(document, content)));
                VALIDATORS.lock().expect("no test panics in here").insert(key, made);
                made
            });
            let problems: Vec<String> =
                validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
            (!problems.is_empty()).then(|| format!("{place} is not as documented:\n{}\n{body:#}", problems.join("\n")))
        }
    }
}

/// What every answer has; the public documents have a `cache-control` of their own. The tests' `ISSUER` is https.
pub const PROTECTING: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store, no-transform"),
    ("strict-transport-security", "max-age=31536000"),
];

/// The documents that caches may keep.
pub const PUBLIC_DOCUMENTS: [&str; 4] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/authzen-configuration",
    "/.well-known/jwks.json",
];

/// The name of a protecting header that the answer lacks, has twice, or has with another value.
pub fn unprotected(path: &str, response: &Response) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_kept = response.status == 200 && PUBLIC_DOCUMENTS.contains(&path);
    let broken = |(name, value): &(&'static str, &'static str)| {
        let value = if is_kept && *name == "cache-control" { "public, max-age=300" } else { *value };
        let sent: Vec<&str> =
            response.headers.iter().filter(|(sent, _)| sent == name).map(|(_, value)| value.as_str()).collect();
        sent != [value]
    };
    PROTECTING.iter().find(|header| broken(header)).map(|(name, _)| *name)
}

pub fn check(method: Method, path: &str, response: &Response) {
    // The document that is being written cannot be what the answers are held to.
    if std::env::var_os("WRITE_OPENAPI").is_some() {
        return;
    }
    if let Some(problem) = problem(&DOCUMENT, method, path, response) {
        panic!("{problem}");
    }
}
