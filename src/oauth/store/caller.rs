//! Fragments of SQL about the caller and its connection. `?1` is the [`Caller`](crate::oauth::caller::Caller) as JSON.
//!
//! The names of the tables in `caller!`: `link` is the connection, `client` its client, `kind` the client's type and
//! `consumer` the client that acts through the connection.

/// FROM and WHERE: the connection that the caller proves to be, with its client, its client's type and its consumer; no
/// row when the proof is wrong, or the client or the consumer is blocked. More conditions can be added with AND. `$found`
/// is the connection's id, for a statement that needs only one of the proofs.
macro_rules! caller {
    ($found:expr) => {
        concat!(
            "connections link
  JOIN clients client ON client.id = link.client_id
  JOIN client_types kind ON kind.id = client.client_type_id
  JOIN clients consumer ON consumer.id = link.consumer_id
WHERE ",
            $crate::oauth::store::caller::is_caller!($found)
        )
    };
    () => {
        $crate::oauth::store::caller::caller!($crate::oauth::store::caller::connection!())
    };
}
pub(crate) use caller;

/// Whether the connection `link` of the client `client` is the caller: the one with the id `$found`, registered for a
/// method that counts here. Neither the client nor `consumer` is blocked.
macro_rules! is_caller {
    ($found:expr) => {
        concat!(
            "link.id = ",
            $found,
            "
  AND link.client_id = ?1 ->> 'client' AND consumer.is_blocked = 0 AND client.is_blocked = 0
  AND instr(?1 ->> 'methods', '\"' || link.token_endpoint_auth_method || '\"') > 0"
        )
    };
}
pub(crate) use is_caller;

/// FROM and WHERE: the same as `caller!()`, for a statement that does not need the type. Each table that is joined is a row
/// that is read.
macro_rules! proved {
    () => {
        concat!(
            "connections link
  JOIN clients client ON client.id = link.client_id
  JOIN clients consumer ON consumer.id = link.consumer_id
WHERE ",
            $crate::oauth::store::caller::is_caller!($crate::oauth::store::caller::connection!())
        )
    };
}
pub(crate) use proved;

