//! A request as plain data: what the edge reads from the platform at once.

use crate::base::failure::Failure;
use crate::http::query::{Query, Undecodable};

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// Any other method; no route has one.
    Other,
}

impl Method {
    /// The method of this name. Names are case-sensitive (RFC 9110 §9.1).
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

    /// Whether the method only reads (RFC 9110 §9.2.1).
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }

    /// The name of the method; `OTHER` for [`Method::Other`].
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

/// The header that carries the bookmark of a D1 session, in requests and answers. D1's own examples use this name.
pub const BOOKMARK: &str = "x-d1-bookmark";

/// The headers that this service reads. The edge hands their values over in the order of [`Header::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// The bearer token, or a client's credentials at the token endpoints.
    Authorization,
    /// The caller's name for the request.
    RequestId,
    /// The origin of the page that sends the request.
    Origin,
    /// A connection's secret, which the api-key rule asks for.
    ApiKey,
    /// The tags of which the record must have one.
    IfMatch,
    /// The tags of which the record must have none.
    IfNoneMatch,
    /// The key under which a change is made once.
    IdempotencyKey,
    /// Mithril's name of [`Header::IdempotencyKey`].
    XIdempotencyKey,
    /// See [`BOOKMARK`].
    Bookmark,
    /// The media type of the body.
    ContentType,
    /// The declared length of the body.
    ContentLength,
    /// How the body is compressed.
    ContentEncoding,
    /// The method that a preflight asks about.
    PreflightMethod,
    /// The caller's address, from Cloudflare.
    ConnectingIp,
    /// The media types that the caller takes.
    Accept,
    /// How old an answer may be that the caller takes.
    CacheControl,
    /// How the caller wants a change to be made (RFC 7240).
    Prefer,
}

impl Header {
    /// The headers that describe a body. A GET or HEAD has no body, so the edge does not read them there.
    pub const OF_BODIES: [Self; 3] = [Self::ContentType, Self::ContentLength, Self::ContentEncoding];

    /// Every header. A header's place here is its number.
    pub const ALL: [Self; 17] = [
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
        Self::ContentEncoding,
        Self::PreflightMethod,
        Self::ConnectingIp,
        Self::Accept,
        Self::CacheControl,
        Self::Prefer,
    ];

    /// The name in lower case, as the platform looks headers up.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::ContentType => "content-type",
            Self::ContentLength => "content-length",
            Self::ContentEncoding => "content-encoding",
            Self::RequestId => "x-request-id",
            Self::Origin => "origin",
            Self::PreflightMethod => "access-control-request-method",
            Self::ApiKey => "api-key",
            Self::ConnectingIp => "cf-connecting-ip",
            Self::Bookmark => BOOKMARK,
            Self::IfMatch => "if-match",
            Self::IfNoneMatch => "if-none-match",
            Self::Accept => "accept",
            Self::CacheControl => "cache-control",
            Self::Prefer => "prefer",
            Self::IdempotencyKey => "idempotency-key",
            Self::XIdempotencyKey => "x-idempotency-key",
        }
    }

    /// The name as answers and documents write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Authorization => "Authorization",
            Self::ContentType => "Content-Type",
            Self::ContentLength => "Content-Length",
            Self::ContentEncoding => "Content-Encoding",
            Self::RequestId => "X-Request-Id",
            Self::Origin => "Origin",
            Self::PreflightMethod => "Access-Control-Request-Method",
            Self::ApiKey => "API-key",
            Self::ConnectingIp => "CF-Connecting-IP",
            Self::IfMatch => "If-Match",
            Self::IfNoneMatch => "If-None-Match",
            Self::Accept => "Accept",
            Self::CacheControl => "Cache-Control",
            Self::Prefer => "Prefer",
            Self::IdempotencyKey => "Idempotency-Key",
            Self::XIdempotencyKey => "X-Idempotency-Key",
            Self::Bookmark => "X-D1-Bookmark",
        }
    }
}

