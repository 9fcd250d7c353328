//! Any text as a filter: never a panic, and what is accepted is SQL that runs within D1's limits.

use mithril_edge::endpoint::applications::APPLICATION_RECORD;
use mithril_edge::endpoint::effective::EFFECTIVE_PERMISSION;
use mithril_edge::endpoint::engine::entity::Entity;
use mithril_edge::endpoint::engine::filter;
use mithril_edge::endpoint::group_applications::GROUP_APPLICATION;
use mithril_edge::endpoint::group_links::{GROUP_OF_ACCESS_GROUP, GROUP_OF_USER};
use mithril_edge::endpoint::groups::{ACCESS_GROUP, PERMISSION};
use mithril_edge::endpoint::role_permissions::ROLE_PERMISSION;
use mithril_edge::endpoint::roles::{ACCESS_ROLE, APPLICATION_ROLE};
use mithril_edge::endpoint::user_access::{USER_ACCESS_ROLE, USER_APPLICATION};
use mithril_edge::endpoint::user_groups::{GROUP_EXTERNAL, USER_EXTERNAL};
use mithril_edge::endpoint::users::ENDPOINT_USER;
use mithril_edge::http::Method;

use crate::support::endpoint::encode;
use crate::support::random::Random;
use crate::support::routes::whole_service;
use crate::support::{Service, mint};

const LISTS: [(&str, &Entity); 17] = [
    ("/AccessGroups", &ACCESS_GROUP),
    ("/AccessGroup/GROUP-A/Permissions", &PERMISSION),
    ("/AccessGroup/GROUP-A/Users", &ENDPOINT_USER),
    ("/Roles", &ACCESS_ROLE),
    ("/User/7/AccessGroups", &ACCESS_GROUP),
    ("/User/7/EffectivePermissions", &EFFECTIVE_PERMISSION),
    ("/AccessGroup/GROUP-A/Applications", &GROUP_APPLICATION),
    ("/AccessGroup/GROUP-A/Groups", &GROUP_OF_ACCESS_GROUP),
    ("/Applications", &APPLICATION_RECORD),
    ("/Application/APP-A/Roles", &APPLICATION_ROLE),
    ("/GroupExternals", &GROUP_EXTERNAL),
    ("/GroupExternal/31/UserExternals", &USER_EXTERNAL),
    ("/Users", &ENDPOINT_USER),
    ("/User/7/Groups", &GROUP_OF_USER),
    ("/User/7/AccessRoles", &USER_ACCESS_ROLE),
    ("/User/7/Applications", &USER_APPLICATION),
    ("/Role/FREE/Permissions", &ROLE_PERMISSION),
];
const OPS: &[&str] = &["=", "<>", ">", ">=", "<", "<=", " In ", " NotIn ", " Like ", " in ", "==", " is ", ""];
const VALUES: &[&str] = &[
    "x",
    "",
    "0",
    "-1",
    "4711",
    "9223372036854775807",
    "9223372036854775808",
    "1e9",
    "1,2,3",
    "a;b;c",
    "True",
    "FALSE",
    "2024-01-01",
    "2024-10-22T08:00:00Z",
    "%",
    "a%b",
    "_",
    "\\",
    "'",
    "\"",
    "'; DROP TABLE roles; --",
    "?3",
    "$[0]",
    "GROUP-A",
    "32e61509-0071-4001-be32-9e9d0db255cb",
    "Лікар",
    "\u{0}",
    "{\"a\":1}",
    "AND",
    "OR x",
    "NULL",
    "😀%",
];
const JOINTS: &[&str] = &[" AND ", " OR ", " and ", ")AND(", " AND", "  OR  ", ",", "", ")", " AND ("];

fn sentence(random: &mut Random, entity: &Entity) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(6) {
        text.push_str(random.of(&["", "", "(", "((", " "]));
        if random.below(20) == 0 {
            text.push_str("Nothing");
        } else {
            text.push_str(entity.fields[random.below(entity.fields.len())].name);
        }
        text.push_str(random.of(OPS));
        text.push_str(random.of(VALUES));
        text.push_str(random.of(&["", "", ")", "))"]));
        text.push_str(random.of(JOINTS));
    }
    text
}

