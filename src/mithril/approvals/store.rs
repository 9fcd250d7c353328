//! The SQL of approvals. Every statement has the user in its conditions.

use crate::db::sql::tagged;
use crate::db::statement::Statement;
use crate::mithril::list::{ListFilter, ListSource};
use crate::mithril::list_request::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{NEVER_NEW, TaggedRow};

/// SQL: an approval as the API shows it, as JSON. The user has asked for it himself: nobody acts for another here.
macro_rules! approval_json {
    () => {
        "json_object('id', id, 'user_id', user_id, 'applicant_user_id', user_id,
  'client_name', (SELECT client.name FROM clients client WHERE client.id = client_id), 'client_id', client_id,
  'scope', scope, 'created_at', created_at, 'updated_at', updated_at)"
    };
}

/// SQL: the tag of an approval, made of its version and that of the client whose name it shows.
macro_rules! tag {
    () => {
        "version || '-' || (SELECT client.version FROM clients client WHERE client.id = client_id)"
    };
}

/// An approval whose client one of the lists names. A list that was not sent names none.
const OF_CLIENTS: &str = "(client_id IN (SELECT value FROM json_each(?1, '$.client_ids'))
  OR EXISTS (SELECT 1 FROM json_each(?1, '$.client_names') wanted, clients client WHERE client.id = approvals.client_id
    AND lower(substr(client.name, 1, length(wanted.value))) = wanted.value))";

const SOURCE: ListSource = ListSource {
    table: "approvals",
    item: approval_json!(),
    order: "created_at, id",
    total: None,
    always: &["user_id = ?1 ->> 'user_id'"],
    filters: &[ListFilter::scanned("client_ids", OF_CLIENTS), ListFilter::scanned("client_names", OF_CLIENTS)],
};

/// The approval `?1` of the user `?2`.
const FIND: &str =
    concat!("SELECT ", tagged!(tag!(), approval_json!()), " FROM approvals WHERE id = ?1 AND user_id = ?2");

/// Whether the approval `?1` is one of the user `?2`; no row when there is no such approval.
const DELETE_FACTS: &str = "SELECT json_object('own', user_id = ?2) AS facts FROM approvals WHERE id = ?1";

const DELETE: &str = "DELETE FROM approvals WHERE id = ?1 AND user_id = ?2 RETURNING id";

/// A page of a user's approvals: the columns `total` and `items`.
pub fn list(list: &ListRequest) -> Statement {
    SOURCE.select(list)
}

/// An approval of a user: the columns `tag` and `data`.
pub fn find(id: &str, user: &str) -> Statement {
    Statement::new(FIND, [id.into(), user.into()])
}

/// The change `app.delete`.
pub fn delete(id: &str, user: &str) -> Change {
    let ids = || [id.into(), user.into()];
    let record = TaggedRow {
        tag: tag!(),
        data: approval_json!(),
        from: "approvals WHERE id = ?1 AND user_id = ?2",
        ids: ids().to_vec(),
        may_be_new: NEVER_NEW,
    };
    Change::new("app.delete", format!("app/{id}"), Statement::new(DELETE, ids()))
        .facts(Statement::new(DELETE_FACTS, ids()))
        .record(record)
}
