//! The SQL of asking for tokens. `?1` is the caller ([`super::client::Caller`]); every statement proves it
//! anew, so that a batch does nothing for somebody who is not who he says.

use super::client::Caller;
use crate::note_use;
use crate::ports::{Param, Statement};

/// The connection that the caller proves to be, with its client, its client's type and its consumer. `$found`: how it is
/// found, where that is known beforehand.
#[macro_export]
macro_rules! caller {
    ($found:expr) => {
        concat!(
            "connections link
  JOIN clients client ON client.id = link.client_id
  JOIN client_types kind ON kind.id = client.client_type_id
  JOIN clients consumer ON consumer.id = link.consumer_id
WHERE link.id = ",
            $found,
            "
  AND link.client_id = ?1 ->> 'client' AND client.is_blocked = 0
  AND link.token_endpoint_auth_method IN (SELECT value FROM json_each(?1, '$.methods'))"
        )
    };
    () => {
        concat!(
            $crate::caller!(concat!(
                "CASE ?1 ->> 'proof'
    WHEN 'secret' THEN ",
                $crate::by_secret!(),
                "
    WHEN 'key' THEN ?1 ->> 'connection'
    ELSE COALESCE(
      ?1 ->> 'connection',
      (SELECT connection_id FROM grants WHERE id = ?1 ->> 'grant'),
      (SELECT connection_id FROM authorization_codes WHERE digest IN (SELECT value FROM json_each(?1, '$.shown')))) END"
            )),
            "
  AND (?1 ->> 'proof' <> 'key' OR link.jwks = ?1 ->> 'jwks')"
        )
    };
}

/// The connection whose secret the caller shows.
#[macro_export]
macro_rules! by_secret {
    () => {
        "(
      SELECT connection_id FROM connection_secrets WHERE digest IN (SELECT value FROM json_each(?1, '$.digests'))
      AND (expires_at IS NULL OR expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'now', 'unixepoch')))"
    };
}

/// When tokens of this connection were last revoked; -1 for never.
#[macro_export]
macro_rules! revoked_at {
    () => {
        "MAX(COALESCE(client.tokens_valid_after, -1), COALESCE(link.tokens_valid_after, -1))"
    };
}

/// The consumer's bound on a client that others act for; NULL where there is none.
#[macro_export]
macro_rules! broker_scope {
    () => {
        "CASE WHEN link.consumer_id <> link.client_id AND client.priv_settings ->> 'access_type' = 'BROKER'
    THEN consumer.priv_settings ->> 'broker_scope' END"
    };
}

/// All scopes of a user's roles for the client, global ones included.
#[macro_export]
macro_rules! role_scopes {
    ($user:literal) => {
        concat!(
            "COALESCE((SELECT group_concat(role.scope, ' ') FROM user_roles held JOIN roles role ON role.id = held.role_id
    WHERE held.user_id = ",
            $user,
            " AND (held.client_id = client.id OR held.client_id IS NULL)), '')"
        )
    };
}

/// Whether each scope asked for is within a bound; NULL bounds nothing. `$asked` is an array of arrays: a scope, and
/// the vendor's pair that holds it too. Says the same as [`super::scope::Bounds`], which names what is wrong.
#[macro_export]
macro_rules! within {
    ($asked:literal, $bound:expr) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM json_each(",
            $asked,
            ") want WHERE NOT EXISTS (SELECT 1 FROM json_each(want.value) name
    WHERE instr(' ' || COALESCE(",
            $bound,
            ", name.value) || ' ', ' ' || name.value || ' ') > 0))"
        )
    };
}

/// A set of scopes with the vendor's pairs, of the two roles that its documents know, as their halves.
macro_rules! halved {
    ($scopes:expr) => {
        concat!(
            "replace(replace(",
            $scopes,
            ", 'AccessManager:Create, Update', 'AccessManager:Create AccessManager:Update'),
  'AccessUser:Create, Update', 'AccessUser:Create AccessUser:Update')"
        )
    };
}

