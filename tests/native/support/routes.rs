//! One call that succeeds for every route of the Mithril dialect, for tests that go through all of them. A
//! route that is not here fails those tests: whoever adds one says how it is called.

use mithril_edge::auth::access::Access;
use mithril_edge::http::Method;
use mithril_edge::routes::{Dialect, Operation, ROUTES, Route};

use super::Service;

/// The fixture's client that paths name; its type is MSP, of context `own`.
pub const CLINIC: &str = "1380df72-275a-11e7-93ae-92361f002671";
pub const OTHER: &str = "2480df72-275a-11e7-93ae-92361f002672";
pub const MIS: &str = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";

/// Records beside the fixture's that nothing uses, so that they can be deleted.
const UNUSED: &str = "
INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at)
  VALUES ('type-unused', 'UNUSED', 'a:read', 'own', '2024-01-04T08:00:00Z', '2024-01-04T08:00:00Z');
INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
  VALUES ('9980df72-275a-11e7-93ae-92361f002679', 'Unused', 'type-msp', '2024-02-06T08:00:00Z', '2024-02-06T08:00:00Z');
INSERT INTO roles (id, name, scope, inserted_at, updated_at)
  VALUES ('role-unused', 'Unused', 'a:read', '2024-04-03T08:00:00Z', '2024-04-03T08:00:00Z');
INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
  VALUES ('user-role-1', 'user-1', 'role-1380df72-275a-11e7-93ae-92361f002671', NULL, '2024-06-01T08:00:00Z');";

/// The fixture with [`UNUSED`].
pub fn service() -> Service {
    let service = Service::default();
    service.platform.load(UNUSED);
    service
}

pub struct Example {
    pub route: &'static Route,
    pub path: String,
    pub body: &'static str,
    pub status: u16,
}

/// Every route of the dialect that asks for a token, but authorize: who may do that depends on the user
/// (tests/native/oauth).
pub fn examples() -> Vec<Example> {
    let is_ours = |route: &&Route| {
        matches!(route.dialect, Dialect::Mithril(_))
            && route.access != Access::Public
            && route.operation != Operation::AuthorizeApp
    };
    ROUTES.iter().filter(is_ours).map(example).collect()
}

fn example(route: &'static Route) -> Example {
    use Method::{Delete, Get, Patch, Post, Put};
    let connection = r#"{"redirect_uri":"https://new.test/cb","consumer_id":"2480df72-275a-11e7-93ae-92361f002672"}"#;
    let client = r#"{"name":"New","client_type_id":"type-msp"}"#;
    let client_type = r#"{"name":"NEW","scope":"a:read"}"#;
    let role = r#"{"name":"New","scope":"a:read"}"#;
    let user_role = r#"{"role_id":"role-unused"}"#;
    let (ids, body, status): (&[&str], _, _) = match (route.method, route.path) {
        (Get, "/api/clients/{id}/connections") => (&[CLINIC], "", 200),
        (Put, "/api/clients/{id}/connections" | "/admin/clients/{id}/connections") => (&[CLINIC], connection, 201),
        (Get | Delete, "/api/clients/{id}/connections/{connection_id}") => (&[CLINIC, CONNECTION], "", 200),
        (Patch, "/api/clients/{id}/connections/{connection_id}") => (&[CLINIC, CONNECTION], connection, 200),
        (Patch, "/api/clients/{id}/connections/{connection_id}/actions/refresh_secret") => {
            (&[CLINIC, CONNECTION], "", 200)
        }
        (Get, "/api/clients" | "/admin/clients") => (&[], "", 200),
        (Get, "/api/clients/{id}" | "/admin/clients/{id}") => (&[CLINIC], "", 200),
        (Post, "/admin/clients") => (&[], client, 201),
        (Put, "/admin/clients/{id}") => (&[CLINIC], client, 200),
        (Delete, "/admin/clients/{id}") => (&["9980df72-275a-11e7-93ae-92361f002679"], "", 200),
        (Patch, "/admin/clients/{id}/actions/block") => (&[CLINIC], r#"{"block_reason":"Licence revoked"}"#, 200),
        (Patch, "/admin/clients/{id}/actions/unblock" | "/admin/clients/{id}/actions/deactivate_tokens") => {
            (&[CLINIC], "", 200)
        }
        (Get, "/admin/client_types" | "/admin/roles") => (&[], "", 200),
        (Post, "/admin/client_types") => (&[], client_type, 201),
        (Get, "/admin/client_types/{id}") => (&["type-msp"], "", 200),
        (Put, "/admin/client_types/{id}") => (&["type-unused"], client_type, 200),
        (Delete, "/admin/client_types/{id}") => (&["type-unused"], "", 200),
        (Post, "/admin/roles") => (&[], role, 201),
        (Get, "/admin/roles/{id}") => (&["role-unused"], "", 200),
        (Put | Patch, "/admin/roles/{id}") => (&["role-unused"], role, 200),
        (Delete, "/admin/roles/{id}") => (&["role-unused"], "", 200),
        (Get, "/admin/users/{user_id}/roles") => (&["user-1"], "", 200),
        (Post, "/admin/users/{user_id}/roles") => (&["user-1"], user_role, 201),
        (Delete, "/admin/users/roles/{id}") => (&["user-role-1"], "", 200),
        (method, path) => panic!("how is {} {path} called?", method.as_str()),
    };
    Example { route, path: fill(route.path, ids), body, status }
}

const CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864352";

/// The pattern with its parameters given in order.
fn fill(pattern: &str, ids: &[&str]) -> String {
    let mut ids = ids.iter();
    let segments = pattern.split('/').map(|part| if part.starts_with('{') { ids.next().expect("an id") } else { part });
    let path = segments.collect::<Vec<_>>().join("/");
    assert!(ids.next().is_none(), "too many ids for {pattern}");
    path
}
