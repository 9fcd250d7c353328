//! What is no JSON, against every route that reads JSON: 4xx, and nothing is written.

use mithril_edge::http::Header;
use mithril_edge::http::Method::{Patch, Post, Put};
use mithril_edge::http::dialect::Dialect;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{Operation, ROUTES, Route};

use crate::support::tokens::{Signer, sign};
use crate::support::{Reply, Service};

const VECTORS: &str = include_str!("vectors/no_json.txt");
const CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864352";

/// Name and text of every vector.
fn vectors() -> Vec<(&'static str, Vec<u8>)> {
    VECTORS
        .lines()
        .filter(|line| !line.starts_with("# "))
        .map(|line| line.split_once('\t').expect(line))
        .map(|(name, text)| (name, unfold(text)))
        .collect()
}

fn unfold(text: &str) -> Vec<u8> {
    if let Some((times, part)) = text.strip_prefix('*').and_then(|rest| rest.split_once(' ')) {
        return part.repeat(times.parse().expect("a number")).into_bytes();
    }
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect(text));
        bytes.extend(part[2..].bytes());
    }
    bytes
}

/// Every route that reads a JSON body.
fn readers() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| {
        matches!(route.method, Post | Put | Patch)
            && !matches!(route.dialect, Dialect::OAuth | Dialect::EndpointToken)
            && !matches!(
                route.operation,
                Operation::UnblockClient
                    | Operation::DeactivateClientTokens
                    | Operation::Logout
                    | Operation::RefreshClientSecret
            )
    })
}

fn may_have_no_body(route: &Route) -> bool {
    matches!(route.operation, Operation::BlockClient | Operation::RefreshConnectionSecret | Operation::CloseReview)
}

/// The route's path with records that the fixture has.
pub fn path(route: &Route) -> String {
    let role = route.path.contains("/admin/roles/");
    let id = if role { "role-1380df72-275a-11e7-93ae-92361f002671" } else { "1380df72-275a-11e7-93ae-92361f002671" };
    let id = if route.path.contains("client_types") { "type-msp" } else { id };
    route
        .path
        .replace("{id}", id)
        .replace("{connection_id}", CONNECTION)
        .replace("{user_id}", "user-1")
        .replace("/User/{Id}", "/User/4711")
        .replace("/Role/{Id}", "/Role/32E61509-0071-4001-BE32-9E9D0DB255CB")
        .replace("{Id}", "GROUP-A")
        .replace("{SubId}", "4711")
}

/// A token of the administrator with every scope of the service.
pub fn everything() -> String {
    let scopes: Vec<&str> = ROUTES.iter().flat_map(|route| route.access.scopes()).copied().collect();
    let claims = serde_json::json!({ "scope": scopes.join(" ") });
    format!("Bearer {}", sign(Signer::LoginHs256, serde_json::json!({}), claims))
}

fn send(service: &Service, route: &Route, token: &str, body: &[u8]) -> Reply {
    let mut headers = vec![(Header::ContentType, "application/json")];
    if route.access != Access::Public {
        headers.push((Header::Authorization, token));
    }
    service.send_bytes(route.method, &path(route), &headers, body)
}

#[test]
fn what_is_no_json_is_refused_by_every_route_and_changes_nothing() {
    let service = Service::default();
    let token = everything();
    let changes = || service.sql::<i64>("SELECT total_changes()");
    let before = changes();
    let vectors = vectors();
    assert_eq!(vectors.len(), 189);
    let mut answers = 0;
    for route in readers() {
        for (name, text) in &vectors {
            let what = format!("{} {}: {name}", route.method.as_str(), route.path);
            let nested = [br#"{"name":"#, text.as_slice(), b"}"].concat();
            // Alone, and where a value is due; by PATCH the first is enough.
            let bodies = if route.method == Patch { vec![text] } else { vec![text, &nested] };
            for body in bodies.into_iter().filter(|body| !body.is_empty() || !may_have_no_body(route)) {
                let reply = send(&service, route, &token, body);
                let status = if body.len() > 64 * 1024 && reply.status == 413 { 413 } else { 400 };
                assert_eq!(reply.status, status, "{what}: {}", reply.json);
                answers += 1;
            }
            assert_eq!(changes(), before, "{what}");
        }
    }
    assert!(answers > 5_000, "{answers}");
}

#[test]
fn an_object_that_has_a_member_twice_is_refused_by_every_route_and_changes_nothing() {
    let service = Service::default();
    let token = everything();
    let before: i64 = service.sql("SELECT total_changes()");
    for route in readers() {
        for text in [
            r#"{"name":"x","name":"x"}"#,
            r#"{"name":"x","\u006eame":"y"}"#,
            r#"{"role":{"name":"x","name":"y"}}"#,
            r#"{"name":"x","more":[{"a":[{"b":1,"b":2}]}]}"#,
        ] {
            let what = format!("{} {}: {text}", route.method.as_str(), route.path);
            let reply = send(&service, route, &token, text.as_bytes());
            assert_eq!(reply.status, 400, "{what}: {}", reply.json);
            assert_eq!(service.sql::<i64>("SELECT total_changes()"), before, "{what}");
        }
    }
}

#[test]
fn json_of_another_shape_is_refused_by_every_route_and_changes_nothing() {
    let service = Service::default();
    let token = everything();
    let before: i64 = service.sql("SELECT total_changes()");
    for route in readers() {
        for text in ["null", "true", "0", "-0.0", "1e400", r#""x""#, "[]", "[[]]", r#"[{"a":1}]"#, "[null]"] {
            let what = format!("{} {}: {text}", route.method.as_str(), route.path);
            let reply = send(&service, route, &token, text.as_bytes());
            assert!(matches!(reply.status, 400 | 422), "{what}: {} {}", reply.status, reply.json);
            assert_eq!(service.sql::<i64>("SELECT total_changes()"), before, "{what}");
        }
    }
}

#[test]
fn a_body_over_the_limit_is_413_whether_its_length_is_declared_or_not() {
    let service = Service::default();
    let token = everything();
    let body = r#"{"role":{"name":"New","scope":"a:read"}}"#;
    let status = |headers: &[(Header, &str)], body: &str| {
        let always = [(Header::Authorization, token.as_str()), (Header::ContentType, "application/json")];
        service.send(Post, "/admin/roles", &[&always, headers].concat(), body).status
    };
    let changes = || service.sql::<i64>("SELECT total_changes()");
    let before = changes();
    assert_eq!(status(&[(Header::ContentLength, "65537")], body), 413);
    assert_eq!(status(&[], &(body.to_owned() + &" ".repeat(65_537))), 413);
    assert_eq!(changes(), before);
    assert_eq!(status(&[(Header::ContentLength, "65536")], body), 201);
}
