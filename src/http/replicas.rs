//! Reads from replicas of the database, through D1's sessions (setting `READ_REPLICAS`, docs/scale.md).
//!
//! A replica may be behind. A caller that wants to see its own change sends the `X-D1-Bookmark` of the change's answer
//! with its next request.

use crate::http::{Header, Method, Request};

/// Where the D1 session of a request starts: the caller's bookmark, or one of D1's two constraints. A change starts at
/// the primary, and so does a read whose bookmark is malformed.
pub fn start(request: &Request) -> &str {
    match request.header(Header::Bookmark) {
        _ if !matches!(request.method, Method::Get | Method::Head) => PRIMARY,
        None => "first-unconstrained",
        Some(bookmark) if is_bookmark(bookmark) => bookmark,
        Some(_) => PRIMARY,
    }
}

/// D1's constraint for a session that starts at the primary.
const PRIMARY: &str = "first-primary";

/// Whether a text may be a bookmark: hexadecimal numbers between hyphens. Today they have 8, 8, 8 and 32 digits, but D1
/// calls bookmarks opaque, so other lengths pass.
fn is_bookmark(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.split('-').count() > 1
        && text.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, bookmark: Option<&str>) -> Request {
        let mut headers = Header::ALL.map(|_| None);
        if let Some(slot) = headers.get_mut(Header::Bookmark as usize) {
            *slot = bookmark.map(str::to_owned);
        }
        Request::new(method, "https://edge.test/x".to_owned(), headers)
    }

    #[test]
    fn a_change_starts_at_the_primary() {
        for method in [Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options, Method::Other] {
            assert_eq!(start(&request(method, Some(SEEN))), "first-primary");
        }
    }

    const SEEN: &str = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";

    #[test]
    fn a_read_starts_anywhere_or_at_what_was_seen() {
        for method in [Method::Get, Method::Head] {
            assert_eq!(start(&request(method, None)), "first-unconstrained");
            assert_eq!(start(&request(method, Some(SEEN))), SEEN);
        }
    }

    #[test]
    fn a_read_with_a_malformed_bookmark_starts_at_the_primary() {
        for text in ["", "-", "first-unconstrained", "00000085", "0085--02", "0085-02\u{e9}", &"0-".repeat(65)] {
            assert_eq!(start(&request(Method::Get, Some(text))), "first-primary", "{text}");
        }
    }
}
