//! Whatever arrives, the token plane answers with a refusal: never a 5xx, never a token.

use super::*;

/// A small generator (xorshift), so that a failure is the same failure again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.next() as usize % list.len()]
    }
}

const NAMES: [&str; 14] = [
    "grant_type",
    "client_id",
    "client_secret",
    "scope",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "token",
    "token_type_hint",
    "client_assertion",
    "client_assertion_type",
    "%00",
    "x",
];
const VALUES: [&str; 22] = [
    "client_credentials",
    "authorization_code",
    "refresh_token",
    CLIENT,
    CONNECTION,
    "",
    "%00",
    "%F0%9F%92%A9",
    "%",
    "%C3%28",
    "'",
    "%22%5D%7D",
    "%5B%5B",
    "a.b.c",
    "e30.e30.e30",
    "..",
    "mer_",
    "mec_x",
    "*",
    "connection%3Aread",
    "a%20%20b",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
];
const HEADERS: [&str; 8] = ["", "Basic", "Basic !", "Basic Og==", "Basic AAAA", "Basic //79", "Bearer x", "Basic MTox"];
const PATHS: [&str; 5] =
    ["/oauth/token", "/oAuth/rest/v2/Token", "/oauth/introspect", "/oauth/revoke", "/oauth/tokens"];

#[test]
fn no_mixture_of_broken_parts_is_ever_a_5xx_or_a_token() {
    let service = Service::default();
    service.secret(CLIENT, CONNECTION);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for round in 0..4000 {
        let fields: Vec<String> =
            (0..random.next() % 6).map(|_| format!("{}={}", random.pick(&NAMES), random.pick(&VALUES))).collect();
        let path = random.pick(&PATHS);
        let mut body = fields.join("&");
        let mut headers = vec![(Header::ContentType, FORM)];
        if path == "/oauth/tokens" {
            headers = vec![(Header::ContentType, "application/json")];
            let pairs: Vec<String> = fields
                .iter()
                .filter_map(|field| field.split_once('='))
                .map(|(k, v)| format!("\"{k}\":\"{v}\""))
                .collect();
            body = format!("{{\"token\":{{{}}}}}", pairs.join(","));
        }
        let authorization = random.pick(&HEADERS);
        if !authorization.is_empty() {
            headers.push((Header::Authorization, authorization));
        }
        let reply = service.send(Method::Post, path, &headers, &body);
        assert!((400..500).contains(&reply.status), "{round}: {path} {authorization} {body} -> {reply:?}");
        assert!(reply.json.get("access_token").is_none());
    }
}
