//! Documents the applications and the groups of users that an access group has.

use super::applications::APPLICATION_FIELDS;
use super::schemas::{FieldDescriptions, entity_schemas};
use super::shared;
use super::shared::Description;
use super::user_groups::USER_GROUP_FIELDS;
use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::tag::Tag;
use mithril_edge::endpoint::group_applications::{APPLICATIONS_OF_GROUP, GROUP_APPLICATION, GROUP_APPLICATIONS};
use mithril_edge::endpoint::group_links::{ACCESS_GROUP_GROUPS, GROUP_OF_ACCESS_GROUP, GROUPS_OF_ACCESS_GROUP};
use mithril_edge::endpoint::groups::{GROUP, MEMBERSHIP};

const GROUP_ID: (&str, &str) = ("Id", "The access group: its `Id`, or a value of the field that `Name` names.");
const GROUP_PATH: &[(&str, &str)] = &[GROUP_ID];

/// What a link adds to the fields of its record.
const LINK_FIELDS: FieldDescriptions = &[
    ("ApplicationId", "Always 0: this service has no applications of a platform."),
    ("AuthenticationId", "Always empty: this service keeps no ways of authentication."),
    ("AccessGroupId", "The access group. Shown in lists when `Fields` names it."),
    (
        "ParentApplicationId",
        "The application under which the members see the roles of this one. Shown in lists when `Fields` names it.",
    ),
    ("AccessApplicationId", "The application itself. Shown in lists when `Fields` names it."),
    ("GroupId", "The group itself. Shown in lists when `Fields` names it."),
];

/// Access groups and records of samples/sample.sql.
const REGISTRY: &str = "5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42";
const PHYSICIANS: &str = "9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74";
const SYSTEM: &[&str] = &["3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let of_applications: FieldDescriptions = [APPLICATION_FIELDS, LINK_FIELDS].concat().leak();
    let of_groups: FieldDescriptions = [USER_GROUP_FIELDS, LINK_FIELDS].concat().leak();
    let applications =
        entity_schemas(["GroupApplication", "GroupApplicationPart"], &GROUP_APPLICATION, of_applications);
    let groups = entity_schemas(["AccessGroupGroup", "AccessGroupGroupPart"], &GROUP_OF_ACCESS_GROUP, of_groups);
    applications.into_iter().chain(groups).collect()
}

/// `GET /Endpoint/rest/api/v1/AccessGroup/{Id}/Applications`.
pub fn list_applications() -> Doc {
    let description = Description {
        summary: "List the applications of an access group",
        description: "Lists the applications that the members of the group have.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("All applications of a group", 200, &[REGISTRY]),
            Sample::new("The columns of the link", 200, &[REGISTRY])
                .query(&[("Fields", "AccessGroupId,%20ParentApplicationId,%20AccessApplicationId")]),
        ],
    };
    shared::list_children(Tag::GroupApplications, "GroupApplicationPart", (&GROUP, &APPLICATIONS_OF_GROUP), description)
}

/// `PATCH /Endpoint/rest/api/v1/AccessGroup/{Id}/Applications`.
pub fn upsert_applications() -> Doc {
    let description = Description {
        summary: "Add applications to an access group",
        description: "Takes up to 1,000 applications and adds all of them or none. `DeleteNotExists` removes those that \
                      are not in the body; it needs the scope to delete too. `Extra` names the fields that the \
                      applications are found by.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("By key", 200, &[REGISTRY]).body(
                r#"{"Extra":[{"Name":"AccessApplicationId","FieldName":"ApplicationKey"}],"Applications":[{"AccessApplicationId":"pharmacy-desk","Is_Active":true}]}"#,
            ),
            Sample::new("No such application", 400, &[REGISTRY])
                .body(r#"{"Applications":[{"AccessApplicationId":"nothing"}]}"#),
        ],
    };
    shared::upsert_related(Tag::GroupApplications, "GroupApplication", &GROUP_APPLICATIONS, description)
}

