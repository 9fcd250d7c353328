//! The SQL of the gate: what the database must say about the caller.

/// SQL: one word for the caller that `?1` describes, which [`Statement::text`](crate::db::statement::Statement::text) puts in
/// place of this parameter. First match wins.
///
/// | word | when |
/// |---|---|
/// | `revoked` | the client is blocked; or `iat` is not after a revocation; or, for a token signed by us, it was revoked itself, or client, connection or grant are gone |
/// | `foreign` | `type` is given (the path names another client) and its context is not `any` |
/// | `api_key_…`, `broker_…`, `access_type` | `API_KEY_RULE = "broker"` and the client's settings ask for a key (spec/mithril.md §4.5) |
/// | `ok` | otherwise |
macro_rules! gate {
    () => {
        "$gate"
    };
}
pub(crate) use gate;

/// SQL: the context of `?1 ->> 'type'`, likewise; NULL without one, or where no such type is known.
macro_rules! asked_context {
    () => {
        "$context"
    };
}
pub(crate) use asked_context;

/// Of a token of a trusted issuer.
const BLOCKED: &str = "EXISTS (
      SELECT 1 FROM clients WHERE id = ?1 ->> 'client'
      AND (is_blocked = 1 OR tokens_valid_after >= COALESCE(?1 ->> 'iat', 0)))";

/// Of a token signed by us; the grant's part and a `)` follow.
const GONE: &str = "NOT EXISTS (
      SELECT 1 FROM connections held JOIN clients holder ON holder.id = held.client_id
      WHERE held.id = ?1 ->> 'connection' AND held.client_id = ?1 ->> 'client' AND holder.is_blocked = 0
      AND COALESCE(holder.tokens_valid_after, -1) < ?1 ->> 'iat'
      AND COALESCE(held.tokens_valid_after, -1) < ?1 ->> 'iat'
      AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?1 ->> 'jti')";

const GRANT: &str = "
      AND (?1 ->> 'grant' IS NULL OR EXISTS (SELECT 1 FROM grants WHERE id = ?1 ->> 'grant'))";

const CONTEXT: &str = "(SELECT context FROM client_types WHERE name = ?1 ->> 'type')";

/// The broker rule.
const KEYS: &str = "  WHEN ?1 ->> 'keys' IS NULL THEN 'ok'
  ELSE COALESCE((
    SELECT CASE COALESCE(client.priv_settings ->> 'access_type', '')
      WHEN 'DIRECT' THEN 'ok'
      WHEN 'BROKER' THEN CASE
        WHEN ?1 ->> 'keys' = '[]' THEN 'api_key_required'
        ELSE COALESCE((
          SELECT CASE
            WHEN broker.priv_settings ->> 'broker_scope' IS NULL THEN 'broker_settings'
            WHEN instr(' ' || (broker.priv_settings ->> 'broker_scope') || ' ', ' ' || (?1 ->> 'scope') || ' ') = 0
              THEN 'broker_scope'
            ELSE 'ok' END
          FROM connection_secrets secret
          JOIN connections link ON link.id = secret.connection_id
          JOIN clients broker ON broker.id = link.client_id
          WHERE secret.digest IN (SELECT value FROM json_each(?1, '$.keys'))
          AND (secret.expires_at IS NULL
            OR secret.expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'now', 'unixepoch'))),
          'api_key_invalid') END
      ELSE 'access_type' END
    FROM clients client WHERE client.id = ?1 ->> 'client'), 'ok')";

/// Which questions a gate comes down to: those that its caller leaves open. The text crosses with every call and the
/// database parses it, and of all questions most calls have one (decision 0011).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    pub signer: Signer,
    /// Whether there may be one, here and below.
    pub grant: bool,
    pub r#type: bool,
    pub keys: bool,
}

/// Who signed the caller's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signer {
    Us,
    TrustedIssuer,
    Either,
}

impl Shape {
    /// Right for every caller.
    pub const WHOLE: Self = Self { signer: Signer::Either, grant: true, r#type: true, keys: true };

    /// SQL with its gate, and without the ends of its lines.
    pub fn fill(self, sql: &str) -> String {
        let context = if self.r#type { CONTEXT } else { "NULL" };
        let filled = sql.replace(gate!(), &self.gate()).replace(asked_context!(), context);
        filled.lines().map(str::trim_start).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn gate(self) -> String {
        let gone = [GONE, if self.grant { GRANT } else { "" }, ")"].concat();
        let revoked = match self.signer {
            Signer::Us => gone,
            Signer::TrustedIssuer => BLOCKED.to_owned(),
            Signer::Either => format!("CASE WHEN ?1 ->> 'connection' IS NULL THEN {BLOCKED} ELSE {gone} END"),
        };
        let foreign = if self.r#type {
            format!("WHEN ?1 ->> 'type' IS NOT NULL AND COALESCE({CONTEXT}, 'own') <> 'any' THEN 'foreign'")
        } else {
            String::new()
        };
        let keys = if self.keys { KEYS } else { "ELSE 'ok'" };
        format!("CASE WHEN {revoked} THEN 'revoked'\n{foreign}\n{keys}\nEND")
    }
}

/// The gate alone, first statement of a batch of changes: `{"gate": word, "context": own|any|null}`.
pub const GATE: &str = concat!("SELECT json_object('gate', ", gate!(), ", 'context', ", asked_context!(), ")");
