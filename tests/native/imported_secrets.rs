//! Secrets that were imported as another service's hash: their first use, its limits, and what is left of them.

use mithril_edge::http::Header;
use mithril_edge::http::Method::Get;

use crate::oauth::{CLIENT, CONNECTION, OTHER_CONNECTION};
use crate::secrets::{GRANT, PATH, opens};
use crate::support::platform::NOW;
use crate::support::{Service, mint};

/// bcrypt of "abc" with 64 rounds, from the test vectors of jBCrypt.
const BCRYPT: &str = "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";
/// PBKDF2 of "password" with the salt "salt" and 4096 iterations, by Python's hashlib.
const PBKDF2: &str = "$pbkdf2-sha256$i=4096,l=32$c2FsdA$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o";
const PBKDF2_512: &str = "$pbkdf2-sha512$i=1,l=64$c2FsdA$hn9wzxreAs/zdSWZo6U9xK80x6ZpgVrl1RNVThyM8lLALUcKKFoFAbrZmb/pQ8CPBQI119aLHaVeY/c7YKV/zg";
const STORED: &str = "SELECT group_concat(length(digest) || ' ' || pepper_version || ' ' || hint || ' ' || ifnull(imported_hash, '-'), '; ')
  FROM connection_secrets WHERE connection_id LIKE '%4352'";

/// A service whose client has these imported hashes, and no other secret.
fn service(hashes: &[&str]) -> Service {
    let service = Service::default();
    service.platform.load(&format!("DELETE FROM connection_secrets WHERE connection_id = '{CONNECTION}'"));
    for (at, hash) in hashes.iter().enumerate() {
        add(&service, CONNECTION, at, hash);
    }
    service
}

fn add(service: &Service, connection: &str, at: usize, hash: &str) {
    service.platform.load(&format!(
        "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, imported_hash)
         VALUES ('imported-{connection}-{at}', '{connection}', '{:0>43}', 0, '····', '2026-01-01T00:00:0{at}Z', '{hash}')",
        format!("{at}{}", &connection[connection.len() - 4..])
    ));
}

fn from_address(service: &Service, secret: &str, address: &str) -> u16 {
    let body = format!("grant_type=client_credentials&client_id={CLIENT}&client_secret={secret}");
    let headers = [(Header::ContentType, "application/x-www-form-urlencoded"), (Header::ConnectingIp, address)];
    service.send(mithril_edge::http::Method::Post, "/oauth/token", &headers, &body).status
}

#[test]
fn a_wrong_secret_and_one_that_is_the_hash_itself_is_401_and_changes_nothing() {
    let service = service(&[BCRYPT, PBKDF2]);
    let before = service.dump();
    for secret in ["abd", "passwore", "", BCRYPT, PBKDF2] {
        let status = service.basic("/oauth/token", CLIENT, secret, &GRANT).status;
        assert_eq!(status, 401, "{secret}");
    }
    assert_eq!(service.dump(), before);
}

#[test]
fn a_right_secret_of_another_client_a_blocked_one_or_a_past_time_is_401_without_a_check() {
    for sql in [
        format!(
            "UPDATE connection_secrets SET expires_at = '2026-01-02T00:00:00Z' WHERE connection_id = '{CONNECTION}'"
        ),
        format!("UPDATE clients SET is_blocked = 1 WHERE id = '{CLIENT}'"),
    ] {
        let service = service(&[PBKDF2]);
        service.platform.load(&sql);
        let before = service.dump();
        assert_eq!(service.basic("/oauth/token", CLIENT, "password", &GRANT).status, 401, "{sql}");
        assert_eq!((service.dump(), service.platform.derived.get()), (before, 0), "{sql}");
    }
    let service = service(&[PBKDF2]);
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    assert_eq!(service.basic("/oauth/token", other, "password", &GRANT).status, 401);
    assert_eq!(service.platform.derived.get(), 0);
}

