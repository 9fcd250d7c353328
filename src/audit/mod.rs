//! The audit: one row for each change, written in the change's own batch, so that there is never one
//! without the other.

use crate::call::Call;
use crate::http::envelope::json;
use crate::ports::{Param, Ports, Statement};

/// Runs right after the decisive change: `changes()` is the number of rows it touched.
const RECORD: &str = "INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?1, 'unixepoch'), ?2, ?3, ?4, ?5, ?6, ?7 WHERE changes() > 0";

pub fn record<P: Ports>(call: &Call<'_, P>, action: &str, subject: &str, fields: &[&str]) -> Statement {
    let principal = &call.principal;
    Statement::new(
        RECORD,
        [
            Param::Int(call.now()),
            principal.subject.as_str().into(),
            principal.client_id.as_str().into(),
            action.into(),
            subject.into(),
            call.request_id.into(),
            json(fields).into(),
        ],
    )
}
