//! Applications in the Endpoint dialect: the applications themselves, their access roles, and the access groups that have
//! them.

use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::endpoint::{CLERK, bad, field, refused, send};
use crate::support::routes::whole_service;

const NO_ACCESS: &[&str] = &["The user does not have access to execute operation"];

/// All that these operations may change.
fn state(service: &Service) -> String {
    service.sql(
        "SELECT (SELECT json_group_array(json_array(id, name, application_key, external_id, is_active, version)) FROM applications)
         || (SELECT json_group_array(json_array(id, name, role_key, access_application_id, version)) FROM roles)
         || (SELECT json_group_array(json_array(access_group_id, application_id, parent_application_id, is_active))
               FROM access_group_applications)
         || (SELECT count(*) FROM audit)",
    )
}

#[test]
fn a_system_or_read_only_application_refuses_changes_of_itself_and_of_its_roles() {
    for lock in ["is_system", "is_read_only"] {
        let service = whole_service();
        service.platform.load(&format!(
            "UPDATE applications SET is_system = 0; UPDATE applications SET {lock} = 1 WHERE id = 'APP-A'"
        ));
        let before = state(&service);
        let named = json!({ "Name": "Mine" });
        for (method, path, body) in [
            (Put, "/Application/APP-A", named.clone()),
            (Patch, "/Application", json!({ "Id": "APP-A", "Name": "Mine" })),
            (Patch, "/Application", json!({ "ApplicationKey": "desk", "Description": "mine" })),
            (Delete, "/Application/APP-A", Value::Null),
            (Post, "/Application/APP-A/Role", named.clone()),
            (Post, "/Application/APP-A/Role", json!({ "RoleKey": "cashier", "Description": "mine" })),
            (Delete, "/Application/APP-A/Role/CASHIER", Value::Null),
            // The roles of a locked application are locked at every address.
            (Put, "/Role/CASHIER", named.clone()),
            (Patch, "/Role", json!({ "Id": "CASHIER", "Name": "Mine" })),
            (Delete, "/Role/CASHIER", Value::Null),
        ] {
            refused(&send(&service, method, path, &body), 403, "/Errors/Permission", NO_ACCESS);
        }
        assert_eq!(state(&service), before, "{lock}");
    }
}

#[test]
fn an_application_that_is_taken_or_has_roles_is_refused() {
    let service = whole_service();
    let before = state(&service);
    for (body, property) in [
        (json!({ "Name": "Desk" }), "Name"),
        (json!({ "ApplicationKey": "desk" }), "ApplicationKey"),
        (json!({ "ExternalId": "D-1" }), "ExternalId"),
        (json!({ "Id": "APP-A" }), "Id"),
    ] {
        bad(&send(&service, Post, "/Application", &body), &format!("{property}: has already been taken"));
    }
    refused(
        &send(&service, Delete, "/Application/APP-A", &Value::Null),
        409,
        "/Errors/Conflict",
        &["The application has roles."],
    );
    let reply = send(&service, Patch, "/Application", &json!({ "Name": "Desk", "ApplicationKey": "shop" }));
    assert_eq!((reply.status, &reply.json["Type"]), (400, &json!("/Errors/Multible Rows")));
    assert_eq!(send(&service, Patch, "/Application", &json!({ "Id": "NONE" })).status, 404);
    assert_eq!(state(&service), before);
}

