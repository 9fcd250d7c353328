//! The Worker's settings, parsed once per isolate. A setting that is missing or broken closes its door
//! and says so in the log (`problems`); it never opens one.

use serde::Deserialize;

use crate::auth::keys::{Algorithm, Jwk, SigningKey, VerifyKey};
use crate::connections::secret::Pepper;
use crate::deadlines::Deadlines;

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

#[derive(Debug)]
pub struct Settings {
    pub issuers: Vec<Issuer>,
    pub api_key_rule: ApiKeyRule,
    pub endpoint_scope_rule: ScopeRule,
    /// Whether changes of Mithril's records must say what they are based on.
    pub require_if_match: bool,
    pub cors_origins: CorsOrigins,
    /// Seconds of tolerance on `exp`, `nbf`, `iat`.
    pub leeway: i64,
    /// Signs what this service issues; `None` closes the token endpoints.
    pub signing_key: Option<SigningKey>,
    /// Seconds.
    pub access_token_lifetime: i64,
    /// Seconds from the first token of a grant to the end of the last.
    pub refresh_token_lifetime: i64,
    /// The Endpoint page documents refreshing without a secret; off, a secret is needed there too.
    pub endpoint_refresh_without_secret: bool,
    /// Whether reads may be answered by a replica of the database ([`crate::replicas`]).
    pub read_replicas: bool,
    pub deadlines: Deadlines,
    pub peppers: Vec<Pepper>,
    /// What is wrong, for the log. Names settings, never their values.
    pub problems: Vec<String>,
}

/// Somebody whose tokens are accepted.
#[derive(Debug)]
pub struct Issuer {
    pub name: String,
    pub audience: String,
    pub token_type: TokenType,
    pub keys: KeySource,
    /// Signed by this service, so bound to a client and a connection that must still exist.
    pub is_self: bool,
}

#[derive(Debug)]
pub enum KeySource {
    Fixed(Vec<VerifyKey>),
    Remote(String),
}

