//! The SQL of decisions: one statement for all questions of a request.

use serde_json::Value;

use crate::access::paths::{
    holds, may_ask, may_ask_directory, paths_of_user, reaches_link, role_counts, stored_id, user_number,
};
use crate::db::statement::{Param, Statement};
use crate::oauth::store::scopes::broker_scope;
use crate::request::audit_record::last_seq;

/// SQL: the questions, with the records that they name. `client` and `link` are those whose scopes are asked.
macro_rules! asked {
    () => {
        concat!(
            "asked AS MATERIALIZED (SELECT key AS place, value AS ask, value ->> 'subject_type' AS subject_type,
    value ->> 'subject_id' AS subject_id, value ->> 'action' AS action, value ->> 'resource_type' AS resource_type,
    CASE WHEN value ->> 'resource_type' <> 'scope' THEN ",
            user_number!("value ->> 'subject_type'", "value ->> 'subject_id'"),
            " END AS user_number,
    CASE value ->> 'resource_type' WHEN 'access_role' THEN ",
            stored_id!("roles", " AND +type = 'AccessRole'", "value"),
            " WHEN 'access_group' THEN ",
            stored_id!("access_groups", "", "value"),
            " END AS record_id,
    CASE WHEN value ->> 'resource_type' = 'scope' THEN CASE value ->> 'subject_type'
      WHEN 'user' THEN value ->> 'client_id' WHEN 'client' THEN value ->> 'subject_id'
      WHEN 'connection' THEN (SELECT client_id FROM connections WHERE id = value ->> 'subject_id') END END AS client_id,
    CASE WHEN value ->> 'resource_type' = 'scope' AND value ->> 'subject_type' = 'connection'
      THEN value ->> 'subject_id' END AS connection_id
  FROM json_each(?1, '$.items'))"
        )
    };
}

/// SQL: the first path of permissions as JSON, NULL for none. `$member` and `$permission` narrow the paths.
macro_rules! permission_path {
    ($member:expr, $permission:expr) => {
        concat!(
            "(SELECT json_patch('{}', json_object('user_id', asked.user_number, 'user_group_id', nullif(user_group_id, 0),
      'access_group_id', access_group_id, 'access_group_type_id', access_group_type_id, 'access_role_id', role_id,
      'permission_id', permission_id, 'since', since)) FROM (",
            paths_of_user!("asked.user_number", $member, $permission),
            ") WHERE (SELECT is_active FROM endpoint_users WHERE id = asked.user_number) LIMIT 1)"
        )
    };
}

/// SQL: the path of a scope as JSON, NULL for none.
macro_rules! scope_path {
    () => {
        concat!(
            "CASE WHEN asked.action = 'use' AND client.is_blocked = 0 AND ",
            holds!("kind.scope", "asked.ask"),
            " THEN CASE asked.subject_type
      WHEN 'client' THEN json_object('client_id', client.id, 'client_type', kind.name, 'since', client.inserted_at)
      WHEN 'connection' THEN iif(consumer.is_blocked = 0 AND COALESCE(",
            holds!(broker_scope!(), "asked.ask"),
            ", 1) AND ",
            reaches_link!(),
            ", json_patch('{}', json_object('connection_id', link.id, 'client_id', client.id, 'client_type', kind.name,
        'broker_id', nullif(consumer.id, client.id), 'since', link.inserted_at)), NULL)
      WHEN 'user' THEN (SELECT json_patch('{}', json_object('user_id', held.user_id, 'role_id', held.role_id,
          'role_name', role.name, 'client_id', client.id, 'everywhere', iif(held.client_id IS NULL, json('true'), NULL),
          'client_type', kind.name, 'since', held.inserted_at))
        FROM user_roles held CROSS JOIN roles role ON role.id = held.role_id AND ",
            holds!("role.scope", "asked.ask"),
            " WHERE held.user_id = asked.subject_id AND (held.client_id = client.id OR held.client_id IS NULL) LIMIT 1)
      END END"
        )
    };
}

/// SQL: a word of the list of what is missing, when `$condition` holds.
macro_rules! word {
    ($condition:expr, $word:literal) => {
        concat!("iif(", $condition, ", ',\"", $word, "\"', '')")
    };
}

/// SQL: words as a JSON array. When no word is left, the user is no member of a group that gives the permission.
macro_rules! list {
    ($words:expr) => {
        concat!("'[' || COALESCE(nullif(substr(", $words, ", 2), ''), '\"membership\"') || ']'")
    };
}