/// The compiler checks that a header's place in [`Header::ALL`] is its number: [`Request`] finds values by it.
const _: () = {
    let mut at = 0;
    while at < Header::ALL.len() {
        #[expect(clippy::indexing_slicing, reason = "when it is compiled")]
        let number = Header::ALL[at] as usize;
        assert!(number == at);
        at += 1;
    }
};

/// A request without its body, which [`body`](crate::http::body) reads.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    url: String,
    path_start: usize,
    path_end: usize,
    /// The query, split and decoded once for the whole request.
    query: Result<Query, Undecodable>,
    headers: [Option<String>; Header::ALL.len()],
}

impl Request {
    /// `url` is absolute, as the platform gives it: scheme, authority, path, query. `headers` are in the order of
    /// [`Header::ALL`].
    pub fn new(method: Method, url: String, headers: [Option<String>; Header::ALL.len()]) -> Self {
        let find = |from: usize, ends: &[char]| {
            let rest = url.get(from..).unwrap_or_default();
            from + rest.find(ends).unwrap_or(rest.len())
        };
        let authority = url.find("://").map_or(0, |at| at + "://".len());
        let path_start = find(authority, &['/', '?', '#']);
        let path_end = find(path_start, &['?', '#']);
        let query = Query::parse(query(&url, path_end));
        Self { method, url, path_start, path_end, query, headers }
    }

    /// The path as it was sent, percent-encoding included, without a slash at its end: an address with that slash is the
    /// address without it. Only `/` itself keeps its slash.
    pub fn path(&self) -> &str {
        let path = self.url.get(self.path_start..self.path_end).unwrap_or_default();
        path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path)
    }

    /// Scheme, host and path, without the query (`meta.url`).
    pub fn url_without_query(&self) -> &str {
        self.url.get(..self.path_end).unwrap_or_default()
    }

    /// The query as it was sent, without its `?`; empty when there is none.
    pub fn query(&self) -> &str {
        query(&self.url, self.path_end)
    }

    /// The decoded parameters of the query.
    ///
    /// # Errors
    /// 422 in Mithril and 400 in Endpoint, for the whole query, when one of its parameters cannot be decoded.
    pub fn parameters(&self) -> Result<&Query, Failure> {
        self.query.as_ref().map_err(|Undecodable(name)| Failure::Query(name.clone()))
    }

    /// The value of a header, if the request has it.
    pub fn header(&self, header: Header) -> Option<&str> {
        self.headers.get(header as usize)?.as_deref()
    }
}

/// The query of a URL whose path ends at `path_end`, without its `?` and without a fragment.
fn query(url: &str, path_end: usize) -> &str {
    let tail = url.get(path_end..).unwrap_or_default();
    let query = tail.strip_prefix('?').unwrap_or_default();
    query.split('#').next().unwrap_or_default()
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
        let parameters = whole.parameters().unwrap();
        assert_eq!((parameters.get("y"), parameters.get("z")), (Some("a b!"), None));
        let bare = request("https://edge.test?x=1");
        assert_eq!((bare.path(), bare.query()), ("", "x=1"));
        let fragment = request("https://edge.test/a#b?c=1");
        assert_eq!((fragment.path(), fragment.query()), ("/a", ""));
    }

    #[test]
    fn one_slash_at_the_end_of_a_path_does_not_count() {
        for (sent, path) in
            [("/a/", "/a"), ("/a//", "/a/"), ("/", "/"), ("//", "/"), ("", ""), ("/a/%7C/?x=/", "/a/%7C")]
        {
            let request = request(&format!("https://edge.test{sent}"));
            assert_eq!(request.path(), path, "{sent}");
        }
        assert_eq!(request("https://edge.test/a/?x=1").url_without_query(), "https://edge.test/a/");
    }

    #[test]
    fn a_parameter_that_cannot_be_decoded_refuses_the_query() {
        let refused = request("https://edge.test/a?x=1&%zz=1").parameters().cloned();
        assert_eq!(refused, Err(Failure::Query("%zz".to_owned())));
    }
}
