//! Refresh tokens: one use each, one successor, one end.

use mithril_edge::memory::App;
use mithril_edge::oauth::credential::RefreshToken;
use serde_json::json;

use super::*;
use crate::support::platform::NOW;
use crate::support::tokens;

const ENDPOINT: &str = "/oAuth/rest/v2/Token";

/// The answer of the Endpoint address to `client_credentials`, which comes with a refresh token.
fn first(service: &Service, secret: &str) -> Reply {
    let fields = [("grant_type", "client_credentials"), ("client_id", CLIENT), ("client_secret", secret)];
    let reply = service.form(ENDPOINT, &fields);
    assert_eq!(reply.status, 200, "{:?}", reply.json);
    reply
}

fn refresh(service: &Service, path: &str, secret: &str, token: &str) -> Reply {
    service.basic(path, CLIENT, secret, &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

fn text(reply: &Reply, name: &str) -> String {
    reply.json[name].as_str().unwrap_or_else(|| panic!("{name} in {:?}", reply.json)).to_owned()
}

/// Whether an access token still opens a door that asks the database.
fn is_alive(service: &Service, token: &str) -> bool {
    let path = format!("/api/clients/{CLIENT}/connections/no-such-connection");
    match service.call(Method::Delete, &path, token, "").status {
        404 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

#[test]
fn each_use_gives_a_successor_in_one_round_trip_and_stores_digests_only() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    service.platform.trips.set(0);
    let one = first(&service, &secret);
    assert_eq!(service.platform.trips.get(), 1);
    let two = refresh(&service, "/oauth/token", &secret, &text(&one, "refresh_token"));
    assert_eq!((two.status, service.platform.trips.get()), (200, 2));
    let three = refresh(&service, ENDPOINT, &secret, &text(&two, "refresh_token"));
    assert_eq!(three.status, 200);
    let tokens = [&one, &two, &three].map(|reply| text(reply, "refresh_token"));
    assert!(tokens[0] != tokens[1] && tokens[1] != tokens[2] && tokens[0] != tokens[2]);
    assert_eq!((three.json["scope"].as_str(), three.json["expires_in"].as_i64()), (Some(CEILING), Some(900)));
    assert_eq!(three.header("cache-control"), Some("no-store, no-transform"));
    let row = "SELECT json_object('n', count(*), 'all', group_concat(id || digest || previous || grant_exp)) FROM refresh_grants";
    let stored = service.sql::<String>(row);
    assert!(stored.contains(r#""n":1"#) && stored.contains(&(NOW + 7_776_000).to_string()), "{stored}");
    assert!(tokens.iter().all(|token| !stored.contains(token.as_str())));
    let log = service.platform.log.borrow().join("\n");
    assert!(tokens.iter().all(|token| !log.contains(token.as_str())));
}

#[test]
fn a_refresh_token_of_a_grant_whose_id_is_a_uuid_stays_good() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let pepper = &service.app.settings.peppers[0];
    let id = "5d0b8a3e-6c1f-4a57-9a43-0d1c2b3a4f55";
    let token = RefreshToken::first(&service.platform, id, pepper);
    service.platform.load(&format!(
        "INSERT INTO refresh_grants (id, connection_number, scope, digest, grant_iat, grant_exp)
         SELECT '{id}', number, 'connection:read', '{}', {NOW} + 1, {NOW} + 99 FROM connections WHERE id = '{CONNECTION}'",
        token.digest(pepper)
    ));
    let one = refresh(&service, "/oauth/token", &secret, &token.reveal());
    let two = refresh(&service, ENDPOINT, &secret, &text(&one, "refresh_token"));
    assert_eq!((one.status, two.status, two.json["scope"].as_str()), (200, 200, Some("connection:read")));
    assert_eq!(service.sql::<String>("SELECT group_concat(id) FROM refresh_grants"), id);
}

#[test]
fn a_retry_within_30_s_gets_the_same_successor_and_a_later_use_ends_the_family() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let one = first(&service, &secret);
    let old = text(&one, "refresh_token");
    let two = refresh(&service, "/oauth/token", &secret, &old);
    service.platform.now.set(NOW + 29);
    let again = refresh(&service, "/oauth/token", &secret, &old);
    assert_eq!((again.status, text(&again, "refresh_token")), (200, text(&two, "refresh_token")));
    assert!(is_alive(&service, &text(&one, "access_token")) && is_alive(&service, &text(&again, "access_token")));

    service.platform.now.set(NOW + 30);
    let late = refresh(&service, "/oauth/token", &secret, &old);
    assert_eq!((late.status, late.json["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM refresh_grants"), 0);
    assert_eq!(service.audited(), "grant.create,grant.end_reused");
    for reply in [&one, &two, &again] {
        assert!(!is_alive(&service, &text(reply, "access_token")));
        assert_eq!(refresh(&service, "/oauth/token", &secret, &text(reply, "refresh_token")).status, 400);
    }
}

#[test]
fn a_predecessor_is_reuse_once_its_successor_was_used() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let one = text(&first(&service, &secret), "refresh_token");
    let two = text(&refresh(&service, "/oauth/token", &secret, &one), "refresh_token");
    let three = text(&refresh(&service, "/oauth/token", &secret, &two), "refresh_token");
    assert_eq!(refresh(&service, "/oauth/token", &secret, &one).status, 400);
    assert_eq!(refresh(&service, "/oauth/token", &secret, &three).status, 400);
}

#[test]
fn nobody_else_can_use_or_end_it() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let sibling = service.secret(CLIENT, OTHER_CONNECTION);
    let one = text(&first(&service, &secret), "refresh_token");
    let two = text(&refresh(&service, "/oauth/token", &secret, &one), "refresh_token");
    service.platform.now.set(NOW + 100);
    let mut forged = two.clone();
    forged.replace_range(30..31, if forged.as_bytes()[30] == b'A' { "B" } else { "A" });
    for (by, token, status, error) in [
        (sibling.as_str(), two.as_str(), 400, "invalid_grant"),
        (&sibling, &one, 400, "invalid_grant"),
        ("mes_wrong", &two, 401, "invalid_client"),
        ("mes_wrong", &one, 401, "invalid_client"),
        (&secret, &forged, 400, "invalid_grant"),
        (&secret, "mer_x", 400, "invalid_grant"),
    ] {
        let reply = refresh(&service, "/oauth/token", by, token);
        assert_eq!((reply.status, reply.json["error"].as_str()), (status, Some(error)));
    }
    assert_eq!(refresh(&service, "/oauth/token", &secret, &two).status, 200);
}

#[test]
fn its_life_is_absolute_and_its_scope_never_grows() {
    let service = Service::with(|raw| raw.refresh_token_lifetime = Some("1000".to_owned()));
    let secret = service.secret(CLIENT, CONNECTION);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", &secret),
        ("scope", "connection:read connection:write"),
    ];
    let token = text(&service.form(ENDPOINT, &fields), "refresh_token");
    let ask = |token: &str, scope: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        service.basic("/oauth/token", CLIENT, &secret, &fields)
    };
    for more in ["connection:delete", "connection:read role:read", "*"] {
        assert_eq!(ask(&token, more).json["error"], "invalid_scope", "{more}");
    }
    let less = ask(&token, "connection:read");
    assert_eq!((less.status, less.json["scope"].as_str()), (200, Some("connection:read")));
    let whole = ask(&text(&less, "refresh_token"), "");
    assert_eq!(whole.json["scope"], "connection:read connection:write");
    service.platform.load("UPDATE client_types SET scope = 'connection:write x' WHERE name = 'MSP'");
    let lowered = ask(&text(&whole, "refresh_token"), "");
    assert_eq!(lowered.json["scope"], "connection:write");
    service.platform.now.set(NOW + 1000);
    assert_eq!(ask(&text(&lowered, "refresh_token"), "").json["error"], "invalid_grant");
}

