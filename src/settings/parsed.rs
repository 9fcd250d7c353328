//! The settings as the service uses them. A missing or broken setting takes its default or its strictest value, and
//! `problems` says so.

use crate::base::json_value::{Integer, Unique};
use crate::base::object::object;
use crate::base::parse;
use crate::identity::keys::SigningKey;
use crate::secrets::secret::Pepper;
use crate::settings::choices::{ApiKeyRule, AuthorizeAnswer, ConnectionFields, Delegation, MithrilRefresh, ScopeRule};
use crate::settings::console::ConsoleLogin;
use crate::settings::deadlines::Deadlines;
use crate::settings::issuers::{self, Issuer};
use crate::settings::raw::{Problems, RawSettings, filled};

/// The settings, parsed and checked.
#[derive(Debug)]
pub struct Settings {
    /// The issuers whose tokens are accepted. This service comes first, if it is one of them.
    pub issuers: Vec<Issuer>,
    /// Where Mithril's 422 says that the errors are described; `None` for the documented address.
    pub errors_url: Option<String>,
    /// Which calls need the header `api-key`.
    pub api_key_rule: ApiKeyRule,
    /// How many of a route's scopes Endpoint's routes need.
    pub endpoint_scope_rule: ScopeRule,
    /// Whether a caller may give scopes that it does not hold.
    pub delegation: Delegation,
    /// Whether a refresh token is good many times at Mithril's address.
    pub mithril_refresh: MithrilRefresh,
    /// Which fields of connections and clients answers have.
    pub connection_fields: ConnectionFields,
    /// The answer of `/oauth/apps/authorize` where the approval exists already.
    pub authorize_answer: AuthorizeAnswer,
    /// How long a nonce is valid, in seconds.
    pub nonce_lifetime: i64,
    /// Whether changes of Mithril's records must send `If-Match`.
    pub require_if_match: bool,
    /// Whether `ISSUER` is an https address. Then browsers are told to stay on https.
    pub is_https: bool,
    /// The origins whose pages may call this service.
    pub cors_origins: CorsOrigins,
    /// Seconds of tolerance on `exp`, `nbf`, `iat`.
    pub leeway: i64,
    /// The key that signs this service's tokens; `None` closes the token endpoints.
    pub signing_key: Option<SigningKey>,
    /// How long an access token is valid, in seconds.
    pub access_token_lifetime: i64,
    /// How long a grant lives, in seconds: from its first refresh token to the end of its last.
    pub refresh_token_lifetime: i64,
    /// Whether a refresh token alone is enough at Endpoint's address, as its page documents. When it is off, a client
    /// that has a secret must send it there too.
    pub endpoint_refresh_without_secret: bool,
    /// Whether reads may be answered by a replica of the database ([`crate::http::replicas`]).
    pub read_replicas: bool,
    /// How long calls out of the isolate may take.
    pub deadlines: Deadlines,
    /// How the console signs its user in; `None` when it can only take a pasted token.
    pub console: Option<ConsoleLogin>,
    /// How many days a row of the audit stays in the database when there is an archive.
    pub audit_days: i64,
    /// The peppers of secrets, the current one first. Without any, no secret can be made or checked.
    pub peppers: Vec<Pepper>,
    /// What is wrong with the settings, for the log. The sentences name settings, never their values.
    pub problems: Vec<String>,
}

/// The origins whose pages may call this service. Without any, CORS is off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorsOrigins(Vec<String>);

impl CorsOrigins {
    /// Parses origins separated by commas, or `*` for all.
    pub fn parse(text: &str) -> Self {
        Self(text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(str::to_owned).collect())
    }

    /// Whether no origin is allowed.
    pub const fn is_off(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an origin is allowed. The comparison is exact.
    pub fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed == "*" || allowed == origin)
    }
}

object! {
    struct RawPepper {
        version: Integer,
        key: String,
        /// When `npm run peppers` made it.
        iat: Option<Unique>,
    }
}

const DEFAULT_LEEWAY: i64 = 60;
const DEFAULT_ACCESS_LIFETIME: i64 = 15 * 60;
/// 15 minutes, as in the sample of Mithril's document.
const DEFAULT_NONCE_LIFETIME: i64 = 15 * 60;
const DEFAULT_AUDIT_DAYS: i64 = 30;
/// 90 days, as Endpoint's token page documents.
const DEFAULT_REFRESH_LIFETIME: i64 = 90 * 86_400;

