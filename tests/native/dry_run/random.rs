//! Ten thousand random changes of random small states: what a dry run tells is what the change then does.

use std::collections::BTreeSet;

use mithril_edge::http::Header;
use mithril_edge::http::Method::{self, Delete, Patch, Post, Put};
use serde_json::{Value, json};

use super::rights::{Right, Rights};
use super::{ALL, words};
use crate::support::random::Random;
use crate::support::tokens::{ADMIN, mint, settings};
use crate::support::{Reply, Service};

/// The changes of one random state.
const CHANGES: usize = 250;
/// The states of one thread: 1,000 changes in all. `DRY_RUN_STATES=20` makes 10,000, which takes a minute or two.
const STATES: u64 = 2;
const THREADS: u64 = 2;

const CLIENTS: [&str; 3] = [
    "1380df72-275a-11e7-93ae-92361f002671",
    "2480df72-275a-11e7-93ae-92361f002672",
    "3580df72-275a-11e7-93ae-92361f002673",
];
const SCOPES: [&str; 6] = ["a:read", "b:read", "c:read", "A:Create", "A:Update", "A:Create, Update"];
const TYPES: [&str; 4] = ["Create", "Read", "Update", "Generic"];
const FLAG: [bool; 3] = [true, true, false];

/// A state: three of each kind of record, linked at random.
fn state(random: &mut Random) -> Service {
    let mut sql = format!(
        "INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at)
           VALUES ('type-admin', 'MITHRIL ADMIN', 'x:read', 'any', '', '');
         INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at) VALUES ('{ADMIN}', 'Admin', 'type-admin', '', '');"
    );
    for (at, client) in CLIENTS.into_iter().enumerate() {
        let (ours, theirs) = (scopes(random), scopes(random));
        let (kind, blocked) = (random.below(at + 1), random.below(4) / 3);
        let flag = |random: &mut Random| u8::from(FLAG[random.below(3)]);
        sql.push_str(&format!(
            "INSERT INTO client_types (id, name, scope, inserted_at, updated_at) VALUES ('t{at}', 'T{at}', '{ours}', '', '');
             INSERT INTO clients (id, name, client_type_id, is_blocked, inserted_at, updated_at)
               VALUES ('{client}', 'C{at}', 't{kind}', {blocked}, '', '');
             INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES ('r{at}', 'R{at}', '{theirs}', '', '');
             INSERT INTO applications (id, name, application_key, is_active, created_on, modified_on)
               VALUES ('APP{at}', 'App{at}', 'app{at}', {}, '', '');
             INSERT INTO roles (id, name, scope, type, is_active, access_application_id, inserted_at, updated_at)
               VALUES ('AR{at}', 'AR{at}', '', 'AccessRole', {}, {}, '', '');
             INSERT INTO access_groups (id, name, is_active, created_on, modified_on) VALUES ('G{at}', 'G{at}', {}, '', '');
             INSERT INTO endpoint_users (id, name, username, external_id, is_active, creation_date)
               VALUES ({}, 'U{at}', 'u{at}', 'user-{at}', {}, '');
             INSERT INTO user_groups (id, name, created_on, modified_on) VALUES ({}, 'UG{at}', '', '');",
            flag(random),
            flag(random),
            ["NULL".to_owned(), format!("'APP{at}'")][random.below(2)],
            flag(random),
            at + 1,
            flag(random),
            at + 1,
        ));
    }
    for at in 0..20 {
        let [a, b, c] = [0; 3].map(|_| random.below(3));
        let active = u8::from(FLAG[random.below(3)]);
        let place = [format!("'{}'", CLIENTS[c]), "NULL".to_owned()][random.below(2)].clone();
        let kind = random.of(&TYPES);
        sql.push_str(&match random.below(5) {
            0 => format!(
                "INSERT OR IGNORE INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES ('ur{at}', 'user-{a}', 'r{b}', {place}, '');"
            ),
            1 => format!("INSERT OR IGNORE INTO access_group_users VALUES ('G{a}', {}, '');", b + 1),
            2 => format!("INSERT OR IGNORE INTO user_group_users VALUES ({}, {});", a + 1, b + 1),
            3 => format!("INSERT OR IGNORE INTO access_group_user_groups VALUES ('G{a}', {}, '');", b + 1),
            _ => format!(
                "INSERT OR IGNORE INTO permissions (access_group_id, role_id, permission_id, is_active, created_on) VALUES ('G{a}', 'AR{b}', '{kind}', {active}, '');"
            ),
        });
    }
    Service::over(&sql, &settings())
}

