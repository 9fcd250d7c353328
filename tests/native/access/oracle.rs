//! Decisions and searches say what a walk with plain loops over the same rows says, on random states. A failure prints the
//! seed: `SEED=n cargo test --test native oracle` repeats it. `STATES=10000` tries more states than the 500 of each run.

use std::collections::BTreeSet;
use std::env;

use mithril_edge::http::Header;
use mithril_edge::http::Method::Post;
use serde_json::{Value, json};

use crate::access::lists::{listed, lists};
use crate::access::question;
use crate::access::state::{SCOPES, State, TYPES};
use crate::support::random::Random;
use crate::support::{Service, mint};

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Every question about a state, with the oracle's answer.
fn questions(state: &State) -> Vec<(Value, bool)> {
    let mut all = Vec::new();
    let users = (0..state.users.len()).map(|at| (("endpoint_user", (at + 1).to_string()), Some(at)));
    let named = ["user-0", "user-1", "user-2", "nobody", ""].map(|sub| (("user", sub.to_owned()), state.user_of(sub)));
    for ((kind, id), user) in users.chain(named) {
        for permission in TYPES.into_iter().chain(["Delete"]) {
            for (at, role) in state.roles.iter().enumerate() {
                let may = user.is_some_and(|user| role.is_access && state.may(user, permission, Some(at), None));
                all.push((question((kind, &id), permission, ("access_role", &role.id)), may));
            }
            for at in 0..state.groups.len() {
                let may = user.is_some_and(|user| state.may(user, permission, None, Some(at)));
                all.push((question((kind, &id), permission, ("access_group", &format!("group-{at}"))), may));
            }
        }
    }
    for scope in SCOPES.into_iter().filter(|scope| !scope.contains(' ')).chain(["M:Create,", "M:Create, Update", ""]) {
        let is_scope = SCOPES.contains(&scope) && !scope.contains(' ');
        for (at, client) in state.clients.iter().enumerate() {
            let may = is_scope && state.client_may(at, scope);
            all.push((question(("client", &client.id), "use", ("scope", scope)), may));
            for user in ["user-0", "user-1", "nobody"] {
                let mut asked = question(("user", user), "use", ("scope", scope));
                asked["subject"]["properties"] = json!({ "client_id": client.id });
                all.push((asked, is_scope && state.user_may(user, at, scope)));
            }
        }
        for link in &state.connections {
            let id = format!("link-{}-{}", link.0, link.1);
            let may = is_scope && state.connection_may(*link, scope);
            all.push((question(("connection", &id), "use", ("scope", scope)), may));
        }
    }
    all
}

/// Every search about a state, with the oracle's results.
fn searches(state: &State) -> Vec<(&'static str, Value, BTreeSet<String>)> {
    let mut all = Vec::new();
    let entity = |kind: &str, id: &str| json!({ "type": kind, "id": id }).to_string();
    let numbers = || 0..state.users.len();
    for permission in TYPES {
        let action = json!({ "name": permission });
        let mut resources: Vec<(&str, String, Option<usize>, Option<usize>)> = Vec::new();
        for (at, role) in state.roles.iter().enumerate().filter(|(_, role)| role.is_access) {
            resources.push(("access_role", role.id.clone(), Some(at), None));
        }
        for at in 0..state.groups.len() {
            resources.push(("access_group", format!("group-{at}"), None, Some(at)));
        }
        for (kind, id, role, group) in &resources {
            let may = |user: &usize| state.may(*user, permission, *role, *group);
            let resource = json!({ "type": kind, "id": id });
            let by_number = numbers().filter(&may).map(|at| entity("endpoint_user", &(at + 1).to_string())).collect();
            let body = json!({ "subject": { "type": "endpoint_user" }, "action": action, "resource": resource });
            all.push(("subject", body, by_number));
            let is_named = |at: &usize| state.user_of(&state.users[*at].0).is_some();
            let by_name =
                numbers().filter(&may).filter(is_named).map(|at| entity("user", &state.users[at].0)).collect();
            let body = json!({ "subject": { "type": "user" }, "action": action, "resource": resource });
            all.push(("subject", body, by_name));
        }
        for user in numbers() {
            let subject = json!({ "type": "endpoint_user", "id": (user + 1).to_string() });
            for wanted in ["access_role", "access_group"] {
                let of_kind = resources
                    .iter()
                    .filter(|(kind, _, role, group)| *kind == wanted && state.may(user, permission, *role, *group));
                let found = of_kind.map(|(kind, id, ..)| entity(kind, id)).collect();
                let body = json!({ "subject": subject, "action": action, "resource": { "type": wanted } });
                all.push(("resource", body, found));
            }
            for (kind, id, role, group) in resources.iter().filter(|_| permission == TYPES[0]) {
                let allowed = TYPES.into_iter().filter(|one| state.may(user, one, *role, *group));
                let found = allowed.map(|name| json!({ "name": name }).to_string()).collect();
                all.push(("action", json!({ "subject": subject, "resource": { "type": kind, "id": id } }), found));
            }
        }
    }
    let names = SCOPES.into_iter().filter(|scope| !scope.contains(' '));
    let usable = json!({ "name": "use" });
    for scope in names.clone() {
        let resource = json!({ "type": "scope", "id": scope });
        let clients = (0..state.clients.len()).filter(|at| state.client_may(*at, scope));
        let found = clients.map(|at| entity("client", &state.clients[at].id)).collect();
        all.push((
            "subject",
            json!({ "subject": { "type": "client" }, "action": usable, "resource": resource }),
            found,
        ));
        let links = state.connections.iter().filter(|link| state.connection_may(**link, scope));
        let found =
            links.map(|(client, consumer)| entity("connection", &format!("link-{client}-{consumer}"))).collect();
        let body = json!({ "subject": { "type": "connection" }, "action": usable, "resource": resource });
        all.push(("subject", body, found));
        for (at, client) in state.clients.iter().enumerate() {
            let properties = json!({ "client_id": client.id });
            let users = ["user-0", "user-1", "user-2"].into_iter().filter(|user| state.user_may(user, at, scope));
            let shown = |user: &str| json!({ "type": "user", "id": user, "properties": properties }).to_string();
            let found = users.map(shown).collect();
            let subject = json!({ "type": "user", "properties": properties });
            all.push(("subject", json!({ "subject": subject, "action": usable, "resource": resource }), found));
            let subject = json!({ "type": "user", "id": "user-1", "properties": properties });
            let found = state.user_may("user-1", at, scope).then(|| usable.to_string()).into_iter().collect();
            all.push(("action", json!({ "subject": subject, "resource": resource }), found));
        }
    }
    let scopes = |may: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        names.clone().chain(["z"]).filter(|scope| may(scope)).map(|scope| entity("scope", scope)).collect()
    };
    let wanted = json!({ "type": "scope" });
    for (at, client) in state.clients.iter().enumerate() {
        let subject = json!({ "type": "client", "id": client.id });
        let found = scopes(&|scope| state.client_may(at, scope));
        all.push(("resource", json!({ "subject": subject, "action": usable, "resource": wanted }), found));
        let subject = json!({ "type": "user", "id": "user-0", "properties": { "client_id": client.id } });
        let found = scopes(&|scope| state.user_may("user-0", at, scope));
        all.push(("resource", json!({ "subject": subject, "action": usable, "resource": wanted }), found));
    }
    for link in &state.connections {
        let subject = json!({ "type": "connection", "id": format!("link-{}-{}", link.0, link.1) });
        let found = scopes(&|scope| state.connection_may(*link, scope));
        all.push(("resource", json!({ "subject": subject, "action": usable, "resource": wanted }), found));
    }
    all
}

