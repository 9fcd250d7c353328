//! `TotalItems` of Endpoint's lists under a filter: all matches where an index finds them, else the matches among the first
//! 100,000 records.

use mithril_edge::db::sql::COUNTED_ROWS;
use mithril_edge::endpoint::applications::APPLICATIONS;
use mithril_edge::endpoint::effective::EFFECTIVE_PERMISSIONS;
use mithril_edge::endpoint::engine::filter;
use mithril_edge::endpoint::engine::list::ListDefinition;
use mithril_edge::endpoint::group_applications::APPLICATIONS_OF_GROUP;
use mithril_edge::endpoint::group_links::{GROUPS_OF_ACCESS_GROUP, USER_GROUPS_OF_USER};
use mithril_edge::endpoint::groups::{GROUPS, PERMISSIONS};
use mithril_edge::endpoint::role_permissions::ROLE_PERMISSION_LIST;
use mithril_edge::endpoint::roles::{ROLES, ROLES_OF_APPLICATION};
use mithril_edge::endpoint::user_access::{ACCESS_ROLES_OF_USER, APPLICATIONS_OF_USER};
use mithril_edge::endpoint::user_groups::{GROUP_EXTERNALS, USER_EXTERNALS};
use mithril_edge::endpoint::users::{GROUPS_OF_USER, USERS, USERS_OF_GROUP};
use mithril_edge::http::Method;
use rusqlite::params_from_iter;
use rusqlite::types::Value as SqlValue;
use serde_json::Value;

use crate::support::endpoint::{CLERK, ROOT, encode};
use crate::support::{Service, mint};

/// Asks for a list, and returns its total and the SQL that answered.
fn ask(service: &Service, path: &str, filter: &str) -> (i64, String) {
    service.platform.statements.borrow_mut().clear();
    let url = format!("{ROOT}{path}?Filters={}", encode(filter));
    let reply = service.call(Method::Get, &url, &mint("AccessManager:Read"), "");
    assert_eq!(reply.status, 200, "{path} {filter}: {}", reply.json);
    let statements = service.platform.statements.borrow();
    (
        reply.json["Meta"]["TotalItems"].as_i64().expect("a total"),
        statements.last().expect("a statement").sql.to_string(),
    )
}

/// Whether the total counts among the first records of the list alone.
fn is_bounded(sql: &str) -> bool {
    sql.contains(&format!("LIMIT {COUNTED_ROWS}"))
}

#[test]
fn a_filter_without_an_index_counts_among_the_first_records_of_the_list() {
    let service = Service::default();
    for (path, filter, total) in [
        ("/AccessGroups", "Is_Active = True", 3),
        ("/AccessGroups", "Name Like %ISTR%", 2),
        ("/AccessGroups", "Name <> Registry", 3),
        ("/AccessGroups", "Name >= Physicians", 3),
        ("/AccessGroups", "Id NotIn x;y", 4),
        ("/AccessGroups", "Name = Registry OR Name = Physicians", 2),
        ("/AccessGroups", "(Name = Registry OR Is_Active = False) AND Is_System = False", 2),
        ("/AccessGroups", "CreatedBy.Name =", 4),
        ("/Roles", "RoleKey =", 2),
        ("/AccessGroup/GROUP-A/Permissions", "AccessRoleId.Name Like Reg%", 2),
        ("/AccessGroup/GROUP-A/Permissions", "AccessGroupId.Name = Registry", 3),
        ("/AccessGroup/GROUP-A/Users", "Name Like %", 2),
        ("/User/7/AccessGroups", "Is_Active = True", 2),
        ("/User/7/EffectivePermissions", "Create = True", 1),
    ] {
        let (found, sql) = ask(&service, path, filter);
        assert!(is_bounded(&sql), "{path} {filter}: {sql}");
        assert_eq!(found, total, "{path} {filter}");
    }
}

#[test]
fn a_filter_with_an_index_counts_all() {
    let service = Service::default();
    for (path, filter, total) in [
        ("/AccessGroups", "Name = Registry", 1),
        ("/AccessGroups", "Is_Active = True AND ExternalId In SHARED;MAIL", 2),
        ("/AccessGroups", "((Id = GROUP-A) AND (Name Like R%))", 1),
        ("/Roles", "Name In x;y", 0),
        ("/AccessGroup/GROUP-A/Permissions", "Id In 4711,4713", 2),
        ("/AccessGroup/GROUP-A/Permissions", &format!("Is_Active = True AND AccessRoleId = {CLERK}"), 1),
        ("/AccessGroup/GROUP-A/Users", "Id = 7", 1),
        ("/User/7/AccessGroups", "Id = GROUP-A", 1),
        ("/AccessGroup/GROUP-A/Permissions", "", 3),
    ] {
        let (found, sql) = ask(&service, path, filter);
        assert!(!is_bounded(&sql), "{path} {filter}: {sql}");
        assert_eq!(found, total, "{path} {filter}");
    }
}

/// With a small bound in the place of the real one.
#[test]
fn matches_behind_the_bound_are_shown_but_not_counted() {
    let service = Service::default();
    let (total, sql) = ask(&service, "/AccessGroups", "Is_System = False");
    assert_eq!(total, 3);
    let bounded = sql.replace(&format!("LIMIT {COUNTED_ROWS}"), "LIMIT 2");
    let params = service.platform.statements.borrow().last().expect("a statement").params.clone();
    let params = params.into_iter().map(|param| match param {
        mithril_edge::db::statement::Param::Null => SqlValue::Null,
        mithril_edge::db::statement::Param::Int(number) => SqlValue::Integer(number),
        mithril_edge::db::statement::Param::Text(text) => SqlValue::Text(text),
    });
    let db = service.platform.db.borrow();
    let list: String = db.query_row(&bounded, params_from_iter(params), |row| row.get(0)).expect("a list");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list["Meta"]["TotalItems"], 2, "GROUP-A and GROUP-B are the first two");
    assert_eq!(list["Data"].as_array().expect("records").len(), 3);
}

