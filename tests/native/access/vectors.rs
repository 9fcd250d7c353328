//! The public interop vectors of the AuthZEN working group: 272 decisions and searches (tests/native/vectors/authzen.json).
//!
//! Their users, records and policies become rows here: a thing that is acted on is an access role, an action is a type of
//! permission, and each rule of a policy is an access group. The rules are those of the scenarios' descriptions; what is
//! expected is not read for them.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::access::{all_results, ask};
use crate::support::{Service, tokens};

/// Their names of actions, and ours.
const ACTIONS: [(&str, &str); 12] = [
    ("view", "Read"),
    ("edit", "Update"),
    ("delete", "Delete"),
    ("can_read_user", "Read"),
    ("can_read_todos", "Read"),
    ("can_create_todo", "Create"),
    ("can_update_todo", "Update"),
    ("can_delete_todo", "Delete"),
    ("GET", "Read"),
    ("POST", "Create"),
    ("PUT", "Update"),
    ("DELETE", "Delete"),
];

fn ours(action: &str) -> &'static str {
    ACTIONS.iter().find(|(theirs, _)| *theirs == action).expect("an action").1
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/authzen.json")).expect("JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().expect("texts").iter().map(|one| text(one).to_owned()).collect()
}

/// Rules as rows: (group, member), (group, thing, action).
#[derive(Default)]
struct Rules {
    members: BTreeSet<(String, String)>,
    grants: BTreeSet<(String, String, &'static str)>,
}

impl Rules {
    fn member(&mut self, group: impl Into<String>, user: &str) {
        self.members.insert((group.into(), user.to_owned()));
    }

    fn grant(&mut self, group: impl Into<String>, thing: impl Into<String>, action: &str) {
        self.grants.insert((group.into(), thing.into(), ours(action)));
    }

