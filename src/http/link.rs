//! The `Link` header to the rest of an answer (RFC 8288).

/// The value of `Link` for the same address with another value of a parameter. The parameter comes first, so it is the
/// one that counts if `query` holds another.
pub fn next(path: &str, query: &str, name: &str, value: impl std::fmt::Display) -> String {
    let mut target = format!("{path}?{name}={value}");
    let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(name);
    for pair in query.split('&').filter(is_other) {
        target.push('&');
        target.push_str(pair);
    }
    format!("<{target}>; rel=\"next\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_is_replaced_and_the_others_stay_as_they_were_sent() {
        for (query, link) in [
            ("", "</a?skip=7>; rel=\"next\""),
            ("skip=3", "</a?skip=7>; rel=\"next\""),
            ("page=2&skip=3&&name=a%26b&skip", "</a?skip=7&page=2&name=a%26b>; rel=\"next\""),
            ("skipped=1", "</a?skip=7&skipped=1>; rel=\"next\""),
        ] {
            assert_eq!(next("/a", query, "skip", 7), link, "{query}");
        }
    }
}
