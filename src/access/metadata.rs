//! `GET /.well-known/authzen-configuration`: where the addresses of decisions and searches are (AuthZEN Authorization API 1.0
//! §9).

use serde_json::json;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::http::Answer;
use crate::oauth::issue;
use crate::oauth::metadata::CACHE;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// The metadata. The issuer of this service is the base of the addresses.
///
/// # Errors
/// 404 while `ISSUER`, `AUDIENCE` or `SIGNING_KEYS` is missing or broken.
pub fn metadata<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let issuer = issue::own_issuer(call.app).ok_or(Failure::NotFound)?.name.as_str();
    let at = |path: &str| format!("{}/access/v1/{path}", issuer.trim_end_matches('/'));
    let metadata = json!({
        "policy_decision_point": issuer,
        "access_evaluation_endpoint": at("evaluation"),
        "access_evaluations_endpoint": at("evaluations"),
        "search_subject_endpoint": at("search/subject"),
        "search_resource_endpoint": at("search/resource"),
        "search_action_endpoint": at("search/action"),
    });
    Ok(Answer::bare(json(&metadata)).header("cache-control", CACHE))
}
