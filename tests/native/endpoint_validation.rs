//! `Extra` of a bulk change: each check of the vendor's `ListValidation`, over the relations and the import.

use mithril_edge::http::Method::Patch;
use serde_json::{Value, json};

use crate::support::endpoint::{CLERK, bad, send};
use crate::support::routes::whole_service;
use crate::support::{Reply, Service};

/// The import of two rows with `Extra`.
fn import(service: &Service, extra: Value, rows: Value) -> Reply {
    send(service, Patch, "/GroupExternals/Json", &json!({ "Extra": [extra], "GroupExternals": rows }))
}

fn permissions(service: &Service, extra: Value, rows: Value) -> Reply {
    send(service, Patch, "/AccessGroup/GROUP-A/Permissions", &json!({ "Extra": [extra], "Permissions": rows }))
}

/// Everything that is stored. SQLite itself notes that an INSERT into the audit ran, even without rows.
fn stored(service: &Service) -> Vec<String> {
    service.dump().into_iter().filter(|row| !row.starts_with("sqlite_sequence ")).collect()
}

#[test]
fn a_row_that_fails_a_check_is_named_and_nothing_is_written() {
    let service = whole_service();
    let before = stored(&service);
    for (extra, second, why) in [
        (json!({ "Name": "Description", "Required": true }), json!({ "Name": "B" }), "can't be blank"),
        (
            json!({ "Name": "Description", "Unique": true }),
            json!({ "Description": "five5" }),
            "an earlier row has the same value",
        ),
        (json!({ "Name": "Description", "Max": "5" }), json!({ "Description": "sixsix" }), "is over the Max of Extra"),
        (json!({ "Name": "Description", "Max": "5" }), json!({ "Description": "шість6" }), "is over the Max of Extra"),
        (json!({ "Name": "Description", "Min": "5" }), json!({ "Description": "four" }), "is under the Min of Extra"),
        (
            json!({ "Name": "Description", "Pattern": "[a-z]\\d" }),
            json!({ "Description": "5" }),
            "does not match the Pattern of Extra",
        ),
        (
            json!({ "Name": "Description", "DefaultValue": "five5", "Unique": true }),
            json!({}),
            "an earlier row has the same value",
        ),
    ] {
        let mut row = json!({ "Name": "B" });
        row.as_object_mut().unwrap().extend(second.as_object().unwrap().clone());
        let reply = import(&service, extra, json!([{ "Name": "A", "Description": "five5" }, row]));
        bad(&reply, &format!("GroupExternals[1].Description: {why}"));
    }
    let created = |at: &str| json!([{ "Name": "A", "Created": at }]);
    for (member, at, why) in
        [("Max", "2026-01-02T00:00:01Z", "over the Max"), ("Min", "2025-12-31T23:59:59Z", "under the Min")]
    {
        let bound = if member == "Max" { "2026-01-02" } else { "2026-01-01T00:00:00Z" };
        let reply = import(&service, json!({ "Name": "Created", member: bound }), created(at));
        bad(&reply, &format!("GroupExternals[0].Created: is {why} of Extra"));
    }
    let reply = import(&service, json!({ "Name": "Id", "Max": "31" }), json!([{ "Id": 31 }, { "Id": 32 }]));
    bad(&reply, "GroupExternals[1].Id: is over the Max of Extra");
    let row = |role: &str| json!({ "AccessRoleId": role, "PermissionId": "Read", "Is_Active": true });
    let reply = permissions(&service, json!({ "Name": "AccessRoleId", "Pattern": "^x" }), json!([row(CLERK)]));
    bad(&reply, "Permissions[0].AccessRoleId: does not match the Pattern of Extra");
    let active = json!({ "Name": "Is_Active", "Required": true });
    let reply = permissions(&service, active, json!([row(CLERK), { "AccessRoleId": CLERK, "PermissionId": "Create" }]));
    bad(&reply, "Permissions[1].Is_Active: can't be blank");
    assert_eq!(stored(&service), before);
}

