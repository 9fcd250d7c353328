//! What the cron trigger does: it seals the audit and deletes what has expired.

use mithril_edge::db::error::DbError;
use mithril_edge::health::housekeeping;
use serde_json::{Value, json};

use crate::audit::{rows, wait};
use crate::support::platform::NOW;
use crate::support::routes::service;

#[test]
fn housekeeping_deletes_what_has_expired_and_says_what_it_did() {
    let service = service();
    rows(&service, 2);
    service.platform.load(&format!(
        "INSERT INTO revoked_tokens (jti, token_exp) VALUES ('old', {NOW} - 601), ('new', {NOW} - 599);
         INSERT INTO used_assertions (digest, assertion_exp) VALUES ('old', {NOW} - 601), ('new', {NOW} - 599);
         INSERT INTO refresh_grants (id, connection_number, scope, digest, grant_iat, grant_exp)
           SELECT 'old', number, 'a', 'x', 0, {NOW} - 86401 FROM connections LIMIT 1;
         INSERT INTO refresh_grants (id, connection_number, scope, digest, grant_iat, grant_exp)
           SELECT 'new', number, 'a', 'y', 0, {NOW} FROM connections LIMIT 1;
         INSERT INTO authorization_codes (digest, connection_id, user_id, scope, redirect_uri, code_iat, code_exp)
           SELECT 'old', id, 'u', 'a', 'https://a.test', 0, {NOW} - 86401 FROM connections LIMIT 1;
         INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, expires_at)
           SELECT 'old', id, '{}', 1, 'abcd', '2024-01-01T00:00:00Z', '2026-09-20T14:13:19Z' FROM connections LIMIT 1",
        "Z".repeat(43)
    ));
    let secrets = service.sql::<i64>("SELECT count(*) FROM connection_secrets");
    wait(housekeeping::run(&service.app.settings, &service.platform));
    let head: String = service.sql("SELECT '2:' || hash FROM audit_head");
    let line: Value = serde_json::from_str(service.platform.log.borrow().last().unwrap()).unwrap();
    let expected = json!({ "event": "housekeeping", "sealed": 2, "head": head, "behind": false, "purged": 5 });
    assert_eq!(line, expected);
    assert_eq!(service.sql::<String>("SELECT group_concat(jti) FROM revoked_tokens"), "new");
    assert_eq!(service.sql::<String>("SELECT group_concat(digest) FROM used_assertions"), "new");
    assert_eq!(service.sql::<String>("SELECT group_concat(id) FROM refresh_grants"), "new");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM authorization_codes"), 0);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connection_secrets"), secrets - 1);
}

#[test]
fn housekeeping_that_fails_says_so_and_does_the_rest() {
    let service = service();
    rows(&service, 2);
    service.platform.load(&format!("INSERT INTO revoked_tokens (jti, token_exp) VALUES ('old', {NOW} - 601)"));
    *service.platform.fault.borrow_mut() = Some(DbError::Unavailable("Network connection lost".to_owned()));
    service.platform.failing.set(1);
    wait(housekeeping::run(&service.app.settings, &service.platform));
    let line: Value = serde_json::from_str(service.platform.log.borrow().last().unwrap()).unwrap();
    assert_eq!((&line["event"], &line["purged"]), (&json!("housekeeping_failed"), &json!(1)));
    assert_eq!(line["causes"], json!(["seal: Network connection lost"]));
    wait(housekeeping::run(&service.app.settings, &service.platform));
    assert_eq!(service.sql::<i64>("SELECT seq FROM audit_head"), 2);
}
