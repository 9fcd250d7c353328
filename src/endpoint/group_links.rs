//! The groups of users that an access group has, and those that a user is in, in the dialect of eSystems' Endpoint API
//! (spec/newer.md §2). The documents call them `Group`.

use crate::endpoint::engine::entity::{Entity, Field, Kind, person_id, person_name};
use crate::endpoint::engine::list::ListDefinition;
use crate::endpoint::engine::lookup::{Lookup, LookupField, LookupKind};
use crate::endpoint::engine::relation::{
    MANAGER_REPLACE_ALL, REPLACE_ALL, Relation, RelationActions, RelationSql, RelationTarget,
};
use crate::endpoint::groups::{MEMBERSHIP, RELATED_GROUP};
use crate::endpoint::people::RELATED_USER;
use crate::endpoint::user_groups::{CREATED_BY, RELATED_USER_GROUP, USER_GROUP, user_group_fields};
use crate::endpoint::users::{EMAIL_OF_USER, USER, USERNAME_OF_USER};

/// SQL of the AbstractLong of a group of users.
const GROUP_OBJECT: &str =
    "json_object('Id', user_groups.id, 'ExternalId', '', 'Name', user_groups.name, 'Type', 'Group')";

/// A group of users as an access group shows it.
pub static GROUP_OF_ACCESS_GROUP: Entity = Entity {
    name: "Group",
    fields: user_group_fields![
        CREATED_BY,
        Field::key(
            "AccessGroupId",
            Kind::Id,
            "access_group_user_groups.access_group_id",
            "(SELECT json_object('Id', access_groups.id, 'ExternalId', access_groups.external_id,
    'Name', access_groups.name, 'Type', 'AccessGroup')
    FROM access_groups WHERE access_groups.id = access_group_user_groups.access_group_id)",
        )
        .on_request()
        .leads_to(&RELATED_GROUP),
        Field::dotted("AccessGroupId.Id", Kind::Id, "access_group_user_groups.access_group_id"),
        Field::key("GroupId", Kind::Integer, "access_group_user_groups.user_group_id", GROUP_OBJECT)
            .on_request()
            .leads_to(&RELATED_USER_GROUP),
        Field::dotted("GroupId.Id", Kind::Integer, "access_group_user_groups.user_group_id"),
        Field::new("CreatedOn", Kind::Time, "access_group_user_groups.created_on").on_request(),
    ],
};

/// The groups of users that an access group has.
pub static GROUPS_OF_ACCESS_GROUP: ListDefinition = ListDefinition {
    entity: &GROUP_OF_ACCESS_GROUP,
    link: &[],
    from: "access_group_user_groups CROSS JOIN user_groups ON user_groups.id = access_group_user_groups.user_group_id
  WHERE access_group_user_groups.access_group_id = (SELECT id FROM only)",
    total: None,
    order: "access_group_user_groups.user_group_id",
    unique: "user_groups.id",
    indexed: &["Id", "GroupId", "GroupId.Id"],
};

/// The changes of the groups of users that an access group has. The members of a system group may change, and so may
/// these.
pub static ACCESS_GROUP_GROUPS: Relation = Relation {
    parent: &MEMBERSHIP,
    child: &Lookup {
        table: "access_group_user_groups JOIN user_groups ON user_groups.id = access_group_user_groups.user_group_id",
        word: "access_group_user_group",
        id: "user_groups.id",
        kind: "access_group_user_groups.access_group_id = (SELECT id FROM only)",
        lock: None,
        fields: &[
            LookupField { name: "Id", column: "user_groups.id", kind: LookupKind::Number },
            LookupField { name: "GroupId", column: "user_groups.id", kind: LookupKind::Number },
            LookupField { name: "Name", column: "user_groups.name", kind: LookupKind::Text },
        ],
    },
    target: Some(RelationTarget { property: "GroupId", lookup: &USER_GROUP }),
    second: None,
    permission_types: &[],
    has_activity: false,
    record: &GROUP_OF_ACCESS_GROUP,
    collection: "Groups",
    replace_all: REPLACE_ALL,
    actions: RelationActions {
        insert: "access_group_user_group.upsert",
        upsert_all: "access_group_user_group.upsert_all",
        delete: "access_group_user_group.delete",
    },
    sql: RelationSql {
        answered: "user_groups ON user_groups.id = resolved.target_id",
        insert: "INSERT INTO access_group_user_groups (access_group_id, user_group_id, created_on)
SELECT allowed.id, resolved.target_id, allowed.now FROM resolved CROSS JOIN allowed WHERE 1 ORDER BY resolved.at
ON CONFLICT DO NOTHING",
        present: "access_group_user_groups
WHERE access_group_user_groups.access_group_id = (SELECT id FROM only)
AND access_group_user_groups.user_group_id = resolved.target_id",
        differs: None,
        others: "access_group_user_groups WHERE access_group_id = (SELECT id FROM allowed)
AND user_group_id NOT IN (SELECT target_id FROM resolved)",
        item_name: "'user_group/' || resolved.target_id",
        row_name: "'user_group/' || access_group_user_groups.user_group_id",
        deleted: "access_group_user_groups
WHERE access_group_user_groups.access_group_id = (SELECT id FROM only)
AND access_group_user_groups.user_group_id = (SELECT id FROM child)",
        deleted_record: Some("user_groups WHERE user_groups.id = access_group_user_groups.user_group_id"),
    },
};