#[test]
fn two_requests_with_one_token_get_one_successor_also_across_a_change_of_pepper() {
    let mut service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let old = text(&first(&service, &secret), "refresh_token");
    let next = text(&refresh(&service, "/oauth/token", &secret, &old), "refresh_token");
    let mut raw = tokens::settings();
    let keys = [8, 7].map(|byte| Base64UrlUnpadded::encode_string(&[byte; 32]));
    raw.secret_peppers = Some(json!([{ "version": 2, "key": keys[0] }, { "version": 1, "key": keys[1] }]).to_string());
    service.app = App::new(&raw);
    let again = refresh(&service, "/oauth/token", &secret, &old);
    assert_eq!((again.status, text(&again, "refresh_token")), (200, next.clone()));
    assert_eq!(refresh(&service, "/oauth/token", &secret, &next).status, 200);
}

#[test]
fn the_endpoint_page_refreshes_without_a_secret_only_by_its_setting() {
    let closed = Service::default();
    let secret = closed.secret(CLIENT, CONNECTION);
    let token = text(&first(&closed, &secret), "refresh_token");
    let bare = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token.as_str())];
    let refused = closed.form(ENDPOINT, &bare);
    let why = "The client application isn't permitted to request a 'refresh_token' code.";
    assert_eq!(
        (refused.status, refused.json),
        (
            403,
            json!({ "error": "Permission", "error_description": why, "Errors": [why], "Type": "/Errors/Permission",
                "Title": "Permission", "StatusCode": 403, "Instance": ENDPOINT })
        )
    );
    assert_eq!(closed.form("/oauth/token", &bare).json["error"], "invalid_client");

    let open = Service::with(|raw| raw.endpoint_refresh_without_secret = Some("on".to_owned()));
    let secret = open.secret(CLIENT, CONNECTION);
    let token = text(&first(&open, &secret), "refresh_token");
    let bare = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token.as_str())];
    assert_eq!(open.form("/oauth/token", &bare).json["error"], "invalid_client");
    assert_eq!(open.form(ENDPOINT, &bare).status, 200);
}

