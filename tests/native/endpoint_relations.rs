//! The permissions of groups and roles in the Endpoint dialect: one at a time, and up to 1,000 at once.

use mithril_edge::http::Method::{Delete, Get, Patch, Post};
use serde_json::{Value, json};

use crate::support::endpoint::{CLERK, PHYSICIAN, bad, field, refused, send};
use crate::support::{Reply, Service};

/// All that these operations may change.
fn state(service: &Service) -> String {
    service.sql(
        "SELECT (SELECT json_group_array(json_array(id, access_group_id, role_id, permission_id, is_active)) FROM permissions)
         || (SELECT json_group_array(json_array(access_group_id, user_id)) FROM access_group_users)
         || (SELECT json_group_array(json_array(role_id, permission_id)) FROM role_permissions)
         || (SELECT count(*) FROM audit) || (SELECT sum(version) FROM access_groups)",
    )
}

#[test]
fn a_bulk_change_with_one_bad_item_changes_nothing() {
    let service = Service::default();
    let before = state(&service);
    let path = "/AccessGroup/GROUP-A/Permissions?DeleteNotExists=true";
    let good = json!({ "AccessRoleId": CLERK, "PermissionId": "Read", "Is_Active": true });
    for (item, why) in [
        (json!({ "AccessRoleId": "NOBODY", "PermissionId": "Read" }), "Permissions[1].AccessRoleId: does not exist"),
        // Mithril's roles are none of this dialect's.
        (
            json!({ "AccessRoleId": "role-1380df72-275a-11e7-93ae-92361f002671", "PermissionId": "Read" }),
            "Permissions[1].AccessRoleId: does not exist",
        ),
        (
            json!({ "PermissionId": "Read" }),
            "Permissions[1].AccessRoleId: required property AccessRoleId was not present",
        ),
        (
            json!({ "AccessRoleId": CLERK }),
            "Permissions[1].PermissionId: required property PermissionId was not present",
        ),
        (
            json!({ "AccessRoleId": CLERK, "PermissionId": "read" }),
            "Permissions[1].PermissionId: value is not allowed in enum. Allowed values: Create, Read, Update, Delete, Details, Export, Import, Generic",
        ),
        (
            json!({ "AccessRoleId": CLERK, "PermissionId": "Read", "Is_Active": "yes" }),
            "Permissions[1].Is_Active: type mismatch. Expected boolean but got string",
        ),
        (json!("Read"), "Permissions[1]: type mismatch. Expected object but got string"),
    ] {
        bad(&send(&service, Patch, path, &json!({ "Permissions": [good, item] })), why);
    }
    bad(&send(&service, Patch, path, &json!({})), "Permissions: required property Permissions was not present");
    bad(
        &send(&service, Patch, path, &json!({ "Permissions": {} })),
        "Permissions: type mismatch. Expected array but got object",
    );
    let many = vec![good.clone(); 1001];
    bad(&send(&service, Patch, path, &json!({ "Permissions": many })), "Permissions: at most 1000 at once");
    let reply = send(
        &service,
        Patch,
        "/AccessGroup/GROUP-A/Permissions?DeleteNotExists=perhaps",
        &json!({ "Permissions": [good] }),
    );
    bad(&reply, "DeleteNotExists: neither true nor false");
    let extra = |extra: Value| send(&service, Patch, path, &json!({ "Extra": extra, "Permissions": [good] }));
    bad(
        &extra(json!([{ "Name": "Colour" }])),
        "Extra: items have no `Colour`; Name can be AccessRoleId, PermissionId, Is_Active",
    );
    bad(
        &extra(json!([{ "Name": "AccessRoleId", "FieldName": "Colour" }])),
        "AccessRoleId: a record is looked up by Id, Name, RoleKey, ExternalId",
    );
    let unknown = json!([{ "Name": "AccessRoleId", "Colour": null }]);
    let mistyped = json!([{ "Name": "AccessRoleId", "Max": 1 }]);
    let [arrays, empty, nameless] = [json!([["AccessRoleId", "Name"]]), json!([[]]), json!([{ "FieldName": "Name" }])];
    for other in [arrays, empty, nameless, json!(""), json!({ "Name": "AccessRoleId" }), unknown, mistyped] {
        let said = "Extra: a list of {\"Name\", \"FieldName\", \"Required\", \"Unique\", \"Max\", \"Min\", \"Pattern\", \
                    \"DefaultValue\"}, of which only \"Name\" must be there";
        bad(&extra(other), said);
    }
    assert_eq!(state(&service), before);
}

