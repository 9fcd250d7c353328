//! SQL fragments about the caller, its connection and its scopes. `?1` is the [`Caller`](crate::oauth::caller::Caller)
//! as JSON, except in the fragments about scopes, which take what they need as arguments.
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
    ELSE COALESCE(
      ?1 ->> 'connection',
      (SELECT connection_id FROM grants WHERE id = ?1 ->> 'grant'),
      (SELECT connection_id FROM authorization_codes WHERE digest IN (SELECT value FROM json_each(?1, '$.presented')))) END"
        )
    };
}
pub(crate) use connection;

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

/// The scopes that the consumer allows, when it acts for another client whose access type is not DIRECT; otherwise NULL.
/// A consumer without a `broker_scope` allows none.
macro_rules! broker_scope {
    () => {
        "CASE WHEN link.consumer_id <> link.client_id AND COALESCE(client.priv_settings ->> 'access_type', '') <> 'DIRECT'
    THEN COALESCE(consumer.priv_settings ->> 'broker_scope', '') END"
    };
}
pub(crate) use broker_scope;

/// The scopes of all roles that a user has for the client, global roles included, separated by spaces.
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

/// A set of scopes in the form that scopes are searched in: a space before and behind each, and a tab in the vendor's
/// pair, so that the pair is one name. A tab of the stored text becomes a backslash, which no scope has.
/// [`Scopes`](crate::identity::scope::Scopes) reads a set in the same way.
macro_rules! searched {
    ($scopes:expr) => {
        concat!(
            "replace(replace(' ' || (",
            $scopes,
            ") || ' ', char(9), '\\'), ':Create, Update ', ':Create,' || char(9) || 'Update ')"
        )
    };
}
pub(crate) use searched;

/// SQL: sets of scopes in the form that they are searched in, each read once, as the table `bound` with one row. A bound that
/// does not apply is NULL.
macro_rules! bounds {
    ($($name:literal = $bound:expr),+) => {
        concat!(
            "(SELECT NULL",
            $(", ", $crate::oauth::store::caller::searched!($bound), " AS ", $name,)+
            " LIMIT 1) bound"
        )
    };
}
pub(crate) use bounds;

/// Whether each of the bounds holds every requested scope. A NULL bound holds all. `$requested` is the parameter in the form
/// of [`requested_scopes`](crate::oauth::grants::requested_scopes). [`Bounds`](crate::oauth::scope::Bounds) applies the
/// same rule in Rust, to name the bound that is exceeded.
macro_rules! within {
    ($requested:literal, $($name:literal = $bound:expr),+) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM ",
            $crate::oauth::store::caller::bounds!($($name = $bound),+),
            " CROSS JOIN json_each(",
            $requested,
            ") want WHERE NOT (1",
            $(
                " AND (bound.", $name, " IS NULL OR COALESCE(instr(bound.", $name, ", ' ' || (want.value ->> '$[#-1]') || ' ')
    OR instr(bound.", $name, ", ' ' || (want.value ->> '$[0]') || ' '), 0))",
            )+
            "))"
        )
    };
}
pub(crate) use within;

/// FROM and WHERE: the scopes (`part.value`) of a set that all bounds hold, with the vendor's pair as its two halves. A bound
/// holds a scope when it has the scope itself, or the pair that it is a half of. A NULL bound holds all.
macro_rules! parts {
    ($scopes:expr, $($name:literal = $bound:expr),+) => {
        concat!(
            $crate::oauth::store::caller::bounds!($($name = $bound),+),
            " CROSS JOIN json_each('[' || replace(json_quote(",
            $crate::oauth::store::caller::searched!($scopes),
            "), ' ', '\",\"') || ']') item CROSS JOIN json_each(CASE
      WHEN substr(item.value, -15) = ':Create,' || char(9) || 'Update' THEN json_array(
        substr(item.value, 1, length(item.value) - 15) || ':Create', substr(item.value, 1, length(item.value) - 15) || ':Update')
      WHEN item.value = '' OR substr(item.value, -8) = ':Create,' OR instr(item.value, '\\') > 0 THEN '[]'
      ELSE json_array(item.value) END) part
    WHERE 1",
            $(
                " AND (bound.", $name, " IS NULL OR instr(bound.", $name, ", ' ' || part.value || ' ')
      OR substr(part.value, -7) IN (':Create', ':Update') AND
        instr(bound.", $name, ", ' ' || substr(part.value, 1, length(part.value) - 7) || ':Create,' || char(9) || 'Update '))",
            )+
        )
    };
}
pub(crate) use parts;

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
            $crate::oauth::store::caller::broker_scope!(),
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
