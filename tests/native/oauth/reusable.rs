//! Refresh tokens at Mithril's address: for a client that authenticates they are good many times, until their end or
//! until something ends them.

use serde_json::json;

use super::code::{REDIRECT, VERIFIER, code, service};
use super::*;
use crate::support::platform::NOW;
use crate::support::tokens;

const MITHRIL: &str = "/oauth/tokens";

/// A request in Mithril's form.
pub fn ask(service: &Service, members: &[(&str, &str)]) -> Reply {
    let token: serde_json::Map<String, Value> =
        members.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    let body = json!({ "token": token }).to_string();
    service.send(Method::Post, MITHRIL, &[(Header::ContentType, "application/json")], &body)
}

pub fn refresh(service: &Service, secret: &str, token: &str) -> Reply {
    let members =
        [("grant_type", "refresh_token"), ("client_id", CLIENT), ("client_secret", secret), ("refresh_token", token)];
    ask(service, &members.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>())
}

/// A user's login: the code, and what it gave.
pub struct Login {
    pub code: String,
    pub access: String,
    pub refresh: String,
}

pub fn exchange(service: &Service, secret: &str, code: &str) -> Reply {
    let members = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("client_secret", secret),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    ask(service, &members.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>())
}

pub fn login(service: &Service, secret: &str) -> Login {
    let code = code(service, json!({ "scope": "connection:delete" }));
    let reply = exchange(service, secret, &code);
    assert_eq!(reply.status, 201, "{}", reply.text);
    let text = |value: &Value| value.as_str().expect("a token").to_owned();
    let data = &reply.json["data"];
    Login { code, access: text(&data["value"]), refresh: text(&data["details"]["refresh_token"]) }
}

pub fn is_alive(service: &Service, token: &str) -> bool {
    let path = format!("/api/clients/{CLIENT}/connections/no-such-connection");
    match service.call(Method::Delete, &path, token, "").status {
        404 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

pub fn told(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.json["error"]["message"].as_str().unwrap_or_default())
}

#[test]
fn it_is_good_many_times_and_the_answer_has_the_documented_members_and_no_other_token() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let login = login(&service, &secret);
    let stored = service.dump();
    service.platform.trips.set(0);
    let mut access = vec![login.access.clone()];
    for turn in 1..=3 {
        // Long after the retry of a rotating token.
        service.platform.now.set(NOW + 120 * turn);
        let reply = refresh(&service, &secret, &login.refresh);
        assert_eq!((reply.status, service.platform.trips.get()), (201, turn.unsigned_abs() as u32), "{}", reply.text);
        let data = &reply.json["data"];
        assert_eq!(
            data["details"],
            json!({ "scope": "connection:delete", "grant_type": "refresh_token", "client_id": CLIENT })
        );
        assert_eq!((&data["name"], &data["user_id"]), (&json!("access_token"), &json!("user-1")));
        access.push(data["value"].as_str().expect("a token").to_owned());
    }
    assert_eq!(service.dump(), stored, "a refresh writes nothing");
    assert!(access.iter().all(|token| is_alive(&service, token)), "earlier access tokens live on");
}

#[test]
fn under_rotate_and_under_a_broken_setting_it_is_good_once() {
    for setting in ["rotate", "Reusable"] {
        let mut service = service();
        let raw =
            mithril_edge::settings::RawSettings { mithril_refresh: Some(setting.to_owned()), ..tokens::settings() };
        service.app = mithril_edge::memory::App::new(&raw);
        let said = service.app.settings.problems.iter().any(|problem| problem.starts_with("MITHRIL_REFRESH "));
        assert_eq!(said, setting == "Reusable");
        let secret = service.secret(CLIENT, CONNECTION);
        let login = login(&service, &secret);
        let next = refresh(&service, &secret, &login.refresh);
        assert!(next.json["data"]["details"]["refresh_token"].is_string(), "{}", next.text);
        service.platform.now.set(NOW + 60);
        assert_eq!(told(&refresh(&service, &secret, &login.refresh)), (401, "Token has already been used."));
        assert!(!is_alive(&service, &login.access));
    }
}

