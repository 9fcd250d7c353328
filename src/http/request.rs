//! A request as plain data: what the edge reads in one crossing.

use mithril_codec::bytes;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Other,
}

impl Method {
    pub fn parse(text: &str) -> Self {
        match text {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            _ => Self::Other,
        }
    }

    /// Whether it only reads (RFC 9110 §9.2.1).
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other => "OTHER",
        }
    }
}

/// The bookmark of a D1 session, in both directions, as D1's own examples name the header.
pub const BOOKMARK: &str = "x-d1-bookmark";

/// The headers this service reads, and no others: the edge hands them over in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    Authorization,
    RequestId,
    Origin,
    ApiKey,
    IfMatch,
    IfNoneMatch,
    IdempotencyKey,
    XIdempotencyKey,
    Bookmark,
    ContentType,
    ContentLength,
    PreflightMethod,
    ConnectingIp,
}

impl Header {
    /// Of a body, which a GET or HEAD has none of.
    pub const OF_BODIES: [Self; 2] = [Self::ContentType, Self::ContentLength];

    pub const ALL: [Self; 13] = [
        Self::Authorization,
        Self::RequestId,
        Self::Origin,
        Self::ApiKey,
        Self::IfMatch,
        Self::IfNoneMatch,
        Self::IdempotencyKey,
        Self::XIdempotencyKey,
        Self::Bookmark,
        Self::ContentType,
        Self::ContentLength,
        Self::PreflightMethod,
        Self::ConnectingIp,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::ContentType => "content-type",
            Self::ContentLength => "content-length",
            Self::RequestId => "x-request-id",
            Self::Origin => "origin",
            Self::PreflightMethod => "access-control-request-method",
            Self::ApiKey => "api-key",
            Self::ConnectingIp => "cf-connecting-ip",
            Self::Bookmark => BOOKMARK,
            Self::IfMatch => "if-match",
            Self::IfNoneMatch => "if-none-match",
            Self::IdempotencyKey => "idempotency-key",
            Self::XIdempotencyKey => "x-idempotency-key",
        }
    }
}

/// A header's place in [`Header::ALL`] is its number: `Request` keeps the values in that order.
const _: () = {
    let mut at = 0;
    while at < Header::ALL.len() {
        #[expect(clippy::indexing_slicing, reason = "when it is compiled")]
        let number = Header::ALL[at] as usize;
        assert!(number == at);
        at += 1;
    }
};

impl Header {
    /// As answers name it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Authorization => "Authorization",
            Self::ContentType => "Content-Type",
            Self::ContentLength => "Content-Length",
            Self::RequestId => "X-Request-Id",
            Self::Origin => "Origin",
            Self::PreflightMethod => "Access-Control-Request-Method",
            Self::ApiKey => "API-key",
            Self::ConnectingIp => "CF-Connecting-IP",
            Self::IfMatch => "If-Match",
            Self::IfNoneMatch => "If-None-Match",
            Self::IdempotencyKey => "Idempotency-Key",
            Self::XIdempotencyKey => "X-Idempotency-Key",
            Self::Bookmark => "X-D1-Bookmark",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    url: String,
    path_start: usize,
    path_end: usize,
    headers: [Option<String>; Header::ALL.len()],
}

impl Request {
    /// `url` is absolute, as the platform gives it: scheme, authority, path, query.
    pub fn new(method: Method, url: String, headers: [Option<String>; Header::ALL.len()]) -> Self {
        let authority = bytes::find(b':', url.as_bytes()).map_or(0, |at| at + "://".len());
        // By bytes: a search for characters decodes each on its way.
        let find = |from: usize, ends: &[u8]| {
            let rest = url.as_bytes().get(from..).unwrap_or_default();
            from + rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len())
        };
        let path_start = find(authority, b"/?#");
        let path_end = find(path_start, b"?#");
        Self { method, url, path_start, path_end, headers }
    }

    /// The path as sent, percent-encoding kept.
    pub fn path(&self) -> &str {
        self.url.get(self.path_start..self.path_end).unwrap_or_default()
    }

    /// Scheme, host and path, without the query (`meta.url`).
    pub fn url_without_query(&self) -> &str {
        self.url.get(..self.path_end).unwrap_or_default()
    }

    /// The query as sent, without `?`; empty when there is none.
    pub fn query(&self) -> &str {
        let tail = self.url.get(self.path_end..).unwrap_or_default();
        let query = tail.strip_prefix('?').unwrap_or_default();
        query.split('#').next().unwrap_or_default()
    }

    pub fn header(&self, header: Header) -> Option<&str> {
        self.headers.get(header as usize)?.as_deref()
    }

    /// The first value of a query parameter, decoded (`+` is a space).
    /// `Err` when its percent-encoding is not UTF-8.
    pub fn query_param(&self, name: &str) -> Result<Option<String>, crate::http::percent::Malformed> {
        for pair in self.query().split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if crate::http::percent::decode_form(key)? == name {
                return crate::http::percent::decode_form(value).map(|value| Some(value.into_owned()));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Request {
        Request::new(Method::Get, url.to_owned(), Default::default())
    }

    #[test]
    fn url_parts_are_slices_of_what_was_sent() {
        let whole = request("https://edge.test:8787/a/%7C?x=1&y=a+b%21#f");
        assert_eq!(whole.path(), "/a/%7C");
        assert_eq!(whole.query(), "x=1&y=a+b%21");
        assert_eq!(whole.url_without_query(), "https://edge.test:8787/a/%7C");
        assert_eq!(whole.query_param("y").unwrap().as_deref(), Some("a b!"));
        assert_eq!(whole.query_param("z").unwrap(), None);
        let bare = request("https://edge.test?x=1");
        assert_eq!((bare.path(), bare.query()), ("", "x=1"));
    }
}
