//! How many grants a connection may have at Endpoint's address.

use serde_json::json;

use super::*;
use crate::support::platform::NOW;

const ENDPOINT: &str = "/oAuth/rest/v2/Token";
const GRANT: [(&str, &str); 1] = [("grant_type", "client_credentials")];

/// Grants of a connection, one a second up to a second ago, whose refresh tokens were used where `previous` is given.
fn grants(service: &Service, prefix: &str, connection: &str, count: i64, more: &str) {
    let first = NOW - count;
    service.platform.load(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
         INSERT INTO refresh_grants (id, connection_number, scope, digest, grant_iat, grant_exp, {})
         SELECT '{prefix}' || i, (SELECT number FROM connections WHERE id = '{connection}'), 'connection:read', '{prefix}' || i, {first} + i, {NOW} + 1000, {} FROM n",
        more.split('=').next().unwrap(),
        more.split('=').next_back().unwrap()
    ));
}

fn count(service: &Service, condition: &str) -> i64 {
    service.sql(&format!("SELECT count(*) FROM refresh_grants WHERE {condition}"))
}

#[test]
fn beyond_a_hundred_live_grants_the_oldest_unused_one_goes() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let own = format!("connection_number = (SELECT number FROM connections WHERE id = '{CONNECTION}')");
    grants(&service, "unused", CONNECTION, 60, "previous=NULL");
    grants(&service, "used", CONNECTION, 39, "previous='x'");
    grants(&service, "user", CONNECTION, 30, "user_id='user-1'");
    grants(&service, "other", OTHER_CONNECTION, 120, "previous=NULL");
    let ask = || service.basic(ENDPOINT, CLIENT, &secret, &GRANT);
    assert_eq!((ask().status, count(&service, &own)), (200, 130), "the hundredth");
    for gone in 1..=5 {
        service.platform.trips.set(0);
        let reply = ask();
        assert_eq!((reply.status, service.platform.trips.get()), (200, 1));
        assert_eq!(count(&service, &format!("{own} AND user_id IS NULL")), 100);
        let oldest: String =
            service.sql("SELECT id FROM refresh_grants WHERE id LIKE 'unused%' ORDER BY grant_iat LIMIT 1");
        assert_eq!(oldest, format!("unused{gone}"));
        let refresh =
            [("grant_type", "refresh_token"), ("refresh_token", reply.json["refresh_token"].as_str().unwrap())];
        assert_eq!(service.basic(ENDPOINT, CLIENT, &secret, &refresh).status, 200, "the new one lives");
    }
    for (kind, all) in [("used%", 39), ("user%", 30), ("other%", 120)] {
        assert_eq!(count(&service, &format!("id LIKE '{kind}'")), all, "{kind}");
    }
    assert_eq!(
        service.sql::<i64>("SELECT count(*) FROM audit WHERE action LIKE 'grant.%'"),
        0,
        "there was one within the day"
    );
}

#[test]
fn an_overfull_connection_of_before_grows_no_more() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    grants(&service, "unused", CONNECTION, 700, "previous=NULL");
    assert_eq!(service.basic(ENDPOINT, CLIENT, &secret, &GRANT).status, 200);
    assert_eq!(count(&service, "1"), 700);
}

#[test]
fn grants_that_nobody_refreshed_for_a_day_end_with_the_next() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let ask = || service.basic(ENDPOINT, CLIENT, &secret, &GRANT);
    let (first, second) = (ask(), ask());
    grants(&service, "used", CONNECTION, 3, "previous='x'");
    grants(&service, "user", CONNECTION, 3, "user_id='user-1'");
    grants(&service, "other", OTHER_CONNECTION, 3, "previous=NULL");
    service.platform.now.set(NOW + 86_400);
    assert_eq!((ask().status, count(&service, "1")), (200, 12), "it is not a day old yet");
    service.platform.now.set(NOW + 86_401);
    assert_eq!((ask().status, count(&service, "1")), (200, 11), "it took the place of one, and the other ended");
    assert_eq!(count(&service, "length(id) < 12"), 9, "those that the test has made itself");
    let refresh = |reply: &Reply| {
        let token = reply.json["refresh_token"].as_str().unwrap();
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        service.basic(ENDPOINT, CLIENT, &secret, &fields).status
    };
    assert_eq!([refresh(&first), refresh(&second)], [400; 2]);
}