#[test]
fn the_sixth_wrong_secret_in_a_minute_is_429_for_this_address_and_costs_no_check() {
    let service = service(&[PBKDF2]);
    for _ in 0..5 {
        assert_eq!(from_address(&service, "wrong", "203.0.113.1"), 401);
    }
    assert_eq!(from_address(&service, "wrong", "203.0.113.1"), 429);
    assert_eq!(from_address(&service, "password", "203.0.113.1"), 429);
    assert_eq!(service.platform.derived.get(), 5);
    assert_eq!(from_address(&service, "password", "203.0.113.2"), 200, "another address is not limited");
    assert_eq!(from_address(&service, "password", "203.0.113.1"), 200, "what is known by its digest costs no check");
    assert_eq!(from_address(&service, "wrong", "203.0.113.1"), 401, "no imported hash is left");

    let service = self::service(&[PBKDF2]);
    for _ in 0..6 {
        from_address(&service, "wrong", "203.0.113.1");
    }
    service.platform.now.set(NOW + 60);
    assert_eq!(from_address(&service, "password", "203.0.113.1"), 200, "a minute later");
}

#[test]
fn at_most_four_hashes_of_a_client_are_checked() {
    let service = service(&[PBKDF2; 5]);
    assert_eq!(from_address(&service, "wrong", "203.0.113.1"), 401);
    assert_eq!(service.platform.derived.get(), 4);
}

#[test]
fn a_hash_that_costs_too_much_is_never_checked() {
    let service = service(&[
        "$pbkdf2-sha256$i=100001,l=32$c2FsdA$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o",
        "$2a$13$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i",
        "broken",
    ]);
    assert_eq!(opens(&service, "abc"), [401; 3]);
    assert_eq!(service.platform.derived.get(), 0);
}

#[test]
fn the_first_use_replaces_the_hash_by_our_digest_and_the_next_costs_neither_check_nor_trip() {
    for (hash, secret) in [(BCRYPT, "abc"), (PBKDF2, "password"), (PBKDF2_512, "password")] {
        for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oAuth/rest/v2/Token"] {
            let service = service(&[hash]);
            let fields = [GRANT[0], ("token", "x")];
            service.platform.trips.set(0);
            assert_eq!(service.basic(path, CLIENT, secret, &fields).status, 200, "{path} {hash}");
            assert_eq!(service.platform.trips.get(), 2, "{path}");
            assert_eq!(service.sql::<String>(STORED), "43 1 ···· -", "{path} {hash}");
            let checks = service.platform.derived.get();
            service.platform.trips.set(0);
            assert_eq!(service.basic("/oauth/token", CLIENT, secret, &GRANT).status, 200);
            assert!(service.platform.trips.get() <= 2 && service.platform.derived.get() == checks, "{path}");
            service.platform.trips.set(0);
            assert_eq!(service.basic("/oauth/token", CLIENT, secret, &GRANT).status, 200);
            assert_eq!(service.platform.trips.get(), 1, "{path}");
        }
    }
}

#[test]
fn a_trusted_client_proves_itself_with_an_imported_secret_for_a_nonce_too() {
    let service = service(&[PBKDF2]);
    let body = format!(r#"{{"client_id":"{CLIENT}","client_secret":"password"}}"#);
    let headers = [(Header::ContentType, "application/json")];
    let reply = service.send(mithril_edge::http::Method::Post, "/oauth/nonce", &headers, &body);
    assert_eq!((reply.status, service.sql::<String>(STORED).as_str()), (200, "43 1 ···· -"), "{:?}", reply.json);
}

#[test]
fn a_batch_that_is_refused_leaves_the_hash_as_it_was() {
    let service = service(&[PBKDF2]);
    service.platform.load(&format!(
        "UPDATE clients SET settings = '{{\"allowed_grant_types\":[\"authorization_code\"]}}' WHERE id = '{CLIENT}'"
    ));
    let before = service.dump();
    assert_eq!(service.basic("/oauth/token", CLIENT, "password", &GRANT).status, 400);
    assert_eq!(service.dump(), before);
}

#[test]
fn a_secret_that_two_connections_share_is_taken_over_for_the_first_use_only() {
    let service = service(&[PBKDF2]);
    add(&service, OTHER_CONNECTION, 0, PBKDF2);
    assert_eq!(opens(&service, "password"), [200; 3]);
    let left = "SELECT count(*) FROM connection_secrets WHERE imported_hash IS NOT NULL";
    assert_eq!(service.sql::<i64>(left), 1);
}

#[test]
fn a_hash_is_never_shown() {
    let service = service(&[BCRYPT]);
    let reply = service.call(Get, &format!("{PATH}/secrets"), &mint("connection:read"), "");
    assert_eq!((reply.status, &reply.json["data"][0]["hint"]), (200, &serde_json::json!("····")));
    assert!(!reply.text.contains("$2a$"));
}
