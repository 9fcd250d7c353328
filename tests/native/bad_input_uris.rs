//! Which `redirect_uri` is stored: the WHATWG URL cases (tests/native/vectors/README.md) and thousands made of
//! their parts. Whatever passes is read by the `url` crate, which reads as browsers do, as it was written.

use mithril_edge::http::{Header, Method};
use mithril_edge::mithril::connections::redirect_uri::RedirectUri;
use serde_json::{Map, Value, json};
use url::{Host, Url};

use crate::bad_input::everything;
use crate::support::Service;
use crate::support::random::Random;

const CONNECTION: &str =
    "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352";

fn inputs() -> Vec<String> {
    let cases: Vec<String> = serde_json::from_str(include_str!("vectors/url_inputs.json")).unwrap();
    let mut all = cases.clone();
    for case in &cases {
        let rest = case.split_once("//").map_or(case.as_str(), |(_, rest)| rest);
        all.push(format!("https://{rest}"));
        all.push(format!("https://{case}"));
        all.push(format!("https://a.test/{case}"));
        all.push(format!("https://a.test?{case}"));
        all.push(format!("https://a.test:{case}"));
        all.push(format!("https://{case}@a.test/"));
    }
    all
}

fn is_allowed(text: &str) -> bool {
    let body = Map::from_iter([("redirect_uri".to_owned(), Value::from(text))]);
    RedirectUri::from_body(&body).is_ok()
}

/// A name in Punycode. Whether it is one of a registered alphabet only the tables of IDNA know, which would weigh
/// more than the service: browsers and `url` refuse a bad one, so a code goes nowhere.
fn is_international(host: &str) -> bool {
    host.to_ascii_lowercase().split('.').any(|label| label.starts_with("xn--"))
}

/// Why a browser would go elsewhere than is written. Only the letters' case of the host, the form of an IPv6
/// address, the port 443, the `/` of an empty path and `'` in a query (`%27`) may be written otherwise: each
/// names the same place.
fn misread(text: &str) -> Result<(), String> {
    let rest = text.strip_prefix("https://").ok_or("scheme")?;
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (path, query) = tail.split_once('?').map_or((tail, None), |(path, query)| (path, Some(query)));
    let after_literal = authority.rfind(']').unwrap_or(0);
    let (host, port) = match authority[after_literal..].find(':') {
        Some(at) => (&authority[..after_literal + at], &authority[after_literal + at + 1..]),
        None => (authority, "443"),
    };
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(_) if is_international(host) => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    let host_is_same = match url.host() {
        Some(Host::Ipv6(address)) => host.trim_matches(['[', ']']).parse() == Ok(address),
        Some(other) => other.to_string().eq_ignore_ascii_case(host),
        None => false,
    };
    let facts = [
        ("scheme", url.scheme() == "https"),
        ("userinfo", url.username().is_empty() && url.password().is_none()),
        ("fragment", url.fragment().is_none()),
        ("host", host_is_same),
        ("port", url.port_or_known_default() == port.parse().ok()),
        ("path", url.path() == if path.is_empty() { "/" } else { path }),
        ("query", url.query().map(str::to_owned) == query.map(|query| query.replace('\'', "%27"))),
        ("again", Url::parse(url.as_str()).as_ref() == Ok(&url)),
    ];
    facts.iter().find(|(_, holds)| !holds).map_or(Ok(()), |(name, _)| Err(format!("{name}: {url}")))
}

#[test]
fn what_is_stored_of_the_whatwg_cases_is_what_the_rule_allows_and_is_stored_as_given() {
    let service = Service::default();
    let token = everything();
    let (mut stored, mut refused) = (0, 0);
    for text in inputs() {
        let body = json!({ "redirect_uri": text }).to_string();
        let headers = [(Header::Authorization, token.as_str()), (Header::ContentType, "application/json")];
        let before: String = service.sql("SELECT redirect_uri FROM connections WHERE id LIKE 'e5372365%'");
        let reply = service.send(Method::Patch, CONNECTION, &headers, &body);
        let after: String = service.sql("SELECT redirect_uri FROM connections WHERE id LIKE 'e5372365%'");
        if is_allowed(&text) {
            assert_eq!((reply.status, &after), (200, &text), "{}", reply.json);
            assert_eq!(misread(&text), Ok(()), "{text:?}");
            stored += 1;
        } else {
            assert_eq!((reply.status, &after), (422, &before), "{text:?}: {}", reply.json);
            refused += 1;
        }
    }
    assert!(stored > 400 && refused > 2000, "{stored} stored, {refused} refused");
}

#[test]
fn whatever_is_allowed_is_read_as_it_is_written() {
    const HOSTS: &[&str] = &[
        "a.test",
        "A.Test",
        "localhost",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "a.0x",
        "a.1",
        "[::1]",
        "[2001:DB8:0:0::1]",
        "[::ffff:1.2.3.4]",
        "[::1%25eth0]",
        "a..b",
        "a.b.",
        "127.0.0.1.",
        "-a",
        "a-",
        "a_b",
        "xn--",
        "xn--a",
        "xn--e1afmkfd",
        "ab--c",
        "é",
        "%61",
        "u@a.test",
        "u:p@a.test",
        "",
        "a b",
        "a%00b",
    ];
    const PARTS: &[&str] = &[
        "/", "/", "x", ".", "..", "%2e", "%2E", "%2e.", "?", "?", "'", "\"", "#", "\\", "%", "%4", "%41", "%zz", "{",
        "|", "^", "`", "<", " ", "\t", "\n", ":", "@", ";", "=", "&", "+", "~", "!", "$", "(", ")", "*", ",", "[", "]",
        "é", "\u{0}",
    ];
    let (mut allowed, mut refused) = (0, 0);
    for seed in 1..=60_000_u64 {
        let random = &mut Random::seeded(seed);
        let mut text = format!(
            "{}{}",
            random.of(&["https://", "https://", "https://", "https:/", "HTTPS://", "//"]),
            random.of(HOSTS)
        );
        text.push_str(random.of(&["", "", "", ":443", ":0443", ":8443", ":0", ":65536", ":", ":x"]));
        if random.below(4) > 0 {
            text.push('/');
            for _ in 0..random.below(7) {
                text.push_str(random.of(PARTS));
            }
        }
        if random.below(10) == 0 {
            let mut bytes = text.into_bytes();
            random.damage(&mut bytes, 2);
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
        if is_allowed(&text) {
            assert_eq!(misread(&text), Ok(()), "seed {seed}: {text:?}");
            allowed += 1;
        } else {
            refused += 1;
        }
    }
    assert!(allowed > 2_000 && refused > 20_000, "{allowed} allowed, {refused} refused");
}
