//! The order of checks, for every change and read that needs a token: 401 token, 403 scope, 401 revoked, 403 own client,
//! then what is wrong with headers, path and body (400, 413, 415, 422), 404, 412. A request with two faults is answered
//! like one with the earlier fault alone, and writes nothing.

use mithril_edge::http::dialect::Dialect;
use mithril_edge::http::{Header, Method};
use mithril_edge::identity::access::Access;
use serde_json::json;

use crate::support::routes::{Example, OTHER, endpoint_changes, endpoint_reads, examples, whole_service};
use crate::support::tokens::{ADMIN, Signer, sign};
use crate::support::{Reply, Service};

const BLOCKED: &str = "3580df72-275a-11e7-93ae-92361f002673";

/// What may be wrong with a request, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Token,
    Scope,
    Revoked,
    Foreign,
    IdempotencyKey,
    Condition,
    ContentType,
    Syntax,
    NotAnObject,
    TooLarge,
    Query,
    PathBroken,
    NoRecord,
    Precondition,
}

use Fault::{
    Condition, ContentType, Foreign, IdempotencyKey, NoRecord, NotAnObject, PathBroken, Precondition, Query, Revoked,
    Scope, Syntax, Token, TooLarge,
};

pub const ALL: [Fault; 14] = [
    Token,
    Scope,
    Revoked,
    Foreign,
    IdempotencyKey,
    Condition,
    ContentType,
    Syntax,
    NotAnObject,
    TooLarge,
    Query,
    PathBroken,
    NoRecord,
    Precondition,
];

impl Fault {
    /// Faults of one rank are told in any order.
    const fn rank(self) -> u8 {
        match self {
            Token => 0,
            Scope => 1,
            Revoked => 2,
            Foreign => 3,
            IdempotencyKey | Condition | ContentType | Syntax | NotAnObject | TooLarge | Query => 4,
            PathBroken | NoRecord => 5,
            Precondition => 6,
        }
    }

    fn status(self, example: &Example) -> u16 {
        let is_mithril = is_mithril(example);
        match self {
            Token | Revoked => 401,
            Scope | Foreign => 403,
            IdempotencyKey | Condition | Syntax | Query => 400,
            ContentType => 415,
            NotAnObject => {
                if is_mithril {
                    422
                } else {
                    400
                }
            }
            TooLarge => 413,
            PathBroken | NoRecord => 404,
            Precondition => 412,
        }
    }

    /// Whether the route can have it.
    pub fn fits(self, example: &Example) -> bool {
        let is_change = !example.route.method.is_safe();
        let has_param = example.route.path.contains('{');
        let of_one = matches!(example.route.method, Method::Put | Method::Patch | Method::Delete);
        match self {
            Token | Revoked => true,
            Scope => !example.route.access.scopes().is_empty(),
            Foreign => {
                matches!(example.route.access, Access::OwnClient(_) | Access::AnyClient(_) | Access::Unbounded(_))
            }
            IdempotencyKey => is_change,
            Condition => is_mithril(example) && (of_one || example.route.path.ends_with("id}")),
            // A change that reads no body is refused for one that says something.
            ContentType | Syntax | NotAnObject | TooLarge => is_change,
            // A list of Endpoint's; their names end in s.
            Query => !is_mithril(example) && !is_change && example.route.path.ends_with('s'),
            // Endpoint answers 400 for a path that cannot be decoded, among the other faults of that rank.
            PathBroken => has_param && is_mithril(example),
            // A list of what a user has is empty for a user that nobody knows, and so is one of who has a scope.
            NoRecord => {
                let path = example.route.path;
                has_param && !path.contains("{user_id}") && !path.contains("{scope}") && !is_upsert(example)
            }
            Precondition => is_mithril(example) && of_one,
        }
    }
}

fn is_mithril(example: &Example) -> bool {
    matches!(example.route.dialect, Dialect::Mithril(_))
}

/// A PUT that makes what is not there.
fn is_upsert(example: &Example) -> bool {
    example.route.method == Method::Put && example.route.path.ends_with("/clients/{id}")
}

/// The status of a request with these faults.
fn status(service: &mut Service, example: &Example, faults: &[Fault]) -> u16 {
    reply(service, example, faults, &[]).status
}