/// `POST /Endpoint/rest/api/v1/AccessGroup/{Id}/Application`.
pub fn insert_application() -> Doc {
    let description = Description {
        summary: "Add an application to an access group",
        description: "`ParentApplicationId` is the application under which the members see the roles of this one. If the \
                      group already has the application, only `ParentApplicationId` and `Is_Active` of the link change. \
                      `Is_Active` of the answer is the application's own.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("Under another application", 200, &[REGISTRY]).body(
                r#"{"ParentApplicationId":{"Field":"ExternalId","Value":"HUB"},"AccessApplicationId":{"Field":"ApplicationKey","Value":"pharmacy-desk"},"Is_Active":true}"#,
            ),
            Sample::new("A system group", 403, SYSTEM)
                .body(r#"{"AccessApplicationId":{"Field":"ApplicationKey","Value":"pharmacy-desk"}}"#),
        ],
    };
    shared::insert_related(Tag::GroupApplications, "GroupApplication", &GROUP_APPLICATIONS, description)
}

/// `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Application/{SubId}`.
pub fn delete_application() -> Doc {
    let description = Description {
        summary: "Remove an application from an access group",
        description: "Answers with the application that was removed. It stays as it is.",
        path: &[GROUP_ID, ("SubId", "The application: its `Id`, or a value of the field that `SubName` names.")],
        samples: vec![
            Sample::new("By id", 200, &[REGISTRY, "C47B1D09-7A5E-4E92-8F36-2B8D6A0E1C75"]),
            Sample::new("By key", 200, &[REGISTRY, "registry-desk"]).query(&[("SubName", "ApplicationKey")]),
        ],
    };
    shared::delete_related(Tag::GroupApplications, "GroupApplication", &GROUP_APPLICATIONS, description)
}

/// `GET /Endpoint/rest/api/v1/AccessGroup/{Id}/Groups`.
pub fn list_groups() -> Doc {
    let description = Description {
        summary: "List the groups of users that an access group has",
        description: "The members of these groups have the access group.",
        path: GROUP_PATH,
        samples: vec![Sample::new("All groups of an access group", 200, &[PHYSICIANS])],
    };
    shared::list_children(Tag::GroupGroups, "AccessGroupGroupPart", (&MEMBERSHIP, &GROUPS_OF_ACCESS_GROUP), description)
}

/// `PATCH /Endpoint/rest/api/v1/AccessGroup/{Id}/Groups`.
pub fn upsert_groups() -> Doc {
    let description = Description {
        summary: "Add groups of users to an access group",
        description: "Takes up to 1,000 groups and adds all of them or none. `DeleteNotExists` removes those that are not \
                      in the body; it needs the scope to delete too.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("By name", 200, &[PHYSICIANS]).body(
                r#"{"Extra":[{"Name":"GroupId","FieldName":"Name"}],"Groups":[{"GroupId":"Night shift"},{"GroupId":"Трейні / trainees"}]}"#,
            ),
        ],
    };
    shared::upsert_related(Tag::GroupGroups, "AccessGroupGroup", &ACCESS_GROUP_GROUPS, description)
}

/// `POST /Endpoint/rest/api/v1/AccessGroup/{Id}/Group`.
pub fn insert_group() -> Doc {
    let description = Description {
        summary: "Add a group of users to an access group",
        description: "If the access group already has the group, nothing changes.",
        path: GROUP_PATH,
        samples: vec![
            Sample::new("By name", 200, &[REGISTRY]).body(r#"{"GroupId":{"Field":"Name","Value":"Night shift"}}"#),
            Sample::new("No such group", 400, &[REGISTRY]).body(r#"{"GroupId":{"Value":"7"}}"#),
        ],
    };
    shared::insert_related(Tag::GroupGroups, "AccessGroupGroup", &ACCESS_GROUP_GROUPS, description)
}

/// `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Group/{SubId}`.
pub fn delete_group() -> Doc {
    let description = Description {
        summary: "Remove a group of users from an access group",
        description: "Answers with the group that was removed. It stays as it is.",
        path: &[GROUP_ID, ("SubId", "The group: its `Id`, or a value of the field that `SubName` names.")],
        samples: vec![Sample::new("Removed", 200, &[PHYSICIANS, "301"])],
    };
    shared::delete_related(Tag::GroupGroups, "AccessGroupGroup", &ACCESS_GROUP_GROUPS, description)
}
