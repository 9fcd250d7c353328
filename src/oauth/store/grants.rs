//! The SQL of grants that are kept: making them, rotating their refresh tokens, and claiming authorization codes. `?1`
//! is the [`Caller`], unless said otherwise.

use crate::db::statement::{Param, Statement};
use crate::oauth::caller::Caller;
use crate::oauth::store::caller::{
    approved, asked_grant_allowed, caller, connection, is_presented, presented_code, proved_client, revoked_at,
};
use crate::oauth::store::client::{CLIENT_AND_GRANT, client_of_grant};
use crate::oauth::store::scopes::{broker_scope, parts, role_scopes, within};

/// SELECT: the grant that a proved client may have for itself, as the columns `connection` (its number), `total` (how many
/// grants without a user it has), `scope` and `iat`. There is no row when it may not use this grant or may not have what it
/// asks for, and no scope when it asks for none and may have none. `$found` is the connection's id. `?4` the scope as text
/// (NULL: all that may be granted now), `?6` the requested scopes for `within!`.
macro_rules! own {
    ($found:expr) => {
        concat!(
            "SELECT link.number AS connection, link.own_grants AS total, COALESCE(?4, (SELECT group_concat(part.value, ' ') FROM ",
            parts!("kind.scope", "broker" = broker_scope!()),
            ")) AS scope, MAX(?1 ->> 'now', ",
            revoked_at!(),
            " + 1) AS iat FROM ",
            caller!($found),
            " AND ",
            asked_grant_allowed!(),
            " AND ",
            within!("?6", "ceiling" = "kind.scope", "broker" = broker_scope!())
        )
    };
}

/// Puts the client's own grant in the place of an old one: of the oldest that was never refreshed, when that is a day old
/// or the connection has `?7` grants, or of one that has ended. So grants do not pile up, and no count is kept anew. `?2`
/// the new id, `?3` the digest of its first refresh token, `?5` its end, `?8` a day ago.
const REPLACE_OWN_GRANT: &str = concat!(
    "UPDATE refresh_grants SET id = ?2, scope = own.scope, digest = ?3, previous = NULL, retry_exp = NULL,
  grant_iat = own.iat, grant_exp = ?5 FROM (",
    own!(connection!()),
    ") own WHERE own.scope IS NOT NULL AND refresh_grants.id = COALESCE(
    (SELECT id FROM (SELECT id, grant_iat FROM refresh_grants
      WHERE connection_number = own.connection AND is_spare = 1
      ORDER BY grant_iat LIMIT 1) WHERE grant_iat <= ?8 OR own.total >= ?7),
    CASE WHEN own.total >= ?7 THEN (SELECT id FROM refresh_grants
      WHERE connection_number = own.connection AND is_spare = 0 AND user_id IS NULL AND grant_exp <= ?1 ->> 'now' LIMIT 1) END)"
);

