//! The SQL of users. A user is found by the id that the login service gave out, the `sub` of the user's tokens. Rows that
//! were made by SQL may share one; then the oldest is meant, as in Endpoint's answers.

use crate::db::sql::{changed_fields, first_version, stored_time, tagged};
use crate::db::statement::{Param, Statement};
use crate::request::change::Change;
use crate::request::conditions::{MAY_BE_NEW, TaggedRow};

/// SQL: a user as the API shows it, as JSON.
macro_rules! user_json {
    () => {
        "json_object('id', external_id, 'endpoint_id', id, 'username', username, 'name', name, 'email', email,
  'mobile_phone', mobile_phone, 'is_active', json(iif(is_active, 'true', 'false')), 'inserted_at', creation_date)"
    };
}

/// SQL: a user with its tag, as columns.
macro_rules! tagged_user {
    () => {
        tagged!("version || ''", user_json!())
    };
}

/// SQL: the condition that a row is the user `?1`.
macro_rules! is_user {
    () => {
        "id = (SELECT MIN(one.id) FROM endpoint_users one WHERE one.external_id = ?1)"
    };
}

const FIND: &str = concat!("SELECT ", tagged_user!(), " FROM endpoint_users WHERE ", is_user!());

/// The id of the user as JSON. There is no row for a user that does not exist.
const EXISTS: &str = concat!("SELECT json_quote(external_id) AS facts FROM endpoint_users WHERE ", is_user!());

/// Replaces the user `?1`: `?2` username, `?3` name, `?4` e-mail address, `?5` mobile phone, `?6` whether it is active.
const REPLACE: &str = concat!(
    "UPDATE endpoint_users SET username = ?2, name = ?3, email = ?4, mobile_phone = ?5, is_active = ?6, version = version + 1
WHERE ",
    is_user!(),
    " RETURNING ",
    tagged_user!()
);

/// Inserts the user `?1`, unless it exists. The parameters are those of [`REPLACE`], and `?7` is now.
const INSERT: &str = concat!(
    "INSERT INTO endpoint_users (external_id, username, name, email, mobile_phone, is_active, creation_date, version)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ",
    stored_time!("?7"),
    ", ",
    first_version!(),
    " WHERE NOT EXISTS (SELECT 1 FROM endpoint_users WHERE external_id = ?1) RETURNING ",
    tagged_user!()
);

/// The columns `subject` and `fields` of the audit row of a put, which always changes a row.
const PUTTED: &str = concat!(
    "SELECT 'user/' || ?1 AS subject, ",
    changed_fields!("username" = "?2", "name" = "?3", "email" = "?4", "mobile_phone" = "?5", "is_active" = "?6"),
    " AS fields FROM (SELECT 1) LEFT JOIN endpoint_users ON ",
    is_user!()
);

/// What a body says of a user.
pub struct UserData {
    /// The name by which the user signs in. No other user has it.
    pub username: String,
    /// The user's full name.
    pub name: String,
    /// The e-mail address; may be empty.
    pub email: String,
    /// The number of the mobile phone; may be empty.
    pub mobile_phone: String,
    /// Whether the user may do what its groups allow.
    pub is_active: bool,
}

/// A user: the columns `tag` and `data`.
pub fn find(user_id: &str) -> Statement {
    Statement::new(FIND, [user_id.into()])
}

/// The change `user.put`. Its facts are the id, if the user existed before. `now` is in seconds since 1970.
pub fn put(user_id: &str, data: UserData, now: i64) -> Change {
    let UserData { username, name, email, mobile_phone, is_active } = data;
    let row: [Param; 6] =
        [user_id.into(), username.into(), name.into(), email.into(), mobile_phone.into(), is_active.into()];
    let insert = Statement::new(INSERT, [row.as_slice(), &[Param::Int(now)]].concat());
    let record = TaggedRow {
        tag: "version || ''",
        data: user_json!(),
        from: concat!("endpoint_users WHERE ", is_user!()),
        ids: vec![user_id.into()],
        may_be_new: MAY_BE_NEW,
    };
    Change::new("user.put", format!("user/{user_id}"), insert)
        .named(Statement::new(PUTTED, row.clone()))
        .facts(Statement::new(EXISTS, [user_id.into()]))
        .alternative(Statement::new(REPLACE, row))
        .record(record)
}
