//! Lists of the Endpoint dialect: what a query may ask for, refusals first.

use mithril_edge::http::Method;
use serde_json::{Value, json};

use crate::endpoint_fields::ENTITIES;
use crate::support::endpoint::{CLERK, ROOT, STRUCTURE, encode};
use crate::support::{Reply, Service, mint};

fn list(service: &Service, path: &str, query: &[(&str, &str)]) -> Reply {
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    service.call(Method::Get, &format!("{ROOT}{path}?{}", query.join("&")), &mint("AccessUser:Read"), "")
}

fn ids(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.status, 200, "{}", reply.json);
    reply.json["Data"].as_array().unwrap().iter().map(|record| record["Id"].clone()).collect()
}

fn filtered(path: &str, filter: &str) -> Vec<Value> {
    ids(&list(&Service::default(), path, &[("Filters", filter)]))
}

#[test]
fn a_query_that_cannot_be_followed_says_why() {
    let service = Service::default();
    let deep = format!("{}Id = a{}", "(".repeat(9), ")".repeat(9));
    let many = vec!["Id = a"; 41].join(" OR ");
    let list_of_groups = "Id, Name, ExternalId, Description, Is_Active, Is_System, Is_LoginGroup, AccessGroupTypeId, \
         ModifiedOn, ModifiedBy, ModifiedBy.Id, ModifiedBy.Name, ModifiedBy.ExternalId, CreatedOn, CreatedBy, \
         CreatedBy.Id, CreatedBy.Name, CreatedBy.ExternalId, AccessGroupTypeId.Id, AccessGroupTypeId.Name";
    for (name, value, why) in [
        ("Filters", "Colour = red", format!("AccessGroup has no field `Colour`; it has {list_of_groups}")),
        ("Filters", "name = x", format!("AccessGroup has no field `name`; it has {list_of_groups}")),
        ("Filters", "Name", "Name: an operator is missing: one of =, <>, >, >=, <, <=, In, NotIn, Like".to_owned()),
        (
            "Filters",
            "Name is x",
            "Name: an operator is missing: one of =, <>, >, >=, <, <=, In, NotIn, Like".to_owned(),
        ),
        ("Filters", "Name = x AND ", "a field is missing at the end".to_owned()),
        ("Filters", "Name = x AND = y", "expected a field, found `= y`".to_owned()),
        ("Filters", "(Name = x", "a closing bracket is missing".to_owned()),
        ("Filters", "Name = x)", "expected AND, OR or the end, found `)`".to_owned()),
        ("Filters", "Name = Wards (North)", "expected AND, OR or the end, found `(North)`".to_owned()),
        ("Filters", "()", "expected a field, found `)`".to_owned()),
        ("Filters", "Is_Active = 1", "Is_Active: `1` is neither True nor False".to_owned()),
        (
            "Filters",
            "CreatedOn > yesterday",
            "CreatedOn: `yesterday` is not a date: write 2024-10-22 or 2024-10-22T08:00:00Z, in UTC".to_owned(),
        ),
        ("Filters", "ModifiedBy = me", "ModifiedBy: `me` is not a whole number".to_owned()),
        ("Filters", "Name In ;", "Name: In needs at least one value; they are separated by `;`".to_owned()),
        ("Filters", "Is_Active Like T%", "Is_Active: Like needs a text field".to_owned()),
        (
            "Filters",
            &format!("Name Like {}", "x".repeat(51)),
            "Name: a pattern of Like has at most 50 bytes".to_owned(),
        ),
        ("Filters", &deep, "brackets go at most 8 deep".to_owned()),
        ("Filters", &many, "a filter has at most 40 comparisons".to_owned()),
        ("Filters", &" Id = a".repeat(3000), "a filter has at most 16384 bytes".to_owned()),
        ("Orders", "Colour", format!("AccessGroup has no field `Colour`; it has {list_of_groups}")),
        ("Orders", "Name sideways", "`Name sideways` is not a field with ASC or DESC".to_owned()),
        ("Orders", "Name,", "a field is missing beside a comma".to_owned()),
        (
            "Orders",
            "Name; DROP TABLE access_groups",
            format!("AccessGroup has no field `Name;`; it has {list_of_groups}"),
        ),
        (
            "Fields",
            "Id,Colour",
            "AccessGroup has no field `Colour` to show; it has Id, Name, ExternalId, Description, \
            Is_Active, Is_System, Is_LoginGroup, AccessGroupTypeId, ModifiedOn, ModifiedBy, CreatedOn, CreatedBy"
                .to_owned(),
        ),
        ("CurrentPage", "-1", "`-1` is not a whole number from 0 to 2147483647".to_owned()),
        ("CurrentPage", "2147483648", "`2147483648` is not a whole number from 0 to 2147483647".to_owned()),
        ("CurrentPage", "one", "`one` is not a whole number from 0 to 2147483647".to_owned()),
        ("PageSize", "1001", "`1001` is not a whole number from 0 to 1000".to_owned()),
        ("PageSize", "1.5", "`1.5` is not a whole number from 0 to 1000".to_owned()),
    ] {
        let reply = list(&service, "/AccessGroups", &[(name, value)]);
        assert_eq!(reply.status, 400, "{name}={value}");
        assert_eq!(reply.json["Type"], "/Errors/Bad Input");
        assert_eq!(reply.json["Title"], "Bad Request");
        let texts = json!([STRUCTURE, format!("{name}: {why}")]);
        assert_eq!(reply.json["Errors"], texts, "{name}={value}");
    }
    assert_eq!(service.platform.trips.get(), 1, "whether the caller is live was asked once");
}

