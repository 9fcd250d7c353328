//! What ends a token, and what does not: always two tokens of two connections, of which only the right one dies.

use std::collections::BTreeSet;

use mithril_edge::memory::App;
use serde_json::json;

use super::*;
use crate::plans::is_slow;
use crate::support::platform::NOW;
use crate::support::tokens;

const MINE: &str = "connection:read connection:write connection:refresh_secret connection:delete";

/// Whether a token still opens a door that asks the database.
fn is_alive(service: &Service, client: &str, token: &str) -> bool {
    let path = format!("/api/clients/{client}/connections/no-such-connection");
    match service.call(Method::Delete, &path, token, "").status {
        404 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

struct Pair {
    service: Service,
    secrets: [String; 2],
    tokens: [String; 2],
}

impl Pair {
    /// Two connections of one client with a token each.
    fn new() -> Self {
        let service = Service::default();
        let secrets = [service.secret(CLIENT, CONNECTION), service.secret(CLIENT, OTHER_CONNECTION)];
        service.platform.now.set(NOW + 10);
        let tokens = [0, 1].map(|at| service.token(CLIENT, &secrets[at]));
        service.platform.now.set(NOW + 20);
        Self { service, secrets, tokens }
    }

    fn alive(&self) -> [bool; 2] {
        [0, 1].map(|at| is_alive(&self.service, CLIENT, &self.tokens[at]))
    }
}

#[test]
fn a_deleted_connection_takes_its_tokens_with_it() {
    let pair = Pair::new();
    assert_eq!(pair.alive(), [true, true]);
    let path = format!("/api/clients/{CLIENT}/connections/{CONNECTION}");
    assert_eq!(pair.service.call(Method::Delete, &path, &mint("connection:delete"), "").status, 200);
    assert_eq!(pair.alive(), [false, true]);
    let gone = [("grant_type", "client_credentials")];
    assert_eq!(pair.service.basic("/oauth/token", CLIENT, &pair.secrets[0], &gone).status, 401);
}

#[test]
fn a_refreshed_secret_ends_tokens_unless_told_otherwise() {
    let pair = Pair::new();
    let path = format!("/api/clients/{CLIENT}/connections/{CONNECTION}/actions/refresh_secret");
    let token = mint("connection:refresh_secret");
    for (body, status) in [("{", 400), ("[]", 422), (r#"{"revoke_tokens":"no"}"#, 422)] {
        assert_eq!(pair.service.call(Method::Patch, &path, &token, body).status, status, "{body}");
    }
    assert_eq!(pair.service.call(Method::Patch, &path, &token, r#"{"revoke_tokens":false}"#).status, 200);
    assert_eq!(pair.alive(), [true, true]);
    let gone = [("grant_type", "client_credentials")];
    assert_eq!(
        pair.service.basic("/oauth/token", CLIENT, &pair.secrets[0], &gone).status,
        401,
        "the old secret is dead"
    );
    assert_eq!(pair.service.call(Method::Patch, &path, &token, r#"{"revoke_tokens":true}"#).status, 200);
    assert_eq!(pair.alive(), [false, true]);
}

#[test]
fn a_token_got_right_after_a_refresh_is_alive_and_the_one_before_is_not() {
    let pair = Pair::new();
    let before = pair.service.token(CLIENT, &pair.secrets[0]);
    let secret = pair.service.secret(CLIENT, CONNECTION);
    let after = pair.service.token(CLIENT, &secret);
    assert!(!is_alive(&pair.service, CLIENT, &before) && is_alive(&pair.service, CLIENT, &after));
}

#[test]
fn so_it_is_without_any_leeway() {
    let mut service = Service::default();
    let mut raw = tokens::settings();
    raw.clock_leeway = Some("0".to_owned());
    service.app = App::new(&raw);
    let secret = service.secret(CLIENT, CONNECTION);
    let token = service.token(CLIENT, &secret);
    assert!(is_alive(&service, CLIENT, &token));
}

#[test]
fn a_blocked_client_loses_all_its_tokens_and_gets_none() {
    let pair = Pair::new();
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    let secret = pair.service.secret(other, "e5372365-d47a-467f-81d0-f35117864354");
    let theirs = pair.service.token(other, &secret);
    pair.service.platform.load(&format!("UPDATE clients SET is_blocked = 1 WHERE id = '{CLIENT}'"));
    assert_eq!((pair.alive(), is_alive(&pair.service, other, &theirs)), ([false, false], true));
    let own = [("grant_type", "client_credentials")];
    assert_eq!(pair.service.basic("/oauth/token", CLIENT, &pair.secrets[0], &own).json["error"], "invalid_client");
}

#[test]
fn deactivated_tokens_die_up_to_this_very_second() {
    let pair = Pair::new();
    let this_second = pair.service.token(CLIENT, &pair.secrets[0]);
    let sql = format!("UPDATE clients SET tokens_valid_after = {} WHERE id = '{CLIENT}'", NOW + 20);
    pair.service.platform.load(&sql);
    assert!(pair.alive() == [false, false] && !is_alive(&pair.service, CLIENT, &this_second));
    let next = pair.service.token(CLIENT, &pair.secrets[1]);
    assert!(is_alive(&pair.service, CLIENT, &next));
}

#[test]
fn a_refresh_token_from_before_a_revocation_is_dead() {
    let pair = Pair::new();
    let fields = [("grant_type", "client_credentials")];
    let grant = pair.service.basic("/oAuth/rest/v2/Token", CLIENT, &pair.secrets[0], &fields);
    let refresh = grant.json["refresh_token"].as_str().unwrap();
    let sql = format!("UPDATE clients SET tokens_valid_after = {} WHERE id = '{CLIENT}'", NOW + 20);
    pair.service.platform.load(&sql);
    let ask = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let reply = pair.service.basic("/oauth/token", CLIENT, &pair.secrets[0], &ask);
    assert_eq!((reply.status, reply.json["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(
        pair.service.sql::<i64>("SELECT count(*) FROM refresh_grants WHERE previous IS NULL"),
        1,
        "not even rotated"
    );
}

#[test]
fn revoke_ends_one_access_token_of_the_caller_and_says_the_same_of_all_others() {
    let pair = Pair::new();
    let revoke = |secret: &str, token: &str| {
        let reply = pair.service.basic("/oauth/revoke", CLIENT, secret, &[("token", token), ("token_type_hint", "x")]);
        assert_eq!((&reply.json, reply.header("content-type")), (&Value::Null, None));
        reply.status
    };
    let sibling = pair.service.token(CLIENT, &pair.secrets[0]);
    pair.service.platform.trips.set(0);
    assert_eq!(revoke(&pair.secrets[1], &pair.tokens[0]), 200, "not its own");
    assert_eq!((pair.alive(), pair.service.platform.trips.get()), ([true, true], 3));
    assert_eq!(revoke(&pair.secrets[0], &pair.tokens[0]), 200);
    assert_eq!(pair.alive(), [false, true]);
    assert!(is_alive(&pair.service, CLIENT, &sibling));
    for token in ["x", "a.b.c", &mint(MINE), &pair.tokens[0]] {
        assert_eq!(revoke(&pair.secrets[0], token), 200, "{token}");
    }
    let reply = pair.service.basic("/oauth/revoke", CLIENT, "mes_wrong", &[("token", &pair.tokens[1])]);
    assert_eq!((reply.status, reply.json["error"].as_str()), (401, Some("invalid_client")));
    assert_eq!(pair.service.form("/oauth/revoke", &[("token", "x"), ("client_id", CLIENT)]).status, 401);
    assert_eq!(pair.service.basic("/oauth/revoke", CLIENT, &pair.secrets[0], &[]).json["error"], "invalid_request");
    assert_eq!(pair.alive(), [false, true]);
    assert_eq!(pair.service.sql::<i64>("SELECT count(*) FROM revoked_tokens"), 1);
    let token = pair.service.sql::<String>("SELECT 'token.revoke token/' || jti FROM revoked_tokens");
    assert_eq!(pair.service.audited(), token);
    // Kept no longer than the token itself would have lived.
    pair.service.platform.now.set(NOW + 2000);
    let late = pair.service.token(CLIENT, &pair.secrets[1]);
    assert_eq!(revoke(&pair.secrets[1], &late), 200);
    assert_eq!(pair.service.sql::<i64>("SELECT count(*) FROM revoked_tokens"), 1);
}

#[test]
fn a_revoked_refresh_token_ends_its_grant_and_the_access_tokens_of_it() {
    let pair = Pair::new();
    let fields = [("grant_type", "client_credentials")];
    let grant = pair.service.basic("/oAuth/rest/v2/Token", CLIENT, &pair.secrets[0], &fields);
    let (access, refresh) =
        (grant.json["access_token"].as_str().unwrap(), grant.json["refresh_token"].as_str().unwrap());
    let token = [("token", refresh)];
    assert_eq!(pair.service.basic("/oauth/revoke", CLIENT, &pair.secrets[1], &token).status, 200);
    assert!(is_alive(&pair.service, CLIENT, access), "not its own");
    assert_eq!(pair.service.basic("/oauth/revoke", CLIENT, &pair.secrets[0], &token).status, 200);
    assert!(!is_alive(&pair.service, CLIENT, access));
    assert_eq!(pair.alive(), [true, true]);
    assert_eq!(pair.service.audited(), "grant.create,grant.revoke");
}

#[test]
fn introspection_tells_a_client_of_its_own_tokens_only() {
    let pair = Pair::new();
    let ask = |client: &str, secret: &str, token: &str| {
        pair.service.basic("/oauth/introspect", client, secret, &[("token", token)])
    };
    let inactive = json!({ "active": false });
    pair.service.platform.trips.set(0);
    let reply = ask(CLIENT, &pair.secrets[1], &pair.tokens[0]);
    let (_, claims) = decoded(&pair.tokens[0]);
    assert_eq!(
        (reply.status, pair.service.platform.trips.get(), reply.header("cache-control")),
        (200, 1, Some("no-store, no-transform"))
    );
    assert_eq!(
        reply.json,
        json!({ "active": true, "scope": MINE, "client_id": CLIENT, "token_type": "Bearer", "exp": claims["exp"],
            "iat": claims["iat"], "sub": CLIENT, "aud": "mithril-edge", "iss": "https://edge.test",
            "jti": claims["jti"], "client_type": "MSP" })
    );
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    let secret = pair.service.secret(other, "e5372365-d47a-467f-81d0-f35117864354");
    for token in [&pair.tokens[0], "", "x", "a.b.c", &mint("role:read")] {
        if !token.is_empty() {
            assert_eq!(ask(other, &secret, token).json, inactive, "{token}");
        }
    }
    assert_eq!(ask(other, "mes_wrong", &pair.tokens[0]).status, 401);
    assert_eq!(pair.service.form("/oauth/introspect", &[("token", &pair.tokens[0])]).status, 401);
    // An administration may know of all.
    pair.service.platform.load("UPDATE client_types SET context = 'any' WHERE name = 'MSP'");
    assert_eq!(ask(other, &secret, &pair.tokens[0]).json["active"], true);
    // What is dead is inactive: revoked, expired, of a former grant.
    pair.service.basic("/oauth/revoke", CLIENT, &pair.secrets[0], &[("token", &pair.tokens[0])]);
    assert_eq!(ask(CLIENT, &pair.secrets[0], &pair.tokens[0]).json, inactive);
    pair.service.platform.now.set(NOW + 10 + 900);
    assert_eq!(ask(CLIENT, &pair.secrets[1], &pair.tokens[1]).json, inactive, "no leeway here");
}

#[test]
fn introspection_knows_refresh_tokens() {
    let pair = Pair::new();
    let other = "2480df72-275a-11e7-93ae-92361f002672";
    // A refreshed secret ends what began before, so the other client gets its secret earlier.
    pair.service.platform.now.set(NOW);
    let others = pair.service.secret(other, "e5372365-d47a-467f-81d0-f35117864354");
    pair.service.platform.now.set(NOW + 20);
    let fields = [("grant_type", "client_credentials"), ("scope", "connection:read")];
    let grant = pair.service.basic("/oAuth/rest/v2/Token", CLIENT, &pair.secrets[0], &fields);
    let refresh = grant.json["refresh_token"].as_str().unwrap();
    let ask = || pair.service.basic("/oauth/introspect", CLIENT, &pair.secrets[0], &[("token", refresh)]).json;
    assert_eq!(
        ask(),
        json!({ "active": true, "scope": "connection:read", "client_id": CLIENT, "exp": NOW + 20 + 7_776_000,
            "iat": NOW + 20, "sub": CLIENT, "iss": "https://edge.test" })
    );
    let told = pair.service.basic("/oauth/introspect", other, &others, &[("token", refresh)]).json;
    assert_eq!(told, json!({ "active": false }), "it is another client's");
    let revoked_at =
        |time: &str| pair.service.platform.load(&format!("UPDATE clients SET tokens_valid_after = {time}"));
    revoked_at(&(NOW + 20).to_string());
    assert_eq!(ask(), json!({ "active": false }), "its grant has ended");
    revoked_at("NULL");
    let rotate = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    assert_eq!(pair.service.basic("/oauth/token", CLIENT, &pair.secrets[0], &rotate).status, 200);
    assert_eq!(ask(), json!({ "active": false }));
    assert_eq!(pair.service.sql::<i64>("SELECT count(*) FROM refresh_grants"), 1, "asking ends nothing");
}

#[test]
fn where_memory_answers_a_revocation_is_at_most_60_s_late() {
    let service = Service::default();
    let mis = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
    service.platform.load(&format!(
        "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at) VALUES
         ('one', '{mis}', '{mis}', 'https://a.test', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'),
         ('two', '{mis}', '{CLIENT}', 'https://b.test', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
         UPDATE clients SET priv_settings = '{{\"access_type\":\"DIRECT\"}}' WHERE id = '{mis}'"
    ));
    let secrets = ["one", "two"].map(|connection| service.secret(mis, connection));
    service.platform.now.set(NOW + 5);
    let tokens = [0, 1].map(|at| service.token(mis, &secrets[at]));
    let role = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
    let statuses = || [0, 1].map(|at| service.call(Method::Get, role, &tokens[at], "").status);
    assert_eq!(statuses(), [200, 200]);
    service.platform.load("DELETE FROM connections WHERE id = 'one'");
    service.platform.now.set(NOW + 64);
    assert_eq!(statuses(), [200, 200], "not asked yet");
    service.platform.now.set(NOW + 65);
    assert_eq!(statuses(), [401, 200]);
}

#[test]
fn every_statement_of_the_plane_finds_its_rows_by_an_index() {
    let pair = Pair::new();
    let fields = [("grant_type", "client_credentials")];
    let grant = pair.service.basic("/oAuth/rest/v2/Token", CLIENT, &pair.secrets[0], &fields);
    let refresh = grant.json["refresh_token"].as_str().unwrap().to_owned();
    pair.service.basic(
        "/oauth/token",
        CLIENT,
        &pair.secrets[0],
        &[("grant_type", "refresh_token"), ("refresh_token", &refresh)],
    );
    let code = [("grant_type", "authorization_code"), ("code", "mec_x"), ("redirect_uri", "https://a.test")];
    pair.service.basic("/oauth/token", CLIENT, &pair.secrets[0], &code);
    let body = format!(r#"{{"app":{{"client_id":"{CLIENT}","redirect_uri":"https://a.test"}}}}"#);
    pair.service.call(Method::Post, "/oauth/apps/authorize", &mint("app:authorize"), &body);
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        for token in [&refresh, &pair.tokens[0]] {
            pair.service.basic(path, CLIENT, &pair.secrets[0], &[("token", token)]);
        }
    }
    let seen: BTreeSet<_> =
        pair.service.platform.statements.borrow().iter().map(|statement| statement.sql.to_string()).collect();
    let db = pair.service.platform.db.borrow();
    for sql in seen.iter().filter(|sql| sql.contains("grants") || sql.contains("link")) {
        let mut explained = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nulls = vec![rusqlite::types::Null; explained.parameter_count()];
        let rows = explained.query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>(3)).unwrap();
        for step in rows.map(Result::unwrap) {
            // The scopes that a request names are sorted by their places in the client's type.
            let is_of_request = step.contains("TEMP B-TREE") && sql.contains("json_each(?2) want GROUP BY name");
            assert!(is_of_request || !is_slow(&step), "{step}\n{sql}");
        }
    }
    assert!(seen.len() > 16, "{}", seen.len());
}
