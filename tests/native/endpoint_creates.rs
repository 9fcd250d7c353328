//! A create is never a change: no call changes a record that it does not name by the record's own key.

use std::collections::BTreeMap;

use mithril_edge::http::Method::{self, Patch, Post, Put};
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::endpoint::{CLERK, PHYSICIAN, encode, send};
use crate::support::routes::whole_service;

/// A Mithril role and a read-only access role whose keys are all filled.
const ROLES: &str = "
INSERT INTO roles (id, name, scope, external_id, role_key, type, inserted_at, updated_at)
  VALUES ('DOCTOR', 'The doctor', 'patients:read', 'DOC-X', 'DOC-K', 'Role', '2024-04-04T08:00:00Z', '2024-04-04T08:00:00Z');
UPDATE roles SET role_key = 'CLERK-K', is_read_only = 1 WHERE id = '32E61509-0071-4001-BE32-9E9D0DB255CB';
UPDATE roles SET role_key = 'PHYSICIAN-K' WHERE id = '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11';
UPDATE access_groups SET external_id = 'REG-X' WHERE id = 'GROUP-A';";

/// A record, and what its lock answers to its own key.
struct Victim {
    path: &'static str,
    id: &'static str,
    keys: &'static [(&'static str, &'static str)],
    /// The status of a change that names the record by its own key.
    own: u16,
}

const VICTIMS: &[Victim] = &[
    // A system group.
    Victim {
        path: "/AccessGroup",
        id: "GROUP-S",
        keys: &[("Id", "GROUP-S"), ("Name", "Administrators"), ("ExternalId", "SYSTEM")],
        own: 403,
    },
    // A group without a lock.
    Victim {
        path: "/AccessGroup",
        id: "GROUP-A",
        keys: &[("Id", "GROUP-A"), ("Name", "Registry"), ("ExternalId", "REG-X")],
        own: 200,
    },
    // A read-only role.
    Victim {
        path: "/Role",
        id: CLERK,
        keys: &[("Id", CLERK), ("Name", "Registry clerk"), ("RoleKey", "CLERK-K"), ("ExternalId", "REG-01")],
        own: 403,
    },
    // A system application.
    Victim {
        path: "/Application",
        id: "APP-S",
        keys: &[("Id", "APP-S"), ("Name", "Hub"), ("ApplicationKey", "hub"), ("ExternalId", "H-1")],
        own: 403,
    },
    // An application without a lock.
    Victim {
        path: "/Application",
        id: "APP-A",
        keys: &[("Id", "APP-A"), ("Name", "Desk"), ("ApplicationKey", "desk"), ("ExternalId", "D-1")],
        own: 200,
    },
    // A role of another type.
    Victim {
        path: "/Role",
        id: "DOCTOR",
        keys: &[("Id", "DOCTOR"), ("Name", "The doctor"), ("RoleKey", "DOC-K"), ("ExternalId", "DOC-X")],
        own: 400,
    },
];

/// Every record by its id.
fn records(service: &Service) -> BTreeMap<String, String> {
    let db = service.platform.db.borrow();
    let mut all = db
        .prepare(
            "SELECT id, json_array(name, external_id, description, is_active, is_system, is_login_group,
               access_group_type_id, modified_on, modified_by, version) FROM access_groups
             UNION ALL SELECT id, json_array(name, scope, external_id, type, role_key, full_name, description, is_active,
               is_custom, is_read_only, access_application_id, updated_at, modified_by, version) FROM roles
             UNION ALL SELECT id, json_array(name, application_key, external_id, description, is_active, is_end_user,
               modified_on, modified_by, version) FROM applications",
        )
        .expect("the records");
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.map(Result::unwrap).collect()
}

/// Everything that is stored. SQLite itself notes that an INSERT into the audit ran, even without rows.
fn stored(service: &Service) -> Vec<String> {
    service.dump().into_iter().filter(|row| !row.starts_with("sqlite_sequence ")).collect()
}

/// Makes the call, and holds it to the rule. A refused call changes nothing. Any other changes or makes one record, the
/// one that it answers and that the audit names; it is not `id` unless `may_change` says so.
fn attack(service: &Service, method: Method, path: &str, body: &Value, id: &str, may_change: bool) -> u16 {
    let (before, dump) = (records(service), stored(service));
    let reply = send(service, method, path, body);
    let place = format!("{} {path} {body}: {} {}", method.as_str(), reply.status, reply.json);
    if reply.status != 200 {
        assert!(stored(service) == dump, "{place}");
        return reply.status;
    }
    let changed = reply.json["Id"].as_str().expect("an id");
    assert!(may_change || changed != id, "{place}");
    for (known, row) in &before {
        assert!(known == changed || records(service).get(known) == Some(row), "{place}: {known}");
    }
    assert_eq!(before.contains_key(changed), method != Post && records(service).len() == before.len(), "{place}");
    let word = match path.split('/').nth(1) {
        Some("Role") => "access_role",
        Some("Application") => "application",
        _ => "access_group",
    };
    let named: String = service.sql("SELECT group_concat(subject) FROM audit");
    assert_eq!(named, format!("{word}/{changed}"), "{place}");
    200
}

