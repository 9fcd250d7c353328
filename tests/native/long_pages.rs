//! Lists and bulk answers that are longer than D1 carries: they are cut, they say where, and a caller gets all of them.

use std::collections::BTreeSet;

use mithril_edge::db::page::PAGE_BYTES;
use mithril_edge::http::Header;
use mithril_edge::http::Method::{Get, Patch};
use mithril_edge::identity::enforced::ENFORCED;
use mithril_edge::mithril::audit::seal;
use serde_json::{Value, json};

use crate::audit::wait;
use crate::support::endpoint::{ROOT, bad};
use crate::support::limits::LARGEST;
use crate::support::routes::{endpoint_reads, examples};
use crate::support::{Reply, Service, mint};

/// More rows than the largest page has, as long as the API lets them be or longer. A control character takes six bytes
/// in JSON.
const LONG: &str = "
CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1010)
  SELECT i, printf('%04d', i) || replace(hex(zeroblob(120)), '0', char(1)) AS name,
    replace(hex(zeroblob(500)), '0', char(1)) AS text, replace(hex(zeroblob(4096)), '0', 'x') AS scope,
    '2025-01-01T00:00:00Z' AS at FROM n;
INSERT INTO client_types (id, name, scope, inserted_at, updated_at)
  SELECT 'type-' || i, name, scope, at, at FROM n WHERE i <= 310;
INSERT INTO clients (id, name, client_type_id, block_reason, settings, inserted_at, updated_at)
  SELECT 'client-' || i, name, 'type-msp', name, json_object('a', scope), at, at FROM n WHERE i <= 310;
INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
  SELECT 'connection-' || i, '1380df72-275a-11e7-93ae-92361f002671', 'client-' || i, substr(scope, 1, 2048), at, at
  FROM n WHERE i <= 310;
INSERT INTO roles (id, name, scope, inserted_at, updated_at)
  SELECT 'role-' || i, 'r' || name, scope, at, at FROM n WHERE i <= 310;
INSERT INTO user_roles (id, user_id, role_id, inserted_at)
  SELECT 'held-' || i, 'user-1', 'role-' || i, at FROM n WHERE i <= 310;
INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
  SELECT at, 'a', 'c', 'role.create', 'role/' || i, 'r', json_array(text || scope) FROM n WHERE i <= 310;
INSERT INTO roles (id, name, scope, type, role_key, external_id, description, inserted_at, updated_at)
  SELECT 'ACCESS-' || i, 'a' || name, '', 'AccessRole', name, name, text, at, at FROM n;
INSERT INTO access_groups (id, name, external_id, description, created_on, modified_on)
  SELECT 'group-' || i, name, name, text, at, at FROM n;
INSERT INTO permissions (access_group_id, role_id, permission_id, is_active, created_on)
  SELECT 'GROUP-A', 'ACCESS-' || i, 'Read', 1, at FROM n;
INSERT INTO endpoint_users (id, name, username, email, creation_date) SELECT 1000 + i, text, name, text, at FROM n;
INSERT INTO access_group_users SELECT 'GROUP-A', 1000 + i, at FROM n;
INSERT INTO access_group_users SELECT 'group-' || i, 7, at FROM n;
DROP TABLE n;";

fn service() -> Service {
    let service = crate::support::routes::whole_service();
    service.platform.load(LONG);
    service
}

fn read(service: &Service, path: &str) -> Reply {
    let reply = service.call(Get, path, &mint(&ENFORCED.join(" ")), "");
    assert_eq!(reply.status, 200, "{path}: {}", reply.text.get(..300).unwrap_or(&reply.text));
    assert!(reply.text.len() < LARGEST, "{path}: {}", reply.text.len());
    reply
}

/// The address that `Link` leads to.
fn next(reply: &Reply) -> Option<String> {
    let link = reply.header("link")?;
    Some(link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned())
}

