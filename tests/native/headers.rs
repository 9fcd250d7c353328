//! Headers that any answer may have: the request's id, and what a page of another origin may read.

use mithril_edge::http::{Header, Method};

use crate::support::Service;

const PATH: &str = "/healthz";

#[test]
fn an_id_of_a_caller_is_echoed_and_any_other_text_is_replaced() {
    let service = Service::default();
    let long = "x".repeat(129);
    for sane in ["a", "6617aeec-15e2-4d6f-b9bd-53559c358f97#17810", &long[1..]] {
        let reply = service.send(Method::Get, PATH, &[(Header::RequestId, sane)], "");
        assert_eq!(reply.header("x-request-id"), Some(sane));
    }
    for text in ["", "a b", "a\"b", "<a>", "ä", "a\tb", &long] {
        let reply = service.send(Method::Get, PATH, &[(Header::RequestId, text)], "");
        assert_eq!(reply.header("x-request-id").map(str::len), Some(36), "{text}");
    }
}

#[test]
fn an_origin_that_is_not_configured_may_not_read_answers() {
    let service = Service::with(|raw| raw.cors_origins = Some("https://page.test".to_owned()));
    let allowed = |origin: &str, more: &[(Header, &str)]| {
        let headers = [&[(Header::Origin, origin)], more].concat();
        let method = if more.is_empty() { Method::Get } else { Method::Options };
        let reply = service.send(method, PATH, &headers, "");
        assert_eq!(reply.header("vary"), Some("Origin"), "{origin}");
        reply.header("access-control-allow-origin").map(str::to_owned)
    };
    let preflight = [(Header::PreflightMethod, "GET")];
    for more in [&[][..], &preflight] {
        assert_eq!(allowed("https://page.test", more).as_deref(), Some("https://page.test"));
        for origin in ["https://other.test", "https://page.test.other.test", "http://page.test", "null", ""] {
            assert_eq!(allowed(origin, more), None, "{origin}");
        }
    }
}
