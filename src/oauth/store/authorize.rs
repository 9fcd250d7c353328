//! The SQL of a new authorization code. `?1` is the gate here, since a bearer token asks.

use crate::base::json::json;
use crate::db::gate::gate;
use crate::db::statement::{Param, Statement};
use crate::oauth::authorize_request::{AuthorizeRequest, CODE_SECONDS};
use crate::oauth::store::caller::{broker_scope, items, revoked_at, role_scopes, within};

macro_rules! fitting_connections {
    () => {
        "link.client_id = ?2 ->> 'client' AND link.redirect_uri = ?2 ->> 'redirect_uri'
  AND (?2 ->> 'consumer' IS NULL OR link.consumer_id = ?2 ->> 'consumer')"
    };
}

/// `?1` is the gate, `?2` the wish ([`AuthorizeRequest`]). `row` is NULL for a client that does not exist.
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

/// Three statements; the first answers the gate, the last keeps the code.
pub fn authorize(gate: String, wish: &AuthorizeRequest, asked: String, digest: String) -> Vec<Statement> {
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
