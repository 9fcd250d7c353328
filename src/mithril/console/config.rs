//! `GET /console/config`: how the console signs its user in.

use serde_json::json;

use crate::base::json::json;
use crate::http::Answer;
use crate::identity::enforced::ENFORCED;
use crate::request::public_call::PublicCall;

/// `{"issuer", "client_id", "authorization_endpoint", "token_endpoint", "scope", "local"}`, or `{}` when `CONSOLE_ISSUER`
/// and `CONSOLE_CLIENT_ID` are not set: then a user can only paste a token. Both endpoints are null, because the issuer's
/// own metadata names them. `scope` is every scope of this service but those of the users' own routes.
pub fn config<P>(call: &PublicCall<'_, P>) -> Answer {
    let Some(console) = &call.app.settings.console else { return Answer::bare("{}".to_owned()) };
    let scopes: Vec<&str> = ENFORCED.into_iter().filter(|scope| !scope.starts_with("app:")).collect();
    let config = json!({
        "issuer": console.issuer,
        "client_id": console.client_id,
        "authorization_endpoint": null,
        "token_endpoint": null,
        "scope": scopes.join(" "),
        "local": console.is_local,
    });
    Answer::bare(json(&config))
}
