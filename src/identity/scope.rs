//! Scope sets (RFC 6749 §3.3: names separated by single spaces, compared exactly).

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(String);

impl Scopes {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|name| !name.is_empty())
    }

    /// The names, the vendor's pair as the one that it is.
    pub fn items(&self) -> Vec<&str> {
        let mut items = Vec::new();
        let mut rest = self.0.trim_start_matches(' ');
        while !rest.is_empty() {
            let end = rest.find(' ').unwrap_or(rest.len());
            let (mut item, mut after) = rest.split_at(end);
            if item.ends_with(FIRST)
                && let Some(more) = after.strip_prefix(SECOND)
                && (more.is_empty() || more.starts_with(' '))
            {
                (item, after) = rest.split_at(end + SECOND.len());
            }
            items.push(item);
            rest = after.trim_start_matches(' ');
        }
        items
    }

    /// Whether the set holds one of [`Scopes::items`]: a name, or both halves of the pair.
    pub fn holds_item(&self, item: &str) -> bool {
        if pair(item).is_some() { halves(item).iter().all(|name| self.holds(name)) } else { self.holds(item) }
    }

    /// Whether the set holds `name`. The vendor's literal scope `AccessManager:Create, Update`, which holds a
    /// space itself, counts as both of its halves.
    pub fn holds(&self, name: &str) -> bool {
        if self.iter().any(|held| held == name) {
            return true;
        }
        match name.split_once(':') {
            Some((role, "Create" | "Update")) => self.holds_vendor_pair(role),
            _ => false,
        }
    }

    fn holds_vendor_pair(&self, role: &str) -> bool {
        let mut names = self.iter().peekable();
        while let Some(name) = names.next() {
            if name.strip_suffix(":Create,") == Some(role) && names.peek() == Some(&"Update") {
                return true;
            }
        }
        false
    }
}

/// The vendor's pair, after the role: two names, with a space between them.
const FIRST: &str = ":Create,";
const SECOND: &str = " Update";

/// The role of the vendor's pair, if this is one.
fn pair(item: &str) -> Option<&str> {
    item.strip_suffix(SECOND)?.strip_suffix(FIRST)
}

/// The names that one of [`Scopes::items`] stands for: both halves of the pair, else the name itself.
pub fn halves(item: &str) -> Vec<String> {
    match pair(item) {
        Some(role) => vec![format!("{role}:Create"), format!("{role}:Update")],
        None => vec![item.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::Scopes;

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
        assert_eq!(scopes.items(), ["a", "A:Create, Update", "b", "B:Create,", "C:Create,", "Updates"]);
        assert!(scopes.holds_item("A:Create, Update") && scopes.holds_item("A:Update"));
        assert!(!scopes.holds_item("B:Create, Update") && !scopes.holds_item("C:Create, Update"));
        assert!(Scopes::new("A:Update A:Create").holds_item("A:Create, Update"));
    }

    #[test]
    fn the_vendors_pair_counts_as_both_halves() {
        let scopes = Scopes::new("x AccessManager:Create, Update y");
        assert!(scopes.holds("AccessManager:Create") && scopes.holds("AccessManager:Update"));
        assert!(!scopes.holds("AccessUser:Update") && !scopes.holds("AccessManager:Delete"));
        assert!(!Scopes::new("AccessManager:Create, Delete").holds("AccessManager:Update"));
    }
}