#[test]
fn an_application_is_made_changed_found_and_deleted() {
    let service = whole_service();
    let body = json!({
        "Name": "Lab", "ApplicationKey": "lab", "WebSiteURL": "https://lab.example", "Is_EndUser": true, "Is_Active": true,
        "Is_System": true, "Is_ReadOnly": true, "Is_TestApp": true,
    });
    let reply = send(&service, Post, "/Application", &body);
    let id = reply.json["Id"].as_str().expect("an id").to_owned();
    let olena = json!({ "Id": 7, "ExternalId": "user-1", "Name": "Olena Bondar", "Type": "User" });
    // Only SQL makes a system, read-only or test application.
    assert_eq!(
        reply.json,
        json!({
            "Id": id, "Name": "Lab", "ApplicationKey": "lab", "ExternalId": "", "Description": "",
            "WebSiteURL": "https://lab.example", "Is_System": false, "Is_EndUser": true, "Is_TestApp": false,
            "Is_Active": true, "Is_ReadOnly": false, "ModifiedOn": "2026-09-21T14:13:20Z", "ModifiedBy": olena,
            "CreatedBy": olena, "CreatedOn": "2026-09-21T14:13:20Z",
        })
    );
    let reply = send(&service, Put, "/Application/lab?Name=ApplicationKey", &json!({ "ExternalId": "L-1" }));
    assert_eq!((&reply.json["Name"], &reply.json["Is_Active"]), (&json!("Lab"), &json!(false)));
    for (value, name) in [("L-1", "ExternalId"), ("Lab", "Name"), ("lab", "ApplicationKey"), (&id, "Id")] {
        let reply = send(&service, Get, &format!("/Application/{value}?Name={name}"), &Value::Null);
        assert_eq!((reply.status, &reply.json["Id"]), (200, &json!(id)), "{name}");
    }
    let reply =
        send(&service, Get, "/Applications?Filters=Is_EndUser+=+False+AND+CreatedBy.Name+=&Orders=Name", &Value::Null);
    assert_eq!(reply.json["Meta"]["TotalItems"], 3);
    assert_eq!(send(&service, Delete, "/Application/L-1?Name=ExternalId", &Value::Null).status, 200);
    assert_eq!(service.sql::<i64>("SELECT total FROM totals WHERE table_name = 'applications'"), 3);
}

#[test]
fn a_role_of_another_application_is_never_reached() {
    let service = whole_service();
    service
        .platform
        .load("UPDATE roles SET access_application_id = 'APP-B', role_key = 'clerk' WHERE name = 'Registry clerk'");
    let before = state(&service);
    let text = "The requested resource does not exist";
    for path in [format!("/Application/APP-A/Role/{CLERK}"), "/Application/APP-A/Role/clerk?SubName=RoleKey".to_owned()]
    {
        refused(&send(&service, Delete, &path, &Value::Null), 404, "/Errors/Not Found", &[text]);
    }
    let post = |body: Value| send(&service, Post, "/Application/APP-A/Role", &body);
    refused(&post(json!({ "Id": CLERK, "Name": "Mine" })), 404, "/Errors/Not Found", &[text]);
    bad(&post(json!({ "RoleKey": "clerk", "Description": "mine" })), "RoleKey: has already been taken");
    bad(&post(json!({ "Name": "Registry clerk" })), "Name: has already been taken");
    bad(&post(json!({ "ExternalId": "REG-01" })), "ExternalId: has already been taken");
    // Nor is a role of the other dialect.
    bad(&post(json!({ "Name": "Doctor" })), "Name: has already been taken");
    for path in ["/Application/NONE/Role", "/Application/NONE/Role/CASHIER"] {
        let (method, body) = if path.ends_with("Role") { (Post, json!({})) } else { (Delete, Value::Null) };
        refused(&send(&service, method, path, &body), 404, "/Errors/Not Found", &[text]);
    }
    assert_eq!(state(&service), before);
}

#[test]
fn a_role_gets_its_application_at_the_applications_address_alone() {
    let service = whole_service();
    let before = state(&service);
    let named = json!({ "Name": "Porter", "AccessApplicationId": field("ApplicationKey", "desk") });
    let why = "AccessApplicationId: a role gets its application by POST /Application/{Id}/Role; leave it out";
    for (method, path) in [(Post, "/Role"), (Patch, "/Role"), (Put, "/Role/CASHIER"), (Post, "/Application/APP-B/Role")]
    {
        bad(&send(&service, method, path, &named), why);
        bad(&send(&service, method, path, &json!({ "AccessApplicationId": "APP-A" })), why);
    }
    assert_eq!(state(&service), before);
    // A record that was read can be sent back.
    let read = send(&service, Get, "/Role/CASHIER", &Value::Null).json;
    assert_eq!(send(&service, Put, "/Role/CASHIER", &read).json["AccessApplicationId"]["Id"], "APP-A");
}

