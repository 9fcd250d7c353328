//! The secrets of a connection: grace periods, the list, their end, what is written of their use. Who may call it is
//! in `matrix`.

use base64ct::{Base64UrlUnpadded, Encoding};
use mithril_edge::http::Header;
use mithril_edge::http::Method::{Delete, Get, Patch};
use mithril_edge::settings::RawSettings;
use mithril_edge::state::App;
use serde_json::{Value, json};

use crate::oauth::{CLIENT, CONNECTION, OTHER_CONNECTION};
use crate::plans::slow_steps;
use crate::support::platform::NOW;
use crate::support::routes::MIS;
use crate::support::tokens::{self, mint_as};
use crate::support::{Reply, Service, mint};

const PATH: &str = "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352";
const GRANT: [(&str, &str); 1] = [("grant_type", "client_credentials")];
const COUNT: &str = "SELECT count(*) FROM connection_secrets WHERE connection_id LIKE '%4352'";

fn refresh(service: &Service, body: &str) -> Reply {
    service.call(Patch, &format!("{PATH}/actions/refresh_secret"), &mint("connection:refresh_secret"), body)
}

fn refreshed(service: &Service, body: &str) -> String {
    let reply = refresh(service, body);
    assert_eq!(reply.status, 200, "{:?}", reply.json);
    reply.json["data"]["secret"].as_str().expect("a secret").to_owned()
}

fn list(service: &Service) -> Value {
    let reply = service.call(Get, &format!("{PATH}/secrets"), &mint("connection:read"), "");
    assert_eq!(reply.status, 200, "{:?}", reply.json);
    assert_eq!(reply.json["paging"]["total_entries"], reply.json["data"].as_array().expect("a list").len());
    reply.json["data"].clone()
}

/// What a secret still opens: a token, introspection, revocation.
fn opens(service: &Service, secret: &str) -> [u16; 3] {
    let ask = |path, fields: &[(&str, &str)]| service.basic(path, CLIENT, secret, fields).status;
    let token = [("token", "x")];
    [ask("/oauth/token", &GRANT), ask("/oauth/introspect", &token), ask("/oauth/revoke", &token)]
}

/// An isolate with these peppers, the first of which is current.
fn isolate(versions: &[u8], rule: Option<&str>) -> App {
    let key = |version: u8| Base64UrlUnpadded::encode_string(&[version + 6; 32]);
    let list = versions.iter().map(|version| json!({ "version": version, "key": key(*version) }));
    let secret_peppers = Some(list.collect::<Value>().to_string());
    App::new(&RawSettings { secret_peppers, api_key_rule: rule.map(str::to_owned), ..tokens::settings() })
}

fn with_key(service: &Service, method: mithril_edge::http::Method, path: &str, token: &str, key: &str) -> u16 {
    let authorization = format!("Bearer {token}");
    service.send(method, path, &[(Header::Authorization, &authorization), (Header::ApiKey, key)], "").status
}

