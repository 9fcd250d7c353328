//! The SQL that checks a request for an authorization code and keeps the code.

use crate::db::sql::stored_time;
use crate::db::statement::{Param, Statement};
use crate::oauth::authorize_request::{AuthorizeRequest, CODE_SECONDS};
use crate::oauth::store::caller::{grant_allowed, revoked_at};
use crate::oauth::store::scopes::{broker_scope, parts, role_scopes, searched, within};
use crate::request::change::Change;

/// The condition on `link`: a connection of the client with the requested redirect URI and, if one is named, consumer.
macro_rules! fitting_connections {
    () => {
        "link.client_id = ?1 ->> 'client' AND link.redirect_uri = ?1 ->> 'redirect_uri'
  AND (?1 ->> 'consumer' IS NULL OR link.consumer_id = ?1 ->> 'consumer')"
    };
}

/// What the answer depends on; `?1` is the [`AuthorizeRequest`]. There is no row for a client that does not exist. Of several
/// connections that fit, any one is read: their number alone decides then.
const AUTHORIZE_FACTS: &str = concat!(
    "SELECT json_object('blocked', client.is_blocked, 'grant_allowed', ",
    grant_allowed!("'authorization_code'"),
    ", 'ceiling', kind.scope, 'roles', ",
    role_scopes!("?1 ->> 'user'"),
    ", 'matches', count(link.id), 'public', link.token_endpoint_auth_method = 'none',
  'consumer_blocked', consumer.is_blocked, 'broker', ",
    broker_scope!(),
    ", 'client_name', client.name, 'approval', json((SELECT json_object('id', approvals.id, 'scope', approvals.scope,
    'created_at', approvals.created_at, 'updated_at', approvals.updated_at)
  FROM approvals WHERE approvals.user_id = ?1 ->> 'user' AND approvals.client_id = client.id))) AS facts
FROM clients client JOIN client_types kind ON kind.id = client.client_type_id
  LEFT JOIN connections link ON ",
    fitting_connections!(),
    " LEFT JOIN clients consumer ON consumer.id = link.consumer_id
WHERE client.id = ?1 ->> 'client' GROUP BY client.id"
);

/// Deletes codes that ended a day ago; `?1` now. 20 at a time, so that it does not delay the request that does it.
const FORGET_CODES: &str = "DELETE FROM authorization_codes WHERE digest IN
  (SELECT digest FROM authorization_codes WHERE code_exp < ?1 - 86400 ORDER BY code_exp LIMIT 20)";

/// FROM and WHERE: the scopes (`part.value`) that may be granted.
macro_rules! allowed {
    () => {
        parts!("kind.scope", "broker" = broker_scope!(), "roles" = role_scopes!("?1 ->> 'user'"))
    };
}

/// SQL: the requested scopes in the order of the client's type, when all of them may be granted. A half of the vendor's pair
/// has the place of the pair, if the type has only that.
macro_rules! requested {
    () => {
        concat!(
            "(SELECT group_concat(name, ' ') FROM (SELECT want.value ->> '$[#-1]' AS name FROM (SELECT ",
            searched!("kind.scope"),
            " AS ceiling LIMIT 1) CROSS JOIN json_each(?2) want GROUP BY name ORDER BY CASE
      WHEN instr(ceiling, ' ' || name || ' ') > 0 THEN instr(ceiling, ' ' || name || ' ')
      ELSE instr(ceiling, ' ' || (want.value ->> '$[0]') || ' ') END, name))"
        )
    };
}

