//! The SQL of grants that are kept: making them, rotating their refresh tokens, and claiming authorization codes. `?1`
//! is the [`Caller`], unless said otherwise.

use crate::db::statement::{Param, Statement};
use crate::oauth::caller::Caller;
use crate::oauth::store::caller::{
    approved, broker_scope, caller, items, presented, proved_client, revoked_at, role_scopes, within,
};
use crate::oauth::store::client::{CLIENT_AND_GRANT, client};

/// Deletes grants that ended a day ago; `?1` now. 20 at a time, so that it does not delay the request that does it.
const FORGET_GRANTS: &str =
    "DELETE FROM grants WHERE id IN (SELECT id FROM grants WHERE grant_exp < ?1 - 86400 ORDER BY grant_exp LIMIT 20)";

/// Keeps a grant without a user. `?2` its id, `?3` the digest of its first refresh token, `?4` the scope as text (NULL:
/// all that may be granted now), `?5` its end, `?6` the requested scopes for `within!`, `?7` how many grants in use there
/// may be.
const OWN_GRANT: &str = concat!(
    "INSERT INTO grants (id, connection_id, scope, digest, grant_iat, grant_exp)
SELECT ?2, link.id, COALESCE(?4, (SELECT group_concat(part.value, ' ') FROM ",
    items!("NULL", "NULL"),
    ")), ?3, MAX(?1 ->> 'now', ",
    revoked_at!(),
    " + 1), ?5 FROM ",
    caller!(),
    " AND ",
    within!("?6", "kind.scope"),
    " AND ",
    within!("?6", broker_scope!()),
    " AND EXISTS (SELECT 1 FROM ",
    items!("NULL", "NULL"),
    ") AND (SELECT count(*) FROM grants used WHERE used.connection_id = link.id AND used.user_id IS NULL
    AND used.previous IS NOT NULL AND used.grant_exp > ?1 ->> 'now') < ?7 RETURNING id"
);

/// How many live grants without a user a connection may have.
const MAX_OWN_GRANTS: i64 = 100;

/// Ends the oldest grants of a connection whose refresh tokens were never used, as many as there are too many. `?1` the
/// id of the grant that was just kept, `?2` now, `?3` how many may live. Nothing when no grant was kept.
const END_SURPLUS_GRANTS: &str = "DELETE FROM grants WHERE id IN (
  SELECT old.id FROM grants old
  WHERE old.connection_id = (SELECT connection_id FROM grants WHERE id = ?1) AND old.user_id IS NULL
    AND old.previous IS NULL AND old.id <> ?1
  ORDER BY old.grant_iat, old.id
  LIMIT MAX(0, (SELECT count(*) FROM grants live
    WHERE live.connection_id = (SELECT connection_id FROM grants WHERE id = ?1) AND live.user_id IS NULL
      AND live.grant_exp > ?2) - ?3))";

/// Replaces the refresh token by its successor. `?2` the successor's digest, `?3` the requested scopes for `within!`, `?4`
/// whether the refresh tokens of users are good many times here, and stay.
/// It is one compare-and-set: of two requests with one token, one rotates it. The last condition: something may be
/// granted, because a request that gets nothing must not use its token up.
const ROTATE: &str = concat!(
    "UPDATE grants SET previous = digest, digest = ?2, retry_exp = (?1 ->> 'now') + 30
WHERE id = ?1 ->> 'grant' AND digest IN ",
    presented!(),
    " AND (?4 = 0 OR user_id IS NULL) AND grant_exp > ?1 ->> 'now' AND ",
    approved!("grants"),
    " AND EXISTS (SELECT 1 FROM ",
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
    ") AND EXISTS (SELECT 1 FROM ",
    items!(
        concat!("CASE WHEN grants.user_id IS NOT NULL THEN ", role_scopes!("grants.user_id"), " END"),
        "grants.scope"
    ),
    "))"
);

/// Ends a grant whose refresh token is used again: this service made the presented token, and it is neither the live
/// one nor that of a retry. Somebody else may have it (RFC 9700 §4.14). `?2` whether the refresh tokens of users are good
/// many times here: no use ends their grants then.
const END_REUSED_GRANT: &str = concat!(
    "DELETE FROM grants WHERE id = ?1 ->> 'grant' AND (?2 = 0 OR user_id IS NULL) AND digest NOT IN ",
    presented!(),
    " AND NOT (COALESCE(previous, '') IN ",
    presented!(),
    " AND retry_exp > ?1 ->> 'now') AND connection_id = (SELECT link.id FROM ",
    caller!(),
    ")"
);

/// Claims the presented code for a new grant. `?2` the grant's id, `?3` the redirect URI, `?4` the S256 challenge of
/// the code verifier. The last condition: something may be granted.
const CLAIM_CODE: &str = concat!(
    "UPDATE authorization_codes SET grant_id = ?2
WHERE digest IN ",
    presented!(),
    " AND grant_id IS NULL AND code_exp > ?1 ->> 'now' AND redirect_uri = ?3 AND code_challenge IS ?4
  AND ",
    approved!("authorization_codes"),
    " AND EXISTS (SELECT 1 FROM ",
    caller!(),
    " AND link.id = authorization_codes.connection_id AND link.redirect_uri = authorization_codes.redirect_uri AND ",
    revoked_at!(),
    " < authorization_codes.code_iat AND EXISTS (SELECT 1 FROM ",
    items!(role_scopes!("authorization_codes.user_id"), "authorization_codes.scope"),
    "))"
);

