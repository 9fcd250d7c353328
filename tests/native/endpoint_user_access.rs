//! What a user has in the Endpoint dialect: users, and the access that groups of users and applications give.

use mithril_edge::http::Method::{Get, Post};
use serde_json::{Value, json};

use crate::support::endpoint::{CLERK, PHYSICIAN, field, refused, send};
use crate::support::routes::whole_service;
use crate::support::{Service, mint};

fn get(service: &Service, path: &str) -> Value {
    let reply = send(service, Get, path, &Value::Null);
    assert_eq!(reply.status, 200, "{path}: {}", reply.json);
    reply.json
}

fn ids(service: &Service, path: &str) -> Vec<Value> {
    get(service, path)["Data"].as_array().expect(path).iter().map(|record| record["Id"].clone()).collect()
}

#[test]
fn a_reviewer_sees_no_users() {
    let service = whole_service();
    let token = mint("AccessUser:Read AccessUser:Create AccessUser:Update AccessUser:Delete");
    for path in ["/Users", "/User/7", "/User/7/AccessRoles", "/User/7/Applications", "/User/7/Groups"] {
        let reply = service.call(Get, &format!("{}{path}", crate::support::endpoint::ROOT), &token, "");
        let text = ["The user does not have access to execute operation"];
        refused(&reply, 403, "/Errors/Permission", &text);
    }
}

#[test]
fn users_are_listed_and_found() {
    let service = whole_service();
    let list = get(&service, "/Users?Filters=Is_Active+=+True&Orders=Username+DESC");
    assert_eq!(list["Meta"], json!({ "TotalItems": 2, "CurrentPage": 0, "PageSize": 50, "Type": "User" }));
    assert_eq!([&list["Data"][0]["Id"], &list["Data"][1]["Id"]], [8, 7]);
    let olena = get(&service, "/User/7");
    for path in
        ["/User/olena?Name=Username", "/User/olena%40clinic.example?Name=Email", "/User/user-1?Name=External_Id"]
    {
        assert_eq!(get(&service, path), olena, "{path}");
    }
    assert_eq!(send(&service, Get, "/User/77", &Value::Null).status, 404);
    assert_eq!(send(&service, Get, "/User/x", &Value::Null).status, 400);
}

/// Taras is in no access group. He comes into one through a group of users.
#[test]
fn the_members_of_a_group_have_what_its_access_groups_give() {
    let service = whole_service();
    let paths = ["/User/8/EffectivePermissions", "/User/8/AccessRoles", "/User/8/Applications"];
    let found = |service: &Service| paths.map(|path| ids(service, path));
    let nothing: [Vec<Value>; 3] = [vec![], vec![], vec![]];
    assert_eq!(found(&service), nothing);
    let body = json!({ "Group_Id": field("Name", "Night") });
    assert_eq!(send(&service, Post, "/User/8/Group", &body).status, 200);
    let all = [vec![json!(4711), json!(4713)], vec![json!(CLERK), json!(PHYSICIAN)], vec![json!("APP-A")]];
    assert_eq!(found(&service), all);
    // The access groups of the user are those that name the user.
    assert_eq!(ids(&service, "/User/8/AccessGroups"), Vec::<Value>::new());
    for (off, on) in [
        (
            "UPDATE access_groups SET is_active = 0 WHERE id = 'GROUP-A'",
            "UPDATE access_groups SET is_active = 1 WHERE id = 'GROUP-A'",
        ),
        (
            "UPDATE endpoint_users SET is_active = 0 WHERE id = 8",
            "UPDATE endpoint_users SET is_active = 1 WHERE id = 8",
        ),
        (
            "DELETE FROM access_group_user_groups",
            "INSERT INTO access_group_user_groups VALUES ('GROUP-A', 31, '2024-06-03T08:00:00Z')",
        ),
        ("DELETE FROM user_group_users WHERE user_id = 8", "INSERT INTO user_group_users VALUES (31, 8)"),
    ] {
        service.platform.load(off);
        assert_eq!(found(&service), nothing, "{off}");
        service.platform.load(on);
        assert_eq!(found(&service), all, "{on}");
    }
}

