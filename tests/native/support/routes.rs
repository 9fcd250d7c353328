//! One call that succeeds for every route of the Mithril dialect, for tests that go through all of them. A
//! route that is not here fails those tests: whoever adds one says how it is called.

use mithril_edge::http::Method;
use mithril_edge::http::dialect::Dialect;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{Operation, ROUTES, Route};

use super::Service;

/// The fixture's client that paths name; its type is MSP, of context `own`.
pub const CLINIC: &str = "1380df72-275a-11e7-93ae-92361f002671";
pub const OTHER: &str = "2480df72-275a-11e7-93ae-92361f002672";
pub const MIS: &str = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";

/// Records beside the fixture's that nothing uses, so that they can be deleted.
pub const UNUSED: &str = "
INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at)
  VALUES ('type-unused', 'UNUSED', 'a:read', 'own', '2024-01-04T08:00:00Z', '2024-01-04T08:00:00Z');
INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
  VALUES ('9980df72-275a-11e7-93ae-92361f002679', 'Unused', 'type-msp', '2024-02-06T08:00:00Z', '2024-02-06T08:00:00Z');
INSERT INTO roles (id, name, scope, inserted_at, updated_at)
  VALUES ('role-unused', 'Unused', 'a:read', '2024-04-03T08:00:00Z', '2024-04-03T08:00:00Z');
INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
  VALUES ('user-role-1', 'user-1', 'role-1380df72-275a-11e7-93ae-92361f002671', NULL, '2024-06-01T08:00:00Z');
INSERT INTO approvals (id, user_id, client_id, scope, created_at, updated_at)
  VALUES ('approval-1', 'user-1', '1380df72-275a-11e7-93ae-92361f002671', 'a:read', '2024-06-02T08:00:00Z',
    '2024-06-02T08:00:00Z');
INSERT INTO reviews (id, name, total, inserted_at, inserted_by)
  VALUES ('review-1', 'Roles', 1, '2024-06-03T08:00:00Z', 'user-1');
INSERT INTO reviews (id, name, inserted_at, inserted_by, closed_at, closed_by)
  VALUES ('review-2', 'Nothing', '2024-06-04T08:00:00Z', 'user-1', '2024-06-05T08:00:00Z', 'user-1');
INSERT INTO review_items (review_id, id, path) VALUES ('review-1', 'role.user-role-1',
  '{\"kind\":\"role\",\"id\":\"user-role-1\",\"since\":null,\"last_used_at\":null}');";