#[test]
fn only_the_first_grant_of_a_connection_in_a_day_has_an_audit_row() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let ask = || service.basic(ENDPOINT, CLIENT, &secret, &GRANT).status;
    assert_eq!([ask(), ask(), ask()], [200; 3]);
    assert_eq!(service.audited(), "grant.create");
    let named =
        "SELECT count(*) FROM audit JOIN refresh_grants ON subject = 'grant/' || refresh_grants.id WHERE fields = '[]'";
    assert_eq!(service.sql::<i64>(named), 1);
    service.platform.now.set(NOW + 86_401);
    assert_eq!([ask(), ask()], [200; 2]);
    assert_eq!(service.audited(), "grant.create,grant.create");
}

#[test]
fn however_a_grant_ends_it_no_longer_counts() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let ask = || service.basic(ENDPOINT, CLIENT, &secret, &GRANT);
    let agrees = |what: &str| {
        let wrong = "SELECT count(*) FROM connections WHERE own_grants <> (SELECT count(*) FROM refresh_grants
            WHERE connection_number = number AND user_id IS NULL)";
        assert_eq!(service.sql::<i64>(wrong), 0, "{what}");
    };
    grants(&service, "user", CONNECTION, 3, "user_id='user-1'");
    let token = |reply: &Reply| reply.json["refresh_token"].as_str().unwrap().to_owned();
    let (one, two) = (token(&ask()), token(&ask()));
    agrees("kept");
    assert_eq!(service.basic("/oauth/revoke", CLIENT, &secret, &[("token", &one)]).status, 200);
    agrees("revoked");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", two.as_str())];
    assert_eq!(service.basic(ENDPOINT, CLIENT, &secret, &fields).status, 200);
    service.platform.now.set(NOW + 100);
    assert_eq!(service.basic(ENDPOINT, CLIENT, &secret, &fields).status, 400);
    agrees("used again");
    assert_eq!((ask().status, count(&service, "user_id IS NULL")), (200, 1));
    service.platform.now.set(NOW + 8_000_000);
    pollster::block_on(mithril_edge::health::housekeeping::run(&service.app.settings, &service.platform));
    assert_eq!(count(&service, "1"), 0);
    agrees("purged");
    assert_eq!(ask().status, 200);
    service.platform.load(&format!("DELETE FROM connections WHERE id = '{CONNECTION}'"));
    agrees("deleted");
}

#[test]
fn a_hundred_in_use_stay_and_one_more_is_refused() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    grants(&service, "used", CONNECTION, 100, "previous='x'");
    let before = service.dump();
    let reply = service.basic(ENDPOINT, CLIENT, &secret, &GRANT);
    let why = "The connection has 100 refresh tokens in use: revoke one first.";
    assert_eq!((reply.status, &reply.json["error"]), (400, &json!("invalid_request")));
    assert_eq!(reply.json["error_description"], why);
    assert_eq!(count(&service, "1"), 100);
    assert_eq!(
        service.dump().iter().filter(|row| row.starts_with("refresh_grants") || row.starts_with("audit ")).count(),
        before.iter().filter(|row| row.starts_with("refresh_grants") || row.starts_with("audit ")).count()
    );
    assert_eq!(service.token(CLIENT, &secret).split('.').count(), 3, "other addresses are not concerned");
    service.platform.now.set(NOW + 1000);
    assert_eq!(service.basic(ENDPOINT, CLIENT, &secret, &GRANT).status, 200, "those that ended do not count");
}

#[test]
fn a_refused_request_ends_no_grant() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    grants(&service, "unused", CONNECTION, 120, "previous=NULL");
    let too_much = [GRANT[0], ("scope", "role:read")];
    assert_eq!(service.basic(ENDPOINT, CLIENT, &secret, &too_much).json["error"], "invalid_scope");
    assert_eq!(service.basic(ENDPOINT, CLIENT, "mes_wrong", &GRANT).json["error"], "invalid_client");
    assert_eq!(count(&service, "1"), 120);
}