#[test]
fn a_grace_period_that_is_none_is_422_and_changes_nothing() {
    let service = Service::default();
    for (value, rule) in [
        ("-1", "number"),
        ("604801", "number"),
        ("9223372036854775807", "number"),
        ("18446744073709551615", "number"),
        ("60.0", "cast"),
        ("1e999", ""),
        ("\"60\"", "cast"),
        ("true", "cast"),
        ("[]", "cast"),
    ] {
        let reply = refresh(&service, &format!(r#"{{"grace_period":{value}}}"#));
        if rule.is_empty() {
            assert_eq!(reply.status, 400, "{value} is no JSON number that anybody can hold");
            continue;
        }
        let invalid = &reply.json["error"]["invalid"][0];
        assert_eq!((reply.status, &invalid["entry"]), (422, &json!("$.grace_period")), "{value}");
        assert_eq!(invalid["rules"][0]["rule"], rule, "{value}");
    }
    for (body, status) in [("{", 400), ("grace_period=60", 400), ("[]", 422), ("60", 422)] {
        assert_eq!(refresh(&service, body).status, status, "{body}");
    }
    assert_eq!(
        service.sql::<String>("SELECT group_concat(id || ifnull(expires_at, '')) FROM connection_secrets"),
        "secret-1"
    );
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn without_a_grace_period_all_others_are_dead_at_once() {
    for body in ["", "{}", r#"{"grace_period":0}"#, r#"{"grace_period":null}"#, r#"{"grace":60,"secret":"mine"}"#] {
        let service = Service::default();
        let old = refreshed(&service, r#"{"grace_period":60}"#);
        let new = refreshed(&service, body);
        assert_eq!(service.sql::<i64>(COUNT), 1, "{body}");
        assert_eq!((opens(&service, &old), opens(&service, &new)), ([401; 3], [200; 3]), "{body}");
    }
}

#[test]
fn a_secret_in_its_grace_period_counts_until_the_second_it_ends() {
    let service = Service::default();
    let old = refreshed(&service, "");
    let new = refreshed(&service, r#"{"grace_period":604800}"#);
    let newest = refreshed(&service, r#"{"grace_period":100}"#);
    for secret in [&old, &new, &newest] {
        assert_eq!(opens(&service, secret), [200; 3]);
    }
    service.platform.now.set(NOW + 99);
    assert_eq!((opens(&service, &old), opens(&service, &new)), ([200; 3], [200; 3]));
    service.platform.now.set(NOW + 100);
    for secret in [&old, &new] {
        assert_eq!(opens(&service, secret), [401; 3], "the shorter end counts for both");
    }
    assert_eq!(opens(&service, &newest), [200; 3]);
}

#[test]
fn an_end_never_moves_away() {
    let service = Service::default();
    let old = refreshed(&service, "");
    refreshed(&service, r#"{"grace_period":60}"#);
    refreshed(&service, r#"{"grace_period":6000}"#);
    service.platform.now.set(NOW + 60);
    assert_eq!(opens(&service, &old), [401; 3]);
}

#[test]
fn a_sixth_secret_is_409_until_one_has_expired() {
    let service = Service::default();
    for _ in 0..4 {
        refreshed(&service, r#"{"grace_period":60}"#);
    }
    let reply = refresh(&service, r#"{"grace_period":60}"#);
    let error = json!({ "type": "request_conflict", "message": "The connection has five secrets already." });
    assert_eq!((reply.status, &reply.json["error"]), (409, &error));
    assert_eq!(service.sql::<i64>(COUNT), 5);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 4);
    service.platform.now.set(NOW + 60);
    refreshed(&service, r#"{"grace_period":60}"#);
    assert_eq!(service.sql::<i64>(COUNT), 2, "what has expired is gone");
    refreshed(&service, "");
    assert_eq!(service.sql::<i64>(COUNT), 1);
}

#[test]
fn tokens_live_through_a_grace_period_unless_told_otherwise() {
    for (body, alive) in [
        (r#"{"grace_period":60}"#, true),
        (r#"{"grace_period":60,"revoke_tokens":true}"#, false),
        (r#"{"grace_period":0}"#, false),
        (r#"{"revoke_tokens":false}"#, true),
    ] {
        let service = Service::default();
        let token = service.token(CLIENT, &refreshed(&service, ""));
        service.platform.now.set(NOW + 10);
        refreshed(&service, body);
        let reply = service.call(Get, PATH, &token, "");
        assert_eq!(reply.status, if alive { 200 } else { 401 }, "{body}");
    }
}

#[test]
fn the_list_shows_what_is_known_of_each_and_no_value() {
    let service = Service::default();
    let token = mint("connection:read");
    let refused = |path: String| service.call(Get, &path, &token, "").status;
    assert_eq!(refused(format!("{PATH}x/secrets")), 404);
    assert_eq!(refused(PATH.replace("1380df72", "2480df72") + "/secrets"), 404);
    assert_eq!(refused(format!("{PATH}/secrets?page=0")), 422);

    let first = refreshed(&service, "");
    service.platform.now.set(NOW + 1);
    let second = refreshed(&service, r#"{"grace_period":59}"#);
    let mut listed = list(&service);
    for (at, secret) in [&first, &second].into_iter().enumerate() {
        assert_eq!(listed[at]["hint"], secret[secret.len() - 4..]);
        assert!(listed[at]["id"].take().as_str().is_some_and(|id| id.len() == 36));
        listed[at]["hint"].take();
    }
    assert_eq!(
        listed,
        json!([
            { "id": null, "hint": null, "created_at": "2026-09-21T14:13:20Z", "expires_at": "2026-09-21T14:14:20Z", "last_used_at": null },
            { "id": null, "hint": null, "created_at": "2026-09-21T14:13:21Z", "expires_at": null, "last_used_at": null },
        ])
    );
    service.token(CLIENT, &second);
    assert_eq!(list(&service)[1]["last_used_at"], "2026-09-21T14:13:21Z");
    let page = service.call(Get, &format!("{PATH}/secrets?page=2&page_size=1"), &token, "");
    assert_eq!((&page.json["data"][0]["id"], &page.json["data"][1]), (&list(&service)[1]["id"], &Value::Null));
    service.platform.now.set(NOW + 60);
    assert_eq!(list(&service).as_array().map(Vec::len), Some(1));
}

#[test]
fn a_retired_secret_is_dead_and_its_tokens_are_not() {
    let service = Service::default();
    let first = refreshed(&service, "");
    service.platform.now.set(NOW + 1);
    let second = refreshed(&service, r#"{"grace_period":60}"#);
    let token = service.token(CLIENT, &first);
    let id = list(&service)[0]["id"].as_str().expect("an id").to_owned();
    let retire = |path: &str, id: &str| {
        service.call(Delete, &format!("{path}/secrets/{id}"), &mint("connection:refresh_secret"), "")
    };
    for (path, id) in [
        (PATH, "no-such-secret"),
        (&PATH.replace("4352", "4353"), id.as_str()),
        (&PATH.replace("1380df72", "2480df72"), id.as_str()),
    ] {
        assert_eq!(retire(path, id).status, 404, "{path} {id}");
    }
    assert_eq!(service.sql::<i64>(COUNT), 2);
    let reply = retire(PATH, &id);
    assert_eq!((reply.status, reply.json.as_object().map(|body| body.len())), (200, Some(1)));
    assert_eq!((opens(&service, &first), opens(&service, &second)), ([401; 3], [200; 3]));
    assert_eq!(service.call(Get, PATH, &token, "").status, 200);
    assert_eq!(retire(PATH, &id).status, 404);
    assert_eq!(
        service.sql::<String>("SELECT action || ' ' || subject || fields FROM audit ORDER BY seq DESC LIMIT 1"),
        format!(r#"connection.retire_secret connection/{CONNECTION}/secret/{id}["secret"]"#)
    );
    // The last one can go too.
    let last = list(&service)[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(retire(PATH, &last).status, 200);
    assert_eq!(opens(&service, &second), [401; 3]);
}

#[test]
fn a_use_is_written_once_an_hour_and_never_for_who_is_not_proved() {
    let mut service = Service::default();
    let secret = refreshed(&service, "");
    let last = |service: &Service| {
        service.sql::<Option<String>>("SELECT last_used_at FROM connection_secrets WHERE connection_id LIKE '%4352'")
    };
    let changes = |service: &Service| service.sql::<i64>("SELECT total_changes()");
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    assert_eq!(service.basic("/oauth/token", other, &secret, &GRANT).status, 401);
    assert_eq!(service.basic("/oauth/token", CLIENT, "wrong", &GRANT).status, 401);
    assert_eq!(last(&service), None);

    service.platform.trips.set(0);
    service.token(CLIENT, &secret);
    assert_eq!((last(&service).as_deref(), service.platform.trips.get()), (Some("2026-09-21T14:13:20Z"), 1));
    service.platform.now.set(NOW + 3599);
    let before = changes(&service);
    service.token(CLIENT, &secret);
    // Nor from another isolate.
    service.restart();
    service.token(CLIENT, &secret);
    assert_eq!(changes(&service), before);
    service.restart();
    service.platform.now.set(NOW + 3600);
    service.token(CLIENT, &secret);
    assert_eq!(last(&service).as_deref(), Some("2026-09-21T15:13:20Z"));
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
    assert_eq!((&told.json["active"], version(&service)), (&json!(true), 2), "any use, an hour or not");
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
