//! The OpenAPI document of every route (`public/openapi.json`), made from the route table, from what each
//! resource says of its operations (`resources`) and from recorded answers. Natively only: nothing of
//! it is in the Worker, which serves the made file as a static asset.
//!
//! A new `Operation` does not compile natively until [`entry`] describes it, and every answer in the native
//! tests is held to the document (tests/native/support/contract.rs).

mod components;
pub mod doc;
pub mod node;
mod operation;
pub mod refusals;
pub mod resources;
pub mod schema;
pub mod scopes;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::node::map;
use crate::resources::{
    access_groups, access_roles, audit, client_types, clients, connections, endpoint, endpoint_users, oauth, roles,
    users,
};
use doc::{Answer, Doc, Shape, Tag};
use mithril_edge::http::Method;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{Operation, ROUTES, Route};
use node::Node;
use refusals::Family;
use schema::{one_of, record};

/// What each operation's resource says of it.
pub fn entry(operation: Operation) -> Doc {
    match operation {
        Operation::Health => health(),
        Operation::Ready => ready(),
        Operation::Token(address) => oauth::token(address),
        Operation::AuthorizeApp => oauth::authorize(),
        Operation::Introspect => oauth::introspect(),
        Operation::Revoke => oauth::revoke(),
        Operation::Metadata => oauth::metadata(),
        Operation::Jwks => oauth::jwks(),
        Operation::ListConnections => connections::list(),
        Operation::ShowConnection => connections::show(),
        Operation::PutConnection => connections::put(),
        Operation::DeleteConnection => connections::delete(),
        Operation::UpdateConnection => connections::update(),
        Operation::RefreshConnectionSecret => connections::refresh_secret(),
        Operation::ListSecrets => connections::list_secrets(),
        Operation::RetireSecret => connections::retire_secret(),
        Operation::ListClients => clients::list(),
        Operation::ShowClient => clients::show(),
        Operation::ShowWholeClient => clients::show_whole(),
        Operation::CreateClient => clients::create(),
        Operation::PutClient => clients::put(),
        Operation::DeleteClient => clients::delete(),
        Operation::BlockClient => clients::block(),
        Operation::UnblockClient => clients::unblock(),
        Operation::DeactivateClientTokens => clients::deactivate_tokens(),
        Operation::ListClientTypes => client_types::list(),
        Operation::ShowClientType => client_types::show(),
        Operation::CreateClientType => client_types::create(),
        Operation::ReplaceClientType => client_types::replace(),
        Operation::DeleteClientType => client_types::delete(),
        Operation::ListRoles => roles::list(),
        Operation::ShowRole => roles::show(),
        Operation::CreateRole => roles::create(),
        Operation::ReplaceRole => roles::replace(),
        Operation::UpdateRole => roles::update(),
        Operation::DeleteRole => roles::delete(),
        Operation::ListUserRoles => users::list_roles(),
        Operation::AddUserRole => users::add_role(),
        Operation::RemoveUserRole => users::remove_role(),
        Operation::ListAudit => audit::list(),
        Operation::ExportAudit => audit::export(),
        Operation::ListAccessGroups => access_groups::list(),
        Operation::InsertAccessGroup => access_groups::insert(),
        Operation::UpsertAccessGroup => access_groups::upsert(),
        Operation::ShowAccessGroup => access_groups::get(),
        Operation::ReplaceAccessGroup => access_groups::replace(),
        Operation::DeleteAccessGroup => access_groups::delete(),
        Operation::ListPermissions => access_groups::list_permissions(),
        Operation::UpsertPermissions => access_groups::upsert_permissions(),
        Operation::InsertPermission => access_groups::insert_permission(),
        Operation::DeletePermission => access_groups::delete_permission(),
        Operation::ListGroupUsers => endpoint_users::list_users(),
        Operation::UpsertGroupUsers => endpoint_users::upsert_users(),
        Operation::InsertGroupUser => endpoint_users::insert_user(),
        Operation::DeleteGroupUser => endpoint_users::delete_user(),
        Operation::ListUserGroups => endpoint_users::list_groups(),
        Operation::InsertUserGroup => endpoint_users::insert_group(),
        Operation::DeleteUserGroup => endpoint_users::delete_group(),
        Operation::ListEffectivePermissions => endpoint_users::list_effective_permissions(),
        Operation::ListAccessRoles => access_roles::list(),
        Operation::InsertAccessRole => access_roles::insert(),
        Operation::UpsertAccessRole => access_roles::upsert(),
        Operation::ShowAccessRole => access_roles::get(),
        Operation::ReplaceAccessRole => access_roles::replace(),
        Operation::DeleteAccessRole => access_roles::delete(),
        Operation::ListRolePermissions => access_roles::list_permissions(),
        Operation::UpsertRolePermissions => access_roles::upsert_permissions(),
        Operation::InsertRolePermission => access_roles::insert_permission(),
        Operation::DeleteRolePermission => access_roles::delete_permission(),
    }
}

fn schemas() -> Vec<(&'static str, Node)> {
    let mut all = components::envelope_schemas();
    all.extend(refusals::schemas());
    all.extend(connections::schemas());
    all.extend(clients::schemas());
    all.extend(client_types::schemas());
    all.extend(roles::schemas());
    all.extend(users::schemas());
    all.extend(audit::schemas());
    all.extend(endpoint::schemas());
    all.extend(access_groups::schemas());
    all.extend(endpoint_users::schemas());
    all.extend(access_roles::schemas());
    all.extend(oauth::schemas());
    all
}

/// The bodies of a call that was recorded; `None` for an empty one.
#[derive(Debug, Default)]
pub struct Recorded {
    pub request: Option<String>,
    pub answer: Option<String>,
}