impl Settings {
    /// Parses the settings. It never fails: `problems` tells what is wrong.
    pub fn parse(raw: &RawSettings) -> Self {
        let mut problems = Problems::default();
        let mut issuers = Vec::new();
        let (own, signing_key) = issuers::own(raw, &mut problems);
        issuers.extend(own);
        issuers.extend(issuers::trusted(raw, &mut problems));
        let console = ConsoleLogin::parse(raw, &issuers, &mut problems);
        Self {
            issuers,
            errors_url: errors_url(raw, &mut problems),
            api_key_rule: match filled(&raw.api_key_rule) {
                None | Some("off") => ApiKeyRule::Off,
                Some("refresh") => ApiKeyRule::Refresh,
                Some("broker") => ApiKeyRule::Broker,
                Some(_) => {
                    problems.add(format_args!("API_KEY_RULE is none of off, refresh, broker: taken as broker"));
                    ApiKeyRule::Broker
                }
            },
            endpoint_scope_rule: match filled(&raw.endpoint_scope_rule) {
                None | Some("any") => ScopeRule::Any,
                Some("all") => ScopeRule::All,
                Some(_) => {
                    problems.add(format_args!("ENDPOINT_SCOPE_RULE is neither any nor all: taken as all"));
                    ScopeRule::All
                }
            },
            delegation: match filled(&raw.delegation) {
                None | Some("bounded") => Delegation::Bounded,
                Some("free") => Delegation::Free,
                Some(_) => {
                    problems.add(format_args!("DELEGATION is neither bounded nor free: taken as bounded"));
                    Delegation::Bounded
                }
            },
            mithril_refresh: match filled(&raw.mithril_refresh) {
                None | Some("reusable") => MithrilRefresh::Reusable,
                Some("rotate") => MithrilRefresh::Rotate,
                Some(_) => {
                    problems.add(format_args!("MITHRIL_REFRESH is neither reusable nor rotate: taken as rotate"));
                    MithrilRefresh::Rotate
                }
            },
            connection_fields: match filled(&raw.connection_fields) {
                None | Some("all") => ConnectionFields::All,
                Some("documented") => ConnectionFields::Documented,
                Some(_) => {
                    problems.add(format_args!("CONNECTION_FIELDS is neither all nor documented: taken as documented"));
                    ConnectionFields::Documented
                }
            },
            authorize_answer: match filled(&raw.authorize_answer) {
                None | Some("created") => AuthorizeAnswer::Created,
                Some("documented") => AuthorizeAnswer::Documented,
                Some(_) => {
                    problems.add(format_args!("AUTHORIZE_ANSWER is neither created nor documented: taken as created"));
                    AuthorizeAnswer::Created
                }
            },
            nonce_lifetime: seconds(
                &raw.nonce_lifetime,
                "NONCE_LIFETIME",
                60..=3600,
                DEFAULT_NONCE_LIFETIME,
                60,
                &mut problems,
            ),
            require_if_match: switch(&raw.require_if_match, "REQUIRE_IF_MATCH", true, &mut problems),
            is_https: filled(&raw.issuer).is_some_and(|issuer| issuer.starts_with("https://")),
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
                false,
                &mut problems,
            ),
            read_replicas: switch(&raw.read_replicas, "READ_REPLICAS", false, &mut problems),
            deadlines: Deadlines::parse(raw, &mut problems),
            console,
            audit_days: audit_days(raw, &mut problems),
            peppers: peppers(raw, &mut problems),
            problems: problems.0,
        }
    }
}

/// Parses `on` or `off`. A setting that is not set is off; a broken one takes the stricter value, `fallback`.
fn switch(setting: &Option<String>, name: &str, fallback: bool, problems: &mut Problems) -> bool {
    match filled(setting) {
        None | Some("off") => false,
        Some("on") => true,
        Some(_) => {
            let word = if fallback { "on" } else { "off" };
            problems.add(format_args!("{name} is neither on nor off: taken as {word}"));
            fallback
        }
    }
}

/// Parses a number of seconds. A broken one takes the strictest value, `fallback`.
fn seconds(
    setting: &Option<String>,
    name: &str,
    range: std::ops::RangeInclusive<i64>,
    default: i64,
    fallback: i64,
    problems: &mut Problems,
) -> i64 {
    filled(setting).map_or(default, |text| {
        text.parse().ok().filter(|seconds| range.contains(seconds)).unwrap_or_else(|| {
            let (min, max) = (range.start(), range.end());
            problems.add(format_args!("{name} is not a number of seconds from {min} to {max}: taken as {fallback}"));
            fallback
        })
    })
}

/// Parses the address of a description of the errors. A broken one counts as not set.
fn errors_url(raw: &RawSettings, problems: &mut Problems) -> Option<String> {
    let text = filled(&raw.errors_url)?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain && issuers::is_safe_address(text) {
        return Some(text.to_owned());
    }
    problems.add(format_args!("ERRORS_URL is not an https address: not used"));
    None
}

/// Parses the number of days that the audit stays in the database. With a broken one it stays there for the longest time.
fn audit_days(raw: &RawSettings, problems: &mut Problems) -> i64 {
    const MOST: i64 = 3660;
    filled(&raw.audit_days).map_or(DEFAULT_AUDIT_DAYS, |text| {
        text.parse().ok().filter(|days| (1..=MOST).contains(days)).unwrap_or_else(|| {
            problems.add(format_args!("AUDIT_DAYS_IN_D1 is not a number of days from 1 to {MOST}: taken as {MOST}"));
            MOST
        })
    })
}

/// Parses the peppers. Broken ones are left out.
fn peppers(raw: &RawSettings, problems: &mut Problems) -> Vec<Pepper> {
    let Some(text) = filled(&raw.secret_peppers) else {
        problems.add(format_args!("SECRET_PEPPERS is not set: no secret can be made or checked"));
        return Vec::new();
    };
    let Ok(list) = parse::from_str::<Vec<RawPepper>>(text) else {
        problems.add(format_args!("SECRET_PEPPERS is not a JSON array of {{version, key}}"));
        return Vec::new();
    };
    let mut peppers: Vec<Pepper> = Vec::new();
    for (index, entry) in list.into_iter().enumerate() {
        match Pepper::new(entry.version.0, &entry.key) {
            Some(pepper) if peppers.iter().all(|known| known.version != pepper.version) => {
                peppers.push(pepper.made_at(entry.iat.and_then(|iat| iat.0.as_i64())));
            }
            Some(_) => problems.add(format_args!("SECRET_PEPPERS[{index}] repeats a version: not used")),
            None => {
                problems.add(format_args!("SECRET_PEPPERS[{index}] is not base64url of at least 32 bytes: not used"));
            }
        }
    }
    peppers
}