/// The id of the connection that the caller claims to be. Its secret or its key proves it; of what is presented, `caller!`
/// must check the rest.
macro_rules! connection {
    () => {
        concat!(
            "CASE ?1 ->> 'proof'
    WHEN 'secret' THEN ",
            $crate::oauth::store::caller::by_secret!(),
            "
    WHEN 'key' THEN COALESCE(",
            $crate::oauth::store::caller::by_key!("held.id = ?1 ->> 'connection'"),
            ", ",
            $crate::oauth::store::caller::by_key!("held.client_id = ?1 ->> 'client'"),
            ")
    ELSE COALESCE(?1 ->> 'connection', ",
            $crate::oauth::store::caller::connection_of_grant!("?1 ->> 'grant'"),
            ", (SELECT connection_id FROM authorization_codes WHERE digest IN (SELECT value FROM json_each(?1, '$.presented')))) END"
        )
    };
}
pub(crate) use connection;

/// The id of the connection of a grant.
macro_rules! connection_of_grant {
    ($id:literal) => {
        concat!(
            "(SELECT id FROM connections WHERE number = (SELECT connection_number FROM refresh_grants WHERE id = ",
            $id,
            "))"
        )
    };
}
pub(crate) use connection_of_grant;

/// The id of the connection that has the caller's secret. A secret that is in use is stored under the current pepper, so
/// its digest is looked up first: the values of a list are rows that are read.
macro_rules! by_secret {
    () => {
        concat!(
            "COALESCE(",
            $crate::oauth::store::caller::by_digest!("= ?1 ->> '$.digests[0]'"),
            ", ",
            $crate::oauth::store::caller::by_digest!("IN (SELECT value FROM json_each(?1, '$.digests'))"),
            ")"
        )
    };
}
pub(crate) use by_secret;

/// The id of a connection that has registered the key that signed the assertion. `$where` says which connections (`held`)
/// are searched. Keys are compared by name and material: what else a JWK says may change, and it is still the same key.
///
/// The key was remembered for its connection. That connection is looked at first. The others of the client are searched
/// only when the key has moved since, for instance to a connection that was made anew.
macro_rules! by_key {
    ($where:literal) => {
        concat!(
            "(
      SELECT held.id FROM connections held, json_each(held.jwks, '$.keys') jwk
      WHERE ",
            $where,
            " AND held.token_endpoint_auth_method = 'private_key_jwt'
      AND json_extract(jwk.value, '$.kid', '$.kty', '$.crv', '$.x', '$.y', '$.n', '$.e')
        = json_extract(?1 ->> 'key', '$.kid', '$.kty', '$.crv', '$.x', '$.y', '$.n', '$.e') LIMIT 1)"
        )
    };
}
pub(crate) use by_key;

/// Whether the client's `settings.allowed_grant_types` allow a grant. Without that list every grant is allowed. `$grant` is
/// SQL of a `grant_type`. The list is searched as text, because the values of a list are rows that are read.
macro_rules! grant_allowed {
    ($grant:literal) => {
        concat!(
            "(COALESCE(json_type(client.settings, '$.allowed_grant_types'), 'null') = 'null' OR
    instr(client.settings -> '$.allowed_grant_types', json_quote(",
            $grant,
            ")) > 0)"
        )
    };
}
pub(crate) use grant_allowed;

/// Whether the client may use the grant that the request asks for. A request that asks for none is allowed.
macro_rules! asked_grant_allowed {
    () => {
        concat!(
            "(?1 ->> 'grant_type' IS NULL OR ",
            $crate::oauth::store::caller::grant_allowed!("?1 ->> 'grant_type'"),
            ")"
        )
    };
}
pub(crate) use asked_grant_allowed;

/// The id of the connection of a secret whose digest is as `$digest` says, and which has not expired.
macro_rules! by_digest {
    ($digest:literal) => {
        concat!(
            "(
      SELECT connection_id FROM connection_secrets WHERE digest ",
            $digest,
            "
      AND (expires_at IS NULL OR expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'now', 'unixepoch')))"
        )
    };
}
pub(crate) use by_digest;

/// When the tokens of this connection were last revoked, in seconds since 1970; -1 for never.
macro_rules! revoked_at {
    () => {
        "MAX(COALESCE(client.tokens_valid_after, -1), COALESCE(link.tokens_valid_after, -1))"
    };
}
pub(crate) use revoked_at;

/// SQL: whether the approval that a code or grant names still exists. `$row` is the alias of its table. One without an
/// approval needs none: the client acts for itself, or the grant is older than the table.
macro_rules! approved {
    ($row:literal) => {
        concat!(
            "(",
            $row,
            ".approval_id IS NULL OR EXISTS (SELECT 1 FROM approvals WHERE approvals.id = ",
            $row,
            ".approval_id))"
        )
    };
}
pub(crate) use approved;

/// The caller's connection and client as JSON, for [`ProvedClient`](crate::oauth::granting::ProvedClient).
macro_rules! proved_client {
    () => {
        concat!(
            "json_object('connection', link.id, 'type', kind.name, 'context', kind.context, 'ceiling', kind.scope,
  'user', client.user_id, 'after', ",
            $crate::oauth::store::caller::revoked_at!(),
            ", 'broker', ",
            $crate::oauth::store::scopes::broker_scope!(),
            ", 'consumer', CASE WHEN link.consumer_id <> link.client_id THEN link.consumer_id END,
  'grant_allowed', ",
            $crate::oauth::store::caller::asked_grant_allowed!(),
            ", 'refresh_allowed', ",
            $crate::oauth::store::caller::grant_allowed!("'refresh_token'"),
            ")"
        )
    };
}
pub(crate) use proved_client;

/// The digest of the presented code, if there is such a code. One that is in use is stored under the current pepper, so its
/// digest is looked up first: the values of a list are rows that are read.
macro_rules! presented_code {
    () => {
        "(SELECT digest FROM authorization_codes WHERE digest = ?1 ->> '$.presented[0]'
    UNION ALL SELECT digest FROM authorization_codes WHERE digest IN (SELECT value FROM json_each(?1, '$.presented')) LIMIT 1)"
    };
}
pub(crate) use presented_code;

/// The digests of the presented refresh token.
macro_rules! presented {
    () => {
        "(SELECT value FROM json_each(?1, '$.presented'))"
    };
}
pub(crate) use presented;

/// Whether a digest of a row that is found otherwise is that of the presented token. What is in use is stored under the
/// current pepper, so its digest is compared first: the values of a list are rows that are read.
macro_rules! is_presented {
    ($digest:literal) => {
        concat!(
            "(",
            $digest,
            " = ?1 ->> '$.presented[0]' OR ",
            $digest,
            " IN ",
            $crate::oauth::store::caller::presented!(),
            ")"
        )
    };
}
pub(crate) use is_presented;
