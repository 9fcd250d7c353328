//! Decisions: who may ask, what is refused, and how a request is decided.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Get, Post};
use mithril_edge::routes::{ROUTES, Route};
use serde_json::{Value, json};

use crate::access::{ask, question};
use crate::plans::slow_steps;
use crate::support::routes::{CLINIC, CONNECTION, MIS, OTHER, whole_service};
use crate::support::tokens::{mint_as, settings};
use crate::support::{Service, mint};

pub const CLERK: &str = "32E61509-0071-4001-BE32-9E9D0DB255CB";
const PATH: &str = "/access/v1/evaluation";
/// A role of one user at the clinic that its type allows in part.
pub const HELD: &str = "
INSERT INTO roles (id, name, scope, inserted_at, updated_at)
  VALUES ('role-keeper', 'Keeper', 'connection:read notebooks:read', '2024-04-02T08:00:00Z', '2024-04-02T08:00:00Z');
INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
  VALUES ('held-1', 'user-8', 'role-keeper', '1380df72-275a-11e7-93ae-92361f002671', '2024-06-05T08:00:00Z');";

pub fn service() -> Service {
    let service = whole_service();
    service.platform.load(HELD);
    service
}

fn asking_routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.path.starts_with("/access/"))
}

pub fn scope_question(kind: &str, id: &str, client: Option<&str>, scope: &str) -> Value {
    let mut asked = question((kind, id), "use", ("scope", scope));
    if let Some(client) = client {
        asked["subject"]["properties"] = json!({ "client_id": client });
    }
    asked
}

#[test]
fn without_a_token_or_its_scope_nothing_is_decided() {
    let service = service();
    let body = question(("endpoint_user", "7"), "Create", ("access_role", CLERK)).to_string();
    for route in asking_routes() {
        let none = service.send(Post, route.path, &[(Header::ContentType, "application/json")], &body);
        assert_eq!((none.status, none.json.is_string()), (401, true), "{}", route.path);
        let other = if route.path.contains("search") { "access:evaluate" } else { "access:search" };
        let lacking = service.call(Post, route.path, &mint(other), &body);
        assert_eq!((lacking.status, lacking.json.is_string()), (403, true), "{}", route.path);
    }
}

#[test]
fn a_blocked_caller_is_401_whatever_it_sends() {
    let service = service();
    service.platform.load(&format!("UPDATE clients SET is_blocked = 1 WHERE id = '{CLINIC}'"));
    for route in asking_routes() {
        for body in ["{}", "%", ""] {
            let token = mint_as("MSP", CLINIC, "access:evaluate access:search");
            assert_eq!(service.call(Post, route.path, &token, body).status, 401, "{} {body}", route.path);
        }
    }
}

#[test]
fn a_question_that_lacks_a_part_is_400_and_names_it() {
    let service = service();
    let whole = question(("endpoint_user", "7"), "Create", ("access_role", CLERK));
    let with = |pointer: &str, value: Value| {
        let mut body = whole.clone();
        *body.pointer_mut(pointer).expect("a member") = value;
        body
    };
    let long = json!("x".repeat(256));
    for (body, member) in [
        (json!({}), "subject"),
        (with("/subject", json!("user")), "subject"),
        (with("/subject/type", Value::Null), "subject.type"),
        (with("/subject/id", json!(7)), "subject.id"),
        (with("/subject/id", json!("a\0b")), "subject.id"),
        (with("/action", Value::Null), "action"),
        (with("/action/name", long.clone()), "action.name"),
        (with("/resource", json!([])), "resource"),
        (with("/subject", json!({ "type": "user", "id": "u", "properties": null })), "subject.properties"),
        (
            with("/subject", json!({ "type": "user", "id": "u", "properties": { "client_id": {} } })),
            "subject.properties.client_id",
        ),
        (with("/action", json!({ "name": "Read", "properties": "x" })), "action.properties"),
        (with("/resource", json!({ "type": "t", "id": "r", "properties": [null] })), "resource.properties"),
        (with("/resource/type", json!({})), "resource.type"),
        (with("/resource/id", long), "resource.id"),
        (
            json!({ "subject": whole["subject"], "action": whole["action"], "resource": whole["resource"], "context": 1 }),
            "context",
        ),
        (json!({ "evaluations": {} }), "evaluations"),
        (json!({ "evaluations": vec![&whole; 51] }), "evaluations"),
        (json!({ "evaluations": [1] }), "evaluations[0]"),
        (json!({ "evaluations": [whole, { "action": whole["action"] }] }), "evaluations[1].subject"),
        (json!({ "evaluations": [whole], "action": { "name": "", "properties": [null] } }), "action.properties"),
        (json!({ "evaluations": [whole], "subject": { "type": 7, "id": "7" } }), "subject.type"),
        (json!({ "evaluations": [whole], "subject": { "type": "user" } }), "subject.id"),
        (json!({ "evaluations": [whole], "action": { "name": "x".repeat(256) } }), "action.name"),
        (json!({ "evaluations": [whole], "context": [] }), "context"),
        (json!({ "evaluations": [whole], "options": 1 }), "options"),
        (
            json!({ "evaluations": [whole], "options": { "evaluations_semantic": "all" } }),
            "options.evaluations_semantic",
        ),
    ] {
        let reply = ask(&service, "evaluations", &body);
        let sentence = reply.json.as_str().unwrap_or_default();
        assert_eq!((reply.status, sentence.starts_with(&format!("{member} must"))), (400, true), "{body} {sentence}");
    }
    for body in ["[]", "%", "{\"subject\":{},\"subject\":{}}"] {
        let reply = service.call(Post, PATH, &mint("access:evaluate"), body);
        assert_eq!((reply.status, reply.json.is_string()), (400, true), "{body}");
    }
}