/// Keeps the client's own grant, when [`REPLACE_OWN_GRANT`] directly before it replaced none and there are fewer than
/// `?7`. The parameters are the same, without the last.
const OWN_GRANT: &str = concat!(
    "INSERT INTO refresh_grants (id, connection_number, scope, digest, grant_iat, grant_exp)
SELECT ?2, own.connection, own.scope, ?3, own.iat, ?5 FROM (",
    own!(concat!("CASE WHEN changes() = 0 THEN ", connection!(), " END")),
    ") own WHERE own.scope IS NOT NULL AND own.total < ?7"
);

/// Ends the other grants that were never refreshed and are a day old, when the grant `?1` was kept; `?2` is a day ago. One makes
/// room for the new grant. Left alone, the others would stay to their ends, as many as there ever were within a day.
const END_SPARE_GRANTS: &str =
    "DELETE FROM refresh_grants WHERE connection_number = (SELECT connection_number FROM refresh_grants WHERE id = ?1)
  AND is_spare = 1 AND grant_iat <= ?2";

/// How many grants without a user a connection may have.
const MAX_OWN_GRANTS: i64 = 100;
/// How old a grant that was never refreshed must be to end with the next one, in seconds.
const SPARE_SECONDS: i64 = 86_400;

/// The columns `subject` and `fields` of the audit row of a client's own grant `?1`: of the first in a day. Those that
/// follow give the same client the same again, and `last_used_at` tells of them. `?2` is a day ago.
const FIRST_OF_THE_DAY: &str =
    "SELECT 'grant/' || made.id AS subject, '[]' AS fields FROM refresh_grants made WHERE made.id = ?1
  AND NOT EXISTS (SELECT 1 FROM refresh_grants other WHERE other.connection_number = made.connection_number AND other.is_spare = 1
    AND other.grant_iat > ?2 AND other.id <> made.id)";

/// Replaces the refresh token by its successor. `?2` the successor's digest, `?3` the requested scopes for `within!`, `?4`
/// whether the refresh tokens of users are good many times here, and stay.
/// It is one compare-and-set: of two requests with one token, one rotates it. The last condition: something may be
/// granted, because a request that gets nothing must not use its token up.
const ROTATE: &str = concat!(
    "UPDATE refresh_grants SET previous = digest, digest = ?2, retry_exp = (?1 ->> 'now') + 30
WHERE id = ?1 ->> 'grant' AND ",
    is_presented!("digest"),
    " AND (?4 = 0 OR user_id IS NULL) AND grant_exp > ?1 ->> 'now' AND ",
    approved!("refresh_grants"),
    " AND EXISTS (SELECT 1 FROM ",
    caller!(),
    " AND link.number = refresh_grants.connection_number AND ",
    revoked_at!(),
    " < refresh_grants.grant_iat AND ",
    within!(
        "?3",
        "ceiling" = "kind.scope",
        "given" = "refresh_grants.scope",
        "broker" = broker_scope!(),
        "roles" = concat!(
            "CASE WHEN refresh_grants.user_id IS NOT NULL AND ?3 <> '[]' THEN ",
            role_scopes!("refresh_grants.user_id"),
            " END"
        )
    ),
    " AND EXISTS (SELECT 1 FROM ",
    parts!(
        "refresh_grants.scope",
        "ceiling" = "kind.scope",
        "broker" = broker_scope!(),
        "roles" = concat!(
            "CASE WHEN refresh_grants.user_id IS NOT NULL THEN ",
            role_scopes!("refresh_grants.user_id"),
            " END"
        )
    ),
    "))"
);

/// Ends a grant whose refresh token is used again: this service made the presented token, and it is neither the live
/// one nor that of a retry. Somebody else may have it (RFC 9700 §4.14). `?2` whether the refresh tokens of users are good
/// many times here: no use ends their grants then.
const END_REUSED_GRANT: &str = concat!(
    "DELETE FROM refresh_grants WHERE id = ?1 ->> 'grant' AND (?2 = 0 OR user_id IS NULL) AND NOT ",
    is_presented!("digest"),
    " AND NOT (",
    is_presented!("COALESCE(previous, '')"),
    " AND retry_exp > ?1 ->> 'now') AND connection_number = (SELECT link.number FROM ",
    caller!(),
    ")"
);

/// Claims the presented code for a new grant. `?2` the grant's id, `?3` the redirect URI, `?4` the S256 challenge of
/// the code verifier. The last condition: something may be granted. It proves the caller itself, because the guard comes last.
const CLAIM_CODE: &str = concat!(
    "UPDATE authorization_codes SET grant_id = ?2
WHERE digest = ",
    presented_code!(),
    " AND grant_id IS NULL AND code_exp > ?1 ->> 'now' AND redirect_uri = ?3 AND code_challenge IS ?4
  AND ",
    approved!("authorization_codes"),
    " AND EXISTS (SELECT 1 FROM ",
    caller!(),
    " AND link.id = authorization_codes.connection_id AND link.redirect_uri = authorization_codes.redirect_uri AND ",
    revoked_at!(),
    " < authorization_codes.code_iat AND ",
    asked_grant_allowed!(),
    " AND EXISTS (SELECT 1 FROM ",
    parts!(
        "authorization_codes.scope",
        "ceiling" = "kind.scope",
        "broker" = broker_scope!(),
        "roles" = role_scopes!("authorization_codes.user_id")
    ),
    "))"
);

/// Keeps the grant of the code that `CLAIM_CODE` claimed; nothing when it claimed none. `?2` the grant's id, `?3` the
/// digest of its first refresh token, `?4` its end. The grant is no older than its code, so it is younger than the last
/// revocation, because `CLAIM_CODE` has compared the code with that.
const USER_GRANT: &str = concat!(
    "INSERT INTO refresh_grants (id, connection_number, user_id, scope, digest, grant_iat, grant_exp, approval_id)
SELECT ?2, link.number, code.user_id, code.scope, ?3, MAX(?1 ->> 'now', code.code_iat), ?4, code.approval_id
FROM authorization_codes code JOIN connections link ON link.id = code.connection_id
WHERE code.digest = ",
    presented_code!(),
    " AND code.grant_id = ?2"
);

/// Ends the grant of a code that is presented again (RFC 6749 §4.1.2), unless the statement directly before it has recorded
/// a new grant. `?2` the id of the new grant.
const END_REUSED_CODE: &str = concat!(
    "DELETE FROM refresh_grants WHERE id = CASE WHEN changes() = 0 THEN (SELECT grant_id FROM authorization_codes WHERE digest = ",
    presented_code!(),
    " AND grant_id <> ?2) END AND EXISTS (SELECT 1 FROM ",
    caller!(),
    " AND link.number = refresh_grants.connection_number)"
);

/// Ends a code that is presented with another code verifier than its own, or without it: whoever has the code and not
/// the verifier gets one attempt. `?2` the S256 challenge of the verifier. No grant has the id that the code gets.
const END_UNVERIFIED_CODE: &str = concat!(
    "UPDATE authorization_codes SET grant_id = '' WHERE digest = ",
    presented_code!(),
    " AND grant_id IS NULL AND code_exp > ?1 ->> 'now' AND code_challenge IS NOT ?2
  AND EXISTS (SELECT 1 FROM ",
    caller!(),
    " AND link.id = authorization_codes.connection_id)"
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
    ", 'withdrawn', code.grant_id IS NOT ?2 AND NOT ",
    approved!("code"),
    ", 'state', CASE code.grant_id WHEN ?2 THEN 'claimed' ELSE CASE WHEN code.grant_id IS NULL THEN 'live' ELSE 'used' END END,
    'roles', ",
    role_scopes!("code.user_id"),
    ") FROM authorization_codes code WHERE code.digest = ",
    presented_code!(),
    ") AS code FROM ",
    caller!()
);

/// A grant to be kept.
pub struct NewGrant<'a> {
    /// Its new id, 12 characters.
    pub id: &'a str,
    /// The digest of its first refresh token under the current pepper.
    pub digest: String,
    /// In seconds since 1970.
    pub expires_at: i64,
    /// In seconds since 1970.
    pub now: i64,
}

/// Keeps the client's own grant, in the place of an old one if there is one to replace. Four statements: the last answers
/// the columns `answer`, the client, and `kept`, which is NULL when the grant was not kept.
/// `requested` is in the form of [`requested_scopes`](crate::oauth::grants::requested_scopes), `scope` is the same as
/// text.
pub fn own_grant(caller: &Caller, new: NewGrant<'_>, scope: Option<&str>, requested: String) -> Vec<Statement> {
    let params: [Param; 8] = [
        caller.param(),
        new.id.into(),
        new.digest.into(),
        scope.into(),
        Param::Int(new.expires_at),
        requested.into(),
        Param::Int(MAX_OWN_GRANTS),
        Param::Int(new.now - SPARE_SECONDS),
    ];
    let (insert, _) = params.split_at(params.len() - 1);
    let insert = Statement::new(OWN_GRANT, insert.to_vec());
    let end_others = Statement::new(END_SPARE_GRANTS, [new.id.into(), Param::Int(new.now - SPARE_SECONDS)]);
    vec![Statement::new(REPLACE_OWN_GRANT, params), insert, end_others, client_of_grant(caller, new.id)]
}

/// The columns `subject` and `fields` of the audit row of the client's own grant `id`; no row unless it is the first of
/// its connection in a day.
pub fn first_of_the_day(id: &str, now: i64) -> Statement {
    Statement::new(FIRST_OF_THE_DAY, [id.into(), Param::Int(now - SPARE_SECONDS)])
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
/// verifier is wrong. Five statements: the fourth answers the client and the code.
pub fn claim_code(caller: &Caller, new: NewGrant<'_>, redirect_uri: &str, challenge: Option<String>) -> Vec<Statement> {
    let json = || caller.param();
    let challenge = Param::from(challenge);
    vec![
        Statement::new(CLAIM_CODE, [json(), new.id.into(), redirect_uri.into(), challenge.clone()]),
        Statement::new(USER_GRANT, [json(), new.id.into(), new.digest.into(), Param::Int(new.expires_at)]),
        Statement::new(END_REUSED_CODE, [json(), new.id.into()]),
        Statement::new(CLIENT_AND_CODE, [json(), new.id.into(), redirect_uri.into(), challenge.clone()]),
        // Behind the read, so that this answer still tells why.
        Statement::new(END_UNVERIFIED_CODE, [json(), challenge]),
    ]
}
