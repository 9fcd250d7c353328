//! Any bytes anywhere in a request, from a fixed seed: an answer in JSON, never a 5xx, and no token that was
//! tampered with reaches a record.

use mithril_edge::http::{Header, Method};
use mithril_edge::routes::{Operation, ROUTES, Route};
use serde_json::Value;

use crate::bad_input::{everything, path};
use crate::support::random::Random;
use crate::support::{Reply, Service, mint};

const VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1e308",
    "9223372036854775808",
    "0.1",
    r#""""#,
    r#""x""#,
    r#""\u0000""#,
    r#""'; DROP TABLE roles; --""#,
    r#""1380df72-275a-11e7-93ae-92361f002671""#,
    r#""https://a.test/cb""#,
    r#""client:read role:read""#,
    r#""2024-01-01T00:00:00Z""#,
    r#""GROUP-A""#,
    r#""\ud83d\ude00""#,
    "[]",
    "{}",
    r#"["a",1,null]"#,
    r#"{"Field":"Id","Value":"x"}"#,
    r#"[{"Field":"Name","Value":"x"}]"#,
    r#"{"keys":[{"kty":"EC"}]}"#,
];
const NAMES: &[&str] = &[
    "name",
    "scope",
    "redirect_uri",
    "consumer_id",
    "client_type_id",
    "role_id",
    "block_reason",
    "grace_period",
    "token",
    "app",
    "auth_method",
    "jwks",
    "priv_settings",
    "settings",
    "is_blocked",
    "Fields",
    "Data",
    "Records",
    "Name",
    "Id",
    "ExternalId",
    "Description",
    "AccessRoleId",
    "LookupField",
    "LookupValue",
    "",
];
const SEGMENTS: &[&str] = &[
    "",
    "x",
    "%",
    "%00",
    "%ff",
    "%2F",
    "..",
    "%2e%2e",
    "base64|",
    "base64%7CWA==",
    "base64|_w",
    "-1",
    "4711",
    "9223372036854775808",
    "GROUP-A",
    "GROUP-SYSTEM",
    "'",
    "a'b\"c",
    "%F0%9F%98%80",
    "null",
    "$[0]",
    "?",
    "#",
    "1380df72-275a-11e7-93ae-92361f002671",
    "1380DF72-275A-11E7-93AE-92361F002671",
];
const QUERIES: &[&str] = &[
    "page=0",
    "page=9007199254740991&page_size=300",
    "page_size=x",
    "Name=Name",
    "Name=Nothing",
    "SubName=UserName",
    "Filters=Name%20Like%20%25",
    "Filters=(((",
    "Orders=Id%20DESC",
    "Orders=,",
    "Fields=Id,Name",
    "Page=0",
    "PageSize=99999999999999999999",
    "is_blocked=maybe",
    "name=%00",
    "id=%ff",
    "&&&=",
    "a=b=c",
    "Limit=-1",
    "Page=99999999999&PageSize=9999",
    "client_id=x",
    "scope=%2B",
];

fn path_of(random: &mut Random, route: &Route) -> String {
    let known = path(route);
    let pattern = route.path.split('/').zip(known.split('/'));
    let segments: Vec<&str> = pattern
        .map(|(name, value)| if name.starts_with('{') && random.below(2) == 0 { random.of(SEGMENTS) } else { value })
        .collect();
    let mut bytes = segments.join("/").into_bytes();
    if random.below(6) == 0 {
        random.damage(&mut bytes, 3);
    }
    let mut path = String::from_utf8_lossy(&bytes).into_owned();
    for joint in ["?", "&"].iter().take(random.below(3)) {
        let mut query = random.of(QUERIES).as_bytes().to_vec();
        if random.below(3) == 0 {
            random.damage(&mut query, 4);
        }
        path = format!("{path}{joint}{}", String::from_utf8_lossy(&query));
    }
    if path.starts_with('/') { path } else { format!("/{path}") }
}

fn body_of(random: &mut Random) -> Vec<u8> {
    let mut members = String::new();
    for _ in 0..random.below(6) {
        let joint = if members.is_empty() { "" } else { "," };
        members.push_str(&format!("{joint}\"{}\":{}", random.of(NAMES), random.of(VALUES)));
    }
    let mut bytes = match random.below(8) {
        0 => random.of(VALUES).as_bytes().to_vec(),
        1 => format!("[{{{members}}}]").into_bytes(),
        2 => format!("{{\"token\":{{{members}}}}}").into_bytes(),
        3 => members.replace([':', ','], "&").replace('"', "=").into_bytes(),
        _ => format!("{{{members}}}").into_bytes(),
    };
    if random.below(3) == 0 {
        random.damage(&mut bytes, 4);
    }
    bytes
}