fn fresh() -> Service {
    let service = whole_service();
    service.platform.load(ROLES);
    service
}

fn body(pairs: &[(&str, &str)]) -> Value {
    let mut body = json!({ "Description": "mine", "Is_Active": false });
    for (name, value) in pairs {
        body[*name] = (*value).into();
    }
    body
}

/// A record beside the victims.
fn other(path: &str) -> &'static str {
    match path {
        "/Role" => PHYSICIAN,
        "/Application" => "APP-B",
        _ => "GROUP-N",
    }
}

#[test]
fn a_post_never_changes_a_record() {
    for Victim { path, id, keys, .. } in VICTIMS {
        for (property, value) in *keys {
            let service = fresh();
            // The key itself, under a fresh id and under the victim's own.
            for given in [
                vec![(*property, *value)],
                vec![("Id", "fresh"), (property, value)],
                vec![("Id", id), (property, value)],
            ] {
                let told = attack(&service, Post, path, &body(&given), id, false);
                assert!(told == 400 || (*property, given[0].1) == ("Id", "fresh"), "{path} {given:?}: {told}");
            }
            // The value as the id of a record that the body does not name otherwise.
            let service = fresh();
            let told = attack(&service, Post, path, &body(&[("Id", value)]), id, false);
            let is_name = ["Id", "Name", "RoleKey", "ApplicationKey"].contains(property);
            assert_eq!(told, if is_name { 400 } else { 200 }, "{path} {property} {value}");
        }
    }
}

#[test]
fn a_patch_changes_the_record_that_it_names_and_no_other() {
    for Victim { path, id, keys, own } in VICTIMS {
        let other = other(path);
        for (property, value) in *keys {
            // A record of another type is not there for a PATCH by its `Id`.
            let expected = if (*property, *own) == ("Id", 400) { 404 } else { *own };
            assert_eq!(
                attack(&fresh(), Patch, path, &body(&[(property, value)]), id, true),
                expected,
                "{property} {value}"
            );
            let expected = if *property == "Id" { expected } else { 404 };
            assert_eq!(
                attack(&fresh(), Patch, path, &body(&[("Id", value)]), id, *property == "Id"),
                expected,
                "{value}"
            );
            if *property != "Id" {
                let told = attack(&fresh(), Patch, path, &body(&[("Id", other), (property, value)]), id, false);
                assert_eq!(told, 400, "{property} {value}");
            }
        }
    }
}

#[test]
fn a_put_changes_the_record_that_its_path_names_and_no_other() {
    for Victim { path, id, keys, own } in VICTIMS {
        let other = other(path);
        for (property, value) in *keys {
            let told = attack(&fresh(), Put, &format!("{path}/{other}"), &body(&[(property, value)]), id, false);
            assert_eq!(told, 400, "{property} {value}");
            let by_key = format!("{path}/{}?Name={property}", encode(value));
            // A record of another type is not there for a PUT.
            let expected = if *own == 400 { 404 } else { *own };
            let told = match (*path, *property) {
                ("/AccessGroup", "RoleKey") => continue,
                _ => attack(&fresh(), Put, &by_key, &body(&[]), id, true),
            };
            assert_eq!(told, expected, "{by_key}");
            if *property != "Id" {
                let by_id = format!("{path}/{}", encode(value));
                assert_eq!(attack(&fresh(), Put, &by_id, &body(&[]), id, false), 404, "{by_id}");
            }
        }
    }
}

/// An upsert runs an UPDATE and an INSERT. Whatever it matches, one of them acts.
#[test]
fn an_upsert_changes_one_record_or_makes_one() {
    for (path, given, count) in [
        ("/AccessGroup", vec![("Name", "Registry")], 0),
        ("/AccessGroup", vec![("Name", "Front desk"), ("ExternalId", "REG-X")], 0),
        ("/AccessGroup", vec![("Name", "New")], 1),
        ("/AccessGroup", vec![("ExternalId", "NEW")], 1),
        ("/AccessGroup", vec![], 1),
        ("/Role", vec![("RoleKey", "PHYSICIAN-K"), ("Name", "Surgeon")], 0),
        ("/Role", vec![("RoleKey", "NEW-K")], 1),
    ] {
        let service = fresh();
        let before = records(&service).len();
        assert_eq!(attack(&service, Patch, path, &body(&given), "", true), 200, "{given:?}");
        assert_eq!(records(&service).len(), before + count, "{given:?}");
    }
}
