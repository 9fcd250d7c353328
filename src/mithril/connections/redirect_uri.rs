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
    /// - `format` when it is not an allowed URI
    pub fn from_body(body: &Map<String, Value>) -> Result<Self, Invalid> {
        let rule = match body.get("redirect_uri") {
            None => Rule::Required { property: "redirect_uri" },
            Some(Value::String(text)) if is_allowed(text) => return Ok(Self(text.clone())),
            Some(Value::String(_)) => Rule::Format { pattern: PATTERN },
            Some(other) => Rule::Cast { expected: "string", actual: type_name(other) },
        };
        Err(Invalid { entry: "$.redirect_uri".to_owned(), rule })
    }

    /// The URI as it was sent.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Whether a text is an absolute `https://` URI of printable ASCII. It must not have user information, a fragment, dot
/// segments, or characters that RFC 3986 excludes, because browsers silently rewrite these.
fn is_allowed(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    text.len() <= MAX_LENGTH
        && is_authority(authority)
        && tail.bytes().all(is_uri_byte)
        && has_whole_escapes(tail)
        && !has_dot_segments(tail)
}

/// Whether a text is a host with or without a port.
fn is_authority(authority: &str) -> bool {
    // An IPv6 address has colons inside its brackets.
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) if address.parse::<std::net::Ipv6Addr>().is_ok() => {
            return port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        }
        Some(_) => return false,
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    port.is_none_or(is_port) && is_host(host)
}

/// Whether a text is a port number.
fn is_port(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// Whether a text is a host name of letters, digits, hyphens and underscores, or an IPv4 address of four decimal
/// numbers.
fn is_host(host: &str) -> bool {
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
    host.len() <= 253 && labels_fit && (!is_number || host.parse::<std::net::Ipv4Addr>().is_ok())
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
    use super::is_allowed;

    #[test]
    fn a_uri_that_a_browser_might_read_differently_is_refused() {
        let long = format!("https://a.test/{}", "x".repeat(2034));
        let refused = [
            "",
            "https://",
            "https:///x",
            "http://a.test",
            "HTTPS://a.test",
            "//a.test",
            "/x",
            "javascript:alert(1)",
            " https://a.test",
            "https://a.test/ x",
            "https://a.test/\u{0}",
            "https://a.test\n",
            "https://u@a.test",
            "https://u:p@a.test/",
            "https://a.test/#",
            "https://a.test/x#y",
            "https://a.test\\@b.test",
            "https://a.test/\\x",
            "https://ä.test",
            "https://a.test/ü",
            "https://a.test:99999",
            "https://a.test:",
            "https://a.test:8x",
            "https://a..test",
            "https://-a.test",
            "https://%61.test",
            "https://a.test/%",
            "https://a.test/%4",
            "https://a.test/%zz",
            "https://[::1",
            "https://[x]",
            "https://[::1]x",
            "https://0x7f.1",
            "https://1.2.3",
            "https://256.1.1.1",
            "https://a.test/<",
            "https://a.test/{id}",
            "https://a.test/cb/../x",
            "https://a.test/.",
            "https://a.test/%2E%2e?x",
            "https://a.test/a/.%2e",
            "https://a.test/%2E./a",
            "https://a.test/%2e",
            &long,
        ];
        for text in refused {
            assert!(!is_allowed(text), "{text:?}");
        }
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
