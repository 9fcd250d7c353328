//! The fields of the Endpoint lists: those of the vendor's documents, and how a record of many fields is written.

use mithril_edge::endpoint::applications::APPLICATION_RECORD;
use mithril_edge::endpoint::effective::EFFECTIVE_PERMISSION;
use mithril_edge::endpoint::engine::entity::{Entity, Shown, record};
use mithril_edge::endpoint::group_applications::GROUP_APPLICATION;
use mithril_edge::endpoint::group_links::{GROUP_OF_ACCESS_GROUP, GROUP_OF_USER};
use mithril_edge::endpoint::groups::{ACCESS_GROUP, PERMISSION};
use mithril_edge::endpoint::role_permissions::ROLE_PERMISSION;
use mithril_edge::endpoint::roles::{ACCESS_ROLE, APPLICATION_ROLE};
use mithril_edge::endpoint::user_access::{USER_ACCESS_ROLE, USER_APPLICATION};
use mithril_edge::endpoint::user_groups::{GROUP_EXTERNAL, USER_EXTERNAL};
use mithril_edge::endpoint::users::ENDPOINT_USER;
use mithril_edge::http::Method;
use serde_json::Value;

use crate::support::endpoint::{ROOT, encode};
use crate::support::mint;
use crate::support::routes::whole_service;

/// Every kind of record of the lists.
pub const ENTITIES: [&Entity; 15] = [
    &ACCESS_GROUP,
    &PERMISSION,
    &ACCESS_ROLE,
    &ROLE_PERMISSION,
    &ENDPOINT_USER,
    &EFFECTIVE_PERMISSION,
    &APPLICATION_RECORD,
    &APPLICATION_ROLE,
    &GROUP_APPLICATION,
    &GROUP_OF_ACCESS_GROUP,
    &GROUP_OF_USER,
    &GROUP_EXTERNAL,
    &USER_EXTERNAL,
    &USER_ACCESS_ROLE,
    &USER_APPLICATION,
];

/// Each comma is behind an argument, or inside of an object of one.
#[test]
fn no_record_is_written_by_a_function_with_more_arguments_than_d1_takes() {
    for entity in ENTITIES {
        let fields: Vec<_> = entity.fields.iter().filter(|field| field.shown != Shown::Never).collect();
        let sql = record(&fields);
        for function in ["json_object(", "json_insert("] {
            for (start, _) in sql.match_indices(function) {
                let (mut depth, mut arguments) = (0, 1);
                for letter in sql[start + function.len()..].chars() {
                    match letter {
                        '(' => depth += 1,
                        ')' if depth == 0 => break,
                        ')' => depth -= 1,
                        ',' if depth == 0 => arguments += 1,
                        _ => {}
                    }
                }
                assert!(arguments <= 32, "{}: {arguments}", entity.name);
            }
        }
    }
}

/// The names that the vendor's documents print for `Fields`, with comma and space. They work in all three parameters.
#[test]
fn the_lists_of_applications_users_and_groups_know_the_vendors_fields() {
    let service = whole_service();
    let grant = "Id, UserId, AccessRoleId, RoleId, AccessGroupTypeId, Create, Read, Update, Delete, Details, Export, \
                 Import, Generic, CreatedOn";
    let role = "Id, Name, RoleKey, FullName, Description, ExternalId, AccessApplicationId, Is_Active, Is_Custom, \
                Is_ReadOnly, ModifiedOn, ModifiedBy, CreatedBy, CreatedOn";
    for (path, fields, records) in [
        (
            "/AccessGroup/GROUP-A/Applications",
            "Id, AccessGroupId, ParentApplicationId, AccessApplicationId, Is_Active, CreatedOn",
            1,
        ),
        ("/AccessGroup/GROUP-A/Groups", "Id, AccessGroupId, GroupId, CreatedOn", 1),
        ("/GroupExternals", "Id, Name, Description, Created_By, Created, Has_Custom_Management", 2),
        ("/GroupExternal/31/UserExternals", "Id, User_Id, Group_Id", 1),
        ("/User/7/Groups", "Id, User_Id, Group_Id", 1),
        ("/Roles", role, 4),
        ("/Application/APP-A/Roles", role, 1),
        (
            "/Applications",
            "Id, Name, ApplicationKey, ExternalId, Description, WebSiteURL, Is_System, Is_EndUser, Is_TestApp, \
             Is_Active, Is_ReadOnly, ModifiedOn, ModifiedBy, CreatedBy, CreatedOn",
            3,
        ),
        ("/Users", "Id, Name, Username, Email, MobilePhone, External_Id, Creation_Date, Last_Login, Is_Active", 3),
        ("/User/7/Applications", grant, 1),
        ("/User/7/AccessRoles", grant, 2),
    ] {
        let ask = |query: &[(&str, &str)]| {
            let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
            let url = format!("{ROOT}{path}?{}", query.join("&"));
            let reply = service.call(Method::Get, &url, &mint("AccessManager:Read"), "");
            assert_eq!(reply.status, 200, "{url}: {}", reply.json);
            reply.json["Data"].as_array().expect("records").clone()
        };
        let all = ask(&[("Fields", fields)]);
        assert_eq!(all.len(), records, "{path}");
        let names: Vec<&str> = fields.split(", ").collect();
        for record in &all {
            let shown: Vec<&String> = record.as_object().expect("a record").keys().collect();
            assert_eq!(shown.len(), names.len(), "{path}: {shown:?}");
        }
        for name in names {
            assert_eq!(ask(&[("Orders", &format!("{name} DESC"))]).len(), records, "{path} by {name}");
            // The first record is among those that have its value.
            let value = match &all[0][name] {
                Value::String(text) => text.clone(),
                Value::Object(object) => object["Id"].to_string().replace('"', ""),
                other => other.to_string(),
            };
            let found = ask(&[("Fields", "Id"), ("Filters", &format!("{name} = {value}"))]);
            assert!(found.iter().any(|record| record["Id"] == all[0]["Id"]), "{path}: {name} = {value}");
        }
    }
}
