//! What an audit row says of a change: the record, the fields whose values changed, and what was given or taken.

use mithril_edge::http::Method::{self, Delete, Get, Patch, Post, Put};
use mithril_edge::identity::enforced::ENFORCED;
use serde_json::{Value, json};

use crate::support::mint;
use crate::support::routes::{CLINIC, OTHER, service};

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

#[test]
fn every_put_of_a_connection_is_found_under_its_id_with_its_method_and_keys() {
    let service = service();
    let token = mint(&ENFORCED.join(" "));
    let path = format!("/api/clients/{CLINIC}/connections");
    let key = json!({ "kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
    let body = |method: &str, keys: Option<&Value>| {
        let mut body = json!({ "redirect_uri": "https://new.test/cb", "consumer_id": OTHER,
            "token_endpoint_auth_method": method });
        if let Some(key) = keys {
            body["jwks"] = json!({ "keys": [key] });
        }
        body.to_string()
    };
    let mut other = key.clone();
    other["kid"] = "two".into();
    let mut id = None;
    for body in [
        body("private_key_jwt", Some(&key)),
        body("private_key_jwt", Some(&key)),
        body("private_key_jwt", Some(&other)),
        body("client_secret_basic", None),
    ] {
        let reply = service.call(Put, &path, &token, &body);
        assert!([200, 201].contains(&reply.status), "{}", reply.text);
        id = reply.json["data"]["id"].as_str().map(str::to_owned);
    }
    let subject = format!("connection/{}", id.expect("an id"));
    let found = service.call(Get, &format!("/admin/audit?subject={subject}"), &token, "");
    let rows = found.json["data"].as_array().expect("rows").iter();
    let told: Vec<Value> = rows.map(|row| json!([row["action"], row["fields"]])).collect();
    assert_eq!(
        Value::Array(told),
        json!([
            ["connection.put", ["consumer_id", "redirect_uri", "token_endpoint_auth_method", "jwks", "secret"]],
            ["connection.put", []],
            ["connection.put", ["jwks"]],
            ["connection.put", ["token_endpoint_auth_method", "jwks"]],
        ])
    );
}

#[test]
fn a_post_of_a_permission_names_what_it_set_and_a_change_of_many_has_a_row_for_each_hundred() {
    let service = service();
    let token = mint(&ENFORCED.join(" "));
    service.platform.load(
        "INSERT INTO roles (id, name, scope, type, inserted_at, updated_at)
         SELECT 'R' || value, 'R' || value, '', 'AccessRole', '', '' FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 150) SELECT value FROM n)",
    );
    let group = "/Endpoint/rest/api/v1/AccessGroup/GROUP-A";
    let item = |at: u32, is_active: bool| json!({ "AccessRoleId": format!("R{at}"), "PermissionId": "Read", "Is_Active": is_active });
    let one = |is_active: bool| json!({ "AccessRoleId": { "Field": "Id", "Value": "R1" }, "PermissionId": "Read", "Is_Active": is_active });
    let many: Vec<Value> = (1..=150).map(|at| item(at, true)).collect();
    for (method, path, body) in [
        (Post, format!("{group}/Permission"), one(true)),
        (Post, format!("{group}/Permission"), one(false)),
        (Patch, format!("{group}/Permissions"), json!({ "Permissions": many })),
    ] {
        let reply = service.call(method, &path, &token, &body.to_string());
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    let found = service.call(Get, "/admin/audit?subject=access_group/GROUP-A", &token, "");
    let rows = found.json["data"].as_array().expect("rows");
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0]["fields"], json!(["added permission/R1/Read (on)"]));
    assert_eq!(rows[1]["fields"], json!(["changed permission/R1/Read (off)"]));
    assert_eq!(rows[2]["request_id"], rows[3]["request_id"], "one call");
    let mut named: Vec<&str> =
        rows[2..].iter().flat_map(|row| row["fields"].as_array().expect("names")).filter_map(Value::as_str).collect();
    named.sort_unstable();
    let mut expected: Vec<String> = (2..=150).map(|at| format!("added permission/R{at}/Read (on)")).collect();
    expected.push("changed permission/R1/Read (on)".to_owned());
    expected.sort_unstable();
    assert_eq!(named, expected);
}
