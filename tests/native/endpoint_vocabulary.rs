//! The vocabulary of lists that the vendor's documents print (spec/newer.md §2.5): each name works in `Fields`,
//! `Filters` and `Orders` of its list.

use mithril_edge::http::Method::Get;
use mithril_edge::http::dialect::Dialect;
use mithril_edge::routes::ROUTES;
use serde_json::{Value, json};

use crate::support::endpoint::{ROOT, encode, send};
use crate::support::routes::whole_service;
use crate::support::vocabulary::{LISTS, Vocabulary};
use crate::support::{Reply, Service};

/// Every record was made and changed by the user 8.
fn service() -> Service {
    let service = whole_service();
    service.platform.load(
        "UPDATE access_groups SET created_by = 'user-8', modified_by = 'user-8';
         UPDATE applications SET created_by = 'user-8', modified_by = 'user-8';
         UPDATE user_groups SET created_by = 'user-8', modified_by = 'user-8';
         UPDATE roles SET created_by = 'user-8', modified_by = 'user-8'",
    );
    service
}

fn get(service: &Service, path: &str, query: &[(&str, &str)]) -> Reply {
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    send(service, Get, &format!("{path}?{}", query.join("&")), &Value::Null)
}

fn data(reply: &Reply) -> &Vec<Value> {
    assert_eq!(reply.status, 200, "{}", reply.json);
    reply.json["Data"].as_array().expect("records")
}

#[test]
fn every_list_has_its_vocabulary_here() {
    let is_list = |path: &&str| !path.ends_with('}');
    let routes = ROUTES.iter().filter(|route| route.dialect == Dialect::Endpoint && route.method == Get);
    let lists: Vec<&str> = routes.map(|route| route.path).filter(is_list).collect();
    let known: Vec<String> = LISTS.iter().map(|list| format!("{ROOT}{}", list.pattern)).collect();
    let missing: Vec<&&str> = lists.iter().filter(|path| !known.iter().any(|known| known == **path)).collect();
    assert_eq!((missing, lists.len()), (vec![], known.len()));
}

#[test]
fn every_name_that_a_document_offers_is_shown_compared_and_sorted_by() {
    let service = service();
    for Vocabulary { path, fields, .. } in LISTS {
        let all = fields.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let whole = data(&get(&service, path, &[])).len();
        assert!(whole > 0, "{path}");
        assert_eq!(data(&get(&service, path, &[("Fields", &all)])).len(), whole, "{path}");
        for (name, value) in *fields {
            assert_eq!(data(&get(&service, path, &[("Fields", name)])).len(), whole, "{path} {name}");
            for direction in ["ASC", "DESC"] {
                let order = format!("{name} {direction}");
                assert_eq!(data(&get(&service, path, &[("Orders", &order)])).len(), whole, "{path} {order}");
            }
            // What is equal to a value and what is not are the whole list, and no record is in both.
            let count = |filter: String| data(&get(&service, path, &[("Filters", &filter)])).len();
            let (equal, other) = (count(format!("{name} = {value}")), count(format!("{name} <> {value}")));
            assert_eq!(equal + other, whole, "{path} {name}");
            assert!(equal > 0 || value.starts_with("2024"), "{path}: no record has the {name} {value}");
            if !value.is_empty() {
                assert_eq!(count(format!("{name} In {value}")), equal, "{path} {name}");
            }
        }
    }
}

#[test]
fn a_column_of_the_link_shows_the_whole_record_and_a_field_of_the_record_shows_itself() {
    let service = service();
    let shown = |path: &str, fields: &str| data(&get(&service, path, &[("Fields", fields)])).clone();
    for (path, all) in [
        ("/AccessGroup/GROUP-A/Users", "Id, AccessGroupId, UserId, CreatedOn"),
        ("/User/7/AccessGroups", "AccessGroupId"),
    ] {
        assert_eq!(shown(path, all), shown(path, "*"), "{path}");
    }
    assert_eq!(shown("/AccessGroup/GROUP-A/Users", "Id"), [json!({ "Id": 7 }), json!({ "Id": 9 })]);
    let permissions = shown("/Role/FREE/Permissions", "AccessRoleId, Id");
    assert_eq!(
        permissions,
        [json!({ "AccessRoleId": { "Id": "FREE", "ExternalId": "", "Name": "Free",
        "Type": "AccessRole" }, "Id": 1 })]
    );
    let user = &shown("/User/7/EffectivePermissions", "UserId")[0]["UserId"];
    assert_eq!((&user["Id"], &user["Type"]), (&json!(7), &json!("User")));
}

#[test]
fn the_link_is_filtered_by_its_own_columns() {
    let service = service();
    service.platform.load(
        "INSERT INTO access_group_users (access_group_id, user_id, created_on)
         VALUES ('GROUP-A', 8, '2025-01-01T00:00:00Z')",
    );
    let found = |path: &str, filter: &str| {
        let reply = get(&service, path, &[("Filters", filter), ("Orders", "UserId DESC")]);
        data(&reply).iter().map(|record| record["Id"].clone()).collect::<Vec<_>>()
    };
    let users = "/AccessGroup/GROUP-A/Users";
    assert_eq!(found(users, ""), [9, 8, 7]);
    assert_eq!(found(users, "UserId In 101"), Vec::<Value>::new());
    assert_eq!(found(users, "UserId In 7, 101"), [7]);
    assert_eq!(found(users, "CreatedOn >= 2025-01-01"), [8]);
    assert_eq!(found(users, "AccessGroupId = group-a").len(), 0, "an id that is no GUID is compared exactly");
    assert_eq!(found(users, "UserId.Name Like taras%"), [8]);
    assert_eq!(found("/User/7/AccessGroups", "AccessGroupId.Name = Registry"), ["GROUP-A"]);
}

