//! The SQL of the upsert of a connection.
//!
//! An existing connection may get other credentials: another method, or other keys. Keys are compared whole, as the JSON
//! that is stored. `?1` to `?4` of the statements about credentials are the client, the consumer, the method and the
//! key set of the body; the method and the set are NULL when the body has none.

use crate::db::statement::{Param, Statement};
use crate::identity::ids::{ClientId, ConnectionId};
use crate::mithril::connections::auth_method::AuthMethod;
use crate::mithril::connections::ceiling;
use crate::mithril::connections::key_rule::{KeyRule, key_client};
use crate::mithril::connections::reach::{consumer_guard, redirect_uri_guard};
use crate::mithril::connections::store::{connection_json, former_redirect_uris, revocation, tagged_connection};
use crate::request::change::Change;
use crate::request::conditions::TaggedRow;
use crate::secrets::secret::StoredSecret;
use crate::secrets::sql::note_use;

/// SQL: whether the body changes the method of a connection or removes one of its keys. Whoever could prove to be its
/// client before may then no longer be able to.
macro_rules! removes_credentials {
    () => {
        "(?3 IS NOT NULL AND (token_endpoint_auth_method <> ?3 OR EXISTS (SELECT 1 FROM json_each(jwks, '$.keys')
    WHERE value NOT IN (SELECT value FROM json_each(?4, '$.keys')))))"
    };
}

/// SQL: whether the body changes the method of a connection, or adds or removes keys.
macro_rules! changes_credentials {
    () => {
        concat!(
            "(",
            removes_credentials!(),
            " OR EXISTS (SELECT 1 FROM json_each(?4, '$.keys')
    WHERE value NOT IN (SELECT value FROM json_each(jwks, '$.keys'))))"
        )
    };
}

/// SQL: the row of the pair, if the rule for the key lets the caller put it. `?5` are the digests of the key, `?6` is
/// now, and `?7` = 0 when there is no rule.
macro_rules! put_row {
    () => {
        concat!(
            "client_id = ?1 AND consumer_id = ?2 AND (?7 = 0 OR consumer_id = client_id OR consumer_id = (",
            key_client!("?5", "?6"),
            ") OR NOT ",
            changes_credentials!(),
            ")"
        )
    };
}

