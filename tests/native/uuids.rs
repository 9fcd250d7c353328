//! A UUID is one id in either case, wherever it enters: paths, bodies, forms, claims, filters. What is stored does not
//! depend on how it was written. Any other id is compared exactly.

use mithril_edge::http::{Header, Method};
use serde_json::{Value, json};

use crate::oauth::assertion::{TYPE, assertion};
use crate::oauth::code::{REDIRECT, code, service as users};
use crate::oauth::{CLIENT, CONNECTION};
use crate::support::endpoint::{CLERK, send};
use crate::support::routes::{CLINIC, Example, FREE, MIS, UNUSED, endpoint_changes, endpoint_reads, examples};
use crate::support::tokens::{ADMIN, Signer, login_jwk, settings, sign};
use crate::support::{FIXTURE, Reply, Service};

/// The ids of the fixture that are no UUIDs, and UUIDs to stand for them: Endpoint's in upper case, as it keeps them.
const STAND_INS: [(&str, &str); 8] = [
    ("role-unused", "aaaa0000-275a-11e7-93ae-92361f00aaaa"),
    ("type-unused", "bbbb0000-275a-11e7-93ae-92361f00bbbb"),
    ("type-msp", "cccc0000-275a-11e7-93ae-92361f00cccc"),
    ("user-role-1", "dddd0000-275a-11e7-93ae-92361f00dddd"),
    ("user-1", "eeee0000-275a-11e7-93ae-92361f00eeee"),
    ("secret-1", "ffff0000-275a-11e7-93ae-92361f00ffff"),
    ("GROUP-A", "ABCD0000-275A-11E7-93AE-92361F00ABCD"),
    ("FREE", "DCBA0000-275A-11E7-93AE-92361F00DCBA"),
];

/// The text with UUIDs for the ids of [`STAND_INS`], where they stand alone: in quotes or as a segment of a path.
fn with_uuids(text: &str) -> String {
    STAND_INS.iter().fold(format!("{text}\n"), |text, (from, to)| {
        [["'", "'"], ["\"", "\""], ["/", "/"], ["/", "\n"]].iter().fold(text, |text, [before, after]| {
            text.replace(&format!("{before}{from}{after}"), &format!("{before}{to}{after}"))
        })
    })
}

/// The text with every UUID that stands alone in the other case.
fn flipped(text: &str) -> String {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let bytes = text.as_bytes();
    let mut flipped = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = at + 36;
        let is_alone = (at == 0 || !is_part(bytes.get(at - 1))) && !is_part(bytes.get(end));
        match text.get(at..end).filter(|one| is_alone && mithril_edge::ports::id::is_guid(one)) {
            Some(one) if one.contains(|letter: char| letter.is_ascii_uppercase()) => {
                flipped += &one.to_ascii_lowercase()
            }
            Some(one) => flipped += &one.to_ascii_uppercase(),
            None => {
                let next = text.get(at..).and_then(|rest| rest.chars().next()).expect("a character");
                flipped.push(next);
                at += next.len_utf8();
                continue;
            }
        }
        at = end;
    }
    flipped
}

/// The answer, without the address of the request, and everything that is stored afterwards.
fn outcome(route: &Example, path: &str, body: &str, claims: &str) -> (u16, Value, Option<String>, Vec<String>) {
    let service = Service::over(&with_uuids(&[FIXTURE, UNUSED, FREE].concat()), &settings());
    service.platform.chance.set(Some(1));
    let mut claims: Value = serde_json::from_str(claims).unwrap();
    claims["scope"] = json!(route.route.access.scopes().join(" "));
    let token = sign(Signer::LoginEs256, json!({}), claims);
    let reply = service.call(route.route.method, path, &token, body);
    let mut json = reply.json.clone();
    for place in ["/meta/url", "/Instance"] {
        json.pointer_mut(place).map(Value::take);
    }
    // A token in the other case is another token, and a logout keeps its digest.
    service.platform.load(
        "UPDATE revoked_tokens SET jti = 'digest'; UPDATE audit SET subject = 'digest' WHERE action = 'token.logout'",
    );
    (reply.status, json, reply.header("location").map(str::to_owned), service.dump())
}

