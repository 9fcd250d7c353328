//! The SQL of secrets. A connection has up to five that work. A secret works until its `expires_at`; the next refresh
//! after that time deletes its row, if the cron trigger has not done so.

use crate::db::sql::{stored_time, tagged};
use crate::db::statement::{Param, Statement};
use crate::identity::ids::ClientId;
use crate::mithril::connections::ceiling;
use crate::mithril::connections::key_rule::{KeyRule, key_client};
use crate::mithril::connections::reach::{Reached, reached, within_reach};
use crate::mithril::connections::store::{record, revocation, tagged_connection};
use crate::mithril::list::ListSource;
use crate::mithril::list_request::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{NEVER_NEW, TaggedRow};
use crate::secrets::secret::StoredSecret;
use crate::secrets::sql::{note_use, secret_counts};

/// How many secrets of a connection may work at the same time.
pub const MAX_SECRETS: i64 = 5;
/// The longest grace period, in seconds: seven days. An old secret is needed only until the new one is deployed.
pub const MAX_GRACE: i64 = 7 * 86_400;

/// SQL: the connection that has the new secret, whose digest is `?1`; NULL when it was not inserted. The digest has an
/// index, and the id has none.
macro_rules! made {
    () => {
        "(SELECT connection_id FROM connection_secrets WHERE digest = ?1)"
    };
}

/// SQL: how many secrets of the connection work. `?5` is now.
macro_rules! live {
    () => {
        concat!(
            "(SELECT count(*) FROM connection_secrets WHERE connection_id = connections.id AND ",
            secret_counts!("expires_at", "?5"),
            ")"
        )
    };
}

/// `{"consumer_id", "key_client", "live"}`: what decides a refresh. There is no row for a connection that does not
/// exist.
macro_rules! refresh_facts {
    ($found:expr) => {
        concat!(
            "SELECT json_object('consumer_id', consumer_id, 'key_client', (",
            key_client!("?4", "?5"),
            "), 'live', ",
            live!(),
            ") AS facts FROM connections WHERE ",
            $found
        )
    };
}

/// Inserts the new secret, if the rule for the key allows it (`?6` = 0: there is no rule) and there are not too many
/// secrets, when the old ones stay (`?11` = 1). The statements after it depend on the new row, so the old secrets are
/// deleted only when the new one was inserted. The presented key may be one of the old secrets, which still works here.
macro_rules! refresh_insert {
    ($found:expr) => {
        concat!(
            "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
SELECT ?7, id, ?8, ?9, ?10, ",
            stored_time!("?5"),
            " FROM connections
WHERE ",
            $found,
            " AND (?6 = 0 OR consumer_id = ?2 OR consumer_id = (",
            key_client!("?4", "?5"),
            ")) AND (?11 = 0 OR ",
            live!(),
            " < ?12)"
        )
    };
}

/// Writes down that the presented key was used. `?1` is the digest of the new secret, here and in the statements below.
const REFRESH_NOTE: &str = concat!(note_use!("?2", "digests"), made!(), " IS NOT NULL");

/// Deletes all old secrets, or only the expired ones when the others stay (`?3` = 1).
const REFRESH_DROP_OLD: &str = concat!(
    "DELETE FROM connection_secrets
WHERE connection_id = ",
    made!(),
    " AND digest <> ?1
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
    ") WHERE connection_id = ",
    made!(),
    " AND digest <> ?1"
);

/// The decisive change of a refresh. It revokes the tokens of the connection when `?3` is 1.
macro_rules! refresh_touch {
    ($returned:expr) => {
        concat!(
            "UPDATE connections SET updated_at = ",
            stored_time!("?2"),
            ", tokens_valid_after = CASE ?3 WHEN 1 THEN ",
            revocation!("?2"),
            " ELSE tokens_valid_after END,
  version = version + 1
WHERE id = ",
            made!(),
            " RETURNING ",
            $returned
        )
    };
}

/// SQL: the connection that a client has by itself, if the caller reaches it. `?1` and `?2` are the client, `?3` the
/// connection of the caller's token.
macro_rules! own_connection {
    () => {
        concat!("client_id = ?1 AND consumer_id = ?2 AND ", within_reach!("?3"))
    };
}

/// SQL: the client of a connection as the older refresh shows it, as JSON.
macro_rules! client_json {
    () => {
        "(SELECT json_object('id', client.id, 'name', client.name, 'redirect_uri', connections.redirect_uri,
    'settings', json(client.settings)) FROM clients client WHERE client.id = connections.client_id)"
    };
}

/// The statements of a refresh that know which connection is meant.
struct RefreshSql {
    facts: &'static str,
    insert: &'static str,
    touch: &'static str,
}

/// Of the connection that the path names.
const OF_PATH: RefreshSql = RefreshSql {
    facts: refresh_facts!(reached!()),
    insert: refresh_insert!(reached!()),
    touch: refresh_touch!(tagged_connection!()),
};

/// Of the connection that the client of the path has by itself.
const OF_CLIENT: RefreshSql = RefreshSql {
    facts: refresh_facts!(own_connection!()),
    insert: refresh_insert!(own_connection!()),
    touch: refresh_touch!(tagged!("version || ''", client_json!())),
};

