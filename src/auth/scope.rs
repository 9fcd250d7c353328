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
    fn the_vendors_pair_counts_as_both_halves() {
        let scopes = Scopes::new("x AccessManager:Create, Update y");
        assert!(scopes.holds("AccessManager:Create") && scopes.holds("AccessManager:Update"));
        assert!(!scopes.holds("AccessUser:Update") && !scopes.holds("AccessManager:Delete"));
        assert!(!Scopes::new("AccessManager:Create, Delete").holds("AccessManager:Update"));
    }
}