fn answered(reply: &Reply, what: &str, service: &Service) {
    assert!((200..500).contains(&reply.status), "{what}: {} {:?}", reply.status, service.platform.log.borrow().last());
    // An error of the AuthZEN Authorization API is one string.
    let is_told = reply.status < 400 || matches!(reply.json, Value::Object(_) | Value::String(_));
    assert!(is_told, "{what}: {}", reply.json);
}

#[test]
fn no_request_answers_5xx_whatever_its_bytes() {
    let token = everything();
    let mut service = Service::default();
    let mut served = 0;
    for seed in 1..=5_000_u64 {
        if seed % 400 == 0 {
            service = Service::default();
        }
        let random = &mut Random::seeded(seed);
        let route = &ROUTES[random.below(ROUTES.len())];
        let method = if random.below(12) == 0 { Method::Other } else { route.method };
        let path = path_of(random, route);
        let body = body_of(random);
        let types = [
            "application/json",
            "application/json",
            "application/json",
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-16",
            "text/plain",
            "",
        ];
        let mut headers = vec![(Header::ContentType, random.of(&types))];
        if random.below(10) > 0 {
            headers.push((Header::Authorization, token.as_str()));
        }
        if random.below(8) == 0 {
            headers.push((Header::RequestId, random.of(&["", "x", "a b", "\u{7f}", "{\"a\":1}"])));
        }
        if random.below(8) == 0 {
            headers.push((Header::ContentLength, random.of(&["0", "-1", "x", "65536", "99999999999999999999"])));
        }
        if random.below(8) == 0 {
            headers.push((Header::ApiKey, random.of(&["", "x", "%00", "\u{0}", "mek_AAAA"])));
        }
        let reply = service.send_bytes(method, &path, &headers, &body);
        let what = format!("seed {seed}: {} {path} {}", method.as_str(), String::from_utf8_lossy(&body));
        answered(&reply, &what, &service);
        served += u32::from(reply.status < 300);
        // A logout ends the token of all.
        if reply.status == 200 && route.operation == Operation::Logout {
            service = Service::default();
        }
    }
    assert!(served > 500, "{served} were served: the generator is too wild to reach the handlers");
    assert_eq!(service.sql::<String>("SELECT group_concat(integrity_check) FROM pragma_integrity_check"), "ok");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

#[test]
fn no_token_that_was_tampered_with_opens_anything() {
    let service = Service::default();
    let good = mint("role:read");
    let url = "/admin/roles";
    assert_eq!(service.call(Method::Get, url, &good, "").status, 200);
    let trips = service.platform.trips.get();
    for seed in 1..=2_000_u64 {
        let random = &mut Random::seeded(seed);
        let mut bytes = good.clone().into_bytes();
        random.damage(&mut bytes, 3);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.trim() == good {
            continue;
        }
        let reply = service.call(Method::Get, url, &text, "");
        assert_eq!(reply.status, 401, "seed {seed}: {text}");
    }
    assert_eq!(service.platform.trips.get(), trips, "a bad token was asked about");
}

#[test]
fn no_authorization_header_answers_5xx() {
    let service = Service::default();
    let schemes = ["Bearer ", "bearer ", "Basic ", "Basic", "", "Bearer", "Bearer  ", "DPoP ", "Digest "];
    let words = ["", "x", "..", "a.b.c", "YTpi", "YTo=", "OmI=", "=", "e30.e30.", "e30.e30.e30", "%", "\u{0}", "é"];
    let targets = [(Method::Get, "/admin/roles"), (Method::Post, "/oauth/token"), (Method::Post, "/oauth/introspect")];
    for seed in 1..=3_000_u64 {
        let random = &mut Random::seeded(seed);
        let mut bytes = format!("{}{}", random.of(&schemes), random.of(&words)).into_bytes();
        if random.below(2) == 0 {
            random.damage(&mut bytes, 6);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (method, url) = targets[random.below(3)];
        let form = "application/x-www-form-urlencoded";
        let headers = [(Header::Authorization, text.as_str()), (Header::ContentType, form)];
        let mut body = b"grant_type=client_credentials&token=x&scope=a%3Ab".to_vec();
        if random.below(2) == 0 {
            random.damage(&mut body, 4);
        }
        let reply = service.send_bytes(method, url, &headers, &body);
        assert!(matches!(reply.status, 400 | 401), "seed {seed}: {text}: {}", reply.status);
    }
}
