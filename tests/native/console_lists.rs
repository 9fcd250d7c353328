//! The lists that an operator starts from: the secrets of all connections, and the clients that nobody uses. Each filter
//! is compared with a plain loop over the same records.

use std::fmt::Write as _;

use mithril_edge::http::Method::Get;
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::random::Random;
use crate::support::tokens::mint_as;
use crate::support::{Reply, Service, mint};

const DAY: i64 = 86_400;

/// One secret, with its client and connection.
#[derive(Clone, Debug)]
struct Secret {
    id: String,
    digest: String,
    connection: String,
    created: i64,
    expires: Option<i64>,
    used: Option<i64>,
}

struct Grant {
    connection: usize,
    began: i64,
}

/// The records that both the service and the loops see.
struct World {
    service: Service,
    secrets: Vec<Secret>,
    /// Client and consumer of each connection.
    connections: Vec<(usize, usize)>,
    grants: Vec<Grant>,
    /// When each client was made.
    clients: Vec<i64>,
}

fn stored(seconds: i64) -> String {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    let sql = "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?1, 'unixepoch')";
    db.query_row(sql, [seconds], |row| row.get(0)).unwrap()
}

fn client_id(at: usize) -> String {
    format!("00000000-0000-4000-8000-{at:012}")
}

fn connection_id(at: usize) -> String {
    format!("10000000-0000-4000-8000-{at:012}")
}

impl World {
    fn seeded(seed: u64) -> Self {
        let mut random = Random::seeded(seed);
        let mut ago = |most: usize| NOW - random.below(most) as i64 * DAY / 2;
        let clients: Vec<i64> = (0..12).map(|_| ago(500)).collect();
        let mut world =
            Self { service: Service::default(), secrets: vec![], connections: vec![], grants: vec![], clients };
        let mut sql = "DELETE FROM connections; DELETE FROM clients;".to_owned();
        for (at, made) in world.clients.iter().enumerate() {
            let (id, made) = (client_id(at), stored(*made));
            let _ = write!(
                sql,
                "INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at) VALUES ('{id}', 'Client {at}', 'type-msp', '{made}', '{made}');"
            );
        }
        for client in 0..world.clients.len() {
            for consumer in [client, (client + 5) % 12, (client + 7) % 12] {
                if random.below(3) == 0 {
                    continue;
                }
                let at = world.connections.len();
                world.connections.push((client, consumer));
                let (id, client, consumer) = (connection_id(at), client_id(client), client_id(consumer));
                let _ = write!(
                    sql,
                    "INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at) VALUES ('{id}', '{client}', '{consumer}', 'https://a.test', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z');"
                );
            }
        }
        for at in 0..world.connections.len() {
            let count = random.below(4);
            for number in 0..count {
                let created = NOW - random.below(400) as i64 * DAY / 2;
                let is_last = number + 1 == count;
                let ahead = random.below(60) as i64 * DAY / 2 - 5 * DAY;
                let expires = (!is_last).then_some(NOW + ahead);
                let used = (random.below(3) > 0).then(|| NOW - random.below(300) as i64 * DAY / 2);
                let id = format!("20000000-0000-4000-8000-{:012}", world.secrets.len());
                let quoted = |time: Option<i64>| time.map_or("NULL".to_owned(), |time| format!("'{}'", stored(time)));
                // In another order than they are made.
                let made = world.secrets.len();
                let digest = format!("{}{made:0>42}", made * 7 % 10);
                let (kept, connection) = (digest.clone(), connection_id(at));
                world.secrets.push(Secret { id: id.clone(), digest: kept, connection, created, expires, used });
                let _ = write!(
                    sql,
                    "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, expires_at, last_used_at) VALUES ('{id}', '{}', '{digest}', 1, 'Zz09', '{}', {}, {});",
                    connection_id(at),
                    stored(created),
                    quoted(expires),
                    quoted(used)
                );
            }
            if random.below(4) == 0 {
                let began = NOW - random.below(300) as i64 * DAY / 2;
                world.grants.push(Grant { connection: at, began });
                let user = if random.below(2) == 0 { "NULL" } else { "'user-1'" };
                let previous = if random.below(2) == 0 { "NULL" } else { "'before'" };
                let _ = write!(
                    sql,
                    "INSERT INTO refresh_grants (id, connection_number, user_id, scope, digest, previous, grant_iat, grant_exp) VALUES ('grant-{at}', (SELECT number FROM connections WHERE id = '{}'), {user}, '', 'd{at}', {previous}, {began}, {});",
                    connection_id(at),
                    NOW + DAY
                );
            }
        }
        world.service.platform.load(&sql);
        world
    }