/// The answer to a request with these faults and more headers, asked of an isolate that knows nobody; nothing is written.
pub fn reply(service: &mut Service, example: &Example, faults: &[Fault], more: &[(Header, &str)]) -> Reply {
    service.restart();
    let has = |fault| faults.contains(&fault);
    let scope = if has(Scope) { "nothing:read".to_owned() } else { example.route.access.scopes().join(" ") };
    let client = if has(Revoked) {
        BLOCKED
    } else if has(Foreign) {
        OTHER
    } else {
        ADMIN
    };
    let client_type = if has(Foreign) { "MSP" } else { "MITHRIL ADMIN" };
    let claims = json!({ "scope": scope, "client_id": client, "client_type": client_type });
    let token = if has(Token) { "no.jwt".to_owned() } else { sign(Signer::LoginHs256, json!({}), claims) };
    let large = format!("\"{}\"", "x".repeat(600 * 1024));
    let body = match faults.iter().copied().find(|fault| matches!(fault, Syntax | NotAnObject | TooLarge)) {
        Some(Syntax) => "{",
        Some(NotAnObject) => "[]",
        Some(_) => &large,
        None if has(ContentType) && example.body.is_empty() => "{}",
        None => example.body,
    };
    let path = match faults.iter().copied().find(|fault| matches!(fault, PathBroken | NoRecord)) {
        Some(PathBroken) => with_last_parameter(example, "%zz"),
        Some(_) => with_last_parameter(example, unknown(example)),
        None => example.path.clone(),
    };
    let path = if has(Query) { format!("{path}?PageSize=x") } else { path };
    let authorization = format!("Bearer {token}");
    let mut headers = vec![(Header::Authorization, authorization.as_str())];
    headers.extend(more);
    if !body.is_empty() {
        headers.push((Header::ContentType, if has(ContentType) { "text/plain" } else { "application/json" }));
    }
    if has(IdempotencyKey) {
        headers.push((Header::IdempotencyKey, " "));
    }
    if has(Condition) {
        headers.push((Header::IfMatch, "no tag"));
    } else if has(Precondition) {
        headers.push((Header::IfMatch, "\"another\""));
    }
    let before: i64 = service.sql("SELECT total_changes()");
    let reply = service.send(example.route.method, &path, &headers, body);
    // A dry run writes and is rolled back.
    let is_dry = more.iter().any(|(header, _)| *header == Header::Prefer);
    let written = service.sql::<i64>("SELECT total_changes()") - before;
    assert!(written == 0 || is_dry, "{faults:?} wrote {path}");
    reply
}

/// An id that no record has; some of Endpoint's are numbers.
fn unknown(example: &Example) -> &'static str {
    let is_number = example.path.rsplit('/').any(|segment| segment.parse::<u64>().is_ok());
    if is_number { "999999" } else { "11111111-1111-4111-8111-111111111111" }
}

/// The example's path with another last parameter.
fn with_last_parameter(example: &Example, value: &str) -> String {
    let patterns: Vec<&str> = example.route.path.split('/').collect();
    let mut segments: Vec<&str> = example.path.split('/').collect();
    let last = patterns.iter().rposition(|part| part.starts_with('{')).expect("a parameter");
    segments[last] = value;
    segments.join("/")
}

#[test]
fn of_two_faults_the_earlier_is_told_on_every_route() {
    let mut service = whole_service();
    let mut pairs = 0;
    for example in examples().into_iter().chain(endpoint_changes()).chain(endpoint_reads()) {
        let place = format!("{} {}", example.route.method.as_str(), example.route.path);
        let faults: Vec<Fault> = ALL.into_iter().filter(|fault| fault.fits(&example)).collect();
        for fault in &faults {
            assert_eq!(status(&mut service, &example, &[*fault]), fault.status(&example), "{place}: {fault:?}");
        }
        for early in &faults {
            for late in faults.iter().filter(|late| late.rank() > early.rank()) {
                let both = status(&mut service, &example, &[*early, *late]);
                assert_eq!(both, early.status(&example), "{place}: {early:?} before {late:?}");
                pairs += 1;
            }
        }
    }
    assert!(pairs > 1000, "{pairs} pairs");
}
