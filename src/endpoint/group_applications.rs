//! The applications of access groups, in the dialect of eSystems' Endpoint API (spec/newer.md §2).

use crate::endpoint::applications::{APPLICATION, RELATED_APPLICATION};
use crate::endpoint::engine::entity::{
    Entity, Field, Kind, NO_ID, nothing_object, person_id, person_name, person_object,
};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lookup, LookupField, LookupKind};
use crate::endpoint::engine::relation::{REPLACE_ALL, Relation, RelationActions, RelationSql, RelationTarget};
use crate::endpoint::groups::{GROUP, RELATED_GROUP};
use crate::endpoint::people::RELATED_USER;

/// SQL of a column of the application that the link names as the parent; an empty text without one.
macro_rules! parent_of_link {
    ($column:literal) => {
        concat!(
            "COALESCE((SELECT parents.",
            $column,
            " FROM applications parents WHERE parents.id = access_group_applications.parent_application_id), '')"
        )
    };
}

/// The fields of an application as a link shows it. `$fields` is the macro that makes a list of them, `$people` the
/// fields of who made and changed it, `$more` the fields of one list.
macro_rules! linked_application_fields {
    ($fields:ident, [$($people:expr),* $(,)?], $($more:expr),* $(,)?) => {
        $fields![
            Field::new("Id", Kind::Id, "applications.id"),
            // This service has no applications of a platform.
            Field::key("ApplicationId", Kind::Integer, NO_ID, nothing_object!("0", "Application")),
            Field::dotted("ApplicationId.Id", Kind::Integer, NO_ID),
            Field::dotted("ApplicationId.Name", Kind::Text, "''"),
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
            // This service keeps no ways of authentication.
            Field::key("AuthenticationId", Kind::Text, "''", nothing_object!("''", "Authentication")),
            Field::dotted("AuthenticationId.Id", Kind::Text, "''"),
            Field::dotted("AuthenticationId.Name", Kind::Text, "''"),
            Field::new("ModifiedOn", Kind::Time, "applications.modified_on"),
            $($people,)*
            Field::new("CreatedOn", Kind::Time, "applications.created_on"),
            $($more,)*
        ]
    };
}
pub(crate) use linked_application_fields;

/// A list of fields.
macro_rules! fields {
    ($($field:expr,)*) => {
        &[$($field),*]
    };
}

/// An application of a group as it is shown: the application, and in lists whose `Fields` name them the columns of the
/// link. `Is_Active` and `CreatedOn` are the application's own.
pub static GROUP_APPLICATION: Entity = Entity {
    name: "Application",
    fields: linked_application_fields!(
        fields,
        [
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
        ],
        Field::key(
            "AccessGroupId",
            Kind::Id,
            "access_group_applications.access_group_id",
            "(SELECT json_object('Id', access_groups.id, 'ExternalId', access_groups.external_id,
    'Name', access_groups.name, 'Type', 'AccessGroup')
    FROM access_groups WHERE access_groups.id = access_group_applications.access_group_id)",
        )
        .on_request()
        .leads_to(&RELATED_GROUP),
        Field::dotted("AccessGroupId.Id", Kind::Id, "access_group_applications.access_group_id"),
        Field::key(
            "ParentApplicationId",
            Kind::Id,
            parent_of_link!("id"),
            concat!(
                "json_object('Id', ",
                parent_of_link!("id"),
                ", 'ExternalId', ",
                parent_of_link!("external_id"),
                ", 'Name', ",
                parent_of_link!("name"),
                ", 'Type', 'Application')"
            ),
        )
        .on_request()
        .leads_to(&RELATED_APPLICATION),
        Field::dotted("ParentApplicationId.Id", Kind::Id, parent_of_link!("id")),
        Field::key(
            "AccessApplicationId",
            Kind::Id,
            "access_group_applications.application_id",
            "json_object('Id', applications.id, 'ExternalId', applications.external_id, 'Name', applications.name,
    'Type', 'Application')",
        )
        .on_request()
        .leads_to(&RELATED_APPLICATION),
        Field::dotted("AccessApplicationId.Id", Kind::Id, "access_group_applications.application_id"),
    ),
};

/// The applications of an access group.
pub static APPLICATIONS_OF_GROUP: ListDefinition = ListDefinition {
    entity: &GROUP_APPLICATION,
    link: &[],
    from: "access_group_applications
  CROSS JOIN applications ON applications.id = access_group_applications.application_id
  WHERE access_group_applications.access_group_id = (SELECT id FROM only)",
    total: None,
    order: "access_group_applications.application_id",
    unique: "applications.id",
    indexed: &["Id", "AccessApplicationId", "AccessApplicationId.Id"],
};

/// The changes of a group's applications. A system group refuses them.
pub static GROUP_APPLICATIONS: Relation = Relation {
    parent: &GROUP,
    child: &Lookup {
        table: "access_group_applications
  JOIN applications ON applications.id = access_group_applications.application_id",
        word: "access_group_application",
        id: "applications.id",
        kind: "access_group_applications.access_group_id = (SELECT id FROM only)",
        lock: None,
        fields: &[
            LookupField { name: "Id", column: "applications.id", kind: LookupKind::Id },
            LookupField { name: "AccessApplicationId", column: "applications.id", kind: LookupKind::Id },
            LookupField { name: "Name", column: "applications.name", kind: LookupKind::Text },
            LookupField { name: "ApplicationKey", column: "applications.application_key", kind: LookupKind::Text },
            LookupField { name: "ExternalId", column: "applications.external_id", kind: LookupKind::Text },
        ],
    },
    target: Some(RelationTarget { property: "AccessApplicationId", lookup: &APPLICATION }),
    second: Some(RelationTarget { property: "ParentApplicationId", lookup: &APPLICATION }),
    permission_types: &[],
    has_activity: true,
    record: &GROUP_APPLICATION,
    collection: "Applications",
    replace_all: REPLACE_ALL,
    actions: RelationActions {
        insert: "access_group_application.upsert",
        upsert_all: "access_group_application.upsert_all",
        delete: "access_group_application.delete",
    },
    sql: RelationSql {
        answered: "access_group_applications ON access_group_applications.access_group_id = (SELECT id FROM only)
    AND access_group_applications.application_id = resolved.target_id
  CROSS JOIN applications ON applications.id = resolved.target_id",
        insert: "INSERT INTO access_group_applications
  (access_group_id, application_id, parent_application_id, is_active, created_on)
SELECT allowed.id, resolved.target_id, resolved.second_id, resolved.is_active, allowed.now
FROM resolved CROSS JOIN allowed WHERE 1 ORDER BY resolved.at
ON CONFLICT (access_group_id, application_id) DO UPDATE
  SET parent_application_id = excluded.parent_application_id, is_active = excluded.is_active",
        present: "access_group_applications
WHERE access_group_applications.access_group_id = (SELECT id FROM only)
AND access_group_applications.application_id = resolved.target_id",
        differs: Some(
            "(access_group_applications.is_active <> resolved.is_active
  OR access_group_applications.parent_application_id IS NOT resolved.second_id)",
        ),
        others: "access_group_applications WHERE access_group_id = (SELECT id FROM allowed)
AND application_id NOT IN (SELECT target_id FROM resolved)",
        item_name: "'application/' || resolved.target_id",
        row_name: "'application/' || access_group_applications.application_id",
        deleted: "access_group_applications
WHERE access_group_applications.access_group_id = (SELECT id FROM only)
AND access_group_applications.application_id = (SELECT id FROM child)",
        deleted_record: Some("applications WHERE applications.id = access_group_applications.application_id"),
    },
};