#[test]
fn for_a_client_that_does_not_authenticate_it_rotates_whatever_the_setting() {
    let service = service();
    let sql = format!("UPDATE connections SET token_endpoint_auth_method = 'none' WHERE id = '{CONNECTION}'");
    service.platform.load(&sql);
    let login = login(&service, "");
    assert_eq!(told(&refresh(&service, "", "mer_x")), (401, "Invalid access token"));
    let next = refresh(&service, "", &login.refresh);
    assert!(next.json["data"]["details"]["refresh_token"].is_string(), "{}", next.text);
    service.platform.now.set(NOW + 60);
    assert_eq!(told(&refresh(&service, "", &login.refresh)), (401, "Token has already been used."));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM refresh_grants"), 0);
}

#[test]
fn at_the_other_addresses_it_rotates_and_at_mithrils_a_replaced_one_is_refused_and_ends_nothing() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let login = login(&service, &secret);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", login.refresh.as_str())];
    let next = service.basic("/oauth/token", CLIENT, &secret, &fields);
    let next = next.json["refresh_token"].as_str().expect("the next one").to_owned();
    for seconds in [1, 60] {
        service.platform.now.set(NOW + seconds);
        assert_eq!(told(&refresh(&service, &secret, &login.refresh)), (401, "Token has already been used."));
    }
    assert!(is_alive(&service, &login.access));
    for _ in 0..2 {
        assert_eq!(refresh(&service, &secret, &next).status, 201);
    }
    // There, the replaced one is a token that two parties hold.
    assert_eq!(service.basic("/oauth/token", CLIENT, &secret, &fields).status, 400);
    assert!(!is_alive(&service, &login.access));
}

#[test]
fn a_clients_own_refresh_token_rotates_at_mithrils_address_too() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let own = service.basic("/oAuth/rest/v2/Token", CLIENT, &secret, &[("grant_type", "client_credentials")]);
    let own = own.json["refresh_token"].as_str().expect("a token").to_owned();
    let next = refresh(&service, &secret, &own);
    assert!(next.json["data"]["details"]["refresh_token"].is_string(), "{}", next.text);
    service.platform.now.set(NOW + 60);
    assert_eq!(told(&refresh(&service, &secret, &own)), (401, "Token has already been used."));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM refresh_grants"), 0);
}

#[test]
fn its_life_is_fixed_when_it_is_made_and_no_use_moves_it() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let login = login(&service, &secret);
    let end = NOW + 90 * 86_400;
    for (now, expected) in [(end - 1, (201, "")), (end, (401, "Token expired."))] {
        service.platform.now.set(now);
        assert_eq!(told(&refresh(&service, &secret, &login.refresh)), expected);
    }
}

#[test]
fn a_refused_refresh_has_the_words_of_its_page_and_leaves_the_grant() {
    let service = service();
    let secret = service.secret(CLIENT, CONNECTION);
    let sibling = service.secret(CLIENT, OTHER_CONNECTION);
    let login = login(&service, &secret);
    let stored = service.dump();
    let grant = ("grant_type", "refresh_token");
    let token = ("refresh_token", login.refresh.as_str());
    let (client, proof) = (("client_id", CLIENT), ("client_secret", secret.as_str()));
    for (members, status, message) in [
        (vec![grant, client, ("client_secret", "mes_wrong"), token], 401, "Invalid client id or secret."),
        (vec![grant, ("client_id", "nobody"), proof, token], 401, "Invalid client id or secret."),
        (vec![grant, client, ("client_secret", &sibling), token], 401, "Token not found or expired."),
        (vec![grant, client, proof, ("refresh_token", "mer_x")], 401, "Invalid access token"),
    ] {
        assert_eq!(told(&ask(&service, &members)), (status, message), "{members:?}");
    }
    for (members, entry) in
        [(vec![grant, proof, token], "$.token.client_id"), (vec![grant, client, token], "$.token.client_secret")]
    {
        let reply = ask(&service, &members);
        let invalid = &reply.json["error"]["invalid"][0];
        assert_eq!((reply.status, &invalid["entry"]), (422, &json!(entry)), "{}", reply.text);
        assert_eq!(
            (&invalid["rules"][0]["rule"], &invalid["rules"][0]["description"]),
            (&json!("required"), &json!("can't be blank"))
        );
    }
    // The sibling's secret was noted as used, and nothing else.
    let changed: Vec<String> = service.dump().into_iter().filter(|row| !stored.contains(row)).collect();
    assert!(changed.iter().all(|row| row.starts_with("connection_secrets ")), "{changed:?}");
    assert_eq!(refresh(&service, &secret, &login.refresh).status, 201);
}
