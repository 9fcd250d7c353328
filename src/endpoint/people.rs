//! A user as a record, for the files that show users and for those whose records name one.

use crate::endpoint::engine::entity::{Entity, Field, Kind, Related};

/// The fields of a user, and more fields of one list.
macro_rules! user_fields {
    ($($more:expr),* $(,)?) => {
        &[
            Field::new("Id", Kind::Integer, "endpoint_users.id"),
            Field::new("Name", Kind::Text, "endpoint_users.name"),
            Field::new("Username", Kind::Text, "endpoint_users.username"),
            Field::new("Email", Kind::Text, "endpoint_users.email"),
            Field::new("MobilePhone", Kind::Text, "endpoint_users.mobile_phone"),
            Field::new("External_Id", Kind::Id, "endpoint_users.external_id"),
            Field::new("Creation_Date", Kind::Time, "endpoint_users.creation_date"),
            Field::new("Last_Login", Kind::Time, "endpoint_users.last_login"),
            Field::new("Is_Active", Kind::Flag, "endpoint_users.is_active"),
            $($more),*
        ]
    };
}
pub(crate) use user_fields;

/// A user as it is shown.
pub static ENDPOINT_USER: Entity = Entity { name: "User", fields: user_fields![] };

/// The user that a key such as `UserId` or `ModifiedBy` leads to.
pub static RELATED_USER: Related = Related { entity: &ENDPOINT_USER, table: "endpoint_users", id: "endpoint_users.id" };
