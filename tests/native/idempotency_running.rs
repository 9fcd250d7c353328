//! Idempotency keys while the first call under one runs: another one in the same isolate is refused at once.

use mithril_edge::http::Header::{IdempotencyKey, RequestId};
use mithril_edge::http::Method::{Delete, Patch, Put};
use mithril_edge::http::dialect::Dialect;
use mithril_edge::routes::Operation;
use serde_json::json;

use crate::idempotency::{KEY, NEW_ROLE, REFRESH, ROLE, SCOPE, again, changes, filled, keyed, told};
use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, OTHER, service, whole_service};
use crate::support::tokens::{ADMIN, Signer, mint_as, sign};
use crate::support::{Service, Waiting, mint};

const TEXT: &str = "The first call under this idempotency key has not ended.";
/// Seconds after which a call counts as over that is never polled again: ten for a batch and three for a read, each
/// twice, and two.
const OVER: i64 = 28;

/// A refresh under [`KEY`] that waits in its batch.
fn refreshing(service: &Service) -> Waiting<'_> {
    service.start(Patch, REFRESH, &mint(SCOPE), &[(IdempotencyKey, KEY)], "")
}

#[test]
fn a_second_call_is_409_while_the_first_one_runs_and_changes_nothing_on_every_route() {
    for example in changes() {
        let place = format!("{} {}", example.route.method.as_str(), example.path);
        let service = if example.route.operation == Operation::AuthorizeApp { filled() } else { whole_service() };
        let stored = service.dump();
        let token = mint(&example.route.access.scopes().join(" "));
        let headers = [(IdempotencyKey, KEY), (RequestId, "same")];
        let mut first = service.start(example.route.method, &example.path, &token, &headers, example.body);
        for _ in 0..2 {
            let second = again(&service, &example, KEY);
            assert_eq!((second.status, second.header("retry-after")), (409, Some("1")), "{place}: {}", second.text);
            if example.route.dialect == Dialect::Endpoint {
                assert_eq!(
                    (&second.json["Type"], &second.json["Errors"]),
                    (&json!("/Errors/Conflict"), &json!([TEXT])),
                    "{place}"
                );
            } else {
                let error = json!({ "type": "request_conflict", "message": TEXT });
                assert_eq!((&second.json["error"], second.header("x-idempotency-key")), (&error, Some(KEY)), "{place}");
            }
        }
        assert_eq!(service.dump(), stored, "{place}");
        let first = first.poll().expect("an answer");
        assert_eq!(first.status, example.status, "{place}: {}", first.text);
        let third = again(&service, &example, KEY);
        assert_eq!((third.status, &third.headers, &third.text), (first.status, &first.headers, &first.text), "{place}");
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1, "{place}");
    }
}

#[test]
fn a_second_call_that_is_409_does_not_reach_the_database_and_its_line_says_why() {
    let service = service();
    // From here on the isolate knows what the caller's type may do.
    assert_eq!(keyed(&service, Put, ROLE, "another", NEW_ROLE).status, 200);
    let _first = service.start(Put, ROLE, &mint(SCOPE), &[(IdempotencyKey, KEY)], NEW_ROLE);
    let trips = service.platform.trips.get();
    assert_eq!(keyed(&service, Put, ROLE, KEY, NEW_ROLE).status, 409);
    assert_eq!(service.platform.trips.get(), trips);
    let line = service.platform.log.borrow().last().cloned().expect("a line");
    assert!(line.contains(r#""status":409,"code":"idempotency_key_in_use""#), "{line}");
}

#[test]
fn another_call_under_the_key_is_409_while_the_first_one_runs_and_422_afterwards() {
    let service = service();
    let mut first = service.start(Put, ROLE, &mint(SCOPE), &[(IdempotencyKey, KEY)], NEW_ROLE);
    let other = r#"{"name":"Other","scope":"a:read"}"#;
    let others = || [keyed(&service, Put, ROLE, KEY, other), keyed(&service, Delete, ROLE, KEY, "")];
    assert_eq!(others().map(|reply| reply.status), [409, 409]);
    assert_eq!(first.poll().expect("an answer").status, 200);
    assert_eq!(others().map(|reply| reply.status), [422, 422]);
    assert_eq!(service.sql::<String>("SELECT name FROM roles WHERE id = 'role-unused'"), "New");
}

/// The database alone knows that the caller may not act for the other client.
#[test]
fn a_403_is_not_hidden_by_a_first_call_that_runs() {
    let service = service();
    let foreign = mint_as("MSP", OTHER, "connection:delete");
    let path = format!("/api/clients/{CLINIC}/connections/e5372365-d47a-467f-81d0-f35117864352");
    let mut first = service.start(Delete, &path, &foreign, &[(IdempotencyKey, KEY)], "");
    assert_eq!(service.call_with(Delete, &path, &foreign, &[(IdempotencyKey, KEY)], "").status, 403);
    assert_eq!(first.poll().expect("an answer").status, 403);
}

#[test]
fn neither_another_key_nor_another_caller_nor_a_call_without_a_key_is_409() {
    let service = service();
    let _first = refreshing(&service);
    assert_eq!(keyed(&service, Patch, REFRESH, "another", "").status, 200);
    assert_eq!(service.call(Patch, REFRESH, &mint(SCOPE), "").status, 200);
    for claims in [
        json!({ "sub": "user-2" }),
        json!({ "sub": "user-1 " }),
        json!({ "client_id": OTHER }),
        json!({ "sub": ADMIN }),
    ] {
        let mut claims = claims;
        claims["scope"] = SCOPE.into();
        let token = sign(Signer::LoginEs256, json!({}), claims);
        assert_eq!(service.call_with(Patch, REFRESH, &token, &[(IdempotencyKey, KEY)], "").status, 200);
    }
    assert_eq!(keyed(&service, Patch, REFRESH, KEY, "").status, 409);
}

#[test]
fn another_isolate_is_not_told_and_both_answer_the_same() {
    let service = service();
    let mut first = refreshing(&service);
    let other = Service::default();
    std::mem::swap(&mut *other.platform.db.borrow_mut(), &mut *service.platform.db.borrow_mut());
    let second = keyed(&other, Patch, REFRESH, KEY, "");
    assert_eq!(second.status, 200);
    std::mem::swap(&mut *other.platform.db.borrow_mut(), &mut *service.platform.db.borrow_mut());
    assert_eq!(told(&first.poll().expect("an answer")), told(&second));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1);
}

#[test]
fn a_call_that_is_dropped_leaves_and_the_next_one_is_made() {
    let service = service();
    drop(refreshing(&service));
    assert_eq!(keyed(&service, Patch, REFRESH, KEY, "").status, 200);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1);
}

#[test]
fn a_call_that_is_never_polled_again_is_over_in_time() {
    let service = service();
    std::mem::forget(refreshing(&service));
    service.platform.now.set(NOW + OVER - 1);
    assert_eq!(keyed(&service, Patch, REFRESH, KEY, "").status, 409);
    service.platform.now.set(NOW + OVER);
    assert_eq!(keyed(&service, Patch, REFRESH, KEY, "").status, 200);
}
