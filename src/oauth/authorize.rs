//! `POST /oauth/apps/authorize`: a login service exchanges a user's token for an authorization code of one connection
//! (spec/mithril.md §2.2, §4.5; RFC 6749 §4.1, RFC 7636).

use serde::Serialize;

use crate::base::failure::{Failure, Rule};
use crate::base::json::json;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::object::object;
use crate::http::fields::Fields;
use crate::http::{Answer, Payload, body};
use crate::identity::scope::{Scopes, is_well_formed, normalized};
use crate::oauth::authorize_request::{AuthorizeRequest, CODE_SECONDS};
use crate::oauth::credential::new_code;
use crate::oauth::grants::requested_scopes;
use crate::oauth::scope::{self, Bounds};
use crate::oauth::store;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::settings::AuthorizeAnswer;

/// The form of an S256 code challenge (RFC 7636 §4.2), as a regular expression.
pub const CHALLENGE: &str = "^[A-Za-z0-9_-]{43}$";
/// The place of the requested scope in the body.
const SCOPE_PLACE: &str = "$.scope";
/// The longest text that a property may hold, in characters.
pub const MAX_TEXT: usize = 8192;

object! {
    /// What the database says about the client, and about its connections with the requested redirect URI.
    struct AuthorizeFacts {
        blocked: i64,
        /// 1 when the client may use the grant `authorization_code`.
        grant_allowed: i64,
        matches: i64,
        ceiling: String,
        roles: String,
        /// 1 when the connection has no secret. Applies when exactly one connection matches, as the two below do.
        public: Option<i64>,
        consumer_blocked: Option<i64>,
        broker: Option<String>,
        client_name: String,
        /// What the user had approved for the client before.
        approval: Option<Approval>,
    }
}

object! {
    struct Approval {
        id: String,
        scope: String,
        created_at: String,
        updated_at: String,
    }
}

/// An approval as the document of this operation shows it.
#[derive(Serialize)]
struct ShownApproval<'a> {
    user_id: &'a str,
    client_name: &'a str,
    client_id: &'a str,
    scope: &'a str,
    id: &'a str,
    created_at: &'a str,
    updated_at: &'a str,
}

#[derive(Serialize)]
struct Code<'a> {
    id: &'a str,
    name: &'static str,
    value: &'a str,
    user_id: &'a str,
    expires_at: i64,
    details: Details<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Details<'a> {
    All { scope: &'a str, redirect_uri: &'a str, client_id: &'a str },
    Documented { scope_request: &'a str, redirect_uri: &'a str, grant_type: &'static str, client_id: &'a str },
}

/// Answers an authorize request:
///
/// 1. Accept only a user's token of a trusted issuer with the scope `app:authorize`.
/// 2. Read `{"app": {client_id, redirect_uri, scope?, consumer_id?, code_challenge?, code_challenge_method?}}`.
/// 3. Check client, connection and scope, and keep the code, in one round trip.
/// 4. Answer 201 with the code, and with the address that the browser is sent to. `AUTHORIZE_ANSWER = "documented"`
///    answers in the forms of the newest document: 200 with the approval, where it existed and has the scopes.
///
/// The code is kept under the approval of the user and the client, which is made or grows with it.
///
/// # Errors
/// - 401, 403 for a token that is not let in, 403 for a token that this service signed or that names no user
/// - 400, 413, 415, 422 for the body
/// - 401 `access_denied` for a client that is unknown or blocked, or whose consumer is blocked; `invalid_grant` for a client
///   that may not use this grant; `invalid_client` for a redirect URI of no connection
/// - 422 when several connections match, a public client sends no challenge, or the scopes exceed what may be granted
/// - 500 without a pepper, 503 when the database is not reached
pub async fn authorize<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let user = call.principal.subject.clone();
    if call.principal.connection_id.is_some() || user.is_empty() {
        return Err(Failure::NotOfUser);
    }
    let fields = Fields::of(call.object(body::LIMIT).await?, "app")?;
    let request = read(fields, user, call.now())?;
    let pepper = call.app.settings.peppers.first();
    let pepper =
        pepper.ok_or_else(|| Failure::Internal("SECRET_PEPPERS is not set: no code can be made".to_owned()))?;
    let code = new_code(call.ports);
    let secret = format!("{code} {} {}", id::uuid(call.ports), request.now + CODE_SECONDS);

    let requested = requested_scopes(request.scope.as_deref());
    let change = store::authorize(&request, requested, pepper.digest(&code), id::uuid(call.ports)).secret(secret);
    let changed = call.change(change).await?;
    let facts: AuthorizeFacts = changed.read_facts()?.ok_or(Failure::OAuth(OAuthRefusal::UnknownClient))?;
    let scope = facts.check(&request)?;
    if changed.outcome.is_none() {
        // The statement applies the same bounds as `check`. When it kept no code, none is shown.
        return Err(Failure::OAuth(OAuthRefusal::ScopeExceeded(SCOPE_PLACE, Vec::new())));
    }
    // Under an idempotency key this is the secret of the first call, so that a repeated call gets the same code.
    let secret = changed.secret.unwrap_or_default();
    let mut parts = secret.split(' ');
    let [code, id, expires_at] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    let expires_at = expires_at.parse().unwrap_or_default();
    let (redirect_uri, client_id) = (request.redirect_uri.as_str(), request.client.as_str());
    let is_documented = call.app.settings.authorize_answer == AuthorizeAnswer::Documented;
    if is_documented && let Some(approval) = facts.covering(&scope, &request) {
        return Ok(answer(200, &request, code, json(&approval)));
    }
    let details = if is_documented {
        // `grant_type` is how the user logged in. The login service does not say; the document prints this value.
        Details::Documented { scope_request: &scope, redirect_uri, grant_type: "password", client_id }
    } else {
        Details::All { scope: &scope, redirect_uri, client_id }
    };
    let shown = Code { id, name: "authorization_code", value: code, user_id: &request.user, expires_at, details };
    Ok(answer(201, &request, code, json(&shown)))
}

