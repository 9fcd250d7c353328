//! Idempotency keys when an answer is lost, a row is not to be seen, or a seal does not open.

use base64ct::{Base64UrlUnpadded, Encoding};
use mithril_edge::db::error::DbError;
use mithril_edge::http::Header::IdempotencyKey;
use mithril_edge::http::Method::{Patch, Put};
use mithril_edge::memory::App;
use mithril_edge::routes::Operation;
use mithril_edge::settings::RawSettings;
use serde_json::{Value, json};

use crate::idempotency::{KEY, NEW_ROLE, REFRESH, ROLE, SCOPE, again, changes, filled, keyed, told};
use crate::support::routes::{CLINIC, service, whole_service};
use crate::support::tokens;
use crate::support::tokens::{Signer, sign};

fn peppered(versions: &[u8]) -> RawSettings {
    let pepper = |version: &u8| json!({ "version": version, "key": Base64UrlUnpadded::encode_string(&[*version; 32]) });
    let secret_peppers = Some(Value::from(versions.iter().map(pepper).collect::<Vec<_>>()).to_string());
    RawSettings { secret_peppers, ..tokens::settings() }
}

#[test]
fn a_secret_lies_sealed_by_a_pepper_and_for_its_key_alone() {
    let mut service = service();
    service.app = App::new(&peppered(&[1]));
    let first = keyed(&service, Patch, REFRESH, KEY, "");
    let secret = first.json["data"]["secret"].as_str().expect("a secret");
    let sealed: String = service.sql("SELECT secret FROM idempotency_keys");
    assert!(sealed.starts_with("1.") && !service.dump().iter().any(|row| row.contains(&secret[..20])));
    keyed(&service, Patch, REFRESH, "other", "");
    assert_eq!(service.sql::<i64>("SELECT count(DISTINCT secret) FROM idempotency_keys"), 2);

    // A rotated pepper still opens it, while it is there.
    service.app = App::new(&peppered(&[2, 1]));
    assert_eq!(told(&keyed(&service, Patch, REFRESH, KEY, "")), told(&first));
    service.app = App::new(&peppered(&[2]));
    let gone = keyed(&service, Patch, REFRESH, KEY, "");
    let message = "The answer under this idempotency key can no longer be read.";
    assert_eq!((gone.status, &gone.json["error"]["message"]), (409, &json!(message)));

    // Another row's, and one that was changed, open nothing and say nothing.
    service.app = App::new(&peppered(&[1]));
    for damage in [
        "CREATE TABLE copies AS SELECT id, secret FROM idempotency_keys;
         UPDATE idempotency_keys SET secret = (SELECT copies.secret FROM copies WHERE copies.id <> idempotency_keys.id);
         DROP TABLE copies",
        "UPDATE idempotency_keys SET secret = substr(secret, 1, length(secret) - 1) || iif(secret GLOB '*A', 'Q', 'A')",
        "UPDATE idempotency_keys SET secret = '1.x'",
    ] {
        service.platform.load(damage);
        let reply = keyed(&service, Patch, REFRESH, KEY, "");
        assert_eq!(
            (reply.status, &reply.json["error"]["message"]),
            (500, &json!("Internal server error.")),
            "{damage}"
        );
    }
}

#[test]
fn a_lost_answer_is_asked_for_once_more_and_is_the_first_ones() {
    for example in changes() {
        let place = format!("{} {}", example.route.method.as_str(), example.path);
        let service = if example.route.operation == Operation::AuthorizeApp { filled() } else { whole_service() };
        service.platform.lost.set(1);
        let answered = again(&service, &example, KEY);
        // The batch, the batch again, and what the first one left.
        assert_eq!((answered.status, service.platform.trips.get()), (example.status, 3), "{place}: {}", answered.text);
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1, "{place}");
        let pauses = service.platform.pauses.borrow().clone();
        assert!(pauses.len() == 1 && (20..=83).contains(&pauses[0]), "{place}");
        let repeated = again(&service, &example, KEY);
        assert_eq!((&repeated.headers, &repeated.text), (&answered.headers, &answered.text), "{place}");
    }
}

/// A client that replaces the secret it came in by: its token ends with the change.
#[test]
fn a_lost_answer_to_a_change_that_ended_the_callers_token_is_still_his_and_a_later_repeat_is_401() {
    let service = service();
    let claims = json!({
        "client_id": CLINIC, "client_type": "MSP", "connection_id": "e5372365-d47a-467f-81d0-f35117864352", "scope": SCOPE,
    });
    let token = sign(Signer::Own, json!({}), claims);
    service.platform.lost.set(1);
    let answered = service.call_with(Patch, REFRESH, &token, &[(IdempotencyKey, KEY)], "");
    assert_eq!((answered.status, service.platform.trips.get()), (200, 4), "{}", answered.text);
    let digest: String = service
        .sql("SELECT digest FROM connection_secrets WHERE connection_id = 'e5372365-d47a-467f-81d0-f35117864352'");
    let secret = answered.json["data"]["secret"].as_str().expect("a secret");
    assert_eq!(service.app.settings.peppers[0].digest(secret), digest);
    let stored = service.dump();
    for key in [KEY, "another"] {
        service.platform.lost.set(1);
        assert_eq!(service.call_with(Patch, REFRESH, &token, &[(IdempotencyKey, key)], "").status, 401);
        service.platform.lost.set(0);
    }
    assert_eq!(service.dump(), stored);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1);
}

#[test]
fn a_change_that_was_not_reached_twice_is_503_and_a_later_repeat_finds_what_was_done() {
    let service = service();
    let fault = DbError::Unavailable("Network connection lost.".to_owned());
    *service.platform.fault.borrow_mut() = Some(fault);
    let reply = keyed(&service, Patch, REFRESH, KEY, "");
    assert_eq!((reply.status, reply.header("retry-after"), service.platform.trips.get()), (503, Some("1"), 2));
    service.platform.fault.take();
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
    // Done, and neither the answer nor the second attempt's comes through.
    service.platform.lost.set(1);
    service.platform.load("CREATE TRIGGER refuse BEFORE INSERT ON idempotency_keys WHEN EXISTS (SELECT 1 FROM idempotency_keys) BEGIN SELECT RAISE(ABORT, 'D1 DB is overloaded'); END;");
    assert_eq!(keyed(&service, Patch, REFRESH, KEY, "").status, 503);
    service.platform.load("DROP TRIGGER refuse");
    let digest: String = service
        .sql("SELECT digest FROM connection_secrets WHERE connection_id = 'e5372365-d47a-467f-81d0-f35117864352'");
    let found = keyed(&service, Patch, REFRESH, KEY, "");
    let secret = found.json["data"]["secret"].as_str().expect("the secret of the first");
    assert_eq!(service.app.settings.peppers[0].digest(secret), digest);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1);
}

#[test]
fn a_key_whose_row_is_not_to_be_seen_is_409() {
    let service = service();
    *service.platform.fault.borrow_mut() = Some(DbError::Unique("idempotency_keys.id".to_owned()));
    service.platform.failing.set(1);
    let reply = keyed(&service, Put, ROLE, KEY, NEW_ROLE);
    let error =
        json!({ "type": "request_conflict", "message": "The first call under this idempotency key has not ended." });
    assert_eq!((reply.status, &reply.json["error"], reply.header("retry-after")), (409, &error, Some("1")));
    assert_eq!(keyed(&service, Put, ROLE, KEY, NEW_ROLE).status, 200);
}