/// All entries of the largest page, in how many answers they came, and the number of entries on all pages.
fn largest_page(service: &Service, path: &str, [data, meta, total, cut]: [&str; 4]) -> (Vec<Value>, usize, u64) {
    let (mut entries, mut answers) = (Vec::new(), 0);
    let mut address = path.to_owned();
    loop {
        let reply = read(service, &address);
        answers += 1;
        let more = reply.json[data].as_array().expect("a list");
        assert!(!more.is_empty(), "{address}");
        entries.extend(more.iter().cloned());
        let is_cut = reply.json[meta].get(cut);
        assert_eq!(is_cut.is_some(), next(&reply).is_some(), "{address}");
        match next(&reply) {
            Some(rest) => {
                assert_eq!(is_cut, Some(&json!(entries.len())), "{address}");
                assert!(reply.text.len() > PAGE_BYTES as usize, "{address} is cut without need");
                address = rest;
            }
            None => return (entries, answers, reply.json[meta][total].as_u64().expect("a number")),
        }
    }
}

#[test]
fn every_list_that_is_too_long_is_cut_and_its_links_lead_to_the_rest() {
    let service = service();
    let (mut lists, mut cut) = (0, BTreeSet::new());
    let mithril = examples().into_iter().filter(|example| example.route.method == Get);
    for example in mithril.chain(endpoint_reads()) {
        let is_mithril = !example.path.starts_with(ROOT);
        let (query, members, most) = if is_mithril {
            ("page_size=300&page=1", ["data", "paging", "total_entries", "cut_at"], 300)
        } else {
            ("PageSize=1000", ["Data", "Meta", "TotalItems", "CutAt"], 1000)
        };
        // This page has other parameters, and this list no `paging`.
        let (query, most) =
            if example.route.path == "/api/pis/apps" { ("page_size=100&page_number=1", 100) } else { (query, most) };
        if example.path.ends_with(".ndjson")
            || example.route.path == "/api/user/roles"
            || !read(&service, &example.path).json[members[0]].is_array()
            // The lists of rights go on by tokens, and are cut by their number.
            || example.route.path.ends_with("/access")
            || example.route.path.ends_with("/holders")
        {
            continue;
        }
        lists += 1;
        let (entries, answers, total) = largest_page(&service, &format!("{}?{query}", example.path), members);
        assert_eq!(entries.len() as u64, total.min(most), "{}", example.path);
        let distinct: BTreeSet<String> = entries.iter().map(Value::to_string).collect();
        assert_eq!(distinct.len(), entries.len(), "{}", example.path);
        if answers > 1 {
            cut.insert(example.route.path.trim_start_matches(ROOT));
        }
    }
    assert!(lists >= 15, "{lists}");
    let expected = [
        "/AccessGroup/{Id}/Permissions",
        "/AccessGroup/{Id}/Users",
        "/AccessGroups",
        "/Roles",
        "/User/{Id}/AccessGroups",
        "/User/{Id}/EffectivePermissions",
        "/admin/audit",
        "/admin/client_types",
        "/admin/clients",
        "/admin/roles",
        "/api/clients",
    ];
    let missing: Vec<_> = expected.iter().filter(|path| !cut.contains(*path)).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "the rows of this test are too short for these");
}

#[test]
fn a_list_without_paging_says_that_it_is_cut_by_its_link_alone() {
    let service = service();
    let (mut address, mut ids, mut answers) = ("/api/user/roles".to_owned(), BTreeSet::new(), 0);
    loop {
        let reply = read(&service, &address);
        ids.extend(reply.json["data"].as_array().expect("a list").iter().map(Value::to_string));
        answers += 1;
        match next(&reply) {
            Some(rest) => address = rest,
            None => break,
        }
    }
    assert_eq!((ids.len(), answers), (300, 2), "at most 300 are in one page");
}

#[test]
fn the_rest_of_a_page_is_not_the_next_page() {
    let service = service();
    let first = read(&service, "/admin/client_types?page_size=250");
    let cut_at = first.json["paging"]["cut_at"].as_u64().expect("it is cut");
    let rest = read(&service, &next(&first).unwrap());
    assert_eq!(rest.json["paging"].get("cut_at"), None);
    let count = |reply: &Reply| reply.json["data"].as_array().unwrap().len() as u64;
    assert_eq!((count(&first), count(&first) + count(&rest)), (cut_at, 250));
    let second = read(&service, "/admin/client_types?page_size=250&page=2");
    let total = first.json["paging"]["total_entries"].as_u64().unwrap();
    assert_eq!(count(&second), total - 250);
    assert_eq!(
        rest.json["paging"],
        second.json["paging"]
            .as_object()
            .map(|paging| {
                let mut paging = paging.clone();
                paging.insert("page_number".to_owned(), 1.into());
                Value::Object(paging)
            })
            .unwrap()
    );
}

