//! The SQL of access groups and permissions. `?1` is the gate (see `auth::gate`).

use super::lookup::{GroupField, PermissionField};
use crate::gate;
use crate::http::envelope::json;
use crate::ports::Statement;

/// A permission in the document's extended structure, foreign keys as AbstractText.
const PERMISSION_JSON: &str = "json_object('Id', id,
  'AccessRoleId', (SELECT json_object('Id', id, 'ExternalId', external_id, 'Name', name, 'Type', type)
    FROM roles WHERE id = role_id),
  'PermissionId', json_object('Id', permission_id, 'ExternalId', '', 'Name', permission_id, 'Type', 'Permission'),
  'Is_Active', json(iif(is_active, 'true', 'false')),
  'CreatedOn', created_on)";

/// Rows beyond the second do not change the answer.
const MATCHED_GROUPS: &str = "SELECT id, is_system FROM access_groups
  WHERE {group} IN (SELECT value FROM json_each(?2)) LIMIT 2";

const MATCHED_PERMISSIONS: &str = "SELECT id FROM permissions
  WHERE access_group_id IN (SELECT id FROM matched_groups)
  AND {permission} IN (SELECT value FROM json_each(?3)) LIMIT 2";

/// `{"gate", "row": {"groups": 0…2, "system": 0|1|null, "permissions": 0…2}}`.
const COUNT: &str = concat!(
    "WITH matched_groups AS ({groups}), matched AS ({permissions})
SELECT json_object('gate', ",
    gate!(),
    ", 'row', json_object('groups', (SELECT count(*) FROM matched_groups),
  'system', (SELECT max(is_system) FROM matched_groups), 'permissions', (SELECT count(*) FROM matched)))"
);

/// One group, not a system one, and one permission: else nothing goes.
const DELETE: &str = concat!(
    "WITH matched_groups AS ({groups}), matched AS ({permissions})
DELETE FROM permissions WHERE id IN (SELECT id FROM matched)
AND (SELECT count(*) FROM matched) = 1
AND (SELECT count(*) FROM matched_groups) = 1 AND (SELECT max(is_system) FROM matched_groups) = 0
AND 'ok' = ",
    gate!(),
    " RETURNING {json}"
);

const fn group_column(field: GroupField) -> &'static str {
    match field {
        GroupField::Id => "id",
        GroupField::Name => "name",
        GroupField::ExternalId => "external_id",
    }
}

const fn permission_column(field: PermissionField) -> &'static str {
    match field {
        PermissionField::Id => "id",
        PermissionField::PermissionId => "permission_id",
        PermissionField::AccessRoleId => "role_id",
    }
}

/// Two statements for one batch: what matches, and the delete. Column names come from the closed lists above;
/// values are bound.
pub fn delete_permission(
    gate: &str,
    (group_field, group): (GroupField, &[String]),
    (permission_field, permission): (PermissionField, &[String]),
) -> Vec<Statement> {
    let groups = MATCHED_GROUPS.replace("{group}", group_column(group_field));
    let permissions = MATCHED_PERMISSIONS.replace("{permission}", permission_column(permission_field));
    let sql = |template: &str| {
        template.replace("{groups}", &groups).replace("{permissions}", &permissions).replace("{json}", PERMISSION_JSON)
    };
    let params = || [gate.into(), json(group).into(), json(permission).into()];
    vec![Statement::new(sql(COUNT), params()), Statement::new(sql(DELETE), params())]
}