#[test]
fn a_caller_of_its_own_client_learns_nothing_of_others_and_of_groups_only_with_their_scope() {
    let service = service();
    let caller = json!({ "decision": false, "context": { "reason": { "version": 0, "missing": ["caller"] } } });
    let scope = "connection:read";
    let foreign = [
        scope_question("client", OTHER, None, scope),
        scope_question("user", "user-1", Some(OTHER), scope),
        scope_question("user", "user-1", Some("nobody"), scope),
        scope_question("connection", "e5372365-d47a-467f-81d0-f35117864354", None, scope),
        question(("endpoint_user", "7"), "Create", ("access_role", CLERK)),
        question(("user", "user-1"), "Create", ("access_group", "GROUP-A")),
        question(("user", "user-1"), "Create", ("other", "x")),
    ];
    for client_type in ["MSP", "WIZARD", ""] {
        let token = mint_as(client_type, CLINIC, "access:evaluate");
        for body in &foreign {
            let reply = service.call(Post, PATH, &token, &body.to_string());
            assert_eq!((reply.status, &reply.json), (200, &caller), "{client_type} {body}");
        }
        let own = scope_question("client", CLINIC, None, scope);
        assert_eq!(service.call(Post, PATH, &token, &own.to_string()).json["decision"], true, "{client_type}");
    }
    let reader = mint_as("MSP", CLINIC, "access:evaluate AccessManager:Read");
    for (body, decision) in [(&foreign[4], true), (&foreign[5], true), (&foreign[0], false)] {
        assert_eq!(service.call(Post, PATH, &reader, &body.to_string()).json["decision"], decision, "{body}");
    }
}

#[test]
fn a_consumer_decides_nothing_of_another_consumers_connection() {
    let service = service();
    let held = "UPDATE connections SET tokens_valid_after = NULL";
    service.platform.load(held);
    let claims = json!({ "client_id": CLINIC, "client_type": "MSP", "scope": "access:evaluate",
        "connection_id": CONNECTION, "sub": CLINIC });
    let token = crate::support::tokens::sign(crate::support::tokens::Signer::Own, json!({}), claims);
    for (link, decision) in [(CONNECTION, true), ("e5372365-d47a-467f-81d0-f35117864353", false)] {
        let body = scope_question("connection", link, None, "connection:read");
        let reply = service.call(Post, PATH, &token, &body.to_string());
        assert_eq!((reply.status, &reply.json["decision"]), (200, &json!(decision)), "{link} {}", reply.text);
    }
}

#[test]
fn several_questions_take_defaults_and_end_where_the_semantic_says() {
    let service = service();
    let decisions = |semantic: Option<&str>, actions: &[&str]| {
        let items: Vec<Value> = actions.iter().map(|name| json!({ "action": { "name": name } })).collect();
        let mut body = question(("endpoint_user", "7"), "Fly", ("access_role", CLERK));
        body["evaluations"] = json!(items);
        if let Some(semantic) = semantic {
            body["options"] = json!({ "evaluations_semantic": semantic, "other": 1 });
        }
        let reply = ask(&service, "evaluations", &body);
        assert_eq!((reply.status, reply.json.get("decision")), (200, None));
        let made = reply.json["evaluations"].as_array().expect("decisions").clone();
        made.iter().map(|one| one["decision"].as_bool().expect("a decision")).collect::<Vec<_>>()
    };
    let (yes, no) = ("Create", "Export");
    assert_eq!(decisions(None, &[no, yes, no]), [false, true, false]);
    assert_eq!(decisions(Some("execute_all"), &[no, yes, no]), [false, true, false]);
    assert_eq!(decisions(Some("deny_on_first_deny"), &[yes, no, yes]), [true, false]);
    assert_eq!(decisions(Some("deny_on_first_deny"), &[yes, yes]), [true, true]);
    assert_eq!(decisions(Some("permit_on_first_permit"), &[no, yes, no]), [false, true]);
    assert_eq!(decisions(Some("permit_on_first_permit"), &[no, no]), [false, false]);
    for body in [json!([]), Value::Null] {
        let mut one = question(("endpoint_user", "7"), yes, ("access_role", CLERK));
        if body.is_array() {
            one["evaluations"] = body;
        }
        assert_eq!(ask(&service, "evaluations", &one).json["decision"], true);
    }
}