#[test]
fn the_children_of_nobody_are_404_and_of_several_400() {
    let service = Service::default();
    for path in ["/AccessGroup/NONE/Permissions", "/AccessGroup/NONE/Users", "/Role/NONE/Permissions"] {
        let reply = list(&service, path, &[]);
        assert_eq!((reply.status, &reply.json["Type"]), (404, &json!("/Errors/Not Found")), "{path}");
    }
    let reply = list(&service, "/AccessGroup/SHARED/Permissions", &[("Name", "ExternalId")]);
    assert_eq!((reply.status, &reply.json["Type"]), (400, &json!("/Errors/Multible Rows")));
    let reply = list(&service, "/AccessGroup/x/Permissions", &[("Name", "Colour")]);
    assert_eq!((reply.status, &reply.json["Type"]), (400, &json!("/Errors/Bad Input")));
    let reply = service.call(Method::Get, &format!("{ROOT}/User/77/AccessGroups"), &mint("AccessManager:Read"), "");
    assert_eq!(reply.status, 404);
    let reply = service.call(Method::Get, &format!("{ROOT}/User/olena/AccessGroups"), &mint("AccessManager:Read"), "");
    assert_eq!((reply.status, &reply.json["Type"]), (400, &json!("/Errors/Bad Input")));
}

#[test]
fn a_list_shows_whole_records_with_their_meta_in_one_round_trip() {
    let service = Service::default();
    let reply = list(&service, "/AccessGroups", &[("PageSize", "1")]);
    let nobody = json!({ "Id": 0, "ExternalId": "", "Name": "", "Type": "User" });
    assert_eq!(
        reply.json,
        json!({
            "Meta": { "TotalItems": 4, "CurrentPage": 0, "PageSize": 1, "Type": "AccessGroup" },
            "Data": [{
                "Id": "GROUP-A", "Name": "Registry", "ExternalId": "SHARED", "Description": "",
                "Is_Active": true, "Is_System": false, "Is_LoginGroup": false,
                "AccessGroupTypeId": { "Id": "FullAccess", "ExternalId": "", "Name": "FullAccess", "Type": "AccessGroupType" },
                "ModifiedOn": "2024-05-01T08:00:00Z", "ModifiedBy": nobody,
                "CreatedOn": "2024-05-01T08:00:00Z", "CreatedBy": nobody,
            }],
        })
    );
    assert_eq!(service.platform.trips.get(), 1);
    let reply = list(&service, "/AccessGroup/GROUP-A/Permissions", &[("Filters", "Id = 4711")]);
    assert_eq!(
        reply.json,
        json!({
            "Meta": { "TotalItems": 1, "CurrentPage": 0, "PageSize": 50, "Type": "Permission" },
            "Data": [{
                "Id": 4711,
                "AccessRoleId": { "Id": CLERK, "ExternalId": "REG-01", "Name": "Registry clerk", "Type": "AccessRole" },
                "PermissionId": { "Id": "Create", "ExternalId": "", "Name": "Create", "Type": "Permission" },
                "Is_Active": true,
                "CreatedOn": "2024-10-22T08:00:00Z",
            }],
        })
    );
}