/// The client type's scopes that the broker's and the user's (`$roles`, NULL for none) leave.
macro_rules! items {
    ($roles:expr) => {
        concat!(
            "json_each('[' || replace(json_quote(",
            halved!("kind.scope"),
            "), ' ', '\",\"') || ']') item
    WHERE item.value <> '' AND instr(' ' || COALESCE(",
            halved!($roles),
            ", item.value) || ' ', ' ' || item.value || ' ') > 0
    AND instr(' ' || COALESCE(",
            halved!(broker_scope!()),
            ", item.value) || ' ', ' ' || item.value || ' ') > 0"
        )
    };
}

macro_rules! facts {
    () => {
        concat!(
            "json_object('connection', link.id, 'type', kind.name, 'context', kind.context, 'ceiling', kind.scope,
  'user', client.user_id, 'after', ",
            revoked_at!(),
            ", 'broker', ",
            broker_scope!(),
            ")"
        )
    };
}

macro_rules! shown {
    () => {
        "(SELECT value FROM json_each(?1, '$.shown'))"
    };
}

// After the macros, which they use.
mod authorize;
mod grants;

pub use authorize::authorize;
pub use grants::{NewGrant, claim_code, own_grant, rotate};

const NOTE_USE: &str = concat!(note_use!("?1", "digests"), "connection_id = (SELECT link.id FROM ", caller!(), ")");

const CLIENT: &str = concat!("SELECT ", facts!(), " AS answer FROM ", caller!());

/// The same for the caller of nearly every grant.
const CLIENT_BY_SECRET: &str = concat!("SELECT ", facts!(), " AS answer FROM ", caller!(by_secret!()));

/// Whether the client has a connection without a secret, so that a bare `client_id` may be one that counts.
const IS_PUBLIC: &str = "SELECT 'public' FROM connections WHERE client_id = ?1 ->> 'client'
AND token_endpoint_auth_method = 'none' LIMIT 1";

const CLIENT_KEYS: &str =
    "SELECT COALESCE(json_group_array(json_object('connection', id, 'jwks', jwks)), '[]') AS answer
FROM connections WHERE client_id = ?1 AND token_endpoint_auth_method = 'private_key_jwt' AND jwks IS NOT NULL";

const FORGET_ASSERTIONS: &str = "DELETE FROM used_assertions WHERE assertion_exp < ?1";
const USE_ASSERTION: &str = "INSERT INTO used_assertions (digest, assertion_exp) VALUES (?1, ?2)";

/// `{"client": facts, "grant": {…} | null}`.
const CLIENT_AND_GRANT: &str = concat!(
    "SELECT json_object('client', ",
    facts!(),
    ", 'grant', (SELECT json_object('user', given.user_id, 'scope', given.scope, 'digest', given.digest,
    'owner', (SELECT client_id FROM connections WHERE id = given.connection_id), 'iat', given.grant_iat, 'exp', given.grant_exp, 'foreign', given.connection_id <> link.id,
    'ended', given.grant_exp <= ?1 ->> 'now' OR given.grant_iat <= ",
    revoked_at!(),
    ", 'state', CASE WHEN given.digest IN ",
    shown!(),
    " THEN 'live' WHEN given.previous IN ",
    shown!(),
    " AND given.retry_exp > ?1 ->> 'now' THEN 'rotated' ELSE 'used' END,
    'roles', CASE WHEN given.user_id IS NOT NULL THEN ",
    role_scopes!("given.user_id"),
    " END) FROM grants given WHERE given.id = ?1 ->> 'grant')) AS answer FROM ",
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
    let sql = if caller.shows_secret() { CLIENT_BY_SECRET } else { CLIENT };
    Statement::new(sql, [caller.to_json5().into()])
}

/// Before the others: they find the secret by its old digest and its new one.
pub fn note_use(caller: &Caller) -> Statement {
    Statement::new(NOTE_USE, [caller.to_json5().into()])
}

pub fn is_public(caller: &Caller) -> Statement {
    Statement::new(IS_PUBLIC, [caller.to_json5().into()])
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
    Statement::new(CLIENT_AND_GRANT, [caller.to_json5().into()])
}

pub fn revoke_access(caller: &Caller, (jti, exp): (&str, i64), connection_id: &str, now: i64) -> Vec<Statement> {
    vec![
        Statement::new(FORGET_REVOKED, [Param::Int(now)]),
        Statement::new(REVOKE_ACCESS, [caller.to_json5().into(), jti.into(), Param::Int(exp), connection_id.into()]),
    ]
}

pub fn revoke_grant(caller: &Caller) -> Statement {
    Statement::new(REVOKE_GRANT, [caller.to_json5().into()])
}