/// Keeps the grant of the code that `CLAIM_CODE` claimed; nothing when it claimed none. `?2` the grant's id, `?3` the
/// digest of its first refresh token, `?4` its end.
const USER_GRANT: &str = concat!(
    "INSERT INTO grants (id, connection_id, user_id, scope, digest, grant_iat, grant_exp, approval_id)
SELECT ?2, code.connection_id, code.user_id, code.scope, ?3, MAX(?1 ->> 'now', ",
    revoked_at!(),
    " + 1), ?4, code.approval_id FROM authorization_codes code
  JOIN connections link ON link.id = code.connection_id JOIN clients client ON client.id = link.client_id
WHERE code.digest IN ",
    presented!(),
    " AND code.grant_id = ?2"
);

/// Ends the grant of a code that is presented again (RFC 6749 §4.1.2). `?2` the id of the new grant.
const END_REUSED_CODE: &str = concat!(
    "DELETE FROM grants WHERE id = (SELECT grant_id FROM authorization_codes WHERE digest IN ",
    presented!(),
    " AND grant_id <> ?2) AND connection_id = (SELECT link.id FROM ",
    caller!(),
    ")"
);

/// Ends a code that is presented with another code verifier than its own, or without it: whoever has the code and not
/// the verifier gets one attempt. `?2` the S256 challenge of the verifier. No grant has the id that the code gets.
const END_UNVERIFIED_CODE: &str = concat!(
    "UPDATE authorization_codes SET grant_id = '' WHERE digest IN ",
    presented!(),
    " AND grant_id IS NULL AND code_exp > ?1 ->> 'now' AND code_challenge IS NOT ?2
  AND connection_id = (SELECT link.id FROM ",
    caller!(),
    ")"
);

/// The proved client and the presented code: the columns `client` and `code`, which is NULL when there is no such code.
/// `?2` the new grant's id, `?3` the redirect URI, `?4` the S256 challenge of the code verifier.
const CLIENT_AND_CODE: &str = concat!(
    "SELECT ",
    proved_client!(),
    " AS client, (SELECT json_object('user', code.user_id, 'scope', code.scope, 'foreign', code.connection_id <> link.id,
    'redirect', code.redirect_uri = ?3 AND code.redirect_uri = link.redirect_uri,
    'verified', code.code_challenge IS ?4,
    'ended', code.code_exp <= ?1 ->> 'now' OR code.code_iat <= ",
    revoked_at!(),
    ", 'withdrawn', NOT ",
    approved!("code"),
    ", 'state', CASE code.grant_id WHEN ?2 THEN 'claimed' ELSE CASE WHEN code.grant_id IS NULL THEN 'live' ELSE 'used' END END,
    'roles', ",
    role_scopes!("code.user_id"),
    ") FROM authorization_codes code WHERE code.digest IN ",
    presented!(),
    ") AS code FROM ",
    caller!()
);

/// A grant to be kept.
pub struct NewGrant<'a> {
    /// Its new id, a UUID.
    pub id: &'a str,
    /// The digest of its first refresh token under the current pepper.
    pub digest: String,
    /// In seconds since 1970.
    pub expires_at: i64,
    /// In seconds since 1970.
    pub now: i64,
}

/// Keeps the client's own grant, and ends the oldest unused ones when there are too many. Four statements: the second
/// answers a row if the grant was kept, the last the client.
/// `requested` is in the form of [`requested_scopes`](crate::oauth::grants::requested_scopes), `scope` is the same as
/// text.
pub fn own_grant(caller: &Caller, new: NewGrant<'_>, scope: Option<&str>, requested: String) -> Vec<Statement> {
    vec![
        Statement::new(FORGET_GRANTS, [Param::Int(new.now)]),
        Statement::new(
            OWN_GRANT,
            [
                caller.param(),
                new.id.into(),
                new.digest.into(),
                scope.into(),
                Param::Int(new.expires_at),
                requested.into(),
                Param::Int(MAX_OWN_GRANTS),
            ],
        ),
        Statement::new(END_SURPLUS_GRANTS, [new.id.into(), Param::Int(new.now), Param::Int(MAX_OWN_GRANTS)]),
        client(caller),
    ]
}

/// Rotates the presented refresh token, or ends its grant when the token was used before. Three statements: the
/// second answers the client and the grant. `successor` is the digest of the new
/// token. `is_reusable`: the refresh tokens of users are neither rotated nor ended.
pub fn rotate(caller: &Caller, successor: String, requested: String, is_reusable: bool) -> Vec<Statement> {
    let json = caller.param();
    vec![
        Statement::new(ROTATE, [json.clone(), successor.into(), requested.into(), is_reusable.into()]),
        Statement::new(CLIENT_AND_GRANT, [json.clone()]),
        Statement::new(END_REUSED_GRANT, [json, is_reusable.into()]),
    ]
}

/// Claims the presented code and keeps its grant. Ends the grant of a code that was used before, and a code whose
/// verifier is wrong. Six statements: the fifth answers the client and the code.
pub fn claim_code(caller: &Caller, new: NewGrant<'_>, redirect_uri: &str, challenge: Option<String>) -> Vec<Statement> {
    let json = || caller.param();
    let challenge = Param::from(challenge);
    vec![
        Statement::new(FORGET_GRANTS, [Param::Int(new.now)]),
        Statement::new(CLAIM_CODE, [json(), new.id.into(), redirect_uri.into(), challenge.clone()]),
        Statement::new(USER_GRANT, [json(), new.id.into(), new.digest.into(), Param::Int(new.expires_at)]),
        Statement::new(END_REUSED_CODE, [json(), new.id.into()]),
        Statement::new(CLIENT_AND_CODE, [json(), new.id.into(), redirect_uri.into(), challenge.clone()]),
        // Behind the read, so that this answer still tells why.
        Statement::new(END_UNVERIFIED_CODE, [json(), challenge]),
    ]
}