    /// The secrets that work and fit the filters, in the order of their keys or of their ends.
    fn expected(&self, unused_for: Option<i64>, within: Option<i64>, still_used: Option<bool>) -> Vec<String> {
        let mut found = Vec::new();
        for secret in &self.secrets {
            let current = self
                .secrets
                .iter()
                .filter(|other| other.connection == secret.connection && other.expires.is_none())
                .map(|other| other.created)
                .min();
            let is_still_used = secret.expires.is_some()
                && secret.used.is_some_and(|used| current.is_some_and(|created| created < used));
            let is_live = secret.expires.is_none_or(|end| end > NOW);
            let fits = is_live
                && unused_for.is_none_or(|days| secret.used.unwrap_or(secret.created) <= NOW - days * DAY)
                && within.is_none_or(|days| secret.expires.is_some_and(|end| end <= NOW + days * DAY))
                && still_used.is_none_or(|wanted| wanted == is_still_used);
            if fits {
                found.push(secret.clone());
            }
        }
        if within.is_some() || still_used == Some(true) {
            found.sort_by_key(|secret| (secret.expires, secret.connection.clone(), secret.digest.clone()));
        } else {
            found.sort_by_key(|secret| (secret.connection.clone(), secret.digest.clone()));
        }
        found.into_iter().map(|secret| secret.id).collect()
    }

    /// The clients that were there `days` ago and were not used since, the oldest first.
    fn unused_clients(&self, days: i64) -> Vec<String> {
        let since = NOW - days * DAY;
        let mut found = Vec::new();
        for (client, made) in self.clients.iter().enumerate() {
            let mut is_used = *made > since;
            for (at, (owner, consumer)) in self.connections.iter().enumerate() {
                if *owner != client && *consumer != client {
                    continue;
                }
                for secret in self.secrets.iter().filter(|secret| secret.connection == connection_id(at)) {
                    is_used |= secret.used.unwrap_or(secret.created) > since;
                }
                is_used |= self.grants.iter().any(|grant| grant.connection == at && grant.began > since);
            }
            if !is_used {
                found.push((*made, client_id(client)));
            }
        }
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }
}

fn secrets(service: &Service, query: &str) -> Reply {
    service.call(Get, &format!("/admin/secrets?{query}"), &mint("connection:read"), "")
}

/// The ids of a list, read in pages of three.
fn read(service: &Service, path: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut page = 0;
    loop {
        page += 1;
        let trips = service.platform.trips.get();
        let reply =
            service.call(Get, &format!("{path}&page_size=3&page={page}"), &mint("connection:read client:read"), "");
        assert_eq!((reply.status, service.platform.trips.get() - trips), (200, 1), "{path}: {}", reply.text);
        let items = reply.json["data"].as_array().unwrap();
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        if page >= reply.json["paging"]["total_pages"].as_i64().unwrap() {
            assert_eq!(reply.json["paging"]["total_entries"], ids.len(), "{path}");
            return ids;
        }
    }
}

#[test]
fn a_caller_for_its_own_client_alone_is_403_before_its_query_is_read() {
    let service = Service::default();
    for (client_type, client) in
        [("MSP", "1380df72-275a-11e7-93ae-92361f002671"), ("MIS", "25c03af6-69bd-439e-b0dd-f1669b3dbbfd")]
    {
        let token = mint_as(client_type, client, "connection:read");
        assert_eq!(service.call(Get, "/admin/secrets?unused_for=none", &token, "").status, 403, "{client_type}");
    }
    assert_eq!(service.call(Get, "/admin/secrets?unused_for=none", &mint("client:read"), "").status, 403);
    assert_eq!(service.send(Get, "/admin/secrets?unused_for=none", &[], "").status, 401);
}

