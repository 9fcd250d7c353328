//! The SQL of the gate: the checks of a caller that only the database can make, such as revocation. It runs in the
//! round trip of the request itself, so the checks cost no round trip of their own.
//!
//! `?1` is the caller as JSON (`auth::gate::Gate`). The gate is one word; the first row that applies wins:
//!
//! | word | when |
//! |---|---|
//! | `revoked` | the client is blocked, or was when it was deleted; or `iat` is not after a revocation or the deletion (of a trusted issuer: not later by more than the leeway); or the token itself was revoked; or, for a token that this service signed, its client, connection, grant or the user's approval no longer exists, or the connection's consumer is blocked |
//! | `no_administration` | as `foreign`, where `admin` says that the route is for administrations, and there is none |
//! | `foreign` | `type` is given (the path names another client) and its context is not `any` |
//! | `other_consumer` | the route is for no consumer that acts for a client, and the caller is one |
//! | `api_key_…`, `broker_…`, `access_type` | `keys` is given (`API_KEY_RULE = "broker"`) and the client's settings ask for a key (spec/mithril.md §4.5) |
//! | `ok` | otherwise |
//!
//! A read selects the word. A change begins with an INSERT of the word into `refusals`, unless the word is `ok`. The
//! constraint of that word then fails, SQLite names it, and the whole batch is rolled back (decision 0014). NULL stands
//! for `no_administration` there, and fails NOT NULL.

/// SQL: whether a token of a trusted issuer is revoked. A deleted client's tombstone says the same as its row
/// did. The issuer's clock may be ahead by the leeway, so a token that was issued before the revocation may be dated up to
/// that much later.
macro_rules! revoked_of_trusted_issuer {
    () => {
        "EXISTS (
    SELECT 1 FROM (
      SELECT is_blocked, tokens_valid_after FROM clients WHERE id = ?1 ->> 'client'
      UNION ALL SELECT is_blocked, tokens_valid_after FROM deleted_clients WHERE id = ?1 ->> 'client')
    WHERE is_blocked = 1 OR tokens_valid_after + COALESCE(?1 ->> 'leeway', 0) >= COALESCE(?1 ->> 'iat', 0))
    OR EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?1 ->> 'jti')"
    };
}

/// SQL: whether a token that this service signed is revoked.
macro_rules! revoked_of_ours {
    () => {
        "NOT EXISTS (
    SELECT 1 FROM connections held JOIN clients holder ON holder.id = held.client_id
    JOIN clients acting ON acting.id = held.consumer_id AND acting.is_blocked = 0
    WHERE held.id = ?1 ->> 'connection' AND held.client_id = ?1 ->> 'client' AND holder.is_blocked = 0
    AND COALESCE(holder.tokens_valid_after, -1) < ?1 ->> 'iat'
    AND COALESCE(held.tokens_valid_after, -1) < ?1 ->> 'iat'
    AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?1 ->> 'jti')
    AND (?1 ->> 'grant' IS NULL OR EXISTS (
      SELECT 1 FROM refresh_grants WHERE id = ?1 ->> 'grant'
      AND (approval_id IS NULL OR EXISTS (SELECT 1 FROM approvals WHERE approvals.id = refresh_grants.approval_id)))))"
    };
}

/// SQL: the context of the caller's type; NULL when the request does not ask for it, and for an unknown type.
macro_rules! context {
    () => {
        "(SELECT context FROM client_types WHERE name = ?1 ->> 'type')"
    };
}

/// SQL: whether a client of context `any` has a connection, through which it can get a token. The types are a handful, so
/// they are read one by one. The index is named, because statistics of a small database would let the planner walk all
/// clients.
macro_rules! has_administration {
    () => {
        "EXISTS (SELECT 1 FROM client_types kind CROSS JOIN clients INDEXED BY clients_by_client_type
    ON clients.client_type_id = kind.id
    CROSS JOIN connections ON connections.client_id = clients.id WHERE kind.context = 'any')"
    };
}
pub(crate) use has_administration;

/// SQL of the branch for a caller whose path names another client.
const FOREIGN: &str = concat!(
    "
  WHEN ?1 ->> 'type' IS NOT NULL AND COALESCE(",
    context!(),
    ", 'own') <> 'any'
    THEN CASE WHEN ?1 ->> 'admin' AND NOT ",
    has_administration!(),
    " THEN 'no_administration' ELSE 'foreign' END"
);

/// SQL of the branch for a consumer that acts for the client.
const CONSUMER: &str = "
  WHEN EXISTS (SELECT 1 FROM connections held WHERE held.id = ?1 ->> 'connection' AND held.consumer_id <> held.client_id)
    THEN 'other_consumer'";

/// SQL of the branch for a caller whose client may need an API key.
const KEY: &str = "
  WHEN ?1 ->> 'keys' IS NOT NULL THEN COALESCE((
    SELECT CASE COALESCE(client.priv_settings ->> 'access_type', '')
      WHEN 'DIRECT' THEN 'ok'
      WHEN 'BROKER' THEN CASE
        WHEN ?1 ->> 'keys' = '[]' THEN 'api_key_required'
        ELSE COALESCE((
          SELECT CASE
            WHEN broker.priv_settings ->> 'broker_scope' IS NULL THEN 'broker_settings'
            WHEN ?1 ->> 'scope' <> ''
              AND instr(' ' || (broker.priv_settings ->> 'broker_scope') || ' ', ' ' || (?1 ->> 'scope') || ' ') = 0
              THEN 'broker_scope'
            ELSE 'ok' END
          FROM connection_secrets secret
          JOIN connections link ON link.id = secret.connection_id
          JOIN clients broker ON broker.id = link.client_id AND broker.is_blocked = 0
          JOIN clients acting ON acting.id = link.consumer_id AND acting.is_blocked = 0
          WHERE secret.digest IN (SELECT value FROM json_each(?1, '$.keys'))
          AND (secret.expires_at IS NULL
            OR secret.expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'now', 'unixepoch'))),
          'api_key_invalid') END
      ELSE 'access_type' END
    FROM clients client WHERE client.id = ?1 ->> 'client'), 'ok')";

/// What the gate asks of a caller. The text has only what is asked: it is sent and parsed with every request.
#[derive(Clone, Copy, Debug)]
pub struct GateQuestions {
    /// Whether this service signed the token.
    pub is_ours: bool,
    /// Whether `type` is given.
    pub has_type: bool,
    /// Whether a consumer that acts for the client is refused.
    pub refuses_consumers: bool,
    /// Whether `keys` is given.
    pub has_keys: bool,
}

impl GateQuestions {
    /// SQL of the word, between these texts.
    fn word(self, before: &str, [after, end]: [&str; 2]) -> String {
        let revoked = if self.is_ours { revoked_of_ours!() } else { revoked_of_trusted_issuer!() };
        let foreign = if self.has_type { FOREIGN } else { "" };
        let consumer = if self.refuses_consumers { CONSUMER } else { "" };
        let key = if self.has_keys { KEY } else { "" };
        [before, "CASE WHEN ", revoked, " THEN 'revoked'", foreign, consumer, key, " ELSE 'ok' END AS word", after, end]
            .concat()
    }

    /// Selects the columns `word` and `context`.
    pub fn ask(self) -> String {
        self.word("SELECT ", [", ", if self.has_type { concat!(context!(), " AS context") } else { "NULL AS context" }])
    }

    /// Ends the batch when the caller is refused.
    pub fn guard(self) -> String {
        self.word("INSERT INTO refusals (word) SELECT word FROM (SELECT ", [") WHERE word IS NOT 'ok'", ""])
    }
}
