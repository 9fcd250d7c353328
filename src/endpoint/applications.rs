//! Applications, in the dialect of eSystems' Endpoint API (spec/newer.md §2). Their roles are in `roles`, the
//! applications of access groups in `group_applications`.

use crate::base::failure::Failure;
use crate::db::sql::kept_total;
use crate::endpoint::engine::entity::{Entity, Field, Kind, Related, person_id, person_name, person_object};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lock, Lookup, LookupField, LookupKind};
use crate::endpoint::engine::records::{Column, ColumnContent, RecordKey, Records};
use crate::endpoint::people::RELATED_USER;

/// The fields that an application is found by.
const APPLICATION_LOOKUP_FIELDS: &[LookupField] = &[
    LookupField { name: "Id", column: "applications.id", kind: LookupKind::Id },
    LookupField { name: "Name", column: "applications.name", kind: LookupKind::Text },
    LookupField { name: "ApplicationKey", column: "applications.application_key", kind: LookupKind::Text },
    LookupField { name: "ExternalId", column: "applications.external_id", kind: LookupKind::Text },
];

/// SQL: 1 for an application that refuses changes. Only SQL makes one.
macro_rules! is_locked {
    () => {
        "max(applications.is_system, applications.is_read_only)"
    };
}
pub(crate) use is_locked;

/// An application as a record. A system or read-only one refuses changes of itself and of its roles.
pub static APPLICATION: Lookup = Lookup {
    table: "applications",
    word: "application",
    id: "applications.id",
    kind: "1",
    lock: Some(Lock { when: is_locked!(), refusal: Failure::LockedApplication }),
    fields: APPLICATION_LOOKUP_FIELDS,
};

/// An application as it is shown.
pub static APPLICATION_RECORD: Entity = Entity {
    name: "Application",
    fields: &[
        Field::new("Id", Kind::Id, "applications.id"),
        Field::new("Name", Kind::Text, "applications.name"),
        Field::new("ApplicationKey", Kind::Text, "applications.application_key"),
        Field::new("ExternalId", Kind::Text, "applications.external_id"),
        Field::new("Description", Kind::Text, "applications.description"),
        Field::new("WebSiteURL", Kind::Text, "applications.web_site_url"),
        Field::new("Is_System", Kind::Flag, "applications.is_system"),
        Field::new("Is_EndUser", Kind::Flag, "applications.is_end_user"),
        Field::new("Is_TestApp", Kind::Flag, "applications.is_test_app"),
        Field::new("Is_Active", Kind::Flag, "applications.is_active"),
        Field::new("Is_ReadOnly", Kind::Flag, "applications.is_read_only"),
        Field::new("ModifiedOn", Kind::Time, "applications.modified_on"),
        Field::key(
            "ModifiedBy",
            Kind::Integer,
            person_id!("applications.modified_by"),
            person_object!("applications.modified_by"),
        )
        .leads_to(&RELATED_USER),
        Field::dotted("ModifiedBy.Id", Kind::Integer, person_id!("applications.modified_by")),
        Field::dotted("ModifiedBy.Name", Kind::Text, person_name!("applications.modified_by")),
        Field::dotted("ModifiedBy.ExternalId", Kind::Id, "applications.modified_by"),
        Field::key(
            "CreatedBy",
            Kind::Integer,
            person_id!("applications.created_by"),
            person_object!("applications.created_by"),
        )
        .leads_to(&RELATED_USER),
        Field::dotted("CreatedBy.Id", Kind::Integer, person_id!("applications.created_by")),
        Field::dotted("CreatedBy.Name", Kind::Text, person_name!("applications.created_by")),
        Field::dotted("CreatedBy.ExternalId", Kind::Id, "applications.created_by"),
        Field::new("CreatedOn", Kind::Time, "applications.created_on"),
    ],
};

/// The application that a key such as `AccessApplicationId` leads to.
pub static RELATED_APPLICATION: Related =
    Related { entity: &APPLICATION_RECORD, table: "applications", id: "applications.id" };

/// All applications.
pub static APPLICATIONS: ListDefinition = ListDefinition {
    entity: &APPLICATION_RECORD,
    link: &[],
    from: "applications WHERE 1",
    total: Some(kept_total!("applications")),
    order: "applications.created_on, applications.id",
    unique: "applications.id",
    indexed: &["Id", "Name", "ApplicationKey", "ExternalId"],
};

/// The operations on an application itself.
pub static APPLICATION_RECORDS: Records = Records {
    entity: &APPLICATION_RECORD,
    lookup: &APPLICATION,
    key: RecordKey::Text,
    owner: None,
    actions: ["application.create", "application.upsert", "application.replace", "application.delete"],
    columns: &[
        Column { json: "Name", column: "name", content: ColumnContent::Name },
        Column { json: "ApplicationKey", column: "application_key", content: ColumnContent::Name },
        Column { json: "ExternalId", column: "external_id", content: ColumnContent::Unique },
        Column { json: "Description", column: "description", content: ColumnContent::Text },
        Column { json: "WebSiteURL", column: "web_site_url", content: ColumnContent::Text },
        Column { json: "Is_EndUser", column: "is_end_user", content: ColumnContent::Flag },
        Column { json: "Is_Active", column: "is_active", content: ColumnContent::Flag },
    ],
    elsewhere: &[],
    constants: &[],
    times: ["created_on", "modified_on"],
    in_use: "The application has roles.",
};