/// The request that the fields of `app` describe.
fn read(mut fields: Fields, user: String, now: i64) -> Result<AuthorizeRequest, Failure> {
    let client = fields.required_id("client_id", MAX_TEXT);
    let redirect_uri = fields.required_text("redirect_uri", MAX_TEXT);
    let scope = fields.text("scope", MAX_TEXT).map(|list| normalized(&list)).filter(|scope| !scope.is_empty());
    let consumer = fields.id("consumer_id", MAX_TEXT);
    let challenge = fields.text("code_challenge", MAX_TEXT);
    // A missing method means `plain` in RFC 7636 §4.3, which does not protect the code (RFC 9700 §2.1.1).
    let method = fields.one_of("code_challenge_method", &["S256"]);
    if let Some(challenge) = &challenge {
        let is_digest = challenge.len() == 43
            && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !is_digest {
            fields.refuse("code_challenge", Rule::Format { pattern: CHALLENGE });
        }
        if method.is_none() && !fields.has_refused("code_challenge_method") {
            fields.refuse("code_challenge_method", Rule::Required { property: "code_challenge_method" });
        }
    } else if method.is_some() {
        fields.refuse("code_challenge", Rule::Required { property: "code_challenge" });
    }
    fields.finish()?;
    if scope.as_deref().is_some_and(|scope| !is_well_formed(scope)) {
        return Err(Failure::OAuth(scope::malformed(SCOPE_PLACE)));
    }
    let (client, redirect_uri) = (client.unwrap_or_default(), redirect_uri.unwrap_or_default());
    Ok(AuthorizeRequest { client, redirect_uri, consumer, user, challenge, scope, now })
}

impl AuthorizeFacts {
    /// The approval, if it existed and has all of these scopes.
    fn covering<'a>(&'a self, scope: &str, request: &'a AuthorizeRequest) -> Option<ShownApproval<'a>> {
        let Approval { id, scope: approved, created_at, updated_at } = self.approval.as_ref()?;
        let held = Scopes::new(approved.as_str());
        let is_covered = Scopes::new(scope).items().into_iter().all(|item| held.holds_item(item));
        is_covered.then_some(ShownApproval {
            user_id: &request.user,
            client_name: &self.client_name,
            client_id: &request.client,
            scope: approved,
            id,
            created_at,
            updated_at,
        })
    }

    /// The scopes that the code will give, separated by spaces, as the database stands.
    fn check(&self, request: &AuthorizeRequest) -> Result<String, Failure> {
        if self.blocked == 1 {
            return Err(Failure::OAuth(OAuthRefusal::BlockedClient));
        }
        if self.grant_allowed == 0 {
            return Err(Failure::OAuth(OAuthRefusal::UnauthorizedClient("authorization_code")));
        }
        if self.matches == 0 {
            return Err(Failure::OAuth(OAuthRefusal::RedirectUri));
        }
        if self.matches > 1 {
            return Err(Failure::invalid("$.consumer_id", Rule::Required { property: "consumer_id" }));
        }
        if self.consumer_blocked == Some(1) {
            return Err(Failure::OAuth(OAuthRefusal::BlockedClient));
        }
        if self.public == Some(1) && request.challenge.is_none() {
            return Err(Failure::invalid("$.code_challenge", Rule::Required { property: "code_challenge" }));
        }
        let bounds = Bounds {
            ceiling: Scopes::new(self.ceiling.as_str()),
            roles: Some(Scopes::new(self.roles.as_str())),
            broker: self.broker.as_deref().map(Scopes::new),
            approved: None,
        };
        bounds.grant(request.scope.as_deref()).map_err(|refusal| match refusal {
            OAuthRefusal::ScopeExceeded(_, bounds) => Failure::OAuth(OAuthRefusal::ScopeExceeded(SCOPE_PLACE, bounds)),
            other => Failure::OAuth(other),
        })
    }
}

/// The answer with this data, and the redirect URI with the code in its query.
fn answer(status: u16, request: &AuthorizeRequest, code: &str, data: String) -> Answer {
    let separator = if request.redirect_uri.contains('?') { '&' } else { '?' };
    let location = format!("{}{separator}code={code}", request.redirect_uri);
    let urgent = json(&serde_json::json!({ "redirect_uri": location }));
    Answer { status, payload: Payload::Urgent(data, urgent), headers: Vec::new() }.header("location", location)
}
