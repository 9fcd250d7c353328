//! A full run of everything that makes, takes or ends a secret, and a search of all that it left: tables, cache, log,
//! answers. A secret is in the one answer that shows it and nowhere else; a digest is in its column and nowhere else.

mod run;

use std::cell::RefCell;
use std::collections::BTreeSet;

use base64ct::{Base64UrlUnpadded, Encoding};
use mithril_edge::db::error::DbError;
use mithril_edge::http::Header;
use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use mithril_edge::memory::App;
use mithril_edge::settings::RawSettings;
use rusqlite::types::ValueRef;
use serde_json::{Value, json};

use run::Run;

use crate::oauth::{CLIENT, CONNECTION};
use crate::support::routes::MIS;
use crate::support::tokens;
use crate::support::tokens::{Signer, sign};
use crate::support::{Service, mint};

const LIST: &str = "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections";
const REDIRECT: &str = "https://clinic.example/callback";
const FORM: &str = "application/x-www-form-urlencoded";
/// Columns that digests are for.
const DIGESTS: [&str; 5] = [
    "connection_secrets.digest",
    "refresh_grants.digest",
    "refresh_grants.previous",
    "authorization_codes.digest",
    "used_assertions.digest",
];

fn settings(versions: &[u8]) -> RawSettings {
    let pepper =
        |version: u8| json!({ "version": version, "key": Base64UrlUnpadded::encode_string(&[version + 6; 32]) });
    let secret_peppers = Some(versions.iter().map(|version| pepper(*version)).collect::<Value>().to_string());
    RawSettings { secret_peppers, api_key_rule: Some("refresh".to_owned()), ..tokens::settings() }
}

