//! What is written of a secret's use: its time, and its digest under the current pepper. As a client's secret and as the
//! api-key of its consumer.

use base64ct::{Base64UrlUnpadded, Encoding};
use mithril_edge::http::Header;
use mithril_edge::http::Method;
use mithril_edge::http::Method::{Get, Patch};
use mithril_edge::memory::App;
use mithril_edge::settings::RawSettings;
use serde_json::{Value, json};

use crate::oauth::{CLIENT, CONNECTION, OTHER_CONNECTION};
use crate::plans::slow_steps;
use crate::secrets::{GRANT, PATH, opens, refreshed};
use crate::support::Service;
use crate::support::platform::NOW;
use crate::support::routes::MIS;
use crate::support::tokens;
use crate::support::tokens::mint_as;

/// An isolate with these peppers, the first of which is current.
fn isolate(versions: &[u8], rule: Option<&str>) -> App {
    let key = |version: u8| Base64UrlUnpadded::encode_string(&[version + 6; 32]);
    let list = versions.iter().map(|version| json!({ "version": version, "key": key(*version) }));
    let secret_peppers = Some(list.collect::<Value>().to_string());
    App::new(&RawSettings { secret_peppers, api_key_rule: rule.map(str::to_owned), ..tokens::settings() })
}

fn with_key(service: &Service, method: Method, path: &str, token: &str, key: &str) -> u16 {
    let authorization = format!("Bearer {token}");
    service.send(method, path, &[(Header::Authorization, &authorization), (Header::ApiKey, key)], "").status
}

#[test]
fn a_use_is_written_once_a_day_and_never_for_who_is_not_proved() {
    let mut service = Service::default();
    let secret = refreshed(&service, "");
    let last = |service: &Service| {
        service.sql::<Option<String>>("SELECT last_used_at FROM connection_secrets WHERE connection_id LIKE '%4352'")
    };
    let changes = |service: &Service| service.sql::<i64>("SELECT total_changes()");
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    assert_eq!(service.basic("/oauth/token", other, &secret, &GRANT).status, 401);
    assert_eq!(service.basic("/oAuth/rest/v2/Token", other, &secret, &GRANT).status, 401);
    assert_eq!(service.basic("/oauth/token", CLIENT, "wrong", &GRANT).status, 401);
    assert_eq!(last(&service), None);

    service.platform.trips.set(0);
    service.token(CLIENT, &secret);
    assert_eq!((last(&service).as_deref(), service.platform.trips.get()), (Some("2026-09-21T14:13:20Z"), 1));
    service.platform.now.set(NOW + 82_799);
    // The first answer after the minute of the refusals writes their number.
    service.send(Method::Get, "/healthz", &[], "");
    let before = changes(&service);
    service.token(CLIENT, &secret);
    // Nor from another isolate.
    service.restart();
    service.token(CLIENT, &secret);
    assert_eq!(changes(&service), before);
    service.restart();
    service.platform.now.set(NOW + 82_800);
    service.token(CLIENT, &secret);
    assert_eq!(last(&service).as_deref(), Some("2026-09-22T13:13:20Z"), "so a daily use is never a day old");
}