#[test]
fn a_dot_leads_to_every_field_of_the_related_record_and_no_further() {
    let service = service();
    let status = |path: &str, filter: &str| get(&service, path, &[("Filters", filter)]).status;
    for (path, key, names) in [
        ("/AccessGroups", "ModifiedBy", "Id Name Username Email MobilePhone External_Id"),
        ("/AccessGroups", "CreatedBy", "Id Name Username Email ExternalId"),
        ("/Roles", "CreatedBy", "Username"),
        (
            "/AccessGroup/GROUP-A/Permissions",
            "AccessRoleId",
            "Id Name RoleKey FullName Description ExternalId CreatedBy",
        ),
        ("/AccessGroup/GROUP-A/Permissions", "AccessGroupId", "Id Name ExternalId Description"),
        ("/AccessGroup/GROUP-A/Users", "UserId", "Id Name Username Email"),
        ("/AccessGroup/GROUP-A/Users", "AccessGroupId", "Id Name"),
        ("/User/7/AccessGroups", "UserId", "Username"),
        ("/User/7/EffectivePermissions", "UserId", "Id Username"),
        ("/Roles", "AccessApplicationId", "Id Name ApplicationKey ExternalId WebSiteURL"),
        ("/Application/APP-A/Roles", "ModifiedBy", "Id Name Username ExternalId"),
        ("/Applications", "CreatedBy", "Id Name Username External_Id"),
        ("/AccessGroup/GROUP-A/Applications", "AccessGroupId", "Id Name ExternalId Description"),
        ("/AccessGroup/GROUP-A/Applications", "ParentApplicationId", "Id Name ExternalId ApplicationKey"),
        ("/AccessGroup/GROUP-A/Applications", "AccessApplicationId", "Id Name ExternalId ApplicationKey"),
        ("/AccessGroup/GROUP-A/Groups", "AccessGroupId", "Id Name ExternalId"),
        ("/AccessGroup/GROUP-A/Groups", "GroupId", "Id Name Description"),
        ("/GroupExternals", "Created_By", "Id Name Username"),
        ("/GroupExternal/31/UserExternals", "User_Id", "Id Name Username Email"),
        ("/GroupExternal/31/UserExternals", "Group_Id", "Id Name"),
        ("/User/7/Groups", "User_Id", "Id Name Username"),
        ("/User/7/Groups", "Group_Id", "Id Name Description"),
        ("/User/7/AccessRoles", "AccessApplicationId", "Id Name ApplicationKey"),
        ("/User/7/Applications", "AccessRoleId", "Id Name RoleKey"),
        ("/User/7/Applications", "UserId", "Id Name Username"),
        ("/User/7/EffectivePermissions", "AccessRoleId", "Id Name RoleKey"),
        ("/Role/FREE/Permissions", "AccessRoleId", "Id Name RoleKey"),
    ] {
        for name in names.split(' ') {
            assert_eq!(status(path, &format!("{key}.{name} = 7")), 200, "{path} {key}.{name}");
        }
        for name in ["Colour", "", "CreatedBy.Name", "Id.Id"] {
            assert_eq!(status(path, &format!("{key}.{name} = 7")), 400, "{path} {key}.{name}");
        }
    }
    assert_eq!(status("/AccessGroups", "DepartmentId.Name = My Department"), 400, "this service has no departments");
    for (path, filter) in [
        ("/AccessGroup/GROUP-A/Applications", "AccessApplicationId.Name = Shop"),
        ("/GroupExternal/31/UserExternals", "User_Id.Username = taras"),
        ("/User/7/Groups", "Group_Id.Name = Day"),
        ("/AccessGroup/GROUP-A/Groups", "GroupId.Name = Day"),
    ] {
        let found = get(&service, path, &[("Filters", filter)]);
        assert_eq!(data(&found), &[] as &[Value], "{path}: {filter} is another record's");
    }
    let taras = data(&get(&service, "/AccessGroups", &[("Filters", "ModifiedBy.Username <> ")])).len();
    assert_eq!(taras, data(&get(&service, "/AccessGroups", &[])).len());
}

#[test]
fn the_case_of_a_parameters_name_does_not_matter() {
    let service = service();
    let whole = "fields=Name,ExternalId&filters=(ExternalId In SHARED;DE002) AND (ModifiedOn > 2022-01-01)\
                 &ORDERS=Name DESC&pageSize=1&currentpage=0";
    let pairs: Vec<(&str, &str)> = whole.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let reply = get(&service, "/AccessGroups", &pairs);
    assert_eq!(data(&reply), &[json!({ "Name": "Registry", "ExternalId": "SHARED" })]);
    assert_eq!(get(&service, "/AccessGroup/Registry", &[("name", "Name")]).json["Id"], "GROUP-A");
    assert_eq!(get(&service, "/AccessGroups", &[("FILTERS", "Colour = red")]).status, 400);
}
