//! What a user may do: the permissions that count, and the access roles and the applications that they are for, in the
//! dialect of eSystems' Endpoint API (spec/esystems.md §2, spec/newer.md §2).
//!
//! A user has the access groups that name the user or a group of users with the user in it. Only active groups,
//! permissions, roles and applications count, and a user who is not active may do nothing.

use crate::endpoint::engine::entity::{Entity, Field, Kind, enum_object};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::people::RELATED_USER;
use crate::endpoint::roles::RELATED_ROLE;

/// SQL: FROM the user and the active access groups of the user. The user is `only`.
macro_rules! active_groups {
    () => {
        "endpoint_users CROSS JOIN (SELECT access_group_users.access_group_id FROM access_group_users
      WHERE access_group_users.user_id = (SELECT id FROM only)
    UNION SELECT access_group_user_groups.access_group_id FROM user_group_users
      CROSS JOIN access_group_user_groups ON access_group_user_groups.user_group_id = user_group_users.user_group_id
      WHERE user_group_users.user_id = (SELECT id FROM only)) reached
    CROSS JOIN access_groups ON access_groups.id = reached.access_group_id AND access_groups.is_active = 1"
    };
}
pub(crate) use active_groups;

/// SQL: the WHERE of the user.
macro_rules! active_user {
    () => {
        "endpoint_users.id = (SELECT id FROM only) AND endpoint_users.is_active = 1"
    };
}
pub(crate) use active_user;

/// SQL: FROM and WHERE of the permissions that count.
macro_rules! granted {
    () => {
        concat!(
            crate::endpoint::effective::active_groups!(),
            "
    CROSS JOIN permissions ON permissions.access_group_id = access_groups.id AND permissions.is_active = 1
    CROSS JOIN roles ON roles.id = permissions.role_id AND roles.is_active = 1
      AND NOT EXISTS (SELECT 1 FROM applications
        WHERE applications.id = roles.access_application_id AND applications.is_active = 0)
    WHERE ",
            crate::endpoint::effective::active_user!()
        )
    };
}
pub(crate) use granted;

/// SQL: a column for each type of permission: whether one of the grouped rows has it. `$type` is the row's type.
macro_rules! may_columns {
    ($type:literal) => {
        concat!(
            "sum(",
            $type,
            " = 'Create') > 0 AS may_create, sum(",
            $type,
            " = 'Read') > 0 AS may_read,
    sum(",
            $type,
            " = 'Update') > 0 AS may_update, sum(",
            $type,
            " = 'Delete') > 0 AS may_delete,
    sum(",
            $type,
            " = 'Details') > 0 AS may_details, sum(",
            $type,
            " = 'Export') > 0 AS may_export,
    sum(",
            $type,
            " = 'Import') > 0 AS may_import, sum(",
            $type,
            " = 'Generic') > 0 AS may_generic"
        )
    };
}
pub(crate) use may_columns;

/// What a user may do, as it is shown: a row for each access role and type of group that grants it. Only active groups,
/// permissions and roles count, and a user who is not active may do nothing. `Id` and `CreatedOn` are those of the
/// oldest permission behind the row.
pub static EFFECTIVE_PERMISSION: Entity = Entity {
    name: "EffectivePermission",
    fields: &[
        Field::new("Id", Kind::Integer, "effective.id"),
        Field::key(
            "UserId",
            Kind::Integer,
            "(SELECT id FROM only)",
            "(SELECT json_object('Id', endpoint_users.id, 'ExternalId', endpoint_users.external_id,
    'Name', endpoint_users.name, 'Type', 'User') FROM endpoint_users WHERE endpoint_users.id = (SELECT id FROM only))",
        )
        .on_request()
        .leads_to(&RELATED_USER),
        Field::dotted("UserId.Id", Kind::Integer, "(SELECT id FROM only)"),
        Field::key(
            "AccessRoleId",
            Kind::Id,
            "effective.role_id",
            "(SELECT json_object('Id', roles.id, 'ExternalId', roles.external_id, 'Name', roles.name,
    'Type', roles.type) FROM roles WHERE roles.id = effective.role_id)",
        )
        .leads_to(&RELATED_ROLE),
        Field::dotted("AccessRoleId.Id", Kind::Id, "effective.role_id"),
        Field::key(
            "AccessGroupTypeId",
            Kind::Text,
            "effective.access_group_type_id",
            enum_object!("effective.access_group_type_id", "AccessGroupType"),
        ),
        Field::dotted("AccessGroupTypeId.Id", Kind::Text, "effective.access_group_type_id"),
        Field::dotted("AccessGroupTypeId.Name", Kind::Text, "effective.access_group_type_id"),
        Field::new("Create", Kind::Flag, "effective.may_create"),
        Field::new("Read", Kind::Flag, "effective.may_read"),
        Field::new("Update", Kind::Flag, "effective.may_update"),
        Field::new("Delete", Kind::Flag, "effective.may_delete"),
        Field::new("Details", Kind::Flag, "effective.may_details"),
        Field::new("Export", Kind::Flag, "effective.may_export"),
        Field::new("Import", Kind::Flag, "effective.may_import"),
        Field::new("Generic", Kind::Flag, "effective.may_generic"),
        Field::new("CreatedOn", Kind::Time, "effective.created_on"),
    ],
};

/// What a user may do.
pub static EFFECTIVE_PERMISSIONS: ListDefinition = ListDefinition {
    entity: &EFFECTIVE_PERMISSION,
    link: &[],
    from: concat!(
        "(SELECT min(permissions.id) AS id, permissions.role_id, access_groups.access_group_type_id,
    ",
        may_columns!("permissions.permission_id"),
        ", min(permissions.created_on) AS created_on
    FROM ",
        granted!(),
        "
    GROUP BY permissions.role_id, access_groups.access_group_type_id) effective WHERE 1"
    ),
    total: None,
    order: "effective.id",
    unique: "effective.id",
    indexed: &[],
};
