//! Cross-origin access (Fetch standard, "CORS protocol"): off unless `CORS_ORIGINS` names origins.

use crate::http::{Header, Request};
use crate::settings::CorsOrigins;

/// What a page of another origin may send.
const ALLOWED_HEADERS: &str = "Authorization, Content-Type, API-key, X-Custom-PSK, X-Request-Id, If-Match, \
     If-None-Match, Idempotency-Key, X-Idempotency-Key, X-D1-Bookmark, Prefer";
/// What a page of another origin may read.
const EXPOSED_HEADERS: &str = "X-Request-Id, ETag, Location, Link, Retry-After, WWW-Authenticate, Allow, \
     X-Idempotency-Key, X-D1-Bookmark, Preference-Applied";
/// Seconds for which a browser may keep the answer to a preflight. Chromium keeps it for two hours at most.
const MAX_AGE: &str = "7200";

/// The headers to add to an answer for the request's origin. An origin that is not configured gets no permission.
/// `methods` is the value of `Allow` for the path; a preflight is answered with it.
pub fn headers(origins: &CorsOrigins, request: &Request, methods: &str) -> Vec<(&'static str, String)> {
    if origins.is_off() {
        return Vec::new();
    }
    // A cache must not serve one origin's answer to another. That holds for refused origins too.
    let mut headers = vec![("vary", "Origin".to_owned())];
    let Some(origin) = request.header(Header::Origin).filter(|origin| origins.allow(origin)) else {
        return headers;
    };
    headers.push(("access-control-allow-origin", origin.to_owned()));
    if request.header(Header::PreflightMethod).is_some() {
        headers.push(("access-control-allow-methods", methods.to_owned()));
        headers.push(("access-control-allow-headers", ALLOWED_HEADERS.to_owned()));
        headers.push(("access-control-max-age", MAX_AGE.to_owned()));
    } else {
        headers.push(("access-control-expose-headers", EXPOSED_HEADERS.to_owned()));
    }
    headers
}
