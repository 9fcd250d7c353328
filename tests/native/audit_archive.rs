//! The audit's segments, and their way to the archive: nothing is lost or doubled, whatever step fails.

use std::collections::HashMap;

use mithril_edge::db::error::DbError;
use mithril_edge::health::housekeeping;
use mithril_edge::mithril::audit::chain::{AuditRow, GENESIS};
use serde_json::Value;

use crate::audit::{chain, head, rows, wait};
use crate::support::Service;
use crate::support::platform::NOW;
use crate::support::routes::service;

const DAY: i64 = 86_400;

/// A service with an archive, and `count` rows that are about to be sealed.
pub fn archiving(count: u32) -> Service {
    let service = service();
    *service.platform.archive.borrow_mut() = Some(HashMap::new());
    rows(&service, count);
    service
}

/// One run of the cron trigger, `days` after the rows were written. Returns its line.
pub fn cron(service: &Service, days: i64) -> Value {
    service.platform.now.set(NOW + days * DAY);
    wait(housekeeping::run(&service.app.settings, &service.platform));
    serde_json::from_str(service.platform.log.borrow().last().expect("a line")).expect("JSON")
}

/// `first-last place` of each segment.
pub fn segments(service: &Service) -> String {
    service.sql(
        "SELECT COALESCE(group_concat(first_seq || '-' || last_seq || ' ' || place, ', '), '') FROM
         (SELECT * FROM audit_segments ORDER BY first_seq)",
    )
}

/// The numbers of rows, as `1-4, 6`.
fn spans(mut numbers: Vec<i64>) -> String {
    numbers.sort_unstable();
    let mut spans: Vec<(i64, i64)> = Vec::new();
    for number in numbers {
        match spans.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => spans.push((number, number)),
        }
    }
    spans.into_iter().map(|(first, end)| format!("{first}-{end}")).collect::<Vec<_>>().join(", ")
}

/// The rows in the archive, those in the database, all of them, and the end of the chain over all, each row once.
fn everywhere(service: &Service) -> [String; 4] {
    let mut objects: Vec<(String, String)> =
        service.platform.archive.borrow().clone().unwrap_or_default().into_iter().collect();
    objects.sort();
    let archived: String = objects.into_iter().map(|(_, text)| text).collect();
    let here: String = service.sql(
        "SELECT COALESCE(group_concat(json_object('seq', seq, 'at', at, 'actor', actor, 'client_id', client_id, 'action', action,
           'subject', subject, 'request_id', request_id, 'fields', json(fields)), char(10)), '') FROM
         (SELECT * FROM audit ORDER BY seq)",
    );
    let read = |text: &str| -> Vec<(i64, String)> {
        text.lines().map(|line| (serde_json::from_str::<AuditRow>(line).expect("a row").seq, line.to_owned())).collect()
    };
    let (archived, here) = (read(&archived), read(&here));
    let mut all: Vec<(i64, String)> = archived.iter().chain(&here).cloned().collect();
    all.sort_by_key(|(seq, _)| *seq);
    all.dedup_by_key(|(seq, _)| *seq);
    let hash = all.iter().fold(GENESIS.to_owned(), |before, (_, line)| {
        serde_json::from_str::<AuditRow>(line).expect("a row").hash(&before)
    });
    let end = all.last().map_or(0, |(seq, _)| *seq);
    let numbers = |rows: Vec<(i64, String)>| spans(rows.into_iter().map(|(seq, _)| seq).collect());
    [numbers(archived), numbers(here), numbers(all), format!("{end}:{hash}")]
}

#[test]
fn without_an_archive_all_rows_stay_for_good() {
    let service = service();
    rows(&service, 1200);
    for days in [0, 1, 31, 4000] {
        assert_eq!(cron(&service, days)["event"], "housekeeping");
    }
    assert_eq!(segments(&service), "1-1200 database");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1200);
}

#[test]
fn a_segment_closes_at_a_thousand_rows_or_after_a_day_with_a_hundred() {
    for (count, days, expected) in [
        (999, 0, ""),
        (1000, 0, "1-1000 database"),
        (99, 2, ""),
        (100, 0, ""),
        (100, 2, "1-100 database"),
        (2600, 0, "1-1000 database, 1001-2000 database"),
    ] {
        let service = service();
        rows(&service, count);
        cron(&service, days);
        // The head is the only hash that is known, so a segment ends where a run of the sealer ended.
        let found = segments(&service);
        if count > 1249 {
            assert_eq!(found, "1-2600 database", "{count}");
        } else {
            assert_eq!(found, expected, "{count} {days}");
        }
    }
}

