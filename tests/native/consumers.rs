//! What a consumer reaches that acts for a client: the connections of that consumer, and nothing else of the client.

use mithril_edge::http::Header::IdempotencyKey;
use mithril_edge::http::Method::{Get, Patch, Put};
use mithril_edge::identity::access::Access;
use mithril_edge::memory::App;
use mithril_edge::routes::ROUTES;
use serde_json::{Value, json};

use crate::idempotency::{KEY, changes};
use crate::support::platform::NOW;
use crate::support::routes::{CLINIC, MIS, OTHER, whole_service};
use crate::support::tokens::{self, ADMIN, Signer, mint_as, sign};
use crate::support::{Reply, Service, mint};

const MIS_2: &str = "35c03af6-69bd-439e-b0dd-f1669b3dbbfd";
/// The clinic's own connection, and those that two consumers have with it.
const OWN: &str = "e5372365-d47a-467f-81d0-f35117864353";
const OF_MIS: &str = "e5372365-d47a-467f-81d0-f35117864352";
const OF_MIS_2: &str = "e5372365-d47a-467f-81d0-f35117864360";
/// Connections of another clinic.
const OTHER_OF_MIS: &str = "e5372365-d47a-467f-81d0-f35117864354";
const OTHER_OF_MIS_2: &str = "e5372365-d47a-467f-81d0-f35117864361";
/// Connections of the administration.
const ADMIN_OWN: &str = "e5372365-d47a-467f-81d0-f35117864362";
const ADMIN_OF_MIS: &str = "e5372365-d47a-467f-81d0-f35117864363";

const SCOPE: &str = "connection:read connection:write connection:refresh_secret connection:delete";
const ALL: [(&str, &str, &str); 5] = [
    (CLINIC, OF_MIS, MIS),
    (CLINIC, OWN, CLINIC),
    (CLINIC, OF_MIS_2, MIS_2),
    (OTHER, OTHER_OF_MIS, MIS),
    (OTHER, OTHER_OF_MIS_2, MIS_2),
];

/// The fixture with a second consumer and connections of the administration. Every connection has a secret, whose id is
/// `secret-of-` and the id of the connection.
fn service(access_type: &str) -> Service {
    let service = Service::default();
    let mut sql = format!(
        "INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
           VALUES ('{MIS_2}', 'Second MIS', 'type-mis', '2024-02-09T08:00:00Z', '2024-02-09T08:00:00Z');
         UPDATE clients SET priv_settings = '{{\"access_type\":\"{access_type}\"}}';
         DELETE FROM connection_secrets;"
    );
    for (client, id, consumer) in [
        (CLINIC, OF_MIS_2, MIS_2),
        (OTHER, OTHER_OF_MIS_2, MIS_2),
        (ADMIN, ADMIN_OWN, ADMIN),
        (ADMIN, ADMIN_OF_MIS, MIS),
    ] {
        sql += &format!(
            "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
             VALUES ('{id}', '{client}', '{consumer}', 'https://{id}.test', '2024-03-09T08:00:00Z', '2024-03-09T08:00:00Z');"
        );
    }
    sql += "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
        SELECT 'secret-of-' || id, id, substr(id || id, 1, 43), 1, 'Zz09', '2024-03-01T08:00:00Z' FROM connections;";
    service.platform.load(&sql);
    service
}

/// A token of this service that came through a connection.
fn through(client_type: &str, client: &str, connection: &str) -> String {
    let claims =
        json!({ "client_id": client, "client_type": client_type, "scope": SCOPE, "connection_id": connection });
    sign(Signer::Own, json!({}), claims)
}

/// Everything that is stored. SQLite notes the number of a row that it was about to make; that is no row.
fn stored(service: &Service) -> Vec<String> {
    service.dump().into_iter().filter(|row| !row.starts_with("sqlite_sequence ")).collect()
}

struct Caller {
    name: &'static str,
    token: String,
    access_type: &'static str,
    /// The only consumer whose connections it reaches.
    consumer: Option<&'static str>,
    /// Whether it may name other clients than the clinic.
    is_any: bool,
}