#[test]
fn a_system_group_keeps_its_permissions_and_unknown_groups_are_404() {
    let service = Service::default();
    let before = state(&service);
    let bulk = json!({ "Permissions": [{ "AccessRoleId": CLERK, "PermissionId": "Read" }] });
    let one = json!({ "AccessRoleId": field("", CLERK), "PermissionId": "Read" });
    let text = ["The user does not have access to execute operation"];
    refused(&send(&service, Patch, "/AccessGroup/GROUP-S/Permissions", &bulk), 403, "/Errors/Permission", &text);
    refused(&send(&service, Post, "/AccessGroup/GROUP-S/Permission", &one), 403, "/Errors/Permission", &text);
    refused(
        &send(&service, Delete, "/AccessGroup/GROUP-S/Permission/4715", &Value::Null),
        403,
        "/Errors/Permission",
        &text,
    );
    for (method, path, body) in [
        (Patch, "/AccessGroup/NONE/Permissions", &bulk),
        (Post, "/AccessGroup/NONE/Permission", &one),
        (Delete, "/AccessGroup/GROUP-B/Permission/4711", &Value::Null),
        (Delete, "/AccessGroup/GROUP-A/User/8", &Value::Null),
        (Delete, "/User/8/AccessGroup/GROUP-A", &Value::Null),
    ] {
        assert_eq!(send(&service, method, path, body).status, 404, "{path}");
    }
    let several = "There are multiple rows in the database for the same value";
    let reply = send(&service, Patch, "/AccessGroup/SHARED/Permissions?Name=ExternalId", &bulk);
    refused(&reply, 400, "/Errors/Multible Rows", &[several]);
    let reply =
        send(&service, Delete, &format!("/AccessGroup/GROUP-A/Permission/{CLERK}?SubName=AccessRoleId"), &Value::Null);
    refused(&reply, 400, "/Errors/Multible Rows", &[several]);
    let reply = send(&service, Post, "/User/8/AccessGroup", &json!({ "AccessGroupId": field("ExternalId", "SHARED") }));
    refused(&reply, 400, "/Errors/Multible Rows", &[several]);
    assert_eq!(state(&service), before);
}

#[test]
fn a_permission_is_inserted_once_and_found_again() {
    let service = Service::default();
    let path = "/AccessGroup/GROUP-B/Permission";
    for (body, why) in [
        (json!({ "PermissionId": "Read" }), "AccessRoleId: required property AccessRoleId was not present"),
        (
            json!({ "AccessRoleId": CLERK, "PermissionId": "Read" }),
            "AccessRoleId: type mismatch. Expected object but got string",
        ),
        (
            json!({ "AccessRoleId": field("Id", ""), "PermissionId": "Read" }),
            "AccessRoleId.Value: required property Value was not present",
        ),
        (json!({ "AccessRoleId": field("Id", "NOBODY"), "PermissionId": "Read" }), "AccessRoleId: does not exist"),
        (
            json!({ "AccessRoleId": field("Colour", "x"), "PermissionId": "Read" }),
            "AccessRoleId: a record is looked up by Id, Name, RoleKey, ExternalId",
        ),
        (json!({ "AccessRoleId": field("Id", CLERK) }), "PermissionId: required property PermissionId was not present"),
    ] {
        bad(&send(&service, Post, path, &body), why);
    }
    let body = json!({ "AccessRoleId": field("ExternalId", "REG-01"), "PermissionId": "Export", "Is_Active": true });
    let reply = send(&service, Post, path, &body);
    assert_eq!(
        reply.json,
        json!({
            "Id": 4717,
            "AccessRoleId": { "Id": CLERK, "ExternalId": "REG-01", "Name": "Registry clerk", "Type": "AccessRole" },
            "PermissionId": { "Id": "Export", "ExternalId": "", "Name": "Export", "Type": "Permission" },
            "Is_Active": true,
            "CreatedOn": "2026-09-21T14:13:20Z",
        })
    );
    let again = json!({ "AccessRoleId": field("Name", "Registry clerk"), "PermissionId": "Export" });
    let reply = send(&service, Post, path, &again);
    assert_eq!((&reply.json["Id"], &reply.json["Is_Active"]), (&json!(4717), &json!(false)));
    assert_eq!(
        service.sql::<String>("SELECT group_concat(DISTINCT action || ' ' || subject || ' ' || fields) FROM audit"),
        format!(
            "permission.upsert access_group/GROUP-B [\"added permission/{CLERK}/Export (on)\"],\
             permission.upsert access_group/GROUP-B [\"changed permission/{CLERK}/Export (off)\"]"
        )
    );
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM permissions WHERE access_group_id = 'GROUP-B'"), 2);
}