#[test]
fn a_skip_that_is_not_within_the_page_is_refused() {
    let service = Service::default();
    let token = mint(&ENFORCED.join(" "));
    for query in ["skip=-1", "skip=x", "skip=50", "page_size=3&skip=3"] {
        let reply = service.call(Get, &format!("/admin/roles?{query}"), &token, "");
        assert_eq!((reply.status, &reply.json["error"]["invalid"][0]["entry"]), (422, &json!("skip")), "{query}");
    }
    for (query, text, most) in [("Skip=-1", "-1", 49), ("Skip=x", "x", 49), ("PageSize=3&Skip=3", "3", 2)] {
        let reply = service.call(Get, &format!("{ROOT}/Roles?{query}"), &token, "");
        bad(&reply, &format!("Skip: `{text}` is not a whole number from 0 to {most}"));
    }
}

#[test]
fn a_bulk_answer_that_is_too_long_is_cut_and_everything_is_changed_also_under_a_key() {
    let service = service();
    let token = mint(&ENFORCED.join(" "));
    let path = format!("{ROOT}/AccessGroup/group-1/Permissions");
    for (key, permission) in [(None, "Export"), (Some("key"), "Import")] {
        let items: Vec<Value> = (1..=1000)
            .map(|at| json!({ "AccessRoleId": format!("ACCESS-{at}"), "PermissionId": permission, "Is_Active": true }))
            .collect();
        let body = json!({ "Permissions": items }).to_string();
        let more: Vec<(Header, &str)> = key.map(|key| (Header::IdempotencyKey, key)).into_iter().collect();
        let reply = service.call_with(Patch, &path, &token, &more, &body);
        assert_eq!(reply.status, 200, "{}", reply.text);
        let shown = reply.json["Data"].as_array().expect("a list").len();
        assert_eq!(
            reply.json["Meta"],
            json!({ "TotalItems": 1000, "CurrentPage": 0, "PageSize": 1000, "Type": "Permission", "CutAt": shown })
        );
        assert!(shown > 100 && reply.text.len() < LARGEST, "{shown}");
        let changed = format!("SELECT count(*) FROM permissions WHERE permission_id = '{permission}' AND is_active");
        assert_eq!(service.sql::<i64>(&changed), 1000);
        if key.is_some() {
            assert_eq!(service.call_with(Patch, &path, &token, &more, &body).json, reply.json);
        }
    }
    let row = "SELECT length(CAST(outcome AS BLOB)) + length(facts) FROM idempotency_keys";
    assert!((i64::from(PAGE_BYTES)..1_900_000).contains(&service.sql::<i64>(row)));
}

#[test]
fn an_export_and_the_seals_of_long_rows_go_on_until_the_end() {
    let service = service();
    let sealed = wait(seal::run(&service.platform)).unwrap();
    assert_eq!((sealed.rows, sealed.head.seq, sealed.is_behind), (310, 310, false));
    let (mut address, mut answers, mut lines) = ("/admin/audit.ndjson".to_owned(), 0, Vec::new());
    loop {
        let reply = read(&service, &address);
        answers += 1;
        lines.extend(reply.text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")));
        let Some(rest) = next(&reply) else { break };
        address = rest;
    }
    let seqs: Vec<i64> = lines.iter().filter_map(|line| line["seq"].as_i64()).collect();
    assert_eq!(seqs, (1..=310).collect::<Vec<i64>>());
    assert_eq!(lines.last().unwrap()["head"], json!({ "seq": 310, "hash": sealed.head.hash }));
    assert!(answers > 2, "the rows of this test are too short: {answers}");
}
