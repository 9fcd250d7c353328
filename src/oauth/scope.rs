//! Which scopes a grant may give: those that the client's type, the user's roles, the broker and an earlier approval
//! all allow.

use crate::base::oauth_refusal::OAuthRefusal;
use crate::identity::scope::{Scopes, is_well_formed, names_of_item};

/// The bounds of a grant: only a scope that all of them hold is granted. A bound that does not apply is `None`.
///
/// The SQL macros `within!` and `items!` apply the same bounds inside the batch. This code names the bound that a
/// request exceeds.
pub struct Bounds {
    /// What the client's type allows.
    pub ceiling: Scopes,
    /// What the user's roles for the client allow, global roles included. Applies when a user acts.
    pub roles: Option<Scopes>,
    /// What the consumer allows that acts for a client whose access type is not DIRECT. Empty when the consumer has no
    /// `broker_scope`.
    pub broker: Option<Scopes>,
    /// What the code or refresh token was issued for.
    pub approved: Option<Scopes>,
}

impl Bounds {
    /// The scopes to grant, separated by spaces: the requested ones, or all that the bounds allow when the request
    /// names none. Of the vendor's pair that may be one half.
    ///
    /// # Errors
    /// - [`OAuthRefusal::ScopeMalformed`] when the request is not a set of scopes
    /// - [`OAuthRefusal::BrokerScope`] when the consumer's `broker_scope` is missing
    /// - [`OAuthRefusal::ScopeGrant`], [`OAuthRefusal::ScopeCeiling`] or [`OAuthRefusal::ScopeRoles`]: the bound that
    ///   does not allow a requested scope
    /// - [`OAuthRefusal::ScopeEmpty`] when nothing is left to grant
    pub fn grant(&self, requested: Option<&str>) -> Result<String, OAuthRefusal> {
        if requested.is_some_and(|text| !is_well_formed(text)) {
            return Err(OAuthRefusal::ScopeMalformed);
        }
        if self.broker.as_ref().is_some_and(|broker| broker.items().is_empty()) {
            return Err(OAuthRefusal::BrokerScope);
        }
        let granted = match requested {
            Some(text) => self.requested(text)?,
            None => self.all(),
        };
        if granted.is_empty() { Err(OAuthRefusal::ScopeEmpty) } else { Ok(granted) }
    }

    /// All that the bounds allow.
    fn all(&self) -> String {
        let is_allowed = |item: &str| self.exceeded_by(item).is_none();
        let mut all: Vec<String> = Vec::new();
        for item in self.approved.as_ref().unwrap_or(&self.ceiling).items() {
            // When the vendor's pair is not allowed as a whole, one half of it may be.
            let parts = if is_allowed(item) { vec![item.to_owned()] } else { names_of_item(item) };
            for part in parts.into_iter().filter(|part| is_allowed(part)) {
                if !all.contains(&part) {
                    all.push(part);
                }
            }
        }
        all.join(" ")
    }

    /// The requested scopes, each once.
    fn requested(&self, text: &str) -> Result<String, OAuthRefusal> {
        let requested = Scopes::new(text);
        if requested.has_stray() {
            return Err(OAuthRefusal::ScopeCeiling);
        }
        let mut granted: Vec<&str> = Vec::new();
        for item in requested.items() {
            if let Some(refusal) = self.exceeded_by(item) {
                return Err(refusal);
            }
            if !granted.contains(&item) {
                granted.push(item);
            }
        }
        Ok(granted.join(" "))
    }

    /// The refusal of an item that a bound does not allow; `None` when all bounds allow it.
    fn exceeded_by(&self, item: &str) -> Option<OAuthRefusal> {
        let lacks = |bound: &Option<Scopes>| bound.as_ref().is_some_and(|bound| !bound.holds_item(item));
        if lacks(&self.approved) {
            Some(OAuthRefusal::ScopeGrant)
        } else if !self.ceiling.holds_item(item) || lacks(&self.broker) {
            Some(OAuthRefusal::ScopeCeiling)
        } else if lacks(&self.roles) {
            Some(OAuthRefusal::ScopeRoles)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(roles: Option<&str>, broker: Option<&str>, approved: Option<&str>) -> Bounds {
        let scopes = |text: Option<&str>| text.map(Scopes::new);
        let ceiling = Scopes::new("a:read a:write A:Create, Update");
        Bounds { ceiling, roles: scopes(roles), broker: scopes(broker), approved: scopes(approved) }
    }

    #[test]
    fn more_than_a_bound_is_refused_and_named() {
        let all = bounds(None, None, None);
        for text in ["a:read  a:write", " a:read", "a:read ", "a:\"", "a\\b", "ä", "a\tb"] {
            assert_eq!(all.grant(Some(text)), Err(OAuthRefusal::ScopeMalformed), "{text:?}");
        }
        assert_eq!(all.grant(Some("a:rea")), Err(OAuthRefusal::ScopeCeiling));
        assert_eq!(all.grant(Some("a:read b:read")), Err(OAuthRefusal::ScopeCeiling));
        assert_eq!(bounds(None, Some("a:read"), None).grant(Some("a:write")), Err(OAuthRefusal::ScopeCeiling));
        assert_eq!(bounds(Some("a:read"), None, None).grant(Some("a:write")), Err(OAuthRefusal::ScopeRoles));
        assert_eq!(bounds(None, None, Some("a:read")).grant(Some("a:write")), Err(OAuthRefusal::ScopeGrant));
        assert_eq!(bounds(Some(""), None, None).grant(None), Err(OAuthRefusal::ScopeEmpty));
        for (broker, asked) in [("", None), (" ", None), ("", Some("a:read"))] {
            assert_eq!(bounds(None, Some(broker), None).grant(asked), Err(OAuthRefusal::BrokerScope));
        }
        assert_eq!(all.grant(Some("A:Create,")), Err(OAuthRefusal::ScopeCeiling));
        assert_eq!(all.grant(Some("a:read A:Create, a:write Update")), Err(OAuthRefusal::ScopeCeiling));
    }

    #[test]
    fn nothing_asked_gives_what_every_bound_allows() {
        assert_eq!(bounds(None, None, None).grant(None).unwrap(), "a:read a:write A:Create, Update");
        assert_eq!(bounds(Some("a:write a:read x"), Some("a:write"), None).grant(None).unwrap(), "a:write");
        assert_eq!(bounds(None, None, None).grant(Some("A:Update a:read a:read")).unwrap(), "A:Update a:read");
    }

    #[test]
    fn the_vendors_pair_is_granted_by_halves_and_its_halves_go_on_as_they_were_granted() {
        for scope in ["A:Create", "A:Update a:read", "A:Create A:Update", "A:Create, Update"] {
            assert_eq!(bounds(None, None, Some(scope)).grant(None).unwrap(), scope);
        }
        assert_eq!(bounds(Some("A:Update a:write"), None, None).grant(None).unwrap(), "a:write A:Update");
        assert_eq!(bounds(Some("A:Create"), None, Some("A:Create, Update")).grant(None).unwrap(), "A:Create");
    }
}