/// Real answers, for the examples.
#[derive(Default)]
pub struct Examples {
    /// By route and sample, each counted from 0.
    pub samples: BTreeMap<(usize, usize), Recorded>,
    /// By family and status, for the shared refusals.
    pub refusals: BTreeMap<(Family, u16), Recorded>,
}

/// The whole document, as text.
pub fn document(examples: &Examples) -> String {
    let mut shared = BTreeSet::new();
    let paths = paths(examples, &mut shared);
    let root = map! {
        "openapi": "3.1.1",
        "info": map! {
            "title": "mithril-edge",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access management at the edge, in two dialects.",
            "description": include_str!("intro.md"),
            "license": map! { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [map! { "url": "/", "description": "Where this document comes from." }],
        "tags": Tag::ALL.map(|tag| map! { "name": tag.name(), "description": tag.about() }),
        "x-tagGroups": tag_groups(),
        "paths": paths,
        "components": map! {
            "securitySchemes": components::security_schemes(),
            "headers": components::headers(),
            "parameters": components::parameters(),
            "responses": Node::Map(
                shared.iter().map(|key| (refusals::name(key.0, key.1), components::refusal(examples, *key))).collect(),
            ),
            "schemas": Node::Map(schemas().into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()),
        },
    };
    pretty(&root)
}

/// One member a line, so that a change of the committed file reads well.
fn pretty(root: &Node) -> String {
    let mut text = Vec::new();
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut text, serde_json::ser::PrettyFormatter::with_indent(b" "));
    // Writing plain data to memory cannot fail.
    let _ = root.serialize(&mut serializer);
    text.push(b'\n');
    String::from_utf8(text).unwrap_or_default()
}

fn paths(examples: &Examples, shared: &mut BTreeSet<(Family, u16)>) -> Node {
    let mut paths: Vec<(String, Node)> = Vec::new();
    for (at, route) in ROUTES.iter().enumerate() {
        let operation = operation::node(at, route, examples, shared);
        let method = route.method.as_str().to_ascii_lowercase();
        match paths.iter_mut().find(|(path, _)| path == route.path) {
            Some((_, Node::Map(item))) => item.push((method, operation)),
            _ => paths.push((route.path.to_owned(), Node::Map(vec![(method, operation)]))),
        }
    }
    Node::Map(paths)
}

fn tag_groups() -> Node {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for tag in Tag::ALL {
        match groups.iter_mut().find(|(name, _)| *name == tag.group()) {
            Some((_, tags)) => tags.push(tag.name()),
            None => groups.push((tag.group(), vec![tag.name()])),
        }
    }
    groups.into_iter().map(|(name, tags)| map! { "name": name, "tags": tags }).collect::<Vec<_>>().into()
}

/// Every status that the route can answer with, in ascending order.
pub fn statuses(route: &Route) -> Vec<u16> {
    let doc = entry(route.operation);
    let mut statuses: Vec<u16> = doc.answers.iter().map(|answer| answer.status).collect();
    statuses.extend(not_modified(route, &doc).map(|answer| answer.status));
    statuses.extend(refusals::of(route, &doc));
    statuses
}

/// The answer to who has the record already, where it is read under a tag.
pub fn not_modified(route: &Route, doc: &Doc) -> Option<Answer> {
    let is_read = route.method == Method::Get && refusals::takes_conditions(route, doc);
    is_read.then(|| Answer::new(304, "The caller has it already.", Shape::Empty).headers(&["ETag"]))
}

/// The headers of an answer beside those of every answer.
pub fn headers(route: &Route, answer: &Answer) -> Vec<&'static str> {
    let tag = refusals::has_tag(route, answer).then_some("ETag");
    tag.into_iter().chain(answer.headers.iter().copied()).collect()
}

/// The sets of scopes of which one is enough; in Endpoint those of one role (the word before the colon).
pub fn scope_sets(access: Access) -> Vec<Vec<&'static str>> {
    let scopes = match access {
        Access::Public => return Vec::new(),
        Access::Scope(scope) | Access::OwnClient(scope) | Access::AnyClient(scope) => return vec![vec![scope]],
        Access::Endpoint(scopes) => scopes,
    };
    let role = |scope: &str| scope.split(':').next().map(str::to_owned);
    let mut sets: Vec<Vec<&str>> = Vec::new();
    for scope in scopes {
        match sets.iter_mut().find(|set| set.first().and_then(|first| role(first)) == role(scope)) {
            Some(set) => set.push(*scope),
            None => sets.push(vec![*scope]),
        }
    }
    sets
}

/// The scopes that routes ask for, in the table's order.
pub fn scopes_in_use() -> Vec<&'static str> {
    let mut scopes = Vec::new();
    for scope in ROUTES.iter().flat_map(|route| route.access.scopes()) {
        if !scopes.contains(scope) {
            scopes.push(scope);
        }
    }
    scopes
}

fn health() -> Doc {
    Doc {
        tag: Tag::Service,
        summary: "See that it answers",
        about: "Says that the Worker runs. It asks neither for a token nor the database.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "It runs.", Shape::Bare(record([("status", one_of(&["ok"], "Always `ok`."))])))],
        refusals: &[],
        samples: vec![doc::Sample::new("It runs", 200, &[])],
    }
}

fn ready() -> Doc {
    let status = record([("status", one_of(&["ready"], "Always `ready`."))]);
    Doc {
        tag: Tag::Service,
        summary: "See that it can do its work",
        about: "Asks the database and signs something, at most once in 5 seconds. It asks for no token.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The database answers, and keys and peppers are usable.", Shape::Bare(status))],
        refusals: &[503],
        samples: vec![doc::Sample::new("It is ready", 200, &[])],
    }
}
