//! When the database does not answer, or a defect of ours shows: 503 and 500, and what they say.

use mithril_edge::http::Method;
use mithril_edge::ports::DbError;
use serde_json::{Value, json};

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
        // The next one is answered.
        assert_eq!(service.call(call.0, call.1, &mint(call.2), call.3).status, 200);
    }
    let (_, reply) = failing(&error, (Method::Delete, PERMISSION, "AccessUser:Delete", ""));
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
    assert_eq!(reply.json["StatusCode"], 503);
    assert_eq!(reply.json["Errors"], json!(["The service is temporarily unavailable. Try again later."]));
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