/// A sentence of the grammar, up to the bounds.
fn valid(random: &mut Random, entity: &Entity, depth: usize, left: &mut usize) -> String {
    let mut parts = Vec::new();
    for _ in 0..=random.below(4) {
        if *left == 0 {
            break;
        }
        if depth < 8 && random.below(3) == 0 {
            parts.push(format!("({})", valid(random, entity, depth + 1, left)));
        } else {
            *left -= 1;
            let field = &entity.fields[random.below(entity.fields.len())];
            let text = filter_of(random, field.name, entity);
            parts.push(text);
        }
    }
    if parts.is_empty() {
        return "Id = 1".to_owned();
    }
    let joint = random.of(&[" AND ", " OR "]);
    parts.join(joint)
}

/// One comparison that is accepted.
fn filter_of(random: &mut Random, name: &str, entity: &Entity) -> String {
    use mithril_edge::endpoint::engine::entity::Kind;
    let values: &[&str] = match entity.field(name).unwrap().kind {
        Kind::Text | Kind::Id => &["x", "'; --", "32e61509-0071-4001-be32-9e9d0db255cb", "a b", "%"],
        Kind::Integer => &["0", "4711", "-9223372036854775808"],
        Kind::Flag => &["True", "false"],
        Kind::Time => &["2024-01-01", "2024-10-22T08:00:00Z"],
    };
    format!("{name} {} {}", random.of(&["=", "<>", ">", ">=", "<", "<=", "In", "NotIn"]), random.of(values))
}

#[test]
fn no_filter_panics_and_none_that_is_accepted_fails() {
    let service = whole_service();
    let token = mint("AccessManager:Read");
    let (mut accepted, mut refused) = (0, 0);
    for seed in 1..=6000_u64 {
        let mut random = Random::seeded(seed);
        let (path, entity) = LISTS[random.below(LISTS.len())];
        let text = match seed % 3 {
            0 => valid(&mut random, entity, 1, &mut 39),
            1 => sentence(&mut random, entity),
            _ => {
                // A sentence with bytes changed anywhere.
                let mut bytes = sentence(&mut random, entity).into_bytes();
                for _ in 0..random.below(5) {
                    let at = random.below(bytes.len());
                    bytes[at] = random.below(256) as u8;
                }
                String::from_utf8_lossy(&bytes).into_owned()
            }
        };
        let orders = random.of(&["", "Id DESC", "Id", "CreatedOn DESC,Id"]);
        let orders = if orders.contains("CreatedOn") && entity.field("CreatedOn").is_none() { "" } else { orders };
        let url = format!("/Endpoint/rest/api/v1{path}?Filters={}&Orders={}", encode(&text), encode(orders));
        let reply = service.call(Method::Get, &url, &token, "");
        match reply.status {
            200 => accepted += 1,
            400 => refused += 1,
            other => panic!("seed {seed}: {other} for `{text}`: {:?}", service.platform.log.borrow().last()),
        }
        assert!(seed % 3 != 0 || reply.status == 200, "seed {seed}: `{text}`: {}", reply.json);
    }
    assert!(accepted > 2000 && refused > 1500, "{accepted} accepted, {refused} refused");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM roles"), 6);
}

#[test]
fn the_longest_and_deepest_filters_run() {
    let service = Service::default();
    let token = mint("AccessManager:Read");
    let flat = |joint: &str| vec!["AccessRoleId.Name <> x"; 40].join(joint);
    let mut nested = "Id = 1".to_owned();
    for level in 0..8 {
        nested = format!("({nested} OR Id = {level}) AND Id NotIn 5,6 ");
    }
    let list: Vec<String> = (0..1000).map(|at| format!("value-{at}")).collect();
    for text in [flat(" AND "), flat(" OR "), nested, format!("PermissionId In {}", list.join(";"))] {
        assert!(filter::parse(&text, &PERMISSION, &[]).is_ok(), "{text}");
        let url = format!("/Endpoint/rest/api/v1/AccessGroup/GROUP-A/Permissions?Filters={}", encode(&text));
        let reply = service.call(Method::Get, &url, &token, "");
        assert_eq!(reply.status, 200, "{text}: {:?}", service.platform.log.borrow());
    }
}

#[test]
fn no_text_of_a_caller_reaches_the_sql() {
    let hostile = "Name = '; DROP TABLE roles; -- AND ExternalId In a';b\" AND Description Like %' or 1=1";
    let parsed = filter::parse(hostile, &ACCESS_GROUP, &[]).unwrap();
    assert_eq!(
        parsed.sql,
        "(access_groups.name = ?2 ->> 0 AND (access_groups.external_id IN (SELECT value FROM json_each(?2, '$[1]')) \
         AND access_groups.description LIKE ?2 ->> 2 ESCAPE '\\'))"
    );
    assert_eq!(parsed.values.len(), 3);
}