/// The columns `subject` and `fields` of the audit row of a refresh; `?1` is the digest of the new secret.
const REFRESHED: &str = "SELECT 'connection/' || connection_id AS subject, json_array('secret') AS fields
FROM connection_secrets WHERE digest = ?1";

/// The columns `total` and `items`; there is no row for a connection that does not exist. `?1` is the page as JSON,
/// with `connection_id`, `client_id`, `caller` and `now`.
const LIST: &str = concat!(
    "SELECT (SELECT count(*) FROM connection_secrets WHERE connection_id = link.id AND ",
    secret_counts!("expires_at", "?1 ->> 'now'"),
    ") AS total, (SELECT json_group_array(json(item)) FROM (SELECT json_object('id', id, 'hint', hint,
    'created_at', created_at, 'expires_at', expires_at, 'last_used_at', last_used_at) AS item
  FROM connection_secrets WHERE connection_id = link.id AND ",
    secret_counts!("expires_at", "?1 ->> 'now'"),
    " ORDER BY created_at, id LIMIT ?1 ->> 'size' OFFSET ?1 ->> 'offset')) AS items
FROM connections link WHERE link.id = ?1 ->> 'connection_id' AND link.client_id = ?1 ->> 'client_id' AND ",
    within_reach!("?1 ->> 'caller'")
);

/// Deletes the secret `?4` of the connection that the path names.
const RETIRE: &str = concat!(
    "DELETE FROM connection_secrets WHERE id = ?4 AND connection_id = (SELECT id FROM connections WHERE ",
    reached!(),
    ") RETURNING id"
);

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

/// The change `connection.refresh_secret`. `secret` is the new secret, and `secret_id` its id.
pub fn refresh(
    reached: &Reached,
    rule: &KeyRule,
    secret_id: &str,
    secret: StoredSecret,
    options: RefreshOptions,
) -> Change {
    refresh_of(&OF_PATH, reached.params(), rule, (secret_id, secret), options)
        .gives(ceiling::given_by_refresh(&reached.client_id))
        .record(record(reached))
}

/// The same of the connection that a client has by itself. `caller` is the connection of the caller's token.
pub fn refresh_own(
    client_id: &ClientId,
    caller: Option<&str>,
    rule: &KeyRule,
    (secret_id, secret): (&str, StoredSecret),
    options: RefreshOptions,
) -> Change {
    let target: [Param; 3] = [client_id.into(), client_id.into(), caller.into()];
    let record = TaggedRow {
        tag: "version || ''",
        data: client_json!(),
        from: concat!("connections WHERE ", own_connection!()),
        ids: target.to_vec(),
        may_be_new: NEVER_NEW,
    };
    refresh_of(&OF_CLIENT, target, rule, (secret_id, secret), options)
        .gives(ceiling::given_by_refresh(client_id))
        .record(record)
}

/// A refresh of the connection that `target` names.
fn refresh_of(
    sql: &RefreshSql,
    target: [Param; 3],
    rule: &KeyRule,
    (secret_id, secret): (&str, StoredSecret),
    options: RefreshOptions,
) -> Change {
    let now = Param::Int(options.now);
    let stay = Param::from(options.grace_period > 0);
    let target = [target.as_slice(), &[Param::json(&rule.key.digests), now.clone()]].concat();
    let made = || Param::from(secret.digest.as_str());
    let new: [Param; 7] = [
        rule.applies.into(),
        secret_id.into(),
        made(),
        Param::Int(secret.pepper_version),
        secret.hint.into(),
        stay.clone(),
        Param::Int(MAX_SECRETS),
    ];
    let mut steps = vec![Statement::new(sql.insert, [target.as_slice(), &new].concat())];
    if rule.applies && !rule.key.digests.is_empty() {
        steps.push(Statement::new(REFRESH_NOTE, [made(), Param::json(&rule.key)]));
    }
    steps.push(Statement::new(REFRESH_DROP_OLD, [made(), now.clone(), stay]));
    if options.grace_period > 0 {
        let end = Param::Int(options.now + options.grace_period);
        steps.push(Statement::new(REFRESH_LIMIT_OLD, [made(), end]));
    }
    let touch = Statement::new(sql.touch, [made(), now, options.revoke_tokens.into()]);
    Change::new("connection.refresh_secret", String::new(), touch)
        .named_before_decisive(Statement::new(REFRESHED, [made()]))
        .facts(Statement::new(sql.facts, target))
        .steps(steps)
}

/// A page of the secrets of a connection that work: the columns `total` and `items`.
pub fn list(list: &ListRequest) -> Statement {
    ListSource::statement(list, LIST.to_owned())
}

/// The change `connection.retire_secret`. A secret has no tag of its own, so conditions are checked against the tag of
/// its connection.
pub fn retire(reached: &Reached, secret_id: &str) -> Change {
    let subject = format!("connection/{}/secret/{secret_id}", reached.connection_id);
    let params = [reached.params().as_slice(), &[secret_id.into()]].concat();
    let record = TaggedRow {
        from: concat!(
            "connections WHERE ",
            reached!(),
            "
  AND EXISTS (SELECT 1 FROM connection_secrets WHERE connection_secrets.id = ?4 AND connection_id = connections.id)"
        ),
        ids: params.clone(),
        ..record(reached)
    };
    Change::new("connection.retire_secret", subject, Statement::new(RETIRE, params)).fields(["secret"]).record(record)
}
