//! Every change of the table: a dry run writes nothing, refuses what the change refuses, and where there is none, the wish
//! for one is refused.

use mithril_edge::db::rights;
use mithril_edge::http::{Header, Method};
use mithril_edge::identity::access::Access;
use mithril_edge::routes::ROUTES;

use super::words;
use crate::order::{self, ALL};
use crate::support::routes::{Example, endpoint_changes, examples, whole_service};
use crate::support::tokens::mint;

const WISH: (Header, &str) = (Header::Prefer, "dry-run");

/// A call of each change that needs a token.
fn changes() -> impl Iterator<Item = Example> {
    examples().into_iter().chain(endpoint_changes()).filter(|example| !example.route.method.is_safe())
}

fn place(example: &Example) -> String {
    format!("{} {}", example.route.method.as_str(), example.route.path)
}

#[test]
fn a_wish_that_a_route_does_not_grant_is_refused_and_nothing_is_done() {
    let mut refused = 0;
    for example in changes().filter(|example| !example.route.may_run_dry()) {
        let service = whole_service();
        let before = service.dump();
        let token = mint(&example.route.access.scopes().join(" "));
        let reply = service.call_with(example.route.method, &example.path, &token, &[WISH], example.body);
        assert_eq!(reply.status, 400, "{}: {}", place(&example), reply.text);
        assert!(reply.text.contains("no dry run"), "{}: {}", place(&example), reply.text);
        assert_eq!(service.dump(), before, "{}", place(&example));
        refused += 1;
    }
    for route in ROUTES.iter().filter(|route| route.access == Access::Public && !route.method.is_safe()) {
        let service = whole_service();
        let before = service.dump();
        let headers = [WISH, (Header::ContentType, "application/json")];
        let reply = service.send(route.method, route.path, &headers, "{}");
        assert_eq!(reply.status, 400, "{}: {}", route.path, reply.text);
        assert!(reply.text.contains("no dry run"), "{}: {}", route.path, reply.text);
        assert_eq!((service.dump(), service.platform.trips.get()), (before, 0), "{}", route.path);
        refused += 1;
    }
    let authorize = mint("app:authorize");
    let reply = whole_service().call_with(Method::Post, "/oauth/apps/authorize", &authorize, &[WISH], "{}");
    assert!(reply.status == 400 && refused > 10, "{refused}");
}

#[test]
fn a_read_does_not_look_at_the_wish() {
    let service = whole_service();
    let reply = service.call_with(Method::Get, "/admin/roles?dry_run=maybe", &mint("role:read"), &[WISH], "");
    assert_eq!((reply.status, reply.header("preference-applied")), (200, None));
}

#[test]
fn a_dry_run_of_any_change_writes_nothing_and_uses_no_key_up() {
    for example in changes().filter(|example| example.route.may_run_dry()) {
        let service = whole_service();
        let (method, place) = (example.route.method, place(&example));
        let token = mint(&example.route.access.scopes().join(" "));
        let before = service.dump();
        let key = (Header::IdempotencyKey, "key-1");
        let by_query = format!("{}?dry_run=true", example.path);
        for (path, more) in [(&example.path, vec![key, WISH]), (&by_query, vec![key])] {
            service.platform.trips.set(0);
            let dry = service.call_with(method, path, &token, &more, example.body);
            assert_eq!((dry.status, dry.header("preference-applied")), (200, Some("dry-run")), "{place}: {}", dry.text);
            assert_eq!(service.platform.trips.get(), 1, "{place}");
            assert_eq!(service.dump(), before, "{place}");
        }
        let made = service.call_with(method, &example.path, &token, &[key], example.body);
        assert_eq!(made.status, example.status, "{place}: {}", made.text);
        assert_ne!(service.dump(), before, "{place}");
    }
}

#[test]
fn a_dry_run_under_the_key_of_a_call_that_runs_is_answered() {
    for example in changes().filter(|example| example.route.may_run_dry()) {
        let service = whole_service();
        let (method, place) = (example.route.method, place(&example));
        let token = mint(&example.route.access.scopes().join(" "));
        let key = (Header::IdempotencyKey, "key-1");
        let mut running = service.start(method, &example.path, &token, &[key], example.body);
        let dry = service.call_with(method, &example.path, &token, &[key, WISH], example.body);
        assert_eq!((dry.status, dry.header("preference-applied")), (200, Some("dry-run")), "{place}: {}", dry.text);
        assert_eq!(running.poll().expect("an answer").status, example.status, "{place}");
    }
}

#[test]
fn a_dry_run_refuses_what_the_change_refuses_in_the_same_words() {
    let mut service = whole_service();
    let mut compared = 0;
    for example in changes().filter(|example| example.route.may_run_dry()) {
        let before = service.dump();
        for fault in ALL.into_iter().filter(|fault| fault.fits(&example)) {
            let made = order::reply(&mut service, &example, &[fault], &[]);
            let dry = order::reply(&mut service, &example, &[fault], &[WISH]);
            assert!(made.status >= 400, "{} {fault:?}", place(&example));
            assert_eq!((dry.status, words(&dry)), (made.status, words(&made)), "{} {fault:?}", place(&example));
            compared += 1;
        }
        assert_eq!(service.dump(), before, "{}", place(&example));
    }
    assert!(compared > 400, "{compared} refusals");
}

/// The statements of triggers, which a plan of the statement that fires them does not show.
#[test]
fn every_path_is_found_by_an_index() {
    let service = whole_service();
    let names: String = service
        .sql("SELECT group_concat(name, ' ') FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dry_run%'");
    let db = service.platform.db.borrow();
    let mut queries = vec!["SELECT * FROM dry_run_changes".to_owned()];
    for trigger in rights::recorders([names.as_str()].into_iter()) {
        let selects = trigger.sql.split("INSERT INTO").skip(1).map(|insert| {
            let select = &insert[insert.find("SELECT").expect("a SELECT")..insert.find("LIMIT").expect("a LIMIT")];
            let words = select.split_inclusive([' ', ',', '(', ')', '\n']);
            let bound = |word: &str| {
                if word.starts_with("OLD.") || word.starts_with("NEW.") { "?1 ".to_owned() } else { word.to_owned() }
            };
            words.map(bound).collect::<String>()
        });
        queries.extend(selects);
    }
    assert!(queries.len() > 50, "{}", queries.len());
    for sql in queries {
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect(&sql);
        let params = vec![rusqlite::types::Value::Null; explain.parameter_count()];
        let steps = explain.query_map(rusqlite::params_from_iter(params), |row| row.get::<_, String>("detail"));
        for step in steps.expect("a plan").map(|step| step.expect("a step")) {
            let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
            let is_table = names.split(' ').any(|name| name == table);
            assert!(!is_table && !step.contains("AUTOMATIC"), "{step}\n{sql}");
        }
    }
}
