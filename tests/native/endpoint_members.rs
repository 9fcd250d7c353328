//! Who is in which access group, and what it lets them do.

use mithril_edge::http::Method::{Delete, Get, Patch, Post};
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::endpoint::{CLERK, PHYSICIAN, bad, field, send};

#[test]
fn users_come_into_groups_and_leave_them_from_both_sides() {
    let service = Service::default();
    let users = |service: &Service| -> String {
        service
            .sql("SELECT coalesce(group_concat(user_id), '') FROM access_group_users WHERE access_group_id = 'GROUP-B'")
    };
    bad(
        &send(&service, Post, "/AccessGroup/GROUP-B/User", &json!({ "UserId": field("Id", "77") })),
        "UserId: does not exist",
    );
    bad(
        &send(&service, Post, "/AccessGroup/GROUP-B/User", &json!({ "UserId": field("Id", "x") })),
        "UserId: does not exist",
    );
    bad(
        &send(&service, Post, "/User/8/AccessGroup", &json!({ "AccessGroupId": field("Id", "NONE") })),
        "AccessGroupId: does not exist",
    );
    let taras = json!({
        "Id": 8, "Name": "Taras Melnyk", "Username": "taras", "Email": "taras@clinic.example", "MobilePhone": "", "External_Id": "user-8",
        "Creation_Date": "2024-04-02T08:00:00Z", "Last_Login": "1900-01-01T12:00:00Z", "Is_Active": true,
    });
    for _ in 0..2 {
        let reply = send(
            &service,
            Post,
            "/AccessGroup/GROUP-B/User",
            &json!({ "UserId": field("Email", "taras@clinic.example") }),
        );
        assert_eq!((reply.status, reply.json), (200, taras.clone()));
    }
    assert_eq!(users(&service), "7,8");
    let reply = send(&service, Get, "/AccessGroup/GROUP-B/Users?Filters=Is_Active+=+True&Orders=Id+DESC", &Value::Null);
    assert_eq!(reply.json["Meta"], json!({ "TotalItems": 2, "CurrentPage": 0, "PageSize": 50, "Type": "User" }));
    assert_eq!(reply.json["Data"][0], taras);
    let reply = send(&service, Delete, "/AccessGroup/GROUP-B/User/taras?SubName=Username", &Value::Null);
    assert_eq!((reply.status, reply.json), (200, taras));
    assert_eq!(users(&service), "7");
    let reply = send(
        &service,
        Patch,
        "/AccessGroup/GROUP-B/Users?DeleteNotExists=true",
        &json!({ "Users": [{ "UserId": "9" }, { "UserId": "8" }] }),
    );
    assert_eq!([&reply.json["Data"][0]["Id"], &reply.json["Data"][1]["Id"]], [9, 8]);
    assert_eq!(users(&service), "8,9");

    let reply = send(
        &service,
        Post,
        "/User/olena/AccessGroup?Name=Username",
        &json!({ "AccessGroupId": field("Name", "Physicians") }),
    );
    assert_eq!((reply.status, &reply.json["Id"]), (200, &json!("GROUP-B")));
    let reply = send(&service, Get, "/User/7/AccessGroups", &Value::Null);
    let ids: Vec<&Value> = reply.json["Data"].as_array().unwrap().iter().map(|group| &group["Id"]).collect();
    assert_eq!(ids, ["GROUP-A", "GROUP-B", "GROUP-N"]);
    assert_eq!(reply.json["Meta"]["TotalItems"], 3);
    let reply = send(&service, Delete, "/User/7/AccessGroup/GROUP-B?SubName=AccessGroupId", &Value::Null);
    assert_eq!((reply.status, &reply.json["Name"]), (200, &json!("Physicians")));
    assert_eq!(users(&service), "8,9");
    // The members of a system group are none of its general data.
    assert_eq!(send(&service, Post, "/AccessGroup/GROUP-S/User", &json!({ "UserId": field("", "7") })).status, 200);
}

#[test]
fn effective_permissions_count_only_what_is_active() {
    let service = Service::default();
    let effective = |user: &str| send(&service, Get, &format!("/User/{user}/EffectivePermissions"), &Value::Null).json;
    let role = |id: &str, external: &str, name: &str| json!({ "Id": id, "ExternalId": external, "Name": name, "Type": "AccessRole" });
    let full = json!({ "Id": "FullAccess", "ExternalId": "", "Name": "FullAccess", "Type": "AccessGroupType" });
    let no = json!({
        "Create": false, "Read": false, "Update": false, "Delete": false, "Details": false, "Export": false, "Import": false, "Generic": false,
    });
    let with = |mut record: Value, more: Value| {
        record.as_object_mut().unwrap().extend(no.as_object().unwrap().clone());
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record
    };
    // Not 4712, which is off, nor 4716, whose group is off.
    assert_eq!(
        effective("7"),
        json!({
            "Meta": { "TotalItems": 2, "CurrentPage": 0, "PageSize": 50, "Type": "EffectivePermission" },
            "Data": [
                with(
                    json!({ "Id": 4711, "AccessRoleId": role(CLERK, "REG-01", "Registry clerk"), "AccessGroupTypeId": full, "CreatedOn": "2024-10-22T08:00:00Z" }),
                    json!({ "Create": true }),
                ),
                with(
                    json!({ "Id": 4713, "AccessRoleId": role(PHYSICIAN, "MED-01", "Physician"), "AccessGroupTypeId": full, "CreatedOn": "2024-10-22T08:00:02Z" }),
                    json!({ "Read": true }),
                ),
            ],
        })
    );
    assert_eq!(effective("8")["Data"], json!([]));
    assert_eq!(effective("9")["Data"], json!([]));
    let reply = send(&service, Get, "/User/7/EffectivePermissions?Filters=Read+=+True&Fields=Id", &Value::Null);
    assert_eq!(reply.json["Data"], json!([{ "Id": 4713 }]));
    service.platform.load("UPDATE access_groups SET access_group_type_id = 'Locations' WHERE id = 'GROUP-B'");
    assert_eq!(effective("7")["Meta"]["TotalItems"], 3);
    service.platform.load("UPDATE roles SET is_active = 0; UPDATE access_groups SET is_active = 1");
    assert_eq!(effective("7")["Data"], json!([]));
}
