//! The SQL of secrets. A connection holds up to five; one counts until its `expires_at`, and goes for good with
//! the next refresh after it.

use crate::base::json::json;
use crate::db::gate::{asked_context, gate};
use crate::db::sql::stored_time;
use crate::db::statement::{Param, Statement};
use crate::mithril::connections::store::tagged_connection;
use crate::mithril::list_query::List;
use crate::secrets::secret::{SecretUse, StoredSecret};
use crate::secrets::sql::note_use;
use crate::secrets::sql::secret_counts;

/// At most so many secrets count at a time.
pub const MAX_SECRETS: i64 = 5;
/// Seven days: nobody needs two secrets for longer than it takes to deploy one.
pub const MAX_GRACE: i64 = 7 * 86_400;

/// The client that the presented key's connection belongs to. `?4` holds its digests, `?5` is now.
macro_rules! key_client {
    () => {
        concat!(
            "SELECT link.client_id FROM connection_secrets secret JOIN connections link ON link.id = secret.connection_id
      WHERE secret.digest IN (SELECT value FROM json_each(?4)) AND ",
            secret_counts!("secret.expires_at", "?5")
        )
    };
}

/// How many secrets the connection at hand has.
macro_rules! live {
    () => {
        concat!(
            "(SELECT count(*) FROM connection_secrets WHERE connection_id = connections.id AND ",
            secret_counts!("expires_at", "?5"),
            ")"
        )
    };
}

/// What decides a refresh: `{"gate", "context", "row": {"consumer_id", "key_client", "live"} | null}`.
const REFRESH_GATE: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', ",
    asked_context!(),
    ",
  'row', (SELECT json_object('consumer_id', consumer_id, 'key_client', (",
    key_client!(),
    "), 'live', ",
    live!(),
    ") FROM connections WHERE id = ?2 AND client_id = ?3))"
);

/// The new secret, if the rule allows it (`?6` = 0: no rule) and, where the others stay (`?11` = 1), there is room.
/// The statements after it hang on its row, so the old secrets go only when this one has come, and the rule is read
/// while a key among them still counts.
const REFRESH_INSERT: &str = concat!(
    "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
SELECT ?7, id, ?8, ?9, ?10, ",
    stored_time!("?5"),
    " FROM connections
WHERE id = ?2 AND client_id = ?3 AND (?6 = 0 OR consumer_id = ?3 OR consumer_id = (",
    key_client!(),
    ")) AND (?11 = 0 OR ",
    live!(),
    " < ?12) AND 'ok' = ",
    gate!()
);

/// The presented key was used. `?1` is the new secret's id, here and below.
const REFRESH_NOTE: &str =
    concat!(note_use!("?2", "digests"), "EXISTS (SELECT 1 FROM connection_secrets made WHERE made.id = ?1)");

/// All others, or, where they stay (`?3` = 1), what is left of expired ones.
const REFRESH_DROP_OLD: &str = concat!(
    "DELETE FROM connection_secrets
WHERE connection_id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) AND id <> ?1
  AND (?3 = 0 OR NOT ",
    secret_counts!("expires_at", "?2"),
    ")"
);

/// An end that was set never moves away.
const REFRESH_LIMIT_OLD: &str = concat!(
    "UPDATE connection_secrets SET expires_at = MIN(COALESCE(expires_at, ",
    stored_time!("?2"),
    "), ",
    stored_time!("?2"),
    ") WHERE connection_id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) AND id <> ?1"
);

/// A refreshed secret ends what was issued through the old one, if `?3` says so.
const REFRESH_TOUCH: &str = concat!(
    "UPDATE connections SET updated_at = ",
    stored_time!("?2"),
    ", tokens_valid_after = CASE ?3 WHEN 1 THEN ?2 ELSE tokens_valid_after END,
  version = version + 1
WHERE id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) RETURNING ",
    tagged_connection!()
);

/// `{"gate", "context", "row": {"total", "items"} | null}`; `?2` is the list with the connection, its client and now.
const LIST: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', ",
    asked_context!(),
    ",
  'row', (SELECT json_object('total', (SELECT count(*) FROM connection_secrets WHERE connection_id = link.id AND ",
    secret_counts!("expires_at", "?2 ->> 'now'"),
    "), 'items', (SELECT json_group_array(json(item)) FROM (SELECT json_object('id', id, 'hint', hint,
      'created_at', created_at, 'expires_at', expires_at, 'last_used_at', last_used_at) AS item
    FROM connection_secrets WHERE connection_id = link.id AND ",
    secret_counts!("expires_at", "?2 ->> 'now'"),
    " ORDER BY created_at, id LIMIT ?2 ->> 'size' OFFSET ?2 ->> 'offset')))
  FROM connections link WHERE link.id = ?2 ->> 'connection_id' AND link.client_id = ?2 ->> 'client_id'))"
);

const RETIRE: &str = concat!(
    "DELETE FROM connection_secrets WHERE id = ?4
  AND connection_id = (SELECT id FROM connections WHERE id = ?2 AND client_id = ?3) AND 'ok' = ",
    gate!(),
    " RETURNING json_quote(id)"
);

/// What a caller wants of a refresh.
#[derive(Clone, Copy, Debug)]
pub struct Refresh {
    /// Whether tokens issued until now die.
    pub revoke_tokens: bool,
    /// How long the old secrets live on, in seconds; 0: not at all.
    pub grace_period: i64,
    pub now: i64,
}

/// How the `api-key` header counts for a refresh.
pub struct KeyRule {
    pub applies: bool,
    /// The header; nobody's secret when there is none.
    pub key: SecretUse,
}

/// A batch; the first answers the gate, the last the connection.
pub fn refresh(
    gate: &str,
    (client_id, connection_id): (&str, &str),
    rule: &KeyRule,
    (secret_id, secret): (&str, StoredSecret),
    wish: Refresh,
) -> Vec<Statement> {
    let digests = json(&rule.key.digests);
    let now = Param::Int(wish.now);
    let stay = Param::Int((wish.grace_period > 0).into());
    let target: [Param; 5] = [gate.into(), connection_id.into(), client_id.into(), digests.into(), now.clone()];
    let new: [Param; 7] = [
        Param::Int(rule.applies.into()),
        secret_id.into(),
        secret.digest.into(),
        Param::Int(secret.pepper_version),
        secret.hint.into(),
        stay.clone(),
        Param::Int(MAX_SECRETS),
    ];
    let mut batch = vec![
        Statement::new(REFRESH_GATE, target.clone()),
        Statement::new(REFRESH_INSERT, [target.as_slice(), &new].concat()),
    ];
    if rule.applies && !rule.key.digests.is_empty() {
        batch.push(Statement::new(REFRESH_NOTE, [secret_id.into(), json(&rule.key).into()]));
    }
    batch.push(Statement::new(REFRESH_DROP_OLD, [secret_id.into(), now.clone(), stay]));
    if wish.grace_period > 0 {
        batch.push(Statement::new(REFRESH_LIMIT_OLD, [secret_id.into(), Param::Int(wish.now + wish.grace_period)]));
    }
    batch.push(Statement::new(REFRESH_TOUCH, [secret_id.into(), now, Param::Int(wish.revoke_tokens.into())]));
    batch
}

pub fn list(gate: String, list: &List) -> Statement {
    Statement::new(LIST, [gate.into(), list.to_json5().into()])
}

pub fn retire(gate: String, client_id: &str, connection_id: &str, secret_id: &str) -> Statement {
    Statement::new(RETIRE, [gate.into(), connection_id.into(), client_id.into(), secret_id.into()])
}