#[test]
fn every_route_does_the_same_whatever_the_case_of_the_ids_in_path_body_and_token() {
    let claims = json!({ "client_id": ADMIN, "sub": STAND_INS[4].1 }).to_string();
    let mut flips = 0;
    for example in [examples(), endpoint_changes(), endpoint_reads()].into_iter().flatten() {
        let (path, body) = (with_uuids(&example.path), with_uuids(example.body));
        let (path, body) = (path.trim_end(), body.trim_end());
        let plain = outcome(&example, path, body, &claims);
        let what = format!("{} {path} {body}", example.route.method.as_str());
        assert_eq!(plain.0, example.status, "{what}");
        flips += usize::from(flipped(path) != path) + usize::from(flipped(body) != body);
        assert_eq!(outcome(&example, &flipped(path), body, &claims), plain, "the path of {what}");
        assert_eq!(outcome(&example, path, &flipped(body), &claims), plain, "the body of {what}");
        // A logout keeps the digest of the token itself, and this is another token.
        if example.route.path != "/auth/logout" {
            assert_eq!(outcome(&example, path, body, &flipped(&claims)), plain, "the token of {what}");
        }
    }
    assert!(flips > 50, "{flips}");
}

#[test]
fn the_own_client_rule_knows_a_client_in_either_case() {
    for (named, claimed) in [(CLINIC.to_uppercase(), CLINIC.to_owned()), (CLINIC.to_owned(), CLINIC.to_uppercase())] {
        let service = Service::default();
        let claims = json!({ "client_id": claimed, "client_type": "MSP", "scope": "connection:read" });
        let path = format!("/api/clients/{named}/connections");
        for _cold_then_hot in 0..2 {
            let reply = service.call(Method::Get, &path, &sign(Signer::LoginEs256, json!({}), claims.clone()), "");
            assert_eq!(reply.status, 200, "{named} {claimed}");
        }
    }
}

#[test]
fn any_other_id_is_compared_exactly() {
    let service = crate::support::routes::service();
    let get = |path: &str, scope: &str| service.call(Method::Get, path, &crate::support::mint(scope), "").status;
    assert_eq!(get("/admin/roles/role-unused", "role:read"), 200);
    for id in ["ROLE-UNUSED", "role-1380DF72-275A-11E7-93AE-92361F002671", "Role-unused"] {
        assert_eq!(get(&format!("/admin/roles/{id}"), "role:read"), 404, "{id}");
    }
    assert_eq!(get("/admin/client_types/TYPE-MSP", "client_type:read"), 404);
    let no_hyphens = CLINIC.replace('-', "").to_uppercase();
    assert_eq!(get(&format!("/admin/clients/{no_hyphens}"), "client:read"), 404);
}

#[test]
fn the_token_addresses_know_a_client_in_either_case() {
    let service = Service::default();
    let secret = service.secret(CLIENT, CONNECTION);
    let upper = CLIENT.to_uppercase();
    let grant = ("grant_type", "client_credentials");
    for path in ["/oauth/token", "/oAuth/rest/v2/Token"] {
        let reply = service.form(path, &[grant, ("client_id", &upper), ("client_secret", &secret)]);
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(service.basic(path, &upper, &secret, &[grant]).status, 200, "{path}");
        // The header and the parameter name the same client.
        assert_eq!(service.basic(path, &upper, &secret, &[grant, ("client_id", CLIENT)]).status, 200, "{path}");
    }
    let body = json!({ "token": { "grant_type": "client_credentials", "client_id": upper, "client_secret": secret } });
    let json_type = [(Header::ContentType, "application/json")];
    let reply = service.send(Method::Post, "/oauth/tokens", &json_type, &body.to_string());
    assert_eq!((reply.status, &reply.json["data"]["details"]["client_id"]), (201, &json!(CLIENT)));
    let token = reply.json["data"]["value"].as_str().unwrap();
    let seen = service.basic("/oauth/introspect", &upper, &secret, &[("token", token)]);
    assert_eq!(
        (&seen.json["active"], &seen.json["client_id"], &seen.json["sub"]),
        (&json!(true), &json!(CLIENT), &json!(CLIENT))
    );
    assert_eq!(service.basic("/oauth/revoke", &upper, &secret, &[("token", token)]).status, 200);
    assert_eq!(service.basic("/oauth/introspect", CLIENT, &secret, &[("token", token)]).json["active"], false);
    assert!(!service.dump().iter().any(|row| row.contains(&upper)), "nothing is stored in upper case");
}

