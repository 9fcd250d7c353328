//! The access roles and the applications that a user has, in the dialect of eSystems' Endpoint API (spec/newer.md §2). What
//! counts is in `effective`.
//!
//! Each record is there once, whatever gives it. The columns of the grant, which `Fields`, `Filters` and `Orders` may
//! name, are those of the oldest permission behind it; the types of permission are those of all.

use crate::endpoint::applications::RELATED_APPLICATION;
use crate::endpoint::effective::{active_groups, active_user, granted, may_columns};
use crate::endpoint::engine::entity::{Entity, Field, Kind, NO_ID, enum_object, nothing_object};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::group_applications::linked_application_fields;
use crate::endpoint::people::RELATED_USER;
use crate::endpoint::roles::{RELATED_ROLE, application_of_role};

/// The fields of a record, and behind them the columns of the grant, shown where `Fields` names them. The row of the
/// grant is `given`.
macro_rules! given_fields {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
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
                "given.role_id",
                "json_object('Id', given.role_id,
    'ExternalId', COALESCE((SELECT roles.external_id FROM roles WHERE roles.id = given.role_id), ''),
    'Name', COALESCE((SELECT roles.name FROM roles WHERE roles.id = given.role_id), ''), 'Type', 'AccessRole')",
            )
            .on_request()
            .leads_to(&RELATED_ROLE),
            Field::dotted("AccessRoleId.Id", Kind::Id, "given.role_id"),
            Field::key(
                "AccessGroupTypeId",
                Kind::Text,
                "given.access_group_type_id",
                enum_object!("given.access_group_type_id", "AccessGroupType"),
            )
            .on_request(),
            Field::dotted("AccessGroupTypeId.Id", Kind::Text, "given.access_group_type_id"),
            Field::dotted("AccessGroupTypeId.Name", Kind::Text, "given.access_group_type_id"),
            Field::new("Create", Kind::Flag, "given.may_create").on_request(),
            Field::new("Read", Kind::Flag, "given.may_read").on_request(),
            Field::new("Update", Kind::Flag, "given.may_update").on_request(),
            Field::new("Delete", Kind::Flag, "given.may_delete").on_request(),
            Field::new("Details", Kind::Flag, "given.may_details").on_request(),
            Field::new("Export", Kind::Flag, "given.may_export").on_request(),
            Field::new("Import", Kind::Flag, "given.may_import").on_request(),
            Field::new("Generic", Kind::Flag, "given.may_generic").on_request(),
        ]
    };
}

/// An access role that a user has, as it is shown.
pub static USER_ACCESS_ROLE: Entity = Entity {
    name: "AccessRole",
    fields: given_fields![
        Field::new("Id", Kind::Id, "roles.id"),
        Field::new("Name", Kind::Text, "roles.name"),
        Field::new("RoleKey", Kind::Text, "roles.role_key"),
        Field::new("FullName", Kind::Text, "roles.full_name"),
        Field::new("Description", Kind::Text, "roles.description"),
        Field::new("ExternalId", Kind::Text, "roles.external_id"),
        Field::key(
            "AccessApplicationId",
            Kind::Id,
            "COALESCE(roles.access_application_id, '')",
            application_of_role!(
                "json_object('Id', applications.id, 'ExternalId', applications.external_id,
    'Name', applications.name, 'Type', 'Application')",
                "json_object('Id', '', 'ExternalId', '', 'Name', '', 'Type', 'Application')"
            ),
        )
        .leads_to(&RELATED_APPLICATION),
        Field::dotted("AccessApplicationId.Id", Kind::Id, "COALESCE(roles.access_application_id, '')"),
        // This service has no roles, applications and modules of a platform.
        Field::key("RoleId", Kind::Integer, NO_ID, nothing_object!("0", "Role")),
        Field::dotted("RoleId.Id", Kind::Integer, NO_ID),
        Field::dotted("RoleId.Name", Kind::Text, "''"),
        Field::key("ApplicationId", Kind::Integer, NO_ID, nothing_object!("0", "Application")),
        Field::dotted("ApplicationId.Id", Kind::Integer, NO_ID),
        Field::dotted("ApplicationId.Name", Kind::Text, "''"),
        Field::key("EspaceId", Kind::Integer, NO_ID, nothing_object!("0", "Espace")),
        Field::dotted("EspaceId.Id", Kind::Integer, NO_ID),
        Field::dotted("EspaceId.Name", Kind::Text, "''"),
        Field::new("Is_Active", Kind::Flag, "roles.is_active"),
        Field::new("Is_Custom", Kind::Flag, "roles.is_custom"),
        Field::new("Is_ReadOnly", Kind::Flag, "roles.is_read_only"),
        Field::new("ModifiedOn", Kind::Time, "roles.updated_at"),
        Field::new("CreatedOn", Kind::Time, "roles.inserted_at"),
    ],
};

/// The access roles of a user.
pub static ACCESS_ROLES_OF_USER: ListDefinition = ListDefinition {
    entity: &USER_ACCESS_ROLE,
    link: &[],
    from: concat!(
        "(SELECT min(permissions.id), permissions.role_id, access_groups.access_group_type_id,
    ",
        may_columns!("permissions.permission_id"),
        " FROM ",
        granted!(),
        "
    GROUP BY permissions.role_id) given CROSS JOIN roles ON roles.id = given.role_id WHERE 1"
    ),
    total: None,
    order: "given.role_id",
    unique: "roles.id",
    indexed: &[],
};

/// An application that a user has, as it is shown.
pub static USER_APPLICATION: Entity = Entity {
    name: "Application",
    fields: linked_application_fields!(
        given_fields,
        [],
        Field::key("RoleId", Kind::Integer, NO_ID, nothing_object!("0", "Role")).on_request(),
        Field::dotted("RoleId.Id", Kind::Integer, NO_ID),
        Field::dotted("RoleId.Name", Kind::Text, "''"),
    ),
};

/// The applications of a user: those of the user's access roles, and those that the user's access groups name.
pub static APPLICATIONS_OF_USER: ListDefinition = ListDefinition {
    entity: &USER_APPLICATION,
    link: &[],
    from: concat!(
        "(SELECT min(found.place), found.application_id, found.role_id, found.access_group_type_id,
    ",
        may_columns!("found.permission_id"),
        "
    FROM (SELECT roles.access_application_id AS application_id, roles.id AS role_id,
      access_groups.access_group_type_id, permissions.permission_id, permissions.id AS place
    FROM ",
        granted!(),
        " AND roles.access_application_id IS NOT NULL
    UNION ALL SELECT access_group_applications.application_id, '', access_groups.access_group_type_id, '',
      9223372036854775807
    FROM ",
        active_groups!(),
        "
    CROSS JOIN access_group_applications ON access_group_applications.access_group_id = access_groups.id
      AND access_group_applications.is_active = 1
    WHERE ",
        active_user!(),
        ") found
    GROUP BY found.application_id) given
  CROSS JOIN applications ON applications.id = given.application_id AND applications.is_active = 1 WHERE 1"
    ),
    total: None,
    order: "given.application_id",
    unique: "applications.id",
    indexed: &[],
};
