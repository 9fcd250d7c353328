//! The Endpoint statements on a big database: they read by an index.

use mithril_edge::db::statement::{Param, Statement};
use mithril_edge::http::Method::{self, Get, Patch};
use rusqlite::types::Value as SqlValue;
use rusqlite::{Params, StatementStatus, params_from_iter};
use serde_json::json;

use crate::support::endpoint::ROOT;
use crate::support::{Service, mint};

const ROWS: usize = 100_000;

/// 100,000 groups, as many permissions of GROUP-A, members of GROUP-A, access roles; GROUP-A among them.
fn big() -> Service {
    let service = Service::default();
    service.platform.load(&format!(
        "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) SELECT i FROM n;
         INSERT INTO access_groups (id, name, external_id, created_on, modified_on)
           SELECT 'group-' || i, 'group ' || i, 'external-' || i, strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i, 'unixepoch'), '' FROM n;
         INSERT INTO roles (id, name, scope, type, role_key, external_id, inserted_at, updated_at)
           SELECT 'role-' || i, 'role ' || i, '', 'AccessRole', 'key-' || i, 'external-' || i, strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i, 'unixepoch'), '' FROM n;
         INSERT INTO permissions (access_group_id, role_id, permission_id, is_active, created_on)
           SELECT 'GROUP-A', 'role-' || i, 'Read', 1, strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i, 'unixepoch') FROM n;
         INSERT INTO endpoint_users (id, name, username, external_id, creation_date)
           SELECT 1000 + i, 'user ' || i, 'user-' || i, 'sub-' || i, '2024-01-01T00:00:00Z' FROM n;
         INSERT INTO applications (id, name, application_key, external_id, created_on, modified_on)
           SELECT 'app-' || i, 'app ' || i, 'app-key-' || i, 'app-external-' || i, strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i, 'unixepoch'), '' FROM n;
         INSERT INTO user_groups (id, name, created_on, modified_on) SELECT i, 'group ' || i, '', '' FROM n;
         INSERT INTO user_group_users SELECT 1, 1000 + i FROM n;
         INSERT INTO user_group_users SELECT i, 1007 FROM n WHERE i BETWEEN 2 AND 1000;
         INSERT INTO access_group_user_groups SELECT 'GROUP-A', i, '' FROM n;
         INSERT INTO access_group_applications SELECT 'GROUP-A', 'app-' || i, NULL, 1, '' FROM n;
         UPDATE roles SET access_application_id = 'app-1' WHERE id LIKE 'role-%' AND type = 'AccessRole';
         INSERT INTO access_group_users SELECT 'GROUP-A', 1000 + i, '2024-01-01T00:00:00Z' FROM n;
         ANALYZE; DROP TABLE n;"
    ));
    service
}

fn values(statement: &Statement) -> impl Params {
    params_from_iter(statement.params.iter().map(|param| match param {
        Param::Null => SqlValue::Null,
        Param::Int(number) => SqlValue::Integer(*number),
        Param::Text(text) => SqlValue::Text(text.clone()),
    }))
}

/// The plan of a statement, one step per line.
fn plan(service: &Service, statement: &Statement) -> String {
    let db = service.platform.db.borrow();
    let mut prepared = db.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).expect(&statement.sql);
    let steps = prepared.query_map(values(statement), |row| row.get::<_, String>(3)).unwrap();
    steps.map(Result::unwrap).collect::<Vec<_>>().join("\n")
}

/// Calls with a service that remembers its statements, and checks each of their plans.
fn check(service: &Service, method: Method, path: &str, body: &str) {
    service.platform.statements.borrow_mut().clear();
    let token =
        mint("AccessManager:Read AccessManager:Create AccessManager:Update AccessManager:Delete AccessManager:Import");
    let reply = service.call(method, &format!("{ROOT}{path}"), &token, body);
    assert_eq!(reply.status, 200, "{path}: {}", reply.json);
    for statement in service.platform.statements.borrow().iter() {
        let plan = plan(service, statement);
        for step in plan.lines() {
            let table = [
                "access_groups",
                "permissions",
                "roles",
                "endpoint_users",
                "access_group_users",
                "role_permissions",
                "clients",
                "connections",
                "applications",
                "user_groups",
                "user_group_users",
                "access_group_applications",
                "access_group_user_groups",
            ];
            // A count over all records of a kind reads the whole of an index; nothing reads a whole table.
            let scans = step.starts_with("SCAN ")
                && !step.contains("USING")
                && table.contains(&step.split(' ').nth(1).unwrap_or_default());
            assert!(!scans, "{method:?} {path}\n{}\n{plan}", statement.sql);
            // What a user may do is grouped first, and therefore sorted afterwards.
            let sorts = step.contains("USE TEMP B-TREE FOR ORDER BY") && method == Get && !path.contains("Effective");
            assert!(!sorts, "{method:?} {path}\n{}\n{plan}", statement.sql);
        }
    }
}

