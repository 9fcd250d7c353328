//! SQL fragments about the caller that proves itself.

/// The connection that the caller proves to be, with its client, its client's type and its consumer. `$found`: how it is
/// found, where that is known beforehand.
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
            $crate::oauth::store::caller::caller!(concat!(
                "CASE ?1 ->> 'proof'
    WHEN 'secret' THEN ",
                $crate::oauth::store::caller::by_secret!(),
                "
    WHEN 'key' THEN ?1 ->> 'connection'
    ELSE COALESCE(
      ?1 ->> 'connection',
      (SELECT connection_id FROM grants WHERE id = ?1 ->> 'grant'),
      (SELECT connection_id FROM authorization_codes WHERE digest IN (SELECT value FROM json_each(?1, '$.presented')))) END"
            )),
            "
  AND (?1 ->> 'proof' <> 'key' OR link.jwks = ?1 ->> 'jwks')"
        )
    };
}
pub(crate) use caller;

/// The connection whose secret the caller shows.
macro_rules! by_secret {
    () => {
        "(
      SELECT connection_id FROM connection_secrets WHERE digest IN (SELECT value FROM json_each(?1, '$.digests'))
      AND (expires_at IS NULL OR expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'now', 'unixepoch')))"
    };
}
pub(crate) use by_secret;

/// When tokens of this connection were last revoked; -1 for never.
macro_rules! revoked_at {
    () => {
        "MAX(COALESCE(client.tokens_valid_after, -1), COALESCE(link.tokens_valid_after, -1))"
    };
}
pub(crate) use revoked_at;

/// The consumer's bound on a client that others act for; NULL where there is none.
macro_rules! broker_scope {
    () => {
        "CASE WHEN link.consumer_id <> link.client_id AND client.priv_settings ->> 'access_type' = 'BROKER'
    THEN consumer.priv_settings ->> 'broker_scope' END"
    };
}
pub(crate) use broker_scope;

/// All scopes of a user's roles for the client, global ones included.
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
pub(crate) use role_scopes;

/// Whether each scope asked for is within a bound; NULL bounds nothing. `$asked` is an array of arrays: a scope, and
/// the vendor's pair that holds it too. Says the same as [`crate::oauth::scope::Bounds`], which names what is wrong.
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
pub(crate) use within;

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
pub(crate) use halved;

/// The client type's scopes that the broker's and the user's (`$roles`, NULL for none) leave.
macro_rules! items {
    ($roles:expr) => {
        concat!(
            "json_each('[' || replace(json_quote(",
            $crate::oauth::store::caller::halved!("kind.scope"),
            "), ' ', '\",\"') || ']') item
    WHERE item.value <> '' AND instr(' ' || COALESCE(",
            $crate::oauth::store::caller::halved!($roles),
            ", item.value) || ' ', ' ' || item.value || ' ') > 0
    AND instr(' ' || COALESCE(",
            $crate::oauth::store::caller::halved!($crate::oauth::store::caller::broker_scope!()),
            ", item.value) || ' ', ' ' || item.value || ' ') > 0"
        )
    };
}
pub(crate) use items;

macro_rules! proved_client {
    () => {
        concat!(
            "json_object('connection', link.id, 'type', kind.name, 'context', kind.context, 'ceiling', kind.scope,
  'user', client.user_id, 'after', ",
            $crate::oauth::store::caller::revoked_at!(),
            ", 'broker', ",
            $crate::oauth::store::caller::broker_scope!(),
            ")"
        )
    };
}
pub(crate) use proved_client;

macro_rules! presented {
    () => {
        "(SELECT value FROM json_each(?1, '$.presented'))"
    };
}
pub(crate) use presented;
