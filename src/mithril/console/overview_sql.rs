//! The SQL of the overview: every count in one statement. Counts of secrets and clients are the totals of the lists that
//! show them.

use serde_json::{Map, Value};

use crate::db::gate::has_administration;
use crate::db::sql::stored_time;
use crate::db::statement::{Param, Statement};
use crate::mithril::clients::store as clients;
use crate::mithril::connections::all_secrets;
use crate::mithril::console::refusals::LAST_HOUR;
use crate::mithril::list_request::ListRequest;

/// SQL: how many rows there are of clients of context `any`, joined with `$more`. More than 1,000 are not counted.
macro_rules! administrations {
    ($more:literal) => {
        concat!(
            "(SELECT count(*) FROM (SELECT 1 FROM client_types kind CROSS JOIN clients INDEXED BY clients_by_client_type
    ON clients.client_type_id = kind.id ",
            $more,
            " WHERE kind.context = 'any' LIMIT 1000))"
        )
    };
}

/// The rest of the object: `?1` has `now`, and the problems that the settings and the platform have (`problems`, an array)
/// or the database may have (`no_administration`, `unsealed`).
const REST: &str = concat!(
    "'audit', json_object('rows', MAX(COALESCE((SELECT max(seq) FROM audit), 0),
      COALESCE((SELECT seq FROM audit_head WHERE id = 1), 0)),
    'sealed_up_to', json((SELECT json_object('seq', seq, 'at', COALESCE(
      (SELECT at FROM audit WHERE audit.seq = audit_head.seq),
      (SELECT last_at FROM audit_segments WHERE first_seq = (SELECT max(first_seq) FROM audit_segments)))) FROM audit_head WHERE id = 1))),
  'administration', json_object('clients', ",
    administrations!(""),
    ", 'connections', ",
    administrations!("CROSS JOIN connections ON connections.client_id = clients.id"),
    "), 'problems', json((SELECT json_group_array(json(problem)) FROM (
    SELECT ?1 -> '$.no_administration' AS problem WHERE NOT ",
    has_administration!(),
    " UNION ALL SELECT value FROM json_each(?1, '$.problems')
    UNION ALL SELECT ?1 -> '$.unsealed' WHERE EXISTS (SELECT 1 FROM audit
      WHERE seq = COALESCE((SELECT seq FROM audit_head WHERE id = 1), 0) + 1 AND at < ",
    stored_time!("(?1 ->> 'now') - 600"),
    "))))"
);

/// The columns `data` and `refused`: the overview without the refusals, and these as `[[status, number], …]`. `filters` are
/// the values of the lists' filters, `shared` the values that every list has, `other` those of the rest.
pub fn select(filters: &[(&str, Value)], shared: &Map<String, Value>, other: Map<String, Value>) -> Statement {
    let with = |name: &str| {
        let given = filters.iter().filter(|(filter, _)| *filter == name);
        let mut values = shared.clone();
        values.extend(given.map(|(filter, value)| ((*filter).to_owned(), value.clone())));
        ListRequest::counting(values)
    };
    let sql = format!(
        "SELECT json_object('secrets', json_object('expire_within_14_days', {}, 'old_still_used', {},
    'unused_for_90_days', {}), 'clients', json_object('total', {}, 'blocked', {}, 'unused_for_90_days', {}), {REST}) AS data,
  {LAST_HOUR} AS refused",
        all_secrets::total(&with("expires_within")),
        all_secrets::total(&with("old_still_used")),
        all_secrets::total(&with("unused_for")),
        clients::total(&with("")),
        clients::total(&with("is_blocked")),
        clients::total(&with("unused_for")),
    );
    let mut values = shared.clone();
    values.extend(filters.iter().map(|(filter, value)| ((*filter).to_owned(), value.clone())));
    values.extend(other);
    Statement::new(sql, [Param::json(&values)])
}
