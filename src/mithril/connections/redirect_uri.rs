//! What a `redirect_uri` may be: an absolute `https` URI (RFC 6749 §3.1.2) in a form that every client reads the same
//! way. It is stored as it was sent and compared exactly (RFC 9700 §2.1).

use serde_json::{Map, Value};

use crate::base::failure::{Invalid, Rule};
use crate::http::body::type_name;

/// The pattern of the documented JSON Schema. A refusal shows it.
pub const PATTERN: &str = "^(https)://.+";
/// The longest URI, in bytes.
const MAX_LENGTH: usize = 2048;

/// A redirect URI that [`RedirectUri::from_body`] has checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Reads the `redirect_uri` of a body.
    ///
    /// # Errors
    /// The documented rule that it breaks:
    /// - `required` when it is absent
    /// - `cast` when it is not a string
    /// - `length` when it is too long
    /// - `format` when it is not an allowed URI: with the documented pattern, if it does not match that, else with a
    ///   sentence
    pub fn from_body(body: &Map<String, Value>) -> Result<Self, Invalid> {
        let rule = match body.get("redirect_uri") {
            None => Rule::Required { property: "redirect_uri" },
            Some(Value::String(text)) => match broken_rule(text) {
                None => return Ok(Self(text.clone())),
                Some(rule) => rule,
            },
            Some(other) => Rule::Cast { expected: "string", actual: type_name(other) },
        };
        Err(Invalid { entry: "$.redirect_uri".to_owned(), rule })
    }

    /// The URI as it was sent.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The rules beside the documented pattern, each as a refusal says it.
mod sentences {
    pub const USER_INFORMATION: &str = "must not have user information (`user@` before the host)";
    pub const FRAGMENT: &str = "must not have a fragment (`#`)";
    pub const CHARACTERS: &str = "must consist of the characters that RFC 3986 allows; percent-encode spaces, control \
        characters, letters outside of ASCII and \" < > \\ ^ ` { | }, and write a host in Punycode";
    pub const ESCAPES: &str = "must have two hexadecimal digits after every percent sign";
    pub const DOT_SEGMENTS: &str = "must not have a path segment `.` or `..`, escaped or not: browsers remove it";
    pub const PORT: &str = "must have a port from 0 to 65535 after the colon, or no colon";
    pub const ADDRESS: &str = "must have an IPv6 address between the brackets and nothing but a port after them";
    pub const NUMBERS: &str = "must have a host name, or an IPv4 address of four decimal numbers from 0 to 255: browsers \
        read a host that ends in a number as an address";
    pub const HOST: &str = "must have a host of at most 253 characters: labels of 1 to 63 letters, digits, hyphens and \
        underscores, between dots, without a hyphen at either end";
}

/// The rule that a text breaks; `None` for an absolute `https://` URI of printable ASCII. It must not have user
/// information, a fragment, dot segments, or characters that RFC 3986 excludes, because browsers silently rewrite these.
fn broken_rule(text: &str) -> Option<Rule> {
    let form = |sentence: &'static str| Some(Rule::Form { sentence });
    let Some(rest) = text.strip_prefix("https://").filter(|rest| !rest.is_empty()) else {
        return Some(Rule::Format { pattern: PATTERN });
    };
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if text.contains('#') {
        form(sentences::FRAGMENT)
    } else if !rest.bytes().all(is_uri_byte) {
        form(sentences::CHARACTERS)
    } else if text.len() > MAX_LENGTH {
        Some(Rule::Length { max: MAX_LENGTH })
    } else if authority.contains('@') {
        form(sentences::USER_INFORMATION)
    } else if let Some(sentence) = broken_authority(authority) {
        form(sentence)
    } else if !has_whole_escapes(tail) {
        form(sentences::ESCAPES)
    } else if has_dot_segments(tail) {
        form(sentences::DOT_SEGMENTS)
    } else {
        None
    }
}

/// The rule that a host with or without a port breaks.
fn broken_authority(authority: &str) -> Option<&'static str> {
    // An IPv6 address has colons inside its brackets.
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']').unwrap_or_default();
        if address.parse::<std::net::Ipv6Addr>().is_err() || !(port.is_empty() || port.starts_with(':')) {
            return Some(sentences::ADDRESS);
        }
        (None, port.strip_prefix(':'))
    } else {
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        (Some(host), port)
    };
    host.and_then(broken_host).or_else(|| port.is_some_and(|port| !is_port(port)).then_some(sentences::PORT))
}

/// Whether a text is a port number.
fn is_port(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// The rule that a host breaks, which is to be a name of letters, digits, hyphens and underscores, or an IPv4 address of
/// four decimal numbers.
fn broken_host(host: &str) -> Option<&'static str> {
    let labels_fit = host.strip_suffix('.').unwrap_or(host).split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    });
    // Browsers read a host as an address when its last label is a number: to them 0x7f.1 is 127.0.0.1.
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last
            .strip_prefix("0x")
            .or_else(|| last.strip_prefix("0X"))
            .is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if host.len() > 253 || !labels_fit {
        Some(sentences::HOST)
    } else {
        (is_number && host.parse::<std::net::Ipv4Addr>().is_err()).then_some(sentences::NUMBERS)
    }
}