#[test]
fn every_mistake_is_named_up_to_twenty_behind_the_sentence_for_all() {
    let service = whole_service();
    let extra = json!({ "Name": "Description", "Required": true });
    let rows: Vec<Value> = (0..1000).map(|at| json!({ "Name": at.to_string() })).collect();
    let reply = import(&service, extra, json!(rows));
    assert_eq!((reply.status, reply.json["Errors"].as_array().unwrap().len()), (400, 21));
}

#[test]
fn a_check_that_cannot_be_made_is_refused_by_its_name() {
    let service = whole_service();
    let before = stored(&service);
    for (extra, why) in [
        (
            json!({ "Name": "Description", "Max": "many" }),
            "Max of Description cannot be used: `many` is not a whole number",
        ),
        (
            json!({ "Name": "Has_Custom_Management", "Min": "1" }),
            "Min of Has_Custom_Management cannot be used: true and false have none",
        ),
        (
            json!({ "Name": "Created", "Max": "soon" }),
            "Max of Created cannot be used: `soon` is not a date: write 2024-10-22 or 2024-10-22T08:00:00Z, in UTC",
        ),
        (json!({ "Name": "Name", "Pattern": "(" }), "Pattern of Name cannot be used: a `(` has no `)`"),
        (
            json!({ "Name": "Name", "Pattern": "(?=a)" }),
            "Pattern of Name cannot be used: it looks ahead or behind, or has options",
        ),
        (
            json!({ "Name": "Name", "Pattern": "x".repeat(201) }),
            "Pattern of Name cannot be used: it is longer than 200 bytes",
        ),
        (json!({ "Name": "Name", "FieldName": "Id" }), "FieldName of Name cannot be used: it names no record"),
    ] {
        bad(&import(&service, extra, json!([{ "Name": "A" }])), &format!("Extra: {why}"));
    }
    assert_eq!(stored(&service), before);
}

#[test]
fn a_default_fills_what_is_empty_and_is_dropped_where_it_does_not_fit() {
    let service = whole_service();
    for (extra, row, shown) in [
        (json!({ "Name": "Description", "DefaultValue": "none" }), json!({}), json!({ "Description": "none" })),
        (
            json!({ "Name": "Description", "DefaultValue": "none" }),
            json!({ "Description": "" }),
            json!({ "Description": "none" }),
        ),
        (
            json!({ "Name": "Description", "DefaultValue": "none" }),
            json!({ "Description": "d" }),
            json!({ "Description": "d" }),
        ),
        (
            json!({ "Name": "Has_Custom_Management", "DefaultValue": "True" }),
            json!({}),
            json!({ "Has_Custom_Management": true }),
        ),
        (
            json!({ "Name": "Has_Custom_Management", "DefaultValue": "yes" }),
            json!({}),
            json!({ "Has_Custom_Management": false }),
        ),
        (json!({ "Name": "Id", "DefaultValue": "one" }), json!({ "Id": 0 }), json!({})),
    ] {
        let mut group = json!({ "Name": "Night" });
        group.as_object_mut().unwrap().extend(row.as_object().unwrap().clone());
        let reply = import(&service, extra.clone(), json!([group]));
        assert_eq!(reply.status, 200, "{extra}: {}", reply.text);
        for (name, value) in shown.as_object().unwrap() {
            assert_eq!(&reply.json["Data"][0][name], value, "{extra} {row}");
        }
        service.platform.load("UPDATE user_groups SET description = '', has_custom_management = 0");
    }
}

#[test]
fn rows_that_pass_every_check_are_taken() {
    let service = whole_service();
    let extra = json!({
        "Name": "Name", "Required": true, "Unique": true, "Max": "5", "Min": "3", "Pattern": "^[А-ЯA-Z]\\w+$", "DefaultValue": "Anon",
    });
    let reply = import(&service, extra, json!([{ "Name": "Ніч" }, { "Name": "Night" }, { "Name": "" }]));
    assert_eq!(reply.status, 200, "{}", reply.text);
    let names: Vec<&Value> = reply.json["Data"].as_array().unwrap().iter().map(|group| &group["Name"]).collect();
    assert_eq!(names, ["Ніч", "Night", "Anon"]);
}
