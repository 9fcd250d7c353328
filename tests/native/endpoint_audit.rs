//! What the audit says of Endpoint's changes: the record by its id, whatever it was looked up by, and what was given and
//! taken.

use std::collections::BTreeSet;

use mithril_edge::http::Header;
use mithril_edge::http::Method::{self, Delete, Get, Patch, Post, Put};
use mithril_edge::http::dialect::Dialect;
use mithril_edge::routes::ROUTES;
use mithril_edge::routes::router::{self, RouteMatch};
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::endpoint::{CLERK, PHYSICIAN, ROOT, field, send};
use crate::support::routes::whole_service;

/// The rows: subject and fields.
fn rows(service: &Service) -> Value {
    let text: String = service.sql("SELECT json_group_array(json_array(subject, json(fields))) FROM audit");
    serde_json::from_str(&text).expect("JSON")
}

/// A call for every change of the dialect, by other names than ids where it can be, and its row.
#[rustfmt::skip]
fn changes() -> Vec<(Method, String, Value, String, Value)> {
    let permission = |role: &str| json!({ "AccessRoleId": field("Name", role), "PermissionId": "Read", "Is_Active": true });
    let group = |name: &str| format!("/AccessGroup/{name}");
    let a = || "access_group/GROUP-A".to_owned();
    vec![
        (Post, "/AccessGroup".to_owned(), json!({ "Id": "x", "Description": "d" }), "access_group/x".to_owned(), json!(["Description"])),
        (Patch, "/AccessGroup".to_owned(), json!({ "Name": "Registry", "Description": "d", "Is_Active": true }), a(), json!(["Description"])),
        (Patch, "/AccessGroup".to_owned(), json!({ "Name": "Mailroom", "ExternalId": "MAIL" }), "access_group/GROUP-N".to_owned(), json!(["Name"])),
        (Patch, "/AccessGroup".to_owned(), json!({ "Id": "GROUP-A", "Name": "Registry" }), a(), json!([])),
        (Put, group("Registry?Name=Name"), json!({ "Name": "Front desk", "ExternalId": "SHARED-2" }), a(), json!(["Name", "ExternalId", "Is_Active"])),
        (Delete, group("MAIL?Name=ExternalId"), Value::Null, "access_group/GROUP-N".to_owned(), json!([])),
        (Post, "/Role".to_owned(), json!({ "Id": "y", "RoleKey": "k" }), "access_role/y".to_owned(), json!(["RoleKey"])),
        (Patch, "/Role".to_owned(), json!({ "ExternalId": "MED-01", "FullName": "f" }), format!("access_role/{PHYSICIAN}"), json!(["FullName"])),
        (Put, "/Role/MED-01?Name=ExternalId".to_owned(), json!({ "Is_Active": true }), format!("access_role/{PHYSICIAN}"), json!(["ExternalId"])),
        (Delete, "/Role/Free?Name=Name".to_owned(), Value::Null, "access_role/FREE".to_owned(), json!([])),
        (Post, group("Registry/Permission?Name=Name"), permission("Physician"), a(), json!([])),
        (Post, group("Registry/Permission?Name=Name"), permission("Registry clerk"), a(), json!([format!("added permission/{CLERK}/Read (on)")])),
        (Delete, group("Registry/Permission/4711?Name=Name"), Value::Null, a(), json!([format!("removed permission/{CLERK}/Create")])),
        (
            Patch, group("Registry/Permissions?Name=Name&DeleteNotExists=true"),
            json!({ "Permissions": [
                { "AccessRoleId": CLERK, "PermissionId": "Delete", "Is_Active": true },
                { "AccessRoleId": CLERK, "PermissionId": "Export" },
                { "AccessRoleId": PHYSICIAN, "PermissionId": "Read" },
                { "AccessRoleId": PHYSICIAN, "PermissionId": "Read", "Is_Active": true },
            ] }),
            a(),
            json!([
                format!("added permission/{CLERK}/Export (off)"),
                format!("changed permission/{CLERK}/Delete (on)"),
                format!("removed permission/{CLERK}/Create"),
            ]),
        ),
        (Post, group("Registry/User?Name=Name"), json!({ "UserId": field("Email", "taras@clinic.example") }), a(), json!(["added user/8"])),
        (Delete, group("Registry/User/olena?Name=Name&SubName=Username"), Value::Null, a(), json!(["removed user/7"])),
        (
            Patch, group("Registry/Users?Name=Name&DeleteNotExists=true"),
            json!({ "Extra": [{ "Name": "UserId", "FieldName": "Username" }], "Users": [{ "UserId": "taras" }, { "UserId": "gone" }] }),
            a(), json!(["added user/8", "removed user/7"]),
        ),
        (Patch, group("GROUP-A/Users"), json!({ "Users": [{ "UserId": "8" }] }), a(), json!(["added user/8"])),
        (Post, "/User/taras/AccessGroup?Name=Username".to_owned(), json!({ "AccessGroupId": field("Name", "Registry") }), "user/8".to_owned(), json!(["added access_group/GROUP-A"])),
        (Delete, "/User/olena/AccessGroup/Registry?Name=Username&SubName=Name".to_owned(), Value::Null, "user/7".to_owned(), json!(["removed access_group/GROUP-A"])),
        (Post, "/Role/Free/Permission?Name=Name".to_owned(), json!({ "PermissionId": "Read" }), "access_role/FREE".to_owned(), json!(["added permission/Read"])),
        (
            Patch, "/Role/Free/Permissions?Name=Name&DeleteNotExists=true".to_owned(), json!({ "Permissions": [{ "PermissionId": "Read" }] }),
            "access_role/FREE".to_owned(), json!(["added permission/Read", "removed permission/Create"]),
        ),
        (Delete, "/Role/Free/Permission/Create?Name=Name&SubName=PermissionId".to_owned(), Value::Null, "access_role/FREE".to_owned(), json!(["removed permission/Create"])),
        (Post, "/Application".to_owned(), json!({ "Id": "z", "ApplicationKey": "k" }), "application/z".to_owned(), json!(["ApplicationKey"])),
        (Patch, "/Application".to_owned(), json!({ "ApplicationKey": "desk", "Is_EndUser": true }), "application/APP-A".to_owned(), json!(["Is_EndUser"])),
        (Put, "/Application/D-1?Name=ExternalId".to_owned(), json!({ "ExternalId": "D-1" }), "application/APP-A".to_owned(), json!(["Is_Active"])),
        (Delete, "/Application/shop?Name=ApplicationKey".to_owned(), Value::Null, "application/APP-B".to_owned(), json!([])),
        (Post, "/Application/Desk/Role?Name=Name".to_owned(), json!({ "RoleKey": "cashier", "FullName": "f" }), "access_role/CASHIER".to_owned(), json!(["FullName"])),
        (Delete, "/Application/desk/Role/cashier?Name=ApplicationKey&SubName=RoleKey".to_owned(), Value::Null, "access_role/CASHIER".to_owned(), json!([])),
        (
            Post, group("Registry/Application?Name=Name"), json!({ "AccessApplicationId": field("Name", "Shop"), "Is_Active": true }),
            a(), json!(["added application/APP-B (on)"]),
        ),
        (
            Patch, group("Registry/Applications?Name=Name&DeleteNotExists=true"),
            json!({ "Applications": [{ "AccessApplicationId": "APP-B" }] }),
            a(), json!(["added application/APP-B (off)", "removed application/APP-A"]),
        ),
        (Delete, group("Registry/Application/desk?Name=Name&SubName=ApplicationKey"), Value::Null, a(), json!(["removed application/APP-A"])),
        (Post, group("Registry/Group?Name=Name"), json!({ "GroupId": field("Name", "Day") }), a(), json!(["added user_group/32"])),
        (
            Patch, group("Registry/Groups?Name=Name&DeleteNotExists=true"), json!({ "Groups": [{ "GroupId": "32" }] }),
            a(), json!(["added user_group/32", "removed user_group/31"]),
        ),
        (Delete, group("Registry/Group/Night?Name=Name&SubName=Name"), Value::Null, a(), json!(["removed user_group/31"])),
        (Post, "/GroupExternal".to_owned(), json!({ "Name": "New", "Description": "d" }), "user_group/33".to_owned(), json!(["Name", "Description"])),
        (Patch, "/GroupExternal".to_owned(), json!({ "Name": "Day", "Description": "d" }), "user_group/32".to_owned(), json!(["Description"])),
        (Put, "/GroupExternal/Day?Name=Name".to_owned(), json!({ "Name": "Late" }), "user_group/32".to_owned(), json!(["Name"])),
        (Delete, "/GroupExternal/Day?Name=Name".to_owned(), Value::Null, "user_group/32".to_owned(), json!([])),
        (
            Patch, "/GroupExternals/Json".to_owned(), json!({ "GroupExternals": [{ "Name": "Day" }, { "Id": 31, "Name": "Late" }, { "Name": "New" }] }),
            "user_group/import".to_owned(), json!(["added user_group/33", "changed user_group/31"]),
        ),
        (Post, "/GroupExternal/Day/UserExternal?Name=Name".to_owned(), json!({ "User_Id": field("Username", "taras") }), "user_group/32".to_owned(), json!(["added user/8"])),
        (
            Patch, "/GroupExternal/Night/UserExternals?Name=Name&DeleteNotExists=true".to_owned(), json!({ "UserExternals": [{ "User_Id": "8" }] }),
            "user_group/31".to_owned(), json!(["added user/8", "removed user/7"]),
        ),
        (Delete, "/GroupExternal/Night/UserExternal/olena?Name=Name&SubName=Username".to_owned(), Value::Null, "user_group/31".to_owned(), json!(["removed user/7"])),
        (Post, "/User/taras/Group?Name=Username".to_owned(), json!({ "Group_Id": field("Name", "Day") }), "user/8".to_owned(), json!(["added user_group/32"])),
        (
            Patch, "/User/olena/Groups?Name=Username&DeleteNotExists=true".to_owned(), json!({ "Groups": [{ "Group_Id": "32" }] }),
            "user/7".to_owned(), json!(["added user_group/32", "removed user_group/31"]),
        ),
        (Delete, "/User/olena/Group/Night?Name=Username&SubName=Name".to_owned(), Value::Null, "user/7".to_owned(), json!(["removed user_group/31"])),
    ]
}

