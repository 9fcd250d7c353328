//! The SQL of a new authorization code.

use crate::db::statement::{Param, Statement};
use crate::oauth::authorize_request::{AuthorizeRequest, CODE_SECONDS};
use crate::oauth::store::caller::{broker_scope, items, revoked_at, role_scopes, within};
use crate::request::change::Change;

macro_rules! fitting_connections {
    () => {
        "link.client_id = ?1 ->> 'client' AND link.redirect_uri = ?1 ->> 'redirect_uri'
  AND (?1 ->> 'consumer' IS NULL OR link.consumer_id = ?1 ->> 'consumer')"
    };
}

/// What decides, of the [`AuthorizeRequest`] `?1`; no row for a client that does not exist.
const AUTHORIZE_FACTS: &str = concat!(
    "SELECT json_object('blocked', client.is_blocked, 'ceiling', kind.scope, 'roles', ",
    role_scopes!("?1 ->> 'user'"),
    ", 'matches', (SELECT count(*) FROM connections link WHERE ",
    fitting_connections!(),
    "), 'public', (SELECT link.token_endpoint_auth_method = 'none' FROM connections link WHERE ",
    fitting_connections!(),
    " LIMIT 1), 'broker', (SELECT ",
    broker_scope!(),
    " FROM connections link JOIN clients consumer ON consumer.id = link.consumer_id WHERE ",
    fitting_connections!(),
    " LIMIT 1)) AS facts
FROM clients client JOIN client_types kind ON kind.id = client.client_type_id WHERE client.id = ?1 ->> 'client'"
);

/// Codes of yesterday, in portions.
const FORGET_CODES: &str = "DELETE FROM authorization_codes WHERE digest IN
  (SELECT digest FROM authorization_codes WHERE code_exp < ?1 - 86400 ORDER BY code_exp LIMIT 20)";

/// `?2` asked, `?3` digest, `?4` scope, `?5` lifetime. The last condition: the bounds leave something to give.
const KEEP_CODE: &str = concat!(
    "INSERT INTO authorization_codes
  (digest, connection_id, user_id, scope, redirect_uri, code_challenge, code_iat, code_exp)
SELECT ?3, link.id, ?1 ->> 'user', COALESCE(?4, (SELECT group_concat(item.value, ' ') FROM ",
    items!(role_scopes!("?1 ->> 'user'")),
    ")), link.redirect_uri, ?1 ->> 'challenge', MAX(?1 ->> 'now', ",
    revoked_at!(),
    " + 1), (?1 ->> 'now') + ?5
FROM connections link
  JOIN clients client ON client.id = link.client_id
  JOIN client_types kind ON kind.id = client.client_type_id
  JOIN clients consumer ON consumer.id = link.consumer_id
WHERE ",
    fitting_connections!(),
    " AND client.is_blocked = 0 AND 1 = (SELECT count(*) FROM connections link WHERE ",
    fitting_connections!(),
    ") AND (link.token_endpoint_auth_method <> 'none' OR ?1 ->> 'challenge' IS NOT NULL) AND ",
    within!("?2", "kind.scope"),
    " AND ",
    within!("?2", broker_scope!()),
    " AND ",
    within!("?2", role_scopes!("?1 ->> 'user'")),
    " AND EXISTS (SELECT 1 FROM ",
    items!(role_scopes!("?1 ->> 'user'")),
    ") RETURNING connection_id"
);

/// `app.authorize`: keeps the code with this digest. `asked` is what [`requested_scopes`](crate::oauth::grants::requested_scopes) makes of the
/// scope.
pub fn authorize(request: &AuthorizeRequest, asked: String, digest: String) -> Change {
    let keep = Statement::new(
        KEEP_CODE,
        [Param::json(request), asked.into(), digest.into(), request.scope.as_deref().into(), Param::Int(CODE_SECONDS)],
    );
    Change::new("app.authorize", format!("client/{}", request.client), keep)
        .facts(Statement::new(AUTHORIZE_FACTS, [Param::json(request)]))
        .steps(vec![Statement::new(FORGET_CODES, [Param::Int(request.now)])])
}
