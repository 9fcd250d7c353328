//! What the secret, the keys or the public method of a connection give to whoever gets them: tokens with the ceiling of the
//! client's type. That counts where the type may act for every client (context `any`). A client of context `own` gets
//! tokens for itself only, as documented (spec/mithril.md §6).

use crate::db::statement::{Param, Statement};
use crate::identity::ids::ClientId;
use crate::request::delegation::Given;

/// SQL: the ceiling of the type of the client `?1`, where the context of that type is `any`.
macro_rules! ceiling {
    () => {
        "SELECT kind.scope FROM clients owner JOIN client_types kind ON kind.id = owner.client_type_id
WHERE owner.id = ?1 AND kind.context = 'any'"
    };
}

/// A new secret.
const REFRESH: &str = ceiling!();

/// The put of the pair of `?1` and `?2`: a new connection has a new secret, and `?3` is 1 when the body says how the
/// client authenticates.
const PUT: &str = concat!(
    ceiling!(),
    " AND (?3 = 1 OR NOT EXISTS (SELECT 1 FROM connections WHERE client_id = ?1 AND consumer_id = ?2))"
);

/// What a refreshed secret of a connection of this client gives.
pub fn given_by_refresh(client_id: &ClientId) -> Given {
    Given::Stored(Statement::new(REFRESH, [client_id.into()]))
}

/// What the put of a connection gives. `sets_auth`: the body says how the client authenticates.
pub fn given_by_put(client_id: &ClientId, consumer_id: &ClientId, sets_auth: bool) -> Given {
    Given::Stored(Statement::new(PUT, [client_id.into(), consumer_id.into(), Param::from(sets_auth)]))
}