#[test]
fn an_assertion_may_name_its_client_in_either_case() {
    let service = Service::default();
    let jwks = json!({ "keys": [login_jwk("ec")] }).to_string();
    service.platform.load(&format!(
        "UPDATE connections SET token_endpoint_auth_method = 'private_key_jwt', jwks = '{jwks}' WHERE id = '{CONNECTION}'"
    ));
    let upper = CLIENT.to_uppercase();
    for (at, (iss, sub, client_id)) in
        [(&*upper, &*upper, CLIENT), (CLIENT, CLIENT, &*upper), (&*upper, CLIENT, CLIENT)].into_iter().enumerate()
    {
        let jwt = assertion(Signer::LoginEs256, json!({}), json!({ "iss": iss, "sub": sub, "jti": at.to_string() }));
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_assertion_type", TYPE),
            ("client_assertion", &jwt),
        ];
        assert_eq!(service.form("/oauth/token", &fields).status, 200, "{iss} {sub} {client_id}");
    }
}

#[test]
fn authorize_finds_client_consumer_and_user_in_either_case() {
    let service = users();
    let user = "eeee0000-275a-11e7-93ae-92361f00eeee";
    service.platform.load(&format!("UPDATE user_roles SET user_id = '{user}' WHERE user_id = 'user-1'"));
    let app = |case: fn(&str) -> String| {
        let body = json!({ "app": { "client_id": case(CLIENT), "consumer_id": case(MIS), "redirect_uri": REDIRECT } });
        let claims = json!({ "client_id": "login", "sub": case(user), "scope": "app:authorize" });
        let token = sign(Signer::LoginEs256, json!({}), claims);
        service.call(Method::Post, "/oauth/apps/authorize", &token, &body.to_string())
    };
    for reply in [app(str::to_lowercase), app(str::to_uppercase)] {
        let data = &reply.json["data"];
        let told = (reply.status, &data["user_id"], &data["details"]["client_id"]);
        assert_eq!(told, (201, &json!(user), &json!(CLIENT)), "{}", reply.json);
    }
    assert_eq!(service.sql::<i64>("SELECT count(DISTINCT user_id) FROM authorization_codes"), 1);
    assert!(!code(&users(), json!({ "client_id": CLIENT.to_uppercase() })).is_empty());
}

#[test]
fn the_user_of_a_token_is_one_in_either_case_for_roles_audit_and_keys() {
    let service = Service::default();
    let user = "eeee0000-275a-11e7-93ae-92361f00eeee";
    let admin = |sub: &str, scope: &str| sign(Signer::LoginEs256, json!({}), json!({ "sub": sub, "scope": scope }));
    let body = r#"{"name":"Once","scope":"a:read"}"#;
    let key = [(Header::IdempotencyKey, "uuid")];
    let first = service.call_with(Method::Post, "/admin/roles", &admin(user, "role:write"), &key, body);
    let again = service.call_with(Method::Post, "/admin/roles", &admin(&user.to_uppercase(), "role:write"), &key, body);
    assert_eq!((first.status, &again.json["data"]), (201, &first.json["data"]));
    assert_eq!(service.sql::<String>("SELECT group_concat(actor) FROM audit"), user);
    // The same change under the same key, whatever the case of the id in its path.
    let path = |id: &str| format!("/admin/clients/{id}/actions/unblock");
    let key = [(Header::IdempotencyKey, "path")];
    let first = service.call_with(Method::Patch, &path(CLINIC), &admin(user, "client:write"), &key, "");
    let again = service.call_with(Method::Patch, &path(&CLINIC.to_uppercase()), &admin(user, "client:write"), &key, "");
    assert_eq!((first.status, again.status), (200, 200), "{}", again.json);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 2, "made once");
}

fn total(reply: &Reply) -> &Value {
    assert_eq!(reply.status, 200, "{}", reply.json);
    &reply.json["paging"]["total_entries"]
}