#[test]
fn a_scope_that_is_asked_for_as_the_vendors_pair_lives_and_goes_on_whatever_the_ceiling_calls_it() {
    const PAIR: &str = "AccessManager:Create, Update";
    const HALVES: &str = "AccessManager:Create AccessManager:Update";
    for ceiling in [PAIR, HALVES] {
        for asked in [PAIR, HALVES, "AccessManager:Update", "connection:delete AccessManager:Create"] {
            let service = Service::default();
            service.platform.load(&format!(
                "UPDATE client_types SET scope = 'connection:delete {ceiling}';
                 UPDATE clients SET priv_settings = '{{\"access_type\":\"DIRECT\"}}' WHERE id = '{CLIENT}'"
            ));
            let secret = service.secret(CLIENT, CONNECTION);
            let reply =
                service.basic(ENDPOINT, CLIENT, &secret, &[("grant_type", "client_credentials"), ("scope", asked)]);
            assert_eq!((reply.status, &reply.json["scope"]), (200, &json!(asked)), "{ceiling}: {asked}");
            let groups = "/Endpoint/rest/api/v1/AccessGroup";
            let made = |token: &Reply| service.call(Method::Post, groups, &text(token, "access_token"), "{}").status;
            let expected = if asked.contains("Create") { 200 } else { 403 };
            assert_eq!(made(&reply), expected, "{ceiling}: {asked}");
            let again = refresh(&service, ENDPOINT, &secret, &text(&reply, "refresh_token"));
            assert_eq!((again.status, &again.json["scope"]), (200, &json!(asked)), "{ceiling}: {asked}");
            assert_eq!(made(&again), expected, "{ceiling}: {asked}");
        }
    }
}

#[test]
fn the_endpoint_page_answers_errors_with_its_own_fields_too() {
    let service = Service::default();
    let fields = [("grant_type", "client_credentials"), ("client_id", CLIENT), ("client_secret", "wrong")];
    let reply = service.form(ENDPOINT, &fields);
    let why = "Client authentication failed.";
    assert_eq!(
        (reply.status, reply.json),
        (
            401,
            json!({ "error": "invalid_client", "error_description": why, "Errors": [why],
                "Type": "/Errors/Unauthorized", "Title": "Unauthorized", "StatusCode": 401, "Instance": ENDPOINT })
        )
    );
    let code = service.form(ENDPOINT, &[("grant_type", "authorization_code"), ("client_id", CLIENT)]);
    assert_eq!((code.status, code.json["error"].as_str()), (400, Some("unsupported_grant_type")));
    let all = [("grant_type", "client_credentials"), ("scope", "*")];
    let secret = service.secret(CLIENT, CONNECTION);
    assert_eq!(service.basic(ENDPOINT, CLIENT, &secret, &all).json["scope"], CEILING);
    let too_much = service.basic(ENDPOINT, CLIENT, &secret, &[all[0], ("scope", "role:read")]);
    assert_eq!(too_much.json["error"], "invalid_scope");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM refresh_grants"), 1, "a refused grant leaves nothing");
}
