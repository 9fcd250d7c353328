//! `CONNECTION_FIELDS`, and the older refresh of a client's secret.

use mithril_edge::http::Header::{IdempotencyKey, IfMatch};
use mithril_edge::http::Method::{Get, Patch, Put};
use mithril_edge::identity::enforced::ENFORCED;
use serde_json::{Value, json};

use crate::support::routes::{CLINIC, CONNECTION, MIS, OTHER};
use crate::support::tokens::{Signer, mint_as, sign};
use crate::support::{Service, mint};

/// The clinic's own connection.
const OWN: &str = "e5372365-d47a-467f-81d0-f35117864353";
const FOUR: [&str; 4] = ["id", "client_id", "consumer_id", "redirect_uri"];

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("{value}")).keys().map(String::as_str).collect()
}

fn sorted<const N: usize>(mut names: [&str; N]) -> Vec<&str> {
    names.sort_unstable();
    names.to_vec()
}

/// All that is stored. A refused change may begin the sequence of the audit, which says nothing.
fn rows(service: &Service) -> Vec<String> {
    service.dump().into_iter().filter(|row| !row.starts_with("sqlite_sequence ")).collect()
}

#[test]
fn the_documented_form_has_exactly_four_fields_and_a_new_secret_in_every_answer_that_shows_a_connection() {
    for setting in ["documented", "Documented", "all", ""] {
        let service = Service::with(|raw| raw.connection_fields = Some(setting.to_owned()));
        let said = service.app.settings.problems.iter().any(|problem| problem.starts_with("CONNECTION_FIELDS "));
        assert_eq!(said, setting == "Documented");
        let is_short = setting.eq_ignore_ascii_case("documented");
        let plain = if is_short {
            sorted(FOUR)
        } else {
            sorted(["id", "client_id", "consumer_id", "redirect_uri", "inserted_at", "updated_at"])
        };
        let with_secret = {
            let mut all = plain.clone();
            all.push("secret");
            all.sort_unstable();
            all
        };
        let token = mint(&ENFORCED.join(" "));
        let list = format!("/api/clients/{CLINIC}/connections");
        let one = format!("{list}/{CONNECTION}");
        let body =
            |consumer: &str| json!({ "redirect_uri": "https://new.test/cb", "consumer_id": consumer }).to_string();
        let shown = service.call(Get, &list, &token, "");
        assert_eq!(shown.json["data"].as_array().map(Vec::len), Some(2));
        for item in shown.json["data"].as_array().expect("items") {
            assert_eq!(names(item), plain);
        }
        for (method, path, body, status, fields) in [
            (Get, one.clone(), String::new(), 200, &plain),
            (Patch, one.clone(), body(MIS), 200, &plain),
            (Patch, format!("{one}/actions/refresh_secret"), String::new(), 200, &with_secret),
            (Put, list.clone(), body(OTHER), 201, &with_secret),
            (Put, list.clone(), body(OTHER), 200, &plain),
            (Put, format!("/admin/clients/{CLINIC}/connections"), body(MIS), 200, &plain),
        ] {
            for _first_then_repeated in 0..2 {
                let more = [(IdempotencyKey, path.as_str())];
                let more = if method == Put { &[][..] } else { &more[..] };
                let reply = service.call_with(method, &path, &token, more, &body);
                assert_eq!((reply.status, names(&reply.json["data"])), (status, fields.clone()), "{path}");
                assert!(reply.header("etag").is_some());
                if method == Put {
                    break;
                }
            }
        }
        let made = service.sql::<String>(&format!("SELECT id FROM connections WHERE consumer_id = '{OTHER}'"));
        let reply = service.call(Get, &format!("{list}/{made}"), &token, "");
        assert_eq!((&reply.json["data"]["id"], names(&reply.json["data"])), (&json!(made), plain));
    }
}

