//! Every statement that the documented calls send, with placeholders for the rows that they name: what
//! `node bench/growth.mjs` runs against databases of another size (bench/README.md).

use std::collections::{HashMap, HashSet};

use mithril_edge::db::statement::Param;
use mithril_edge::ports::id;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::openapi::sampled_statements;
use crate::support::Service;

/// SQL of the values that stand for a kind of row, from the narrower to the wider: a consumer is a client too.
const KINDS: [(&str, &str); 13] = [
    ("{consumer}", "SELECT consumer_id FROM connections WHERE consumer_id NOT IN (SELECT client_id FROM connections)"),
    ("{client}", "SELECT id FROM clients"),
    ("{connection}", "SELECT id FROM connections"),
    ("{secret}", "SELECT id FROM connection_secrets"),
    ("{digest}", "SELECT digest FROM connection_secrets"),
    ("{type}", "SELECT id FROM client_types"),
    ("{type_name}", "SELECT name FROM client_types WHERE context = 'own'"),
    ("{role}", "SELECT id FROM roles"),
    ("{role_name}", "SELECT name FROM roles WHERE name NOT IN (SELECT name FROM client_types)"),
    ("{group}", "SELECT id FROM access_groups"),
    ("{group_name}", "SELECT name FROM access_groups"),
    ("{group_external}", "SELECT external_id FROM access_groups WHERE external_id <> ''"),
    ("{permission}", "SELECT CAST(id AS TEXT) FROM permissions WHERE id > 1000"),
];

/// What the database holds, and which placeholder it is.
fn known(service: &Service) -> HashMap<String, &'static str> {
    let mut known = HashMap::new();
    for (placeholder, sql) in KINDS {
        let list: String = service.sql(&format!("WITH found (one) AS ({sql}) SELECT json_group_array(one) FROM found"));
        let values: Vec<String> = serde_json::from_str(&list).expect("texts");
        for value in values {
            known.entry(value).or_insert(placeholder);
        }
    }
    known
}

fn stand_in(text: &str, known: &HashMap<String, &'static str>) -> Option<&'static str> {
    let is_digest = text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    known
        .get(text)
        .copied()
        .or_else(|| if id::is_guid(text) { Some("{new}") } else { is_digest.then_some("{new_digest}") })
}

/// The text as it was sent, JSON or JSON5, with placeholders for the values in it that are known.
fn with_stand_ins(text: String, value: &Value, known: &HashMap<String, &'static str>) -> String {
    match value {
        Value::String(value) => match stand_in(value, known) {
            Some(stand_in) => ['\'', '"'].into_iter().fold(text, |text, quote| {
                text.replace(&format!("{quote}{value}{quote}"), &format!("{quote}{stand_in}{quote}"))
            }),
            None => text,
        },
        Value::Number(number) if known.get(&number.to_string()) == Some(&"{permission}") => {
            text.replace(&number.to_string(), "{permission}")
        }
        Value::Array(items) => items.iter().fold(text, |text, item| with_stand_ins(text, item, known)),
        Value::Object(members) => members.values().fold(text, |text, item| with_stand_ins(text, item, known)),
        Value::Number(_) | Value::Null | Value::Bool(_) => text,
    }
}

/// JSON, or JSON5, as SQLite reads it.
fn read(text: &str) -> Option<Value> {
    thread_local!(static DB: Connection = Connection::open_in_memory().unwrap());
    let json: String = DB.with(|db| db.query_row("SELECT json(?1)", [text], |row| row.get(0))).ok()?;
    Some(serde_json::from_str(&json).unwrap())
}

fn param(param: &Param, known: &HashMap<String, &'static str>) -> Value {
    match param {
        Param::Null => Value::Null,
        Param::Int(number) if known.get(&number.to_string()) == Some(&"{permission}") => "{permission}".into(),
        Param::Int(number) => (*number).into(),
        Param::Text(text) => match read(text) {
            Some(value @ (Value::Object(_) | Value::Array(_))) => with_stand_ins(text.clone(), &value, known).into(),
            _ => stand_in(text, known).unwrap_or(text).into(),
        },
    }
}

/// `[{"name", "sql", "params"}]`, each statement once.
fn all() -> Vec<Value> {
    let mut heard = HashSet::new();
    let mut list = Vec::new();
    for sampled in sampled_statements(known) {
        for (index, statement) in sampled.statements.iter().enumerate() {
            if heard.insert(statement.sql.clone()) {
                let params: Vec<Value> = statement.params.iter().map(|one| param(one, &sampled.known)).collect();
                list.push(
                    json!({ "name": format!("{} {}", sampled.place, index + 1), "sql": statement.sql, "params": params }),
                );
            }
        }
    }
    list
}

/// `STATEMENTS=file` writes them.
#[test]
fn every_statement_of_the_documented_calls_is_there_for_the_bench() {
    let all = all();
    if let Some(file) = std::env::var_os("STATEMENTS") {
        std::fs::write(file, Value::from(all.clone()).to_string()).unwrap();
    }
    let find = |name: &str| all.iter().find(|one| one["name"] == name).unwrap();
    assert!(all.len() > 100, "{}", all.len());
    assert_eq!(find("PATCH /api/clients/{id}/connections/{connection_id} 2")["params"][1], "{connection}");
    assert_eq!(find("DELETE /api/clients/{id}/connections/{connection_id} 2")["params"][2], "{client}");
    let gate = find("PATCH /api/clients/{id}/connections/{connection_id} 2")["params"][0].as_str().unwrap();
    assert!(gate.contains("client:'{client}'"), "not as it is sent: {gate}");
    assert!(all.iter().any(|one| one["params"].to_string().contains("{permission}")));
    assert!(all.iter().any(|one| one["params"].to_string().contains("{digest}")));
    assert!(all.iter().any(|one| one["params"].to_string().contains("{new_digest}")));
}