#[test]
fn a_role_of_an_application_is_made_changed_listed_and_deleted() {
    let service = whole_service();
    let reply = send(
        &service,
        Post,
        "/Application/desk/Role?Name=ApplicationKey",
        &json!({ "Name": "Porter", "Is_Active": true }),
    );
    let id = reply.json["Id"].as_str().expect("an id").to_owned();
    assert_eq!((&reply.json["RoleKey"], reply.json.get("AccessApplicationId")), (&json!(id), None));
    let again = send(&service, Post, "/Application/APP-A/Role", &json!({ "Name": "Porter", "FullName": "f" }));
    assert_eq!((&again.json["Id"], &again.json["Is_Active"]), (&json!(id), &json!(true)));
    let desk = json!({ "Id": "APP-A", "ExternalId": "D-1", "Name": "Desk", "Type": "Application" });
    assert_eq!(send(&service, Get, &format!("/Role/{id}"), &Value::Null).json["AccessApplicationId"], desk);
    let reply =
        send(&service, Get, "/Roles?Filters=AccessApplicationId.ApplicationKey+=+desk&Fields=Name", &Value::Null);
    assert_eq!(reply.json["Data"], json!([{ "Name": "Cashier" }, { "Name": "Porter" }]));
    let reply = send(
        &service,
        Get,
        "/Application/APP-A/Roles?Fields=Name,AccessApplicationId&Orders=Name+DESC&PageSize=1",
        &Value::Null,
    );
    assert_eq!(reply.json["Meta"]["TotalItems"], 2);
    assert_eq!(reply.json["Data"], json!([{ "Name": "Porter", "AccessApplicationId": desk }]));
    let text: String = service.sql("SELECT json_group_array(json_array(action, subject, json(fields))) FROM audit");
    let subject = format!("access_role/{id}");
    assert_eq!(
        serde_json::from_str::<Value>(&text).unwrap(),
        json!([
            ["access_role.upsert", subject, ["Name", "Is_Active", "AccessApplicationId"]],
            ["access_role.upsert", subject, ["FullName"]],
        ])
    );
    service.platform.load(
        "INSERT INTO permissions (access_group_id, role_id, permission_id, created_on) VALUES ('GROUP-B', 'CASHIER', 'Read', '')",
    );
    let used = send(&service, Delete, "/Application/APP-A/Role/CASHIER", &Value::Null);
    refused(&used, 409, "/Errors/Conflict", &["The role is used by permissions of access groups."]);
    assert_eq!(
        send(&service, Delete, "/Application/APP-A/Role/Porter?SubName=Name", &Value::Null).json["Id"],
        id.as_str()
    );
    assert_eq!(send(&service, Get, &format!("/Role/{id}"), &Value::Null).status, 404);
}

#[test]
fn a_system_group_keeps_its_applications_and_no_bad_name_links_one() {
    let service = whole_service();
    let before = state(&service);
    let one = json!({ "AccessApplicationId": field("", "APP-A") });
    for (method, path, body) in [
        (Post, "/AccessGroup/GROUP-S/Application", one.clone()),
        (Patch, "/AccessGroup/GROUP-S/Applications", json!({ "Applications": [] })),
    ] {
        refused(&send(&service, method, path, &body), 403, "/Errors/Permission", NO_ACCESS);
    }
    let path = "/AccessGroup/GROUP-A/Application";
    for (body, why) in [
        (json!({}), "AccessApplicationId: required property AccessApplicationId was not present"),
        (json!({ "AccessApplicationId": field("", "NONE") }), "AccessApplicationId: does not exist"),
        (
            json!({ "AccessApplicationId": field("", "APP-B"), "ParentApplicationId": field("", "NONE") }),
            "ParentApplicationId: does not exist",
        ),
        (
            json!({ "AccessApplicationId": field("", "APP-B"), "ParentApplicationId": field("Colour", "x") }),
            "ParentApplicationId: a record is looked up by Id, Name, ApplicationKey, ExternalId",
        ),
    ] {
        bad(&send(&service, Post, path, &body), why);
    }
    let many = |items: Value| {
        let extra = json!([
            { "Name": "AccessApplicationId", "FieldName": "ApplicationKey" },
            { "Name": "ParentApplicationId", "FieldName": "Name" },
        ]);
        send(&service, Patch, "/AccessGroup/GROUP-A/Applications", &json!({ "Extra": extra, "Applications": items }))
    };
    let good = json!({ "AccessApplicationId": "shop", "ParentApplicationId": "Hub" });
    bad(
        &many(json!([good, { "AccessApplicationId": "shop", "ParentApplicationId": "hub" }])),
        "Applications[1].ParentApplicationId: does not exist",
    );
    bad(&many(json!([good, { "AccessApplicationId": "Shop" }])), "Applications[1].AccessApplicationId: does not exist");
    assert_eq!(state(&service), before);
}