/// A group of users as one of its users shows it.
pub static GROUP_OF_USER: Entity = Entity {
    name: "Group",
    fields: user_group_fields![
        CREATED_BY.on_request(),
        Field::key(
            "User_Id",
            Kind::Integer,
            "user_group_users.user_id",
            "(SELECT json_object('Id', endpoint_users.id, 'ExternalId', endpoint_users.external_id,
    'Name', endpoint_users.name, 'Type', 'User')
    FROM endpoint_users WHERE endpoint_users.id = user_group_users.user_id)",
        )
        .on_request()
        .leads_to(&RELATED_USER),
        Field::dotted("User_Id.Id", Kind::Integer, "user_group_users.user_id"),
        Field::key("Group_Id", Kind::Integer, "user_group_users.user_group_id", GROUP_OBJECT)
            .on_request()
            .leads_to(&RELATED_USER_GROUP),
        Field::dotted("Group_Id.Id", Kind::Integer, "user_group_users.user_group_id"),
    ],
};

/// The groups that a user is in.
pub static USER_GROUPS_OF_USER: ListDefinition = ListDefinition {
    entity: &GROUP_OF_USER,
    link: &[],
    from: "user_group_users CROSS JOIN user_groups ON user_groups.id = user_group_users.user_group_id
  WHERE user_group_users.user_id = (SELECT id FROM only)",
    total: None,
    order: "user_group_users.user_group_id",
    unique: "user_groups.id",
    indexed: &["Id", "Group_Id", "Group_Id.Id"],
};

/// The changes of the groups that a user is in.
pub static USER_USER_GROUPS: Relation = Relation {
    parent: &USER,
    child: &Lookup {
        table: "user_group_users JOIN user_groups ON user_groups.id = user_group_users.user_group_id",
        word: "user_user_group",
        id: "user_groups.id",
        kind: "user_group_users.user_id = (SELECT id FROM only)",
        lock: None,
        fields: &[
            LookupField { name: "Id", column: "user_groups.id", kind: LookupKind::Number },
            LookupField { name: "Group_Id", column: "user_groups.id", kind: LookupKind::Number },
            LookupField { name: "Name", column: "user_groups.name", kind: LookupKind::Text },
            EMAIL_OF_USER,
            USERNAME_OF_USER,
        ],
    },
    target: Some(RelationTarget { property: "Group_Id", lookup: &USER_GROUP }),
    second: None,
    permission_types: &[],
    has_activity: false,
    record: &GROUP_OF_USER,
    collection: "Groups",
    replace_all: MANAGER_REPLACE_ALL,
    actions: RelationActions {
        insert: "user_user_group.upsert",
        upsert_all: "user_user_group.upsert_all",
        delete: "user_user_group.delete",
    },
    sql: RelationSql {
        answered: "user_groups ON user_groups.id = resolved.target_id",
        insert: "INSERT INTO user_group_users (user_group_id, user_id)
SELECT resolved.target_id, allowed.id FROM resolved CROSS JOIN allowed WHERE 1 ORDER BY resolved.at
ON CONFLICT DO NOTHING",
        present: "user_group_users WHERE user_group_users.user_id = (SELECT id FROM only)
AND user_group_users.user_group_id = resolved.target_id",
        differs: None,
        others: "user_group_users WHERE user_id = (SELECT id FROM allowed)
AND user_group_id NOT IN (SELECT target_id FROM resolved)",
        item_name: "'user_group/' || resolved.target_id",
        row_name: "'user_group/' || user_group_users.user_group_id",
        deleted: "user_group_users WHERE user_group_users.user_id = (SELECT id FROM only)
AND user_group_users.user_group_id = (SELECT id FROM child)",
        deleted_record: Some("user_groups WHERE user_groups.id = user_group_users.user_group_id"),
    },
};
