//! Which route a method and a path mean.

use mithril_codec::bytes;

use crate::http::Method;
use crate::http::params::Params;
use crate::routes::{ROUTES, Route};

/// What the table says of a path.
pub enum Match<'a> {
    Found(&'static Route, Params<'a>),
    /// The path exists, the method does not; the value is for `Allow`.
    OtherMethods(String),
    Nothing,
}

/// HEAD is answered like GET.
pub fn find(method: Method, path: &str) -> Match<'_> {
    let wanted = if method == Method::Head { Method::Get } else { method };
    // A path that holds a brace itself could be taken for a pattern's.
    let is_plain = bytes::find(b'{', path.as_bytes()).is_none();
    let depth = bytes::count(b'/', path.as_bytes());
    let params_of = |route: &Route| {
        let alike = if is_plain { bytes::alike(route.path.as_bytes(), path.as_bytes()) } else { 0 };
        matches(route.path.get(alike..)?, path.get(alike..)?)
    };
    let of_depth = ROUTES.iter().filter(|route| route.depth == depth);
    let mut of_method = of_depth.clone().filter(|route| route.method == wanted);
    if let Some((route, params)) = of_method.find_map(|route| Some((route, params_of(route)?))) {
        return Match::Found(route, params);
    }
    let methods: Vec<Method> = of_depth.filter(|route| params_of(route).is_some()).map(|route| route.method).collect();
    if methods.is_empty() { Match::Nothing } else { Match::OtherMethods(allow(&methods)) }
}

fn allow(methods: &[Method]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    if methods.contains(&Method::Get) {
        names.push(Method::Head.as_str());
    }
    names.push(Method::Options.as_str());
    names.join(", ")
}

/// Byte by byte: nearly every pattern differs in its first letters, which is not worth splitting both.
fn matches<'a>(pattern: &str, path: &'a str) -> Option<Params<'a>> {
    let mut params = Params::default();
    let mut slots = params.0.iter_mut();
    let (mut pattern, mut rest) = (pattern.as_bytes(), path);
    loop {
        match (pattern, rest.as_bytes()) {
            ([b'{', ..], _) => {
                let length = bytes::find(b'/', rest.as_bytes()).unwrap_or(rest.len());
                let value = rest.get(..length).filter(|segment| !segment.is_empty())?;
                *slots.next()? = value;
                rest = rest.get(value.len()..)?;
                let end = pattern.iter().position(|byte| *byte == b'}')?;
                pattern = pattern.get(end + 1..)?;
            }
            ([wanted, more @ ..], [byte, ..]) if wanted == byte => {
                pattern = more;
                rest = rest.get(1..)?;
            }
            ([], []) => return Some(params),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Operation;

    #[test]
    fn near_misses_match_nothing() {
        for path in ["", "/", "/healthz/", "//healthz", "/admin/roles/", "/admin/roles/x/y", "/Admin/roles/x"] {
            assert!(matches!(find(Method::Get, path), Match::Nothing), "{path}");
        }
    }

    #[test]
    fn a_known_path_names_its_methods() {
        let Match::OtherMethods(allow) = find(Method::Post, "/api/clients/a/connections/b") else { panic!() };
        assert_eq!(allow, "GET, DELETE, PATCH, HEAD, OPTIONS");
        let Match::Found(route, params) = find(Method::Head, "/admin/roles/r%7C1") else { panic!() };
        assert_eq!((route.operation, params.get(0)), (Operation::ShowRole, "r%7C1"));
        // What looks like a pattern is a value as any other.
        let Match::Found(route, params) = find(Method::Get, "/admin/roles/{id}") else { panic!() };
        assert_eq!((route.operation, params.get(0)), (Operation::ShowRole, "{id}"));
    }
}