/// Some scopes, now and then one of them twice.
fn scopes(random: &mut Random) -> String {
    let mut some: Vec<&str> = (0..=random.below(4)).map(|_| random.of(&SCOPES)).collect();
    some.dedup();
    some.join(" ")
}

/// The id of some row, or one that no row has.
fn some_id(service: &Service, random: &mut Random, table: &str) -> String {
    let ids: String = service.sql(&format!("SELECT COALESCE(group_concat(id, ' '), '') FROM {table}"));
    let ids: Vec<&str> = ids.split(' ').filter(|id| !id.is_empty()).collect();
    if ids.is_empty() || random.below(30) == 0 { "999999".to_owned() } else { random.of(&ids).to_owned() }
}

/// A change of Mithril's dialect.
fn of_mithril(service: &Service, random: &mut Random) -> (Method, String, Value) {
    let role = || "roles WHERE type = 'Role'";
    let (list, name) = (scopes(random), format!("N{}", random.below(8)));
    let (kind, client) = (some_id(service, random, "client_types"), random.of(&CLIENTS));
    let of_client = json!({ "name": name, "client_type_id": kind });
    match random.below(15) {
        0 => (Post, "/admin/roles".to_owned(), json!({ "name": name, "scope": list })),
        1 => {
            (Put, format!("/admin/roles/{}", some_id(service, random, role())), json!({ "name": name, "scope": list }))
        }
        2 | 3 => (Patch, format!("/admin/roles/{}", some_id(service, random, role())), json!({ "scope": list })),
        4 => (Delete, format!("/admin/roles/{}", some_id(service, random, role())), Value::Null),
        5 => (Post, "/admin/client_types".to_owned(), json!({ "name": name, "scope": list })),
        6 => (Put, format!("/admin/client_types/t{}", random.below(4)), json!({ "name": name, "scope": list })),
        7 => (Delete, format!("/admin/client_types/{kind}"), Value::Null),
        8 => {
            let id = format!("{:08x}-275a-11e7-93ae-92361f002679", random.below(1000));
            (Post, "/admin/clients".to_owned(), json!({ "id": id, "name": name, "client_type_id": kind }))
        }
        9 => (Put, format!("/admin/clients/{client}"), of_client),
        10 => (
            Delete,
            format!("/admin/clients/{}", some_id(service, random, "clients WHERE name <> 'Admin'")),
            Value::Null,
        ),
        11 => match random.below(3) {
            0 => (Patch, format!("/admin/clients/{client}/actions/block"), json!({ "block_reason": "x" })),
            1 => (Patch, format!("/admin/clients/{client}/actions/unblock"), Value::Null),
            _ => (Patch, format!("/admin/clients/{client}/actions/deactivate_tokens"), Value::Null),
        },
        12 | 13 => {
            let mut body = json!({ "role_id": some_id(service, random, role()) });
            if random.below(2) == 0 {
                body["client_id"] = client.into();
            }
            (Post, format!("/admin/users/user-{}/roles", random.below(3)), body)
        }
        _ if random.below(3) == 0 => {
            let at = random.below(4);
            let body = json!({ "username": format!("u{at}"), "name": name, "is_active": FLAG[random.below(3)] });
            (Put, format!("/admin/users/user-{at}"), body)
        }
        _ => (Delete, format!("/admin/users/roles/{}", some_id(service, random, "user_roles")), Value::Null),
    }
}

