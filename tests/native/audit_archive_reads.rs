//! Reading the audit where its older rows are in the archive: every list and export is what it would be without one.

use mithril_edge::http::Method::Get;
use serde_json::{Value, json};

use crate::audit::{rows, wait};
use crate::audit_archive::{archiving, cron, segments};
use crate::support::routes::service;
use crate::support::{Reply, Service, mint};

/// Rows with a time that grows with their number.
const TIMES: &str = "UPDATE audit SET at = strftime('%Y-%m-%dT%H:%M:%SZ', 1790000000 + seq, 'unixepoch')";

/// The same rows twice: once with the older ones in the archive, in segments of 120, 200 and 150 rows, and once without.
fn both() -> [Service; 2] {
    let [with, without] = [archiving(0), service()];
    without.platform.load("DELETE FROM audit");
    with.platform.load("DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit'");
    for count in [120, 200, 150, 70] {
        for service in [&with, &without] {
            rows(service, count);
            service.platform.load(TIMES);
        }
        if count > 100 {
            cron(&with, 2);
        }
    }
    wait(mithril_edge::mithril::audit::seal::run(&without.platform)).unwrap();
    for _ in 0..4 {
        cron(&with, 40);
    }
    assert_eq!(segments(&with), "1-120 archive, 121-320 archive, 321-470 archive");
    assert_eq!(with.sql::<i64>("SELECT min(seq) FROM audit"), 471);
    for service in [&with, &without] {
        service.platform.now.set(crate::support::platform::NOW);
    }
    [with, without]
}

fn get(service: &Service, path: &str) -> Reply {
    let reply = service.call(Get, path, &mint("audit:read"), "");
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply
}

/// The rows without their hashes, which only the archive has.
fn bare(rows: &Value) -> Vec<Value> {
    let mut rows = rows.as_array().expect("rows").clone();
    rows.iter_mut().for_each(|row| drop(row.as_object_mut().expect("a row").remove("hash")));
    rows
}

#[test]
fn every_page_is_what_it_would_be_without_an_archive() {
    let [with, without] = both();
    let times = "from=2026-09-21T14:15:00Z&to=2026-09-21T14:20:30Z";
    let (from, to) = ("from=2026-09-21T14:20:00Z", "to=2026-09-21T14:20:00Z");
    let filters = [
        "",
        "actor=actor-0",
        "client_id=client-1",
        "subject=role/7",
        "subject=role/119",
        "action=role.create",
        "action=none",
        "actor=actor-0&client_id=client-1",
        times,
        from,
        to,
        "subject=role/70&to=2026-09-21T14:14:00Z",
    ];
    for filter in filters {
        for size in if filter.is_empty() { vec![7, 50, 300] } else { vec![50, 300] } {
            for page in 1..=(600 / size + 2) {
                let path = format!("/admin/audit?{filter}&page={page}&page_size={size}");
                let [found, expected] = [&with, &without].map(|service| get(service, &path));
                assert_eq!(bare(&found.json["data"]), bare(&expected.json["data"]), "{path}");
                assert_eq!(found.json["paging"], expected.json["paging"], "{path}");
                assert_eq!(found.header("link"), None, "{path}");
            }
        }
    }
}