/// `{"missing", "is_known", "key_client"}`: which of the two clients does not exist (`client` or `consumer`), whether
/// the pair has a connection (1 or 0), and the client that the key (`?3`, at the time `?4`) belongs to.
const FACTS: &str = concat!(
    "SELECT json_object(
  'missing', CASE WHEN NOT EXISTS (SELECT 1 FROM clients WHERE id = ?1) THEN 'client'
    WHEN NOT EXISTS (SELECT 1 FROM clients WHERE id = ?2) THEN 'consumer' END,
  'is_known', EXISTS (SELECT 1 FROM connections WHERE client_id = ?1 AND consumer_id = ?2),
  'key_client', (",
    key_client!("?3", "?4"),
    ")) AS facts"
);

/// Refuses a caller whose token lacks the scope for other credentials.
const CREDENTIALS: &str = concat!(
    "INSERT INTO refusals (word) SELECT 'credentials' FROM connections WHERE client_id = ?1 AND consumer_id = ?2 AND ",
    changes_credentials!()
);

/// Refuses other credentials when the broker rule applies to the caller's client (`?7`), and the broker whose key was
/// presented is not allowed to refresh secrets. `?5` are the digests of the key, and `?6` is now.
const BROKER_SCOPE: &str = concat!(
    "INSERT INTO refusals (word) SELECT 'broker_scope' FROM connections WHERE client_id = ?1 AND consumer_id = ?2 AND ",
    changes_credentials!(),
    " AND EXISTS (SELECT 1 FROM clients WHERE id = ?7 AND priv_settings ->> 'access_type' = 'BROKER')
  AND NOT EXISTS (SELECT 1 FROM clients WHERE id = (",
    key_client!("?5", "?6"),
    ") AND instr(' ' || (priv_settings ->> 'broker_scope') || ' ', ' connection:refresh_secret ') > 0)"
);

/// Inserts the connection of a new pair. An existing pair keeps its row, and so its id and its secrets. `?3` is the new
/// id, `?4` the redirect URI, `?5` now, `?6` the method and `?7` the key set.
const INSERT: &str = "INSERT INTO connections
  (id, client_id, consumer_id, redirect_uri, token_endpoint_auth_method, jwks, inserted_at, updated_at)
SELECT ?3, owner.id, consumer.id, ?4, COALESCE(?6, 'client_secret_basic'), ?7, at, at
FROM clients owner, clients consumer, (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?5, 'unixepoch') AS at)
WHERE owner.id = ?1 AND consumer.id = ?2
ON CONFLICT (client_id, consumer_id) DO NOTHING";

/// Inserts the secret of the connection `?1`. That row exists only when [`INSERT`] has just inserted it.
const SECRET: &str = "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
SELECT ?2, id, ?3, ?4, ?5, inserted_at FROM connections WHERE id = ?1";

/// Notes that the presented key was used, if the change needs it. `?7` is the key with its digests.
const NOTE: &str = concat!(
    note_use!("?7", "digests"),
    "EXISTS (SELECT 1 FROM connections WHERE client_id = ?1 AND consumer_id = ?2 AND consumer_id <> client_id
    AND consumer_id = (",
    key_client!("?5", "?6"),
    ") AND ",
    changes_credentials!(),
    ")"
);

/// The columns `subject` and `fields` of the audit row: what really changes. `?8` is the redirect URI, and `?9` the id
/// of a new connection.
const AUDITED: &str = concat!(
    "SELECT 'connection/' || id AS subject, '[' || ltrim(
  iif(id = ?9, ',\"consumer_id\"', '')
  || iif(id = ?9 OR redirect_uri <> ?8, ',\"redirect_uri\"', '')
  || iif(?3 IS NOT NULL AND (id = ?9 OR token_endpoint_auth_method <> ?3), ',\"token_endpoint_auth_method\"', '')
  || iif(?3 IS NOT NULL AND jwks IS NOT iif(id = ?9, NULL, ?4), ',\"jwks\"', '')
  || iif(id = ?9, ',\"secret\"', ''), ',') || ']' AS fields
FROM connections WHERE ",
    put_row!()
);

/// Comes last: it updates existing and new rows alike. Removed credentials end what was issued through the connection:
/// tokens, grants and codes. `?8` is the redirect URI, and `?9` the id of a new connection.
const UPDATE: &str = concat!(
    "UPDATE connections SET redirect_uri = ?8, updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?6, 'unixepoch'),
  former_redirect_uris = ",
    former_redirect_uris!("?8", "?6"),
    ", token_endpoint_auth_method = COALESCE(?3, token_endpoint_auth_method),
  jwks = CASE WHEN ?3 IS NULL THEN jwks ELSE ?4 END,
  tokens_valid_after = CASE WHEN ",
    removes_credentials!(),
    " THEN ",
    revocation!("?6"),
    " ELSE tokens_valid_after END,
  version = version + (id <> ?9)
WHERE ",
    put_row!(),
    " RETURNING ",
    tagged_connection!()
);

/// The connection of a pair, which the change may create.
fn record_of_pair(client_id: &ClientId, consumer_id: &ClientId) -> TaggedRow {
    TaggedRow {
        tag: "version || ''",
        data: connection_json!(),
        from: "connections WHERE client_id = ?1 AND consumer_id = ?2",
        ids: vec![client_id.into(), consumer_id.into()],
        may_be_new: "EXISTS (SELECT 1 FROM clients WHERE id = ?1) AND EXISTS (SELECT 1 FROM clients WHERE id = ?2)",
    }
}

/// A connection to create or change: its pair, and what the body sets.
pub struct PutConnection<'a> {
    /// The client that the connection is for.
    pub client_id: &'a ClientId,
    /// The client that may act for it.
    pub consumer_id: &'a ClientId,
    /// The id of the connection if it is new.
    pub new_id: &'a ConnectionId,
    /// The checked redirect URI.
    pub redirect_uri: String,
    /// How the client authenticates, if the body has it.
    pub auth: AuthMethod,
    /// The secret of the connection if it is new.
    pub secret: StoredSecret,
    /// The id of that secret.
    pub secret_id: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// Who puts a connection.
pub struct PutCaller<'a> {
    /// The connection of the caller's token; `None` for a token of a trusted issuer.
    pub connection: Option<&'a str>,
    /// Whether the token has the scope that other credentials need.
    pub may_change_credentials: bool,
    /// The client of the caller, under the broker rule.
    pub broker_rule: Option<&'a str>,
    /// The rule for the `api-key`, which other credentials must satisfy.
    pub rule: &'a KeyRule,
}

/// The change `connection.put`.
pub fn put(put: PutConnection<'_>, caller: &PutCaller<'_>) -> Change {
    let PutConnection { client_id, consumer_id, new_id, auth, secret, secret_id, .. } = put;
    let rule = caller.rule;
    let given = ceiling::given_by_put(client_id, consumer_id, auth.method.is_some());
    let uri = Param::from(put.redirect_uri.as_str());
    let (now, digests) = (Param::Int(put.now), Param::json(&rule.key.digests));
    let pair: [Param; 2] = [client_id.into(), consumer_id.into()];
    let (method, jwks) = (Param::from(auth.method), Param::from(auth.jwks));
    let credentials = [pair.as_slice(), &[method.clone(), jwks.clone()]].concat();
    let keyed = [credentials.as_slice(), &[digests.clone(), now.clone()]].concat();
    let row = [pair.as_slice(), &[new_id.into(), uri.clone(), now.clone(), method, jwks]].concat();
    let whole = [keyed.as_slice(), &[rule.applies.into(), uri, new_id.into()]].concat();
    let stored: [Param; 5] =
        [new_id.into(), secret_id.into(), secret.digest.into(), Param::Int(secret.pepper_version), secret.hint.into()];

    let mut guards = vec![
        consumer_guard(consumer_id, caller.connection),
        redirect_uri_guard(client_id, &put.redirect_uri, caller.connection),
    ];
    if !caller.may_change_credentials {
        guards.push(Statement::new(CREDENTIALS, credentials));
    }
    if let Some(client) = caller.broker_rule {
        guards.push(Statement::new(BROKER_SCOPE, [keyed.as_slice(), &[client.into()]].concat()));
    }
    let mut steps = vec![];
    if rule.applies && !rule.key.digests.is_empty() {
        steps.push(Statement::new(NOTE, [keyed.as_slice(), &[Param::json(&rule.key)]].concat()));
    }
    steps.extend([Statement::new(INSERT, row), Statement::new(SECRET, stored)]);
    Change::new("connection.put", String::new(), Statement::new(UPDATE, whole.clone()))
        .gives(given)
        .named_before_decisive(Statement::new(AUDITED, whole))
        .guards(guards)
        .facts(Statement::new(FACTS, [pair.as_slice(), &[digests, now]].concat()))
        .steps(steps)
        .record(record_of_pair(client_id, consumer_id))
}