#[test]
fn every_change_names_the_record_by_its_id_and_what_really_changed() {
    let mut seen = BTreeSet::new();
    for (method, path, body, subject, fields) in changes() {
        let service = whole_service();
        let reply = send(&service, method, &path, &body);
        assert_eq!((reply.status, service.platform.trips.get()), (200, 1), "{path}: {}", reply.json);
        assert_eq!(rows(&service), json!([[subject, fields]]), "{} {path}", method.as_str());
        let whole = format!("{ROOT}{}", path.split('?').next().unwrap_or_default());
        let RouteMatch::Found(route, _) = router::find(method, &whole) else { panic!("{path}") };
        seen.insert(format!("{:?}", route.operation));
    }
    let all = ROUTES.iter().filter(|route| route.dialect == Dialect::Endpoint && route.method != Get);
    assert_eq!(seen, all.map(|route| format!("{:?}", route.operation)).collect());
}

#[test]
fn a_repeated_call_under_a_key_writes_no_second_row_and_a_refused_one_none() {
    for (method, path, body, subject, fields) in changes() {
        let service = whole_service();
        let token = crate::support::mint("AccessManager:Create, Update AccessManager:Delete AccessManager:Import");
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("{ROOT}{path}");
        let call = || service.call_with(method, &path, &token, &[(Header::IdempotencyKey, "k")], &text);
        let (first, again) = (call(), call());
        assert_eq!((first.status, again.status, &again.json), (200, 200, &first.json), "{path}");
        assert_eq!(rows(&service), json!([[subject, fields]]), "{path}");
    }
}