#[test]
fn what_is_not_a_number_of_days_is_422_with_its_rule() {
    let service = Service::default();
    let range = json!({ "rule": "number", "min": 1, "max": 3660 });
    for (value, rule) in [
        ("0", &range["rule"]),
        ("3661", &range["rule"]),
        ("99999999999999999999", &range["rule"]),
        ("-1", &range["rule"]),
        ("1.5", &json!("cast")),
        ("ninety", &json!("cast")),
    ] {
        for (path, name) in
            [("/admin/secrets", "unused_for"), ("/admin/secrets", "expires_within"), ("/admin/clients", "unused_for")]
        {
            let reply = service.call(Get, &format!("{path}?{name}={value}"), &mint("connection:read client:read"), "");
            let invalid = &reply.json["error"]["invalid"][0];
            let place = format!("{path} {name}={value}: {}", reply.text);
            assert_eq!((reply.status, &invalid["entry"]), (422, &json!(format!("$.{name}"))), "{place}");
            assert_eq!(&invalid["rules"][0]["rule"], rule, "{place}");
        }
    }
    assert_eq!(secrets(&service, "old_still_used=yes").status, 422);
    assert_eq!(secrets(&service, "unused_for=&expires_within=&old_still_used=").status, 200, "empty is absent");
}

#[test]
fn a_secret_is_shown_with_its_connection_and_its_client_and_never_its_value() {
    let service = Service::default();
    service.platform.load("UPDATE connection_secrets SET last_used_at = '2024-03-02T08:00:00Z'");
    let reply = secrets(&service, "");
    let expected = json!([{
        "id": "secret-1", "connection_id": "e5372365-d47a-467f-81d0-f35117864352",
        "client_id": "1380df72-275a-11e7-93ae-92361f002671", "client_name": "Clinic", "hint": "Zz09",
        "is_current": true, "created_at": "2024-03-01T08:00:00Z", "expires_at": null, "last_used_at": "2024-03-02T08:00:00Z",
    }]);
    assert_eq!((reply.status, &reply.json["data"]), (200, &expected));
}

#[test]
fn each_filter_of_secrets_finds_what_a_plain_loop_finds() {
    let mut found = 0;
    for seed in 1..=4 {
        let world = World::seeded(seed);
        for unused_for in [None, Some(1), Some(30), Some(90)] {
            for within in [None, Some(1), Some(14), Some(3660)] {
                for still_used in [None, Some(true), Some(false)] {
                    let mut path = "/admin/secrets?".to_owned();
                    if let Some(days) = unused_for {
                        let _ = write!(path, "&unused_for={days}");
                    }
                    if let Some(days) = within {
                        let _ = write!(path, "&expires_within={days}");
                    }
                    if let Some(wanted) = still_used {
                        let _ = write!(path, "&old_still_used={wanted}");
                    }
                    let expected = world.expected(unused_for, within, still_used);
                    found += expected.len();
                    assert_eq!(read(&world.service, &path), expected, "seed {seed} {path}");
                }
            }
        }
    }
    assert!(found > 400, "{found}");
}

#[test]
fn clients_that_nobody_used_are_what_a_plain_loop_finds() {
    let mut found = 0;
    for seed in 1..=4 {
        let world = World::seeded(seed);
        for days in [1, 30, 90, 150, 3660] {
            let expected = world.unused_clients(days);
            found += expected.len();
            assert_eq!(
                read(&world.service, &format!("/admin/clients?unused_for={days}")),
                expected,
                "seed {seed}, {days} days"
            );
        }
    }
    assert!(found > 10, "{found}");
}

#[test]
fn a_client_that_is_used_as_a_consumer_alone_is_used() {
    let service = Service::default();
    service.platform.load(&format!(
        "DELETE FROM refresh_grants; UPDATE connection_secrets SET last_used_at = '{}'",
        stored(NOW - DAY)
    ));
    let names = |path: &str| {
        let reply = service.call(Get, path, &mint("client:read"), "");
        reply.json["data"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(names("/admin/clients?unused_for=90"), ["Other clinic", "Blocked clinic", "Administration"]);
    assert_eq!(names("/admin/clients?unused_for=90&is_blocked=true"), ["Blocked clinic"]);
}
