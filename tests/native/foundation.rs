//! The five documented operations, natively: enough to show that the seam holds. The runtime tests drive
//! every row of the documents through workerd.

use mithril_edge::http::Method;
use serde_json::json;

use crate::support::tokens::{Signer, mint_as, sign};
use crate::support::{Service, mint};

const CLIENT: &str = "1380df72-275a-11e7-93ae-92361f002671";
const CONNECTION: &str =
    "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352";
const ROLE: &str = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";

#[test]
fn a_stranger_gets_401_and_costs_no_round_trip() {
    let service = Service::default();
    let token = sign(Signer::Stranger, json!({}), json!({ "scope": "role:read" }));
    let reply = service.call(Method::Get, ROLE, &token, "");
    assert_eq!(reply.status, 401);
    assert_eq!(reply.json["error"], json!({ "type": "access_denied", "message": "Unauthorized" }));
    assert_eq!(service.platform.trips.get(), 0);
}

#[test]
fn another_clients_connection_is_forbidden_and_a_reads_hot_refusal_asks_nobody() {
    let service = Service::default();
    let token = mint_as("MSP", "2480df72-275a-11e7-93ae-92361f002672", "connection:delete");
    let reading = mint_as("MSP", "2480df72-275a-11e7-93ae-92361f002672", "connection:read");
    // A change never trusts memory, so its refusal is asked for each time.
    for (method, token, trips) in [
        (Method::Get, &reading, 1),
        (Method::Get, &reading, 1),
        (Method::Delete, &token, 2),
        (Method::Delete, &token, 3),
    ] {
        let reply = service.call(method, CONNECTION, token, "");
        assert_eq!(reply.status, 403);
        assert_eq!(reply.json["error"], json!({ "type": "forbidden", "message": "Forbidden" }));
        assert_eq!(service.platform.trips.get(), trips);
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connections"), 4);
}

#[test]
fn a_broken_body_of_a_foreign_client_is_403_before_it_is_422() {
    let service = Service::default();
    let token = mint_as("MSP", "2480df72-275a-11e7-93ae-92361f002672", "connection:write");
    assert_eq!(service.call(Method::Patch, CONNECTION, &token, "{}").status, 403);
    assert_eq!(service.platform.trips.get(), 1);
}

#[test]
fn update_changes_the_redirect_uri_and_nothing_else() {
    let service = Service::default();
    let body = r#"{"redirect_uri":"https://new.test/cb","consumer_id":"x","secret":"y"}"#;
    let reply = service.call(Method::Patch, CONNECTION, &mint("connection:write"), body);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["data"]["redirect_uri"], "https://new.test/cb");
    assert_eq!(reply.json["data"]["consumer_id"], "25c03af6-69bd-439e-b0dd-f1669b3dbbfd");
    assert_eq!(reply.json["data"].get("secret"), None);
    let row = "SELECT redirect_uri || ' ' || consumer_id || ' ' || version FROM connections WHERE id LIKE '%4352'";
    assert_eq!(service.sql::<String>(row), "https://new.test/cb 25c03af6-69bd-439e-b0dd-f1669b3dbbfd 2");
    assert_eq!(
        service.sql::<String>("SELECT action || ' ' || subject || ' ' || fields FROM audit"),
        "connection.update connection/e5372365-d47a-467f-81d0-f35117864352 [\"redirect_uri\"]"
    );
}

#[test]
fn refresh_replaces_the_secret_and_ends_the_connections_tokens() {
    let service = Service::default();
    let own = json!({ "client_id": CLIENT, "client_type": "MSP", "scope": "connection:refresh_secret connection:write",
        "connection_id": "e5372365-d47a-467f-81d0-f35117864352" });
    let token = sign(Signer::Own, json!({}), own);
    let path = format!("{CONNECTION}/actions/refresh_secret");
    let reply = service.call(Method::Patch, &path, &token, "");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["data"]["secret"].as_str().map(str::len), Some(53));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connection_secrets WHERE connection_id LIKE '%4352'"), 1);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connection_secrets WHERE id = 'secret-1'"), 0);
    let again = service.call(Method::Patch, &path, &token, "");
    assert_eq!(again.status, 401);
}

#[test]
fn delete_is_final_and_answers_meta_alone() {
    let service = Service::default();
    let token = mint("connection:delete");
    let reply = service.call(Method::Delete, CONNECTION, &token, "");
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.json.as_object().map(|body| body.keys().cloned().collect::<Vec<_>>()),
        Some(vec!["meta".to_owned()])
    );
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM connection_secrets"), 0);
    assert_eq!(service.call(Method::Delete, CONNECTION, &token, "").status, 404);
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1);
}

#[test]
fn a_hot_role_read_asks_nobody_and_is_never_older_than_a_minute() {
    let service = Service::default();
    let token = mint("role:read");
    for (trips, later) in [(1, 0), (1, 0), (1, 59), (2, 60)] {
        service.platform.now.set(crate::support::platform::NOW + later);
        let reply = service.call(Method::Get, ROLE, &token, "");
        assert_eq!(reply.json["data"]["name"], "Doctor");
        assert_eq!(service.platform.trips.get(), trips, "after {later} s");
    }
}

#[test]
fn a_copy_of_a_role_ages_even_for_a_token_that_was_just_seen_alive() {
    let service = Service::default();
    assert_eq!(service.call(Method::Get, ROLE, &mint("role:read"), "").status, 200);
    service.platform.load("UPDATE roles SET name = 'Surgeon' WHERE name = 'Doctor';");
    let other = mint("role:read connection:read");
    service.platform.now.set(crate::support::platform::NOW + 50);
    assert_eq!(service.call(Method::Get, "/admin/roles/unknown", &other, "").status, 404);
    for (later, name) in [(59, "Doctor"), (60, "Surgeon")] {
        service.platform.now.set(crate::support::platform::NOW + later);
        assert_eq!(service.call(Method::Get, ROLE, &other, "").json["data"]["name"], name, "after {later} s");
    }
}

#[test]
fn the_deleted_permission_comes_back_expanded() {
    let service = Service::default();
    let path = "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/Permission/4711";
    let reply = service.call(Method::Delete, path, &mint("AccessUser:Delete"), "");
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.json,
        json!({
            "Id": 4711,
            "AccessRoleId": { "Id": "32E61509-0071-4001-BE32-9E9D0DB255CB", "ExternalId": "REG-01", "Name": "Registry clerk", "Type": "AccessRole" },
            "PermissionId": { "Id": "Create", "ExternalId": "", "Name": "Create", "Type": "Permission" },
            "Is_Active": true,
            "CreatedOn": "2024-10-22T08:00:00Z",
        })
    );
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM permissions WHERE id = 4711"), 0);
}