#[test]
fn a_group_has_an_application_once_and_the_link_can_be_switched_and_put_under_another() {
    let service = whole_service();
    let links = "SELECT group_concat(application_id || ':' || coalesce(parent_application_id, '') || ':' || is_active)
        FROM access_group_applications WHERE access_group_id = 'GROUP-A'";
    let path = "/AccessGroup/Registry/Application?Name=Name";
    let body = json!({
        "AccessApplicationId": field("ApplicationKey", "desk"), "ParentApplicationId": field("ExternalId", "H-1"),
    });
    let reply = send(&service, Post, path, &body);
    // `Is_Active` is the application's own.
    let nobody = json!({ "Id": 0, "ExternalId": "", "Name": "", "Type": "User" });
    assert_eq!(
        reply.json,
        json!({
            "Id": "APP-A", "ApplicationId": { "Id": 0, "ExternalId": "", "Name": "", "Type": "Application" },
            "Name": "Desk", "ApplicationKey": "desk", "ExternalId": "D-1", "Description": "", "WebSiteURL": "",
            "Is_System": false, "Is_EndUser": false, "Is_TestApp": false, "Is_Active": true, "Is_ReadOnly": false,
            "AuthenticationId": { "Id": "", "ExternalId": "", "Name": "", "Type": "Authentication" },
            "ModifiedOn": "2024-05-01T08:00:00Z", "ModifiedBy": nobody, "CreatedBy": nobody,
            "CreatedOn": "2024-05-01T08:00:00Z",
        })
    );
    assert_eq!(service.sql::<String>(links), "APP-A:APP-S:0");
    let reply = send(
        &service,
        Get,
        "/AccessGroup/GROUP-A/Applications?Fields=Id,+AccessGroupId,+ParentApplicationId,+AccessApplicationId,+Is_Active,+CreatedOn\
         &Filters=ParentApplicationId+=+APP-S+AND+AccessApplicationId.Name+=+Desk&Orders=AccessGroupId,ParentApplicationId+DESC",
        &Value::Null,
    );
    assert_eq!(
        reply.json["Data"],
        json!([{
            "Id": "APP-A",
            "AccessGroupId": { "Id": "GROUP-A", "ExternalId": "SHARED", "Name": "Registry", "Type": "AccessGroup" },
            "ParentApplicationId": { "Id": "APP-S", "ExternalId": "H-1", "Name": "Hub", "Type": "Application" },
            "AccessApplicationId": { "Id": "APP-A", "ExternalId": "D-1", "Name": "Desk", "Type": "Application" },
            "Is_Active": true, "CreatedOn": "2024-05-01T08:00:00Z",
        }])
    );
    let items = json!({ "Applications": [
        { "AccessApplicationId": "APP-B", "ParentApplicationId": "", "Is_Active": true },
        { "AccessApplicationId": "APP-A" },
    ] });
    let reply = send(&service, Patch, "/AccessGroup/GROUP-A/Applications", &items);
    assert_eq!([&reply.json["Data"][0]["Id"], &reply.json["Data"][1]["Id"]], ["APP-B", "APP-A"]);
    assert_eq!(service.sql::<String>(links), "APP-A::0,APP-B::1");
    let fields: String = service.sql("SELECT group_concat(fields, ' ') FROM audit");
    assert_eq!(
        fields,
        r#"["changed application/APP-A (off)"] ["added application/APP-B (on)","changed application/APP-A (off)"]"#
    );
    let reply =
        send(&service, Delete, "/AccessGroup/GROUP-A/Application/APP-A?SubName=AccessApplicationId", &Value::Null);
    assert_eq!((reply.status, &reply.json["Name"]), (200, &json!("Desk")));
    let all = "/AccessGroup/GROUP-A/Applications?DeleteNotExists=true";
    assert_eq!(send(&service, Patch, all, &json!({ "Applications": [] })).status, 200);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM access_group_applications"), 0);
    // The application that was the parent of a link may go.
    send(
        &service,
        Post,
        path,
        &json!({ "AccessApplicationId": field("", "APP-A"), "ParentApplicationId": field("", "APP-B") }),
    );
    assert_eq!(send(&service, Delete, "/Application/APP-B", &Value::Null).status, 200);
    assert_eq!(service.sql::<String>(links), "APP-A::0");
}
