//! The SQL about secrets that several rooms share.

use crate::db::statement::{Param, Statement};

/// SQL: whether a secret has not expired. `$expires_at` is its column, `$now` an expression in seconds since 1970.
macro_rules! secret_counts {
    ($expires_at:literal, $now:expr) => {
        concat!("(", $expires_at, " IS NULL OR ", $expires_at, " > ", $crate::db::sql::stored_time!($now), ")")
    };
}
pub(crate) use secret_counts;

/// SQL of an UPDATE that notes the use of a secret, at most once a day, and stores its digest under the current pepper.
/// An isolate asks once an hour, so 23 hours keep the noted time within a day. Of a secret that has an end, the use is
/// noted once an hour: whoever rotates a secret waits until nobody uses the old one any more. `$json` is a parameter with the members
/// `$digests`, `pepper` and `now`, as in [`SecretUse`](crate::secrets::secret::SecretUse). The text ends in `AND`: the
/// caller of the macro adds which secrets it may touch.
macro_rules! note_use {
    ($json:literal, $digests:literal) => {
        concat!(
            "UPDATE connection_secrets SET last_used_at = ",
            $crate::db::sql::stored_time!(concat!($json, " ->> 'now'")),
            ", digest = ",
            $json,
            " ->> '$.",
            $digests,
            "[0]', pepper_version = ",
            $json,
            " ->> 'pepper'
WHERE digest IN (SELECT value FROM json_each(",
            $json,
            ", '$.",
            $digests,
            "')) AND ",
            $crate::secrets::sql::secret_counts!("expires_at", concat!($json, " ->> 'now'")),
            "
  AND (pepper_version <> ",
            $json,
            " ->> 'pepper' OR COALESCE(last_used_at <= ",
            $crate::db::sql::stored_time!(concat!("(", $json, " ->> 'now') - iif(expires_at IS NULL, 82800, 3600)")),
            ", 1))
  AND "
        )
    };
}
pub(crate) use note_use;

/// Notes the use of the `api-key` header under the broker rule. It comes after the guard, so that the use by a refused
/// caller is not noted.
const NOTE_KEY: &str = concat!(note_use!("?1", "keys"), "1");

/// Notes the use of the `api-key` header. `gate` is the parameter of the guard, which holds the key's digests.
pub fn note_key(gate: Param) -> Statement {
    Statement::new(NOTE_KEY, [gate])
}
