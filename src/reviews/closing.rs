//! Closing a review, and its record: what was decided, signed with the service's key, so that it can be checked without the
//! service (`npm run review:verify`).
//!
//! A closed review never changes, so its record can be asked for at any time. Its claims `review` and `items_sha256` are always
//! the same. The record is a compact JWS with the `typ` `access-review+jwt`:
//!
//! | claim | what it is |
//! |---|---|
//! | `iss`, `sub`, `iat` | this service, who asked for the record, and when |
//! | `review` | the review with its counts; its `audit_head` is the end of the audit's sealed chain when it was closed |
//! | `items_sha256` | base64url of SHA-256 over its items by their ids, each as in the NDJSON export, with a line feed behind it |

use crate::base::digest::sha256_text;
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::db::statement::Row;
use crate::http::Answer;
use crate::http::fields::Fields;
use crate::oauth::issue::{own_issuer, sign_claims};
use crate::ports::Ports;
use crate::request::call::Call;
use crate::reviews::handlers::act;
use crate::reviews::store;

/// The `typ` of a record.
const TYPE: &str = "access-review+jwt";
const STILL_OPEN: Failure = Failure::Conflict("The review is open. Close it, then ask for its record.");
const NO_KEY: Failure =
    Failure::Conflict("A record is signed, and this service has no key: set SIGNING_KEYS and ISSUER.");

/// `PATCH /admin/reviews/{id}/actions/close`: the answer is the review, which stays as it is from now on.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 404 when there is no such review
/// - 412 when a condition does not hold
/// - 409 when the review is closed, and while items are undecided, unless the body has `leave_open`
/// - 409 and 422 of the idempotency key
pub async fn close<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut fields = Fields::new(call.optional_object().await?.unwrap_or_default());
    let leaves_open = fields.boolean("leave_open").unwrap_or_default();
    fields.finish()?;
    let row = call.change(store::close(&call.param(0)?, leaves_open, &act(call))).await?.outcome;
    Answer::tagged(row.ok_or_else(|| Failure::Internal("a review was not closed".to_owned()))?)
}

/// `GET /admin/reviews/{id}/record`: `{"record"}`, the signed record of a closed review.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when there is no such review
/// - 409 while the review is open, and for a service without a signing key
pub async fn record<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let mut rows = call.read_all(store::signed(&call.param(0)?)).await?.into_iter();
    let [tag, review, is_closed] =
        rows.next().flatten().ok_or(Failure::NotFound)?.columns().map(Option::unwrap_or_default);
    if is_closed != "1" {
        return Err(STILL_OPEN);
    }
    let issuer = own_issuer(call.app).filter(|_| call.app.settings.signing_key.is_some()).ok_or(NO_KEY)?;
    let lines: String = rows.flatten().filter_map(Row::first).collect();
    let claims = format!(
        "{{\"iss\":{},\"sub\":{},\"iat\":{},\"review\":{review},\"items_sha256\":\"{}\"}}",
        json(&issuer.name),
        json(&*call.principal.subject),
        call.now(),
        sha256_text(&lines)
    );
    let record = sign_claims(call.app, call.ports, TYPE, claims).await?;
    Ok(Answer::data(format!("{{\"record\":{}}}", json(&record))).with_tag(&tag))
}
