//! How much is granted: client type's ceiling ∩ the user's roles ∩ broker scope ∩ what was approved before.

use crate::base::oauth_refusal::Refusal;
use crate::identity::scope::{Scopes, halves};

/// What bounds a grant; `None` where a bound does not apply.
pub struct Bounds {
    /// Of the client's type.
    pub ceiling: Scopes,
    /// Of the user's roles for the client, global ones included.
    pub roles: Option<Scopes>,
    /// Of the consumer that acts for a client of access type BROKER.
    pub broker: Option<Scopes>,
    /// What the code or refresh token was issued for.
    pub approved: Option<Scopes>,
}

impl Bounds {
    /// # Errors
    /// When more is asked for than every bound allows, or nothing is left. Nothing asked: all that the bounds allow,
    /// of the vendor's pair perhaps one half.
    pub fn grant(&self, asked: Option<&str>) -> Result<String, Refusal> {
        let granted = match asked {
            Some(text) => self.checked(text)?,
            None => self.all(),
        };
        if granted.is_empty() { Err(Refusal::ScopeEmpty) } else { Ok(granted) }
    }

    fn all(&self) -> String {
        // The ceiling holds each of its own.
        if self.approved.is_none() && self.broker.is_none() && self.roles.is_none() {
            return self.ceiling.items().join(" ");
        }
        let mut all = String::new();
        let mut add = |item: &str| {
            let is_allowed = self.exceeded_by(item).is_none();
            if is_allowed {
                all.push_str(if all.is_empty() { "" } else { " " });
                all.push_str(item);
            }
            is_allowed
        };
        for item in self.approved.as_ref().unwrap_or(&self.ceiling).items() {
            if !add(item) {
                for half in halves(item).iter().filter(|half| *half != item) {
                    add(half);
                }
            }
        }
        all
    }

    fn checked(&self, text: &str) -> Result<String, Refusal> {
        if !is_well_formed(text) {
            return Err(Refusal::ScopeMalformed);
        }
        let asked = Scopes::new(text);
        let mut granted: Vec<&str> = Vec::new();
        for item in asked.items() {
            if let Some(refusal) = self.exceeded_by(item) {
                return Err(refusal);
            }
            if !granted.contains(&item) {
                granted.push(item);
            }
        }
        Ok(granted.join(" "))
    }

    fn exceeded_by(&self, item: &str) -> Option<Refusal> {
        let lacks = |bound: &Option<Scopes>| bound.as_ref().is_some_and(|bound| !bound.holds_item(item));
        if lacks(&self.approved) {
            Some(Refusal::ScopeGrant)
        } else if !self.ceiling.holds_item(item) || lacks(&self.broker) {
            Some(Refusal::ScopeCeiling)
        } else if lacks(&self.roles) {
            Some(Refusal::ScopeRoles)
        } else {
            None
        }
    }
}

/// RFC 6749 §3.3: names of printable ASCII but `"` and `\`, with one space between two.
pub fn is_well_formed(text: &str) -> bool {
    text.split(' ').all(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
    })
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
            assert_eq!(all.grant(Some(text)), Err(Refusal::ScopeMalformed), "{text:?}");
        }
        assert_eq!(all.grant(Some("a:rea")), Err(Refusal::ScopeCeiling));
        assert_eq!(all.grant(Some("a:read b:read")), Err(Refusal::ScopeCeiling));
        assert_eq!(bounds(None, Some("a:read"), None).grant(Some("a:write")), Err(Refusal::ScopeCeiling));
        assert_eq!(bounds(Some("a:read"), None, None).grant(Some("a:write")), Err(Refusal::ScopeRoles));
        assert_eq!(bounds(None, None, Some("a:read")).grant(Some("a:write")), Err(Refusal::ScopeGrant));
        assert_eq!(bounds(Some(""), None, None).grant(None), Err(Refusal::ScopeEmpty));
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
