//! The SQL of secrets that several rooms share.

use crate::db::statement::{Param, Statement};

/// SQL: whether a secret with this `$expires_at` still counts.
macro_rules! secret_counts {
    ($expires_at:literal, $now:expr) => {
        concat!("(", $expires_at, " IS NULL OR ", $expires_at, " > ", $crate::db::sql::stored_time!($now), ")")
    };
}
pub(crate) use secret_counts;

/// SQL, to be ended with what must be true of the user: notes the use of the secret whose digests `$json` holds as
/// `$digests` (beside `pepper` and `now`), once an hour, and keys it anew under the current pepper.
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
            $crate::db::sql::stored_time!(concat!("(", $json, " ->> 'now') - 3600")),
            ", 1))
  AND "
        )
    };
}
pub(crate) use note_use;

/// The `api-key` header under the broker rule. It stands behind the guard, so that a refused caller's key leaves no note.
const NOTE_KEY: &str = concat!(note_use!("?1", "keys"), "1");

/// Notes the use of the `api-key`; `gate` is the caller as the guard takes it.
pub fn note_key(gate: Param) -> Statement {
    Statement::new(NOTE_KEY, [gate])
}