#[test]
fn what_is_reached_in_two_ways_is_there_once() {
    let service = whole_service();
    // Olena is in GROUP-A herself and through the group of users.
    let list = get(&service, "/User/7/EffectivePermissions");
    assert_eq!(list["Meta"]["TotalItems"], 2);
    service.platform.load(
        "UPDATE access_groups SET access_group_type_id = 'Locations' WHERE id = 'GROUP-B';
         INSERT INTO permissions (access_group_id, role_id, permission_id, is_active, created_on) VALUES
           ('GROUP-B', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Delete', 1, '2025-01-01T00:00:00Z'),
           ('GROUP-B', 'CASHIER', 'Export', 1, '2025-01-01T00:00:00Z')",
    );
    assert_eq!(get(&service, "/User/7/EffectivePermissions")["Meta"]["TotalItems"], 4);
    let fields = "Fields=Id,Read,Delete,Export,AccessGroupTypeId&Orders=Name";
    let list = get(&service, &format!("/User/7/AccessRoles?{fields}"));
    let full = json!({ "Id": "FullAccess", "ExternalId": "", "Name": "FullAccess", "Type": "AccessGroupType" });
    let there = json!({ "Id": "Locations", "ExternalId": "", "Name": "Locations", "Type": "AccessGroupType" });
    assert_eq!(
        list["Data"],
        json!([
            { "Id": "CASHIER", "Read": false, "Delete": false, "Export": true, "AccessGroupTypeId": there },
            { "Id": PHYSICIAN, "Read": true, "Delete": true, "Export": false, "AccessGroupTypeId": full },
            { "Id": CLERK, "Read": false, "Delete": false, "Export": false, "AccessGroupTypeId": full },
        ])
    );
    // The application comes from its role and from the access group.
    let list = get(&service, "/User/7/Applications?Fields=Id,Export,AccessRoleId,UserId");
    assert_eq!(
        list["Data"],
        json!([{
            "Id": "APP-A", "Export": true,
            "AccessRoleId": { "Id": "CASHIER", "ExternalId": "", "Name": "Cashier", "Type": "AccessRole" },
            "UserId": { "Id": 7, "ExternalId": "user-1", "Name": "Olena Bondar", "Type": "User" },
        }])
    );
}

#[test]
fn an_inactive_application_and_an_inactive_link_give_nothing() {
    let service = whole_service();
    service.platform.load(
        "INSERT INTO permissions (access_group_id, role_id, permission_id, is_active, created_on)
           VALUES ('GROUP-B', 'CASHIER', 'Export', 1, '2025-01-01T00:00:00Z');
         UPDATE access_group_applications SET is_active = 0",
    );
    assert_eq!(ids(&service, "/User/7/Applications"), ["APP-A"]);
    let cashier = "/User/7/EffectivePermissions?Filters=AccessRoleId+=+CASHIER";
    assert_eq!(get(&service, cashier)["Meta"]["TotalItems"], 1);
    service.platform.load("UPDATE applications SET is_active = 0 WHERE id = 'APP-A'");
    assert_eq!(ids(&service, "/User/7/Applications"), Vec::<Value>::new());
    assert_eq!(ids(&service, "/User/7/AccessRoles?Filters=Id+=+CASHIER"), Vec::<Value>::new());
    assert_eq!(get(&service, cashier)["Meta"]["TotalItems"], 0);
    service.platform.load("UPDATE applications SET is_active = 1; DELETE FROM permissions WHERE role_id = 'CASHIER'");
    assert_eq!(ids(&service, "/User/7/Applications"), Vec::<Value>::new(), "the link is off");
    service.platform.load("UPDATE access_group_applications SET is_active = 1");
    let list = get(&service, "/User/7/Applications?Fields=Id,AccessRoleId,Read");
    let nobody = json!({ "Id": "", "ExternalId": "", "Name": "", "Type": "AccessRole" });
    assert_eq!(list["Data"], json!([{ "Id": "APP-A", "AccessRoleId": nobody, "Read": false }]));
}

#[test]
fn the_records_of_a_user_are_shown_whole() {
    let service = whole_service();
    let role = &get(&service, "/User/7/AccessRoles?PageSize=1")["Data"][0];
    let of = |kind: &str, id: Value| json!({ "Id": id, "ExternalId": "", "Name": "", "Type": kind });
    assert_eq!(
        *role,
        json!({
            "Id": CLERK, "Name": "Registry clerk", "RoleKey": "", "FullName": "", "Description": "", "ExternalId": "REG-01",
            "AccessApplicationId": of("Application", json!("")), "RoleId": of("Role", json!(0)),
            "ApplicationId": of("Application", json!(0)), "EspaceId": of("Espace", json!(0)),
            "Is_Active": true, "Is_Custom": false, "Is_ReadOnly": false,
            "ModifiedOn": "2024-04-01T08:00:00Z", "CreatedOn": "2024-04-01T08:00:00Z",
        })
    );
    let application = &get(&service, "/User/7/Applications")["Data"][0];
    assert_eq!(
        *application,
        json!({
            "Id": "APP-A", "ApplicationId": of("Application", json!(0)), "Name": "Desk", "ApplicationKey": "desk",
            "ExternalId": "D-1", "Description": "", "WebSiteURL": "", "Is_System": false, "Is_EndUser": false,
            "Is_TestApp": false, "Is_Active": true, "Is_ReadOnly": false,
            "AuthenticationId": of("Authentication", json!("")),
            "ModifiedOn": "2024-05-01T08:00:00Z", "CreatedOn": "2024-05-01T08:00:00Z",
        })
    );
}
