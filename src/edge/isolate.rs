//! What one isolate keeps from request to request. It is plain data only: bindings, bodies and promises belong to one
//! request, and another request that used them would hang.

use std::cell::OnceCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use worker::Env;

use crate::base::json::json;
use crate::edge::glue;
use crate::http::Header;
use crate::memory::App;
use crate::settings::{ApiKeyRule, RawSettings, Settings};

/// The service's memory, and what the platform said when the isolate started.
pub struct Isolate {
    /// The settings and the memory of the service.
    pub app: App,
    /// Whether the dataset `METRICS` is bound, which counts answers.
    pub has_metrics: bool,
    /// Whether the limiter `TOKEN_LIMIT` is bound, which limits token requests.
    pub has_limiter: bool,
    /// Whether the limiter `ADDRESS_LIMIT` is bound, which limits them by network address alone.
    pub has_address_limiter: bool,
    /// The headers that are read from a GET or HEAD request.
    pub of_reads: HeaderList,
    /// The headers that are read from requests of other methods.
    pub of_writes: HeaderList,
}

/// Headers that are read from requests.
pub struct HeaderList {
    /// The headers, in the order of `names`.
    pub headers: Vec<Header>,
    /// Their names, as an array that stays in JavaScript.
    pub names: js_sys::Array,
}

thread_local! {
    static ISOLATE: OnceCell<Rc<Isolate>> = const { OnceCell::new() };
}

impl Isolate {
    /// This isolate. Its first request reads the settings, and logs what is wrong with them.
    pub fn of(env: &Env) -> Rc<Self> {
        ISOLATE.with(|isolate| Rc::clone(isolate.get_or_init(|| Rc::new(Self::start(env)))))
    }

    fn start(env: &Env) -> Self {
        let app = App::new(&settings(env));
        let has_metrics = glue::has_metrics(env);
        let [has_limiter, has_address_limiter] =
            ["TOKEN_LIMIT", "ADDRESS_LIMIT"].map(|name| glue::has_limiter(env, name));
        for problem in &app.settings.problems {
            complain(problem);
        }
        if !has_limiter {
            complain("the binding TOKEN_LIMIT is missing: token requests are not limited");
        }
        if !has_address_limiter {
            complain("the binding ADDRESS_LIMIT is missing: token requests are not limited by address");
        }
        let needs_address = has_limiter || has_address_limiter;
        let [of_reads, of_writes] = [true, false].map(|is_read| HeaderList::new(&app.settings, is_read, needs_address));
        Self { app, has_metrics, has_limiter, has_address_limiter, of_reads, of_writes }
    }
}

/// The settings of the deployment, as text.
fn settings(env: &Env) -> RawSettings {
    let setting = |name| glue::setting(env, name);
    RawSettings {
        issuer: setting("ISSUER"),
        audience: setting("AUDIENCE"),
        api_key_rule: setting("API_KEY_RULE"),
        endpoint_scope_rule: setting("ENDPOINT_SCOPE_RULE"),
        delegation: setting("DELEGATION"),
        errors_url: setting("ERRORS_URL"),
        mithril_refresh: setting("MITHRIL_REFRESH"),
        connection_fields: setting("CONNECTION_FIELDS"),
        authorize_answer: setting("AUTHORIZE_ANSWER"),
        nonce_lifetime: setting("NONCE_LIFETIME"),
        require_if_match: setting("REQUIRE_IF_MATCH"),
        cors_origins: setting("CORS_ORIGINS"),
        clock_leeway: setting("CLOCK_LEEWAY"),
        access_token_lifetime: setting("ACCESS_TOKEN_LIFETIME"),
        refresh_token_lifetime: setting("REFRESH_TOKEN_LIFETIME"),
        endpoint_refresh_without_secret: setting("ENDPOINT_REFRESH_WITHOUT_SECRET"),
        read_deadline: setting("READ_DEADLINE_MS"),
        write_deadline: setting("WRITE_DEADLINE_MS"),
        read_replicas: setting("READ_REPLICAS"),
        cache_deadline: setting("CACHE_DEADLINE_MS"),
        audit_days: setting("AUDIT_DAYS_IN_D1"),
        console_issuer: setting("CONSOLE_ISSUER"),
        console_client_id: setting("CONSOLE_CLIENT_ID"),
        signing_keys: setting("SIGNING_KEYS"),
        trusted_issuers: setting("TRUSTED_ISSUERS"),
        secret_peppers: setting("SECRET_PEPPERS"),
    }
}

/// Logs a problem of the deployment.
fn complain(problem: &str) {
    glue::error(&json(&serde_json::json!({ "event": "setting", "problem": problem })));
}

impl HeaderList {
    /// The headers that the settings make necessary. Each one costs a call into the runtime.
    fn new(settings: &Settings, is_read: bool, needs_address: bool) -> Self {
        let is_wanted = |header: &Header| match header {
            Header::ApiKey => settings.api_key_rule != ApiKeyRule::Off,
            Header::Origin => !settings.cors_origins.is_off(),
            Header::PreflightMethod => !is_read && !settings.cors_origins.is_off(),
            Header::Bookmark => is_read && settings.read_replicas,
            // GET of a nonce counts against the limits too.
            Header::ConnectingIp => needs_address,
            other => !is_read || !Header::OF_BODIES.contains(other),
        };
        let headers: Vec<Header> = Header::ALL.into_iter().filter(is_wanted).collect();
        let names = headers.iter().map(|header| JsValue::from_str(header.name())).collect();
        Self { headers, names }
    }
}
