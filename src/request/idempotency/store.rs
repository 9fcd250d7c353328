//! The SQL of idempotency keys. Around a change, in its batch:
//!
//! | statement | what for |
//! |---|---|
//! | the change's first | answers the gate |
//! | [`forget`], [`claim`] | the row of the key; one that is there ends the batch |
//! | `before` of the snapshot | what the change will take away |
//! | the change, its audit row | |
//! | [`release`] | the row goes when nothing was changed: refusals are not kept |
//! | [`keep`] | what the change made |

use crate::db::gate::{asked_context, gate};
use crate::db::statement::{Param, Statement};

/// Seconds for which a key is remembered.
pub const LIFETIME: i64 = 86_400;

/// One that has ended and is still there.
const FORGET: &str = "DELETE FROM idempotency_keys WHERE id = ?1 AND key_exp <= ?2";

/// Right after the audit's row, which is there when something was changed. The row of the key is this batch's own.
const RELEASE: &str = "DELETE FROM idempotency_keys WHERE id = ?1 AND changes() = 0";

/// SQL of what is kept of a key.
macro_rules! kept {
    () => {
        "json_object('fingerprint', fingerprint, 'facts', json(facts), 'outcome', json(outcome), 'secret', secret) AS answer
  FROM idempotency_keys WHERE id = "
    };
}

/// `{"gate", "context", "row": {"fingerprint", "facts", "outcome", "secret"} | null}`.
const FIND: &str = concat!(
    "SELECT json_object('gate', ",
    gate!(),
    ", 'context', ",
    asked_context!(),
    ",
  'row', (SELECT ",
    kept!(),
    "?2 AND key_exp > ?3))"
);

/// Without the gate: the seal is that of the call at hand.
const FIND_OWN: &str = concat!("SELECT ", kept!(), "?1 AND secret = ?2");

pub fn forget(id: &str, now: i64) -> Statement {
    Statement::new(FORGET, [id.into(), Param::Int(now)])
}

/// Keeps what `first`, the statement that answers the gate, selects beside it. Whether or not it lets the caller in: a
/// batch whose first attempt was done must end here, since some of its statements hang on rows that are there by now.
pub fn claim(id: &str, fingerprint: String, secret: Option<String>, first: &Statement, now: i64) -> Statement {
    let (sql, at) = (&first.sql, first.params.len());
    let [one, two, three, four] = [at + 1, at + 2, at + 3, at + 4];
    let claim = format!(
        "INSERT INTO idempotency_keys (id, fingerprint, secret, key_exp, facts)
SELECT ?{one}, ?{two}, ?{three}, ?{four}, ({sql}) -> '$.row'"
    );
    let own = [id.into(), fingerprint.into(), secret.into(), Param::Int(now + LIFETIME)];
    Statement::new(claim, [first.params.as_slice(), &own].concat())
}

pub fn release(id: &str) -> Statement {
    Statement::new(RELEASE, [id.into()])
}

/// Keeps what `shown` selects, where it may name what was kept before as `idempotency_keys.outcome`.
pub fn keep(id: &str, shown: &Statement) -> Statement {
    let (sql, at) = (&shown.sql, shown.params.len() + 1);
    let sql = format!("UPDATE idempotency_keys SET outcome = ({sql}) WHERE id = ?{at}");
    Statement::new(sql, [shown.params.as_slice(), &[id.into()]].concat())
}

pub fn find_own(id: &str, seal: &str) -> Statement {
    Statement::new(FIND_OWN, [id.into(), seal.into()])
}

pub fn find(gate: String, id: &str, now: i64) -> Statement {
    Statement::new(FIND, [gate.into(), id.into(), Param::Int(now)])
}