/// Whether a character may stand in the path or query of a URI, a percent sign included.
const fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

/// Whether every percent sign has two hexadecimal digits.
fn has_whole_escapes(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let mut digits = after.bytes();
        let mut is_hex = || digits.next().is_some_and(|byte| byte.is_ascii_hexdigit());
        is_hex() && is_hex()
    })
}

/// Whether the path has a segment `.` or `..`. Browsers resolve them: `/a/../b` becomes `/b`, and so does
/// `/a/%2e%2E/b`.
fn has_dot_segments(tail: &str) -> bool {
    let path = tail.split('?').next().unwrap_or_default();
    path.split('/').any(is_dots)
}

/// Whether a segment is `.` or `..`, escaped or not.
fn is_dots(segment: &str) -> bool {
    fn after_dot(text: &str) -> Option<&str> {
        [".", "%2e", "%2E"].iter().find_map(|dot| text.strip_prefix(dot))
    }
    after_dot(segment).is_some_and(|rest| rest.is_empty() || after_dot(rest) == Some(""))
}

#[cfg(test)]
mod tests {
    use super::{MAX_LENGTH, PATTERN, broken_rule, sentences};
    use crate::base::failure::Rule;

    fn is_allowed(text: &str) -> bool {
        broken_rule(text).is_none()
    }

    #[test]
    fn a_uri_that_is_not_absolute_https_is_refused_with_the_documented_pattern() {
        for text in [
            "",
            "https://",
            "http://a.test",
            "HTTPS://a.test",
            "//a.test",
            "/x",
            "javascript:alert(1)",
            " https://a.test",
        ] {
            assert_eq!(broken_rule(text), Some(Rule::Format { pattern: PATTERN }), "{text:?}");
        }
    }

    #[test]
    fn a_uri_that_a_browser_might_read_differently_is_refused_with_the_rule_that_it_breaks() {
        use sentences::*;
        let long_host = format!("https://{}test", "a.".repeat(125));
        let refused: [(&str, &[&str]); 9] = [
            (FRAGMENT, &["https://a.test/#", "https://a.test/x#y", "https://#", "https://a.test#"]),
            (
                CHARACTERS,
                &[
                    "https://a.test/ x",
                    "https://a.test/\u{0}",
                    "https://a.test\n",
                    "https://a.test\\@b.test",
                    "https://a.test/\\x",
                    "https://ä.test",
                    "https://a.test/ü",
                    "https://a.test/<",
                    "https://a.test/{id}",
                ],
            ),
            (USER_INFORMATION, &["https://u@a.test", "https://u:p@a.test/", "https://@a.test"]),
            (PORT, &["https://a.test:99999", "https://a.test:", "https://a.test:8x", "https://[::1]:"]),
            (HOST, &["https:///x", "https://a..test", "https://-a.test", "https://%61.test", "https://?x", &long_host]),
            (ADDRESS, &["https://[::1", "https://[x]", "https://[::1]x"]),
            (NUMBERS, &["https://0x7f.1", "https://1.2.3", "https://256.1.1.1"]),
            (ESCAPES, &["https://a.test/%", "https://a.test/%4", "https://a.test/%zz"]),
            (
                DOT_SEGMENTS,
                &[
                    "https://a.test/cb/../x",
                    "https://a.test/.",
                    "https://a.test/%2E%2e?x",
                    "https://a.test/a/.%2e",
                    "https://a.test/%2E./a",
                    "https://a.test/%2e",
                ],
            ),
        ];
        for (sentence, texts) in refused {
            for text in texts {
                assert_eq!(broken_rule(text), Some(Rule::Form { sentence }), "{text:?}");
            }
        }
        let long = format!("https://a.test/{}", "x".repeat(2034));
        assert_eq!(broken_rule(&long), Some(Rule::Length { max: MAX_LENGTH }));
    }

    #[test]
    fn plain_https_uris_are_allowed() {
        let longest = format!("https://a.test/{}", "x".repeat(2033));
        let allowed = [
            "https://example3.com",
            "https://a.test:8443/cb?x=1&y=%D0%86",
            "https://a.test?x=@",
            "https://a.test/.well-known/...?../.",
            "https://a.test/a/@b;c=1/~d",
            "https://a.test/.%2e./%2ex/..%2E.",
            "https://[2001:db8::1]:443/cb",
            "https://127.0.0.1/cb",
            "https://localhost",
            "https://my_host.test.",
            &longest,
        ];
        for text in allowed {
            assert!(is_allowed(text), "{text:?}");
        }
    }
}
