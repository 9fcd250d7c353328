//! The SQL that proves a client, looks its grant up and revokes its tokens. `?1` is the [`Caller`], unless said
//! otherwise. Every statement proves the caller again, so a batch changes nothing for a caller whose proof is wrong.

use crate::db::statement::{Param, Statement};
use crate::memory::client_keys::MAX_KEYS;
use crate::oauth::caller::Caller;
use crate::oauth::store::caller::{
    approved, asked_grant_allowed, by_secret, caller, connection, connection_of_grant, is_presented, proved,
    proved_client, revoked_at,
};
use crate::oauth::store::scopes::role_scopes;
use crate::secrets::sql::note_use;

/// Notes the use of the caller's secret. It proves the caller itself: the nonce has no guard.
const NOTE_USE: &str = concat!(note_use!("?1", "digests"), "connection_id = (SELECT link.id FROM ", proved!(), ")");

/// The proved client; no row when the proof is wrong.
const CLIENT: &str = concat!("SELECT ", proved_client!(), " AS answer FROM ", caller!());

/// The proved client of a caller with a secret, as most callers have one. It is shorter than `CLIENT`, because the text
/// is sent and parsed with every request.
const CLIENT_BY_SECRET: &str = concat!("SELECT ", proved_client!(), " AS answer FROM ", caller!(by_secret!()));

/// Ends the batch of a caller that nothing proves, or that may not use the grant it asks for, so that it writes nothing.
/// The word also says whether the client has a public connection: then a `client_id` without a proof is no fault, and what
/// it presents is. `?2`: the grant that a statement before it keeps for a proved caller alone, or NULL.
const GUARD: &str = concat!(
    "INSERT INTO refusals (word) SELECT word FROM (SELECT COALESCE((SELECT CASE WHEN ",
    asked_grant_allowed!(),
    " THEN 'ok' ELSE 'grant_type' END FROM ",
    proved!(),
    "), CASE WHEN ?1 ->> 'proof' = 'presented' AND EXISTS (
    SELECT 1 FROM connections WHERE client_id = ?1 ->> 'client' AND token_endpoint_auth_method = 'none')
  THEN 'unproved_public' ELSE 'unproved' END) AS word
  WHERE NOT EXISTS (SELECT 1 FROM refresh_grants WHERE id = ?2)) WHERE word <> 'ok'"
);

/// The client that asks for a nonce, and whether its secret is one of its connections; no row for an unknown client.
const NONCE: &str = concat!(
    "SELECT json_object('blocked', client.is_blocked, 'type', kind.name, 'proved', EXISTS (SELECT 1 FROM ",
    caller!(by_secret!()),
    ")) AS answer FROM clients client JOIN client_types kind ON kind.id = client.client_type_id
WHERE client.id = ?1 ->> 'client'"
);

/// The proved client that has just been given the grant `?2`, and the id of that grant as `kept`; without the grant, the
/// same client and NULL.
const CLIENT_OF_GRANT: &str = concat!(
    "SELECT ",
    proved_client!(),
    " AS answer, (SELECT id FROM refresh_grants WHERE id = ?2) AS kept FROM ",
    caller!(concat!("COALESCE(", connection_of_grant!("?2"), ", ", connection!(), ")"))
);

/// The keys that an assertion may be checked against: those of the `kid` that it names, or without one the only keys of
/// their sets. `?1` is the client's id, `?2` the `kid`, `?3` how many keys at most, `?4` how many keys of a set count.
const CLIENT_KEYS: &str =
    "SELECT COALESCE(json_group_array(json_object('connection_id', id, 'stored', stored)), '[]') AS answer FROM (
  SELECT link.id AS id, jwk.value || '' AS stored FROM connections link, json_each(link.jwks, '$.keys') jwk
  WHERE link.client_id = ?1 AND link.token_endpoint_auth_method = 'private_key_jwt' AND jwk.key < ?4 AND CASE
    WHEN ?2 IS NULL THEN json_array_length(link.jwks, '$.keys') = 1
    ELSE jwk.value ->> 'kid' = ?2 END
  LIMIT ?3)";

/// Deletes used assertions that ended ten minutes ago; `?1` now. The end includes the leeway; the longest leeway that can
/// be set is ten minutes, so an assertion that ended stays used when a deployment makes the leeway longer. 20 at a time, so
/// that it does not delay the request that does it; the cron deletes the others.
const FORGET_ASSERTIONS: &str = "DELETE FROM used_assertions WHERE digest IN
  (SELECT digest FROM used_assertions WHERE assertion_exp < ?1 - 600 ORDER BY assertion_exp LIMIT 20)";
/// Marks an assertion as used. `?1` its digest, `?2` its end. Violates UNIQUE when it was used before.
const USE_ASSERTION: &str = "INSERT INTO used_assertions (digest, assertion_exp) VALUES (?1, ?2)";

