//! The members of JSON bodies: one that no route knows is refused and named, one that the API shows may come back, and a
//! default asks for nothing.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{self, Get, Patch, Post, Put};
use mithril_edge::http::dialect::Dialect;
use mithril_edge::routes::Operation;
use serde_json::{Map, Value, json};

use crate::bodies::{changes, place, send};
use crate::support::endpoint::{CLERK, bad};
use crate::support::routes::{CLINIC, CONNECTION, Example, whole_service};
use crate::support::tokens::{Signer, sign};
use crate::support::{Reply, Service, endpoint};

const JSON: (Header, &str) = (Header::ContentType, "application/json");
/// A misspelt wish.
const MISSPELT: &str = "grace_perod";

/// The routes whose documents say that unknown members are ignored: the update of a connection (spec/mithril.md §6, row
/// 9) and a token request (RFC 6749 §3.2).
fn ignores(example: &Example) -> bool {
    matches!(example.route.operation, Operation::UpdateConnection | Operation::Token(_))
}

/// The objects of a route's body that have members of their own, as JSON pointers.
fn objects(body: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, all: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                all.push(at.to_owned());
                members.iter().for_each(|(name, value)| walk(value, &format!("{at}/{name}"), all));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(place, value)| walk(value, &format!("{at}/{place}"), all));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(body, "", &mut all);
    all
}

/// What a refusal says of the misspelt member.
fn named(reply: &Reply) -> Option<String> {
    let sentences = reply.json["Errors"].as_array().into_iter().flatten().map(|one| one.to_string());
    let rules = reply.json["error"]["invalid"].as_array().into_iter().flatten();
    let rules = rules.map(|one| format!("{} {}", one["entry"], one["rules"][0]["description"]));
    sentences.chain(rules).find(|text| text.contains(MISSPELT))
}

#[test]
fn a_member_that_no_route_knows_is_refused_and_named_with_those_that_exist_and_changes_nothing() {
    let service = whole_service();
    let before = service.dump();
    let mut refusals = 0;
    for example in changes().into_iter().filter(|example| !ignores(example)) {
        let body: Value = serde_json::from_str(if example.body.is_empty() { "{}" } else { example.body }).unwrap();
        for at in objects(&body) {
            let mut body = body.clone();
            let members = body.pointer_mut(&at).and_then(Value::as_object_mut).expect("an object");
            let known: Vec<String> = members.keys().cloned().collect();
            members.insert(MISSPELT.to_owned(), json!(3600));
            let reply = send(&service, &example, &[JSON], body.to_string().as_bytes());
            let what = format!("{} {body}: {}", place(&example), reply.text);
            let status = if matches!(example.route.dialect, Dialect::Mithril(_)) { 422 } else { 400 };
            assert_eq!(reply.status, status, "{what}");
            let said = named(&reply).expect(&what);
            assert!(said.contains("schema does not allow additional properties. Allowed properties: "), "{what}");
            assert!(known.iter().all(|name| said.contains(name.as_str())), "{what}");
            refusals += 1;
        }
    }
    assert_eq!(service.dump(), before);
    assert!(refusals > 40, "{refusals}");
}

#[test]
fn where_the_documents_say_so_unknown_members_are_ignored() {
    for example in changes().into_iter().filter(ignores) {
        let mut body: Value = serde_json::from_str(example.body).unwrap();
        for at in objects(&body) {
            body.pointer_mut(&at)
                .and_then(Value::as_object_mut)
                .expect("an object")
                .insert(MISSPELT.to_owned(), json!("x"));
        }
        let reply = send(&whole_service(), &example, &[JSON], body.to_string().as_bytes());
        assert_eq!(reply.status, example.status, "{} {body}: {}", place(&example), reply.text);
    }
}

#[test]
fn a_record_under_its_wrapper_stands_alone() {
    let service = whole_service();
    let before = service.dump();
    let mut routes = 0;
    for (operation, wrapper) in [
        (Operation::CreateRole, "role"),
        (Operation::ReplaceRole, "role"),
        (Operation::UpdateRole, "role"),
        (Operation::CreateClient, "client"),
        (Operation::PutClient, "client"),
        (Operation::BlockClient, "client"),
        (Operation::CreateClientType, "client_type"),
        (Operation::ReplaceClientType, "client_type"),
        (Operation::AddUserRole, "user_role"),
        (Operation::AuthorizeApp, "app"),
    ] {
        for example in changes().into_iter().filter(|example| example.route.operation == operation) {
            let inner: Value = serde_json::from_str(example.body).unwrap();
            let inner = inner.get(wrapper).cloned().unwrap_or(inner);
            let body = json!({ wrapper: inner, MISSPELT: 1 });
            let reply = send(&service, &example, &[JSON], body.to_string().as_bytes());
            assert_eq!(reply.status, 422, "{}: {}", place(&example), reply.text);
            assert!(
                named(&reply).expect("named").ends_with(&format!("Allowed properties: {wrapper}\"")),
                "{}",
                reply.text
            );
            routes += 1;
        }
    }
    assert_eq!((routes, service.dump()), (10, before));
}

