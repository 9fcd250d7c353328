//! The rules of codes and refresh tokens, one at a time: a request that breaks one of them alone is refused, and what is
//! stored stays as it was.

use serde_json::json;

use super::code::{REDIRECT, VERIFIER, authorize, code, exchange, service};
use super::*;
use crate::support::platform::NOW;

/// A broker that allows one scope, which is not the one that is asked for.
fn narrow_broker() -> String {
    format!(
        "UPDATE clients SET priv_settings = json_set(priv_settings, '$.broker_scope', 'connection:delete') WHERE id <> '{CLIENT}'"
    )
}

#[test]
fn a_code_that_one_rule_alone_refuses_is_not_kept() {
    let broker = narrow_broker();
    let twice = format!("UPDATE connections SET redirect_uri = '{REDIRECT}' WHERE client_id = '{CLIENT}'");
    let public = format!("UPDATE connections SET token_endpoint_auth_method = 'none' WHERE id = '{CONNECTION}'");
    // The roles and the broker allow it, the type alone does not.
    let wide = "UPDATE roles SET scope = scope || ' x';
         UPDATE clients SET priv_settings = json_set(priv_settings, '$.broker_scope', (priv_settings ->> 'broker_scope') || ' x')
         WHERE priv_settings ->> 'broker_scope' IS NOT NULL";
    let blocked = json!({ "client_id": "3580df72-275a-11e7-93ae-92361f002673", "scope": "connection:delete",
        "redirect_uri": "https://blocked.example/callback" });
    for (rule, setup, changes, status) in [
        ("the client is not blocked", "", blocked, 401),
        ("the redirect_uri is registered", "", json!({ "redirect_uri": "https://new.example/callback" }), 401),
        ("the type allows the scope", wide, json!({ "scope": "x" }), 422),
        ("the broker allows the scope", &broker, json!({}), 422),
        ("the roles allow the scope", "", json!({ "scope": "connection:refresh_secret" }), 422),
        ("one connection is meant", &twice, json!({}), 422),
        (
            "a public client has a challenge",
            &public,
            json!({ "code_challenge": null, "code_challenge_method": null }),
            422,
        ),
    ] {
        let service = service();
        service.platform.load(setup);
        assert_eq!(authorize(&service, changes).status, status, "{rule}");
        let kept = "SELECT (SELECT count(*) FROM authorization_codes) + (SELECT count(*) FROM audit)";
        assert_eq!(service.sql::<i64>(kept), 0, "{rule}");
    }
}

/// Codes and grants, as they are stored.
fn stored(service: &Service) -> String {
    service.sql(
        "SELECT (SELECT json_group_array(json_array(digest, grant_id)) FROM authorization_codes)
         || (SELECT json_group_array(json_array(id, digest, previous, retry_exp)) FROM refresh_grants)",
    )
}

#[test]
fn a_code_that_one_rule_alone_refuses_stays_unused() {
    let one_uri = format!("UPDATE connections SET redirect_uri = '{REDIRECT}' WHERE client_id = '{CLIENT}'");
    let moved = format!("UPDATE connections SET redirect_uri = '{REDIRECT}/2' WHERE id = '{CONNECTION}'");
    let revoked = format!("UPDATE connections SET tokens_valid_after = {NOW} + 1 WHERE id = '{CONNECTION}'");
    let ended = format!("UPDATE authorization_codes SET code_exp = {NOW}");
    for (rule, setup, of_sibling, changes) in [
        ("the connection is the code's", one_uri.as_str(), true, vec![]),
        ("the connection still has the redirect_uri", &moved, false, vec![]),
        ("the redirect_uri is the code's", "", false, vec![("redirect_uri", "https://clinic.example/own")]),
        ("nothing was revoked since", &revoked, false, vec![]),
        ("the code has not ended", &ended, false, vec![]),
    ] {
        let service = service();
        let (own, sibling) = (service.secret(CLIENT, CONNECTION), service.secret(CLIENT, OTHER_CONNECTION));
        let value = code(&service, json!({}));
        service.platform.load(setup);
        let before = stored(&service);
        let reply = exchange(&service, if of_sibling { &sibling } else { &own }, &value, &changes);
        assert_eq!((reply.status, reply.json["error"].as_str()), (400, Some("invalid_grant")), "{rule}");
        assert_eq!(stored(&service), before, "{rule}");
    }
}

#[test]
fn a_refresh_token_that_one_rule_alone_refuses_is_not_used_up() {
    let revoked = format!("UPDATE connections SET tokens_valid_after = {NOW} + 1 WHERE id = '{CONNECTION}'");
    let ended = format!("UPDATE refresh_grants SET grant_exp = {NOW}");
    let broker = narrow_broker();
    let other_roles = "UPDATE refresh_grants SET scope = 'connection:read connection:write'; UPDATE roles SET scope = 'connection:write'";
    // The grant has two scopes, of which one rule leaves the one that is not asked for.
    let two = "UPDATE refresh_grants SET scope = 'connection:read connection:write'; UPDATE roles SET scope = scope || ' connection:write';";
    let other_type = format!("{two} UPDATE client_types SET scope = 'connection:write' WHERE name = 'MSP'");
    let other_broker = format!(
        "{two} UPDATE clients SET priv_settings = json_set(priv_settings, '$.broker_scope', 'connection:write') WHERE id <> '{CLIENT}'"
    );
    let narrow_type = "UPDATE client_types SET scope = 'connection:write' WHERE name = 'MSP'";
    for (rule, setup, of_sibling, scope) in [
        ("the connection is the grant's", "", true, "connection:read"),
        ("nothing was revoked since", revoked.as_str(), false, "connection:read"),
        ("the grant has not ended", &ended, false, "connection:read"),
        ("the grant allows the scope", "", false, "connection:write"),
        ("the type allows a scope", narrow_type, false, "connection:read"),
        ("the type allows the scope that is asked for", &other_type, false, "connection:read"),
        ("the broker allows the scope that is asked for", &other_broker, false, "connection:read"),
        ("the roles allow a scope", "DELETE FROM user_roles", false, "connection:read"),
        ("the roles allow the scope that is asked for", other_roles, false, "connection:read"),
        ("the broker allows the scope", &broker, false, "connection:read"),
    ] {
        let service = service();
        let (own, sibling) = (service.secret(CLIENT, CONNECTION), service.secret(CLIENT, OTHER_CONNECTION));
        let given = exchange(&service, &own, &code(&service, json!({})), &[("code_verifier", VERIFIER)]);
        let token = given.json["refresh_token"].as_str().unwrap();
        service.platform.load(setup);
        let before = stored(&service);
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        let reply = service.basic("/oauth/token", CLIENT, if of_sibling { &sibling } else { &own }, &fields);
        assert_eq!(reply.status, 400, "{rule}");
        assert_eq!(stored(&service), before, "{rule}");
    }
}