#[test]
fn every_export_is_what_it_would_be_without_an_archive() {
    let [with, without] = both();
    for filter in
        ["", "actor=actor-0", "subject=role/119", "action=none", "from=2026-09-21T14:19:00Z&to=2026-09-21T14:21:00Z"]
    {
        for limit in [7, 100, 250] {
            let [found, expected] = [&with, &without].map(|service| {
                let (mut path, mut all) = (format!("/admin/audit.ndjson?limit={limit}&{filter}"), Vec::new());
                loop {
                    let reply = get(service, &path);
                    all.extend(reply.text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")));
                    let Some(link) = reply.header("link") else { break };
                    path = link.trim_start_matches('<').split('>').next().expect("an address").to_owned();
                }
                all
            });
            assert_eq!(bare(&json!(found)), bare(&json!(expected)), "{filter} {limit}");
        }
    }
}

#[test]
fn a_read_asks_the_database_once_and_the_archive_only_for_what_may_fit() {
    let [with, _] = both();
    for (path, trips, reads) in [
        ("/admin/audit?page_size=50", 1, 1),
        ("/admin/audit?page_size=50&page=3", 1, 2),
        ("/admin/audit?page_size=50&page=10", 1, 1),
        ("/admin/audit?page_size=50&page=11", 1, 0),
        ("/admin/audit?action=none", 1, 0),
        ("/admin/audit?subject=role/199&page_size=5", 2, 1),
        ("/admin/audit.ndjson?subject=role/199", 1, 1),
        ("/admin/audit.ndjson?after=470", 1, 0),
    ] {
        let (before, asked) = (with.platform.trips.get(), with.platform.archive_reads.get());
        get(&with, path);
        let asked = with.platform.archive_reads.get() - asked;
        assert_eq!((with.platform.trips.get() - before, asked), (trips, reads), "{path}");
    }
}

#[test]
fn a_page_whose_rows_are_too_long_is_cut_and_goes_on() {
    let service = archiving(0);
    service.platform.load("DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit'");
    rows(&service, 120);
    service.platform.load("UPDATE audit SET actor = actor || hex(zeroblob(10000))");
    cron(&service, 2);
    rows(&service, 100);
    cron(&service, 40);
    cron(&service, 40);
    service.platform.now.set(crate::support::platform::NOW);
    let (mut path, mut seen, mut answers) = ("/admin/audit?page_size=150".to_owned(), Vec::new(), 0);
    loop {
        let reply = get(&service, &path);
        seen.extend(
            reply.json["data"].as_array().expect("rows").iter().map(|row| row["seq"].as_i64().expect("a number")),
        );
        answers += 1;
        let Some(link) = reply.header("link") else { break };
        path = link.trim_start_matches('<').split('>').next().expect("an address").to_owned();
    }
    assert_eq!((seen, answers), ((1..=150).collect(), 2));
}

#[test]
fn a_list_that_looks_at_the_newest_segments_only_links_to_the_rows_before() {
    let service = archiving(0);
    service.platform.load("DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit'");
    for segment in 0..25 {
        rows(&service, 100);
        service.platform.load(&format!("UPDATE audit SET at = strftime('%Y-%m-%dT%H:%M:%SZ', 1780000000 + seq, 'unixepoch') WHERE seq > {segment} * 100"));
        cron(&service, 2);
    }
    rows(&service, 10);
    for _ in 0..30 {
        cron(&service, 40);
    }
    service.platform.now.set(crate::support::platform::NOW);
    let (mut path, mut seen) = ("/admin/audit?subject=role/50".to_owned(), Vec::new());
    let mut answers = Vec::new();
    loop {
        let reply = get(&service, &path);
        let found: Vec<i64> =
            reply.json["data"].as_array().unwrap().iter().map(|row| row["seq"].as_i64().unwrap()).collect();
        answers.push(found.len());
        seen.extend(found);
        let Some(link) = reply.header("link") else { break };
        assert!(link.ends_with("; rel=\"prev\""), "{link}");
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(answers, [20, 5]);
    seen.sort_unstable();
    assert_eq!(seen, (0..25).map(|segment| segment * 100 + 50).collect::<Vec<i64>>());
}

#[test]
fn an_archive_that_is_not_reached_is_503_and_never_a_shorter_list() {
    let [with, _] = both();
    for fault in [true, false] {
        if fault {
            *with.platform.archive_fault.borrow_mut() = Some("R2 get timed out after 3000 ms".to_owned());
        } else {
            *with.platform.archive_fault.borrow_mut() = None;
            with.platform.archive.borrow_mut().as_mut().unwrap().clear();
        }
        for path in ["/admin/audit", "/admin/audit?subject=role/119", "/admin/audit.ndjson"] {
            let reply = with.call(Get, path, &mint("audit:read"), "");
            assert_eq!(reply.status, 503, "{path}");
            assert!(!reply.text.contains("R2") && !reply.text.contains("ndjson.gz"), "{}", reply.text);
        }
    }
}
