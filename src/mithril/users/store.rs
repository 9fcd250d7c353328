//! The SQL of users' roles.

use crate::db::sql::tagged;
use crate::db::statement::{Param, Statement};
use crate::mithril::list::{CREATION, ListFilter, ListSource};
use crate::mithril::list_request::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{MAY_BE_NEW, NEVER_NEW, TaggedRow};
use crate::request::delegation::Given;

/// SQL: a user's role as the API shows it, as JSON.
macro_rules! user_role_json {
    () => {
        "json_object('id', id, 'user_id', user_id, 'role_id', role_id,
  'role_name', (SELECT name FROM roles WHERE id = role_id), 'client_id', client_id, 'inserted_at', inserted_at)"
    };
}

/// SQL: the tag of a user's role. The row itself never changes, but the name of the role may.
macro_rules! tag {
    () => {
        "(SELECT version FROM roles WHERE id = role_id) || ''"
    };
}

const SOURCE: ListSource = ListSource {
    table: "user_roles",
    item: user_role_json!(),
    order: CREATION,
    total: None,
    always: &["user_id = ?1 ->> 'user_id'"],
    filters: &[ListFilter::indexed("client_id", "client_id = ?1 ->> 'client_id'")],
};

/// The roles of a user as the user sees them. A client of context `own` learns nothing of other clients.
const OWN_SOURCE: ListSource = ListSource {
    item: "json_object('id', id, 'user_id', user_id, 'role_id', role_id,
  'role_name', (SELECT name FROM roles WHERE id = role_id), 'client_id', client_id,
  'client_name', (SELECT client.name FROM clients client WHERE client.id = client_id), 'created_at', inserted_at,
  'updated_at', inserted_at, 'scope', (SELECT scope FROM roles WHERE id = role_id))",
    always: &[
        "user_id = ?1 ->> 'user_id'",
        "(client_id IS NULL OR client_id = ?1 ->> 'own'
  OR 'any' IS (SELECT context FROM client_types WHERE name = ?1 ->> 'type'))",
    ],
    filters: &[
        ListFilter::indexed("client_id", "client_id = ?1 ->> 'client_id'"),
        ListFilter::indexed("role_id", "role_id = ?1 ->> 'role_id'"),
    ],
    ..SOURCE
};

/// The account whose tokens have the subject `?1`. An id that several accounts have tells nothing.
const FIND_USER: &str = concat!(
    "SELECT ",
    tagged!(
        "version || ''",
        "json_object('id', external_id, 'email', email, 'is_blocked', iif(is_active, 'false', 'true'),
  'settings', json('{}'), 'inserted_at', creation_date, 'updated_at', creation_date)"
    ),
    " FROM endpoint_users
WHERE external_id = ?1 AND external_id <> '' AND email <> ''
  AND 1 = (SELECT count(*) FROM endpoint_users one WHERE one.external_id = ?1)"
);

/// `{"missing"}`: the first of role and client that does not exist, or NULL.
const ADD_FACTS: &str = "SELECT json_object('missing', CASE
  WHEN NOT EXISTS (SELECT 1 FROM roles WHERE id = ?1 AND type = 'Role') THEN 'role'
  WHEN ?2 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clients WHERE id = ?2) THEN 'client' END) AS facts";

const ADD: &str = concat!(
    "INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at)
SELECT ?3, ?4, role.id, ?2, strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch') FROM roles role
WHERE role.id = ?1 AND role.type = 'Role' AND (?2 IS NULL OR EXISTS (SELECT 1 FROM clients WHERE id = ?2)) RETURNING ",
    tagged!(tag!(), user_role_json!())
);

/// SQL: what was given to a user or taken, for the audit: the role, the client if there is one, and the user.
macro_rules! given_role {
    ($verb:literal, $role:literal, $client:literal, $user:literal) => {
        concat!(
            "json_array('",
            $verb,
            " role/' || ",
            $role,
            " || COALESCE('/client/' || ",
            $client,
            ", '') || '/user/' || ",
            $user,
            ")"
        )
    };
}

/// The columns `subject` and `fields` of the audit row of [`ADD`], with its conditions and parameters.
const ADDED: &str = concat!(
    "SELECT 'user_role/' || ?3 AS subject, ",
    given_role!("added", "role.id", "?2", "?4"),
    " AS fields FROM roles role
WHERE role.id = ?1 AND role.type = 'Role' AND (?2 IS NULL OR EXISTS (SELECT 1 FROM clients WHERE id = ?2))"
);

/// The same for [`REMOVE`].
const REMOVED: &str = concat!(
    "SELECT 'user_role/' || id AS subject, ",
    given_role!("removed", "role_id", "client_id", "user_id"),
    " AS fields FROM user_roles WHERE id = ?1"
);

/// The scopes of the role `?1`.
const GIVEN: &str = "SELECT scope FROM roles WHERE id = ?1 AND type = 'Role'";

const REMOVE: &str = "DELETE FROM user_roles WHERE id = ?1 RETURNING id";

/// A page of a user's roles: the columns `total` and `items`.
pub fn list(list: &ListRequest) -> Statement {
    SOURCE.select(list)
}

/// A page of the roles that a user sees of himself: the columns `total` and `items`.
pub fn list_own(list: &ListRequest) -> Statement {
    OWN_SOURCE.select(list)
}

/// The account of a user: the columns `tag` and `data`.
pub fn find_user(user: &str) -> Statement {
    Statement::new(FIND_USER, [user.into()])
}

/// The row that a change is made to.
fn record(id: &str, may_be_new: &'static str) -> TaggedRow {
    let ids = vec![id.into()];
    TaggedRow { tag: tag!(), data: user_role_json!(), from: "user_roles WHERE id = ?1", ids, may_be_new }
}

/// A role that is given to a user.
pub struct NewUserRole {
    /// The id of the new row.
    pub id: String,
    /// The user.
    pub user_id: String,
    /// The role.
    pub role_id: String,
    /// The client at which the user has the role; `None` for all clients.
    pub client_id: Option<String>,
}

/// The change `user_role.create`. `now` is in seconds since 1970.
pub fn add(new: NewUserRole, now: i64) -> Change {
    let (subject, record) = (subject(&new.id), record(&new.id, MAY_BE_NEW));
    let given = Given::Stored(Statement::new(GIVEN, [new.role_id.as_str().into()]));
    let named: [Param; 2] = [new.role_id.into(), new.client_id.into()];
    let added = [named.as_slice(), &[new.id.into(), new.user_id.into()]].concat();
    let row = [added.as_slice(), &[Param::Int(now)]].concat();
    Change::new("user_role.create", subject, Statement::new(ADD, row))
        .gives(given)
        .named(Statement::new(ADDED, added))
        .facts(Statement::new(ADD_FACTS, named))
        .record(record)
}

/// The change `user_role.delete`.
pub fn remove(id: &str) -> Change {
    Change::new("user_role.delete", subject(id), Statement::new(REMOVE, [id.into()]))
        .named(Statement::new(REMOVED, [id.into()]))
        .record(record(id, NEVER_NEW))
}

/// The name of a user's role in the audit.
fn subject(id: &str) -> String {
    format!("user_role/{id}")
}