/// The plan of counting the records with `field = value`, in a database that nobody has tuned.
fn plan(service: &Service, list: &ListDefinition, field: &str, value: &str) -> String {
    let filter = filter::parse(&format!("{field} = {value}"), list.entity, list.link).expect("a filter");
    let sql = format!(
        "EXPLAIN QUERY PLAN WITH only AS (SELECT ?1 AS id) SELECT count(*) FROM {} AND ({})",
        list.from, filter.sql
    );
    let db = service.platform.db.borrow();
    let mut prepared = db.prepare(&sql).expect(&sql);
    let params = ["1".to_owned(), Value::Array(filter.values).to_string()];
    let params = params.iter().take(prepared.parameter_count());
    let steps = prepared.query_map(params_from_iter(params), |row| row.get::<_, String>(3)).expect("a plan");
    steps.map(|step| step.expect("a step")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_fields_that_are_called_indexed_are_found_by_an_index() {
    let service = Service::default();
    let cases: [(&ListDefinition, &[(&str, &str)]); 17] = [
        (&GROUPS, &[("Id", "(id=?"), ("Name", "(name=?"), ("ExternalId", "(external_id=?")]),
        (&ROLES, &[("Id", "(id=?"), ("Name", "(name=?"), ("ExternalId", "(external_id=?")]),
        (
            &PERMISSIONS,
            &[
                ("Id", "(rowid=?"),
                ("AccessRoleId", "(access_group_id=? AND role_id=?"),
                ("AccessRoleId.Id", "(access_group_id=? AND role_id=?"),
            ],
        ),
        (
            &ROLE_PERMISSION_LIST,
            &[
                ("Id", "(rowid=?"),
                ("PermissionId", "(role_id=? AND permission_id=?"),
                ("PermissionId.Id", "(role_id=? AND permission_id=?"),
                ("PermissionId.Name", "(role_id=? AND permission_id=?"),
            ],
        ),
        (
            &USERS_OF_GROUP,
            &[("Id", "(access_group_id=? AND user_id=?"), ("UserId", "(access_group_id=? AND user_id=?")],
        ),
        (
            &GROUPS_OF_USER,
            &[("Id", "(access_group_id=? AND user_id=?"), ("AccessGroupId", "(access_group_id=? AND user_id=?")],
        ),
        (&EFFECTIVE_PERMISSIONS, &[]),
        (
            &APPLICATIONS,
            &[
                ("Id", "(id=?"),
                ("Name", "(name=?"),
                ("ApplicationKey", "(application_key=?"),
                ("ExternalId", "(external_id=?"),
            ],
        ),
        (&ROLES_OF_APPLICATION, &[]),
        (
            &APPLICATIONS_OF_GROUP,
            &[
                ("Id", "(access_group_id=? AND application_id=?|(application_id=? AND access_group_id=?"),
                (
                    "AccessApplicationId",
                    "(access_group_id=? AND application_id=?|(application_id=? AND access_group_id=?",
                ),
                (
                    "AccessApplicationId.Id",
                    "(access_group_id=? AND application_id=?|(application_id=? AND access_group_id=?",
                ),
            ],
        ),
        (
            &GROUPS_OF_ACCESS_GROUP,
            &[
                ("Id", "(access_group_id=? AND user_group_id=?|(user_group_id=? AND access_group_id=?"),
                ("GroupId", "(access_group_id=? AND user_group_id=?|(user_group_id=? AND access_group_id=?"),
                ("GroupId.Id", "(access_group_id=? AND user_group_id=?|(user_group_id=? AND access_group_id=?"),
            ],
        ),
        (&GROUP_EXTERNALS, &[("Id", "(rowid=?"), ("Name", "(name=?")]),
        (
            &USER_EXTERNALS,
            &[
                ("Id", "(user_group_id=? AND user_id=?|(user_id=? AND user_group_id=?"),
                ("User_Id", "(user_group_id=? AND user_id=?|(user_id=? AND user_group_id=?"),
                ("User_Id.Id", "(user_group_id=? AND user_id=?|(user_id=? AND user_group_id=?"),
            ],
        ),
        (
            &USER_GROUPS_OF_USER,
            &[
                ("Id", "(user_group_id=? AND user_id=?|(user_id=? AND user_group_id=?"),
                ("Group_Id", "(user_group_id=? AND user_id=?|(user_id=? AND user_group_id=?"),
                ("Group_Id.Id", "(user_group_id=? AND user_id=?|(user_id=? AND user_group_id=?"),
            ],
        ),
        (
            &USERS,
            &[
                ("Id", "(rowid=?"),
                ("Username", "(username=?"),
                ("Email", "(email=?"),
                ("External_Id", "(external_id=?"),
            ],
        ),
        (&ACCESS_ROLES_OF_USER, &[]),
        (&APPLICATIONS_OF_USER, &[]),
    ];
    for (list, expected) in cases {
        let fields: Vec<&str> = expected.iter().map(|(field, _)| *field).collect();
        assert_eq!(list.indexed, fields, "{}", list.from);
        for (field, search) in expected {
            let plan = plan(&service, list, field, "1");
            assert!(search.split('|').any(|search| plan.contains(search)), "{field} of {}:\n{plan}", list.from);
        }
    }
}
