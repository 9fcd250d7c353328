//! The query of a request: its parameters, decoded.

use crate::base::text::short;
use crate::http::percent::decode_form;

/// The parameters of a query in the order in which they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

/// A parameter whose name or value cannot be decoded (see [`Malformed`](crate::http::percent::Malformed)). Holds the
/// parameter's name as it was sent, shortened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecodable(pub String);

impl Query {
    /// Splits a query, without its `?`, at `&` and `=`, and decodes names and values. `+` is a space.
    ///
    /// # Errors
    /// The first parameter whose name or value cannot be decoded.
    pub fn parse(text: &str) -> Result<Self, Undecodable> {
        let mut parameters = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decode_form(name), decode_form(value)) {
                (Ok(name), Ok(value)) => parameters.push((name.into_owned(), value.into_owned())),
                _ => return Err(Undecodable(short(name))),
            }
        }
        Ok(Self(parameters))
    }

    /// Whether a parameter was sent more than once.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().filter(|(known, _)| known == name).count() > 1
    }

    /// The value of a parameter. The first one counts when the name is repeated.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter whose name has these letters, in upper or lower case. The first one counts.
    pub fn get_in_any_case(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_the_first_of_a_name_counts() {
        let query = Query::parse("x=1&y=a+b%21&&%78=2&empty=&bare&a=b=c&=d").unwrap();
        let values = ["x", "y", "empty", "bare", "a", "", "z"].map(|name| query.get(name));
        assert_eq!(values, [Some("1"), Some("a b!"), Some(""), Some(""), Some("b=c"), Some("d"), None]);
        assert_eq!(Query::parse("").unwrap(), Query::default());
    }

    #[test]
    fn a_parameter_that_cannot_be_decoded_is_named_as_it_was_sent() {
        for (text, name) in [("%zz=1&a=2", "%zz"), ("a=1&b=%ff", "b"), ("a=1&%00", "%00"), ("%61=%", "%61")] {
            assert_eq!(Query::parse(text), Err(Undecodable(name.to_owned())), "{text}");
        }
        assert_eq!(Query::parse(&format!("{}=%", "x".repeat(100))), Err(Undecodable("x".repeat(60) + "…")));
    }
}
