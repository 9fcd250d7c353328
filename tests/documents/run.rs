//! Sends the calls of an example over `handle`, each example to a service of its own.

use std::collections::BTreeMap;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use mithril_edge::db::error::DbError;
use mithril_edge::http::{Header, Method};
use mithril_edge::settings::RawSettings;
use serde_json::{Value, json};

use crate::data::{Broken, Call, Caller, Example, Fault};
use crate::matching;
use crate::support::endpoint::encode;
use crate::support::platform::NOW;
use crate::support::tokens::{ISSUER, Signer, settings, sign};
use crate::support::{Reply, Service};

/// The rows that every example finds.
const STATE: &str = include_str!("state.sql");

/// The values that texts of an example name as `{name}`.
type Names = BTreeMap<String, String>;

/// Sets one setting by the name that operators use.
fn set(raw: &mut RawSettings, name: &str, value: &str) {
    let setting = match name {
        "API_KEY_RULE" => &mut raw.api_key_rule,
        "ENDPOINT_SCOPE_RULE" => &mut raw.endpoint_scope_rule,
        "ENDPOINT_REFRESH_WITHOUT_SECRET" => &mut raw.endpoint_refresh_without_secret,
        "ACCESS_TOKEN_LIFETIME" => &mut raw.access_token_lifetime,
        "REFRESH_TOKEN_LIFETIME" => &mut raw.refresh_token_lifetime,
        "MITHRIL_REFRESH" => &mut raw.mithril_refresh,
        "CONNECTION_FIELDS" => &mut raw.connection_fields,
        "AUTHORIZE_ANSWER" => &mut raw.authorize_answer,
        _ => panic!("there is no setting {name}"),
    };
    *setting = Some(value.to_owned());
}

fn service(example: &Example) -> Service {
    let mut raw = settings();
    for (name, value) in &example.settings {
        set(&mut raw, name, value);
    }
    let service = Service::over(STATE, &raw);
    for sql in &example.state {
        service.platform.load(sql);
    }
    service
}

/// Lets the fault be from now on.
fn fail(service: &Service, fault: Fault) {
    let error = match fault {
        Fault::Unreachable => DbError::Unavailable("Network connection lost.".to_owned()),
        Fault::Defect => DbError::Other("no such table".to_owned()),
        Fault::RateLimit => return service.platform.allowance.set(0),
    };
    *service.platform.fault.borrow_mut() = Some(error);
}

/// The text with each `{name}` replaced. `%{…}` is a text of the documents.
fn fill(text: &str, names: &Names) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let name = after.split_once('}').map(|(name, _)| name);
        let Some(name) = name.filter(|_| !before.ends_with('%')) else {
            filled.push('{');
            rest = after;
            continue;
        };
        filled.push_str(names.get(name).unwrap_or_else(|| panic!("nothing is saved as {name}: {text}")));
        rest = &after[name.len() + 1..];
    }
    filled + rest
}

