//! The SQL of asking for tokens. `?1` is the caller ([`super::client::Caller`]); every statement proves it
//! anew, so that a batch does nothing for somebody who is not who he says.

use super::authorize::{CODE_SECONDS, Wish};
use super::client::Caller;
use crate::gate;
use crate::http::envelope::json;
use crate::ports::{Param, Statement};

/// The connection that the caller proves to be, with its client, its client's type and its consumer.
#[macro_export]
macro_rules! caller {
    () => {
        "connections link
  JOIN clients client ON client.id = link.client_id
  JOIN client_types kind ON kind.id = client.client_type_id
  JOIN clients consumer ON consumer.id = link.consumer_id
WHERE link.id = CASE ?1 ->> 'proof'
    WHEN 'secret' THEN (
      SELECT connection_id FROM connection_secrets WHERE digest IN (SELECT value FROM json_each(?1, '$.digests'))
      AND COALESCE(expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'now', 'unixepoch'), 1))
    WHEN 'key' THEN ?1 ->> 'connection'
    ELSE COALESCE(
      ?1 ->> 'connection',
      (SELECT connection_id FROM grants WHERE id = ?1 ->> 'grant'),
      (SELECT connection_id FROM authorization_codes WHERE digest IN (SELECT value FROM json_each(?1, '$.shown')))) END
  AND link.client_id = ?1 ->> 'client' AND client.is_blocked = 0
  AND link.token_endpoint_auth_method IN (SELECT value FROM json_each(?1, '$.methods'))
  AND (?1 ->> 'proof' <> 'key' OR link.jwks = ?1 ->> 'jwks')"
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

/// The client type's scopes that the broker's and the user's (`$roles`, NULL for none) leave.
macro_rules! items {
    ($roles:expr) => {
        concat!(
            "json_each('[' || replace(json_quote(kind.scope), ' ', '\",\"') || ']') item
    WHERE item.value <> '' AND instr(' ' || COALESCE(",
            $roles,
            ", item.value) || ' ', ' ' || item.value || ' ') > 0
    AND instr(' ' || COALESCE(",
            broker_scope!(),
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

const CLIENT: &str = concat!("SELECT ", facts!(), " FROM ", caller!());

/// Whether the client has a connection without a secret, so that a bare `client_id` may be one that counts.
const IS_PUBLIC: &str = "SELECT 'public' FROM connections WHERE client_id = ?1 ->> 'client'
AND token_endpoint_auth_method = 'none' LIMIT 1";

const CLIENT_KEYS: &str = "SELECT COALESCE(json_group_array(json_object('connection', id, 'jwks', jwks)), '[]')
FROM connections WHERE client_id = ?1 AND token_endpoint_auth_method = 'private_key_jwt' AND jwks IS NOT NULL";

const FORGET_ASSERTIONS: &str = "DELETE FROM used_assertions WHERE assertion_exp < ?1";
const USE_ASSERTION: &str = "INSERT INTO used_assertions (digest, assertion_exp) VALUES (?1, ?2)";

/// Grants a day past their end. In portions: a purge must not hold up the request that happens to do it.
const FORGET_GRANTS: &str =
    "DELETE FROM grants WHERE id IN (SELECT id FROM grants WHERE grant_exp < ?1 - 86400 ORDER BY grant_exp LIMIT 20)";

/// The client's own grant. `?2` its id, `?3` the digest of its first refresh token, `?4` scope (NULL: all there is now), `?5` end, `?6` asked.
const OWN_GRANT: &str = concat!(
    "INSERT INTO grants (id, connection_id, scope, digest, grant_iat, grant_exp)
SELECT ?2, link.id, COALESCE(?4, (SELECT group_concat(item.value, ' ') FROM ",
    items!("NULL"),
    ")), ?3, MAX(?1 ->> 'now', ",
    revoked_at!(),
    " + 1), ?5 FROM ",
    caller!(),
    " AND ",
    within!("?6", "kind.scope"),
    " AND ",
    within!("?6", broker_scope!()),
    " AND EXISTS (SELECT 1 FROM ",
    items!("NULL"),
    ")"
);

/// `?2` the successor's digest, `?3` asked. One compare-and-set: of two requests with one token, one wins.
const ROTATE: &str = concat!(
    "UPDATE grants SET previous = digest, digest = ?2, retry_exp = (?1 ->> 'now') + 30
WHERE id = ?1 ->> 'grant' AND digest IN ",
    shown!(),
    " AND grant_exp > ?1 ->> 'now' AND EXISTS (SELECT 1 FROM ",
    caller!(),
    " AND link.id = grants.connection_id AND ",
    revoked_at!(),
    " < grants.grant_iat AND ",
    within!("?3", "kind.scope"),
    " AND ",
    within!("?3", "grants.scope"),
    " AND ",
    within!("?3", broker_scope!()),
    " AND (grants.user_id IS NULL OR ",
    within!("?3", role_scopes!("grants.user_id")),
    "))"
);

/// A sealed token of the grant that is neither the live one nor a retry: somebody else has used it.
const END_REUSED_GRANT: &str = concat!(
    "DELETE FROM grants WHERE id = ?1 ->> 'grant' AND digest NOT IN ",
    shown!(),
    " AND NOT (COALESCE(previous, '') IN ",
    shown!(),
    " AND retry_exp > ?1 ->> 'now') AND connection_id = (SELECT link.id FROM ",
    caller!(),
    ")"
);

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
    " END) FROM grants given WHERE given.id = ?1 ->> 'grant')) FROM ",
    caller!()
);

/// `?2` the new grant's id, `?3` redirect URI, `?4` S256 of the verifier.
const CLAIM_CODE: &str = concat!(
    "UPDATE authorization_codes SET grant_id = ?2
WHERE digest IN ",
    shown!(),
    " AND grant_id IS NULL AND code_exp > ?1 ->> 'now' AND redirect_uri = ?3 AND code_challenge IS ?4
  AND EXISTS (SELECT 1 FROM ",
    caller!(),
    " AND link.id = authorization_codes.connection_id AND link.redirect_uri = authorization_codes.redirect_uri AND ",
    revoked_at!(),
    " < authorization_codes.code_iat)"
);

/// Hangs on the claimed code. `?2` as above, `?3` the digest of the first refresh token, `?4` end.
const USER_GRANT: &str = concat!(
    "INSERT INTO grants (id, connection_id, user_id, scope, digest, grant_iat, grant_exp)
SELECT ?2, code.connection_id, code.user_id, code.scope, ?3, MAX(?1 ->> 'now', ",
    revoked_at!(),
    " + 1), ?4 FROM authorization_codes code
  JOIN connections link ON link.id = code.connection_id JOIN clients client ON client.id = link.client_id
WHERE code.digest IN ",
    shown!(),
    " AND code.grant_id = ?2"
);

/// A code that is shown again: what it gave is revoked (RFC 6749 §4.1.2).
const END_REUSED_CODE: &str = concat!(
    "DELETE FROM grants WHERE id = (SELECT grant_id FROM authorization_codes WHERE digest IN ",
    shown!(),
    " AND grant_id <> ?2) AND connection_id = (SELECT link.id FROM ",
    caller!(),
    ")"
);

/// `{"client": facts, "code": {…} | null}`.
const CLIENT_AND_CODE: &str = concat!(
    "SELECT json_object('client', ",
    facts!(),
    ", 'code', (SELECT json_object('user', code.user_id, 'scope', code.scope, 'foreign', code.connection_id <> link.id,
    'redirect', code.redirect_uri = ?3 AND code.redirect_uri = link.redirect_uri,
    'verified', code.code_challenge IS ?4,
    'ended', code.code_exp <= ?1 ->> 'now' OR code.code_iat <= ",
    revoked_at!(),
    ", 'state', CASE code.grant_id WHEN ?2 THEN 'claimed' ELSE CASE WHEN code.grant_id IS NULL THEN 'live' ELSE 'used' END END,
    'roles', ",
    role_scopes!("code.user_id"),
    ") FROM authorization_codes code WHERE code.digest IN ",
    shown!(),
    ")) FROM ",
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

macro_rules! fitting_connections {
    () => {
        "link.client_id = ?2 ->> 'client' AND link.redirect_uri = ?2 ->> 'redirect_uri'
  AND (?2 ->> 'consumer' IS NULL OR link.consumer_id = ?2 ->> 'consumer')"
    };
}

/// `?1` is the gate, `?2` the wish ([`Wish`]). `row` is NULL for a client that does not exist.
const AUTHORIZE_GATE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'row', (SELECT json_object('blocked', client.is_blocked, 'ceiling', kind.scope, 'roles', ",
    role_scopes!("?2 ->> 'user'"),
    ", 'matches', (SELECT count(*) FROM connections link WHERE ",
    fitting_connections!(),
    "), 'public', (SELECT link.token_endpoint_auth_method = 'none' FROM connections link WHERE ",
    fitting_connections!(),
    " LIMIT 1), 'broker', (SELECT ",
    broker_scope!(),
    " FROM connections link JOIN clients consumer ON consumer.id = link.consumer_id WHERE ",
    fitting_connections!(),
    " LIMIT 1))
  FROM clients client JOIN client_types kind ON kind.id = client.client_type_id WHERE client.id = ?2 ->> 'client'))"
);

/// Codes of yesterday, in portions.
const FORGET_CODES: &str = "DELETE FROM authorization_codes WHERE digest IN
  (SELECT digest FROM authorization_codes WHERE code_exp < ?1 - 86400 ORDER BY code_exp LIMIT 20)";

/// `?3` asked, `?4` digest, `?5` scope, `?6` lifetime. The last condition: the bounds leave something to give.
const KEEP_CODE: &str = concat!(
    "INSERT INTO authorization_codes
  (digest, connection_id, user_id, scope, redirect_uri, code_challenge, code_iat, code_exp)
SELECT ?4, link.id, ?2 ->> 'user', COALESCE(?5, (SELECT group_concat(item.value, ' ') FROM ",
    items!(role_scopes!("?2 ->> 'user'")),
    ")), link.redirect_uri, ?2 ->> 'challenge', MAX(?2 ->> 'now', ",
    revoked_at!(),
    " + 1), (?2 ->> 'now') + ?6
FROM connections link
  JOIN clients client ON client.id = link.client_id
  JOIN client_types kind ON kind.id = client.client_type_id
  JOIN clients consumer ON consumer.id = link.consumer_id
WHERE ",
    fitting_connections!(),
    " AND client.is_blocked = 0 AND 1 = (SELECT count(*) FROM connections link WHERE ",
    fitting_connections!(),
    ") AND (link.token_endpoint_auth_method <> 'none' OR ?2 ->> 'challenge' IS NOT NULL) AND ",
    within!("?3", "kind.scope"),
    " AND ",
    within!("?3", broker_scope!()),
    " AND ",
    within!("?3", role_scopes!("?2 ->> 'user'")),
    " AND EXISTS (SELECT 1 FROM ",
    items!(role_scopes!("?2 ->> 'user'")),
    ") AND 'ok' = ",
    gate!(),
    " RETURNING json_quote(connection_id)"
);

/// The connections of a client with keys, `[{"connection", "jwks"}]`. `?1` is the client's id here.
pub fn client_keys(client_id: &str) -> Statement {
    Statement::new(CLIENT_KEYS, [client_id.into()])
}

pub fn client(caller: &Caller) -> Statement {
    Statement::new(CLIENT, [caller.to_json().into()])
}

pub fn is_public(caller: &Caller) -> Statement {
    Statement::new(IS_PUBLIC, [caller.to_json().into()])
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

/// A grant that is about to be made.
pub struct NewGrant<'a> {
    pub id: &'a str,
    /// Of its first refresh token.
    pub digest: String,
    pub expires_at: i64,
    pub now: i64,
}

/// Two statements; the last answers the client.
pub fn own_grant(caller: &Caller, new: NewGrant<'_>, scope: Option<&str>, asked: String) -> Vec<Statement> {
    vec![
        Statement::new(FORGET_GRANTS, [Param::Int(new.now)]),
        Statement::new(
            OWN_GRANT,
            [
                caller.to_json().into(),
                new.id.into(),
                new.digest.into(),
                scope.into(),
                Param::Int(new.expires_at),
                asked.into(),
            ],
        ),
        client(caller),
    ]
}

/// Four statements; the second answers, the last says whether the client may be public.
pub fn rotate(caller: &Caller, successor: String, asked: String) -> Vec<Statement> {
    let json = caller.to_json();
    vec![
        Statement::new(ROTATE, [json.as_str().into(), successor.into(), asked.into()]),
        Statement::new(CLIENT_AND_GRANT, [json.as_str().into()]),
        Statement::new(END_REUSED_GRANT, [json.into()]),
        is_public(caller),
    ]
}

/// Six statements; the last but one answers, the last says whether the client may be public.
pub fn claim_code(caller: &Caller, new: NewGrant<'_>, redirect_uri: &str, challenge: Option<String>) -> Vec<Statement> {
    let json = || Param::from(caller.to_json());
    let challenge = Param::from(challenge);
    vec![
        Statement::new(FORGET_GRANTS, [Param::Int(new.now)]),
        Statement::new(CLAIM_CODE, [json(), new.id.into(), redirect_uri.into(), challenge.clone()]),
        Statement::new(USER_GRANT, [json(), new.id.into(), new.digest.into(), Param::Int(new.expires_at)]),
        Statement::new(END_REUSED_CODE, [json(), new.id.into()]),
        Statement::new(CLIENT_AND_CODE, [json(), new.id.into(), redirect_uri.into(), challenge]),
        is_public(caller),
    ]
}

/// Three statements; the first answers the gate, the last keeps the code.
pub fn authorize(gate: String, wish: &Wish, asked: String, digest: String) -> Vec<Statement> {
    let json = json(wish);
    vec![
        Statement::new(AUTHORIZE_GATE, [gate.as_str().into(), json.as_str().into()]),
        Statement::new(FORGET_CODES, [Param::Int(wish.now)]),
        Statement::new(
            KEEP_CODE,
            [
                gate.into(),
                json.into(),
                asked.into(),
                digest.into(),
                wish.scope.as_deref().into(),
                Param::Int(CODE_SECONDS),
            ],
        ),
    ]
}

pub fn client_and_grant(caller: &Caller) -> Statement {
    Statement::new(CLIENT_AND_GRANT, [caller.to_json().into()])
}

pub fn revoke_access(caller: &Caller, (jti, exp): (&str, i64), connection_id: &str, now: i64) -> Vec<Statement> {
    vec![
        Statement::new(FORGET_REVOKED, [Param::Int(now)]),
        Statement::new(REVOKE_ACCESS, [caller.to_json().into(), jti.into(), Param::Int(exp), connection_id.into()]),
    ]
}

pub fn revoke_grant(caller: &Caller) -> Statement {
    Statement::new(REVOKE_GRANT, [caller.to_json().into()])
}