/// Asks without the contract's check of each answer, which other tests have.
fn asked(service: &Service, token: &str, path: &str, body: &Value) -> Value {
    let headers = [(Header::Authorization, token), (Header::ContentType, "application/json")];
    let response = service.raw(Post, &format!("/access/v1/{path}"), &headers, body.to_string().as_bytes());
    let text = response.body.unwrap_or_default();
    assert_eq!(response.status, 200, "{body} {text}");
    serde_json::from_str(&text).expect("JSON")
}

/// Tries one state. Of its questions and searches, every `step`-th is made; all of them when `step` is 1.
fn check(service: &Service, token: &str, seed: u64, step: usize) {
    let mut random = Random::seeded(seed);
    let state = State::random(&mut random);
    service.platform.load(&format!("BEGIN;{}COMMIT;", state.sql()));
    service.platform.statements.borrow_mut().clear();
    let first = random.below(step);
    let questions: Vec<_> = questions(&state).into_iter().skip(first).step_by(step).collect();
    for part in questions.chunks(50) {
        let items: Vec<&Value> = part.iter().map(|(asked, _)| asked).collect();
        let reply = asked(service, token, "evaluations", &json!({ "evaluations": items }));
        for (at, (asked, may)) in part.iter().enumerate() {
            let decision = &reply["evaluations"][at];
            assert_eq!(decision["decision"], *may, "SEED={seed} {asked} {decision}");
            let reason = &decision["context"]["reason"];
            let missing = reason["missing"].as_array().map_or(0, Vec::len);
            assert_eq!((reason["path"].is_object(), missing > 0), (*may, !may), "SEED={seed} {asked} {reason}");
        }
    }
    for (part, mut body, expected) in searches(&state).into_iter().skip(first).step_by(5 * step) {
        let mut found = Vec::new();
        body["page"] = json!({ "limit": 1 + random.below(3) });
        loop {
            let reply = asked(service, token, &format!("search/{part}"), &body);
            found.extend(reply["results"].as_array().expect("results").iter().map(Value::to_string));
            if reply["page"]["next_token"] == "" {
                break;
            }
            body["page"]["token"] = reply["page"]["next_token"].clone();
        }
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected, "SEED={seed} {part} {body}");
        assert_eq!(found.len(), expected.len(), "SEED={seed} {part} {body}: each is there once");
    }
    for (path, expected) in lists(&state).into_iter().skip(first).step_by(step) {
        let found = listed(service, token, &path);
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected, "SEED={seed} {path}");
        assert_eq!(found.len(), expected.len(), "SEED={seed} {path}: each is there once");
    }
}

#[test]
fn decisions_searches_and_lists_are_those_of_plain_loops_on_random_states() {
    let service = Service::default();
    let token = format!("Bearer {}", mint("access:evaluate access:search"));
    if let Ok(seed) = env::var("SEED") {
        return check(&service, &token, seed.parse().expect("a number"), 1);
    }
    for seed in 0..number("STATES", 500) {
        check(&service, &token, seed, 20);
    }
}