#[test]
fn what_the_specification_does_not_have_is_ignored() {
    let service = service();
    let mut body = question(("endpoint_user", "7"), "Create", ("access_role", CLERK));
    body["more"] = json!(1);
    body["context"] = json!({ "time": "now" });
    body["subject"]["more"] = json!([]);
    body["action"]["properties"] = json!({ "soft": true });
    body["resource"]["properties"] = json!({ "a": 1 });
    assert_eq!(ask(&service, "evaluation", &body).json["decision"], true);
}

#[test]
fn a_batch_of_fifty_is_one_round_trip_and_every_statement_has_its_index() {
    let service = service();
    let kinds = [
        question(("endpoint_user", "7"), "Create", ("access_role", CLERK)),
        question(("user", "user-8"), "Create", ("access_group", "GROUP-A")),
        scope_question("user", "user-8", Some(CLINIC), "connection:read"),
        scope_question("client", OTHER, None, "a:b"),
        scope_question("connection", CONNECTION, None, "connection:read"),
    ];
    let items: Vec<&Value> = kinds.iter().cycle().take(50).collect();
    let before = service.platform.trips.get();
    let reply = ask(&service, "evaluations", &json!({ "evaluations": items }));
    assert_eq!(reply.json["evaluations"].as_array().map(Vec::len), Some(50));
    assert_eq!(service.platform.trips.get() - before, 1);
    let walks: Vec<String> = slow_steps(&service).into_iter().filter(|step| !is_computed(step)).collect();
    assert_eq!(walks, Vec::<String>::new());
}

/// A step over rows that the statement has computed, at most one for each question.
pub fn is_computed(step: &str) -> bool {
    ["SCAN asked", "SCAN decided", "SCAN stopped", "USE TEMP B-TREE"].iter().any(|known| step.starts_with(known))
}

#[test]
fn an_answer_is_old_only_for_a_caller_that_allows_it_and_never_older() {
    let service = service();
    let body = question(("endpoint_user", "7"), "Create", ("access_role", CLERK)).to_string();
    let token = mint("access:evaluate");
    let decides = |more: &[(Header, &str)], token: &str| {
        let reply = service.call_with(Post, PATH, token, more, &body);
        reply.json["decision"].as_bool().expect("a decision")
    };
    let young = [(Header::CacheControl, "max-age=30")];
    assert!(decides(&young, &token));
    service.platform.load("UPDATE endpoint_users SET is_active = 0");
    assert!(decides(&young, &token), "from memory");
    assert!(!decides(&[], &token), "strict by default");
    assert!(!decides(&[(Header::CacheControl, "no-cache")], &token));
    let other = mint_as("MITHRIL ADMIN", MIS, "access:evaluate");
    assert!(!decides(&young, &other), "another caller's answer is another");
    service.platform.now.set(service.platform.now.get() + 30);
    assert!(!decides(&young, &token), "too old");
    service.platform.load("UPDATE endpoint_users SET is_active = 1");
    assert!(!decides(&[(Header::CacheControl, "max-age=600")], &token));
    service.platform.now.set(service.platform.now.get() + 60);
    assert!(decides(&[(Header::CacheControl, "max-age=600")], &token), "never older than a minute");
    // A strict question in between keeps the caller known, so that only the age of the answer counts.
    service.platform.now.set(service.platform.now.get() + 30);
    assert!(decides(&[], &token));
    service.platform.load("UPDATE endpoint_users SET is_active = 0");
    service.platform.now.set(service.platform.now.get() + 40);
    assert!(!decides(&[(Header::CacheControl, "max-age=600")], &token), "never older than a minute");
}

#[test]
fn the_identifier_of_a_request_comes_back_as_it_was_sent() {
    let service = service();
    let body = question(("endpoint_user", "7"), "Create", ("access_role", CLERK)).to_string();
    for id in ["bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "a (strange) \"id\", with spaces", &"x".repeat(500)] {
        for token in [mint("access:evaluate"), mint("")] {
            let reply = service.call_with(Post, PATH, &token, &[(Header::RequestId, id)], &body);
            assert_eq!(reply.header("x-request-id"), Some(id));
        }
    }
}

#[test]
fn the_metadata_names_the_addresses_and_is_404_without_an_issuer() {
    let service = service();
    let reply = service.send(Get, "/.well-known/authzen-configuration", &[], "");
    assert_eq!((reply.status, &reply.json["policy_decision_point"]), (200, &json!("https://edge.test")));
    for route in asking_routes() {
        let named = reply
            .json
            .as_object()
            .expect("members")
            .values()
            .any(|at| *at == format!("https://edge.test{}", route.path));
        assert!(named, "{}", route.path);
    }
    let mut raw = settings();
    raw.issuer = None;
    let bare = Service::over(crate::support::FIXTURE, &raw);
    let reply = bare.send(Get, "/.well-known/authzen-configuration", &[], "");
    assert_eq!((reply.status, reply.json.is_string()), (404, true));
}