fn fill_all(value: &Value, names: &Names) -> Value {
    match value {
        Value::String(text) => fill(text, names).into(),
        Value::Array(items) => items.iter().map(|item| fill_all(item, names)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), fill_all(value, names)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn form(fields: &Names, names: &Names) -> String {
    let field = |(name, value): (&String, &String)| format!("{}={}", encode(name), encode(&fill(value, names)));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

fn authorization(caller: &Caller, names: &Names, now: i64) -> String {
    if let Some(basic) = &caller.basic {
        return format!("Basic {}", Base64::encode_string(fill(basic, names).as_bytes()));
    }
    if let Some(bearer) = &caller.bearer {
        return format!("Bearer {}", fill(bearer, names));
    }
    let mut claims = json!({ "iat": now, "exp": now + 600 });
    let given = [
        ("client_type", &caller.client_type),
        ("client_id", &caller.client),
        ("sub", &caller.user),
        ("scope", &caller.scope),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            claims[name] = value.as_str().into();
        }
    }
    if caller.broken == Some(Broken::Expired) {
        claims["exp"] = (now - 3600).into();
    }
    let is_strange = caller.broken == Some(Broken::Stranger);
    let signer = if is_strange { Signer::Stranger } else { Signer::LoginHs256 };
    format!("Bearer {}", sign(signer, json!({}), claims))
}

fn send(service: &Service, call: &Call, names: &mut Names) -> Reply {
    let now = service.platform.now.get();
    let (method, path) = call.send.split_once(' ').expect("method and path");
    let path = fill(path, names);
    let query = form(&call.query, names);
    names.insert("path".to_owned(), path.clone());
    names.insert("url".to_owned(), format!("{ISSUER}{path}"));
    let path = if query.is_empty() { path } else { format!("{path}?{query}") };
    let (kind, body) = match (&call.json, &call.form, &call.text) {
        (Some(json), None, None) => ("application/json", fill_all(json, names).to_string()),
        (None, Some(fields), None) => ("application/x-www-form-urlencoded", form(fields, names)),
        (None, None, Some(text)) => ("application/json", text.clone()),
        (None, None, None) => ("", String::new()),
        _ => panic!("one body: {}", call.send),
    };
    let mut headers = Vec::new();
    if let Some(caller) = &call.caller {
        headers.push((Header::Authorization, authorization(caller, names, now)));
    }
    if !kind.is_empty() {
        headers.push((Header::ContentType, kind.to_owned()));
    }
    for (name, value) in &call.headers {
        // The platform hands over only the headers that the service reads.
        let known = Header::ALL.iter().find(|header| header.name().eq_ignore_ascii_case(name));
        headers.extend(known.map(|header| (*header, fill(value, names))));
    }
    let headers: Vec<(Header, &str)> = headers.iter().map(|(header, value)| (*header, value.as_str())).collect();
    service.send(Method::parse(method), &path, &headers, &body)
}

/// Header and claims of a JWT; null where there is none.
fn decoded(token: &Value) -> Value {
    let part = |at: usize| {
        let bytes = Base64UrlUnpadded::decode_vec(token.as_str()?.split('.').nth(at)?).ok()?;
        serde_json::from_slice::<Value>(&bytes).ok()
    };
    json!({ "header": part(0), "claims": part(1) })
}

/// Where a call's answer differs from the documented one.
fn compare(service: &Service, call: &Call, reply: &Reply, names: &Names) -> Vec<String> {
    let now = service.platform.now.get();
    let answer = &call.answer;
    if reply.status != answer.status {
        let log = service.platform.log.borrow();
        let cause = log.last().filter(|_| reply.status >= 500).map_or("", String::as_str);
        let (documented, status, text) = (answer.status, reply.status, &reply.text);
        return vec![format!("status: the document has {documented}, the answer {status} {text} {cause}")];
    }
    let mut found = Vec::new();
    for (name, value) in &answer.headers {
        let sent = reply.header(name).map_or(Value::Null, Value::from);
        found.extend(matching::differences(&fill(value, names).into(), &sent, name, now));
    }
    let is_nothing = answer.body.as_ref().is_some_and(|body| body == "<nothing>");
    if is_nothing && !reply.text.is_empty() {
        found.push(format!("the document has no body, the answer {}", reply.text));
    }
    if let Some(body) = answer.body.as_ref().filter(|_| !is_nothing) {
        found.extend(matching::differences(&fill_all(body, names), &reply.json, "", now));
    }
    for (pointer, parts) in &answer.jwt {
        let token = reply.json.pointer(pointer).unwrap_or(&Value::Null);
        found.extend(matching::differences(&fill_all(parts, names), &decoded(token), pointer, now));
    }
    found
}

/// Where the answers to an example's calls differ from the documented ones. The first call that differs ends it.
pub fn differences(example: &Example, steps: &BTreeMap<String, Call>) -> Vec<String> {
    let service = service(example);
    let mut names = Names::from([("origin".to_owned(), ISSUER.to_owned())]);
    let given = example.given.iter().map(|name| steps.get(name).unwrap_or_else(|| panic!("there is no step {name}")));
    let calls = given.chain(&example.before).chain([&example.call]).chain(&example.after);
    for (at, call) in calls.enumerate() {
        service.platform.now.set(service.platform.now.get() + call.seconds_later);
        if let Some(fault) = example.fault.filter(|_| at == example.given.len() + example.before.len()) {
            fail(&service, fault);
        }
        let reply = send(&service, call, &mut names);
        for (name, pointer) in &call.save {
            let value = reply.json.pointer(pointer).unwrap_or(&Value::Null);
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            names.insert(name.clone(), text);
        }
        let found = compare(&service, call, &reply, &names);
        if !found.is_empty() {
            return found.into_iter().map(|one| format!("{}: {one}", call.send)).collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_and_the_documents_own_braces_stay() {
        let names = Names::from([("a".to_owned(), "1".to_owned())]);
        assert_eq!(fill("x{a}y{a} %{expected} {", &names), "x1y1 %{expected} {");
    }

    #[test]
    #[should_panic(expected = "nothing is saved as b")]
    fn a_name_that_was_not_saved_is_no_text() {
        fill("{b}", &Names::new());
    }

    #[test]
    fn the_clock_of_the_examples_is_that_of_all_tests() {
        assert_eq!(Service::over(STATE, &settings()).platform.now.get(), NOW);
    }
}