/// A connection of the fixture's client of context `any`, so that there is an administration.
pub const ADMINISTRATION: &str = "
INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
  SELECT 'connection-admin', clients.id, clients.id, 'https://admin.test', clients.inserted_at, clients.inserted_at
  FROM clients JOIN client_types ON client_types.id = clients.client_type_id WHERE client_types.context = 'any';";

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
        (Get, "/admin/connections/{id}") => (&[CONNECTION], "", 200),
        (Patch, "/api/clients/{id}/connections/{connection_id}") => (&[CLINIC, CONNECTION], connection, 200),
        (Patch, "/api/clients/{id}/connections/{connection_id}/actions/refresh_secret") => {
            (&[CLINIC, CONNECTION], "", 200)
        }
        (Get, "/api/clients/{id}/connections/{connection_id}/secrets") => (&[CLINIC, CONNECTION], "", 200),
        (Delete, "/api/clients/{id}/connections/{connection_id}/secrets/{secret_id}") => {
            (&[CLINIC, CONNECTION, "secret-1"], "", 200)
        }
        (Get, "/api/clients" | "/admin/clients") => (&[], "", 200),
        (Get, "/api/clients/{id}" | "/admin/clients/{id}") => (&[CLINIC], "", 200),
        // Its type gives no scope of this service, so the scope of the route is enough.
        (Post, "/admin/clients") => (&[], r#"{"name":"New","client_type_id":"type-unused"}"#, 201),
        (Put, "/admin/clients/{id}") => (&[CLINIC], client, 200),
        (Delete, "/admin/clients/{id}") => (&["9980df72-275a-11e7-93ae-92361f002679"], "", 200),
        (Patch, "/admin/clients/{id}/actions/block") => (&[CLINIC], r#"{"block_reason":"Licence revoked"}"#, 200),
        (Patch, "/admin/clients/{id}/actions/unblock" | "/admin/clients/{id}/actions/deactivate_tokens") => {
            (&[CLINIC], "", 200)
        }
        (Get, "/admin/client_types" | "/admin/roles" | "/admin/secrets" | "/admin/overview" | "/admin/keys") => {
            (&[], "", 200)
        }
        (Post, "/admin/client_types") => (&[], client_type, 201),
        (Get, "/admin/client_types/{id}") => (&["type-msp"], "", 200),
        (Put, "/admin/client_types/{id}") => (&["type-unused"], client_type, 200),
        (Delete, "/admin/client_types/{id}") => (&["type-unused"], "", 200),
        (Post, "/admin/roles") => (&[], role, 201),
        (Get, "/admin/roles/{id}") => (&["role-unused"], "", 200),
        (Put | Patch, "/admin/roles/{id}") => (&["role-unused"], role, 200),
        (Delete, "/admin/roles/{id}") => (&["role-unused"], "", 200),
        (Get, "/admin/users/{user_id}") => (&["user-1"], "", 200),
        (Put, "/admin/users/{user_id}") => (&["user-1"], r#"{"username":"new","name":"New"}"#, 200),
        (Get, "/admin/users/{user_id}/roles") => (&["user-1"], "", 200),
        (Post, "/admin/users/{user_id}/roles") => (&["user-1"], user_role, 201),
        (Delete, "/admin/users/roles/{id}") => (&["user-role-1"], "", 200),
        (Get, "/admin/users/{user_id}/access") => (&["user-1"], "", 200),
        (Get, "/admin/clients/{id}/access") => (&[CLINIC], "", 200),
        (Get, "/admin/scopes/{scope}/holders") => (&["connection:read"], "", 200),
        (Get, "/admin/reviews") => (&[], "", 200),
        (Post, "/admin/reviews") => (&[], r#"{"name":"New","role_id":"role-unused"}"#, 201),
        (Get, "/admin/reviews/{id}" | "/admin/reviews/{id}/items") => (&["review-1"], "", 200),
        (Get, "/admin/reviews/{id}/record") => (&["review-2"], "", 200),
        (Get, "/admin/reviews/{id}/items/{item}") => (&["review-1", "role.user-role-1"], "", 200),
        (Patch, "/admin/reviews/{id}/items/{item}") => {
            (&["review-1", "role.user-role-1"], r#"{"decision":"keep"}"#, 200)
        }
        (Patch, "/admin/reviews/{id}/actions/close") => (&["review-1"], r#"{"leave_open":true}"#, 200),
        (Get, "/admin/audit" | "/admin/audit.ndjson") => (&[], "", 200),
        (Post, "/auth/logout") | (Get, "/oauth/user" | "/api/user/roles" | "/api/pis/apps") => (&[], "", 200),
        (Get, "/api/pis/apps/{id}") => (&["approval-1"], "", 200),
        (Delete, "/api/pis/apps/{id}") => (&["approval-1"], "", 204),
        (Patch, "/admin/clients/{id}/refresh_secret") => (&[CLINIC], "", 200),
        (method, path) => panic!("how is {} {path} called? Add a call that succeeds here.", method.as_str()),
    };
    Example { route, path: fill(route.path, ids), body, status }
}

pub const CONNECTION: &str = "e5372365-d47a-467f-81d0-f35117864352";

/// An access role that nothing uses, with a permission of its own; applications, groups of users, and their links.
pub const FREE: &str = "
INSERT INTO roles (id, name, scope, type, inserted_at, updated_at)
  VALUES ('FREE', 'Free', '', 'AccessRole', '2024-04-04T08:00:00Z', '2024-04-04T08:00:00Z');
INSERT INTO role_permissions (id, role_id, permission_id, created_on)
  VALUES (1, 'FREE', 'Create', '2024-06-01T08:00:00Z');
INSERT INTO applications (id, name, application_key, external_id, is_system, is_active, created_on, modified_on) VALUES
  ('APP-A', 'Desk', 'desk', 'D-1', 0, 1, '2024-05-01T08:00:00Z', '2024-05-01T08:00:00Z'),
  ('APP-B', 'Shop', 'shop', '', 0, 1, '2024-05-02T08:00:00Z', '2024-05-02T08:00:00Z'),
  ('APP-S', 'Hub', 'hub', 'H-1', 1, 1, '2024-05-03T08:00:00Z', '2024-05-03T08:00:00Z');
INSERT INTO roles (id, name, scope, type, role_key, access_application_id, inserted_at, updated_at)
  VALUES ('CASHIER', 'Cashier', '', 'AccessRole', 'cashier', 'APP-A', '2024-04-05T08:00:00Z', '2024-04-05T08:00:00Z');
INSERT INTO access_group_applications (access_group_id, application_id, is_active, created_on)
  VALUES ('GROUP-A', 'APP-A', 1, '2024-06-02T08:00:00Z');
INSERT INTO user_groups (id, name, created_on, modified_on) VALUES
  (31, 'Night', '2024-05-01T08:00:00Z', '2024-05-01T08:00:00Z'),
  (32, 'Day', '2024-05-02T08:00:00Z', '2024-05-02T08:00:00Z');
INSERT INTO user_group_users (user_group_id, user_id) VALUES (31, 7);
INSERT INTO access_group_user_groups (access_group_id, user_group_id, created_on)
  VALUES ('GROUP-A', 31, '2024-06-03T08:00:00Z');";

/// [`service`] with [`FREE`].
pub fn whole_service() -> Service {
    let service = service();
    service.platform.load(FREE);
    service
}

/// One call that succeeds for every change of the Endpoint dialect, on [`whole_service`].
pub fn endpoint_changes() -> Vec<Example> {
    let is_ours = |route: &&Route| route.dialect == Dialect::Endpoint && route.method != Method::Get;
    ROUTES.iter().filter(is_ours).map(endpoint_change).collect()
}

/// One call that succeeds for every read of the Endpoint dialect, on [`whole_service`].
pub fn endpoint_reads() -> Vec<Example> {
    let is_ours = |route: &&Route| route.dialect == Dialect::Endpoint && route.method == Method::Get;
    ROUTES.iter().filter(is_ours).map(endpoint_read).collect()
}

fn endpoint_read(route: &'static Route) -> Example {
    let ids: &[&str] = match route.path.trim_start_matches("/Endpoint/rest/api/v1") {
        "/AccessGroups" | "/Roles" | "/Applications" | "/GroupExternals" | "/Users" => &[],
        path if path.starts_with("/AccessGroup/{Id}") => &["GROUP-A"],
        path if path.starts_with("/User/{Id}") => &["7"],
        path if path.starts_with("/Application/{Id}") => &["APP-A"],
        path if path.starts_with("/GroupExternal/{Id}") => &["31"],
        "/Role/{Id}" => &[ROLE],
        "/Role/{Id}/Permissions" => &["FREE"],
        path => panic!("how is GET {path} called? Add a call that succeeds here."),
    };
    Example { route, path: fill(route.path, ids), body: "", status: 200 }
}

fn endpoint_change(route: &'static Route) -> Example {
    use Method::{Delete, Patch, Post, Put};
    let named = r#"{"Name":"New"}"#;
    let permission = r#"{"AccessRoleId":{"Value":"7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11"},"PermissionId":"Export"}"#;
    let permissions =
        r#"{"Permissions":[{"AccessRoleId":"7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11","PermissionId":"Export"}]}"#;
    let path = route.path.trim_start_matches("/Endpoint/rest/api/v1");
    let (ids, body): (&[&str], _) = match (route.method, path) {
        (Post, "/AccessGroup" | "/Role" | "/Application" | "/GroupExternal") => (&[], named),
        (Patch, "/AccessGroup" | "/Role" | "/Application") => (&[], r#"{"Name":"New","ExternalId":"NEW"}"#),
        (Patch, "/GroupExternal") => (&[], named),
        (Patch, "/GroupExternals/Json") => (&[], r#"{"GroupExternals":[{"Name":"New"},{"Name":"Day"}]}"#),
        (Put, "/Application/{Id}") => (&["APP-A"], named),
        (Delete, "/Application/{Id}") => (&["APP-B"], ""),
        (Post, "/Application/{Id}/Role") => (&["APP-A"], named),
        (Delete, "/Application/{Id}/Role/{SubId}") => (&["APP-A", "CASHIER"], ""),
        (Put | Delete, "/GroupExternal/{Id}") => (&["31"], if route.method == Put { named } else { "" }),
        (Patch, "/GroupExternal/{Id}/UserExternals") => (&["31"], r#"{"UserExternals":[{"User_Id":"8"}]}"#),
        (Post, "/GroupExternal/{Id}/UserExternal") => (&["31"], r#"{"User_Id":{"Value":"8"}}"#),
        (Delete, "/GroupExternal/{Id}/UserExternal/{SubId}") => (&["31", "7"], ""),
        (Patch, "/AccessGroup/{Id}/Applications") => {
            (&["GROUP-A"], r#"{"Applications":[{"AccessApplicationId":"APP-B"}]}"#)
        }
        (Post, "/AccessGroup/{Id}/Application") => (&["GROUP-A"], r#"{"AccessApplicationId":{"Value":"APP-B"}}"#),
        (Delete, "/AccessGroup/{Id}/Application/{SubId}") => (&["GROUP-A", "APP-A"], ""),
        (Patch, "/AccessGroup/{Id}/Groups") => (&["GROUP-A"], r#"{"Groups":[{"GroupId":"32"}]}"#),
        (Post, "/AccessGroup/{Id}/Group") => (&["GROUP-A"], r#"{"GroupId":{"Value":"32"}}"#),
        (Delete, "/AccessGroup/{Id}/Group/{SubId}") => (&["GROUP-A", "31"], ""),
        (Patch, "/User/{Id}/Groups") => (&["8"], r#"{"Groups":[{"Group_Id":"32"}]}"#),
        (Post, "/User/{Id}/Group") => (&["8"], r#"{"Group_Id":{"Value":"32"}}"#),
        (Delete, "/User/{Id}/Group/{SubId}") => (&["7", "31"], ""),
        (Put, "/AccessGroup/{Id}") => (&["GROUP-A"], named),
        (Delete, "/AccessGroup/{Id}") => (&["GROUP-A"], ""),
        (Patch, "/AccessGroup/{Id}/Permissions") => (&["GROUP-A"], permissions),
        (Post, "/AccessGroup/{Id}/Permission") => (&["GROUP-A"], permission),
        (Delete, "/AccessGroup/{Id}/Permission/{SubId}") => (&["GROUP-A", "4711"], ""),
        (Patch, "/AccessGroup/{Id}/Users") => (&["GROUP-A"], r#"{"Users":[{"UserId":"8"}]}"#),
        (Post, "/AccessGroup/{Id}/User") => (&["GROUP-A"], r#"{"UserId":{"Value":"8"}}"#),
        (Delete, "/AccessGroup/{Id}/User/{SubId}") => (&["GROUP-A", "7"], ""),
        (Post, "/User/{Id}/AccessGroup") => (&["8"], r#"{"AccessGroupId":{"Value":"GROUP-A"}}"#),
        (Delete, "/User/{Id}/AccessGroup/{SubId}") => (&["7", "GROUP-A"], ""),
        (Put, "/Role/{Id}") => (&[ROLE], named),
        (Delete, "/Role/{Id}") => (&["FREE"], ""),
        (Patch, "/Role/{Id}/Permissions") => (&["FREE"], r#"{"Permissions":[{"PermissionId":"Read"}]}"#),
        (Post, "/Role/{Id}/Permission") => (&["FREE"], r#"{"PermissionId":"Read"}"#),
        (Delete, "/Role/{Id}/Permission/{SubId}") => (&["FREE", "1"], ""),
        (method, path) => panic!("how is {} {path} called? Add a call that succeeds here.", method.as_str()),
    };
    Example { route, path: fill(route.path, ids), body, status: 200 }
}

const ROLE: &str = "32E61509-0071-4001-BE32-9E9D0DB255CB";

/// The pattern with its parameters given in order.
fn fill(pattern: &str, ids: &[&str]) -> String {
    let mut ids = ids.iter();
    let segments = pattern.split('/').map(|part| if part.starts_with('{') { ids.next().expect("an id") } else { part });
    let path = segments.collect::<Vec<_>>().join("/");
    assert!(ids.next().is_none(), "too many ids for {pattern}");
    path
}
