//! The SQL of asking for tokens. `?1` is the caller ([`crate::oauth::caller::Caller`]); every statement proves it
//! anew, so that a batch does nothing for somebody who is not who he says.

use crate::db::statement::{Param, Statement};
use crate::oauth::caller::Caller;
use crate::oauth::store::caller::{by_secret, caller, presented, proved_client, revoked_at, role_scopes};
use crate::secrets::sql::note_use;

const NOTE_USE: &str = concat!(note_use!("?1", "digests"), "connection_id = (SELECT link.id FROM ", caller!(), ")");

const CLIENT: &str = concat!("SELECT ", proved_client!(), " AS answer FROM ", caller!());

/// The same for the caller of nearly every grant.
const CLIENT_BY_SECRET: &str = concat!("SELECT ", proved_client!(), " AS answer FROM ", caller!(by_secret!()));

/// Whether the client has a connection without a secret, so that a bare `client_id` may be one that counts.
const IS_PUBLIC: &str = "SELECT 'public' AS answer FROM connections WHERE client_id = ?1 ->> 'client'
AND token_endpoint_auth_method = 'none' LIMIT 1";

const CLIENT_KEYS: &str =
    "SELECT COALESCE(json_group_array(json_object('connection', id, 'jwks', jwks)), '[]') AS answer
FROM connections WHERE client_id = ?1 AND token_endpoint_auth_method = 'private_key_jwt' AND jwks IS NOT NULL";

const FORGET_ASSERTIONS: &str = "DELETE FROM used_assertions WHERE assertion_exp < ?1";
const USE_ASSERTION: &str = "INSERT INTO used_assertions (digest, assertion_exp) VALUES (?1, ?2)";

/// The columns `client` and `granted`, which is NULL for a grant that does not exist.
pub const CLIENT_AND_GRANT: &str = concat!(
    "SELECT ",
    proved_client!(),
    " AS client, (SELECT json_object('user', given.user_id, 'scope', given.scope, 'digest', given.digest,
    'owner', (SELECT client_id FROM connections WHERE id = given.connection_id), 'iat', given.grant_iat, 'exp', given.grant_exp, 'foreign', given.connection_id <> link.id,
    'ended', given.grant_exp <= ?1 ->> 'now' OR given.grant_iat <= ",
    revoked_at!(),
    ", 'state', CASE WHEN given.digest IN ",
    presented!(),
    " THEN 'live' WHEN given.previous IN ",
    presented!(),
    " AND given.retry_exp > ?1 ->> 'now' THEN 'rotated' ELSE 'used' END,
    'roles', CASE WHEN given.user_id IS NOT NULL THEN ",
    role_scopes!("given.user_id"),
    " END) FROM grants given WHERE given.id = ?1 ->> 'grant') AS granted FROM ",
    caller!()
);

const FORGET_REVOKED: &str = "DELETE FROM revoked_tokens WHERE token_exp < ?1";
/// `?2` jti, `?3` exp, `?4` the connection that the token was issued through.
const REVOKE_ACCESS: &str = concat!(
    "INSERT INTO revoked_tokens (jti, token_exp) SELECT ?2, ?3 FROM ",
    caller!(),
    " AND link.id = ?4 ON CONFLICT (jti) DO NOTHING"
);
const REVOKE_GRANT: &str =
    concat!("DELETE FROM grants WHERE id = ?1 ->> 'grant' AND connection_id = (SELECT link.id FROM ", caller!(), ")");

/// The connections of a client with keys, `[{"connection", "jwks"}]`. `?1` is the client's id here.
pub fn client_keys(client_id: &str) -> Statement {
    Statement::new(CLIENT_KEYS, [client_id.into()])
}

pub fn client(caller: &Caller) -> Statement {
    let sql = if caller.has_secret() { CLIENT_BY_SECRET } else { CLIENT };
    Statement::new(sql, [caller.param()])
}

/// Before the others: they find the secret by its old digest and its new one.
pub fn note_use(caller: &Caller) -> Statement {
    Statement::new(NOTE_USE, [caller.param()])
}

pub fn is_public(caller: &Caller) -> Statement {
    Statement::new(IS_PUBLIC, [caller.param()])
}

/// Marks the caller's assertion as used; breaks a constraint when it was. Nothing for other callers.
pub fn use_assertion(caller: &Caller, now: i64) -> Vec<Statement> {
    caller.assertion.as_ref().map_or_else(Vec::new, |(digest, expires_at)| {
        vec![
            Statement::new(FORGET_ASSERTIONS, [Param::Int(now)]),
            Statement::new(USE_ASSERTION, [digest.as_str().into(), Param::Int(*expires_at)]),
        ]
    })
}

pub fn client_and_grant(caller: &Caller) -> Statement {
    Statement::new(CLIENT_AND_GRANT, [caller.param()])
}

pub fn revoke_access(caller: &Caller, (jti, exp): (&str, i64), connection_id: &str, now: i64) -> Vec<Statement> {
    vec![
        Statement::new(FORGET_REVOKED, [Param::Int(now)]),
        Statement::new(REVOKE_ACCESS, [caller.param(), jti.into(), Param::Int(exp), connection_id.into()]),
    ]
}

pub fn revoke_grant(caller: &Caller) -> Statement {
    Statement::new(REVOKE_GRANT, [caller.param()])
}