#[test]
fn pages_count_from_0_and_a_page_past_the_end_is_empty_with_true_totals() {
    let service = Service::default();
    let page = |page: &str, size: &str| list(&service, "/AccessGroups", &[("CurrentPage", page), ("PageSize", size)]);
    assert_eq!(ids(&page("0", "3")), ["GROUP-A", "GROUP-B", "GROUP-S"]);
    assert_eq!(ids(&page("1", "3")), ["GROUP-N"]);
    assert_eq!(ids(&page("", "")).len(), 4);
    assert_eq!(page("", "0").json["Meta"]["PageSize"], 50);
    assert_eq!(page("", "1000").json["Meta"]["PageSize"], 1000);
    for far in ["2", "2147483647"] {
        let reply = page(far, "1000");
        let meta = json!({ "TotalItems": 4, "CurrentPage": far.parse::<i64>().unwrap(), "PageSize": 1000, "Type": "AccessGroup" });
        assert_eq!(reply.json, json!({ "Meta": meta, "Data": [] }));
    }
}

#[test]
fn fields_choose_what_is_shown_and_orders_how_it_is_sorted() {
    let service = Service::default();
    let reply = list(&service, "/AccessGroups", &[("Fields", "Name, Id,Name"), ("Orders", "Name DESC")]);
    assert_eq!(
        reply.json["Data"],
        json!([
            { "Id": "GROUP-N", "Name": "name@domain.com" },
            { "Id": "GROUP-A", "Name": "Registry" },
            { "Id": "GROUP-B", "Name": "Physicians" },
            { "Id": "GROUP-S", "Name": "Administrators" },
        ])
    );
    let reply = list(&service, "/AccessGroups", &[("Orders", "ExternalId desc , CreatedOn ASC"), ("Fields", "*")]);
    assert_eq!(ids(&reply), ["GROUP-S", "GROUP-A", "GROUP-B", "GROUP-N"]);
    let path = "/AccessGroup/GROUP-A/Permissions";
    let reply = list(&service, path, &[("Fields", "AccessGroupId"), ("Orders", "AccessRoleId.Name, Id DESC")]);
    let group = json!({ "AccessGroupId": { "Id": "GROUP-A", "ExternalId": "SHARED", "Name": "Registry", "Type": "AccessGroup" } });
    assert_eq!(reply.json["Data"], json!([group, group, group]));
    let reply = list(&service, path, &[("Orders", "AccessRoleId.Name, Id DESC")]);
    assert_eq!(ids(&reply), [4713, 4712, 4711]);
}

#[test]
fn every_operator_compares() {
    for (filter, found) in [
        ("", 4),
        ("Name = Registry", 1),
        ("Name=Registry", 1),
        ("Name = registry", 0),
        ("Id = group-a", 0),
        ("Name <> Registry", 3),
        ("Name > Physicians", 2),
        ("Name >= Physicians", 3),
        ("Name < Physicians", 1),
        ("Name <= Physicians", 2),
        ("ExternalId In SHARED; MAIL ;", 3),
        ("ExternalId in SHARED,MAIL", 0),
        ("ExternalId NotIn SHARED;MAIL", 1),
        ("ExternalId notin NOTHING", 4),
        ("Name Like %ISTR%", 2),
        ("Name Like Reg%", 1),
        ("Name Like %domain.com", 1),
        ("Name Like Re_istry", 0),
        ("Name LIKE R%s%y", 1),
        ("Description = ", 4),
        ("Description =", 4),
        ("Description = AND Name = Registry", 1),
        ("Is_Active = TRUE", 3),
        ("Is_Active = false", 1),
        ("Is_System <> True", 3),
        ("Is_Active In true;false", 4),
        ("CreatedOn > 2024-05-02", 3),
        ("CreatedOn >= 2024-05-02T08:00:00Z AND CreatedOn < 2024-05-03T08:00:01", 2),
        ("AccessGroupTypeId = FullAccess", 4),
        ("AccessGroupTypeId.Name NotIn FullAccess", 0),
        ("ModifiedBy = 0", 4),
        ("CreatedBy.ExternalId <> ", 0),
    ] {
        assert_eq!(filtered("/AccessGroups", filter).len(), found, "{filter}");
    }
}

