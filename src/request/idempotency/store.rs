//! The SQL of idempotency keys. In the batch of a change, these statements surround it:
//!
//! | statement | purpose |
//! |---|---|
//! | [`forget`], [`claim`] | writes the row of the key; an existing row ends the batch |
//! | the guard | comes after the claim, so that a batch that was committed and is sent again ends at its own row |
//! | [`keep`] of `before` | keeps what the change will delete |
//! | the change and its audit row | |
//! | [`release`] | deletes the row when nothing was changed: refusals are not kept |
//! | [`keep`] of `after` | keeps what the change made |

use crate::db::statement::{Param, Statement};

/// Seconds for which a key is remembered.
pub const LIFETIME: i64 = 86_400;

/// Deletes the row of a key that has expired.
const FORGET: &str = "DELETE FROM idempotency_keys WHERE id = ?1 AND key_exp <= ?2";

/// Deletes the key's row when nothing was changed. It must come directly after the decisive statement or that of the
/// audit row, which writes a row exactly when something was changed.
const RELEASE: &str = "DELETE FROM idempotency_keys WHERE id = ?1 AND changes() = 0";

/// The columns `fingerprint`, `facts`, `outcome` and `secret` of a key that has not expired.
const FIND: &str = "SELECT fingerprint, facts, outcome, secret FROM idempotency_keys WHERE id = ?1 AND key_exp > ?2";

/// The columns `fingerprint`, `facts`, `outcome` and `secret` of a key whose row holds this sealed secret.
const FIND_OWN: &str = "SELECT fingerprint, facts, outcome, secret FROM idempotency_keys WHERE id = ?1 AND secret = ?2";

/// Deletes the row of the key `id` if it has expired. `now` is in seconds since 1970.
pub fn forget(id: &str, now: i64) -> Statement {
    Statement::new(FORGET, [id.into(), Param::Int(now)])
}

/// Writes the row of the key, with what `facts` selects; `secret` is sealed. It runs before the guard: when a committed
/// batch is sent again, the unique id must end it here, because later statements would match rows that the first
/// attempt created.
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

/// Deletes the row of the key `id` when the change changed nothing.
pub fn release(id: &str) -> Statement {
    Statement::new(RELEASE, [id.into()])
}

/// Keeps what `shown` selects as the outcome. The SELECT may read the earlier one as `idempotency_keys.outcome`.
pub fn keep(id: &str, shown: &Statement) -> Statement {
    let (sql, at) = (&shown.sql, shown.params.len() + 1);
    let sql = format!("UPDATE idempotency_keys SET outcome = ({sql}) WHERE id = ?{at}");
    Statement::new(sql, [shown.params.as_slice(), &[id.into()]].concat())
}

/// The row of the key `id`, if it holds this sealed secret: only the call that made the secret can have written it.
pub fn find_own(id: &str, seal: &str) -> Statement {
    Statement::new(FIND_OWN, [id.into(), seal.into()])
}

/// The row of the key `id`, if it has not expired.
pub fn find(id: &str, now: i64) -> Statement {
    Statement::new(FIND, [id.into(), Param::Int(now)])
}