#[test]
fn sealing_writes_a_constant_number_of_rows_whatever_it_seals() {
    let service = service();
    rows(&service, 250);
    let before: i64 = service.platform.db.borrow().total_changes() as i64;
    wait(mithril_edge::mithril::audit::seal::run(&service.platform)).unwrap();
    assert_eq!(service.platform.db.borrow().total_changes() as i64 - before, 1);
}

#[test]
fn rows_are_copied_when_their_segment_closes_and_removed_when_they_are_old() {
    let service = archiving(1000);
    rows(&service, 1);
    let expected = chain(&service, 1001);
    assert_eq!(cron(&service, 0)["copied"], 1001);
    assert_eq!(segments(&service), "1-1001 both");
    rows(&service, 3);
    assert_eq!(cron(&service, 29).get("removed"), None);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1004);
    assert_eq!(cron(&service, 31)["removed"], 1001);
    assert_eq!(segments(&service), "1-1001 archive");
    assert_eq!(
        everywhere(&service),
        ["1-1001".to_owned(), "1002-1004".to_owned(), "1-1004".to_owned(), head(&service)]
    );
    let copies = service.platform.archive.borrow().clone().unwrap();
    let (key, text) = copies.iter().next().unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(format!("1001:{}", last["hash"].as_str().unwrap()), expected);
    assert_eq!(*key, format!("audit/0000000000000001-0000000000001001-{}.ndjson.gz", last["hash"].as_str().unwrap()));
}

#[test]
fn the_newest_row_never_leaves_because_versions_are_counted_from_it() {
    let service = archiving(1000);
    for days in [0, 31, 62] {
        cron(&service, days);
    }
    assert_eq!(segments(&service), "1-1000 both");
    assert_eq!(service.sql::<i64>("SELECT max(seq) FROM audit"), 1000);
}

#[test]
fn a_changed_or_missing_row_is_never_archived_and_the_log_says_so() {
    for harm in [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 500",
        "DELETE FROM audit WHERE seq = 500",
        "DELETE FROM audit WHERE seq = 1000",
        "UPDATE audit_segments SET hash = replace(hash, substr(hash, 1, 1), '_')",
    ] {
        let service = archiving(1000);
        wait(mithril_edge::mithril::audit::seal::run(&service.platform)).unwrap();
        rows(&service, 1);
        service.platform.load(harm);
        let line = cron(&service, 31);
        assert_eq!(line["event"], "housekeeping_failed", "{harm}");
        let cause = line["causes"][0].as_str().unwrap();
        assert_eq!(cause, "archive: rows 1 to 1000 of the audit do not fit the hash of row 1000", "{harm}");
        assert!(service.platform.archive.borrow().as_ref().unwrap().is_empty(), "{harm}");
        assert_eq!(segments(&service), "1-1000 database", "{harm}");
    }
}

#[test]
fn a_copy_that_was_lost_or_changed_is_made_again_before_anything_is_removed() {
    for text in [None, Some(""), Some("{\"seq\":1}\n")] {
        let service = archiving(1000);
        cron(&service, 0);
        rows(&service, 1);
        let key = service.platform.archive.borrow().as_ref().unwrap().keys().next().unwrap().clone();
        let good = service.platform.archive.borrow().as_ref().unwrap()[&key].clone();
        match (service.platform.archive.borrow_mut().as_mut().unwrap(), text) {
            (objects, Some(text)) => drop(objects.insert(key.clone(), text.to_owned())),
            (objects, None) => drop(objects.remove(&key)),
        }
        assert_eq!(cron(&service, 31)["event"], "housekeeping_failed", "{text:?}");
        assert_eq!(segments(&service), "1-1000 database", "{text:?}");
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1001, "{text:?}");
        let line = cron(&service, 31);
        assert_eq!((&line["copied"], &line["removed"]), (&1000.into(), &1000.into()), "{text:?}");
        assert_eq!(service.platform.archive.borrow().as_ref().unwrap()[&key], good, "{text:?}");
    }
}

