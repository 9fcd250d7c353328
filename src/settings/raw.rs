//! Settings as text, before they are read.

use std::fmt;

/// What the platform read from its environment, as text.
#[derive(Clone, Debug, Default)]
pub struct RawSettings {
    pub issuer: Option<String>,
    pub audience: Option<String>,
    pub api_key_rule: Option<String>,
    pub endpoint_scope_rule: Option<String>,
    pub require_if_match: Option<String>,
    pub cors_origins: Option<String>,
    pub clock_leeway: Option<String>,
    pub access_token_lifetime: Option<String>,
    pub refresh_token_lifetime: Option<String>,
    pub endpoint_refresh_without_secret: Option<String>,
    pub read_replicas: Option<String>,
    pub read_deadline: Option<String>,
    pub write_deadline: Option<String>,
    pub cache_deadline: Option<String>,
    /// Secret: a private JWK Set; the first key signs, all verify.
    pub signing_keys: Option<String>,
    /// Secret: JSON array of `{"issuer", "audience", "jwks" | "jwks_uri", "typ"}`.
    pub trusted_issuers: Option<String>,
    /// Secret: JSON array of `{"version", "key"}`, base64url of at least 32 bytes; the first is current.
    pub secret_peppers: Option<String>,
}

/// What is wrong with the settings.
#[derive(Debug, Default)]
pub struct Problems(pub Vec<String>);

impl Problems {
    /// By itself: there are twenty of them, and an isolate compiles what is woven into its start.
    #[cold]
    #[inline(never)]
    pub fn add(&mut self, what: fmt::Arguments<'_>) {
        self.0.push(what.to_string());
    }
}

/// What a setting holds, unless that is nothing.
pub fn filled(setting: &Option<String>) -> Option<&str> {
    setting.as_deref().map(str::trim).filter(|text| !text.is_empty())
}