/// SQL: what is missing for a permission, each word behind a comma.
macro_rules! permission_missing {
    () => {
        concat!(
            word!("asked.subject_type NOT IN ('user', 'endpoint_user') OR asked.user_number IS NULL", "subject"),
            " || ",
            word!("(SELECT is_active FROM endpoint_users WHERE id = asked.user_number) = 0", "subject_active"),
            " || ",
            word!("asked.record_id IS NULL", "resource"),
            " || ",
            word!(
                "asked.action NOT IN ('Create', 'Read', 'Update', 'Delete', 'Details', 'Export', 'Import', 'Generic')",
                "action"
            ),
            " || CASE asked.resource_type WHEN 'access_role' THEN ",
            word!(
                concat!(
                    "EXISTS (SELECT 1 FROM roles WHERE id = asked.record_id AND NOT (",
                    role_counts!(),
                    "))"
                ),
                "resource_active"
            ),
            " || ",
            word!(
                "NOT EXISTS (SELECT 1 FROM permissions JOIN access_groups ON access_groups.id = permissions.access_group_id
      WHERE permissions.role_id = asked.record_id AND permissions.permission_id = asked.action
      AND permissions.is_active = 1 AND access_groups.is_active = 1)",
                "permission"
            ),
            " ELSE ",
            word!("EXISTS (SELECT 1 FROM access_groups WHERE id = asked.record_id AND is_active = 0)", "resource_active"),
            " || ",
            word!(
                concat!(
                    "NOT EXISTS (SELECT 1 FROM permissions CROSS JOIN roles ON roles.id = permissions.role_id AND ",
                    role_counts!(),
                    " WHERE permissions.access_group_id = asked.record_id AND permissions.permission_id = asked.action
      AND permissions.is_active = 1)"
                ),
                "permission"
            ),
            " END"
        )
    };
}

/// SQL: what is missing for a scope, in the same form.
macro_rules! scope_missing {
    () => {
        concat!(
            word!("asked.action <> 'use'", "action"),
            " || ",
            word!("asked.ask -> 'names' = '[]'", "resource"),
            " || ",
            word!("asked.subject_type NOT IN ('user', 'client', 'connection')", "subject"),
            " || ",
            word!("asked.subject_type = 'user' AND asked.client_id IS NULL", "client_id"),
            " || ",
            word!("asked.subject_type = 'connection' AND link.id IS NULL", "connection"),
            " || ",
            word!("asked.client_id IS NOT NULL AND client.id IS NULL", "client"),
            " || ",
            word!("client.is_blocked", "client_active"),
            " || ",
            word!(concat!("NOT ", holds!("kind.scope", "asked.ask")), "ceiling"),
            " || ",
            word!("consumer.is_blocked", "consumer_active"),
            " || ",
            word!(concat!("NOT ", holds!(broker_scope!(), "asked.ask")), "broker"),
            " || ",
            word!(
                concat!(
                    "asked.subject_type = 'user' AND client.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM user_roles held
      CROSS JOIN roles role ON role.id = held.role_id AND ",
                    holds!("role.scope", "asked.ask"),
                    " WHERE held.user_id = asked.subject_id AND (held.client_id = client.id OR held.client_id IS NULL))"
                ),
                "role"
            )
        )
    };
}

/// The decisions in the order of the questions, as one JSON array. With `stop` (0 or 1) it ends behind the first decision
/// that is so. `?1` is the caller ([`caller`](crate::access::question::caller)) with `items` and `stop`.
///
/// `found` is a path, which is a JSON object, or the array of what is missing.
const DECIDE: &str = concat!(
    "WITH ",
    asked!(),
    ", decided AS MATERIALIZED (SELECT asked.place, CASE WHEN NOT CASE asked.resource_type WHEN 'scope'
    THEN asked.client_id IS NULL OR ",
    may_ask!("asked.client_id"),
    " ELSE ",
    may_ask_directory!(),
    " END OR (link.id IS NOT NULL AND NOT ",
    reaches_link!(),
    ") THEN '[\"caller\"]'
  ELSE CASE asked.resource_type WHEN 'scope' THEN COALESCE(",
    scope_path!(),
    ", ",
    list!(scope_missing!()),
    ") WHEN 'access_role' THEN COALESCE(",
    permission_path!("1", "permissions.role_id = asked.record_id AND permissions.permission_id = asked.action"),
    ", ",
    list!(permission_missing!()),
    ") WHEN 'access_group' THEN COALESCE(",
    permission_path!("member.access_group_id = asked.record_id", "permissions.permission_id = asked.action"),
    ", ",
    list!(permission_missing!()),
    ") ELSE '[\"resource_type\"]' END END AS found
  FROM asked LEFT JOIN clients client ON client.id = asked.client_id
  LEFT JOIN client_types kind ON kind.id = client.client_type_id
  LEFT JOIN connections link ON link.id = asked.connection_id
  LEFT JOIN clients consumer ON consumer.id = link.consumer_id),
stopped AS (SELECT min(place) AS place FROM decided WHERE (substr(found, 1, 1) = '{') = ?1 ->> 'stop')
SELECT json_group_array(json_object('decision', json(iif(substr(found, 1, 1) = '{', 'true', 'false')),
  'context', json_object('reason', json_object(iif(substr(found, 1, 1) = '{', 'path', 'missing'), json(found),
  'version', ",
    last_seq!(),
    ")))) AS decisions
FROM (SELECT found FROM decided WHERE place <= COALESCE((SELECT place FROM stopped), place) ORDER BY place)"
);

/// Decides the questions in `asked`: a JSON array in one column.
pub fn decide(asked: &Value) -> Statement {
    Statement::new(DECIDE, [Param::json(asked)])
}
