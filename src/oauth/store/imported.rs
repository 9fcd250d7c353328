//! The SQL of secrets that were imported as hashes. `?1` is the [`Caller`].

use crate::db::sql::stored_time;
use crate::db::statement::Statement;
use crate::oauth::caller::Caller;
use crate::secrets::sql::secret_counts;

/// At most four imported hashes of the caller's client, because each costs much CPU time: lines of a placeholder, a space and
/// a hash. There are none when the secret is known by its digest, and for a blocked client.
const HASHES: &str = concat!(
    "SELECT group_concat(digest || ' ' || imported_hash, char(10)) AS hashes FROM (
  SELECT secret.digest, secret.imported_hash FROM clients client
    JOIN connections link ON link.client_id = client.id
    JOIN connection_secrets secret INDEXED BY connection_secrets_imported ON secret.connection_id = link.id
  WHERE client.id = ?1 ->> 'client' AND client.is_blocked = 0 AND secret.imported_hash IS NOT NULL AND ",
    secret_counts!("secret.expires_at", "?1 ->> 'now'"),
    " AND NOT EXISTS (SELECT 1 FROM connection_secrets WHERE digest IN (SELECT value FROM json_each(?1, '$.digests')))
  LIMIT 4)"
);

/// Puts our digest in the place of an imported hash. `?2` is the placeholder that is the row's digest until then, `?3` the end
/// of the secret. It changes nothing when another row has the digest: a secret proves one connection only.
const ADOPT: &str = concat!(
    "UPDATE OR IGNORE connection_secrets SET digest = ?1 ->> '$.digests[0]', pepper_version = ?1 ->> 'pepper', hint = ?3,
  last_used_at = ",
    stored_time!("?1 ->> 'now'"),
    ", imported_hash = NULL
WHERE digest = ?2 AND imported_hash IS NOT NULL"
);

/// Reads the imported hashes that the caller's secret may fit.
pub fn imported_hashes(caller: &Caller) -> Statement {
    Statement::new(HASHES, [caller.param()])
}

/// Stores the digest of a secret whose imported hash fits. It comes before the guard, which then finds the digest. No
/// statement for a caller without such a secret.
pub fn adopt(caller: &Caller) -> Option<Statement> {
    let (placeholder, hint) = caller.imported.as_ref()?;
    Some(Statement::new(ADOPT, [caller.param(), placeholder.as_str().into(), hint.as_str().into()]))
}