/// A change of Endpoint's dialect.
fn of_endpoint(service: &Service, random: &mut Random) -> (Method, String, Value) {
    let group = some_id(service, random, "access_groups");
    let role = some_id(service, random, "roles WHERE type = 'AccessRole'");
    let (users, user_groups) = (some_id(service, random, "endpoint_users"), some_id(service, random, "user_groups"));
    let application = some_id(service, random, "applications");
    let (name, active) = (format!("N{}", random.below(8)), FLAG[random.below(3)]);
    let kind = random.of(&TYPES);
    let group_type = random.of(&["FullAccess", "Locations", "Departments"]);
    let record = json!({ "Name": name, "Is_Active": active });
    let value = |value: &str| json!({ "Value": value });
    let all = if random.below(3) == 0 { "?DeleteNotExists=true" } else { "" };
    let (method, path, body) = match random.below(28) {
        0 => (Post, "/AccessGroup".to_owned(), record),
        1 => (
            Patch,
            "/AccessGroup".to_owned(),
            json!({ "Id": group, "Is_Active": active, "AccessGroupTypeId": value(group_type) }),
        ),
        2 => (Put, format!("/AccessGroup/{group}"), record),
        3 => (Delete, format!("/AccessGroup/{group}"), Value::Null),
        4 | 5 => (
            Post,
            format!("/AccessGroup/{group}/Permission"),
            json!({ "AccessRoleId": value(&role), "PermissionId": kind, "Is_Active": active }),
        ),
        6 => (
            Patch,
            format!("/AccessGroup/{group}/Permissions{all}"),
            json!({ "Permissions": [
                { "AccessRoleId": role, "PermissionId": kind, "Is_Active": active },
                { "AccessRoleId": "AR1", "PermissionId": "Read", "Is_Active": true },
            ] }),
        ),
        7 => {
            let permission = some_id(service, random, &format!("permissions WHERE access_group_id = '{group}'"));
            (Delete, format!("/AccessGroup/{group}/Permission/{permission}"), Value::Null)
        }
        8 | 9 => (Post, format!("/AccessGroup/{group}/User"), json!({ "UserId": value(&users) })),
        10 => (
            Patch,
            format!("/AccessGroup/{group}/Users{all}"),
            json!({ "Users": [{ "UserId": users }, { "UserId": "2" }] }),
        ),
        11 => (Delete, format!("/AccessGroup/{group}/User/{users}"), Value::Null),
        12 => (Post, format!("/AccessGroup/{group}/Group"), json!({ "GroupId": value(&user_groups) })),
        13 => (Patch, format!("/AccessGroup/{group}/Groups{all}"), json!({ "Groups": [{ "GroupId": user_groups }] })),
        14 => (Delete, format!("/AccessGroup/{group}/Group/{user_groups}"), Value::Null),
        15 => (Post, format!("/User/{users}/AccessGroup"), json!({ "AccessGroupId": value(&group) })),
        16 => (Delete, format!("/User/{users}/AccessGroup/{group}"), Value::Null),
        17 => (Post, format!("/User/{users}/Group"), json!({ "Group_Id": value(&user_groups) })),
        18 => (Patch, format!("/User/{users}/Groups{all}"), json!({ "Groups": [{ "Group_Id": user_groups }] })),
        19 => (Delete, format!("/User/{users}/Group/{user_groups}"), Value::Null),
        20 => (
            Patch,
            format!("/GroupExternal/{user_groups}/UserExternals{all}"),
            json!({ "UserExternals": [{ "User_Id": users }] }),
        ),
        21 => match random.below(4) {
            0 => (Delete, format!("/GroupExternal/{user_groups}"), Value::Null),
            1 => (Post, "/GroupExternal".to_owned(), json!({ "Name": name })),
            2 => (
                Patch,
                "/GroupExternals/Json".to_owned(),
                json!({ "GroupExternals": [{ "Name": name }, { "Name": "UG1" }] }),
            ),
            _ => (Post, format!("/GroupExternal/{user_groups}/UserExternal"), json!({ "User_Id": value(&users) })),
        },
        22 => (Patch, "/Role".to_owned(), json!({ "Id": role, "Is_Active": active })),
        23 => (Put, format!("/Role/{role}"), record),
        24 => (Delete, format!("/Role/{role}"), Value::Null),
        25 => (Patch, "/Application".to_owned(), json!({ "Id": application, "Is_Active": active })),
        26 => (Delete, format!("/Application/{application}"), Value::Null),
        _ => (
            Post,
            format!("/Application/{application}/Role"),
            json!({ "Name": format!("AR{}", random.below(4)), "Is_Active": active }),
        ),
    };
    (method, format!("/Endpoint/rest/api/v1{path}"), body)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

/// The rights that an answer says would be gained and lost, and its counts.
fn told(reply: &Reply) -> ((BTreeSet<Right>, BTreeSet<Right>), [u64; 3]) {
    let json = &reply.json;
    let is_mithril = json.get("data").is_some();
    let data = if is_mithril { &json["data"] } else { json };
    let member = |mithril: &'static str, endpoint: &'static str| if is_mithril { mithril } else { endpoint };
    let (mut gains, mut loses) = (BTreeSet::new(), BTreeSet::new());
    for change in data[member("changes", "Data")].as_array().expect("changes") {
        let subject = &change[member("subject", "Subject")];
        let permission = &change[member("permission", "Permission")];
        let right = if permission.is_null() {
            (text(&subject["type"]), text(&subject["id"]), text(&subject["client_id"]), text(&change["scope"]))
        } else {
            let part = |mithril, endpoint| text(&permission[member(mithril, endpoint)]);
            let what = [part("permission_id", "PermissionId"), part("access_group_type_id", "AccessGroupTypeId")];
            let user = text(&subject[member("endpoint_id", "Id")]);
            ("permission".to_owned(), user, part("access_role_id", "AccessRoleId"), what.join(" "))
        };
        assert!(!change[member("path", "Path")].as_array().expect("a path").is_empty());
        let is_new = match change[member("change", "Change")].as_str() {
            Some("gains") => gains.insert(right),
            Some("loses") => loses.insert(right),
            other => panic!("{other:?}"),
        };
        assert!(is_new, "told twice: {change}");
    }
    let count = |mithril, endpoint| data[member(mithril, endpoint)].as_u64().expect("a count");
    ((gains, loses), [count("gains", "Gains"), count("loses", "Loses"), count("subjects", "Subjects")])
}

/// Who gains or loses something.
fn subjects(changes: &(BTreeSet<Right>, BTreeSet<Right>)) -> u64 {
    let of_right = |(kind, holder, place, _): &Right| {
        (kind.clone(), holder.clone(), if kind == "user" { place.clone() } else { String::new() })
    };
    let all: BTreeSet<_> = changes.0.iter().chain(&changes.1).map(of_right).collect();
    all.len() as u64
}

/// Makes the changes of one state. Returns how many there were, how many were refused, and how many rights moved.
fn walk(seed: u64) -> [usize; 3] {
    let mut random = Random::seeded(seed);
    let service = state(&mut random);
    // Made once: signing takes longer than a call.
    let token = mint(ALL);
    let mut before = Rights::of(&service);
    let (mut refused, mut moved) = (0, 0);
    for at in 0..CHANGES {
        let (method, path, body) =
            if random.below(2) == 0 { of_mithril(&service, &mut random) } else { of_endpoint(&service, &mut random) };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let place = format!("seed {seed}, change {at}: {} {path} {body}", method.as_str());
        let big = if path.contains('?') { "&" } else { "?" };
        let size = if path.starts_with("/admin") { "page_size" } else { "PageSize" };
        let dry =
            service.call_with(method, &format!("{path}{big}{size}=300"), &token, &[(Header::Prefer, "dry-run")], &body);
        let made = service.call_with(method, &path, &token, &[], &body);
        if made.status >= 400 {
            assert_eq!((dry.status, words(&dry)), (made.status, words(&made)), "{place}");
            assert_ne!(made.status, 500, "{place}: {:?}", service.platform.log.borrow().last());
            refused += 1;
            continue;
        }
        assert_eq!(dry.status, 200, "{place}: {}", dry.text);
        let after = Rights::of(&service);
        let expected = before.difference(&after);
        before = after;
        let (found, counts) = told(&dry);
        assert_eq!(found, expected, "{place}");
        let [gains, loses] = [expected.0.len() as u64, expected.1.len() as u64];
        assert_eq!(counts, [gains, loses, subjects(&expected)], "{place}");
        moved += usize::from(gains + loses > 0);
    }
    [CHANGES, refused, moved]
}

#[test]
fn what_a_dry_run_tells_is_what_the_change_then_does() {
    let states = std::env::var("DRY_RUN_STATES").map_or(STATES, |states| states.parse().expect("a number"));
    let threads = (0..THREADS).map(|thread| {
        std::thread::spawn(move || {
            let walks = (0..states).map(|state| walk(1 + thread * states + state));
            walks.fold([0; 3], |all, one| [0, 1, 2].map(|at: usize| all[at] + one[at]))
        })
    });
    let threads: Vec<_> = threads.collect();
    let [changes, refused, moved] = threads
        .into_iter()
        .map(|thread| thread.join().expect("a thread"))
        .fold([0; 3], |all, one| [0, 1, 2].map(|at: usize| all[at] + one[at]));
    println!("{changes} changes, {refused} of them refused, {moved} with rights that moved");
    assert!(moved * 8 > changes && refused * 20 > changes, "{changes} changes, {refused} refused, {moved} moved");
}
