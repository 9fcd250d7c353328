//! Groups of users in the Endpoint dialect: the groups themselves, their import, who is in them, and which access groups
//! have them.

use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::endpoint::{bad, field, refused, send};
use crate::support::routes::whole_service;

const IMPORT: &str = "/GroupExternals/Json";

fn groups(service: &Service) -> Value {
    let text: String = service
        .sql("SELECT json_group_array(json_array(id, name, description, has_custom_management)) FROM user_groups");
    serde_json::from_str(&text).expect("JSON")
}

/// Everything that is stored. SQLite itself notes that an INSERT into the audit ran, even without rows.
fn stored(service: &Service) -> Vec<String> {
    service.dump().into_iter().filter(|row| !row.starts_with("sqlite_sequence ")).collect()
}

fn audit(service: &Service) -> Value {
    let text: String = service.sql("SELECT json_group_array(json_array(action, subject, json(fields))) FROM audit");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn an_import_with_one_bad_row_changes_nothing() {
    let service = whole_service();
    let before = stored(&service);
    for (rows, why) in [
        (json!([{ "Name": "New" }, { "Id": 77 }]), "GroupExternals[1].Id: does not exist"),
        (json!([{ "Name": "New" }, { "Id": 31, "Name": "Day" }]), "GroupExternals[1].Name: has already been taken"),
        (json!([{ "Name": "New" }, { "Name": "New" }]), "GroupExternals[1].Name: an earlier row has it"),
        (json!([{ "Id": 31 }, { "Name": "New" }, { "Id": 31 }]), "GroupExternals[2].Id: an earlier row has it"),
        (json!([{ "Id": 31 }, { "Name": "Night" }]), "GroupExternals[1]: an earlier row means the same record"),
        (
            json!([{ "Name": "New" }, { "Name": 5 }]),
            "GroupExternals[1].Name: type mismatch. Expected string but got integer",
        ),
        (json!([{ "Name": "New" }, "x"]), "GroupExternals[1]: type mismatch. Expected object but got string"),
        (json!(vec![json!({}); 1001]), "GroupExternals: at most 1000 at once"),
    ] {
        bad(&send(&service, Patch, IMPORT, &json!({ "GroupExternals": rows })), why);
    }
    bad(&send(&service, Patch, IMPORT, &json!({})), "GroupExternals: required property GroupExternals was not present");
    assert_eq!(stored(&service), before);
}

#[test]
fn an_import_that_asks_for_what_is_not_offered_is_refused_by_its_name() {
    let service = whole_service();
    let before = stored(&service);
    for (member, value, why) in [
        (
            "Extra",
            json!([{ "Name": "Created_By", "FieldName": "Username" }]),
            "Extra: FieldName of Created_By cannot be used: it names no record",
        ),
        (
            "Extra",
            json!([{ "Name": "Colour" }]),
            "Extra: items have no `Colour`; Name can be Id, Name, Description, Created_By, Created, Has_Custom_Management",
        ),
        ("IsFullValidation", json!("no"), "IsFullValidation: type mismatch. Expected boolean but got string"),
    ] {
        let body = json!({ member: value, "GroupExternals": [{ "Name": "New" }] });
        bad(&send(&service, Patch, IMPORT, &body), why);
    }
    for body in [
        json!({ "GroupExternals": [{ "Name": "New" }], "DeleteNotExists": true }),
        json!({ "GroupExternals": [{ "Name": "New", "Colour": "red" }] }),
    ] {
        assert_eq!(send(&service, Patch, IMPORT, &body).status, 400, "{body}");
    }
    assert_eq!(stored(&service), before);
    // What was read can be sent back, with the defaults that generated clients send.
    let read = send(&service, Get, "/GroupExternals", &Value::Null).json["Data"].clone();
    let body = json!({
        "Extra": [{ "Name": "Name", "FieldName": "", "Required": false, "Unique": false, "Max": "", "Min": "" }],
        "IsFullValidation": true,
        "GroupExternals": read,
    });
    let reply = send(&service, Patch, IMPORT, &body);
    assert_eq!((reply.status, &reply.json["Data"]), (200, &read));
}

#[test]
fn an_import_makes_and_changes_groups_in_one_round_trip_and_answers_them_in_its_order() {
    let service = whole_service();
    let body = json!({ "Extra": [], "IsFullValidation": false, "GroupExternals": [
        { "Id": 0, "Name": "New", "Has_Custom_Management": true },
        { "Id": 32, "Name": "Late", "Description": "d" },
        { "Description": "without a name" },
        { "Name": "Night", "Description": "d" },
    ] });
    let reply = send(&service, Patch, IMPORT, &body);
    assert_eq!(
        (reply.status, service.platform.trips.get()),
        (200, 1),
        "{}{:?}",
        reply.json,
        service.platform.log.borrow()
    );
    assert_eq!(
        reply.json["Meta"],
        json!({ "TotalItems": 4, "CurrentPage": 0, "PageSize": 4, "Type": "GroupExternal" })
    );
    let ids: Vec<&Value> = reply.json["Data"].as_array().unwrap().iter().map(|group| &group["Id"]).collect();
    assert_eq!(ids, [33, 32, 34, 31]);
    assert_eq!(
        reply.json["Data"][0],
        json!({
            "Id": 33, "Name": "New", "Description": "",
            "Created_By": { "Id": 7, "ExternalId": "user-1", "Name": "Olena Bondar", "Type": "User" },
            "Created": "2026-09-21T14:13:20Z", "Has_Custom_Management": true,
        })
    );
    let nameless = reply.json["Data"][2]["Name"].as_str().unwrap().to_owned();
    assert_eq!(nameless.len(), 36);
    assert_eq!(
        groups(&service),
        json!([[31, "Night", "d", 0], [32, "Late", "d", 0], [33, "New", "", 1], [34, nameless, "without a name", 0],])
    );
    assert_eq!(
        audit(&service),
        json!([[
            "user_group.import",
            "user_group/import",
            ["added user_group/33", "added user_group/34", "changed user_group/32", "changed user_group/31"],
        ]])
    );
    // The same rows again make nothing new, but for the one that no name finds.
    let again = json!({ "GroupExternals": [{ "Name": "New" }, { "Id": 32, "Name": "Late" }] });
    assert_eq!(send(&service, Patch, IMPORT, &again).status, 200);
    assert_eq!(service.sql::<String>("SELECT fields FROM audit ORDER BY seq DESC LIMIT 1"), "[]");
    let reply = send(&service, Patch, IMPORT, &json!({ "GroupExternals": [] }));
    assert_eq!((reply.status, &reply.json["Data"]), (200, &json!([])));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM user_groups"), 4);
}

#[test]
fn an_import_of_a_thousand_groups_is_one_batch() {
    let service = whole_service();
    let rows: Vec<Value> = (0..1000).map(|at| json!({ "Name": format!("group {at}") })).collect();
    for _ in 0..2 {
        service.platform.trips.set(0);
        let reply = send(&service, Patch, IMPORT, &json!({ "GroupExternals": rows }));
        assert_eq!((reply.status, service.platform.trips.get()), (200, 1));
        assert_eq!(reply.json["Data"][999]["Name"], "group 999");
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM user_groups"), 1002);
    assert_eq!(service.sql::<i64>("SELECT total FROM totals WHERE table_name = 'user_groups'"), 1002);
}

#[test]
fn the_number_of_a_group_is_the_services_to_give_and_is_never_given_twice() {
    let service = whole_service();
    for id in [31, 500] {
        let reply = send(&service, Post, "/GroupExternal", &json!({ "Id": id, "Name": "New" }));
        bad(&reply, "Id: the service gives a new record its number; leave it out");
    }
    bad(
        &send(&service, Post, "/GroupExternal", &json!({ "Id": -1 })),
        "Id: expected the value to be between 0 and 2147483647",
    );
    bad(&send(&service, Post, "/GroupExternal", &json!({ "Name": "Day" })), "Name: has already been taken");
    let made = |body: Value| send(&service, Post, "/GroupExternal", &body).json["Id"].clone();
    assert_eq!(made(json!({ "Id": 0, "Name": "A" })), 33);
    assert_eq!(send(&service, Delete, "/GroupExternal/33", &Value::Null).json["Name"], "A");
    assert_eq!(made(json!({ "Name": "B" })), 34);
    let reply = send(&service, Patch, "/GroupExternal", &json!({ "Name": "C" }));
    assert_eq!(reply.json["Id"], 35);
    let subjects: String = service.sql("SELECT group_concat(subject) FROM audit");
    assert_eq!(subjects, "user_group/33,user_group/33,user_group/34,user_group/35");
}

#[test]
fn a_group_is_found_by_its_number_or_name_and_changed_there_alone() {
    let service = whole_service();
    refused(
        &send(&service, Get, "/GroupExternal/77", &Value::Null),
        404,
        "/Errors/Not Found",
        &["The requested resource does not exist"],
    );
    assert_eq!(send(&service, Get, "/GroupExternal/x", &Value::Null).status, 400);
    assert_eq!(send(&service, Get, "/GroupExternal/Day?Name=Name", &Value::Null).json["Id"], 32);
    bad(&send(&service, Put, "/GroupExternal/31", &json!({ "Name": "Day" })), "Name: has already been taken");
    bad(
        &send(&service, Put, "/GroupExternal/31", &json!({ "Id": 32 })),
        "Id: the primary key of a record cannot be changed",
    );
    assert_eq!(send(&service, Patch, "/GroupExternal", &json!({ "Id": 77, "Name": "x" })).status, 404);
    let reply = send(&service, Patch, "/GroupExternal", &json!({ "Id": 31, "Description": "d" }));
    assert_eq!((reply.status, &reply.json["Name"], &reply.json["Description"]), (200, &json!("Night"), &json!("d")));
    let reply =
        send(&service, Put, "/GroupExternal/Night?Name=Name", &json!({ "Id": 31, "Has_Custom_Management": true }));
    assert_eq!(reply.status, 200);
    assert_eq!(groups(&service), json!([[31, "Night", "", 1], [32, "Day", "", 0]]));
}

/// Both sides of a membership, and both sides of an access group that a group has.
#[test]
fn links_are_made_once_shown_from_both_sides_and_taken_away() {
    let service = whole_service();
    let pairs = |service: &Service| -> String {
        service.sql(
            "SELECT (SELECT coalesce(group_concat(user_group_id || ':' || user_id), '') FROM user_group_users)
             || ' ' || (SELECT coalesce(group_concat(access_group_id || ':' || user_group_id), '') FROM access_group_user_groups)",
        )
    };
    bad(
        &send(&service, Post, "/GroupExternal/31/UserExternal", &json!({ "User_Id": field("Id", "77") })),
        "User_Id: does not exist",
    );
    bad(
        &send(&service, Post, "/AccessGroup/GROUP-B/Group", &json!({ "GroupId": field("Name", "Nobody") })),
        "GroupId: does not exist",
    );
    assert_eq!(pairs(&service), "31:7 GROUP-A:31");
    for _ in 0..2 {
        let body = json!({ "User_Id": field("Username", "taras") });
        let reply = send(&service, Post, "/GroupExternal/Day/UserExternal?Name=Name", &body);
        assert_eq!((reply.status, &reply.json["Id"]), (200, &json!(8)));
        let reply =
            send(&service, Post, "/User/taras/Group?Name=Username", &json!({ "Group_Id": field("Name", "Day") }));
        assert_eq!(
            (reply.status, reply.json),
            (
                200,
                json!({
                    "Id": 32, "Name": "Day", "Description": "", "Created": "2024-05-02T08:00:00Z", "Has_Custom_Management": false,
                })
            )
        );
        let reply =
            send(&service, Post, "/AccessGroup/Physicians/Group?Name=Name", &json!({ "GroupId": field("", "32") }));
        assert_eq!((reply.status, &reply.json["Created_By"]["Type"]), (200, &json!("User")));
    }
    assert_eq!(pairs(&service), "31:7,32:8 GROUP-A:31,GROUP-B:32");
    for (path, ids) in [
        ("/GroupExternal/32/UserExternals?Filters=User_Id+=+8+AND+Group_Id.Name+=+Day", json!([8])),
        ("/User/8/Groups?Filters=Group_Id+In+32,31+AND+User_Id+=+8&Orders=Group_Id+DESC", json!([32])),
        (
            "/AccessGroup/GROUP-B/Groups?Filters=GroupId+=+32+AND+AccessGroupId+=+GROUP-B&Orders=CreatedOn+DESC",
            json!([32]),
        ),
    ] {
        let reply = send(&service, Get, path, &Value::Null);
        let found: Vec<&Value> =
            reply.json["Data"].as_array().expect(path).iter().map(|record| &record["Id"]).collect();
        assert_eq!(json!(found), ids, "{path}");
    }
    let reply =
        send(&service, Get, "/AccessGroup/GROUP-B/Groups?Fields=Id,+AccessGroupId,+GroupId,+CreatedOn", &Value::Null);
    assert_eq!(
        reply.json["Data"],
        json!([{
            "Id": 32,
            "AccessGroupId": { "Id": "GROUP-B", "ExternalId": "SHARED", "Name": "Physicians", "Type": "AccessGroup" },
            "GroupId": { "Id": 32, "ExternalId": "", "Name": "Day", "Type": "Group" },
            "CreatedOn": "2026-09-21T14:13:20Z",
        }])
    );
    for (path, body) in [
        ("/User/8/Groups?DeleteNotExists=true", json!({ "Groups": [{ "Group_Id": "31" }] })),
        ("/AccessGroup/GROUP-B/Groups?DeleteNotExists=true", json!({ "Groups": [] })),
    ] {
        assert_eq!(send(&service, Patch, path, &body).status, 200, "{path}");
    }
    assert_eq!(pairs(&service), "31:7,31:8 GROUP-A:31");
    for path in [
        "/User/8/Group/taras?SubName=UserId.Username",
        "/GroupExternal/31/UserExternal/7?SubName=User_Id",
        "/AccessGroup/GROUP-A/Group/Night?SubName=Name",
    ] {
        assert_eq!(send(&service, Delete, path, &Value::Null).status, 200, "{path}");
        assert_eq!(send(&service, Delete, path, &Value::Null).status, 404, "{path}");
    }
    assert_eq!(pairs(&service), " ");
}

#[test]
fn a_group_that_goes_takes_its_links_along() {
    let service = whole_service();
    assert_eq!(send(&service, Delete, "/GroupExternal/31", &Value::Null).status, 200);
    let left: i64 =
        service.sql("SELECT (SELECT count(*) FROM user_group_users) + (SELECT count(*) FROM access_group_user_groups)");
    assert_eq!(left, 0);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM endpoint_users"), 3);
}