/// FROM and WHERE: the connection that a code may be made for; no row when the request is refused. `?2` the requested
/// scopes for `within!`, `?4` the same as text, NULL when none are. The last condition: what is requested may be granted, or
/// else something.
macro_rules! granting_connection {
    () => {
        concat!(
            "connections link
  JOIN clients client ON client.id = link.client_id
  JOIN client_types kind ON kind.id = client.client_type_id
  JOIN clients consumer ON consumer.id = link.consumer_id
WHERE ",
            fitting_connections!(),
            " AND ",
            grant_allowed!("'authorization_code'"),
            " AND consumer.is_blocked = 0 AND client.is_blocked = 0 AND 1 = (SELECT count(*) FROM connections link WHERE ",
            fitting_connections!(),
            ") AND (link.token_endpoint_auth_method <> 'none' OR ?1 ->> 'challenge' IS NOT NULL) AND CASE WHEN ?4 IS NOT NULL THEN ",
            within!(
                "?2",
                "ceiling" = "kind.scope",
                "broker" = broker_scope!(),
                "roles" = role_scopes!("?1 ->> 'user'")
            ),
            " ELSE EXISTS (SELECT 1 FROM ",
            allowed!(),
            ") END"
        )
    };
}

/// Keeps what the user approves of. `?2` the requested scopes for `within!`, `?3` the id of a new approval, `?4` the scope
/// as text (NULL: all that may be granted), `?5` now. An approval that exists grows when it lacks one of the scopes; what
/// the client's type no longer allows leaves it then.
const KEEP_APPROVAL: &str = concat!(
    "INSERT INTO approvals (id, user_id, client_id, scope, created_at, updated_at)
SELECT ?3, ?1 ->> 'user', client.id, CASE WHEN ?4 IS NOT NULL THEN ",
    requested!(),
    " ELSE (SELECT group_concat(part.value, ' ') FROM ",
    allowed!(),
    ") END, ",
    stored_time!("?5"),
    ", ",
    stored_time!("?5"),
    " FROM ",
    granting_connection!(),
    " ON CONFLICT (user_id, client_id) DO UPDATE SET updated_at = excluded.updated_at, version = version + 1,
  scope = (SELECT group_concat(part.value, ' ') FROM clients client
    JOIN client_types kind ON kind.id = client.client_type_id CROSS JOIN ",
    parts!("kind.scope", "approved" = "approvals.scope || ' ' || excluded.scope"),
    " AND client.id = excluded.client_id)
  WHERE (SELECT count(*) FROM ",
    parts!("excluded.scope", "approved" = "approvals.scope"),
    ") < length(excluded.scope) - length(replace(excluded.scope, ' ', '')) + 1"
);

/// Keeps a code under the approval of its user and client. `?2` the requested scopes for `within!`, `?3` the code's
/// digest, `?4` the scope as text (NULL: all that may be granted), `?5` its lifetime in seconds.
const KEEP_CODE: &str = concat!(
    "INSERT INTO authorization_codes
  (digest, connection_id, user_id, scope, redirect_uri, code_challenge, code_iat, code_exp, approval_id)
SELECT ?3, link.id, ?1 ->> 'user', COALESCE(?4, (SELECT group_concat(part.value, ' ') FROM ",
    allowed!(),
    ")), link.redirect_uri, ?1 ->> 'challenge', MAX(?1 ->> 'now', ",
    revoked_at!(),
    " + 1), (?1 ->> 'now') + ?5,
  (SELECT approvals.id FROM approvals WHERE approvals.user_id = ?1 ->> 'user' AND approvals.client_id = client.id) FROM ",
    granting_connection!(),
    " RETURNING connection_id"
);

/// The change `app.authorize`: keeps the code with this digest. `requested` is the scope in the form of
/// [`requested_scopes`](crate::oauth::grants::requested_scopes).
/// `approval_id` is the id of the approval, if it is new.
pub fn authorize(request: &AuthorizeRequest, requested: String, digest: String, approval_id: String) -> Change {
    let approve = Statement::new(
        KEEP_APPROVAL,
        [
            Param::json(request),
            requested.as_str().into(),
            approval_id.into(),
            request.scope.as_deref().into(),
            Param::Int(request.now),
        ],
    );
    let keep = Statement::new(
        KEEP_CODE,
        [
            Param::json(request),
            requested.into(),
            digest.into(),
            request.scope.as_deref().into(),
            Param::Int(CODE_SECONDS),
        ],
    );
    Change::new("app.authorize", format!("client/{}", request.client), keep)
        .facts(Statement::new(AUTHORIZE_FACTS, [Param::json(request)]))
        .steps(vec![Statement::new(FORGET_CODES, [Param::Int(request.now)]), approve])
}
