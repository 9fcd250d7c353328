//! The SQL that ends a caller's own token. The guard of the change has checked that the token is alive.

use crate::db::statement::{Param, Statement};
use crate::oauth::store::client::FORGET_REVOKED;
use crate::request::change::Change;

/// Ends a grant; `?1` its id, `?2` the connection of the caller's token.
const END_GRANT: &str =
    "DELETE FROM refresh_grants WHERE id = ?1 AND connection_number = (SELECT number FROM connections WHERE id = ?2)
  RETURNING id";
/// Ends one access token; `?1` the id under which it is revoked, `?2` when it ends. The row stays for the longest leeway
/// behind that.
const END_TOKEN: &str =
    "INSERT INTO revoked_tokens (jti, token_exp) VALUES (?1, ?2) ON CONFLICT (jti) DO NOTHING RETURNING jti";

/// The change `grant.logout`.
pub fn end_grant(grant_id: &str, connection_id: &str) -> Change {
    let end = Statement::new(END_GRANT, [grant_id.into(), connection_id.into()]);
    Change::new("grant.logout", format!("grant/{grant_id}"), end)
}

/// The change `token.logout`. `exp` and `now` are in seconds since 1970.
pub fn end_token(token_id: &str, exp: i64, now: i64) -> Change {
    let end = Statement::new(END_TOKEN, [token_id.into(), Param::Int(exp)]);
    Change::new("token.logout", format!("token/{token_id}"), end)
        .steps(vec![Statement::new(FORGET_REVOKED, [Param::Int(now)])])
}
