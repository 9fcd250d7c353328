//! Access roles in the dialect of eSystems' Endpoint API (spec/esystems.md §2): all of them, and those of an
//! application. Their own permissions are in `role_permissions`. Access roles and Mithril's roles share the table
//! `roles` and are told apart by `type`. Neither dialect reaches the other's roles here.

use crate::base::failure::Failure;
use crate::endpoint::applications::{APPLICATION, RELATED_APPLICATION, is_locked};
use crate::endpoint::engine::entity::{Entity, Field, Kind, Related, person_id, person_name, person_object};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lock, Lookup, LookupField, LookupKind};
use crate::endpoint::engine::records::{Column, ColumnContent, RecordKey, RecordOwner, Records};
use crate::endpoint::people::RELATED_USER;

/// The fields that a role is found by.
pub const ROLE_LOOKUP_FIELDS: &[LookupField] = &[
    LookupField { name: "Id", column: "roles.id", kind: LookupKind::Id },
    LookupField { name: "Name", column: "roles.name", kind: LookupKind::Text },
    // The index is partial and holds no empty keys; the first condition lets the planner use it.
    LookupField { name: "RoleKey", column: "roles.role_key <> '' AND roles.role_key", kind: LookupKind::Text },
    LookupField { name: "ExternalId", column: "roles.external_id", kind: LookupKind::Text },
];

/// The plus keeps the planner from using the index of the type, by which it would read all access roles. A look-up has
/// an index of its own.
macro_rules! is_access_role {
    () => {
        "+roles.type = 'AccessRole'"
    };
}
pub(crate) use is_access_role;

/// SQL: a value of the role's application, `$empty` for a role without one.
macro_rules! application_of_role {
    ($column:expr, $empty:literal) => {
        concat!(
            "COALESCE((SELECT ",
            $column,
            " FROM applications WHERE applications.id = roles.access_application_id), ",
            $empty,
            ")"
        )
    };
}

pub(crate) use application_of_role;

/// SQL: 1 for a role that refuses changes.
const IS_LOCKED: &str = concat!("max(roles.is_read_only, ", application_of_role!(is_locked!(), "0"), ")");

/// An access role as a record. A read-only role refuses changes, and so does a role of an application that does.
pub static ROLE: Lookup = Lookup {
    table: "roles",
    word: "access_role",
    id: "roles.id",
    kind: is_access_role!(),
    lock: Some(Lock { when: IS_LOCKED, refusal: Failure::ReadOnlyRole }),
    fields: ROLE_LOOKUP_FIELDS,
};

/// An access role as it is shown.
pub static ACCESS_ROLE: Entity = Entity { name: "Role", fields: &ROLE_FIELDS };

/// An access role as it is shown under its application, which it does not name there.
pub static APPLICATION_ROLE: Entity = Entity {
    name: "Role",
    fields: &{
        let mut fields = ROLE_FIELDS;
        fields[APPLICATION_FIELD] = fields[APPLICATION_FIELD].on_request();
        fields
    },
};

/// The role that a key such as `AccessRoleId` leads to.
pub static RELATED_ROLE: Related = Related { entity: &ACCESS_ROLE, table: "roles", id: "roles.id" };

/// The place of `AccessApplicationId` in [`ROLE_FIELDS`].
const APPLICATION_FIELD: usize = 6;

/// The fields of an access role.
const ROLE_FIELDS: [Field; 21] = [
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
    Field::new("Is_Active", Kind::Flag, "roles.is_active"),
    Field::new("Is_Custom", Kind::Flag, "roles.is_custom"),
    Field::new("Is_ReadOnly", Kind::Flag, "roles.is_read_only"),
    Field::new("ModifiedOn", Kind::Time, "roles.updated_at"),
    Field::key("ModifiedBy", Kind::Integer, person_id!("roles.modified_by"), person_object!("roles.modified_by"))
        .leads_to(&RELATED_USER),
    Field::dotted("ModifiedBy.Id", Kind::Integer, person_id!("roles.modified_by")),
    Field::dotted("ModifiedBy.Name", Kind::Text, person_name!("roles.modified_by")),
    Field::dotted("ModifiedBy.ExternalId", Kind::Id, "roles.modified_by"),
    Field::new("CreatedOn", Kind::Time, "roles.inserted_at"),
    Field::key("CreatedBy", Kind::Integer, person_id!("roles.created_by"), person_object!("roles.created_by"))
        .leads_to(&RELATED_USER),
    Field::dotted("CreatedBy.Id", Kind::Integer, person_id!("roles.created_by")),
    Field::dotted("CreatedBy.Name", Kind::Text, person_name!("roles.created_by")),
    Field::dotted("CreatedBy.ExternalId", Kind::Id, "roles.created_by"),
];