#[test]
fn a_secret_at_put_of_a_connection_is_refused_because_the_service_makes_it() {
    let service = Service::default();
    let body = json!({ "redirect_uri": "https://a.test", "consumer_id": CLINIC, "secret": "mine" });
    let token = token("connection:write");
    let reply = service.call(Put, &format!("/api/clients/{CLINIC}/connections"), &token, &body.to_string());
    let invalid = &reply.json["error"]["invalid"][0];
    assert_eq!((reply.status, &invalid["entry"]), (422, &json!("$.secret")));
    let names = json!(["redirect_uri", "consumer_id", "token_endpoint_auth_method", "jwks"]);
    assert_eq!(invalid["rules"][0]["params"], json!({ "properties": names }));
    assert_eq!(invalid["rules"][0]["rule"], "schema");
}

#[test]
fn a_body_of_many_unknown_members_gets_a_bounded_answer() {
    let members: Map<String, Value> =
        (0..1500).map(|at| (format!("{at:0>15}{}", "x".repeat(at % 9)), json!(1))).collect();
    let reply =
        Service::default().call(Post, "/admin/roles", &token("role:write"), &Value::Object(members).to_string());
    let invalid = reply.json["error"]["invalid"].as_array().expect("a list").len();
    assert_eq!((reply.status, invalid), (422, 22), "name, scope and twenty of the unknown");
}

fn token(scope: &str) -> String {
    sign(Signer::LoginHs256, json!({}), json!({ "scope": scope }))
}

#[test]
fn what_a_record_shows_may_be_sent_back_by_whoever_has_read_it() {
    let all = token(
        "client:read client:write client_type:read client_type:write role:read role:write connection:read connection:write \
         user:read user:write AccessManager:Read AccessManager:Update AccessManager:Create a:read",
    );
    let root = endpoint::ROOT;
    let connections = format!("/api/clients/{CLINIC}/connections");
    for (shown, method, path) in [
        (format!("{connections}/{CONNECTION}"), Put, connections.clone()),
        (format!("{connections}/{CONNECTION}"), Patch, format!("{connections}/{CONNECTION}")),
        (format!("/admin/clients/{CLINIC}"), Put, format!("/admin/clients/{CLINIC}")),
        (format!("/api/clients/{CLINIC}"), Put, format!("/admin/clients/{CLINIC}")),
        ("/admin/client_types/type-unused".to_owned(), Put, "/admin/client_types/type-unused".to_owned()),
        ("/admin/roles/role-unused".to_owned(), Put, "/admin/roles/role-unused".to_owned()),
        ("/admin/roles/role-unused".to_owned(), Patch, "/admin/roles/role-unused".to_owned()),
        (format!("{root}/AccessGroup/GROUP-A"), Put, format!("{root}/AccessGroup/GROUP-A")),
        (format!("{root}/AccessGroup/GROUP-A"), Patch, format!("{root}/AccessGroup")),
        (format!("{root}/Role/FREE"), Put, format!("{root}/Role/FREE")),
        (format!("{root}/Role/FREE"), Patch, format!("{root}/Role")),
        (format!("{root}/Role/CASHIER"), Post, format!("{root}/Application/APP-A/Role")),
        (format!("{root}/Application/APP-A"), Put, format!("{root}/Application/APP-A")),
        (format!("{root}/Application/APP-A"), Patch, format!("{root}/Application")),
        (format!("{root}/GroupExternal/31"), Put, format!("{root}/GroupExternal/31")),
        (format!("{root}/GroupExternal/31"), Patch, format!("{root}/GroupExternal")),
    ] {
        let service = whole_service();
        // The fixture has two groups of one `ExternalId`, which no caller could have made.
        service.platform.load("UPDATE access_groups SET external_id = '' WHERE id = 'GROUP-A'");
        let read = service.call(Get, &shown, &all, "").json;
        let record = read.get("data").unwrap_or(&read).clone();
        let reply = service.call(method, &path, &all, &record.to_string());
        assert_eq!(reply.status, 200, "{} {path}: {record} {}", method.as_str(), reply.text);
        assert_eq!(untimed(service.call(Get, &shown, &all, "").json), untimed(read), "{path}");
    }
    let service = whole_service();
    let roles = service.call(Get, "/admin/users/user-1/roles", &all, "").json["data"].clone();
    let reply = service.call(Post, "/admin/users/user-2/roles", &all, &roles[0].to_string());
    assert_eq!(reply.status, 201, "{}", reply.text);
}

/// The record without the time and the author of its last change, and without what the request is called.
fn untimed(mut answer: Value) -> Value {
    let record = if answer.get("data").is_some() { &mut answer["data"] } else { &mut answer };
    for name in ["updated_at", "ModifiedOn", "ModifiedBy"] {
        record.as_object_mut().expect("a record").remove(name);
    }
    record.clone()
}