/// How many rows the database has that their segment says are in the archive alone, or lacks that it should have. Segments
/// follow each other without a gap.
fn misplaced(service: &Service) -> i64 {
    service.sql(
        "SELECT sum(abs(iif(place = 'archive', 0, last_seq - first_seq + 1)
             - (SELECT count(*) FROM audit WHERE seq BETWEEN first_seq AND last_seq)))
           + sum(first_seq <> COALESCE((SELECT max(before.last_seq) FROM audit_segments before
               WHERE before.first_seq < segment.first_seq), 0) + 1)
         FROM audit_segments segment",
    )
}

/// How many round trips a run makes that seals, copies and removes.
const STEPS: u32 = 30;

#[test]
fn a_fault_at_any_step_loses_nothing_and_doubles_nothing() {
    for is_lost in [false, true] {
        for step in 0..STEPS {
            let service = archiving(120);
            cron(&service, 2);
            rows(&service, 280);
            let all = chain(&service, 400);
            // From this step on the database fails; or, once, the answer to a change that was made is lost.
            let unavailable = DbError::Unavailable("Network connection lost.".to_owned());
            if is_lost {
                service.platform.lost.set(1);
            } else {
                *service.platform.fault.borrow_mut() = Some(unavailable);
            }
            service.platform.failing.set(step);
            let at_fault = service.platform.trips.get();
            cron(&service, 33);
            assert!(service.platform.trips.get() - at_fault < STEPS, "the test has too few steps");
            assert_eq!(everywhere(&service)[2..], ["1-400".to_owned(), all], "{is_lost} {step}");
            *service.platform.fault.borrow_mut() = None;
            service.platform.failing.set(u32::MAX);
            rows(&service, 1);
            for _ in 0..3 {
                assert_eq!(cron(&service, 62)["event"], "housekeeping", "{is_lost} {step}");
            }
            assert_eq!(everywhere(&service)[2..], ["1-401".to_owned(), head(&service)], "{is_lost} {step}");
            assert_eq!(misplaced(&service), 0, "{is_lost} {step}");
        }
    }
}

#[test]
fn a_fault_of_the_archive_leaves_all_rows_in_the_database() {
    let service = archiving(1000);
    *service.platform.archive_fault.borrow_mut() = Some("R2 put timed out after 10000 ms".to_owned());
    let line = cron(&service, 0);
    assert_eq!(line["causes"][0], "archive: R2 put timed out after 10000 ms");
    assert_eq!((segments(&service).as_str(), everywhere(&service)[1].as_str()), ("1-1000 database", "1-1000"));
    *service.platform.archive_fault.borrow_mut() = None;
    assert_eq!(cron(&service, 0)["copied"], 1000);
}

/// Rows of a database from before there were segments have hashes of their own, and its operator may have removed the oldest.
#[test]
fn the_chain_of_an_older_database_goes_on_and_is_archived() {
    for removed in [0, 700] {
        let service = archiving(3500);
        let text: String = service.sql(
            "SELECT json_group_array(json_object('seq', seq, 'at', at, 'actor', actor, 'client_id', client_id, 'action', action,
               'subject', subject, 'request_id', request_id, 'fields', json(fields))) FROM (SELECT * FROM audit ORDER BY seq)",
        );
        let mut hash = GENESIS.to_owned();
        for row in serde_json::from_str::<Vec<AuditRow>>(&text).unwrap() {
            hash = row.hash(&hash);
            service.platform.load(&format!("UPDATE audit SET hash = '{hash}' WHERE seq = {}", row.seq));
        }
        service.platform.load(&format!("INSERT INTO audit_head (id, seq, hash) VALUES (1, 3500, '{hash}')"));
        rows(&service, 40);
        let all = chain(&service, 3540);
        service.platform.load(&format!("DELETE FROM audit WHERE seq <= {removed}"));
        cron(&service, 0);
        assert_eq!(head(&service), all);
        for _ in 0..6 {
            assert_eq!(cron(&service, 31)["event"], "housekeeping", "{removed}");
        }
        rows(&service, 100);
        for _ in 0..6 {
            assert_eq!(cron(&service, 62)["event"], "housekeeping", "{removed}");
        }
        let [archived, here, all, _] = everywhere(&service);
        assert_eq!(all, format!("{}-3640", removed + 1));
        assert_eq!(
            (archived, here),
            (format!("{}-3640", removed + 1), "3501-3640".to_owned()),
            "{}",
            segments(&service)
        );
    }
}
