//! Makes the OpenAPI document from the route table and from answers that are recorded here, and compares it with the
//! committed file. `npm run openapi` writes that file.

mod descriptions;
mod parts;
mod trial;

use std::collections::BTreeMap;

use mithril_edge::http::{Method, Response};
use mithril_edge::routes::{Operation, ROUTES, Route};
use mithril_edge::settings::RawSettings;
use mithril_openapi as openapi;
use mithril_openapi::doc::{Doc, Sample};
use mithril_openapi::refusals;
use mithril_openapi::refusals::Family;
use mithril_openapi::{Examples, Part, Recorded, scopes};
use serde_json::Value;

use trial::{Trial, use_key};

use crate::support::contract;
use crate::support::contract::{COMMITTED, PROTECTING};
use crate::support::{Service, mint, tokens};

const SAMPLES: &str = include_str!("../../samples/sample.sql");

/// The client and the connection that samples with placeholders are about.
const CONNECTION: (&str, &str) = ("1380df72-275a-11e7-93ae-92361f002671", "e5372365-d47a-467f-81d0-f35117864352");

/// Refreshes the secret of the sample connection this many times.
fn refresh(service: &Service, times: u8) {
    let (client, connection) = CONNECTION;
    let path = format!("/api/clients/{client}/connections/{connection}/actions/refresh_secret");
    for _ in 0..times {
        let reply = service.call(Method::Patch, &path, &mint("connection:refresh_secret"), r#"{"grace_period":86400}"#);
        assert_eq!(reply.status, 200, "{:?}", service.platform.log.borrow().last());
    }
}

/// Replaces the placeholders in a sample's body by a secret, tokens and a code of the sample connection.
fn fill(service: &Service, body: &str) -> String {
    if !body.contains(['{']) {
        return body.to_owned();
    }
    let (client, connection) = CONNECTION;
    let mut filled = body.to_owned();
    if filled.contains("{secret}") || filled.contains("_token}") {
        let secret = service.secret(client, connection);
        for (name, member) in [("{access_token}", "access_token"), ("{refresh_token}", "refresh_token")] {
            if filled.contains(name) {
                let reply =
                    service.basic("/oAuth/rest/v2/Token", client, &secret, &[("grant_type", "client_credentials")]);
                filled = filled.replace(name, reply.json[member].as_str().expect("a token"));
            }
        }
        filled = filled.replace("{secret}", &secret);
    }
    if filled.contains("{code}") {
        let route = ROUTES.iter().find(|route| route.operation == Operation::AuthorizeApp).expect("the route");
        let doc = openapi::entry(route.operation);
        let response = Trial::new(route, &doc, doc.samples.first().expect("a sample")).answer(service);
        let answer: Value = serde_json::from_str(&response.body.unwrap_or_default()).expect("JSON");
        filled = filled.replace("{code}", answer["data"]["value"].as_str().expect("a code"));
    }
    filled
}

/// The service over the sample data, with fixed random numbers.
fn service() -> Service {
    let service = Service::over(SAMPLES, &tokens::settings());
    service.platform.chance.set(Some(1));
    service
}

/// The service that a sample is about.
fn service_of(sample: &Sample) -> Service {
    if !sample.is_documented {
        return service();
    }
    let documented = || Some("documented".to_owned());
    let settings =
        RawSettings { connection_fields: documented(), authorize_answer: documented(), ..tokens::settings() };
    let service = Service::over(SAMPLES, &settings);
    service.platform.chance.set(Some(1));
    service
}

/// Every documented call that succeeds: its name, and a service that has just answered it and recorded its statements.
pub fn sampled() -> Vec<(String, Service)> {
    let mut all = Vec::new();
    for route in ROUTES {
        let doc = openapi::entry(route.operation);
        for sample in doc.samples.iter().filter(|sample| sample.status < 400) {
            let service = service_of(sample);
            refresh(&service, sample.refreshes);
            let mut trial = Trial::new(route, &doc, sample);
            trial.body = fill(&service, &trial.body);
            service.platform.statements.take();
            assert_eq!(trial.answer(&service).status, sample.status);
            all.push((format!("{} {} ({})", route.method.as_str(), route.path, sample.title), service));
        }
    }
    all
}

/// Records every answer of the document: that of each sample, and one of each refusal that routes share.
fn record() -> Examples {
    let mut examples = Examples::default();
    let mut problems = Vec::new();
    // A refusal changes nothing.
    let refusing = service();
    use_key(&refusing);
    let nameless = Service::over(SAMPLES, &RawSettings { issuer: None, ..tokens::settings() });
    let demanding = RawSettings { require_if_match: Some("on".to_owned()), ..tokens::settings() };
    let strict = Service::over(SAMPLES, &demanding);
    for (at, route) in ROUTES.iter().enumerate() {
        let doc = openapi::entry(route.operation);
        let place = format!("{} {}", route.method.as_str(), route.path);
        for (index, sample) in doc.samples.iter().enumerate() {
            let service = service_of(sample);
            refresh(&service, sample.refreshes);
            let mut trial = Trial::new(route, &doc, sample);
            trial.body = fill(&service, &trial.body);
            let response = trial.answer(&service);
            let title = sample.title;
            if response.status == sample.status {
                check_headers(&place, route, &doc, &response);
            } else {
                problems.push(format!("{place} \"{title}\": {} {:?}", response.status, response.body));
            }
            let request = Some(trial.body).filter(|body| !body.is_empty());
            examples.samples.insert((at, index), Recorded { request, answer: response.body });
        }
        let has_sample = |status: &u16| doc.samples.iter().any(|sample| sample.status == *status);
        for status in refusals::of(route, &doc).into_iter().filter(|status| !has_sample(status)) {
            let typical = doc.samples.iter().find(|sample| sample.body.is_some()).or_else(|| doc.samples.first());
            let Some(trial) = typical.and_then(|sample| Trial::new(route, &doc, sample).refused_with(status)) else {
                continue;
            };
            // A route without a path parameter is 404 only when its setting is missing.
            let is_bare = status == 404 && doc.path.is_empty();
            // An answer from memory would hide the fault.
            refusing.platform.cache.borrow_mut().clear();
            refusing.app.memory.roles.borrow_mut().clear();
            // A condition is checked only where the record is there, which a sample may have to make first.
            let made = service();
            refresh(&made, typical.map_or(0, |sample| sample.refreshes));
            let at = match status {
                412 => &made,
                428 => &strict,
                _ => &refusing,
            };
            let response = trial.answer(if is_bare { &nameless } else { at });
            if response.status != status {
                let found = response.status;
                problems.push(format!(
                    "{place} must answer {status} here and answered {found}. Does its handler ask the database \
                     (`call.read`, `call.change`)? {:?}",
                    response.body
                ));
            }
            examples
                .refusals
                .entry((Family::of(route.dialect), status))
                .or_insert(Recorded { request: None, answer: response.body });
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    examples
}

/// Every header that is sent is documented, and every documented header is sent.
fn check_headers(place: &str, route: &Route, doc: &Doc, response: &Response) {
    let own = doc.answers.iter().find(|answer| answer.status == response.status);
    let own = own.map(|answer| openapi::headers(route, answer));
    let mut documented: Vec<String> = own
        .clone()
        .unwrap_or_else(|| refusals::headers(response.status).to_vec())
        .iter()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    // A dry run answers with 200 where the change may have another status, and shows no record.
    let is_dry = response.headers.iter().any(|(name, _)| *name == "preference-applied");
    if is_dry {
        documented = vec!["preference-applied".to_owned()];
    } else {
        documented.retain(|name| name != "preference-applied");
    }
    documented.extend(["x-request-id".to_owned(), "content-type".to_owned()]);
    // The introduction of the document names these of every answer (support/contract.rs holds each answer to them).
    documented.extend(PROTECTING.map(|(name, _)| name.to_owned()));
    for (name, _) in &response.headers {
        // These headers depend on the kind of refusal: of two 403s only a missing scope has WWW-Authenticate, and only
        // the OAuth addresses tell old caches.
        let may_be = response.status >= 400 && ["www-authenticate", "pragma"].contains(name);
        assert!(may_be || documented.iter().any(|known| known == name), "{place} sends {name}");
    }
    if own.is_some() {
        // The last portion has no `Link`.
        for name in documented.iter().filter(|name| !["content-type", "link"].contains(&name.as_str())) {
            assert!(
                response.headers.iter().any(|(sent, _)| sent == name),
                "{place} does not send {name}. One record needs a tag: use `Answer::tagged`"
            );
        }
    }
}

#[test]
fn the_committed_documents_are_the_made_ones() {
    let examples = record();
    for part in Part::ALL {
        let (made, file) = (openapi::document(part, &examples), committed(part));
        if std::env::var_os("WRITE_OPENAPI").is_some() {
            std::fs::write(&file, &made).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(made == committed, "{file} is not what the routes make: run `npm run openapi` and commit it");
    }
}

/// The file of a document.
pub fn committed(part: Part) -> String {
    format!("public/{}", part.file())
}

#[test]
fn every_documented_answer_has_an_example() {
    let document: Value = serde_json::from_str(&std::fs::read_to_string(COMMITTED).unwrap()).unwrap();
    let mut missing = Vec::new();
    for route in ROUTES {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        let responses = operation["responses"].as_object();
        let place = || format!("{} {} is not in {COMMITTED}: run `npm run openapi`", route.method.as_str(), route.path);
        for (status, response) in responses.unwrap_or_else(|| panic!("{}", place())) {
            let response = response["$ref"]
                .as_str()
                .map_or(response, |name| document.pointer(name.trim_start_matches('#')).unwrap());
            let content =
                response["content"].as_object().and_then(|content| content.values().next()).unwrap_or(&Value::Null);
            if response.get("content").is_some()
                && content.get("example").is_none()
                && content.get("examples").is_none()
            {
                missing.push(format!("{} {} {status}", route.method.as_str(), route.path));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// The names behind `$ref` in a document.
fn references<'a>(node: &'a Value, found: &mut Vec<&'a str>) {
    match node {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_schema_that_is_named_is_there() {
    let document: Value = serde_json::from_str(&openapi::document(Part::Whole, &Examples::default())).unwrap();
    let mut names = Vec::new();
    references(&document, &mut names);
    assert!(names.len() > 100, "the references were not read");
    names.retain(|name| document.pointer(name.trim_start_matches('#')).is_none());
    assert_eq!(names, Vec::<&str>::new(), "add these to `schemas()` in openapi/src/entries.rs");
}

#[test]
fn the_names_of_a_path_are_the_tables() {
    for route in ROUTES {
        let doc = openapi::entry(route.operation);
        let names: Vec<&str> = route.path.split(['{', '}']).skip(1).step_by(2).collect();
        let documented: Vec<&str> = doc.path.iter().map(|(name, _)| *name).collect();
        assert_eq!(documented, names, "{}", route.path);
        assert!(doc.samples.iter().all(|sample| sample.params.len() == names.len()), "{}", route.path);
    }
}

#[test]
fn operations_have_names_of_their_own_and_scopes_are_described() {
    let document: Value = serde_json::from_str(&openapi::document(Part::Whole, &Examples::default())).unwrap();
    let mut names = BTreeMap::new();
    for route in ROUTES {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        let name = operation["operationId"].as_str().unwrap().to_owned();
        assert_eq!(names.insert(name, route.path), None, "{}", route.path);
    }
    let strange: Vec<&str> =
        scopes::scopes_in_use(Part::Whole).into_iter().filter(|scope| scopes::description(scope).is_none()).collect();
    assert_eq!(strange, Vec::<&str>::new(), "not in openapi/src/scopes.rs");
}

#[test]
fn an_answer_that_is_not_as_documented_is_found() {
    let document: Value = serde_json::from_str(&std::fs::read_to_string(COMMITTED).unwrap()).unwrap();
    let path = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
    let answer = |status, body: &str| Response { status, headers: Vec::new(), body: Some(body.to_owned()) };
    let good =
        r#"{"meta":{"code":200,"url":"u","type":"object","request_id":"r"},"data":{"name":"n","scope":"","id":"i"}}"#;
    let found = |response| contract::problem(&document, Method::Get, path, &response);
    assert_eq!(found(answer(200, good)), None);
    assert!(found(answer(200, &good.replace(r#""name":"n","#, ""))).is_some_and(|text| text.contains("name")));
    assert!(found(answer(409, good)).is_some_and(|text| text.contains("not documented")));
    assert!(found(Response { status: 200, headers: Vec::new(), body: None }).is_some());
}
