//! The SQL of secrets. A connection holds up to five; one counts until its `expires_at`, and goes for good with
//! the next refresh after it.

use crate::db::sql::stored_time;
use crate::db::statement::{Param, Statement};
use crate::mithril::connections::store::{record, subject, tagged_connection};
use crate::mithril::list::Source;
use crate::mithril::list_query::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::TaggedRow;
use crate::secrets::secret::{SecretUse, StoredSecret};
use crate::secrets::sql::{note_use, secret_counts};

/// At most so many secrets count at a time.
pub const MAX_SECRETS: i64 = 5;
/// Seven days: nobody needs two secrets for longer than it takes to deploy one.
pub const MAX_GRACE: i64 = 7 * 86_400;

/// The client that the presented key's connection belongs to. `?3` holds its digests, `?4` is now.
macro_rules! key_client {
    () => {
        concat!(
            "SELECT link.client_id FROM connection_secrets secret JOIN connections link ON link.id = secret.connection_id
      WHERE secret.digest IN (SELECT value FROM json_each(?3)) AND ",
            secret_counts!("secret.expires_at", "?4")
        )
    };
}

/// How many secrets the connection at hand has.
macro_rules! live {
    () => {
        concat!(
            "(SELECT count(*) FROM connection_secrets WHERE connection_id = connections.id AND ",
            secret_counts!("expires_at", "?4"),
            ")"
        )
    };
}

/// `{"consumer_id", "key_client", "live"}`: what decides a refresh; no row for a connection that does not exist.
const REFRESH_FACTS: &str = concat!(
    "SELECT json_object('consumer_id', consumer_id, 'key_client', (",
    key_client!(),
    "), 'live', ",
    live!(),
    ") AS facts FROM connections WHERE id = ?1 AND client_id = ?2"
);

/// The new secret, if the rule allows it (`?5` = 0: no rule) and, where the others stay (`?10` = 1), there is room.
/// The statements after it depend on its row, so the old secrets go only when this one has come, and the rule is read
/// while a key among them still counts.
const REFRESH_INSERT: &str = concat!(
    "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
SELECT ?6, id, ?7, ?8, ?9, ",
    stored_time!("?4"),
    " FROM connections
WHERE id = ?1 AND client_id = ?2 AND (?5 = 0 OR consumer_id = ?2 OR consumer_id = (",
    key_client!(),
    ")) AND (?10 = 0 OR ",
    live!(),
    " < ?11)"
);

/// Notes that the presented key was used. `?1` is the new secret's id, here and below.
const REFRESH_NOTE: &str =
    concat!(note_use!("?2", "digests"), "EXISTS (SELECT 1 FROM connection_secrets made WHERE made.id = ?1)");

/// Deletes all others, or, where they stay (`?3` = 1), what is left of expired ones.
const REFRESH_DROP_OLD: &str = concat!(
    "DELETE FROM connection_secrets
WHERE connection_id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) AND id <> ?1
  AND (?3 = 0 OR NOT ",
    secret_counts!("expires_at", "?2"),
    ")"
);

/// Sets the end of the old secrets. An end that was set never moves away.
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

/// The columns `total` and `items`; no row for a connection that does not exist. `?1` is the list with the connection,
/// its client and now.
const LIST: &str = concat!(
    "SELECT (SELECT count(*) FROM connection_secrets WHERE connection_id = link.id AND ",
    secret_counts!("expires_at", "?1 ->> 'now'"),
    ") AS total, (SELECT json_group_array(json(item)) FROM (SELECT json_object('id', id, 'hint', hint,
    'created_at', created_at, 'expires_at', expires_at, 'last_used_at', last_used_at) AS item
  FROM connection_secrets WHERE connection_id = link.id AND ",
    secret_counts!("expires_at", "?1 ->> 'now'"),
    " ORDER BY created_at, id LIMIT ?1 ->> 'size' OFFSET ?1 ->> 'offset')) AS items
FROM connections link WHERE link.id = ?1 ->> 'connection_id' AND link.client_id = ?1 ->> 'client_id'"
);

const RETIRE: &str = "DELETE FROM connection_secrets WHERE id = ?3
AND connection_id = (SELECT id FROM connections WHERE id = ?1 AND client_id = ?2) RETURNING id";

/// What a caller wants of a refresh.
#[derive(Clone, Copy, Debug)]
pub struct Refresh {
    /// Whether tokens issued until now die.
    pub revoke_tokens: bool,
    /// How long the old secrets live on, in seconds; 0: not at all.
    pub grace_period: i64,
    /// Seconds since 1970.
    pub now: i64,
}

/// How the `api-key` header counts for a refresh.
pub struct KeyRule {
    pub applies: bool,
    /// The header; the default, which is nobody's secret, when there is none.
    pub key: SecretUse,
}

/// `connection.refresh_secret`. `new` is the new secret with its id.
pub fn refresh(
    client_id: &str,
    connection_id: &str,
    rule: &KeyRule,
    (secret_id, secret): (&str, StoredSecret),
    options: Refresh,
) -> Change {
    let now = Param::Int(options.now);
    let stay = Param::from(options.grace_period > 0);
    let target: [Param; 4] = [connection_id.into(), client_id.into(), Param::json(&rule.key.digests), now.clone()];
    let new: [Param; 7] = [
        rule.applies.into(),
        secret_id.into(),
        secret.digest.into(),
        Param::Int(secret.pepper_version),
        secret.hint.into(),
        stay.clone(),
        Param::Int(MAX_SECRETS),
    ];
    let mut steps = vec![Statement::new(REFRESH_INSERT, [target.as_slice(), &new].concat())];
    if rule.applies && !rule.key.digests.is_empty() {
        steps.push(Statement::new(REFRESH_NOTE, [secret_id.into(), Param::json(&rule.key)]));
    }
    steps.push(Statement::new(REFRESH_DROP_OLD, [secret_id.into(), now.clone(), stay]));
    if options.grace_period > 0 {
        let end = Param::Int(options.now + options.grace_period);
        steps.push(Statement::new(REFRESH_LIMIT_OLD, [secret_id.into(), end]));
    }
    let touch = Statement::new(REFRESH_TOUCH, [secret_id.into(), now, options.revoke_tokens.into()]);
    Change::new("connection.refresh_secret", subject(connection_id), touch)
        .fields(["secret"])
        .facts(Statement::new(REFRESH_FACTS, target))
        .steps(steps)
        .record(record(client_id, connection_id))
}

/// The columns `total` and `items` of a connection's secrets.
pub fn list(list: &ListRequest) -> Statement {
    Source::statement(list, LIST.to_owned())
}

/// `connection.retire_secret`. A secret has no tag of its own: the conditions are about its connection.
pub fn retire(client_id: &str, connection_id: &str, secret_id: &str) -> Change {
    let subject = format!("connection/{connection_id}/secret/{secret_id}");
    let params: [Param; 3] = [connection_id.into(), client_id.into(), secret_id.into()];
    let record = TaggedRow {
        from: "connections WHERE id = ?1 AND client_id = ?2
  AND EXISTS (SELECT 1 FROM connection_secrets WHERE connection_secrets.id = ?3 AND connection_id = connections.id)",
        ids: params.to_vec(),
        ..record(client_id, connection_id)
    };
    Change::new("connection.retire_secret", subject, Statement::new(RETIRE, params)).fields(["secret"]).record(record)
}
