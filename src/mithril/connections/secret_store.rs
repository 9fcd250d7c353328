//! The SQL of secrets. A connection has up to five that work. A secret works until its `expires_at`; the next refresh
//! after that time deletes its row, if the cron trigger has not done so.

use crate::db::sql::stored_time;
use crate::db::statement::{Param, Statement};
use crate::identity::ids::{ClientId, ConnectionId};
use crate::mithril::connections::store::{record, subject, tagged_connection};
use crate::mithril::list::ListSource;
use crate::mithril::list_query::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::TaggedRow;
use crate::secrets::secret::{SecretUse, StoredSecret};
use crate::secrets::sql::{note_use, secret_counts};

/// How many secrets of a connection may work at the same time.
pub const MAX_SECRETS: i64 = 5;
/// The longest grace period, in seconds: seven days. An old secret is needed only until the new one is deployed.
pub const MAX_GRACE: i64 = 7 * 86_400;

/// SQL: the client whose connection the presented key belongs to. `?3` holds the digests of the key, and `?4` is now.
macro_rules! key_client {
    () => {
        concat!(
            "SELECT link.client_id FROM connection_secrets secret JOIN connections link ON link.id = secret.connection_id
      WHERE secret.digest IN (SELECT value FROM json_each(?3)) AND ",
            secret_counts!("secret.expires_at", "?4")
        )
    };
}

/// SQL: how many secrets of the connection work. `?4` is now.
macro_rules! live {
    () => {
        concat!(
            "(SELECT count(*) FROM connection_secrets WHERE connection_id = connections.id AND ",
            secret_counts!("expires_at", "?4"),
            ")"
        )
    };
}

/// `{"consumer_id", "key_client", "live"}`: what decides a refresh. There is no row for a connection that does not
/// exist.
const REFRESH_FACTS: &str = concat!(
    "SELECT json_object('consumer_id', consumer_id, 'key_client', (",
    key_client!(),
    "), 'live', ",
    live!(),
    ") AS facts FROM connections WHERE id = ?1 AND client_id = ?2"
);

/// Inserts the new secret, if the rule for the key allows it (`?5` = 0: there is no rule) and there are not too many
/// secrets, when the old ones stay (`?10` = 1). The statements after it depend on the new row, so the old secrets are
/// deleted only when the new one was inserted. The presented key may be one of the old secrets, which still works here.
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

/// Writes down that the presented key was used. `?1` is the id of the new secret, here and in the statements below.
const REFRESH_NOTE: &str =
    concat!(note_use!("?2", "digests"), "EXISTS (SELECT 1 FROM connection_secrets made WHERE made.id = ?1)");

/// Deletes all old secrets, or only the expired ones when the others stay (`?3` = 1).
const REFRESH_DROP_OLD: &str = concat!(
    "DELETE FROM connection_secrets
WHERE connection_id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) AND id <> ?1
  AND (?3 = 0 OR NOT ",
    secret_counts!("expires_at", "?2"),
    ")"
);

/// Sets the time when the old secrets stop working. A time that was set before never becomes later.
const REFRESH_LIMIT_OLD: &str = concat!(
    "UPDATE connection_secrets SET expires_at = MIN(COALESCE(expires_at, ",
    stored_time!("?2"),
    "), ",
    stored_time!("?2"),
    ") WHERE connection_id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) AND id <> ?1"
);

/// The decisive change of a refresh. It revokes the tokens of the connection when `?3` is 1. The moment is later than any
/// revocation before: tokens that were issued since are dated behind that one, even when the clock stood or went back.
const REFRESH_TOUCH: &str = concat!(
    "UPDATE connections SET updated_at = ",
    stored_time!("?2"),
    ", tokens_valid_after = CASE ?3 WHEN 1 THEN MAX(?2, COALESCE(tokens_valid_after, -1) + 1,
    COALESCE((SELECT tokens_valid_after FROM clients WHERE id = connections.client_id), -1) + 1)
  ELSE tokens_valid_after END,
  version = version + 1
WHERE id = (SELECT connection_id FROM connection_secrets WHERE id = ?1) RETURNING ",
    tagged_connection!()
);

/// The columns `total` and `items`; there is no row for a connection that does not exist. `?1` is the page as JSON,
/// with `connection_id`, `client_id` and `now`.
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

/// Deletes the secret `?3` of the connection `?1` of the client `?2`.
const RETIRE: &str = "DELETE FROM connection_secrets WHERE id = ?3
AND connection_id = (SELECT id FROM connections WHERE id = ?1 AND client_id = ?2) RETURNING id";

/// The options of a refresh.
#[derive(Clone, Copy, Debug)]
pub struct RefreshOptions {
    /// Whether the tokens that were issued until now are revoked.
    pub revoke_tokens: bool,
    /// For how many seconds the old secrets still work.
    pub grace_period: i64,
    /// Seconds since 1970.
    pub now: i64,
}

/// The rule that the `api-key` header must satisfy for a refresh.
pub struct KeyRule {
    /// Whether there is such a rule (`API_KEY_RULE`).
    pub applies: bool,
    /// The key of the header. Without a header it is the default, which matches no secret.
    pub key: SecretUse,
}

/// The change `connection.refresh_secret`. `secret` is the new secret, and `secret_id` its id.
pub fn refresh(
    client_id: &ClientId,
    connection_id: &ConnectionId,
    rule: &KeyRule,
    secret_id: &str,
    secret: StoredSecret,
    options: RefreshOptions,
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

/// A page of the secrets of a connection that work: the columns `total` and `items`.
pub fn list(list: &ListRequest) -> Statement {
    ListSource::statement(list, LIST.to_owned())
}

/// The change `connection.retire_secret`. A secret has no tag of its own, so conditions are checked against the tag of
/// its connection.
pub fn retire(client_id: &ClientId, connection_id: &ConnectionId, secret_id: &str) -> Change {
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
