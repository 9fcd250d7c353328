//! The SQL of what a grant leaves: its row, the turn of its refresh token, the claim of its code.

use crate::db::statement::{Param, Statement};
use crate::oauth::caller::Caller;
use crate::oauth::store::caller::{
    broker_scope, caller, items, presented, proved_client, revoked_at, role_scopes, within,
};
use crate::oauth::store::client::{CLIENT_AND_GRANT, client, is_public};

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
    ") RETURNING id"
);

/// `?2` the successor's digest, `?3` asked. One compare-and-set: of two requests with one token, one wins.
const ROTATE: &str = concat!(
    "UPDATE grants SET previous = digest, digest = ?2, retry_exp = (?1 ->> 'now') + 30
WHERE id = ?1 ->> 'grant' AND digest IN ",
    presented!(),
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
    presented!(),
    " AND NOT (COALESCE(previous, '') IN ",
    presented!(),
    " AND retry_exp > ?1 ->> 'now') AND connection_id = (SELECT link.id FROM ",
    caller!(),
    ")"
);

/// `?2` the new grant's id, `?3` redirect URI, `?4` S256 of the verifier.
const CLAIM_CODE: &str = concat!(
    "UPDATE authorization_codes SET grant_id = ?2
WHERE digest IN ",
    presented!(),
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
    presented!(),
    " AND code.grant_id = ?2"
);

/// A code that is shown again: what it gave is revoked (RFC 6749 §4.1.2).
const END_REUSED_CODE: &str = concat!(
    "DELETE FROM grants WHERE id = (SELECT grant_id FROM authorization_codes WHERE digest IN ",
    presented!(),
    " AND grant_id <> ?2) AND connection_id = (SELECT link.id FROM ",
    caller!(),
    ")"
);

/// The columns `client` and `code`, which is NULL for a code that does not exist.
const CLIENT_AND_CODE: &str = concat!(
    "SELECT ",
    proved_client!(),
    " AS client, (SELECT json_object('user', code.user_id, 'scope', code.scope, 'foreign', code.connection_id <> link.id,
    'redirect', code.redirect_uri = ?3 AND code.redirect_uri = link.redirect_uri,
    'verified', code.code_challenge IS ?4,
    'ended', code.code_exp <= ?1 ->> 'now' OR code.code_iat <= ",
    revoked_at!(),
    ", 'state', CASE code.grant_id WHEN ?2 THEN 'claimed' ELSE CASE WHEN code.grant_id IS NULL THEN 'live' ELSE 'used' END END,
    'roles', ",
    role_scopes!("code.user_id"),
    ") FROM authorization_codes code WHERE code.digest IN ",
    presented!(),
    ") AS code FROM ",
    caller!()
);

/// A grant that is about to be made.
pub struct NewGrant<'a> {
    pub id: &'a str,
    /// Of its first refresh token.
    pub digest: String,
    pub expires_at: i64,
    pub now: i64,
}

/// Three statements; the second answers the grant if it was kept, the last the client.
pub fn own_grant(caller: &Caller, new: NewGrant<'_>, scope: Option<&str>, asked: String) -> Vec<Statement> {
    vec![
        Statement::new(FORGET_GRANTS, [Param::Int(new.now)]),
        Statement::new(
            OWN_GRANT,
            [caller.param(), new.id.into(), new.digest.into(), scope.into(), Param::Int(new.expires_at), asked.into()],
        ),
        client(caller),
    ]
}

/// Four statements; the second answers, the last says whether the client may be public.
pub fn rotate(caller: &Caller, successor: String, asked: String) -> Vec<Statement> {
    let json = caller.param();
    vec![
        Statement::new(ROTATE, [json.clone(), successor.into(), asked.into()]),
        Statement::new(CLIENT_AND_GRANT, [json.clone()]),
        Statement::new(END_REUSED_GRANT, [json]),
        is_public(caller),
    ]
}

/// Six statements; the last but one answers, the last says whether the client may be public.
pub fn claim_code(caller: &Caller, new: NewGrant<'_>, redirect_uri: &str, challenge: Option<String>) -> Vec<Statement> {
    let json = || caller.param();
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
