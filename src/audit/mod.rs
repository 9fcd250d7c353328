//! The audit: one row for each change, written in the change's own batch, so that there is never one
//! without the other. A cron trigger seals the rows into a hash chain ([`seal`]); administrations read and
//! export them ([`handlers`]), and `npm run audit:verify` checks an export without the service.

pub mod chain;
#[cfg(not(target_arch = "wasm32"))]
pub mod docs;
pub mod handlers;
pub mod seal;
pub mod store;

use mithril_codec::json::{Quotes, texts};

use crate::call::Call;
use crate::oauth::Ask;
use crate::ports::{Param, Ports, Statement};

/// Runs right after the decisive change: `changes()` is the number of rows it touched.
const RECORD: &str = "INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?7, 'unixepoch'), ?1, ?2, ?3, ?4, ?5, ?6 WHERE changes() > 0";

pub fn record<P: Ports>(call: &Call<'_, P>, action: &str, subject: &str, fields: &[&str]) -> Statement {
    let principal = &call.principal;
    entry(call.now(), (&principal.subject, &principal.client_id), (action, subject, fields), call.request_id)
}

/// For the token plane, where a client acts for itself. Right after the change, as above.
pub fn record_client<P: Ports>(ask: &Ask<'_, P>, client: &str, action: &str, subject: &str) -> Statement {
    entry(ask.ports.now(), (client, client), (action, subject, &[]), ask.request_id)
}

fn entry(
    now: i64,
    (actor, client): (&str, &str),
    (action, subject, fields): (&str, &str, &[&str]),
    request_id: &str,
) -> Statement {
    Statement::new(
        RECORD,
        [
            actor.into(),
            client.into(),
            action.into(),
            subject.into(),
            request_id.into(),
            texts(fields, Quotes::Double).into(),
            Param::Int(now),
        ],
    )
}
