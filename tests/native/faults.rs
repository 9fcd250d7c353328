//! When the database does not answer, or a defect of ours shows: 503 and 500, and what they say.

use mithril_edge::db::error::DbError;
use mithril_edge::http::Method;
use serde_json::{Value, json};

use crate::support::tokens::mint_as;
use crate::support::{Reply, Service, mint};

const CONNECTION: &str =
    "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352";
const REFRESH: &str = "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352/actions/refresh_secret";
const ROLE: &str = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
const PERMISSION: &str = "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/Permission/4711";

const MITHRIL: [(Method, &str, &str, &str); 4] = [
    (Method::Delete, CONNECTION, "connection:delete", ""),
    (Method::Patch, CONNECTION, "connection:write", r#"{"redirect_uri":"https://a.test"}"#),
    (Method::Patch, REFRESH, "connection:refresh_secret", ""),
    (Method::Get, ROLE, "role:read", ""),
];

fn failing(error: &DbError, (method, path, scope, body): (Method, &str, &str, &str)) -> (Service, Reply) {
    let service = Service::default();
    *service.platform.fault.borrow_mut() = Some(error.clone());
    let reply = service.call(method, path, &mint(scope), body);
    (service, reply)
}

fn line(service: &Service) -> Value {
    serde_json::from_str(service.platform.log.borrow().last().unwrap()).unwrap()
}

#[test]
fn a_database_out_of_reach_is_503_with_retry_after_and_changes_nothing() {
    let error = DbError::Unavailable("Network connection lost: node 17".to_owned());
    for call in MITHRIL {
        let (service, reply) = failing(&error, call);
        assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")), "{}", call.1);
        let text = json!({ "type": "internal_error", "message": "Service is temporarily unavailable." });
        assert_eq!((&reply.json["error"], &reply.json["meta"]["code"]), (&text, &json!(503)));
        assert_eq!(line(&service)["code"], "unavailable");
        assert_eq!(line(&service)["cause"], "Network connection lost: node 17");
        assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
        // Once it is back, the same call is answered.
        *service.platform.fault.borrow_mut() = None;
        assert_eq!(service.call(call.0, call.1, &mint(call.2), call.3).status, 200);
    }
    let (_, reply) = failing(&error, (Method::Delete, PERMISSION, "AccessUser:Delete", ""));
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
    assert_eq!(reply.json["StatusCode"], 503);
    assert_eq!(reply.json["Errors"], json!(["The service is temporarily unavailable. Try again later."]));
}

/// What round trips a call makes when so many of its first ones fail, and how it is answered.
fn attempts(failing: u32, error: &DbError, (method, path, scope, body): (Method, &str, &str, &str)) -> (u16, u32) {
    let service = Service::default();
    *service.platform.fault.borrow_mut() = Some(error.clone());
    service.platform.failing.set(failing);
    let reply = service.call(method, path, &mint(scope), body);
    assert_eq!(line(&service)["d1"], service.platform.trips.get(), "the log counts attempts");
    (reply.status, service.platform.trips.get())
}

const READS: [(Method, &str, &str, &str); 3] = [
    (Method::Get, ROLE, "role:read", ""),
    (Method::Get, "/Endpoint/rest/api/v1/AccessGroup/GROUP-A", "AccessManager:Read", ""),
    // A body that is refused: the gate alone is asked.
    (Method::Patch, CONNECTION, "connection:write", "{"),
];

fn lost() -> DbError {
    DbError::Unavailable("D1_ERROR: Network connection lost.".to_owned())
}

#[test]
fn a_read_that_was_not_answered_is_asked_once_more_and_no_oftener() {
    for call in READS {
        let (answered, trips) = attempts(0, &lost(), call);
        assert_eq!((attempts(1, &lost(), call), trips), ((answered, 2), 1), "{}", call.1);
        assert_eq!(attempts(2, &lost(), call), (503, 2), "{}", call.1);
        assert_eq!(attempts(1, &DbError::Other("no such table".to_owned()), call), (500, 1), "a defect stays one");
    }
}

#[test]
fn a_change_that_was_not_answered_is_never_asked_again() {
    for call in MITHRIL.iter().filter(|call| call.0 != Method::Get) {
        assert_eq!(attempts(1, &lost(), *call), (503, 1), "{}", call.1);
    }
    assert_eq!(attempts(1, &lost(), (Method::Delete, PERMISSION, "AccessUser:Delete", "")), (503, 1));
}

#[test]
fn those_who_failed_together_do_not_come_back_together() {
    let mut pauses: Vec<u32> = (0..64)
        .map(|_| {
            let service = Service::default();
            *service.platform.fault.borrow_mut() = Some(lost());
            service.call(Method::Get, ROLE, &mint("role:read"), "");
            service.platform.pauses.take()
        })
        .inspect(|pauses| assert_eq!(pauses.len(), 1))
        .map(|pauses| pauses[0])
        .collect();
    assert!(pauses.iter().all(|pause| (20..=83).contains(pause)), "{pauses:?}");
    pauses.sort_unstable();
    pauses.dedup();
    assert!(pauses.len() > 10, "{pauses:?}");
}

#[test]
fn with_the_database_out_of_reach_nobody_is_let_in() {
    let service = Service::default();
    let revoked = mint("role:read");
    assert_eq!(service.call(Method::Get, ROLE, &revoked, "").status, 200);
    *service.platform.fault.borrow_mut() = Some(lost());
    // A client of which the database has said nothing here meets no cached role.
    let stranger = mint_as("MITHRIL ADMIN", "another", "role:read");
    assert_eq!(service.call(Method::Get, ROLE, &stranger, "").status, 503);
    // One that it has seen is let through for what is left of the minute, and no longer.
    service.platform.now.set(service.platform.now.get() + 59);
    assert_eq!(service.call(Method::Get, ROLE, &revoked, "").status, 200);
    service.platform.now.set(service.platform.now.get() + 1);
    assert_eq!(service.call(Method::Get, ROLE, &revoked, "").status, 503);
}

#[test]
fn a_defect_is_500_without_a_word_of_its_cause() {
    let secret = "near \"SELEC\": syntax error in secret_table";
    for error in [DbError::Other(secret.to_owned()), DbError::Unique("secret_table.x".to_owned()), DbError::ForeignKey]
    {
        for call in MITHRIL {
            let (service, reply) = failing(&error, call);
            assert_eq!((reply.status, reply.header("retry-after")), (500, None), "{error:?} {}", call.1);
            let text = json!({ "type": "internal_error", "message": "Internal server error." });
            assert_eq!(reply.json["error"], text);
            assert_eq!(line(&service)["code"], "internal");
            assert!(line(&service)["cause"].is_string());
        }
        let (_, reply) = failing(&error, (Method::Delete, PERMISSION, "AccessUser:Delete", ""));
        assert_eq!((reply.status, &reply.json["Type"]), (500, &json!("/Errors/Internal Server Error")));
        assert!(!reply.json.to_string().contains("secret_table"));
    }
}

#[test]
fn whatever_the_cache_holds_a_role_is_answered_as_the_database_has_it() {
    let mut service = Service::default();
    let told = service.call(Method::Get, ROLE, &mint("role:read"), "").json["data"].clone();
    let key = format!("role/{}", ROLE.rsplit('/').next().unwrap());
    let now = service.platform.now.get();
    let forged = r#"{"name":"root","scope":"everything:write","id":"role-1"}"#;
    for stored in [
        None,
        Some(String::new()),
        Some("-".to_owned()),
        Some("null".to_owned()),
        Some("\u{fffd}\u{0}".to_owned()),
        Some(format!("{now}")),
        Some(format!("{now} ")),
        Some(format!("{now} {}", &forged[..20])),
        Some(format!("{now} [1]")),
        Some(format!("{now} \"text\"")),
        Some(format!("soon {forged}")),
        Some(format!("{} {forged}", now - 60)),
        Some(format!("{} {forged}", now + 1)),
    ] {
        service.restart();
        service.platform.cache.borrow_mut().clear();
        if let Some(text) = &stored {
            service.platform.cache.borrow_mut().insert(key.clone(), text.clone());
        }
        let token = mint("role:read");
        // Seen alive by another read, so that only the copy stands between the caller and the database.
        service.call(Method::Get, "/admin/roles/role-unknown", &token, "");
        let reply = service.call(Method::Get, ROLE, &token, "");
        assert_eq!((reply.status, &reply.json["data"]), (200, &told), "{stored:?}");
    }
}

#[test]
fn whatever_the_cache_holds_of_a_client_type_a_foreign_client_stays_foreign() {
    let now = Service::default().platform.now.get();
    for stored in ["", "any", " any", "-1 any", "any any", "0 any", "x", "\u{0}"] {
        foreign(stored.to_owned());
    }
    for as_of in [now - 60, now + 1, i64::MAX, i64::MIN] {
        foreign(format!("{as_of} any"));
    }
    foreign(format!("{now} Any"));
    foreign(format!("{now} any "));
    foreign(format!("{now}  any"));
}

fn foreign(stored: String) {
    let service = Service::default();
    service.platform.cache.borrow_mut().insert("client-type-context/MSP".to_owned(), stored.clone());
    let token = mint_as("MSP", "2480df72-275a-11e7-93ae-92361f002672", "connection:delete");
    assert_eq!(service.call(Method::Delete, CONNECTION, &token, "").status, 403, "{stored:?}");
}

#[test]
fn an_answer_that_is_not_the_gates_is_a_defect_and_lets_nobody_in() {
    let service = Service::default();
    service.platform.load("ALTER TABLE client_types RENAME COLUMN context TO scope_of_action;");
    let reply = service.call(Method::Delete, CONNECTION, &mint("connection:delete"), "");
    assert_eq!(reply.status, 500);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connections"), 4);
}

#[test]
fn messages_of_sqlite_and_d1_are_sorted() {
    let unique = |column: &str| DbError::Unique(column.to_owned());
    for (message, expected) in [
        ("UNIQUE constraint failed: roles.name", unique("roles.name")),
        ("D1_ERROR: UNIQUE constraint failed: roles.name: SQLITE_CONSTRAINT", unique("roles.name")),
        (
            "D1_ERROR: UNIQUE constraint failed: connections.client_id, connections.consumer_id: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
            unique("connections.client_id"),
        ),
        ("FOREIGN KEY constraint failed", DbError::ForeignKey),
        ("D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT", DbError::ForeignKey),
    ] {
        assert_eq!(DbError::classify(message), expected);
    }
    for passing in [
        "D1 query timed out after 3000 ms",
        "D1_ERROR: Failed to parse body as JSON, got: Too many requests",
        "internal error; reference = 0123456789abcdef",
        "D1_ERROR: Network connection lost.",
        "D1_ERROR: Internal error in D1 DB storage caused object to be reset.",
        "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
        "D1_ERROR: D1 DB reset because its code was updated.",
        "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
        "D1_ERROR: D1 is overloaded. Too many requests queued.",
        "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
        "D1_ERROR: Error while starting up D1 DB storage caused object to be reset.",
    ] {
        assert_eq!(DbError::classify(passing), DbError::Unavailable(passing.to_owned()));
    }
    for defect in [
        "D1_ERROR: no such table: roles: SQLITE_ERROR",
        "CHECK constraint failed: hint",
        "NOT NULL constraint failed: roles.name",
        "",
    ] {
        assert_eq!(DbError::classify(defect), DbError::Other(defect.to_owned()));
    }
}