/// Every secret-bearing operation, well and badly done.
fn full_run() -> Run {
    let service = Service { app: App::new(&settings(&[1])), ..Service::default() };
    service.platform.load(&format!(
        "INSERT INTO roles (id, name, scope, inserted_at, updated_at)
           VALUES ('r1', 'Owner', 'connection:read', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
         INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
           VALUES ('1', 'user-1', 'r1', '{CLIENT}', '2024-01-01T00:00:00Z');"
    ));
    let mut run = Run { service, answers: RefCell::default(), shown: RefCell::default() };
    secrets_and_their_tokens(&run);
    // The second half under a new pepper.
    run.service.app = App::new(&settings(&[2, 1]));
    secrets_and_their_tokens(&run);
    run
}

fn secrets_and_their_tokens(run: &Run) {
    let own = format!("{LIST}/{CONNECTION}");
    let refresh = format!("{own}/actions/refresh_secret");
    let consumer = json!({ "redirect_uri": "https://mis.test/cb", "consumer_id": MIS }).to_string();
    let of_mis = format!("/admin/clients/{MIS}/connections");

    // Made by an upsert; the second is known already, the first is deleted for the next round.
    let key = run.twice(Put, &of_mis, &mint("connection:write"), &[], &consumer, "/data/secret");
    let made_id: String = run.service.sql(&format!("SELECT id FROM connections WHERE client_id = '{MIS}'"));
    run.call(Put, &of_mis, "connection:write", &consumer);

    // Refreshed under the api-key rule, with and without grace, and refused.
    let with_key = |key: &str, body: &str| {
        run.call_as(Patch, &refresh, &mint("connection:refresh_secret"), &[(Header::ApiKey, key)], body)
    };
    let old = run.keep(&with_key(&key, ""), "/data/secret");
    let scope = mint("connection:refresh_secret");
    let grace = r#"{"grace_period":600}"#;
    let secret = run.twice(Patch, &refresh, &scope, &[(Header::ApiKey, &key)], grace, "/data/secret");
    assert_eq!(with_key(&old, "").status, 403);
    assert_eq!(with_key("mes_wrong", "").status, 401);
    assert_eq!(with_key(&key, &json!({ "grace_period": secret }).to_string()).status, 422);
    run.call(Get, &format!("{own}/secrets"), "connection:read", "");
    run.call(Get, &own, "connection:read", "");
    run.call(Get, LIST, "connection:read", "");

    // Tokens of each dialect.
    let grant = ("grant_type", "client_credentials");
    let plain = run.client("/oauth/token", &old, &[grant]);
    let access = run.keep(&plain, "/access_token");
    let endpoint = run.client("/oAuth/rest/v2/Token", &secret, &[grant]);
    run.keep(&endpoint, "/access_token");
    let first = run.keep(&endpoint, "/refresh_token");
    let next = run.client("/oauth/token", &secret, &[("grant_type", "refresh_token"), ("refresh_token", &first)]);
    run.keep(&next, "/access_token");
    let second = run.keep(&next, "/refresh_token");
    for scope in ["x", "connection:read"] {
        let user = sign(
            Signer::LoginEs256,
            json!({}),
            json!({ "client_id": "login", "client_type": "Auth_FE", "scope": "app:authorize" }),
        );
        let app = json!({ "app": { "client_id": CLIENT, "redirect_uri": REDIRECT, "scope": scope } }).to_string();
        if scope == "x" {
            let more = [(Header::IdempotencyKey, "refused")];
            assert_eq!(run.call_as(Post, "/oauth/apps/authorize", &user, &more, &app).status, 422);
            continue;
        }
        let code = run.twice(Post, "/oauth/apps/authorize", &user, &[], &app, "/data/value");
        let fields = |code| [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)];
        assert_eq!(run.client("/oauth/token", "mes_wrong", &fields(&code)).status, 401);
        let given = run.client("/oauth/token", &secret, &fields(&code));
        run.keep(&given, "/access_token");
        run.keep(&given, "/refresh_token");
        assert_eq!(run.client("/oauth/token", &secret, &fields(&code)).status, 400, "shown again");
    }
    run.client("/oauth/introspect", &secret, &[("token", &access)]);
    run.client("/oauth/introspect", &secret, &[("token", &second)]);
    run.client("/oauth/token", &secret, &[("grant_type", "refresh_token"), ("refresh_token", "mer_wrong")]);

    // In places where they do not belong.
    for text in [&secret, &access, &second] {
        run.call_as(Get, LIST, text, &[], "");
        run.call(Get, &format!("{LIST}?consumer_id={text}"), "connection:read", "");
        run.call(Patch, &own, "connection:write", &json!({ "redirect_uri": text, "secret": text }).to_string());
        run.call(Patch, &own, "connection:write", text);
        run.form("/oauth/token", &[grant, ("client_id", text), ("client_secret", text)]);
        run.form("/oauth/token", &[("grant_type", text), ("client_id", CLIENT)]);
        run.client("/oauth/token", text, &[grant, ("scope", text)]);
        run.client("/oauth/revoke", text, &[("token", "x"), ("token_type_hint", text)]);
        let basic = format!("Basic {text}");
        run.send(Post, "/oauth/token", &[(Header::ContentType, FORM), (Header::Authorization, &basic)], "");
    }

    // One more grant, rotated, that stays.
    let stays = run.client("/oAuth/rest/v2/Token", &secret, &[grant]);
    run.keep(&stays, "/access_token");
    let token = run.keep(&stays, "/refresh_token");
    let next = run.client("/oauth/token", &secret, &[("grant_type", "refresh_token"), ("refresh_token", &token)]);
    run.keep(&next, "/access_token");
    run.keep(&next, "/refresh_token");

    // With a database that fails.
    for fault in [DbError::Unavailable("Network connection lost".to_owned()), DbError::Other("disk I/O".to_owned())] {
        run.service.platform.fault.replace(Some(fault));
        assert!(with_key(&key, "").status >= 500);
        assert!(run.client("/oauth/token", &secret, &[grant]).status >= 500);
        run.service.platform.fault.take();
    }

    // Their end.
    run.client("/oauth/revoke", &secret, &[("token", &access)]);
    run.client("/oauth/revoke", &secret, &[("token", &second)]);
    let id: String = run.service.sql("SELECT id FROM connection_secrets WHERE expires_at IS NOT NULL LIMIT 1");
    assert_eq!(run.call(Delete, &format!("{own}/secrets/{id}"), "connection:refresh_secret", "").status, 200);
    // The second round's stay, so that there are digests to look for.
    if run.service.app.settings.peppers.len() == 1 {
        let path = format!("/api/clients/{MIS}/connections/{made_id}");
        assert_eq!(run.call(Delete, &path, "connection:delete", "").status, 200);
    }
}

/// Every value of every table, with its column.
fn dump(service: &Service) -> Vec<(String, String)> {
    let db = service.platform.db.borrow();
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").expect("tables");
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).expect("rows").map(Result::unwrap).collect();
    let mut values = Vec::new();
    for table in tables {
        let mut rows = db.prepare(&format!("SELECT * FROM {table}")).expect("a table");
        let columns: Vec<String> = rows.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = rows.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            for (at, column) in columns.iter().enumerate() {
                let text = match row.get_ref(at).expect("a value") {
                    ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
                    _ => continue,
                };
                values.push((format!("{table}.{column}"), text));
            }
        }
    }
    values
}

