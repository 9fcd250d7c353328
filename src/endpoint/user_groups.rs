//! Groups of users and the users in them, in the dialect of eSystems' Endpoint API (spec/newer.md §2). The documents call
//! such a group `GroupExternal` where it is kept, and `Group` where others refer to it (`group_links`).

use crate::db::sql::kept_total;
use crate::endpoint::engine::entity::{Entity, Field, Kind, Related, person_id, person_name, person_object};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lookup, LookupField, LookupKind};
use crate::endpoint::engine::records::{Column, ColumnContent, Import, RecordKey, Records};
use crate::endpoint::engine::relation::{REPLACE_ALL, Relation, RelationActions, RelationSql, RelationTarget};
use crate::endpoint::people::{RELATED_USER, user_fields};
use crate::endpoint::users::USER;

/// A group of users, as a record and as the parent of its users.
pub static USER_GROUP: Lookup = Lookup {
    table: "user_groups",
    word: "user_group",
    id: "user_groups.id",
    kind: "1",
    lock: None,
    fields: &[
        LookupField { name: "Id", column: "user_groups.id", kind: LookupKind::Number },
        LookupField { name: "Name", column: "user_groups.name", kind: LookupKind::Text },
    ],
};

/// The fields of a group of users. `$created_by` is the field `Created_By`, `$more` are the fields of one list.
macro_rules! user_group_fields {
    ($created_by:expr, $($more:expr),* $(,)?) => {
        &[
            Field::new("Id", Kind::Integer, "user_groups.id"),
            Field::new("Name", Kind::Text, "user_groups.name"),
            Field::new("Description", Kind::Text, "user_groups.description"),
            $created_by,
            Field::dotted("Created_By.Id", Kind::Integer, person_id!("user_groups.created_by")),
            Field::dotted("Created_By.Name", Kind::Text, person_name!("user_groups.created_by")),
            Field::dotted("Created_By.ExternalId", Kind::Id, "user_groups.created_by"),
            Field::new("Created", Kind::Time, "user_groups.created_on"),
            Field::new("Has_Custom_Management", Kind::Flag, "user_groups.has_custom_management"),
            $($more),*
        ]
    };
}
pub(crate) use user_group_fields;

/// Who made a group of users.
pub const CREATED_BY: Field = Field::key(
    "Created_By",
    Kind::Integer,
    person_id!("user_groups.created_by"),
    person_object!("user_groups.created_by"),
)
.leads_to(&RELATED_USER);

/// A group of users as it is shown where it is kept.
pub static GROUP_EXTERNAL: Entity = Entity { name: "GroupExternal", fields: user_group_fields![CREATED_BY,] };

/// The group of users that a key such as `Group_Id` leads to.
pub static RELATED_USER_GROUP: Related =
    Related { entity: &GROUP_EXTERNAL, table: "user_groups", id: "user_groups.id" };

/// All groups of users.
pub static GROUP_EXTERNALS: ListDefinition = ListDefinition {
    entity: &GROUP_EXTERNAL,
    link: &[],
    // The condition is always true. With it, a plan says that the table is walked by its key.
    from: "user_groups WHERE likelihood(user_groups.id > 0, 0.999)",
    total: Some(kept_total!("user_groups")),
    order: "user_groups.id",
    unique: "user_groups.id",
    indexed: &["Id", "Name"],
};

/// The name of a group of users.
const NAME: Column = Column { json: "Name", column: "name", content: ColumnContent::Name };

/// The operations on a group of users itself. Who made it and when is the service's to say.
pub static USER_GROUP_RECORDS: Records = Records {
    entity: &GROUP_EXTERNAL,
    lookup: &USER_GROUP,
    key: RecordKey::Number,
    owner: None,
    actions: ["user_group.create", "user_group.upsert", "user_group.replace", "user_group.delete"],
    columns: &[
        NAME,
        Column { json: "Description", column: "description", content: ColumnContent::Text },
        Column { json: "Has_Custom_Management", column: "has_custom_management", content: ColumnContent::Flag },
    ],
    elsewhere: &[],
    constants: &[],
    times: ["created_on", "modified_on"],
    in_use: "The group is in use.",
};