#[test]
fn and_binds_closer_than_or_and_brackets_bind_closest() {
    let groups = |filter: &str| filtered("/AccessGroups", filter);
    assert_eq!(groups("Name = Registry OR Name = Physicians AND Is_Active = False"), ["GROUP-A"]);
    assert_eq!(groups("(Name = Registry OR Name = Physicians) AND Is_System = False"), ["GROUP-A", "GROUP-B"]);
    assert_eq!(groups("((Name = Registry)OR(Name = Physicians))AND(Is_System = False)"), ["GROUP-A", "GROUP-B"]);
    assert_eq!(groups("Is_System = True OR (Is_Active = False AND (Name Like name%))"), ["GROUP-S", "GROUP-N"]);
    assert_eq!(groups("Name = Bread and butter OR Name = Registry"), ["GROUP-A"]);
}

#[test]
fn permissions_are_filtered_by_their_relations_too() {
    let of = |filter: &str| filtered("/AccessGroup/GROUP-A/Permissions", filter);
    assert_eq!(of("Id In 4711,4713, 4714"), [4711, 4713]);
    assert_eq!(of(&format!("AccessRoleId = {}", CLERK.to_lowercase())), [4711, 4712]);
    assert_eq!(of(&format!("AccessRoleId <> {CLERK}")), [4713]);
    assert_eq!(of(&format!("AccessRoleId.Id In {CLERK};x")), [4711, 4712]);
    assert_eq!(of("AccessRoleId.Name Like Reg% AND PermissionId = Delete"), [4712]);
    assert_eq!(of("AccessRoleId.ExternalId = MED-01 OR Is_Active = False"), [4712, 4713]);
    assert_eq!(
        of("AccessGroupId.Name = Registry AND AccessGroupId.ExternalId = SHARED AND AccessGroupId = GROUP-A").len(),
        3
    );
    assert_eq!(of("Id > 9223372036854775806"), Vec::<Value>::new());
}

#[test]
fn what_a_relation_shows_can_be_filtered_and_sorted_by() {
    for entity in ENTITIES {
        for key in entity.fields.iter().filter(|field| field.is_key()) {
            for member in ["Id", "Name"] {
                let name = format!("{}.{member}", key.name);
                assert!(entity.operand(&[], &name).is_some(), "{} has no field {name}", entity.name);
            }
        }
    }
    let service = Service::default();
    service.platform.load(
        "UPDATE access_groups SET created_by = 'user-8' WHERE id = 'GROUP-B';
         UPDATE roles SET modified_by = 'user-8' WHERE id = '32E61509-0071-4001-BE32-9E9D0DB255CB'",
    );
    let found = |path: &str, filter: &str| ids(&list(&service, path, &[("Filters", filter)]));
    assert_eq!(found("/AccessGroups", "CreatedBy.Id = 8"), ["GROUP-B"]);
    assert_eq!(found("/AccessGroups", "CreatedBy.Name Like taras%"), ["GROUP-B"]);
    assert_eq!(found("/AccessGroups", "ModifiedBy.Id = 0 AND ModifiedBy.Name =").len(), 4);
    assert_eq!(found("/Roles", "ModifiedBy.Name = Taras Melnyk AND AccessApplicationId.Id ="), [CLERK]);
    let sorted = list(&service, "/AccessGroups", &[("Orders", "CreatedBy.Name DESC"), ("PageSize", "1")]);
    assert_eq!(ids(&sorted), ["GROUP-B"]);
}
