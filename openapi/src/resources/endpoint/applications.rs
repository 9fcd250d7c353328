//! Documents applications and their access roles.

use super::roles::{ROLE_FIELDS, ROLE_NAMES};
use super::schemas::{FieldDescriptions, entity_schemas, record_body};
use super::shared;
use super::shared::{Description, SchemaNames};
use crate::doc::{Doc, Sample};
use crate::node::Node;
use crate::tag::Tag;
use mithril_edge::endpoint::applications::{APPLICATION, APPLICATION_RECORD, APPLICATION_RECORDS, APPLICATIONS};
use mithril_edge::endpoint::roles::{APPLICATION_ROLE, APPLICATION_ROLE_RECORDS, ROLES_OF_APPLICATION};

const APPLICATION_ID: (&str, &str) = ("Id", "The application: its `Id`, or a value of the field that `Name` names.");
const APPLICATION_PATH: &[(&str, &str)] = &[APPLICATION_ID];

/// The fields of an application.
pub const APPLICATION_FIELDS: FieldDescriptions = &[
    ("Id", "The primary key. It never changes."),
    ("Name", "The unique name of the application."),
    ("ApplicationKey", "The unique key of the application."),
    ("ExternalId", "The id of the application in another system; empty when it has none."),
    ("Description", "A text about the application."),
    ("WebSiteURL", "The address of the application."),
    ("Is_System", "Whether this is a system application. Neither it nor its roles can be changed."),
    ("Is_EndUser", "Whether end users work with the application."),
    ("Is_TestApp", "Whether the application is for tests."),
    ("Is_Active", "Whether the application counts. Roles of an inactive one allow nothing."),
    ("Is_ReadOnly", "Whether this is a read-only application. Neither it nor its roles can be changed."),
];

/// Applications of samples/sample.sql.
const DESK: &str = "6E2A8F51-93C4-4D70-B1E6-58F0C7A29D34";
const SAMPLE: &[&str] = &[DESK];
const SYSTEM: &[&str] = &["0D9B6C1E-4F27-4B83-9A5C-61E2D7F3A840"];
const NAMES: SchemaNames = SchemaNames { record: "Application", body: "ApplicationBody" };
const APPLICATION_ROLE_NAMES: SchemaNames = SchemaNames { record: "ApplicationRole", body: ROLE_NAMES.body };

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let applications = entity_schemas(["Application", "ApplicationPart"], &APPLICATION_RECORD, APPLICATION_FIELDS);
    let roles = entity_schemas(["ApplicationRole", "ApplicationRolePart"], &APPLICATION_ROLE, ROLE_FIELDS);
    let body = ("ApplicationBody", record_body(&APPLICATION_RECORDS));
    applications.into_iter().chain([body]).chain(roles).collect()
}

/// `GET /Endpoint/rest/api/v1/Applications`.
pub fn list() -> Doc {
    let description = Description {
        summary: "List applications",
        description: "Sorted by the time of creation, unless `Orders` says otherwise.",
        path: &[],
        samples: vec![
            Sample::new("By key", 200, &[])
                .query(&[("Fields", "Id,Name,ApplicationKey"), ("Filters", "ApplicationKey%20%3D%20pharmacy-desk")]),
        ],
    };
    shared::list(Tag::Applications, "ApplicationPart", &APPLICATIONS, description)
}

