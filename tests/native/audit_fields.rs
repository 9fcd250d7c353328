//! What an audit row says of a change: the record, the fields whose values changed, and what was given or taken.

use mithril_edge::http::Method::{self, Delete, Patch, Post, Put};
use mithril_edge::identity::enforced::ENFORCED;
use serde_json::{Value, json};

use crate::support::mint;
use crate::support::routes::{CLINIC, service};

/// What the audit says of each call: `subject fields`.
fn told(calls: &[(Method, &str, Value)]) -> Vec<String> {
    let service = service();
    let token = mint(&ENFORCED.join(" "));
    let mut told = Vec::new();
    for (method, path, body) in calls {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = service.call(*method, path, &token, &body);
        assert!((200..300).contains(&reply.status), "{path} {body}: {}", reply.text);
        told.push(service.sql("SELECT subject || ' ' || fields FROM audit ORDER BY seq DESC LIMIT 1"));
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), i64::try_from(calls.len()).unwrap());
    told
}

#[test]
fn fields_are_those_whose_values_really_changed() {
    const NEW: &str = "/admin/clients/aa80df72-275a-11e7-93ae-92361f00267a";
    let clinic = format!("/admin/clients/{CLINIC}");
    let (block, unblock) = (format!("{clinic}/actions/block"), format!("{clinic}/actions/unblock"));
    let client = format!("client/{CLINIC}");
    let (role, kind) = ("/admin/roles/role-unused", "/admin/client_types/type-unused");
    let msp = json!({ "name": "Clinic", "client_type_id": "type-msp" });
    let mut more = msp.clone();
    more["settings"] = json!({ "a": 1 });
    more["user_id"] = "u".into();
    let cases = [
        (Put, role, json!({ "name": "Unused", "scope": "a:read" }), "role/role-unused []".to_owned()),
        (Put, role, json!({ "name": "Unused", "scope": "b:read" }), r#"role/role-unused ["scope"]"#.to_owned()),
        (Patch, role, json!({ "name": "N", "scope": "b:read" }), r#"role/role-unused ["name"]"#.to_owned()),
        (Put, kind, json!({ "name": "UNUSED", "scope": "a:read" }), "client_type/type-unused []".to_owned()),
        (
            Put,
            kind,
            json!({ "name": "N", "scope": "a:read", "context": "any" }),
            r#"client_type/type-unused ["name","context"]"#.to_owned(),
        ),
        (Put, &clinic, msp.clone(), format!("{client} []")),
        (Put, &clinic, more.clone(), format!(r#"{client} ["user_id","settings"]"#)),
        (Put, &clinic, msp.clone(), format!(r#"{client} ["user_id","settings"]"#)),
        (
            Put,
            NEW,
            msp,
            r#"client/aa80df72-275a-11e7-93ae-92361f00267a ["name","client_type_id","settings","priv_settings"]"#
                .to_owned(),
        ),
        (Patch, &unblock, Value::Null, format!("{client} []")),
        (Patch, &block, json!({ "block_reason": "a" }), format!(r#"{client} ["is_blocked","block_reason"]"#)),
        (Patch, &block, json!({ "block_reason": "b" }), format!(r#"{client} ["block_reason"]"#)),
        (Patch, &unblock, Value::Null, format!(r#"{client} ["is_blocked","block_reason"]"#)),
    ];
    let calls: Vec<_> = cases.iter().map(|(method, path, body, _)| (*method, *path, body.clone())).collect();
    assert_eq!(told(&calls), cases.map(|(_, _, _, expected)| expected));
}

#[test]
fn a_users_role_names_the_role_the_client_and_the_user_when_given_and_when_taken() {
    let service = service();
    let token = mint("user:write");
    for client in [None, Some(CLINIC)] {
        let body = json!({ "role_id": "role-unused", "client_id": client.map(str::to_uppercase) }).to_string();
        let given = service.call(Post, "/admin/users/u%2F9/roles", &token, &body);
        let id = given.json["data"]["id"].as_str().expect("an id").to_owned();
        assert_eq!(service.call(Delete, &format!("/admin/users/roles/{id}"), &token, "").status, 200);
        let rows: String = service.sql(
            "SELECT group_concat(action || ' ' || subject || ' ' || (fields ->> 0), char(10)) FROM
             (SELECT * FROM (SELECT * FROM audit ORDER BY seq DESC LIMIT 2) ORDER BY seq)",
        );
        let what = client.map_or_else(String::new, |client| format!("/client/{client}"));
        let expected = format!(
            "user_role.create user_role/{id} added role/role-unused{what}/user/u/9\n\
             user_role.delete user_role/{id} removed role/role-unused{what}/user/u/9"
        );
        assert_eq!(rows, expected);
    }
}