#[test]
fn big_lists_and_changes_answer_from_indexes() {
    let service = big();
    for path in [
        "/AccessGroups",
        "/AccessGroups?CurrentPage=1000&PageSize=100",
        "/AccessGroups?Filters=Name+=+group+777",
        "/AccessGroups?Filters=Id+In+group-1;group-2&Orders=Id",
        "/AccessGroups?Filters=ExternalId+=+external-9&Orders=ExternalId",
        "/AccessGroups?Orders=Name+DESC",
        "/AccessGroups?Orders=CreatedOn+DESC,Id+DESC",
        "/AccessGroup/external-77?Name=ExternalId",
        "/AccessGroup/GROUP-A/Permissions",
        "/AccessGroup/GROUP-A/Permissions?Filters=Id+=+4711",
        "/AccessGroup/GROUP-A/Users",
        "/Roles",
        "/Role/key-5?Name=RoleKey",
        "/Role/external-5?Name=ExternalId",
        "/Role/role-5/Permissions",
        "/Applications",
        "/Applications?Filters=ApplicationKey+=+app-key-777",
        "/Application/app-external-77?Name=ExternalId",
        "/Application/app-1/Roles",
        "/AccessGroup/GROUP-A/Applications",
        "/AccessGroup/GROUP-A/Groups",
        "/GroupExternals?Orders=Name+DESC",
        "/GroupExternal/group%205?Name=Name",
        "/GroupExternal/1/UserExternals",
        "/Users?Filters=Username+=+user-777",
        "/User/1007/Groups",
    ] {
        check(&service, Get, path, "");
    }
    let items: Vec<_> =
        (0..1000).map(|at| json!({ "AccessRoleId": format!("role-{}", at + 1), "PermissionId": "Export" })).collect();
    check(
        &service,
        Patch,
        "/AccessGroup/group-5/Permissions?DeleteNotExists=true",
        &json!({ "Permissions": items }).to_string(),
    );
    check(&service, Patch, "/AccessGroup", r#"{"Name":"group 5","ExternalId":"external-5"}"#);
    check(&service, Patch, "/Role", r#"{"Name":"role 5","RoleKey":"key-5","ExternalId":"external-5"}"#);
    check(&service, Method::Post, "/Role", r#"{"Name":"new","RoleKey":"new","ExternalId":"new"}"#);
    check(&service, Method::Post, "/User/1005/AccessGroup", r#"{"AccessGroupId":{"Field":"Name","Value":"group 9"}}"#);
    check(&service, Method::Delete, "/AccessGroup/GROUP-A/User/1005", "");
    check(&service, Method::Delete, "/AccessGroup/GROUP-A/Permission/role-77?SubName=AccessRoleId", "");
    check(&service, Get, "/User/1007/EffectivePermissions?PageSize=1&Fields=Id", "");
    let rows: Vec<_> = (0..1000).map(|at| json!({ "Name": format!("group {}", at * 2) })).collect();
    check(&service, Patch, "/GroupExternals/Json", &json!({ "GroupExternals": rows }).to_string());
    check(&service, Method::Post, "/Application/app-5/Role", r#"{"Name":"new role","RoleKey":"new role"}"#);
    check(&service, Method::Delete, "/Application/app-5/Role/new%20role?SubName=RoleKey", "");
    check(
        &service,
        Method::Post,
        "/AccessGroup/group-5/Application",
        r#"{"AccessApplicationId":{"Value":"app-5"},"ParentApplicationId":{"Field":"ApplicationKey","Value":"app-key-6"}}"#,
    );
    check(&service, Method::Delete, "/GroupExternal/1/UserExternal/1005", "");
}

/// Runs the statements of a call a second time, and counts the steps of SQLite's machine.
fn effort(service: &Service, method: Method, path: &str, body: &str) -> i32 {
    service.platform.statements.borrow_mut().clear();
    let token = mint("AccessManager:Create AccessManager:Update AccessManager:Delete AccessManager:Import");
    let reply = service.call(method, &format!("{ROOT}{path}"), &token, body);
    assert_eq!(reply.status, 200, "{path}: {}", reply.json);
    let db = service.platform.db.borrow();
    let steps = |statement: &Statement| {
        let mut prepared = db.prepare(&statement.sql).expect(&statement.sql);
        prepared.query_map(values(statement), |_| Ok(())).unwrap().for_each(drop);
        prepared.get_status(StatementStatus::VmStep)
    };
    service.platform.statements.borrow().iter().map(steps).sum()
}

/// Runs without the statistics of ANALYZE, like a database that nobody has tuned.
#[test]
fn one_change_costs_the_same_in_a_group_of_many() {
    let service = big();
    service.platform.load(
        "DROP TABLE sqlite_stat1; ANALYZE sqlite_schema;
         INSERT INTO permissions (id, access_group_id, role_id, permission_id, created_on)
           VALUES (9000001, 'GROUP-A', 'role-1', 'Export', ''), (9000002, 'group-5', 'role-1', 'Export', '');
         INSERT INTO access_group_users VALUES ('group-5', 1001, '');",
    );
    for (method, many, few, body) in [
        (Method::Delete, "/AccessGroup/GROUP-A/Permission/9000001", "/AccessGroup/group-5/Permission/9000002", ""),
        (Method::Delete, "/AccessGroup/GROUP-A/User/1001", "/AccessGroup/group-5/User/1001", ""),
        (
            Method::Post,
            "/AccessGroup/GROUP-A/User",
            "/AccessGroup/group-5/User",
            r#"{"UserId":{"Field":"Id","Value":"1002"}}"#,
        ),
        (
            Method::Post,
            "/AccessGroup/GROUP-A/Permission",
            "/AccessGroup/group-5/Permission",
            r#"{"AccessRoleId":{"Field":"Id","Value":"role-2"},"PermissionId":"Import"}"#,
        ),
    ] {
        let (many, few) = (effort(&service, method, many, body), effort(&service, method, few, body));
        assert!(many <= 2 * few, "{method:?}: {many} steps, {few} in a small one");
    }
}