    fn service(&self) -> Service {
        const AT: &str = "'2026-01-01T00:00:00Z'";
        let mut sql = String::from(crate::support::FIXTURE);
        sql.push_str("DELETE FROM access_group_users; DELETE FROM endpoint_users;");
        let users: BTreeSet<&str> = self.members.iter().map(|(_, user)| user.as_str()).collect();
        for (at, user) in users.iter().enumerate() {
            let row = format!("{}, '{user}', '{user}', '{user}', {AT}", at + 1);
            writeln!(
                sql,
                "INSERT INTO endpoint_users (id, name, username, external_id, creation_date) VALUES ({row});"
            )
            .unwrap();
        }
        for thing in self.grants.iter().map(|(_, thing, _)| thing).collect::<BTreeSet<_>>() {
            let row = format!("'{thing}', '{thing}', '', 'AccessRole', {AT}, {AT}");
            writeln!(sql, "INSERT INTO roles (id, name, scope, type, inserted_at, updated_at) VALUES ({row});")
                .unwrap();
        }
        let groups = self.members.iter().map(|(group, _)| group).chain(self.grants.iter().map(|(group, ..)| group));
        for group in groups.collect::<BTreeSet<_>>() {
            let row = format!("'{group}', '{group}', 1, {AT}, {AT}");
            writeln!(sql, "INSERT INTO access_groups (id, name, is_active, created_on, modified_on) VALUES ({row});")
                .unwrap();
        }
        for (group, thing, action) in &self.grants {
            let row = format!("'{group}', '{thing}', '{action}', 1, {AT}");
            writeln!(
                sql,
                "INSERT INTO permissions (access_group_id, role_id, permission_id, is_active, created_on) VALUES ({row});"
            )
            .unwrap();
        }
        for (group, user) in &self.members {
            let number = format!("(SELECT id FROM endpoint_users WHERE external_id = '{user}')");
            writeln!(sql, "INSERT INTO access_group_users VALUES ('{group}', {number}, {AT});").unwrap();
        }
        Service::over(&sql, &tokens::settings())
    }
}

fn evaluation(user: &str, action: &str, thing: &str) -> Value {
    json!({ "subject": { "type": "user", "id": user }, "action": { "name": ours(action) },
        "resource": { "type": "access_role", "id": thing } })
}

/// The policy of the todo scenario: what the four roles may do, and what an owner may do who is an editor.
fn todo_rules(todo: &Value) -> Rules {
    let mut rules = Rules::default();
    let ids: BTreeSet<String> = todo["evaluation"].as_array().expect("rows").iter().map(thing_of).collect();
    for role in ["viewer", "editor", "admin", "evil_genius"] {
        for id in &ids {
            let (kind, _) = id.split_once(':').expect("a kind");
            if kind == "user" {
                rules.grant(role, id, "can_read_user");
                continue;
            }
            rules.grant(role, id, "can_read_todos");
            if role != "viewer" {
                rules.grant(role, id, "can_create_todo");
            }
            if role == "admin" {
                rules.grant(role, id, "can_delete_todo");
            }
            if role == "evil_genius" {
                rules.grant(role, id, "can_update_todo");
            }
        }
    }
    for (pid, user) in todo["users"].as_object().expect("users") {
        let roles = texts(&user["roles"]);
        roles.iter().for_each(|role| rules.member(role, pid));
        if roles.iter().any(|role| role != "viewer") {
            let group = format!("owner {}", text(&user["id"]));
            rules.member(&group, pid);
            for row in todo["evaluation"].as_array().expect("rows").iter().filter(|row| row[4] == user["id"]) {
                for action in ["can_update_todo", "can_delete_todo"] {
                    rules.grant(&group, thing_of(row), action);
                }
            }
        }
    }
    rules
}

fn thing_of(row: &Value) -> String {
    format!("{}:{}", text(&row[2]), text(&row[3]))
}

/// The policy of the record scenario.
fn record_rules(search: &Value) -> Rules {
    let mut rules = Rules::default();
    for record in search["records"].as_array().expect("records") {
        let id = text(&record["id"]);
        let owner = format!("owner {}", text(&record["owner"]));
        for action in ["view", "edit", "delete"] {
            rules.grant(&owner, id, action);
        }
        rules.grant(format!("department {}", text(&record["department"])), id, "view");
        rules.grant("managers", id, "view");
        rules.grant(format!("managers of {}", text(&record["department"])), id, "edit");
    }
    for user in search["users"].as_array().expect("users") {
        let (id, department) = (text(&user["id"]), text(&user["department"]));
        rules.member(format!("owner {id}"), id);
        rules.member(format!("department {department}"), id);
        if user["role"] == "manager" {
            rules.member("managers", id);
            rules.member(format!("managers of {department}"), id);
        }
    }
    rules
}

#[test]
fn the_vectors_of_the_todo_scenario_are_answered_as_published() {
    let todo = &vectors()["todo"];
    let service = todo_rules(todo).service();
    let rows = todo["evaluation"].as_array().expect("rows");
    assert_eq!(rows.len(), 40);
    for row in rows {
        let reply = ask(&service, "evaluation", &evaluation(text(&row[0]), text(&row[1]), &thing_of(row)));
        assert_eq!((reply.status, &reply.json["decision"]), (200, &row[5]), "{row}");
    }
    let batches = todo["evaluations"].as_array().expect("rows");
    assert_eq!(batches.len(), 3);
    for row in batches {
        let mut body = row[0].clone();
        body["action"]["name"] = json!(ours(text(&body["action"]["name"])));
        for item in body["evaluations"].as_array_mut().expect("items") {
            let id = format!("todo:{}", text(&item["resource"]["id"]));
            item["resource"] = json!({ "type": "access_role", "id": id });
        }
        let reply = ask(&service, "evaluations", &body);
        let made = reply.json["evaluations"].as_array().expect("decisions").iter().map(|one| one["decision"].clone());
        assert_eq!(made.collect::<Vec<_>>(), *row[1].as_array().expect("decisions"), "{row}");
    }
}

#[test]
fn the_vectors_of_the_gateway_scenario_are_answered_as_published() {
    let vectors = vectors();
    let rows = vectors["gateways"].as_array().expect("rows");
    assert_eq!(rows.len(), 25);
    let mut rules = Rules::default();
    for (pid, user) in vectors["todo"]["users"].as_object().expect("users") {
        texts(&user["roles"]).iter().for_each(|role| rules.member(role, pid));
    }
    for role in ["viewer", "editor", "admin", "evil_genius"] {
        rules.grant(role, "/users/{userId}", "GET");
        rules.grant(role, "/todos", "GET");
        if role != "viewer" {
            rules.grant(role, "/todos", "POST");
            rules.grant(role, "/todos/{todoId}", "PUT");
            rules.grant(role, "/todos/{todoId}", "DELETE");
        }
    }
    let service = rules.service();
    for row in rows {
        let reply = ask(&service, "evaluation", &evaluation(text(&row[0]), text(&row[1]), text(&row[2])));
        assert_eq!((reply.status, &reply.json["decision"]), (200, &row[3]), "{row}");
    }
}

#[test]
fn the_vectors_of_the_search_and_idp_scenarios_are_answered_as_published() {
    let vectors = vectors();
    let service = record_rules(&vectors["search"]).service();
    let found = |part: &str, body: Value, name: &str| -> BTreeSet<String> {
        all_results(&service, part, &body, 7).iter().map(|result| text(&result[name]).to_owned()).collect()
    };
    let mut count = 0;
    for row in vectors["search"]["subject"].as_array().expect("rows") {
        let body = json!({ "subject": { "type": "user" }, "action": { "name": ours(text(&row[1])) },
            "resource": { "type": "access_role", "id": row[0] } });
        assert_eq!(found("subject", body, "id"), texts(&row[2]), "{row}");
        count += 1;
    }
    let resources = vectors["search"]["resource"].as_array().expect("rows").iter();
    for row in resources.chain(vectors["idp"].as_array().expect("rows")) {
        let body = json!({ "subject": { "type": "user", "id": row[0] }, "action": { "name": ours(text(&row[1])) },
            "resource": { "type": "access_role" } });
        assert_eq!(found("resource", body, "id"), texts(&row[2]), "{row}");
        count += 1;
    }
    for row in vectors["search"]["action"].as_array().expect("rows") {
        let body = json!({ "subject": { "type": "user", "id": row[0] },
            "resource": { "type": "access_role", "id": row[1] } });
        let expected: BTreeSet<String> = texts(&row[2]).iter().map(|action| ours(action).to_owned()).collect();
        assert_eq!(found("action", body, "name"), expected, "{row}");
        count += 1;
    }
    assert_eq!(count, 60 + 18 + 6 + 120);
}