/// One permission of a group, with `Extra`.
fn with_extra(service: &Service, extra: Value) -> Reply {
    let body = json!({
        "Extra": extra,
        "IsFullValidation": false,
        "Permissions": [{ "AccessRoleId": CLERK, "PermissionId": "Read", "Is_Active": true }],
    });
    endpoint::send(service, Patch, "/AccessGroup/GROUP-A/Permissions", &body)
}

#[test]
fn a_validation_of_a_property_that_is_not_there_is_refused_by_its_name() {
    let service = Service::default();
    let named = json!([{ "Name": "PermissionId", "FieldName": "Name" }]);
    bad(&with_extra(&service, named), "Extra: FieldName of PermissionId cannot be used: it names no record");
    let users = json!({ "Extra": [{ "Name": "PermissionId" }], "Users": [{ "UserId": "8" }] });
    let reply = endpoint::send(&service, Patch, "/AccessGroup/GROUP-A/Users", &users);
    bad(&reply, "Extra: items have no `PermissionId`; Name can be UserId");
    let full = json!({ "IsFullValidation": "no", "Users": [] });
    let reply = endpoint::send(&service, Patch, "/AccessGroup/GROUP-A/Users", &full);
    bad(&reply, "IsFullValidation: type mismatch. Expected boolean but got string");
}

#[test]
fn a_member_with_its_default_asks_for_nothing_in_every_body_of_endpoint() {
    let sent = |name: &str, required: bool| {
        json!({ "Name": name, "FieldName": "", "Required": required, "Unique": false, "Max": "", "Min": "", "Pattern": "",
            "DefaultValue": "" })
    };
    let nulls = json!({ "Name": "AccessRoleId", "FieldName": null, "Required": null, "Unique": null, "Pattern": null });
    for extra in [
        Value::Null,
        json!([]),
        json!([sent("AccessRoleId", false)]),
        json!([sent("AccessRoleId", true), sent("PermissionId", true), sent("Is_Active", false)]),
        json!([nulls]),
    ] {
        let reply = with_extra(&Service::default(), extra.clone());
        assert_eq!(reply.status, 200, "{extra}: {}", reply.text);
    }
    let calls: [(Method, &str, Value); 12] = [
        (
            Post,
            "/Application",
            json!({ "Id": "", "Name": "New", "ApplicationKey": "", "WebSiteURL": null, "Is_System": false }),
        ),
        (
            Post,
            "/Application/APP-A/Role",
            json!({ "Id": "", "Name": "New", "AccessApplicationId": { "Field": "", "Value": "" } }),
        ),
        (
            Post,
            "/AccessGroup/GROUP-A/Application",
            json!({ "AccessApplicationId": { "Field": "", "Value": "APP-B" }, "ParentApplicationId": { "Field": "", "Value": "" } }),
        ),
        (
            Post,
            "/GroupExternal",
            json!({ "Id": 0, "Name": "New", "Description": null, "Created_By": { "Field": "", "Value": "" },
                "Created": "1900-01-01T00:00:00Z" }),
        ),
        (
            Patch,
            "/GroupExternals/Json",
            json!({ "Extra": [sent("Name", false), sent("Created_By", false)], "IsFullValidation": false,
                "GroupExternals": [{ "Id": 0, "Name": "New", "Created_By": "" }] }),
        ),
        (
            Patch,
            "/AccessGroup/GROUP-A/Applications",
            json!({ "Extra": [sent("AccessApplicationId", true), sent("ParentApplicationId", false)],
                "Applications": [{ "AccessApplicationId": "APP-B", "ParentApplicationId": "", "Is_Active": null }] }),
        ),
        (
            Post,
            "/AccessGroup",
            json!({ "Id": "", "Name": "New", "ExternalId": "", "Description": null, "AccessGroupTypeId": "", "Is_Active": null }),
        ),
        (
            Put,
            "/AccessGroup/GROUP-A",
            json!({ "Name": "", "AccessGroupTypeId": null, "Is_LoginGroup": false, "CreatedOn": "1900-01-01T00:00:00Z" }),
        ),
        (Post, "/Role", json!({ "Id": "", "Name": "New", "RoleKey": "", "AccessApplicationId": null })),
        (
            Post,
            "/AccessGroup/GROUP-A/Permission",
            json!({ "AccessRoleId": { "Field": "", "Value": CLERK }, "PermissionId": "Read", "Id": 0 }),
        ),
        (Post, "/AccessGroup/GROUP-A/User", json!({ "UserId": { "Field": null, "Value": "8" } })),
        (
            Patch,
            "/Role/FREE/Permissions",
            json!({ "Extra": [sent("PermissionId", false)], "IsFullValidation": true, "Permissions": [{ "PermissionId": "Read", "Id": 0 }] }),
        ),
    ];
    for (method, path, body) in calls {
        let reply = endpoint::send(&whole_service(), method, path, &body);
        assert_eq!(reply.status, 200, "{path} {body}: {}", reply.text);
    }
}