#[test]
fn a_change_of_very_many_records_names_them_all_in_rows_that_stay_small() {
    let service = Service::default();
    service.platform.load(
        "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1249)
         INSERT INTO endpoint_users (id, name, username, creation_date) SELECT i, 'u', 'user ' || i, '' FROM n;
         INSERT INTO access_group_users SELECT 'GROUP-A', id, '' FROM endpoint_users WHERE id < 1100 AND id >= 1000;",
    );
    let users: Vec<Value> = (1100..1250).map(|id| json!({ "UserId": id.to_string() })).collect();
    let reply = send(&service, Patch, "/AccessGroup/GROUP-A/Users?DeleteNotExists=true", &json!({ "Users": users }));
    assert_eq!(reply.status, 200, "{}", reply.json);
    assert_eq!(
        service.sql::<String>(
            "SELECT group_concat(json_array_length(fields)) FROM audit WHERE subject = 'access_group/GROUP-A'"
        ),
        "100,100,52"
    );
    let named = |word: &str| {
        service.sql::<i64>(&format!(
            "SELECT count(DISTINCT value) FROM audit, json_each(fields) WHERE value GLOB '{word} user/*'"
        ))
    };
    // The two users of the fixture go with the hundred.
    assert_eq!((named("added"), named("removed")), (150, 102));
}