/// What tells a secret text from every other: more than its hint, and not what tokens of one grant have in common.
fn needle(text: &str) -> &str {
    &text[text.len() - 24..]
}

#[test]
fn a_secret_is_in_the_one_answer_that_shows_it_and_nowhere_else() {
    let run = full_run();
    let shown = run.shown.borrow().clone();
    let kept = dump(&run.service);
    assert!(shown.len() >= 16, "the run made secrets, tokens and codes: {}", shown.len());
    let distinct: BTreeSet<&str> = shown.iter().map(|(text, _)| needle(text)).collect();
    assert_eq!(distinct.len(), shown.len());

    for (text, at) in &shown {
        let needle = needle(text);
        for (column, value) in &kept {
            assert!(!value.contains(needle), "{column} holds {text}");
        }
        for (key, value) in &*run.service.platform.cache.borrow() {
            assert!(!key.contains(needle) && !value.contains(needle), "the cache's {key} holds {text}");
        }
        for line in &*run.service.platform.log.borrow() {
            assert!(!line.contains(needle), "{line} holds {text}");
        }
        for (number, answer) in run.answers.borrow().iter().enumerate() {
            assert_eq!(answer.contains(needle), at.contains(&number), "answer {number}: {answer}");
        }
    }
}

#[test]
fn a_digest_is_in_its_column_and_a_key_is_nowhere() {
    let run = full_run();
    let kept = dump(&run.service);
    let peppers = [1, 2].map(|version: u8| Base64UrlUnpadded::encode_string(&[version + 6; 32]));
    let signing: Value = serde_json::from_str(&tokens::settings().signing_keys.expect("keys")).expect("a JWK Set");
    let keys: Vec<&str> = peppers.iter().map(String::as_str).chain(signing["keys"][0]["d"].as_str()).collect();
    let is_digest = |column: &str| DIGESTS.contains(&column);
    let digests: BTreeSet<&str> =
        kept.iter().filter(|(column, _)| is_digest(column)).map(|(_, value)| value.as_str()).collect();
    // Those of former peppers, too, and of secrets that are gone.
    let shown = run.shown.borrow();
    let former: Vec<String> = run
        .service
        .app
        .settings
        .peppers
        .iter()
        .flat_map(|pepper| shown.iter().map(|(text, _)| pepper.digest(text)))
        .collect();
    assert!(digests.len() >= 6 && keys.len() == 3, "{digests:?}");

    let mut everything: Vec<(String, String)> = kept.iter().filter(|(column, _)| !is_digest(column)).cloned().collect();
    everything.extend(
        run.service
            .platform
            .cache
            .borrow()
            .iter()
            .map(|(key, value)| ("the cache".to_owned(), format!("{key} {value}"))),
    );
    everything.extend(run.service.platform.log.borrow().iter().map(|line| ("the log".to_owned(), line.clone())));
    everything.extend(run.answers.borrow().iter().map(|answer| ("an answer".to_owned(), answer.clone())));
    for secret in digests.iter().copied().chain(former.iter().map(String::as_str)).chain(keys.iter().copied()) {
        for (place, text) in &everything {
            assert!(!text.contains(secret), "{place} holds {secret}: {text}");
        }
    }
    for key in keys {
        for (column, value) in &kept {
            assert!(!value.contains(key), "{column} holds a key");
        }
        // What a crash could print.
        assert!(!format!("{:?}", run.service.app.settings.peppers).contains(key));
    }
}

/// The search itself: it sees what it is to see.
#[test]
fn the_run_reaches_every_place_that_is_searched() {
    let run = full_run();
    let columns: BTreeSet<String> = dump(&run.service).into_iter().map(|(column, _)| column).collect();
    for column in [
        "audit.fields",
        "audit.subject",
        "connection_secrets.hint",
        "refresh_grants.digest",
        "authorization_codes.digest",
        "idempotency_keys.secret",
        "idempotency_keys.outcome",
    ] {
        assert!(columns.contains(column), "{column}");
    }
    assert_eq!(run.service.platform.log.borrow().len(), run.answers.borrow().len());
    let statuses: BTreeSet<&str> = ["200", "201", "400", "401", "403", "422", "500", "503"].into();
    let seen: BTreeSet<String> = run.answers.borrow().iter().map(|answer| answer[..3].to_owned()).collect();
    assert!(statuses.iter().all(|status| seen.contains(*status)), "{seen:?}");
    assert!(!run.service.platform.cache.borrow().is_empty());
}
