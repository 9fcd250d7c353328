//! Access groups and access roles themselves: insert, upsert, read, replace, delete.

use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::endpoint::{CLERK, STRUCTURE, refused, send};

#[test]
fn a_name_or_external_id_that_is_taken_is_refused_and_changes_nothing() {
    let service = Service::default();
    for (body, property) in [
        (json!({ "Name": "Registry" }), "Name"),
        (json!({ "Name": "New", "ExternalId": "SHARED" }), "ExternalId"),
        (json!({ "Name": "New", "Id": "GROUP-A" }), "Id"),
    ] {
        let reply = send(&service, Post, "/AccessGroup", &body);
        let why = format!("{property}: has already been taken");
        refused(&reply, 400, "/Errors/Bad Input", &[STRUCTURE, &why]);
    }
    let reply = send(&service, Put, "/AccessGroup/GROUP-N", &json!({ "Name": "Registry" }));
    refused(&reply, 400, "/Errors/Bad Input", &[STRUCTURE, "Name: has already been taken"]);
    let reply = send(&service, Patch, "/AccessGroup", &json!({ "Id": "GROUP-N", "ExternalId": "SHARED" }));
    refused(&reply, 400, "/Errors/Bad Input", &[STRUCTURE, "ExternalId: has already been taken"]);
    // Role names are unique in the whole table, Mithril's roles included.
    let reply = send(&service, Post, "/Role", &json!({ "Name": "Doctor" }));
    refused(&reply, 400, "/Errors/Bad Input", &[STRUCTURE, "Name: has already been taken"]);
    assert_eq!(service.sql::<i64>("SELECT count(*) + sum(version) FROM access_groups"), 8);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn a_body_that_does_not_fit_is_told_what_is_wrong() {
    let service = Service::default();
    // A caller that the database does not know to be live is asked about first: 401 comes before 400.
    let mistyped = send(&service, Post, "/AccessGroup", &json!([]));
    assert_eq!((mistyped.status, service.platform.trips.get()), (400, 1));
    let body =
        json!({ "Name": 5, "Is_Active": "yes", "AccessGroupTypeId": "Everything", "Description": "x".repeat(1001) });
    let reply = send(&service, Post, "/AccessGroup", &body);
    refused(
        &reply,
        400,
        "/Errors/Bad Input",
        &[
            STRUCTURE,
            "Name: type mismatch. Expected string but got integer",
            "Description: expected value to have a maximum length of 1000",
            "Is_Active: type mismatch. Expected boolean but got string",
            "AccessGroupTypeId: value is not allowed in enum. Allowed values: FullAccess, Locations, Departments",
        ],
    );
    let reply = send(&service, Put, "/AccessGroup/GROUP-A", &json!([]));
    refused(&reply, 400, "/Errors/Bad Input", &[STRUCTURE, "$: type mismatch. Expected object but got array"]);
    assert_eq!(service.platform.trips.get(), 1);
}

#[test]
fn a_system_group_and_a_read_only_role_refuse_every_change() {
    let service = Service::default();
    service.platform.load(&format!("UPDATE roles SET is_read_only = 1 WHERE id = '{CLERK}'"));
    let text = "The user does not have access to execute operation";
    let role = format!("/Role/{CLERK}");
    for (method, path, body) in [
        (Put, "/AccessGroup/GROUP-S", json!({ "Name": "Mine" })),
        (Patch, "/AccessGroup", json!({ "Id": "GROUP-S", "Name": "Mine" })),
        (Patch, "/AccessGroup", json!({ "ExternalId": "SYSTEM", "Description": "mine" })),
        (Delete, "/AccessGroup/GROUP-S", Value::Null),
        (Put, &role, json!({ "Name": "Mine" })),
        (Patch, "/Role", json!({ "Name": "Registry clerk", "Description": "mine" })),
        (Delete, &role, Value::Null),
    ] {
        refused(&send(&service, method, path, &body), 403, "/Errors/Permission", &[text]);
    }
    assert_eq!(service.sql::<i64>("SELECT sum(version) FROM access_groups"), 4);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn what_is_not_there_is_404_and_what_matches_several_is_400() {
    let service = Service::default();
    for path in ["/AccessGroup/NONE", "/Role/NONE", "/Role/role-1380df72-275a-11e7-93ae-92361f002671"] {
        for (method, body) in [(Get, Value::Null), (Put, json!({})), (Delete, Value::Null)] {
            let reply = send(&service, method, path, &body);
            refused(&reply, 404, "/Errors/Not Found", &["The requested resource does not exist"]);
        }
    }
    let reply = send(&service, Patch, "/AccessGroup", &json!({ "Id": "NONE", "Name": "New" }));
    refused(&reply, 404, "/Errors/Not Found", &["The requested resource does not exist"]);
    let several = ["There are multiple rows in the database for the same value"];
    for (method, body) in [(Get, Value::Null), (Put, json!({})), (Delete, Value::Null)] {
        let reply = send(&service, method, "/AccessGroup/SHARED?Name=ExternalId", &body);
        refused(&reply, 400, "/Errors/Multible Rows", &several);
    }
    for body in [json!({ "ExternalId": "SHARED" }), json!({ "Name": "name@domain.com", "ExternalId": "SYSTEM" })] {
        refused(&send(&service, Patch, "/AccessGroup", &body), 400, "/Errors/Multible Rows", &several);
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn insert_answers_the_record_and_who_made_it() {
    let service = Service::default();
    let body = json!({ "Name": "Night shift", "ExternalId": "N1", "Is_Active": true, "AccessGroupTypeId": "Locations", "Is_System": true });
    let reply = send(&service, Post, "/AccessGroup", &body);
    assert_eq!(reply.status, 200);
    let id = reply.json["Id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 36);
    let olena = json!({ "Id": 7, "ExternalId": "user-1", "Name": "Olena Bondar", "Type": "User" });
    assert_eq!(
        reply.json,
        json!({
            "Id": id, "Name": "Night shift", "ExternalId": "N1", "Description": "",
            "Is_Active": true, "Is_System": false, "Is_LoginGroup": false,
            "AccessGroupTypeId": { "Id": "Locations", "ExternalId": "", "Name": "Locations", "Type": "AccessGroupType" },
            "ModifiedOn": "2026-09-21T14:13:20Z", "ModifiedBy": olena, "CreatedOn": "2026-09-21T14:13:20Z", "CreatedBy": olena,
        })
    );
    assert_eq!(service.platform.trips.get(), 1);
    assert_eq!(send(&service, Get, &format!("/AccessGroup/{}", id.to_lowercase()), &Value::Null).json, reply.json);
    assert_eq!(
        service.sql::<String>("SELECT action || ' ' || subject || ' ' || fields FROM audit"),
        format!("access_group.create access_group/{id} [\"Name\",\"ExternalId\",\"Is_Active\",\"AccessGroupTypeId\"]")
    );
    let reply = send(&service, Post, "/AccessGroup", &json!({ "Id": "chosen" }));
    assert_eq!((&reply.json["Id"], &reply.json["Name"]), (&json!("chosen"), &json!("chosen")));
    let reply = send(&service, Post, "/AccessGroup", &json!({}));
    assert_eq!(reply.json["Id"], reply.json["Name"]);
}

#[test]
fn upsert_matches_on_id_else_on_names_else_inserts() {
    let service = Service::default();
    let upsert = |body: Value| {
        let reply = send(&service, Patch, "/AccessGroup", &body);
        assert_eq!(reply.status, 200, "{}", reply.json);
        reply.json
    };
    let by_id = upsert(json!({ "Id": "GROUP-A", "Description": "changed" }));
    assert_eq!(
        (&by_id["Name"], &by_id["Description"], &by_id["Is_Active"]),
        (&json!("Registry"), &json!("changed"), &json!(true))
    );
    let by_name = upsert(json!({ "Name": "Registry", "Is_Active": false }));
    assert_eq!(
        (&by_name["Id"], &by_name["Description"], &by_name["Is_Active"]),
        (&json!("GROUP-A"), &json!("changed"), &json!(false))
    );
    let by_external = upsert(json!({ "ExternalId": "MAIL", "Name": "Mailroom" }));
    assert_eq!((&by_external["Id"], &by_external["Name"]), (&json!("GROUP-N"), &json!("Mailroom")));
    let inserted = upsert(json!({ "Name": "Ward 3", "ExternalId": "W3" }));
    assert_eq!((&inserted["ExternalId"], &inserted["Is_Active"]), (&json!("W3"), &json!(false)));
    let nameless = upsert(json!({ "Description": "no name" }));
    assert_eq!(nameless["Name"], nameless["Id"]);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM access_groups"), 6);
    assert_eq!(service.sql::<i64>("SELECT version FROM access_groups WHERE id = 'GROUP-A'"), 3);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit WHERE action = 'access_group.upsert'"), 5);
}

#[test]
fn replace_takes_everything_but_names_back_to_its_default() {
    let service = Service::default();
    let reply =
        send(&service, Put, "/AccessGroup/Registry?Name=Name", &json!({ "Description": "d", "Is_Active": null }));
    assert_eq!(reply.status, 200, "{}", reply.json);
    let found = ["Id", "Name", "ExternalId", "Description", "Is_Active"].map(|name| reply.json[name].clone());
    assert_eq!(found, [json!("GROUP-A"), json!("Registry"), json!(""), json!("d"), json!(false)]);
    assert_eq!(
        service
            .sql::<String>("SELECT created_on || modified_on || modified_by FROM access_groups WHERE id = 'GROUP-A'"),
        "2024-05-01T08:00:00Z2026-09-21T14:13:20Zuser-1"
    );
    let reply = send(&service, Put, "/AccessGroup/GROUP-A", &json!({ "Id": "GROUP-A", "Name": "Front desk" }));
    assert_eq!((reply.status, &reply.json["Name"]), (200, &json!("Front desk")));
    let reply = send(&service, Put, "/AccessGroup/GROUP-A", &json!({ "Id": "OTHER", "Name": "Front desk" }));
    refused(&reply, 400, "/Errors/Bad Input", &[STRUCTURE, "Id: the primary key of a record cannot be changed"]);
}

#[test]
fn a_deleted_group_answers_itself_and_takes_what_is_its_own() {
    let service = Service::default();
    let before = send(&service, Get, "/AccessGroup/GROUP-A", &Value::Null);
    let reply = send(&service, Delete, "/AccessGroup/GROUP-A", &Value::Null);
    assert_eq!((reply.status, reply.json), (200, before.json));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM permissions WHERE access_group_id = 'GROUP-A'"), 0);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM access_group_users WHERE access_group_id = 'GROUP-A'"), 0);
    assert_eq!(send(&service, Delete, "/AccessGroup/GROUP-A", &Value::Null).status, 404);
    assert_eq!(
        service.sql::<String>("SELECT group_concat(action || ' ' || subject) FROM audit"),
        "access_group.delete access_group/GROUP-A"
    );
}

#[test]
fn access_roles_live_beside_mithrils_and_never_touch_them() {
    let service = Service::default();
    let reply = send(&service, Get, "/Roles", &Value::Null);
    assert_eq!(reply.json["Meta"], json!({ "TotalItems": 2, "CurrentPage": 0, "PageSize": 50, "Type": "Role" }));
    let reply =
        send(&service, Post, "/Role", &json!({ "Name": "Nurse", "RoleKey": "NURSE", "FullName": "Clinic \\ Nurse" }));
    let id = reply.json["Id"].as_str().unwrap().to_owned();
    let olena = json!({ "Id": 7, "ExternalId": "user-1", "Name": "Olena Bondar", "Type": "User" });
    assert_eq!(
        reply.json,
        json!({
            "Id": id, "Name": "Nurse", "RoleKey": "NURSE", "FullName": "Clinic \\ Nurse", "Description": "", "ExternalId": "",
            "AccessApplicationId": { "Id": "", "ExternalId": "", "Name": "", "Type": "Application" },
            "Is_Active": false, "Is_Custom": false, "Is_ReadOnly": false,
            "ModifiedOn": "2026-09-21T14:13:20Z", "ModifiedBy": olena, "CreatedOn": "2026-09-21T14:13:20Z", "CreatedBy": olena,
        })
    );
    assert_eq!(service.sql::<String>("SELECT type || '|' || scope FROM roles WHERE name = 'Nurse'"), "AccessRole|");
    assert_eq!(send(&service, Get, "/Role/NURSE?Name=RoleKey", &Value::Null).json["Id"], json!(id));
    let reply = send(&service, Patch, "/Role", &json!({ "RoleKey": "NURSE", "Is_Active": true }));
    assert_eq!((&reply.json["Name"], &reply.json["Is_Active"]), (&json!("Nurse"), &json!(true)));
    let reply = send(&service, Put, &format!("/Role/{id}"), &json!({ "Name": "Senior nurse" }));
    assert_eq!((&reply.json["RoleKey"], &reply.json["FullName"]), (&json!("NURSE"), &json!("")));
    let reply =
        send(&service, Patch, "/Role", &json!({ "Id": "role-1380df72-275a-11e7-93ae-92361f002671", "Name": "Mine" }));
    assert_eq!(reply.status, 404);
    // A name of a Mithril role is taken, but matches nothing here.
    let reply = send(&service, Patch, "/Role", &json!({ "Name": "Doctor", "Description": "mine" }));
    refused(&reply, 400, "/Errors/Bad Input", &[STRUCTURE, "Name: has already been taken"]);
    let reply = send(&service, Delete, &format!("/Role/{CLERK}"), &Value::Null);
    refused(&reply, 409, "/Errors/Conflict", &["The role is used by permissions of access groups."]);
    assert_eq!(send(&service, Delete, &format!("/Role/{id}"), &Value::Null).json["Name"], "Senior nurse");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM roles"), 3);
}
