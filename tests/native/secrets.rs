//! The secrets of a connection: grace periods, the list, their end. What is written of their use is in `secret_uses`,
//! who may call in `matrix`.

use mithril_edge::http::Method::{Delete, Get, Patch};
use serde_json::{Value, json};

use crate::oauth::{CLIENT, CONNECTION, OTHER_CONNECTION};
use crate::support::platform::NOW;
use crate::support::{Reply, Service, mint};

pub const PATH: &str =
    "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352";
pub const GRANT: [(&str, &str); 1] = [("grant_type", "client_credentials")];
const COUNT: &str = "SELECT count(*) FROM connection_secrets WHERE connection_id LIKE '%4352'";

fn refresh(service: &Service, body: &str) -> Reply {
    service.call(Patch, &format!("{PATH}/actions/refresh_secret"), &mint("connection:refresh_secret"), body)
}

pub fn refreshed(service: &Service, body: &str) -> String {
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
pub fn opens(service: &Service, secret: &str) -> [u16; 3] {
    let ask = |path, fields: &[(&str, &str)]| service.basic(path, CLIENT, secret, fields).status;
    let token = [("token", "x")];
    [ask("/oauth/token", &GRANT), ask("/oauth/introspect", &token), ask("/oauth/revoke", &token)]
}

#[test]
fn a_grace_period_that_is_none_is_422_and_changes_nothing() {
    let service = Service::default();
    for (value, rule) in [
        ("-1", "number"),
        ("604801", "number"),
        ("9223372036854775807", "number"),
        ("18446744073709551615", "number"),
        ("60.5", "cast"),
        ("604801.0", "number"),
        ("1e300", "number"),
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
    for body in ["", "{}", r#"{"grace_period":0}"#, r#"{"grace_period":null}"#, r#"{"grace_period":0.0}"#] {
        let service = Service::default();
        let old = refreshed(&service, r#"{"grace_period":60}"#);
        let new = refreshed(&service, body);
        assert_eq!(service.sql::<i64>(COUNT), 1, "{body}");
        assert_eq!((opens(&service, &old), opens(&service, &new)), ([401; 3], [200; 3]), "{body}");
    }
}

#[test]
fn the_secrets_of_other_connections_live_on() {
    for body in ["", r#"{"grace_period":60}"#] {
        let service = Service::default();
        let other = service.secret(CLIENT, OTHER_CONNECTION);
        let stored = "SELECT json_group_array(json_array(id, expires_at)) FROM connection_secrets WHERE connection_id NOT LIKE '%4352'";
        let before: String = service.sql(stored);
        refreshed(&service, body);
        assert_eq!((opens(&service, &other), service.sql::<String>(stored)), ([200; 3], before), "{body}");
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
        assert!(listed[at]["id"].take().as_str().is_some_and(|id| id.len() == 12));
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