#[test]
fn filters_of_lists_take_an_id_in_either_case() {
    let service = Service::default();
    let user = "eeee0000-275a-11e7-93ae-92361f00eeee";
    let token = |sub: &str| {
        let scope = "client:write client:read role:write audit:read user:read user:write connection:read";
        sign(Signer::LoginEs256, json!({}), json!({ "sub": sub, "scope": scope }))
    };
    let new = "abcdef00-275a-11e7-93ae-92361f00abcd";
    service.platform.load("UPDATE client_types SET scope = 'a:read' WHERE id = 'type-msp'");
    let body = json!({ "id": new.to_uppercase(), "user_id": user.to_uppercase(), "name": "New", "client_type_id": "type-msp" });
    let made = service.call(Method::Post, "/admin/clients", &token(user), &body.to_string());
    assert_eq!(
        (made.status, &made.json["data"]["id"], &made.json["data"]["user_id"]),
        (201, &json!(new), &json!(user))
    );
    // A row of the audit from before, which nothing may change.
    let former = "ABAB0000-275A-11E7-93AE-92361F00ABAB";
    service.platform.load(&format!(
        "INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields) VALUES
         ('2024-01-01T00:00:00Z', '{former}', '{ADMIN}', 'old', 'access_role/{CLERK}', 'r', '[]')"
    ));
    for (list, filter, id, found) in [
        ("/admin/clients", "id", new, 1),
        ("/admin/clients", "user_id", user, 1),
        (&*format!("/api/clients/{CLINIC}/connections"), "consumer_id", MIS, 1),
        ("/admin/audit", "actor", user, 1),
        ("/admin/audit", "actor", former, 1),
        ("/admin/audit", "client_id", ADMIN, 2),
        ("/admin/audit", "subject", &format!("client/{new}"), 1),
        ("/admin/audit", "subject", &format!("access_role/{CLERK}"), 1),
    ] {
        for value in [id.to_owned(), flipped(id)] {
            let reply = service.call(Method::Get, &format!("{list}?{filter}={value}"), &token(user), "");
            assert_eq!(total(&reply), &json!(found), "{list} {filter} {value}");
        }
    }
    let exported =
        |actor: &str| service.call(Method::Get, &format!("/admin/audit.ndjson?actor={actor}"), &token(user), "").text;
    assert_eq!((exported(former).lines().count(), exported(&former.to_lowercase())), (1, exported(former)));
    let none = service.call(Method::Get, "/admin/audit?subject=access_role/clerk&action=OLD", &token(user), "");
    assert_eq!(total(&none), &json!(0));
}

#[test]
fn endpoint_keeps_a_guid_in_upper_case_and_finds_it_in_either() {
    let guid = "abcdef00-275a-11e7-93ae-92361f00abcd";
    for (path, name) in [("/AccessGroup", "Lower"), ("/Role", "Lower")] {
        let service = Service::default();
        let made = send(&service, Method::Post, path, &json!({ "Id": guid, "Name": name }));
        assert_eq!((made.status, &made.json["Id"]), (200, &json!(guid.to_uppercase())), "{path}");
        let again = send(&service, Method::Post, path, &json!({ "Id": guid.to_uppercase(), "Name": "Other" }));
        assert_eq!(again.status, 400, "the id is taken");
        let changed = send(&service, Method::Patch, path, &json!({ "Id": guid, "Description": "changed" }));
        assert_eq!((changed.status, &changed.json["Id"]), (200, &json!(guid.to_uppercase())), "{path}");
        assert_eq!(send(&service, Method::Get, &format!("{path}/{guid}"), &Value::Null).json["Description"], "changed");
        for filter in ["Id%20=%20", "Id%20In%20x;"] {
            let list = send(&service, Method::Get, &format!("{path}s?Filters={filter}{guid}"), &Value::Null);
            assert_eq!(list.json["Meta"]["TotalItems"], 1, "{path} {filter}");
        }
    }
    let service = Service::default();
    let sub = "eeee0000-275a-11e7-93ae-92361f00eeee";
    service.platform.load(&format!("UPDATE endpoint_users SET external_id = '{sub}' WHERE id = 7"));
    for sub in [sub.to_owned(), sub.to_uppercase()] {
        let groups = send(&service, Method::Get, &format!("/User/{sub}/AccessGroups?Name=External_Id"), &Value::Null);
        assert_eq!(groups.status, 200, "{sub}");
        let found = send(
            &service,
            Method::Get,
            &format!("/AccessGroup/GROUP-A/Users?Filters=External_Id%20=%20{sub}"),
            &Value::Null,
        );
        assert_eq!(found.json["Meta"]["TotalItems"], 1, "{sub}");
    }
}
