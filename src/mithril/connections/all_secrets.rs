//! The SQL of the secrets of all connections (`GET /admin/secrets`). Most secrets have no end, so that they are walked in
//! the order of the key. The old secrets of a rotation have one, and an index finds them by it.

use crate::db::page;
use crate::db::sql::{COUNTED_ROWS, stored_time};
use crate::db::statement::Statement;
use crate::mithril::connections::reach::within_reach;
use crate::mithril::list::{ListFilter, ListSource, OFFSET, SIZE};
use crate::mithril::list_request::ListRequest;
use crate::secrets::sql::secret_counts;

/// SQL: one secret as a JSON object, with its connection and its client.
const ITEM: &str = "(SELECT json_object('id', walked.id, 'connection_id', link.id, 'client_id', link.client_id,
    'client_name', (SELECT name FROM clients WHERE clients.id = link.client_id), 'hint', hint,
    'is_current', json(iif(expires_at IS NULL, 'true', 'false')), 'created_at', created_at, 'expires_at', expires_at,
    'last_used_at', last_used_at) FROM connections link WHERE link.id = walked.connection_id)";

/// The secret has neither been used nor made since `unused_for`, in seconds since 1970.
const UNUSED_FOR: ListFilter = ListFilter::scanned(
    "unused_for",
    concat!("COALESCE(last_used_at, created_at) <= ", stored_time!("?1 ->> 'unused_for'")),
);

/// Whether the secret has an end and was used after its connection's current secret was made.
const OLD_STILL_USED: ListFilter = ListFilter::scanned(
    "old_still_used",
    "(expires_at IS NOT NULL AND EXISTS (SELECT 1 FROM connection_secrets newer
    WHERE newer.connection_id = walked.connection_id AND newer.expires_at IS NULL
    AND newer.created_at < walked.last_used_at)) = (?1 ->> 'old_still_used')",
);

/// Whether the caller, whose token came through the connection `caller`, reaches the secret's connection. The first
/// condition is the same for all rows, so most callers cost no look-up for each.
const REACHED: ListFilter = ListFilter::scanned(
    "caller",
    concat!(
        "(NOT EXISTS (SELECT 1 FROM connections held WHERE held.id = ?1 ->> 'caller'
    AND held.consumer_id <> held.client_id)
  OR EXISTS (SELECT 1 FROM connections WHERE connections.id = walked.connection_id AND ",
        within_reach!("?1 ->> 'caller'"),
        "))"
    ),
);

/// All secrets, in the order of their connections.
const WALKED: ListSource = ListSource {
    table: "connection_secrets AS walked",
    item: ITEM,
    order: "connection_id, digest",
    total: None,
    always: &[secret_counts!("expires_at", "?1 ->> 'now'")],
    filters: &[UNUSED_FOR, OLD_STILL_USED, REACHED],
};

/// The secrets that have an end, in the order of it.
const ENDING: ListSource = ListSource {
    table: "connection_secrets AS walked INDEXED BY connection_secrets_by_end",
    order: "expires_at, connection_id, digest",
    always: &[concat!("expires_at > ", stored_time!("?1 ->> 'now'"))],
    filters: &[
        ListFilter::indexed("expires_within", concat!("expires_at <= ", stored_time!("?1 ->> 'expires_within'"))),
        UNUSED_FOR,
        OLD_STILL_USED,
        REACHED,
    ],
    ..WALKED
};

/// Whether only a secret that has an end can have what `list` asks for.
fn ends(list: &ListRequest) -> bool {
    list.has("expires_within") || list.is_true("old_still_used")
}

/// SQL of the number of secrets that `list` asks for. Of a walk, it is the number among the first [`COUNTED_ROWS`].
pub fn total(list: &ListRequest) -> String {
    if ends(list) {
        return ENDING.count(list);
    }
    let (order, clause) = (WALKED.order, WALKED.clause(list));
    format!(
        "(SELECT count(*) FROM (SELECT * FROM connection_secrets AS walked ORDER BY {order} LIMIT {COUNTED_ROWS}) AS walked{clause})"
    )
}

/// A page of the secrets that work: the columns `total`, `items` and `fitted`.
pub fn list(list: &ListRequest) -> Statement {
    let source = if ends(list) { ENDING } else { WALKED };
    let page = page::cut(&source.items(list), SIZE);
    let total = page::total(SIZE, OFFSET, &total(list));
    ListSource::statement(list, format!("SELECT {total} AS total, items, fitted FROM {page}"))
}