/// The proved client and its caller's grant: the columns `client` and `granted`, which is NULL when there is no such
/// grant. A grant of another connection may be asked about too; its clients are read only then.
pub const CLIENT_AND_GRANT: &str = concat!(
    "SELECT ",
    proved_client!(),
    " AS client, (SELECT json_object('user', given.user_id, 'scope', given.scope, 'digest', given.digest,
    'owner', own.client_id, 'consumer', own.consumer_id, 'iat', given.grant_iat,
    'exp', given.grant_exp, 'foreign', given.connection_number <> link.number,
    'ended', given.grant_exp <= ?1 ->> 'now' OR CASE WHEN own.number = link.number THEN given.grant_iat <= ",
    revoked_at!(),
    " ELSE (SELECT holder.is_blocked = 1 OR acting.is_blocked = 1 OR given.grant_iat
      <= MAX(COALESCE(holder.tokens_valid_after, -1), COALESCE(own.tokens_valid_after, -1))
      FROM clients holder, clients acting WHERE holder.id = own.client_id AND acting.id = own.consumer_id) END,
    'withdrawn', NOT ",
    approved!("given"),
    ", 'state', CASE WHEN ",
    is_presented!("given.digest"),
    " THEN 'live' WHEN ",
    is_presented!("given.previous"),
    " AND given.retry_exp > ?1 ->> 'now' THEN 'rotated' ELSE 'used' END,
    'roles', CASE WHEN given.user_id IS NOT NULL THEN ",
    role_scopes!("given.user_id"),
    " END) FROM refresh_grants given JOIN connections own ON own.number = given.connection_number
    WHERE given.id = ?1 ->> 'grant') AS granted FROM ",
    caller!()
);

/// Deletes revocations of tokens that ended ten minutes ago, which is the longest leeway, as [`FORGET_ASSERTIONS`] does; `?1`
/// now.
pub const FORGET_REVOKED: &str = "DELETE FROM revoked_tokens WHERE jti IN
  (SELECT jti FROM revoked_tokens WHERE token_exp < ?1 - 600 ORDER BY token_exp LIMIT 20)";
/// Revokes an access token of the caller's connection. `?2` its id (`jti`), `?3` when it ends, `?4` the connection that
/// it was issued through.
const REVOKE_ACCESS: &str = concat!(
    "INSERT INTO revoked_tokens (jti, token_exp) SELECT ?2, ?3 FROM ",
    caller!(),
    " AND link.id = ?4 ON CONFLICT (jti) DO NOTHING"
);
/// Ends the grant of the presented refresh token, if it is the caller's.
const REVOKE_GRANT: &str = concat!(
    "DELETE FROM refresh_grants WHERE id = ?1 ->> 'grant' AND connection_number = (SELECT link.number FROM ",
    caller!(),
    ")"
);

/// Reads the consumer of the connection that a token was issued through.
pub fn consumer(connection_id: Option<&str>) -> Statement {
    Statement::new("SELECT consumer_id FROM connections WHERE id = ?1", [connection_id.into()])
}

/// Reads the registered keys of a client that an assertion which names `kid` may be checked against, at most `limit`:
/// `[{"connection_id", "stored"}]`. Each key is a text of JSON.
pub fn client_keys(client_id: &str, kid: Option<&str>, limit: i64) -> Statement {
    Statement::new(CLIENT_KEYS, [client_id.into(), kid.into(), Param::Int(limit), Param::Int(MAX_KEYS as i64)])
}

/// Proves the caller and reads its client, as a [`ProvedClient`](crate::oauth::granting::ProvedClient).
pub fn client(caller: &Caller) -> Statement {
    let sql = if caller.has_secret() { CLIENT_BY_SECRET } else { CLIENT };
    Statement::new(sql, [caller.param()])
}

/// Reads the client that asks for a nonce.
pub fn nonce(caller: &Caller) -> Statement {
    Statement::new(NONCE, [caller.param()])
}

/// Proves the caller and reads its client, as [`client`] does. The grant `kept`, if it is there, is the proof and comes as
/// the column `kept`.
pub fn client_of_grant(caller: &Caller, kept: &str) -> Statement {
    Statement::new(CLIENT_OF_GRANT, [caller.param(), kept.into()])
}

/// Notes the use of the caller's secret, and stores its digest under the current pepper. Comes before the other
/// statements: they find the secret by the old digest and by the new one.
pub fn note_use(caller: &Caller) -> Statement {
    Statement::new(NOTE_USE, [caller.param()])
}

/// Ends the batch when nothing proves the caller. Comes first, or after the statement that keeps the grant `kept` for a
/// proved caller: then that grant is the proof, and nothing is looked up again.
pub fn guard(caller: &Caller, kept: Option<&str>) -> Statement {
    Statement::new(GUARD, [caller.param(), kept.into()])
}

/// Marks the caller's assertion as used. The batch fails on a UNIQUE constraint when it was used before. No statement
/// for a caller without an assertion.
pub fn use_assertion(caller: &Caller, now: i64) -> Vec<Statement> {
    caller.assertion.as_ref().map_or_else(Vec::new, |(digest, expires_at)| {
        vec![
            Statement::new(FORGET_ASSERTIONS, [Param::Int(now)]),
            Statement::new(USE_ASSERTION, [digest.as_str().into(), Param::Int(*expires_at)]),
        ]
    })
}

/// Proves the caller and reads its client and its grant, for [`client_and`](crate::oauth::rows::client_and).
pub fn client_and_grant(caller: &Caller) -> Statement {
    Statement::new(CLIENT_AND_GRANT, [caller.param()])
}

/// Revokes an access token, if it was issued through the caller's connection. `exp` and `now` are in seconds since
/// 1970.
pub fn revoke_access(caller: &Caller, (jti, exp): (&str, i64), connection_id: &str, now: i64) -> Vec<Statement> {
    vec![
        Statement::new(FORGET_REVOKED, [Param::Int(now)]),
        Statement::new(REVOKE_ACCESS, [caller.param(), jti.into(), Param::Int(exp), connection_id.into()]),
    ]
}

/// Ends the caller's grant, and with it all its tokens.
pub fn revoke_grant(caller: &Caller) -> Statement {
    Statement::new(REVOKE_GRANT, [caller.param()])
}
