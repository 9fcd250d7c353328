//! Sets of scopes: names between single spaces (RFC 6749 §3.3), compared exactly.
//!
//! One scope in Endpoint's documentation, `AccessManager:Create, Update`, contains a space. In a set it looks like two
//! names. It is called the vendor's pair here, and it means the same as its two halves, `AccessManager:Create` and
//! `AccessManager:Update`. The role before the colon may be any.

/// Whether a text is a set of scopes (RFC 6749 §3.3): at least one name, and one space between two names. A name is
/// printable ASCII without `"` and `\`.
pub fn is_well_formed(text: &str) -> bool {
    text.split(' ').all(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
    })
}

/// The form of a list of scopes that a caller sends, as a regular expression: a set of scopes with any white space
/// between, before and behind its names. [`normalized`] makes the set of it.
pub const SCOPE_LIST_PATTERN: &str =
    "^[\\t\\n\\f\\r ]*[!#-\\[\\]-~]+([\\t\\n\\f\\r ]+[!#-\\[\\]-~]+)*[\\t\\n\\f\\r ]*$";

/// A list of scopes with one space between two names, and none before and behind: all white space of ASCII separates
/// names. The names are not checked. Every list that arrives goes through here before it is compared or stored.
pub fn normalized(list: &str) -> String {
    list.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// A set of scopes, as the text that is stored and sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(String);

impl Scopes {
    /// The set in a text. The text is not checked; more than one space between two names does not matter.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text that the set was made of.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scopes of the set: its names, with the vendor's pair as one, `AccessManager:Create, Update`. A name that no
    /// scope has is left out: the first half of a pair without the second, and one with a tab or a backslash. So no two
    /// names of a set come to look like a pair when others are taken out.
    ///
    /// The SQL macro `searched!` reads a set in the same way.
    pub fn items(&self) -> Vec<&str> {
        self.parts().into_iter().filter(|part| !is_stray(part)).collect()
    }

    /// Whether the set has a name that [`Scopes::items`] leaves out.
    pub fn has_stray(&self) -> bool {
        self.parts().into_iter().any(is_stray)
    }

    /// The names that [`Scopes::items`] leaves out.
    pub fn strays(&self) -> Vec<&str> {
        self.parts().into_iter().filter(|part| is_stray(part)).collect()
    }

    /// The names of the set, with the vendor's pair as one.
    fn parts(&self) -> Vec<&str> {
        let mut parts = Vec::new();
        let mut rest = self.0.trim_start_matches(' ');
        while !rest.is_empty() {
            let end = rest.find(' ').unwrap_or(rest.len());
            let (mut part, mut after) = rest.split_at(end);
            if part.ends_with(PAIR_START)
                && let Some(more) = after.strip_prefix(PAIR_END)
                && (more.is_empty() || more.starts_with(' '))
            {
                (part, after) = rest.split_at(end + PAIR_END.len());
            }
            parts.push(part);
            rest = after.trim_start_matches(' ');
        }
        parts
    }

    /// The part of the set that a ceiling holds. Of the vendor's pair that may be one half.
    #[must_use]
    pub fn within(&self, ceiling: &Self) -> Self {
        let mut held: Vec<String> = Vec::new();
        for item in self.items() {
            let parts = if ceiling.holds_item(item) { vec![item.to_owned()] } else { names_of_item(item) };
            held.extend(parts.into_iter().filter(|part| ceiling.holds_item(part)));
        }
        Self(held.join(" "))
    }

    /// Whether the set holds an item of another set's [`Scopes::items`]: a name, or both halves of the vendor's pair.
    pub fn holds_item(&self, item: &str) -> bool {
        names_of_item(item).iter().all(|name| self.holds(name))
    }

    /// Whether the set holds a name: the name itself, or a vendor's pair that it is a half of.
    pub fn holds(&self, name: &str) -> bool {
        let pair = pair_with(name);
        pair_role(name).is_none() && self.items().into_iter().any(|item| item == name || pair.as_deref() == Some(item))
    }
}

/// What follows the role in the first name of the vendor's pair.
const PAIR_START: &str = ":Create,";
/// What follows the first name of the vendor's pair.
const PAIR_END: &str = " Update";

/// The role of the vendor's pair; `None` for any other item.
fn pair_role(item: &str) -> Option<&str> {
    item.strip_suffix(PAIR_END)?.strip_suffix(PAIR_START)
}

/// Whether no scope has this name.
fn is_stray(name: &str) -> bool {
    name.ends_with(PAIR_START) || name.contains(['\t', '\\'])
}

/// The vendor's pair that a name is a half of; `None` for any other name.
pub fn pair_with(name: &str) -> Option<String> {
    let role = name.strip_suffix(":Create").or_else(|| name.strip_suffix(":Update"))?;
    Some([role, PAIR_START, PAIR_END].concat())
}

/// The names that an item of [`Scopes::items`] stands for: both halves of the vendor's pair, otherwise the item itself.
pub fn names_of_item(item: &str) -> Vec<String> {
    match pair_role(item) {
        Some(role) => vec![format!("{role}:Create"), format!("{role}:Update")],
        None => vec![item.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::{SCOPE_LIST_PATTERN, Scopes, is_well_formed, normalized};

    /// The rule of [`is_well_formed`] as a regular expression.
    const SCOPE_PATTERN: &str = "^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$";

    #[test]
    fn white_space_separates_the_names_of_a_list_and_the_pattern_says_the_same() {
        let schema = serde_json::json!({ "type": "string", "pattern": SCOPE_LIST_PATTERN });
        let pattern = jsonschema::validator_for(&schema).unwrap();
        for (list, set) in [
            ("a", "a"),
            (" a  b ", "a b"),
            ("a\tb\r\nc\n", "a b c"),
            ("A:Create,\n  Update", "A:Create, Update"),
            ("", ""),
            (" \t", ""),
            ("a\u{a0}b", "a\u{a0}b"),
            ("a\"b", "a\"b"),
            ("a\u{b}b", "a\u{b}b"),
        ] {
            assert_eq!(normalized(list), set, "{list:?}");
            assert_eq!(pattern.is_valid(&list.into()), is_well_formed(set), "{list:?}");
        }
    }

    #[test]
    fn a_set_is_names_between_single_spaces_and_the_pattern_says_the_same() {
        let schema = serde_json::json!({ "type": "string", "pattern": SCOPE_PATTERN });
        let pattern = jsonschema::validator_for(&schema).unwrap();
        for (text, expected) in [
            ("", false),
            (" ", false),
            ("a  b", false),
            (" a", false),
            ("a ", false),
            ("a\tb", false),
            ("a\nb", false),
            ("роль:читати", false),
            ("a\"b", false),
            ("a\\b", false),
            ("a\u{7f}", false),
            ("a", true),
            ("role:read role:write", true),
            ("AccessManager:Create, Update", true),
            ("!#[]~", true),
        ] {
            assert_eq!((is_well_formed(text), pattern.is_valid(&text.into())), (expected, expected), "{text:?}");
        }
    }

    #[test]
    fn prefixes_and_other_cases_are_not_held() {
        let scopes = Scopes::new("connection:write role:read");
        for no in ["connection:writ", "connection", "role:read2", "Role:read", "", "connection:write role:read"] {
            assert!(!scopes.holds(no), "{no}");
        }
        assert!(scopes.holds("role:read"));
    }

    #[test]
    fn the_vendors_pair_is_one_item_and_bounded_as_one() {
        let scopes = Scopes::new(" a  A:Create, Update b B:Create, C:Create, Updates ");
        assert_eq!(scopes.items(), ["a", "A:Create, Update", "b", "Updates"]);
        assert!(scopes.holds_item("A:Create, Update") && scopes.holds_item("A:Update"));
        assert!(!scopes.holds_item("B:Create, Update") && !scopes.holds_item("C:Create, Update"));
        assert!(Scopes::new("A:Update A:Create").holds_item("A:Create, Update"));
    }

    #[test]
    fn names_that_are_not_next_to_each_other_are_no_pair_and_half_a_pair_is_nothing() {
        for text in ["A:Create, x Update", "A:Create,  Update", "A:Create,", "A:Create,\tUpdate", "A:Create, Update\\"]
        {
            let scopes = Scopes::new(text);
            for name in ["A:Create", "A:Update", "A:Create,", "A:Create, Update"] {
                assert!(!scopes.holds(name) && !scopes.holds_item(name), "{text:?} {name}");
            }
            assert!(scopes.has_stray());
        }
        let set = Scopes::new("A:Create, Update Update");
        assert!(!set.has_stray() && set.holds("Update") && !Scopes::new("A:Create, Update").holds("Update"));
        let several = Scopes::new("a:B:Create, Update");
        assert!(several.holds("a:B:Update") && several.holds_item("a:B:Create, Update"));
    }

    #[test]
    fn the_vendors_pair_counts_as_both_halves() {
        let scopes = Scopes::new("x AccessManager:Create, Update y");
        assert!(scopes.holds("AccessManager:Create") && scopes.holds("AccessManager:Update"));
        assert!(!scopes.holds("AccessUser:Update") && !scopes.holds("AccessManager:Delete"));
        assert!(!Scopes::new("AccessManager:Create, Delete").holds("AccessManager:Update"));
    }
}
