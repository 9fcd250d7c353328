//! The gate's SQL as a truth table: what the database says of a caller (`auth::gate`).

use mithril_edge::auth::answer::GateAnswer;
use mithril_edge::db::error::DbError;
use mithril_edge::db::gate::GateQuestions;
use mithril_edge::db::refusal::GateRefusal;
use mithril_edge::db::statement::Row;
use mithril_edge::identity::context::Context;
use serde_json::{Value, json};

use crate::support::Service;
use crate::support::routes::ADMINISTRATION;

const CLIENT: &str = "1380df72-275a-11e7-93ae-92361f002671";
const BLOCKED: &str = "3580df72-275a-11e7-93ae-92361f002673";
const MIS: &str = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
const CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864352";
const BLOCKED_CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864355";
/// The digest of the fixture's `secret-1`, a secret of CLIENT's connection.
const DIGEST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The gate's word for `?1` after `setup`: what a read is told, and what the guard of a change does about it.
fn word(setup: &str, gate: Value) -> String {
    let service = Service::default();
    service.platform.load(setup);
    let db = service.platform.db.borrow();
    let given = |member: &str| !gate[member].is_null();
    let questions = GateQuestions {
        is_ours: given("connection"),
        has_type: given("type"),
        refuses_consumers: given("unbounded"),
        has_keys: given("keys"),
    };
    let word = db.query_row::<String, _, _>(&questions.ask(), [gate.to_string()], |row| row.get(0)).unwrap();
    let expected = GateRefusal::of_word(&word).map_or(Ok(0), |refusal| Err(DbError::Refused(refusal)));
    let guarded =
        db.execute(&questions.guard(), [gate.to_string()]).map_err(|error| DbError::classify(&error.to_string()));
    assert_eq!(guarded, expected, "{word}");
    word
}

fn revoked_after(table: &str, id: &str, time: i64) -> String {
    format!("UPDATE {table} SET tokens_valid_after = {time} WHERE id = '{id}';")
}

#[test]
fn a_trusted_issuers_token_is_revoked_only_by_what_the_database_knows_of_its_client() {
    let revoked = revoked_after("clients", CLIENT, 100);
    for (setup, client, iat, expected) in [
        ("", "unknown", json!(null), "ok"),
        ("", CLIENT, json!(null), "ok"),
        ("", CLIENT, json!(1), "ok"),
        ("", BLOCKED, json!(1), "revoked"),
        ("", BLOCKED, json!(null), "revoked"),
        (&revoked, CLIENT, json!(99), "revoked"),
        (&revoked, CLIENT, json!(100), "revoked"),
        (&revoked, CLIENT, json!(101), "ok"),
        // Without `iat` it is unknown when the token was issued, so any revocation ends it.
        (&revoked, CLIENT, json!(null), "revoked"),
        (&revoked, MIS, json!(99), "ok"),
    ] {
        let gate =
            json!({ "client": client, "connection": null, "iat": iat, "type": null, "keys": null, "scope": "a" });
        assert_eq!(word(setup, gate), expected, "{setup} {client} {iat}");
    }
}

#[test]
fn our_own_token_needs_its_client_and_its_connection() {
    let client = revoked_after("clients", CLIENT, 100);
    let connection = revoked_after("connections", CONNECTION, 100);
    let blocked = format!("UPDATE clients SET is_blocked = 1 WHERE id = '{CLIENT}';");
    let gone = format!("DELETE FROM connections WHERE id = '{CONNECTION}';");
    let no_client = format!("DELETE FROM clients WHERE id = '{CLIENT}';");
    for (setup, client_id, connection_id, iat, expected) in [
        ("", CLIENT, CONNECTION, 1, "ok"),
        ("", MIS, CONNECTION, 1, "revoked"),
        ("", "unknown", CONNECTION, 1, "revoked"),
        ("", CLIENT, "unknown", 1, "revoked"),
        ("", CLIENT, "", 1, "revoked"),
        ("", BLOCKED, BLOCKED_CONNECTION, 1, "revoked"),
        (&blocked, CLIENT, CONNECTION, 1, "revoked"),
        (&gone, CLIENT, CONNECTION, 1, "revoked"),
        (&no_client, CLIENT, CONNECTION, 1, "revoked"),
        (&client, CLIENT, CONNECTION, 100, "revoked"),
        (&client, CLIENT, CONNECTION, 101, "ok"),
        (&connection, CLIENT, CONNECTION, 100, "revoked"),
        (&connection, CLIENT, CONNECTION, 101, "ok"),
    ] {
        let gate = json!({ "client": client_id, "connection": connection_id, "iat": iat, "type": null, "keys": null, "scope": "a" });
        assert_eq!(word(setup, gate), expected, "{setup} {client_id} {connection_id} {iat}");
    }
    let without_iat =
        json!({ "client": CLIENT, "connection": CONNECTION, "iat": null, "type": null, "keys": null, "scope": "a" });
    assert_eq!(word("", without_iat), "revoked");
}