/// All access roles.
pub static ROLES: ListDefinition = ListDefinition {
    entity: &ACCESS_ROLE,
    link: &[],
    // Without the likelihood, the planner reads all access roles to find one by its id.
    from: "roles WHERE likelihood(roles.type = 'AccessRole', 0.9)",
    total: None,
    order: "roles.inserted_at, roles.id",
    unique: "roles.id",
    // `RoleKey` is not among them: its index is partial, and a value may be empty.
    indexed: &["Id", "Name", "ExternalId"],
};

/// The access roles of an application.
pub static ROLES_OF_APPLICATION: ListDefinition = ListDefinition {
    entity: &APPLICATION_ROLE,
    link: &[],
    // Mithril's roles have no application.
    from: "roles WHERE roles.access_application_id = (SELECT id FROM only)",
    total: None,
    order: "roles.inserted_at, roles.id",
    unique: "roles.id",
    indexed: &[],
};

/// The properties of a body that makes or changes an access role.
const ROLE_COLUMNS: &[Column] = &[
    Column { json: "Name", column: "name", content: ColumnContent::Name },
    Column { json: "RoleKey", column: "role_key", content: ColumnContent::Name },
    Column { json: "FullName", column: "full_name", content: ColumnContent::Text },
    Column { json: "Description", column: "description", content: ColumnContent::Text },
    Column { json: "ExternalId", column: "external_id", content: ColumnContent::Unique },
    Column { json: "Is_Active", column: "is_active", content: ColumnContent::Flag },
];
/// What the audit calls the changes of an access role.
const ROLE_ACTIONS: [&str; 4] =
    ["access_role.create", "access_role.upsert", "access_role.replace", "access_role.delete"];
/// What a body says of another record.
const ROLE_ELSEWHERE: &[(&str, &str)] =
    &[("AccessApplicationId", "a role gets its application by POST /Application/{Id}/Role; leave it out")];
/// The conflict of a delete of an access role.
const ROLE_IN_USE: &str = "The role is used by permissions of access groups.";

/// The operations on an access role itself.
pub static ROLE_RECORDS: Records = Records {
    entity: &ACCESS_ROLE,
    lookup: &ROLE,
    key: RecordKey::Text,
    owner: None,
    actions: ROLE_ACTIONS,
    columns: ROLE_COLUMNS,
    elsewhere: ROLE_ELSEWHERE,
    constants: &[("type", "'AccessRole'"), ("scope", "''")],
    times: ["inserted_at", "updated_at"],
    in_use: ROLE_IN_USE,
};

/// The operations on an access role of an application: it may be made or changed, and deleted.
pub static APPLICATION_ROLE_RECORDS: Records = Records {
    entity: &APPLICATION_ROLE,
    lookup: &Lookup {
        table: "roles",
        word: "access_role",
        id: "roles.id",
        kind: concat!(is_access_role!(), " AND roles.access_application_id = (SELECT id FROM owner)"),
        lock: Some(Lock { when: IS_LOCKED, refusal: Failure::ReadOnlyRole }),
        fields: ROLE_LOOKUP_FIELDS,
    },
    key: RecordKey::Text,
    owner: Some(RecordOwner { lookup: &APPLICATION, property: "AccessApplicationId" }),
    actions: ROLE_ACTIONS,
    columns: ROLE_COLUMNS,
    elsewhere: ROLE_ELSEWHERE,
    constants: &[("type", "'AccessRole'"), ("scope", "''"), ("access_application_id", "(SELECT id FROM owner)")],
    times: ["inserted_at", "updated_at"],
    in_use: ROLE_IN_USE,
};
