//! The SQL of the deletion of a client, which leaves a tombstone: tokens of trusted issuers outlive the client's row.

use crate::db::statement::{Param, Statement};
use crate::mithril::clients::store::change;
use crate::request::change::Change;

/// SQL: what still refers to the client `?1`, or NULL.
macro_rules! used_by {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM connections WHERE client_id = ?1)
    OR EXISTS (SELECT 1 FROM connections WHERE consumer_id = ?1) THEN 'connections'
  WHEN EXISTS (SELECT 1 FROM user_roles WHERE client_id = ?1) THEN 'user_roles' END"
    };
}

/// `{"used_by"}`: what still refers to the client. There is no row for a client that does not exist.
const DELETE_FACTS: &str =
    concat!("SELECT json_object('used_by', ", used_by!(), ") AS facts FROM clients WHERE id = ?1");

/// Keeps of the client `?1` what refuses its tokens: its block, and the time of its deletion (`?2`) or of a later
/// revocation. The tombstone stays until the client is made anew (the trigger `clients_anew`). A trusted issuer's
/// `max_lifetime` may be any number, and a token without `iat` does not say when it was issued. So no time is known after
/// which the last token has ended. It has the conditions of [`DELETE`], which comes after it.
const BURY: &str = concat!(
    "INSERT OR REPLACE INTO deleted_clients (id, is_blocked, tokens_valid_after)
SELECT id, is_blocked, MAX(COALESCE(tokens_valid_after, ?2), ?2) FROM clients
WHERE id = ?1 AND ",
    used_by!(),
    " IS NULL"
);

const DELETE: &str = concat!("DELETE FROM clients WHERE id = ?1 AND ", used_by!(), " IS NULL RETURNING id");

/// The change `client.delete`. It deletes nothing while other records refer to the client. `now` is in seconds since
/// 1970.
pub fn delete(id: &str, now: i64) -> Change {
    let bury = Statement::new(BURY, [id.into(), Param::Int(now)]);
    change("client.delete", id, Statement::new(DELETE, [id.into()]))
        .facts(Statement::new(DELETE_FACTS, [id.into()]))
        .steps(vec![bury])
}