/// The import of groups of users.
pub static USER_GROUP_IMPORT: Import = Import {
    records: &USER_GROUP_RECORDS,
    collection: "GroupExternals",
    name: &NAME,
    action: "user_group.import",
    subject: "user_group/import",
};

/// A user of a group as it is shown.
pub static USER_EXTERNAL: Entity = Entity {
    name: "UserExternal",
    fields: user_fields![
        Field::key(
            "User_Id",
            Kind::Integer,
            "user_group_users.user_id",
            "json_object('Id', endpoint_users.id, 'ExternalId', endpoint_users.external_id,
    'Name', endpoint_users.name, 'Type', 'User')",
        )
        .on_request()
        .leads_to(&RELATED_USER),
        Field::dotted("User_Id.Id", Kind::Integer, "user_group_users.user_id"),
        Field::key(
            "Group_Id",
            Kind::Integer,
            "user_group_users.user_group_id",
            "(SELECT json_object('Id', user_groups.id, 'ExternalId', '', 'Name', user_groups.name, 'Type', 'Group')
    FROM user_groups WHERE user_groups.id = user_group_users.user_group_id)",
        )
        .on_request()
        .leads_to(&RELATED_USER_GROUP),
        Field::dotted("Group_Id.Id", Kind::Integer, "user_group_users.user_group_id"),
    ],
};

/// The users of a group.
pub static USER_EXTERNALS: ListDefinition = ListDefinition {
    entity: &USER_EXTERNAL,
    link: &[],
    from: "user_group_users CROSS JOIN endpoint_users ON endpoint_users.id = user_group_users.user_id
  WHERE user_group_users.user_group_id = (SELECT id FROM only)",
    total: None,
    order: "user_group_users.user_id",
    unique: "endpoint_users.id",
    indexed: &["Id", "User_Id", "User_Id.Id"],
};

/// The changes of a group's users.
pub static USER_GROUP_USERS: Relation = Relation {
    parent: &USER_GROUP,
    child: &Lookup {
        table: "user_group_users JOIN endpoint_users ON endpoint_users.id = user_group_users.user_id",
        word: "user_group_user",
        id: "endpoint_users.id",
        kind: "user_group_users.user_group_id = (SELECT id FROM only)",
        lock: None,
        fields: &[
            LookupField { name: "Id", column: "endpoint_users.id", kind: LookupKind::Number },
            LookupField { name: "User_Id", column: "endpoint_users.id", kind: LookupKind::Number },
            LookupField { name: "Username", column: "endpoint_users.username", kind: LookupKind::Text },
            LookupField { name: "Email", column: "endpoint_users.email", kind: LookupKind::Text },
            LookupField { name: "External_Id", column: "endpoint_users.external_id", kind: LookupKind::Id },
        ],
    },
    target: Some(RelationTarget { property: "User_Id", lookup: &USER }),
    second: None,
    permission_types: &[],
    has_activity: false,
    record: &USER_EXTERNAL,
    collection: "UserExternals",
    replace_all: REPLACE_ALL,
    actions: RelationActions {
        insert: "user_group_user.upsert",
        upsert_all: "user_group_user.upsert_all",
        delete: "user_group_user.delete",
    },
    sql: RelationSql {
        answered: "endpoint_users ON endpoint_users.id = resolved.target_id",
        insert: "INSERT INTO user_group_users (user_group_id, user_id)
SELECT allowed.id, resolved.target_id FROM resolved CROSS JOIN allowed WHERE 1 ORDER BY resolved.at
ON CONFLICT DO NOTHING",
        present: "user_group_users WHERE user_group_users.user_group_id = (SELECT id FROM only)
AND user_group_users.user_id = resolved.target_id",
        differs: None,
        others: "user_group_users WHERE user_group_id = (SELECT id FROM allowed)
AND user_id NOT IN (SELECT target_id FROM resolved)",
        item_name: "'user/' || resolved.target_id",
        row_name: "'user/' || user_group_users.user_id",
        deleted: "user_group_users WHERE user_group_users.user_group_id = (SELECT id FROM only)
AND user_group_users.user_id = (SELECT id FROM child)",
        deleted_record: Some("endpoint_users WHERE endpoint_users.id = user_group_users.user_id"),
    },
};
