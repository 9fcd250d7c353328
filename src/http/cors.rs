//! Cross-origin access (Fetch standard, "CORS protocol"): off unless `CORS_ORIGINS` names origins.

use crate::http::{Header, Request};
use crate::settings::CorsOrigins;

const ALLOWED_HEADERS: &str = "Authorization, Content-Type, API-key, X-Custom-PSK, X-Request-Id, If-Match, \
     If-None-Match, Idempotency-Key, X-Idempotency-Key, X-D1-Bookmark";
const EXPOSED_HEADERS: &str = "X-Request-Id, ETag, Location, Retry-After, WWW-Authenticate, Allow, \
     X-Idempotency-Key, X-D1-Bookmark";
/// Chromium keeps a preflight for two hours at most.
const MAX_AGE: &str = "7200";

/// The headers to add for the request's origin; none for an origin that is not configured.
/// `methods` is what the path allows, for the preflight.
pub fn headers(origins: &CorsOrigins, request: &Request, methods: &str) -> Vec<(&'static str, String)> {
    if origins.is_off() {
        return Vec::new();
    }
    // Caches must not serve one origin's answer to another, refused origins included.
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