/// `POST /Endpoint/rest/api/v1/Application`.
pub fn insert() -> Doc {
    let description = Description {
        summary: "Insert an application",
        description: "The service makes an `Id` when the body has none. No other application may have the same `Name`, \
                      `ApplicationKey` or `ExternalId`.",
        path: &[],
        samples: vec![
            Sample::new("A shop", 200, &[])
                .body(r#"{"Name":"Shop","ApplicationKey":"shop","Is_EndUser":true,"Is_Active":true}"#),
            Sample::new("The key is taken", 400, &[]).body(r#"{"Name":"Desk","ApplicationKey":"pharmacy-desk"}"#),
        ],
    };
    shared::insert(Tag::Applications, &NAMES, description)
}

/// `PATCH /Endpoint/rest/api/v1/Application`.
pub fn upsert() -> Doc {
    let description = Description {
        summary: "Insert or change an application",
        description: "Changes the application with the given `Id`. An unknown `Id` is 404. Without an `Id`, changes the \
                      application with the given `Name`, `ApplicationKey` or `ExternalId`, or inserts a new one if there \
                      is none. Members that the body leaves out keep their values.",
        path: &[],
        samples: vec![
            Sample::new("A known key", 200, &[])
                .body(r#"{"ApplicationKey":"pharmacy-desk","Description":"Medicines on prescription"}"#),
            Sample::new("An unknown Id", 404, &[]).body(r#"{"Id":"nothing","Name":"Shop"}"#),
        ],
    };
    shared::upsert(Tag::Applications, &NAMES, description)
}

/// `GET /Endpoint/rest/api/v1/Application/{Id}`.
pub fn get() -> Doc {
    let description = Description {
        summary: "See an application",
        description: "Finds the application by its `Id`, `Name`, `ApplicationKey` or `ExternalId`.",
        path: APPLICATION_PATH,
        samples: vec![
            Sample::new("By its Id", 200, SAMPLE),
            Sample::new("By its key", 200, &["pharmacy-desk"]).query(&[("Name", "ApplicationKey")]),
        ],
    };
    shared::get(Tag::Applications, "Application", &APPLICATION, description)
}

/// `PUT /Endpoint/rest/api/v1/Application/{Id}`.
pub fn replace() -> Doc {
    let description = Description {
        summary: "Replace an application",
        description: "Members that the body leaves out get their defaults, except `Name` and `ApplicationKey`, which \
                      stay. A system or read-only application cannot be replaced.",
        path: APPLICATION_PATH,
        samples: vec![
            Sample::new("Replaced", 200, SAMPLE).body(r#"{"Name":"Pharmacy","Is_EndUser":true,"Is_Active":true}"#),
            Sample::new("A system application", 403, SYSTEM).body(r#"{"Name":"Hub"}"#),
        ],
    };
    shared::replace(Tag::Applications, &NAMES, &APPLICATION_RECORDS, description)
}

/// `DELETE /Endpoint/rest/api/v1/Application/{Id}`.
pub fn delete() -> Doc {
    let description = Description {
        summary: "Delete an application",
        description: "Takes the application from its access groups too. An application that has roles cannot be deleted, \
                      and neither can a system or read-only one.",
        path: APPLICATION_PATH,
        samples: vec![
            Sample::new("Deleted", 200, &["C47B1D09-7A5E-4E92-8F36-2B8D6A0E1C75"]),
            Sample::new("It has roles", 409, SAMPLE),
            Sample::new("A system application", 403, SYSTEM),
        ],
    };
    shared::delete(Tag::Applications, "Application", &APPLICATION_RECORDS, &[409], description)
}

/// `GET /Endpoint/rest/api/v1/Application/{Id}/Roles`.
pub fn list_roles() -> Doc {
    let description = Description {
        summary: "List the access roles of an application",
        description: "Sorted by the time of creation, unless `Orders` says otherwise.",
        path: APPLICATION_PATH,
        samples: vec![Sample::new("All roles of an application", 200, SAMPLE)],
    };
    shared::list_children(Tag::Applications, "ApplicationRolePart", (&APPLICATION, &ROLES_OF_APPLICATION), description)
}

/// `POST /Endpoint/rest/api/v1/Application/{Id}/Role`.
pub fn upsert_role() -> Doc {
    let description = Description {
        summary: "Insert or change an access role of an application",
        description: "Changes the role of the application that has the given `Id`; an unknown `Id` is 404. Without an \
                      `Id`, changes the one with the given `Name`, `RoleKey` or `ExternalId`, or inserts a new role if \
                      there is none. A role of another application is never changed.",
        path: APPLICATION_PATH,
        samples: vec![
            Sample::new("A new role", 200, SAMPLE)
                .body(r#"{"Name":"Cashier","RoleKey":"CASHIER","FullName":"Cashier of a pharmacy","Is_Active":true}"#),
            Sample::new("The key is another role's", 400, SAMPLE).body(r#"{"RoleKey":"REGISTRY_CLERK"}"#),
            Sample::new("A system application", 403, SYSTEM).body(r#"{"Name":"Operator"}"#),
        ],
    };
    shared::upsert_owned(Tag::Applications, &APPLICATION_ROLE_NAMES, &APPLICATION_ROLE_RECORDS, description)
}

/// `DELETE /Endpoint/rest/api/v1/Application/{Id}/Role/{SubId}`.
pub fn delete_role() -> Doc {
    let description = Description {
        summary: "Delete an access role of an application",
        description: "Answers with the deleted role. A role that permissions of access groups use cannot be deleted, and \
                      neither can a read-only one.",
        path: &[APPLICATION_ID, ("SubId", "The role: its `Id`, or a value of the field that `SubName` names.")],
        samples: vec![
            Sample::new("By id", 200, &[DESK, "F3E8A1C6-5D72-4B09-A4E3-90C1B7D6582F"]),
            Sample::new("By its key", 200, &[DESK, "DISPENSER"]).query(&[("SubName", "RoleKey")]),
        ],
    };
    shared::delete_owned(Tag::Applications, "ApplicationRole", &APPLICATION_ROLE_RECORDS, description)
}
