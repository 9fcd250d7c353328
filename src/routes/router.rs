//! Finds the route of a method and a path, or the methods that the path has.

use crate::http::params::Params;
use crate::http::{Answer, Method, Request, accept};
use crate::routes::{ROUTES, Route};

/// What the route table knows of a request.
pub enum RouteMatch<'a> {
    /// The route, and the path segments that stand for its `{…}`.
    Found(&'static Route, Params<'a>),
    /// The path exists, but not with this method. The text is the value of the `Allow` header.
    OtherMethods(String),
    /// No route has this path.
    Nothing,
}

/// The version in an address of the Endpoint API that stands for the newest stable one.
const NEWEST_VERSION: &str = "v0";
/// The one version of the Endpoint API that is served.
const ONLY_VERSION: &str = "v1";

/// Finds a request in [`ROUTES`]. `path` is as it was sent, percent-encoding included. HEAD is answered like GET.
pub fn find(method: Method, path: &str) -> RouteMatch<'_> {
    let wanted = if method == Method::Head { Method::Get } else { method };
    let mut segments: Vec<&str> = path.split('/').collect();
    if let ["", "Endpoint", "rest", "api", version, ..] = segments.as_mut_slice()
        && *version == NEWEST_VERSION
    {
        *version = ONLY_VERSION;
    }
    let mut methods = Vec::new();
    for route in ROUTES {
        let Some(params) = params(route.path, &segments) else { continue };
        if route.method == wanted {
            return RouteMatch::Found(route, params);
        }
        methods.push(route.method);
    }
    if methods.is_empty() { RouteMatch::Nothing } else { RouteMatch::OtherMethods(allow(&methods)) }
}

/// What a browser gets at `/`: the way to the start page, which is a file. `None` for anything else, so that a client of
/// the API is told that there is nothing.
pub fn start_page(request: &Request) -> Option<Answer> {
    let is_read = matches!(request.method, Method::Get | Method::Head);
    let is_browser = is_read && request.path() == "/" && accept::prefers(request, "text/html", "application/json");
    is_browser.then(|| Answer::empty(302).header("location", "/start/").header("vary", "Accept"))
}

/// The value of `Allow` for a path whose routes have these methods.
fn allow(methods: &[Method]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    if methods.contains(&Method::Get) {
        names.push(Method::Head.as_str());
    }
    names.push(Method::Options.as_str());
    names.join(", ")
}

/// The parameters of a path that fits the pattern; `None` for a path that does not. A `{…}` of the pattern stands for
/// one segment that is not empty; every other segment must be the same.
fn params<'a>(pattern: &str, segments: &[&'a str]) -> Option<Params<'a>> {
    let mut params = Params::default();
    let mut slots = params.0.iter_mut();
    let mut rest = segments.iter();
    for expected in pattern.split('/') {
        let segment = *rest.next()?;
        if expected.starts_with('{') {
            *slots.next()? = Some(segment).filter(|segment| !segment.is_empty())?;
        } else if expected != segment {
            return None;
        }
    }
    if rest.next().is_none() { Some(params) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Operation;

    #[test]
    fn near_misses_match_nothing() {
        for path in [
            "",
            "/",
            "/healthz/",
            "//healthz",
            "healthz",
            "/admin/roles/",
            "/admin//roles",
            "/admin/roles/x/y",
            "/Admin/roles/x",
            "/api/clients//connections",
            "/admin/roles%2Fx",
        ] {
            assert!(matches!(find(Method::Get, path), RouteMatch::Nothing), "{path}");
        }
    }

    #[test]
    fn a_known_path_names_its_methods() {
        let RouteMatch::OtherMethods(allow) = find(Method::Post, "/api/clients/a/connections/b") else { panic!() };
        assert_eq!(allow, "GET, DELETE, PATCH, HEAD, OPTIONS");
    }

    #[test]
    fn version_0_of_the_endpoint_api_is_the_newest_and_no_other_version_is_served() {
        let RouteMatch::Found(route, params) = find(Method::Get, "/Endpoint/rest/api/v0/AccessGroup/v0") else {
            panic!()
        };
        assert_eq!((route.operation, params.get(0)), (Operation::ShowAccessGroup, "v0"));
        let RouteMatch::OtherMethods(allow) = find(Method::Post, "/Endpoint/rest/api/v0/AccessGroups") else {
            panic!()
        };
        assert_eq!(allow, "GET, HEAD, OPTIONS");
        for version in ["v2", "v67", "v00", "v01", "V0", "v", "0", "v0%20"] {
            let path = format!("/Endpoint/rest/api/{version}/AccessGroups");
            assert!(matches!(find(Method::Get, &path), RouteMatch::Nothing), "{path}");
        }
        assert!(matches!(find(Method::Get, "/Endpoint/rest/v0/AccessGroups"), RouteMatch::Nothing));
    }

    #[test]
    fn parameters_are_the_segments_as_they_were_sent() {
        let RouteMatch::Found(route, params) = find(Method::Head, "/admin/roles/r%7C1") else { panic!() };
        assert_eq!((route.operation, params.get(0)), (Operation::ShowRole, "r%7C1"));
        // A segment that looks like a pattern is a value like any other.
        let RouteMatch::Found(route, params) = find(Method::Get, "/admin/roles/{id}") else { panic!() };
        assert_eq!((route.operation, params.get(0)), (Operation::ShowRole, "{id}"));
        let RouteMatch::Found(route, params) = find(Method::Delete, "/api/clients/a/connections/b/secrets/c") else {
            panic!()
        };
        assert_eq!((route.operation, params), (Operation::RetireSecret, Params(["a", "b", "c"])));
        assert_eq!(params.get(3), "");
    }
}
