//! Settings as the platform supplies them: text that is not parsed yet.

use std::fmt;

/// The settings as text; `None` for one that is not set. docs/operating.md describes each.
#[derive(Clone, Debug, Default)]
pub struct RawSettings {
    /// `ISSUER`: the name of this service in its own tokens.
    pub issuer: Option<String>,
    /// `AUDIENCE`: the audience of this service's own tokens.
    pub audience: Option<String>,
    /// `ERRORS_URL`: the address of a description of the errors.
    pub errors_url: Option<String>,
    /// `API_KEY_RULE`: `off`, `refresh` or `broker`.
    pub api_key_rule: Option<String>,
    /// `ENDPOINT_SCOPE_RULE`: `any` or `all`.
    pub endpoint_scope_rule: Option<String>,
    /// `DELEGATION`: `bounded` or `free`.
    pub delegation: Option<String>,
    /// `MITHRIL_REFRESH`: `reusable` or `rotate`.
    pub mithril_refresh: Option<String>,
    /// `CONNECTION_FIELDS`: `all` or `documented`.
    pub connection_fields: Option<String>,
    /// `AUTHORIZE_ANSWER`: `created` or `documented`.
    pub authorize_answer: Option<String>,
    /// `NONCE_LIFETIME`, in seconds.
    pub nonce_lifetime: Option<String>,
    /// `REQUIRE_IF_MATCH`: `on` or `off`.
    pub require_if_match: Option<String>,
    /// `CORS_ORIGINS`: origins separated by commas, or `*`.
    pub cors_origins: Option<String>,
    /// `CLOCK_LEEWAY`, in seconds.
    pub clock_leeway: Option<String>,
    /// `ACCESS_TOKEN_LIFETIME`, in seconds.
    pub access_token_lifetime: Option<String>,
    /// `REFRESH_TOKEN_LIFETIME`, in seconds.
    pub refresh_token_lifetime: Option<String>,
    /// `ENDPOINT_REFRESH_WITHOUT_SECRET`: `on` or `off`.
    pub endpoint_refresh_without_secret: Option<String>,
    /// `READ_REPLICAS`: `on` or `off`.
    pub read_replicas: Option<String>,
    /// `READ_DEADLINE_MS`, in milliseconds.
    pub read_deadline: Option<String>,
    /// `WRITE_DEADLINE_MS`, in milliseconds.
    pub write_deadline: Option<String>,
    /// `CACHE_DEADLINE_MS`, in milliseconds.
    pub cache_deadline: Option<String>,
    /// `AUDIT_DAYS_IN_D1`, in days.
    pub audit_days: Option<String>,
    /// `CONSOLE_ISSUER`: the address of the console's login service.
    pub console_issuer: Option<String>,
    /// `CONSOLE_CLIENT_ID`: the client that the console is there.
    pub console_client_id: Option<String>,
    /// `SIGNING_KEYS`, a secret: a private JWK Set. The first key signs, and all of them verify.
    pub signing_keys: Option<String>,
    /// `TRUSTED_ISSUERS`, a secret: a JSON array of `{"issuer", "audience", "jwks" | "jwks_uri", "typ",
    /// "client_types", "scope", "max_lifetime"}`.
    pub trusted_issuers: Option<String>,
    /// `SECRET_PEPPERS`, a secret: a JSON array of `{"version", "key"}`. A key is at least 32 bytes in base64url. The
    /// first pepper is the current one.
    pub secret_peppers: Option<String>,
}

/// What is wrong with the settings, one sentence each. A sentence names settings, never their values.
#[derive(Debug, Default)]
pub struct Problems(pub Vec<String>);

impl Problems {
    /// Adds a sentence. Not inlined: it has some twenty callers, and an isolate compiles all code that its start runs.
    #[cold]
    #[inline(never)]
    pub fn add(&mut self, what: fmt::Arguments<'_>) {
        self.0.push(what.to_string());
    }
}

/// The text of a setting without the spaces around it; `None` when it is not set or empty.
pub fn filled(setting: &Option<String>) -> Option<&str> {
    setting.as_deref().map(str::trim).filter(|text| !text.is_empty())
}