/// What the JOSE header's `typ` must say (RFC 9068 §4, RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// `at+jwt` or `application/at+jwt`, with every claim RFC 9068 requires.
    AccessToken,
    /// `JWT` or nothing: login services older than RFC 9068. Needs `iss aud exp client_id`.
    PlainJwt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyRule {
    Off,
    Refresh,
    Broker,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeRule {
    Any,
    All,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorsOrigins(Vec<String>);

impl CorsOrigins {
    /// Comma-separated origins, or `*`.
    pub fn parse(text: &str) -> Self {
        Self(text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(str::to_owned).collect())
    }

    pub const fn is_off(&self) -> bool {
        self.0.is_empty()
    }

    pub fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed == "*" || allowed == origin)
    }
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustedIssuer {
    issuer: String,
    audience: String,
    jwks: Option<JwkSet>,
    jwks_uri: Option<String>,
    typ: Option<String>,
}

#[derive(Deserialize)]
struct RawPepper {
    version: i64,
    key: String,
}

const DEFAULT_LEEWAY: i64 = 60;
const DEFAULT_ACCESS_LIFETIME: i64 = 15 * 60;
/// As the Endpoint token page has it: 90 days.
const DEFAULT_REFRESH_LIFETIME: i64 = 90 * 86_400;

impl Settings {
    pub fn parse(raw: &RawSettings) -> Self {
        let mut problems = Vec::new();
        let mut issuers = Vec::new();
        let (own, signing_key) = own_issuer(raw, &mut problems);
        issuers.extend(own);
        issuers.extend(trusted_issuers(raw, &mut problems));
        Self {
            issuers,
            api_key_rule: match filled(&raw.api_key_rule) {
                None | Some("off") => ApiKeyRule::Off,
                Some("refresh") => ApiKeyRule::Refresh,
                Some("broker") => ApiKeyRule::Broker,
                Some(_) => {
                    problems.push("API_KEY_RULE is none of off, refresh, broker: taken as broker".to_owned());
                    ApiKeyRule::Broker
                }
            },
            endpoint_scope_rule: match filled(&raw.endpoint_scope_rule) {
                None | Some("any") => ScopeRule::Any,
                Some("all") => ScopeRule::All,
                Some(_) => {
                    problems.push("ENDPOINT_SCOPE_RULE is neither any nor all: taken as all".to_owned());
                    ScopeRule::All
                }
            },
            require_if_match: match filled(&raw.require_if_match) {
                None | Some("off") => false,
                Some("on") => true,
                Some(_) => {
                    problems.push("REQUIRE_IF_MATCH is neither on nor off: taken as on".to_owned());
                    true
                }
            },
            cors_origins: CorsOrigins::parse(raw.cors_origins.as_deref().unwrap_or_default()),
            leeway: seconds(&raw.clock_leeway, "CLOCK_LEEWAY", 0..=600, DEFAULT_LEEWAY, 0, &mut problems),
            signing_key,
            access_token_lifetime: seconds(
                &raw.access_token_lifetime,
                "ACCESS_TOKEN_LIFETIME",
                60..=86_400,
                DEFAULT_ACCESS_LIFETIME,
                60,
                &mut problems,
            ),
            refresh_token_lifetime: seconds(
                &raw.refresh_token_lifetime,
                "REFRESH_TOKEN_LIFETIME",
                60..=366 * 86_400,
                DEFAULT_REFRESH_LIFETIME,
                60,
                &mut problems,
            ),
            endpoint_refresh_without_secret: switch(
                &raw.endpoint_refresh_without_secret,
                "ENDPOINT_REFRESH_WITHOUT_SECRET",
                &mut problems,
            ),
            read_replicas: switch(&raw.read_replicas, "READ_REPLICAS", &mut problems),
            deadlines: Deadlines::parse(raw, &mut problems),
            peppers: peppers(raw, &mut problems),
            problems,
        }
    }
}

/// `on` or `off`, which it is when not set.
fn switch(setting: &Option<String>, name: &str, problems: &mut Vec<String>) -> bool {
    match filled(setting) {
        None | Some("off") => false,
        Some("on") => true,
        Some(_) => {
            problems.push(format!("{name} is neither on nor off: taken as off"));
            false
        }
    }
}

fn filled(setting: &Option<String>) -> Option<&str> {
    setting.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// A number of seconds; a broken one becomes the strictest, `fallback`.
fn seconds(
    setting: &Option<String>,
    name: &str,
    range: std::ops::RangeInclusive<i64>,
    default: i64,
    fallback: i64,
    problems: &mut Vec<String>,
) -> i64 {
    filled(setting).map_or(default, |text| {
        text.parse().ok().filter(|seconds| range.contains(seconds)).unwrap_or_else(|| {
            let (min, max) = (range.start(), range.end());
            problems.push(format!("{name} is not a number of seconds from {min} to {max}: taken as {fallback}"));
            fallback
        })
    })
}

/// Ourselves as an issuer, and the key that signs; both or neither.
fn own_issuer(raw: &RawSettings, problems: &mut Vec<String>) -> (Option<Issuer>, Option<SigningKey>) {
    let mut need = |setting, name: &str| {
        let value = filled(setting);
        if value.is_none() {
            problems
                .push(format!("{name} is not set: no token is signed by this service, and none of its own accepted"));
        }
        value.map(str::to_owned)
    };
    let (name, audience) = (need(&raw.issuer, "ISSUER"), need(&raw.audience, "AUDIENCE"));
    let keys = need(&raw.signing_keys, "SIGNING_KEYS");
    let (Some(name), Some(audience), Some(keys)) = (name, audience, keys) else { return (None, None) };
    let Ok(set) = serde_json::from_str::<JwkSet>(&keys) else {
        problems.push("SIGNING_KEYS is not a JWK Set".to_owned());
        return (None, None);
    };
    let signing_key = set.keys.first().and_then(|first| {
        let key = SigningKey::from_jwk(first);
        key.map_err(|why| problems.push(format!("SIGNING_KEYS: key 0 {why}: no token can be issued"))).ok()
    });
    let keys = KeySource::Fixed(usable_keys(&set.keys, "SIGNING_KEYS", problems));
    let issuer = Issuer { name, audience, token_type: TokenType::AccessToken, keys, is_self: true };
    (Some(issuer), signing_key)
}

fn trusted_issuers(raw: &RawSettings, problems: &mut Vec<String>) -> Vec<Issuer> {
    let Some(text) = filled(&raw.trusted_issuers) else {
        problems.push(
            "TRUSTED_ISSUERS is not set: no token of a login service is accepted ([] says so on purpose)".to_owned(),
        );
        return Vec::new();
    };
    let Ok(list) = serde_json::from_str::<Vec<serde_json::Value>>(text) else {
        problems.push("TRUSTED_ISSUERS is not a JSON array: no trusted issuer".to_owned());
        return Vec::new();
    };
    let mut issuers: Vec<Issuer> = Vec::new();
    for (index, entry) in list.into_iter().enumerate() {
        match trusted_issuer(entry, problems, index) {
            Ok(issuer) if issuers.iter().any(|known| known.name == issuer.name) => {
                problems.push(format!("TRUSTED_ISSUERS[{index}] names an issuer again: ignored"));
            }
            // Our own name under a foreign key would let that key's owner sign as us.
            Ok(issuer) if filled(&raw.issuer) == Some(&issuer.name) => {
                problems.push(format!("TRUSTED_ISSUERS[{index}] names ISSUER itself: ignored"));
            }
            Ok(issuer) => issuers.push(issuer),
            Err(why) => problems.push(format!("TRUSTED_ISSUERS[{index}] {why}: ignored")),
        }
    }
    issuers
}

fn trusted_issuer(entry: serde_json::Value, problems: &mut Vec<String>, index: usize) -> Result<Issuer, &'static str> {
    let entry: TrustedIssuer =
        serde_json::from_value(entry).map_err(|_| "is not {issuer, audience, jwks | jwks_uri, typ}")?;
    let keys = match (entry.jwks, entry.jwks_uri) {
        (Some(set), None) => {
            KeySource::Fixed(usable_keys(&set.keys, &format!("TRUSTED_ISSUERS[{index}].jwks"), problems))
        }
        (None, Some(uri)) if uri.starts_with("https://") || is_loopback(&uri) => KeySource::Remote(uri),
        (None, Some(_)) => return Err("has a jwks_uri that is not https"),
        _ => return Err("needs exactly one of jwks and jwks_uri"),
    };
    let token_type = match entry.typ.as_deref() {
        None | Some("at+jwt") => TokenType::AccessToken,
        Some("JWT") => TokenType::PlainJwt,
        Some(_) => return Err("has a typ that is neither at+jwt nor JWT"),
    };
    if entry.issuer.is_empty() || entry.audience.is_empty() {
        return Err("has an empty issuer or audience");
    }
    Ok(Issuer { name: entry.issuer, audience: entry.audience, token_type, keys, is_self: false })
}

/// Plain http to one's own machine, for local work.
fn is_loopback(uri: &str) -> bool {
    uri.strip_prefix("http://").is_some_and(|rest| {
        let authority = rest.split('/').next().unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    })
}

fn usable_keys(keys: &[Jwk], name: &str, problems: &mut Vec<String>) -> Vec<VerifyKey> {
    let mut usable = Vec::with_capacity(keys.len());
    for (index, jwk) in keys.iter().enumerate() {
        match VerifyKey::from_jwk(jwk) {
            Ok(key) => usable.push(key),
            Err(why) => problems.push(format!("{name}: key {index} {why}: not used")),
        }
    }
    if usable.is_empty() {
        problems.push(format!("{name} holds no usable key"));
    }
    usable
}

/// Keys of a fetched JWK Set. Unusable ones are passed over: a set may hold keys for other purposes.
pub fn remote_keys(text: &str) -> Result<Vec<VerifyKey>, &'static str> {
    let set: JwkSet = serde_json::from_str(text).map_err(|_| "not a JWK Set")?;
    let usable = set.keys.iter().filter_map(|jwk| VerifyKey::from_jwk(jwk).ok());
    // A shared secret does not belong on a public address.
    Ok(usable.filter(|key| key.algorithm != Algorithm::Hs256).collect())
}

fn peppers(raw: &RawSettings, problems: &mut Vec<String>) -> Vec<Pepper> {
    let Some(text) = filled(&raw.secret_peppers) else {
        problems.push("SECRET_PEPPERS is not set: no secret can be made or checked".to_owned());
        return Vec::new();
    };
    let Ok(list) = serde_json::from_str::<Vec<RawPepper>>(text) else {
        problems.push("SECRET_PEPPERS is not a JSON array of {version, key}".to_owned());
        return Vec::new();
    };
    let mut peppers: Vec<Pepper> = Vec::new();
    for (index, entry) in list.into_iter().enumerate() {
        match Pepper::new(entry.version, &entry.key) {
            Some(pepper) if peppers.iter().all(|known| known.version != pepper.version) => peppers.push(pepper),
            Some(_) => problems.push(format!("SECRET_PEPPERS[{index}] repeats a version: not used")),
            None => {
                problems.push(format!("SECRET_PEPPERS[{index}] is not base64url of at least 32 bytes: not used"));
            }
        }
    }
    peppers
}
