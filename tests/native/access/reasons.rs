//! The reason of a decision: the path that gives the right, or each thing that is missing.

use serde_json::json;

use crate::access::decisions::{CLERK, scope_question, service};
use crate::access::{ask, question};
use crate::support::routes::{CLINIC, CONNECTION, MIS, OTHER};

#[test]
fn each_thing_that_is_missing_has_its_word() {
    let service = service();
    service.platform.load(
        "UPDATE roles SET is_active = 0 WHERE id = 'CASHIER';
INSERT INTO clients (id, name, client_type_id, priv_settings, inserted_at, updated_at)
  VALUES ('bare', 'Bare', 'type-mis', '{}', '2024-02-06T08:00:00Z', '2024-02-06T08:00:00Z');
INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at) VALUES
  ('link-bare', '2480df72-275a-11e7-93ae-92361f002672', 'bare', 'https://b.test', '2024-03-01T08:00:00Z', '2024-03-01T08:00:00Z'),
  ('link-blocked', '2480df72-275a-11e7-93ae-92361f002672', '3580df72-275a-11e7-93ae-92361f002673', 'https://c.test', '2024-03-01T08:00:00Z', '2024-03-01T08:00:00Z');",
    );
    let blocked = "3580df72-275a-11e7-93ae-92361f002673";
    let role = |id: &'static str| ("access_role", id);
    for (asked, words) in [
        (question(("endpoint_user", "70"), "Create", role(CLERK)), json!(["subject"])),
        (question(("endpoint_user", "07"), "Create", role(CLERK)), json!(["subject"])),
        (question(("user", ""), "Create", role(CLERK)), json!(["subject"])),
        (question(("client", CLINIC), "Create", role(CLERK)), json!(["subject"])),
        (question(("endpoint_user", "9"), "Create", role(CLERK)), json!(["subject_active"])),
        (question(("endpoint_user", "7"), "Create", role("none")), json!(["resource", "permission"])),
        (question(("endpoint_user", "7"), "Create", role("role-keeper")), json!(["resource", "permission"])),
        (question(("endpoint_user", "7"), "Fly", role(CLERK)), json!(["action", "permission"])),
        (question(("endpoint_user", "7"), "Delete", role(CLERK)), json!(["permission"])),
        (question(("endpoint_user", "7"), "Read", role("CASHIER")), json!(["resource_active", "permission"])),
        (question(("endpoint_user", "8"), "Create", role(CLERK)), json!(["membership"])),
        (question(("endpoint_user", "8"), "Read", ("access_group", "GROUP-S")), json!(["membership"])),
        (question(("endpoint_user", "7"), "Read", ("access_group", "GROUP-N")), json!(["resource_active"])),
        (question(("endpoint_user", "7"), "Export", ("access_group", "GROUP-A")), json!(["permission"])),
        (question(("endpoint_user", "7"), "Create", ("report", "1")), json!(["resource_type"])),
        (scope_question("client", CLINIC, None, "role:write"), json!(["ceiling"])),
        (scope_question("client", CLINIC, None, "a b"), json!(["resource"])),
        (scope_question("client", "nobody", None, "role:write"), json!(["client"])),
        (scope_question("client", blocked, None, "connection:read"), json!(["client_active"])),
        (scope_question("endpoint_user", "7", None, "role:write"), json!(["subject"])),
        (scope_question("user", "user-8", None, "connection:read"), json!(["client_id"])),
        (scope_question("user", "user-8", Some(CLINIC), "connection:write"), json!(["role"])),
        (scope_question("user", "user-8", Some(CLINIC), "notebooks:read"), json!(["ceiling"])),
        (scope_question("user", "user-8", Some(OTHER), "connection:read"), json!(["role"])),
        (scope_question("connection", "none", None, "connection:read"), json!(["connection"])),
        (scope_question("connection", "link-bare", None, "connection:read"), json!(["broker"])),
        (scope_question("connection", "link-blocked", None, "connection:read"), json!(["consumer_active", "broker"])),
        (question(("client", CLINIC), "Read", ("scope", "connection:read")), json!(["action"])),
    ] {
        let reply = ask(&service, "evaluation", &asked);
        let reason = &reply.json["context"]["reason"];
        assert_eq!((&reply.json["decision"], &reason["missing"]), (&json!(false), &words), "{asked} {}", reply.text);
    }
}

#[test]
fn an_allowed_question_names_the_path_and_the_data_that_it_stands_on() {
    let service = service();
    service.platform.load("INSERT INTO audit VALUES (41, '2026-01-01T00:00:00Z', 'a', 'b', 'c', 'd', 'e', '[]', NULL)");
    let type_name = "MSP";
    for (asked, path) in [
        (
            question(("endpoint_user", "7"), "Create", ("access_role", &CLERK.to_lowercase())),
            json!({ "user_id": 7, "access_group_id": "GROUP-A", "access_group_type_id": "FullAccess",
                "access_role_id": CLERK, "permission_id": "Create", "since": "2024-10-22T08:00:00Z" }),
        ),
        (
            question(("user", "user-1"), "Read", ("access_group", "GROUP-B")),
            json!({ "user_id": 7, "access_group_id": "GROUP-B", "access_group_type_id": "FullAccess",
                "access_role_id": "7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11", "permission_id": "Read",
                "since": "2024-10-22T08:00:03Z" }),
        ),
        (
            scope_question("client", &CLINIC.to_uppercase(), None, "connection:read"),
            json!({ "client_id": CLINIC, "client_type": type_name, "since": "2024-02-01T08:00:00Z" }),
        ),
        (
            scope_question("user", "user-8", Some(CLINIC), "connection:read"),
            json!({ "user_id": "user-8", "role_id": "role-keeper", "role_name": "Keeper", "client_id": CLINIC,
                "client_type": type_name, "since": "2024-06-05T08:00:00Z" }),
        ),
        (
            scope_question("connection", CONNECTION, None, "connection:read"),
            json!({ "connection_id": CONNECTION, "client_id": CLINIC, "client_type": type_name, "broker_id": MIS,
                "since": "2024-03-01T08:00:00Z" }),
        ),
    ] {
        let reply = ask(&service, "evaluation", &asked);
        let expected = json!({ "decision": true, "context": { "reason": { "path": path, "version": 41 } } });
        assert_eq!((reply.status, &reply.json), (200, &expected), "{asked}");
    }
}

#[test]
fn a_path_through_a_group_of_users_and_a_role_everywhere_are_named() {
    let service = service();
    service.platform.load(
        "DELETE FROM access_group_users;
UPDATE user_roles SET client_id = NULL WHERE id = 'held-1';",
    );
    let reply = ask(&service, "evaluation", &question(("endpoint_user", "7"), "Create", ("access_role", CLERK)));
    assert_eq!(reply.json["context"]["reason"]["path"]["user_group_id"], 31);
    let reply = ask(&service, "evaluation", &scope_question("user", "user-8", Some(OTHER), "connection:read"));
    assert_eq!(reply.json["context"]["reason"]["path"]["everywhere"], true);
}