fn callers() -> Vec<Caller> {
    let msp = |connection| through("MSP", CLINIC, connection);
    let admin = |connection| through("MITHRIL ADMIN", ADMIN, connection);
    let caller = |name, token, access_type, consumer, is_any| Caller { name, token, access_type, consumer, is_any };
    vec![
        caller("a broker", msp(OF_MIS), "BROKER", Some(MIS), false),
        caller("another broker", msp(OF_MIS_2), "BROKER", Some(MIS_2), false),
        caller("the consumer of a direct client", msp(OF_MIS), "DIRECT", Some(MIS), false),
        caller("the client itself", msp(OWN), "BROKER", None, false),
        caller("a consumer of an administration", admin(ADMIN_OF_MIS), "BROKER", Some(MIS), true),
        caller("an administration itself", admin(ADMIN_OWN), "BROKER", None, true),
        caller("the client by a trusted issuer", mint_as("MSP", CLINIC, SCOPE), "BROKER", None, false),
        caller("an administration by a trusted issuer", mint(SCOPE), "BROKER", None, true),
    ]
}

impl Caller {
    fn may_name(&self, client: &str) -> bool {
        self.is_any || client == CLINIC
    }

    fn reaches(&self, consumer: &str) -> bool {
        self.consumer.is_none_or(|own| own == consumer)
    }
}

fn rule(reply: &Reply) -> (u16, Value, Value) {
    let invalid = &reply.json["error"]["invalid"][0];
    (reply.status, invalid["entry"].clone(), invalid["rules"][0]["rule"].clone())
}

#[test]
fn to_a_consumer_the_connections_of_others_do_not_exist_on_any_route() {
    let routes: Vec<_> = ROUTES.iter().filter(|route| route.path.contains("{connection_id}")).collect();
    assert!(routes.len() >= 6, "{}", routes.len());
    for caller in callers() {
        for (client, connection, consumer) in ALL {
            for route in &routes {
                let path = route.path.replace("{connection_id}", connection).replace("{id}", client);
                let path = path.replace("{secret_id}", &format!("secret-of-{connection}"));
                let body = if route.method == Patch && path.ends_with(connection) {
                    r#"{"redirect_uri":"https://new.test"}"#
                } else {
                    ""
                };
                let service = service(caller.access_type);
                let before = stored(&service);
                let reply = service.call(route.method, &path, &caller.token, body);
                let expected = match (caller.may_name(client), caller.reaches(consumer)) {
                    (false, _) => 403,
                    (true, false) => 404,
                    (true, true) => 200,
                };
                let place = format!("{}: {} {path}", caller.name, route.method.as_str());
                assert_eq!((reply.status, service.platform.trips.get()), (expected, 1), "{place}: {}", reply.text);
                assert_eq!(stored(&service) == before, expected != 200 || route.method == Get, "{place}");
            }
        }
    }
}