#[test]
fn a_bulk_change_upserts_in_the_order_of_the_body_and_deletes_the_rest_when_told() {
    let service = Service::default();
    let body = json!({
        "IsFullValidation": true,
        "Permissions": [
            { "AccessRoleId": PHYSICIAN.to_lowercase(), "PermissionId": "Update", "Is_Active": true },
            { "AccessRoleId": CLERK, "PermissionId": "Delete", "Is_Active": true },
        ],
    });
    let pairs = |reply: &Reply| -> Vec<Value> {
        let of = |record: &Value| {
            json!([record["Id"], record["AccessRoleId"]["Id"], record["PermissionId"]["Id"], record["Is_Active"]])
        };
        reply.json["Data"].as_array().unwrap().iter().map(of).collect()
    };
    let reply = send(&service, Patch, "/AccessGroup/GROUP-A/Permissions", &body);
    assert_eq!(reply.json["Meta"], json!({ "TotalItems": 2, "CurrentPage": 0, "PageSize": 2, "Type": "Permission" }));
    assert_eq!(pairs(&reply), [json!([4717, PHYSICIAN, "Update", true]), json!([4712, CLERK, "Delete", true])]);
    let ids = "SELECT group_concat(id) FROM permissions WHERE access_group_id = 'GROUP-A'";
    assert_eq!(service.sql::<String>(ids), "4711,4712,4713,4717");
    let reply = send(&service, Patch, "/AccessGroup/GROUP-A/Permissions?DeleteNotExists=True", &body);
    assert_eq!(pairs(&reply).len(), 2);
    assert_eq!(service.sql::<String>(ids), "4712,4717");
    let by_name = json!({
        "Extra": [{ "Name": "AccessRoleId", "FieldName": "Name" }],
        "Permissions": [{ "AccessRoleId": "Physician", "PermissionId": "Read" }],
    });
    let reply = send(&service, Patch, "/AccessGroup/GROUP-A/Permissions?DeleteNotExists=true", &by_name);
    assert_eq!(reply.json["Data"][0]["AccessRoleId"]["Id"], PHYSICIAN);
    let reply =
        send(&service, Patch, "/AccessGroup/GROUP-A/Permissions?DeleteNotExists=true", &json!({ "Permissions": [] }));
    assert_eq!(reply.json["Data"], json!([]));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM permissions WHERE access_group_id = 'GROUP-A'"), 0);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM permissions"), 3);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit WHERE action = 'permission.upsert_all'"), 4);
}