#[test]
fn the_use_of_an_old_secret_is_written_once_an_hour() {
    let mut service = Service::default();
    let secret = refreshed(&service, "");
    refreshed(&service, r#"{"grace_period":604800}"#);
    let last = |service: &Service| service.sql::<Option<String>>("SELECT max(last_used_at) FROM connection_secrets");
    for (after, noted) in [
        (0, "2026-09-21T14:13:20Z"),
        (3599, "2026-09-21T14:13:20Z"),
        (3600, "2026-09-21T15:13:20Z"),
        (7199, "2026-09-21T15:13:20Z"),
    ] {
        service.restart();
        service.platform.now.set(NOW + after);
        service.token(CLIENT, &secret);
        assert_eq!(last(&service).as_deref(), Some(noted), "after {after} s");
    }
}

#[test]
fn an_isolate_that_wrote_a_use_asks_without_a_transaction() {
    let service = Service::default();
    let secret = refreshed(&service, "");
    service.token(CLIENT, &secret);
    service.platform.statements.borrow_mut().clear();
    service.token(CLIENT, &secret);
    assert_eq!(service.platform.statements.borrow().len(), 1);
}

#[test]
fn a_use_keys_a_secret_anew_under_the_current_pepper() {
    let mut service = Service::default();
    let secret = refreshed(&service, "");
    let token = service.token(CLIENT, &secret);
    let version = |service: &Service| {
        service.sql::<i64>("SELECT pepper_version FROM connection_secrets WHERE connection_id LIKE '%4352'")
    };
    // The new pepper is known everywhere before it is current anywhere.
    service.app = isolate(&[1, 2], None);
    service.token(CLIENT, &secret);
    assert_eq!(version(&service), 1);
    service.app = isolate(&[2, 1], None);
    let fields = [("token", token.as_str())];
    let told = service.basic("/oauth/introspect", CLIENT, &secret, &fields);
    assert_eq!((&told.json["active"], version(&service)), (&json!(true), 2), "any use, a day or not");
    service.app = isolate(&[2], None);
    assert_eq!(opens(&service, &secret), [200; 3]);
    service.app = isolate(&[1], None);
    assert_eq!(opens(&service, &secret), [401; 3]);
}

/// The service with a key of the clinic's consumer, and its broker's settings.
fn with_api_key(rule: &str) -> (Service, String) {
    let mut service = Service::default();
    service.platform.load(&format!(
        "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
           VALUES ('of-mis', '{MIS}', '{MIS}', 'https://mis.test', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z');
         UPDATE clients SET priv_settings = '{{\"access_type\":\"DIRECT\",\"broker_scope\":\"connection:read connection:write connection:refresh_secret\"}}'
           WHERE id = '{MIS}'"
    ));
    let key = service.secret(MIS, "of-mis");
    service.app = isolate(&[1], Some(rule));
    (service, key)
}

const KEY: &str = "SELECT last_used_at || ' ' || pepper_version FROM connection_secrets WHERE connection_id = 'of-mis'";

#[test]
fn an_api_key_counts_until_it_expires_and_its_use_is_written() {
    let refresh_path = format!("{PATH}/actions/refresh_secret");
    let refreshing = mint_as("MSP", CLIENT, "connection:refresh_secret");
    let reading = mint_as("MSP", CLIENT, "connection:read");
    for (rule, method, path, token) in [
        ("refresh", Patch, refresh_path.as_str(), &refreshing),
        ("broker", Patch, refresh_path.as_str(), &refreshing),
        ("broker", Get, PATH, &reading),
    ] {
        let (mut service, key) = with_api_key(rule);
        assert_eq!(with_key(&service, method, path, token, "wrong"), 401, "{rule} {path}");
        assert_eq!(service.sql::<Option<String>>(KEY), None);
        service.app = isolate(&[2, 1], Some(rule));
        service.platform.trips.set(0);
        assert_eq!(with_key(&service, method, path, token, &key), 200, "{rule} {path}");
        assert_eq!(
            (service.sql::<String>(KEY), service.platform.trips.get()),
            ("2026-09-21T14:13:20Z 2".to_owned(), 1)
        );
        assert_eq!(slow_steps(&service), Vec::<String>::new());
        let before: i64 = service.sql("SELECT total_changes()");
        if method == Get {
            assert_eq!(with_key(&service, method, path, token, &key), 200);
            assert_eq!(service.sql::<i64>("SELECT total_changes()"), before);
        }
        service
            .platform
            .load("UPDATE connection_secrets SET expires_at = '2026-09-21T14:13:20Z' WHERE connection_id = 'of-mis'");
        assert_eq!(with_key(&service, method, path, token, &key), 401, "{rule} {path}");
        service.platform.now.set(NOW - 1);
        assert_eq!(with_key(&service, method, path, token, &key), 200, "a second before its end");
    }
}

#[test]
fn a_refused_refresh_writes_no_use_of_the_key() {
    let (mut service, key) = with_api_key("refresh");
    let token = mint_as("MSP", CLIENT, "connection:refresh_secret");
    let own = PATH.replace(CONNECTION, OTHER_CONNECTION);
    service.app = isolate(&[1], None);
    let foreign = service.secret("2480df72-275a-11e7-93ae-92361f002672", "e5372365-d47a-467f-81d0-f35117864354");
    service.app = isolate(&[1], Some("refresh"));
    assert_eq!(with_key(&service, Patch, &format!("{PATH}/actions/refresh_secret"), &token, &foreign), 403);
    assert_eq!(with_key(&service, Patch, &format!("{own}x/actions/refresh_secret"), &token, &key), 404);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connection_secrets WHERE last_used_at IS NOT NULL"), 0);
}

#[test]
fn a_refresh_without_a_key_that_its_rule_asks_for_changes_nothing() {
    let (service, _key) = with_api_key("refresh");
    let path = format!("{PATH}/actions/refresh_secret");
    let token = mint_as("MSP", CLIENT, "connection:refresh_secret");
    let changes = || service.sql::<i64>("SELECT total_changes()");
    let before = changes();
    assert_eq!(service.call(Patch, &path, &token, "").status, 401);
    assert_eq!(with_key(&service, Patch, &path, &token, "wrong"), 401);
    assert_eq!(changes(), before);
}

#[test]
fn the_refresh_of_a_clients_own_connection_needs_no_key() {
    let (service, _key) = with_api_key("refresh");
    let path = format!("{}/actions/refresh_secret", PATH.replace(CONNECTION, OTHER_CONNECTION));
    let token = mint_as("MSP", CLIENT, "connection:refresh_secret");
    assert_eq!(service.call(Patch, &path, &token, "").status, 200);
    assert_eq!(with_key(&service, Patch, &path, &token, "wrong"), 200);
}
