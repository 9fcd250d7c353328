//! Bodies by their headers and bytes, on every route that reads one or could: the media type, a content coding, a byte
//! order mark, and a body where none is read. The members of a body are in `body_members`.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Delete, Patch, Post};
use mithril_edge::http::dialect::Dialect;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{Operation, ROUTES};

use crate::support::routes::{CLINIC, CONNECTION, Example, endpoint_changes, examples, whole_service};
use crate::support::tokens::{Signer, sign};
use crate::support::{Reply, Service, mint};

const TOKENS: &str = "/oauth/tokens";
/// What curl sends for `-d` without another header.
const CURL: &str = "application/x-www-form-urlencoded";

/// A call of every change: it succeeds on [`whole_service`], but those of the token plane, which are refused later than
/// for their bodies.
pub fn changes() -> Vec<Example> {
    let mut all: Vec<Example> =
        examples().into_iter().chain(endpoint_changes()).filter(|example| !example.route.method.is_safe()).collect();
    for (path, body, status) in [
        (
            TOKENS,
            r#"{"token":{"grant_type":"refresh_token","client_id":"x","client_secret":"z","refresh_token":"y"}}"#,
            401,
        ),
        ("/oauth/apps/authorize", r#"{"app":{"client_id":"x","redirect_uri":"https://a.test"}}"#, 401),
        ("/oauth/nonce", r#"{"client_id":"x"}"#, 404),
    ] {
        let route = ROUTES.iter().find(|route| route.path == path && !route.method.is_safe()).expect("the route");
        all.push(Example { route, path: path.to_owned(), body, status });
    }
    // Questions about access are no changes; their bodies are in access/decisions.rs.
    let is_other = |dialect| matches!(dialect, Dialect::OAuth | Dialect::Access | Dialect::EndpointToken);
    let json = ROUTES.iter().filter(|route| !route.method.is_safe() && !is_other(route.dialect)).count();
    assert_eq!(all.len(), json, "every change is here, but the forms of the token plane");
    all
}

/// Sends a body with these headers, and a token of an administrator that holds what the route and its gifts need.
pub fn send(service: &Service, example: &Example, headers: &[(Header, &str)], body: &[u8]) -> Reply {
    let scope = example.route.access.scopes().join(" ");
    let token =
        format!("Bearer {}", sign(Signer::LoginHs256, serde_json::json!({}), serde_json::json!({ "scope": scope })));
    let mut all = headers.to_vec();
    if example.route.access != Access::Public {
        all.push((Header::Authorization, &token));
    }
    service.send_bytes(example.route.method, &example.path, &all, body)
}

pub fn place(example: &Example) -> String {
    format!("{} {}", example.route.method.as_str(), example.route.path)
}

/// The example's own body, or one that asks for something where the route reads none or may do without.
fn asking(example: &Example) -> &'static str {
    if example.body.is_empty() { r#"{"grace_period":3600}"# } else { example.body }
}

const JSON: (Header, &str) = (Header::ContentType, "application/json");

#[test]
fn a_body_that_is_there_and_not_json_is_415_on_every_change_and_changes_nothing() {
    let service = whole_service();
    let before = service.dump();
    for example in changes() {
        for media_type in [Some(CURL), Some("text/plain"), Some(""), Some("text/json"), None] {
            let headers: Vec<_> = media_type.iter().map(|value| (Header::ContentType, *value)).collect();
            let reply = send(&service, &example, &headers, asking(&example).as_bytes());
            assert_eq!(reply.status, 415, "{} as {media_type:?}", place(&example));
            assert_eq!(reply.header("accept-encoding"), None);
        }
        assert_eq!(service.dump(), before, "{}", place(&example));
    }
}

#[test]
fn a_compressed_body_is_415_with_accept_encoding_on_every_route_that_reads_one_and_changes_nothing() {
    let service = whole_service();
    let before = service.dump();
    for example in changes() {
        for coding in ["gzip", "br", "identity, gzip", "GZIP", "x"] {
            let headers = [JSON, (Header::ContentEncoding, coding)];
            let reply = send(&service, &example, &headers, asking(&example).as_bytes());
            assert_eq!((reply.status, reply.header("accept-encoding")), (415, Some("identity")), "{}", place(&example));
            assert!(reply.text.contains("The request body is compressed."), "{}", reply.text);
        }
    }
    let forms = ROUTES
        .iter()
        .filter(|route| route.method == Post && matches!(route.dialect, Dialect::OAuth | Dialect::EndpointToken));
    for route in forms {
        let headers = [(Header::ContentType, CURL), (Header::ContentEncoding, "gzip")];
        let reply = service.send(Post, route.path, &headers, "token=x");
        assert_eq!((reply.status, reply.header("accept-encoding")), (415, Some("identity")), "{}", route.path);
        assert_eq!(reply.json["error"], "invalid_request", "{}", route.path);
    }
    assert_eq!(service.dump(), before);
}

#[test]
fn a_change_that_reads_no_body_refuses_one_that_says_something() {
    let service = whole_service();
    let before = service.dump();
    let mut routes = 0;
    for example in changes().into_iter().filter(|example| !example.route.reads_body()) {
        let is_mithril = matches!(example.route.dialect, Dialect::Mithril(_));
        let invalid = if is_mithril { 422 } else { 400 };
        for (body, status) in [("{", 400), ("[]", invalid), ("1", invalid), (r#"{"reason":"x"}"#, invalid)] {
            let reply = send(&service, &example, &[JSON], body.as_bytes());
            assert_eq!(reply.status, status, "{} {body}", place(&example));
        }
        let reply = send(&service, &example, &[JSON], br#"{"reason":"x"}"#);
        assert!(reply.text.contains("Allowed properties: none"), "{}", reply.text);
        assert_eq!(send(&service, &example, &[JSON], &vec![b' '; 70_000]).status, 413, "{}", place(&example));
        routes += 1;
    }
    assert_eq!(service.dump(), before);
    let bare = ROUTES.iter().filter(|route| {
        route.method == Delete
            || matches!(
                route.operation,
                Operation::UnblockClient
                    | Operation::DeactivateClientTokens
                    | Operation::Logout
                    | Operation::RefreshClientSecret
            )
    });
    assert_eq!(routes, bare.count());
}

#[test]
fn the_headers_of_an_empty_body_do_not_count_where_none_is_needed() {
    for example in changes().into_iter().filter(|example| example.body.is_empty()) {
        for (media_type, body) in
            [(CURL, ""), ("text/plain", ""), ("application/json", ""), ("application/json", " {} ")]
        {
            let service = whole_service();
            let coding = if body.is_empty() { "gzip" } else { "identity" };
            let headers = [(Header::ContentType, media_type), (Header::ContentEncoding, coding)];
            let reply = send(&service, &example, &headers, body.as_bytes());
            assert_eq!(reply.status, example.status, "{} {media_type}: {}", place(&example), reply.text);
        }
    }
}

#[test]
fn a_rotation_with_curls_default_type_is_refused_and_the_old_secret_lives() {
    let service = Service::default();
    let secret = service.secret(CLINIC, CONNECTION);
    let path = format!("/api/clients/{CLINIC}/connections/{}/actions/refresh_secret", CONNECTION);
    let authorization = format!("Bearer {}", mint("connection:refresh_secret"));
    let headers = [(Header::Authorization, authorization.as_str()), (Header::ContentType, CURL)];
    assert_eq!(service.send(Patch, &path, &headers, r#"{"grace_period":3600}"#).status, 415);
    let grant = service.basic("/oauth/token", CLINIC, &secret, &[("grant_type", "client_credentials")]);
    assert_eq!(grant.status, 200, "{}", grant.text);
}

#[test]
fn a_byte_order_mark_is_skipped_before_json_and_forms() {
    for example in changes().into_iter().filter(|example| !example.body.is_empty()) {
        let service = whole_service();
        let marked = format!("\u{feff}{}", example.body);
        let reply = send(&service, &example, &[JSON], marked.as_bytes());
        assert_eq!(reply.status, example.status, "{}: {}", place(&example), reply.text);
        // Only one, and only at the start.
        let twice = send(&service, &example, &[JSON], format!("\u{feff}{marked}").as_bytes());
        assert_eq!(twice.status, 400, "{}", place(&example));
    }
    let service = Service::default();
    let secret = service.secret(CLINIC, CONNECTION);
    let form = format!("\u{feff}grant_type=client_credentials&client_id={CLINIC}&client_secret={secret}");
    for path in ["/oauth/token", "/oAuth/rest/v2/Token"] {
        let reply = service.send(Post, path, &[(Header::ContentType, CURL)], &form);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    }
}