#[test]
fn a_role_has_permissions_of_its_own_unless_it_is_read_only_or_custom() {
    let service = Service::default();
    let (one, many) = (format!("/Role/{CLERK}/Permission"), format!("/Role/{CLERK}/Permissions"));
    bad(
        &send(&service, Post, &one, &json!({ "PermissionId": "read" })),
        "PermissionId: value is not allowed in enum. Allowed values: Create, Read, Update, Delete, Details, Export, Import, Generic",
    );
    let record = json!({
        "Id": 1, "PermissionId": { "Id": "Read", "ExternalId": "", "Name": "Read", "Type": "Permission" }, "CreatedOn": "2026-09-21T14:13:20Z",
    });
    for _ in 0..2 {
        assert_eq!(send(&service, Post, &one, &json!({ "PermissionId": "Read" })).json, record);
    }
    let body = json!({ "Permissions": [{ "PermissionId": "Export" }, { "PermissionId": "Import" }] });
    let reply = send(&service, Patch, &format!("{many}?DeleteNotExists=true"), &body);
    let kinds: Vec<&Value> =
        reply.json["Data"].as_array().unwrap().iter().map(|record| &record["PermissionId"]["Id"]).collect();
    assert_eq!(kinds, ["Export", "Import"]);
    let reply = send(&service, Get, &format!("{many}?Filters=PermissionId+=+Import&Fields=PermissionId"), &Value::Null);
    assert_eq!(
        (&reply.json["Meta"]["TotalItems"], &reply.json["Data"][0]["PermissionId"]["Name"]),
        (&json!(1), &json!("Import"))
    );
    let reply = send(&service, Delete, &format!("{one}/Import?SubName=PermissionId"), &Value::Null);
    assert_eq!((reply.status, &reply.json["PermissionId"]["Id"]), (200, &json!("Import")));
    for locked in ["is_custom", "is_read_only"] {
        service
            .platform
            .load(&format!("UPDATE roles SET is_custom = 0, is_read_only = 0; UPDATE roles SET {locked} = 1"));
        let text = ["The user does not have access to execute operation"];
        for (method, path, body) in [
            (Get, &many, Value::Null),
            (Patch, &many, json!({ "Permissions": [] })),
            (Post, &one, json!({ "PermissionId": "Read" })),
            (Delete, &format!("{one}/Export?SubName=PermissionId"), Value::Null),
        ] {
            refused(&send(&service, method, path, &body), 403, "/Errors/Permission", &text);
        }
    }
    assert_eq!(service.sql::<String>("SELECT group_concat(permission_id) FROM role_permissions"), "Export");
}

#[test]
fn a_thousand_permissions_are_one_batch() {
    let service = Service::default();
    service.platform.load(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 124)
         INSERT INTO roles (id, name, scope, type, inserted_at, updated_at)
         SELECT 'bulk-' || i, 'bulk ' || i, '', 'AccessRole', '2025-01-01T00:00:00Z', '' FROM n",
    );
    let kinds = ["Create", "Read", "Update", "Delete", "Details", "Export", "Import", "Generic"];
    let mut items: Vec<Value> = (0..1000)
        .map(|at| json!({ "AccessRoleId": format!("bulk-{}", at / 8), "PermissionId": kinds[at % 8], "Is_Active": true }))
        .collect();
    let path = "/AccessGroup/GROUP-A/Permissions?DeleteNotExists=true";
    let last = items.len() - 1;
    items[last]["AccessRoleId"] = "bulk-125".into();
    let before = state(&service);
    bad(
        &send(&service, Patch, path, &json!({ "Permissions": items })),
        "Permissions[999].AccessRoleId: does not exist",
    );
    assert_eq!(state(&service), before);
    items[last]["AccessRoleId"] = "bulk-124".into();
    service.platform.trips.set(0);
    let reply = send(&service, Patch, path, &json!({ "Permissions": items }));
    assert_eq!((reply.status, service.platform.trips.get()), (200, 1));
    assert_eq!(reply.json["Data"].as_array().map(Vec::len), Some(1000));
    assert_eq!(reply.json["Data"][999]["AccessRoleId"]["Id"], "bulk-124");
    assert_eq!(
        service.sql::<i64>("SELECT count(*) FROM permissions WHERE access_group_id = 'GROUP-A' AND is_active = 1"),
        1000
    );
}