#[test]
fn lists_leave_out_the_connections_of_other_consumers() {
    for caller in callers() {
        let service = service(caller.access_type);
        for client in [CLINIC, OTHER] {
            for filter in ["", "?redirect_uri=https", &format!("?consumer_id={MIS_2}")] {
                let path = format!("/api/clients/{client}/connections{filter}");
                let reply = service.call(Get, &path, &caller.token, "");
                if !caller.may_name(client) {
                    assert_eq!(reply.status, 403, "{}", caller.name);
                    continue;
                }
                let shown = |owner: &str, consumer: &str| {
                    owner == client && caller.reaches(consumer) && (!filter.contains("consumer") || consumer == MIS_2)
                };
                let expected: Vec<&str> =
                    ALL.iter().filter(|(owner, _, consumer)| shown(owner, consumer)).map(|(_, id, _)| *id).collect();
                let ids: Vec<&str> =
                    reply.json["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
                assert_eq!(ids, expected, "{}: {path}", caller.name);
                assert_eq!(reply.json["paging"]["total_entries"], expected.len(), "{}: {path}", caller.name);
            }
        }
    }
}

#[test]
fn the_secrets_of_all_connections_leave_out_those_of_other_consumers() {
    for caller in callers() {
        let service = service(caller.access_type);
        // They end in a day, so that they are found in the order of their end too.
        service.platform.load(&format!(
            "UPDATE connection_secrets SET expires_at = strftime('%Y-%m-%dT%H:%M:%SZ', {NOW} + 86400, 'unixepoch')"
        ));
        for query in ["page_size=100", "page_size=100&expires_within=30"] {
            let place = format!("{}: {query}", caller.name);
            let reply = service.call(Get, &format!("/admin/secrets?{query}"), &caller.token, "");
            if !caller.is_any {
                assert_eq!(reply.status, 403, "{place}");
                continue;
            }
            let shown: Vec<&str> = reply.json["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["connection_id"].as_str().unwrap())
                .collect();
            for (_, connection, consumer) in ALL {
                assert_eq!(shown.contains(&connection), caller.reaches(consumer), "{place}: {connection}");
            }
            assert_eq!(reply.json["paging"]["total_entries"], shown.len(), "{place}");
        }
    }
}

#[test]
fn a_connection_by_its_id_alone_is_there_for_those_who_reach_it() {
    for caller in callers() {
        let service = service(caller.access_type);
        for (_, connection, consumer) in ALL {
            let reply = service.call(Get, &format!("/admin/connections/{connection}"), &caller.token, "");
            let expected = if !caller.is_any { 403 } else { 404 - 204 * u16::from(caller.reaches(consumer)) };
            assert_eq!(reply.status, expected, "{}: {connection}", caller.name);
        }
    }
}

#[test]
fn a_consumer_puts_no_connection_of_another_consumer() {
    for caller in callers() {
        for client in [CLINIC, OTHER] {
            // Three that have a connection with the clinic, and one that has none.
            for consumer in [MIS, MIS_2, CLINIC, OTHER] {
                let service = service(caller.access_type);
                let before = stored(&service);
                let body = json!({ "redirect_uri": "https://new.test", "consumer_id": consumer }).to_string();
                let path = format!("/api/clients/{client}/connections");
                let reply = service.call(Put, &path, &caller.token, &body);
                let place = format!("{} for {client} and {consumer}: {}", caller.name, reply.text);
                assert_eq!(service.platform.trips.get(), 1, "{place}");
                if caller.may_name(client) && caller.reaches(consumer) {
                    assert!([200, 201].contains(&reply.status), "{place}");
                } else {
                    assert_eq!((reply.status, &reply.json["error"]["message"]), (403, &json!("Forbidden")), "{place}");
                    assert_eq!(stored(&service), before, "{place}");
                }
            }
        }
    }
}

#[test]
fn a_consumer_learns_of_its_own_tokens_only() {
    let service = service("DIRECT");
    let all = [
        (CLINIC, OF_MIS, MIS),
        (CLINIC, OWN, CLINIC),
        (CLINIC, OF_MIS_2, MIS_2),
        (OTHER, OTHER_OF_MIS, MIS),
        (OTHER, OTHER_OF_MIS_2, MIS_2),
        (ADMIN, ADMIN_OWN, ADMIN),
        (ADMIN, ADMIN_OF_MIS, MIS),
    ];
    let secrets = all.map(|(client, connection, _)| service.secret(client, connection));
    service.platform.now.set(NOW + 10);
    let grant = [("grant_type", "client_credentials")];
    let tokens: Vec<[String; 2]> = all
        .iter()
        .zip(&secrets)
        .map(|((client, ..), secret)| {
            let reply = service.basic("/oAuth/rest/v2/Token", client, secret, &grant);
            ["access_token", "refresh_token"].map(|name| reply.json[name].as_str().expect(name).to_owned())
        })
        .collect();
    for ((client, connection, consumer), secret) in all.iter().zip(&secrets) {
        for ((owner, other, issued_to), tokens) in all.iter().zip(&tokens) {
            let is_of_client = client == owner || *client == ADMIN;
            let expected = is_of_client && (client == consumer || consumer == issued_to);
            for token in tokens {
                let reply = service.basic("/oauth/introspect", client, secret, &[("token", token)]);
                assert_eq!(reply.json["active"], expected, "{connection} asks about {other}: {}", reply.text);
                assert_eq!(reply.json.as_object().map(|told| told.len() == 1), Some(!expected));
            }
        }
    }
}

#[test]
fn a_consumer_cannot_take_the_redirect_uri_of_another_consumer() {
    let taken = format!("https://{OF_MIS_2}.test");
    for caller in callers() {
        for method in [Patch, Put] {
            let service = service(caller.access_type);
            let before = stored(&service);
            // The other consumer asks for the one's URI.
            let (connection, consumer, uri) = if caller.consumer == Some(MIS_2) {
                (OF_MIS_2, MIS_2, "https://clinic.example/callback")
            } else {
                (OF_MIS, MIS, taken.as_str())
            };
            let path = format!("/api/clients/{CLINIC}/connections");
            let path = if method == Patch { format!("{path}/{connection}") } else { path };
            let set = |uri: &str| {
                let body = json!({ "redirect_uri": uri, "consumer_id": consumer }).to_string();
                service.call(method, &path, &caller.token, &body)
            };
            let reply = set(uri);
            let place = format!("{}: {} {}", caller.name, method.as_str(), reply.text);
            if caller.consumer.is_some() {
                assert_eq!(rule(&reply), (422, json!("$.redirect_uri"), json!("unique")), "{place}");
                assert_eq!((stored(&service) == before, service.platform.trips.get()), (true, 1), "{place}");
                // Of another client it may be, and one that an administration gave to both may stay.
                assert_eq!(set(&format!("https://{OTHER_OF_MIS_2}.test")).status, 200, "{place}");
                service
                    .platform
                    .load(&format!("UPDATE connections SET redirect_uri = '{uri}' WHERE id = '{connection}'"));
            }
            assert_eq!(set(uri).status, 200, "{place}");
        }
    }
}

#[test]
fn two_consumers_of_one_client_share_no_idempotency_key() {
    let service = service("DIRECT");
    let path = format!("/api/clients/{CLINIC}/connections");
    let body = json!({ "redirect_uri": "https://new.test", "consumer_id": OTHER }).to_string();
    let put = |connection, body: &str| {
        service.call_with(Put, &path, &through("MSP", CLINIC, connection), &[(IdempotencyKey, KEY)], body)
    };
    let first = put(OWN, &body);
    assert!(first.status == 201 && first.json["data"]["secret"].is_string(), "{}", first.text);
    let other = put(OF_MIS, &body);
    assert_eq!((other.status, other.text.contains("mes_")), (403, false), "{}", other.text);
    // Each connection has the key for itself.
    for (connection, consumer) in [(OF_MIS, MIS), (OF_MIS_2, MIS_2)] {
        let body = json!({ "redirect_uri": format!("https://{connection}.new"), "consumer_id": consumer }).to_string();
        for _ in 0..2 {
            assert_eq!(put(connection, &body).json["data"]["consumer_id"], consumer);
        }
    }
    assert_eq!(put(OWN, &body).json["data"], first.json["data"]);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM idempotency_keys"), 3);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 3);
}

#[test]
fn a_token_that_names_nobody_has_no_idempotency_keys_on_any_route() {
    // A call about the user of a token that names none is 401.
    for example in changes().into_iter().filter(|example| !matches!(example.route.access, Access::User(_))) {
        let scope = example.route.access.scopes().join(" ");
        // RFC 9068 wants a `sub`; an issuer may be trusted without that type of token.
        for (sub, of_any_type) in [(json!(""), false), (json!(""), true), (Value::Null, true)] {
            let mut service = whole_service();
            if of_any_type {
                let mut raw = tokens::settings();
                raw.trusted_issuers =
                    raw.trusted_issuers.map(|text| text.replace("\"typ\":\"at+jwt\"", "\"typ\":\"JWT\""));
                service.app = App::new(&raw);
            }
            let before = stored(&service);
            let header = if of_any_type { json!({ "typ": "JWT" }) } else { json!({}) };
            let token = sign(Signer::LoginEs256, header, json!({ "scope": scope, "sub": sub }));
            let keyed = [(IdempotencyKey, KEY)];
            let reply = service.call_with(example.route.method, &example.path, &token, &keyed, example.body);
            assert_eq!(reply.status, 400, "{}: {}", example.path, reply.text);
            assert!(reply.text.contains("An idempotency key needs a token with sub"), "{}", reply.text);
            assert_eq!(stored(&service), before, "{}", example.path);
        }
    }
}
