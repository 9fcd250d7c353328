//! The gate's SQL as a truth table: what the database says of a caller (`auth::gate`).

use mithril_edge::auth::guarded::Guarded;
use mithril_edge::db::gate::{GATE, Shape, Signer};
use mithril_edge::identity::context::Context;
use rusqlite::Error::QueryReturnedNoRows;
use serde_json::{Value, json};

use crate::support::Service;

const CLIENT: &str = "1380df72-275a-11e7-93ae-92361f002671";
const BLOCKED: &str = "3580df72-275a-11e7-93ae-92361f002673";
const MIS: &str = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
const CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864352";
const BLOCKED_CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864355";
/// The digest of the fixture's `secret-1`, a secret of CLIENT's connection.
const DIGEST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The gate's word for `?1` after `setup`.
fn word(setup: &str, gate: Value) -> String {
    let service = Service::default();
    service.platform.load(setup);
    let db = service.platform.db.borrow();
    let ask = |sql: &str| db.query_row::<String, _, _>(sql, [gate.to_string()], |row| row.get(0)).unwrap();
    let text = ask(&Shape::WHOLE.fill(GATE));
    for shape in shapes(&gate) {
        assert_eq!(text, ask(&shape.fill(GATE)), "{shape:?} says something else");
    }
    let answer: Value = serde_json::from_str(&text).unwrap();
    answer["gate"].as_str().unwrap().to_owned()
}

/// The shapes that leave out nothing which the gate asks.
fn shapes(gate: &Value) -> Vec<Shape> {
    let signer = if gate["connection"].is_null() { Signer::TrustedIssuer } else { Signer::Us };
    let with = |member: &str| if gate[member].is_null() { vec![false, true] } else { vec![true] };
    let mut shapes = Vec::new();
    for signer in [signer, Signer::Either] {
        for grant in with("grant") {
            for r#type in with("type") {
                shapes.extend(with("keys").into_iter().map(|keys| Shape { signer, grant, r#type, keys }));
            }
        }
    }
    shapes
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
        // Without iat nobody can tell when it was issued: any revocation ends it.
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
fn a_gate_of_one_question_is_less_than_a_third_of_the_whole() {
    let hot = Shape { signer: Signer::Us, grant: false, r#type: false, keys: false };
    let (text, whole) = (hot.fill(GATE), Shape::WHOLE.fill(GATE));
    assert!(text.len() * 3 < whole.len() && !text.contains("keys") && !text.contains('\n'), "{text}");
}

#[test]
fn a_gate_that_nobody_filled_lets_nobody_in() {
    let service = Service::default();
    let db = service.platform.db.borrow();
    // Nobody gives it a value, so that nothing runs at all; and where it is NULL, it is not 'ok'.
    let statement = format!("SELECT 'let in' WHERE ?1 = ?1 AND 'ok' = {}", "$gate");
    assert!(db.query_row(&statement, ["{}"], |_| Ok(())).is_err());
    assert!(matches!(db.query_row(&statement, ("{}", None::<String>), |_| Ok(())), Err(QueryReturnedNoRows)));
}

#[test]
fn an_answer_that_is_not_whole_or_of_another_word_lets_nobody_in() {
    for text in [
        "",
        "{}",
        r#"{"gate":null}"#,
        r#"{"gate":"okay"}"#,
        r#"{"gate":"ok"}x"#,
        r#"{"gate":"ok","context":null,"row":{"#,
        r#"{"gate":"ok""#,
        r#"{"gate":"ok",}"#,
        r#"{"gate":"ok""row":{}}"#,
        r#"{"context":null,"row":{"gate":"ok"}}"#,
    ] {
        assert!(Guarded::parse(text).is_err(), "{text}");
    }
    for text in [r#"{"gate":"revoked","context":null,"row":{}}"#, r#"{"gate":"foreign"}"#] {
        assert!(Guarded::parse(text).unwrap().admit().is_err(), "{text}");
    }
}

#[test]
fn an_answer_of_ok_hands_its_row_on_as_it_is() {
    let row = r#"{"a":"\"},\"row\":1"}"#;
    for (context, member) in [(None, ""), (None, r#","context":null"#), (Some(Context::Any), r#","context":"any""#)] {
        for (text, expected) in [
            (format!(r#"{{"gate":"ok"{member}}}"#), None),
            (format!(r#"{{"gate":"ok"{member},"row":null}}"#), None),
            (format!(r#"{{"gate":"ok"{member},"row":{row}}}"#), Some(row)),
        ] {
            let guarded = Guarded::parse(&text).unwrap();
            assert_eq!((guarded.context(), guarded.admit().unwrap()), (context, expected), "{text}");
        }
    }
}