#[test]
fn the_documented_form_of_a_client_has_its_members_for_every_caller_and_the_block_as_text() {
    let service = Service::with(|raw| raw.connection_fields = Some("documented".to_owned()));
    let all = ["id", "name", "settings", "user_id", "client_type_id", "is_blocked", "inserted_at", "updated_at"];
    let blocked = "3580df72-275a-11e7-93ae-92361f002673";
    service.platform.load(&format!("UPDATE clients SET block_reason = 'x' WHERE id = '{blocked}'"));
    let with = |more: &[&'static str]| {
        let mut names = [all.as_slice(), more].concat();
        names.sort_unstable();
        names
    };
    for token in [mint_as("MSP", CLINIC, "client:read"), mint("client:read")] {
        let one = service.call(Get, &format!("/api/clients/{CLINIC}"), &token, "");
        assert_eq!((one.status, names(&one.json["data"])), (200, with(&["client_type_name"])));
        assert_eq!((&one.json["data"]["is_blocked"], one.header("etag").is_some()), (&json!("false"), true));
        let list = service.call(Get, &format!("/api/clients?id={CLINIC}"), &token, "");
        assert_eq!(names(&list.json["data"][0]), with(&[]));
    }
    let one = service.call(Get, &format!("/api/clients/{blocked}"), &mint("client:read"), "");
    assert_eq!(names(&one.json["data"]), with(&["client_type_name", "block_reason"]));
    assert_eq!(one.json["data"]["is_blocked"], "true");
    let own = service.call(Get, "/api/clients", &mint_as("MSP", CLINIC, "client:read"), "");
    assert_eq!(own.json["paging"]["total_entries"], 1, "still the own client alone");
}

#[test]
fn the_older_refresh_acts_on_the_clients_own_connection_with_all_effects_of_the_newer_one() {
    let service = Service::default();
    service.platform.load(&format!("UPDATE clients SET settings = '{{\"a\":1}}' WHERE id = '{CLINIC}'"));
    let path = format!("/admin/clients/{CLINIC}/refresh_secret");
    let old = service.secret(CLINIC, OWN);
    let (access, sibling) = (service.token(CLINIC, &old), service.token(CLINIC, &service.secret(CLINIC, CONNECTION)));
    service.platform.trips.set(0);
    let reply = service.call(Patch, &path, &mint_as("MSP", CLINIC, "secret:refresh"), "");
    assert_eq!((reply.status, service.platform.trips.get()), (200, 1), "{}", reply.text);
    let secret = reply.json["data"]["secret"].as_str().expect("a secret").to_owned();
    assert_eq!(
        reply.json["data"],
        json!({ "id": CLINIC, "name": "Clinic", "secret": secret, "redirect_uri": "https://clinic.example/own",
            "settings": { "a": 1 }, "priv_settings": {} })
    );
    let status = |token: &str| service.call(Get, &format!("/api/clients/{CLINIC}/connections"), token, "").status;
    assert_eq!([status(&access), status(&sibling)], [401, 200]);
    let grant = [("grant_type", "client_credentials")];
    assert_eq!(service.basic("/oauth/token", CLINIC, &old, &grant).status, 401);
    assert_eq!(service.basic("/oauth/token", CLINIC, &secret, &grant).status, 200);
    let row: String =
        service.sql("SELECT action || ' ' || subject || ' ' || fields FROM audit ORDER BY seq DESC LIMIT 1");
    assert_eq!(row, format!("connection.refresh_secret connection/{OWN} [\"secret\"]"));
}

#[test]
fn the_older_refresh_is_for_the_own_client_and_never_for_a_consumer() {
    let service = Service::default();
    let path = format!("/admin/clients/{CLINIC}/refresh_secret");
    let of_consumer = |connection: &str| {
        let claims = json!({ "client_id": CLINIC, "client_type": "MSP", "connection_id": connection, "scope": "secret:refresh" });
        sign(Signer::Own, json!({}), claims)
    };
    let before = rows(&service);
    for (what, path, token, status) in [
        ("another client", path.as_str(), mint_as("MSP", OTHER, "secret:refresh"), 403),
        ("another scope", &path, mint_as("MSP", CLINIC, "connection:refresh_secret"), 403),
        ("a consumer", &path, of_consumer(CONNECTION), 404),
        ("without an own connection", &format!("/admin/clients/{OTHER}/refresh_secret"), mint("secret:refresh"), 404),
        ("unknown", "/admin/clients/none/refresh_secret", mint("secret:refresh"), 404),
    ] {
        let reply = service.call(Patch, path, &token, "");
        assert_eq!(reply.status, status, "{what}: {}", reply.text);
        assert_eq!(rows(&service), before, "{what}");
    }
    let stale = service.call_with(Patch, &path, &mint("secret:refresh"), &[(IfMatch, "\"0\"")], "");
    assert_eq!((stale.status, rows(&service)), (412, before));
    assert_eq!(service.call(Patch, &path, &of_consumer(OWN), "").status, 200, "the own connection is no consumer's");
}
