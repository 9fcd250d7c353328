//! The SQL of idempotency keys. Around a change, in its batch:
//!
//! | statement | what for |
//! |---|---|
//! | [`forget`], [`claim`] | the row of the key; a row that is there already ends the batch |
//! | the guard | it comes after the claim, so that a repeated batch that was committed ends as done |
//! | `before` of the target | what the change will take away |
//! | the change and its audit row | |
//! | [`release`] | the row goes when nothing was changed: refusals are not kept |
//! | [`keep`] | what the change made |

use crate::db::statement::{Param, Statement};

/// Seconds for which a key is remembered.
pub const LIFETIME: i64 = 86_400;

/// One that has ended and is still there.
const FORGET: &str = "DELETE FROM idempotency_keys WHERE id = ?1 AND key_exp <= ?2";

/// Right after the audit's row, which is there when something was changed. The row of the key is this batch's own.
const RELEASE: &str = "DELETE FROM idempotency_keys WHERE id = ?1 AND changes() = 0";

/// The columns `fingerprint`, `facts`, `outcome` and `secret` of a key that has not ended.
const FIND: &str = "SELECT fingerprint, facts, outcome, secret FROM idempotency_keys WHERE id = ?1 AND key_exp > ?2";

/// The same of a key whose row holds this seal.
const FIND_OWN: &str = "SELECT fingerprint, facts, outcome, secret FROM idempotency_keys WHERE id = ?1 AND secret = ?2";

pub fn forget(id: &str, now: i64) -> Statement {
    Statement::new(FORGET, [id.into(), Param::Int(now)])
}

/// Writes the row of the key, with what `facts` selects. It runs even when the gate refuses: when a committed batch is
/// retried, the unique id must abort it here, because later statements would match rows that the first attempt created.
pub fn claim(id: &str, fingerprint: String, secret: Option<&str>, facts: Option<&Statement>, now: i64) -> Statement {
    let (sql, params) = facts.map_or(("NULL", &[][..]), |facts| (&*facts.sql, facts.params.as_slice()));
    let [one, two, three, four] = [1, 2, 3, 4].map(|more| params.len() + more);
    let claim = format!(
        "INSERT INTO idempotency_keys (id, fingerprint, secret, key_exp, facts)
SELECT ?{one}, ?{two}, ?{three}, ?{four}, ({sql})"
    );
    let own = [id.into(), fingerprint.into(), secret.into(), Param::Int(now + LIFETIME)];
    Statement::new(claim, [params, &own].concat())
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

/// The row of a key, for the call at hand, whose seal it holds.
pub fn find_own(id: &str, seal: &str) -> Statement {
    Statement::new(FIND_OWN, [id.into(), seal.into()])
}

/// The row of a key.
pub fn find(id: &str, now: i64) -> Statement {
    Statement::new(FIND, [id.into(), Param::Int(now)])
}