#[test]
fn only_a_type_of_context_any_may_name_another_client_and_revocation_comes_first() {
    let any = "UPDATE client_types SET context = 'any' WHERE name = 'MSP';";
    for (setup, client, client_type, expected) in [
        ("", CLIENT, "MSP", "foreign"),
        ("", CLIENT, "unknown", "foreign"),
        ("", CLIENT, "", "foreign"),
        ("", CLIENT, "mithril admin", "foreign"),
        ("", CLIENT, "MITHRIL ADMIN", "ok"),
        (any, CLIENT, "MSP", "ok"),
        ("", BLOCKED, "MSP", "revoked"),
    ] {
        let gate =
            json!({ "client": client, "connection": null, "iat": 1, "type": client_type, "keys": null, "scope": "a" });
        assert_eq!(word(setup, gate), expected, "{setup} {client} {client_type}");
    }
}

#[test]
fn a_route_for_administrations_says_when_there_is_none_and_revocation_comes_first() {
    let lost = format!("{ADMINISTRATION} UPDATE client_types SET context = 'own';");
    for (setup, client, client_type, admin, expected) in [
        ("", CLIENT, "MSP", true, "no_administration"),
        ("", CLIENT, "", true, "no_administration"),
        (lost.as_str(), CLIENT, "MITHRIL ADMIN", true, "no_administration"),
        ("", BLOCKED, "MSP", true, "revoked"),
        ("", CLIENT, "MSP", false, "foreign"),
        (ADMINISTRATION, CLIENT, "MSP", true, "foreign"),
        ("", CLIENT, "MITHRIL ADMIN", true, "ok"),
    ] {
        let gate = json!({ "client": client, "connection": null, "iat": 1, "type": client_type, "admin": admin, "keys": null, "scope": "a" });
        assert_eq!(word(setup, gate), expected, "{setup} {client} {client_type} {admin}");
    }
}

#[test]
fn the_broker_rule_asks_for_a_key_whose_owner_brokers_the_scope() {
    let settings =
        |client: &str, text: &str| format!("UPDATE clients SET priv_settings = '{text}' WHERE id = '{client}';");
    let direct = settings(MIS, r#"{"access_type":"DIRECT"}"#);
    let typeless = settings(MIS, "{}");
    let other = settings(MIS, r#"{"access_type":"direct"}"#);
    let scoped = settings(CLIENT, r#"{"access_type":"BROKER","broker_scope":"x connection:write y"}"#);
    let near = settings(CLIENT, r#"{"broker_scope":"connection:writer xconnection:write"}"#);
    for (setup, client, keys, expected) in [
        ("", MIS, json!(null), "ok"),
        ("", "unknown", json!([]), "ok"),
        (&direct, MIS, json!([]), "ok"),
        (&typeless, MIS, json!([DIGEST]), "access_type"),
        (&other, MIS, json!([DIGEST]), "access_type"),
        ("", MIS, json!([]), "api_key_required"),
        ("", MIS, json!(["B"]), "api_key_invalid"),
        ("", MIS, json!([DIGEST]), "broker_settings"),
        (&near, MIS, json!([DIGEST]), "broker_scope"),
        (&scoped, MIS, json!([DIGEST]), "ok"),
        (&scoped, MIS, json!(["B", DIGEST]), "ok"),
        (&scoped, BLOCKED, json!([DIGEST]), "revoked"),
    ] {
        let gate = json!({ "client": client, "connection": null, "iat": 1, "type": null, "keys": keys, "scope": "connection:write" });
        assert_eq!(word(setup, gate), expected, "{setup} {client} {keys}");
    }
}

#[test]
fn the_table_of_refusals_takes_no_row_whatever_the_word() {
    let service = Service::default();
    let db = service.platform.db.borrow();
    let insert = |word: &str| {
        let inserted = db.execute("INSERT INTO refusals (word) VALUES (?1)", [word]);
        DbError::classify(&inserted.expect_err("no row is taken").to_string())
    };
    for (word, refusal) in GateRefusal::WORDS {
        assert_eq!(insert(word), DbError::Refused(refusal));
    }
    for other in ["", "ok", "Revoked", "anything"] {
        assert!(matches!(insert(other), DbError::Other(_)), "{other} is a defect, and nobody is let in");
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM refusals"), 0);
}

#[test]
fn an_answer_that_is_not_whole_or_of_another_word_lets_nobody_in() {
    let row = |columns: &[Option<&str>]| Some(Row(columns.iter().map(|column| column.map(str::to_owned)).collect()));
    for answer in [None, row(&[]), row(&[None, None]), row(&[Some("okay"), None]), row(&[Some(""), Some("any")])] {
        assert!(GateAnswer::read(answer.clone()).is_err(), "{answer:?}");
    }
    for (word, refusal) in GateRefusal::WORDS {
        assert_eq!(GateAnswer::read(row(&[Some(word), None])).unwrap().refusal, Some(refusal));
    }
}

#[test]
fn an_answer_of_ok_tells_the_context_that_was_asked_for() {
    for (word, context) in [(None, None), (Some("any"), Some(Context::Any)), (Some("own"), Some(Context::Own))] {
        let row = Row(vec![Some("ok".to_owned()), word.map(str::to_owned)]);
        assert_eq!(GateAnswer::read(Some(row)), Ok(GateAnswer { refusal: None, context }));
    }
}
