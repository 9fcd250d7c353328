//! Which scopes a grant may give: those that the client's type, the user's roles, the broker and an earlier approval
//! all allow.

use crate::base::oauth_refusal::{ExceededBound, OAuthRefusal, ScopeBound};
use crate::identity::scope::{SCOPE_LIST_PATTERN, Scopes, is_well_formed, names_of_item, normalized};
use crate::oauth::address::Address;

/// The place of the requested scope in the body of `/oauth/tokens`.
const TOKEN_SCOPE: &str = "$.token.scope";
/// The longest list of scopes that a request may ask for, in bytes.
const MAX_ASKED_SCOPE: usize = 8192;
/// Scopes of OpenID Connect that the Endpoint token page has in its example and as its default. They mean nothing here.
const OPENID: [&str; 3] = ["openid", "profile", "name"];

/// The scopes that a token request asks for, with one space between two names. `None` when it asks for none, which
/// means all that may be granted. At Endpoint's address `*` means the same, and the names of [`OPENID`] do not count.
///
/// # Errors
/// [`OAuthRefusal::ScopeMalformed`] and [`OAuthRefusal::ScopeTooLong`]. Both are found before the database is asked,
/// which compares each requested scope with every bound.
pub fn requested(list: Option<&str>, address: Address) -> Result<Option<String>, OAuthRefusal> {
    let Some(list) = list else { return Ok(None) };
    let mut scope = normalized(list);
    if address == Address::Endpoint {
        scope = scope.split(' ').filter(|name| !OPENID.contains(name)).collect::<Vec<_>>().join(" ");
    }
    if scope.is_empty() || (scope == "*" && address == Address::Endpoint) {
        return Ok(None);
    }
    if scope.len() > MAX_ASKED_SCOPE {
        return Err(OAuthRefusal::ScopeTooLong(TOKEN_SCOPE, MAX_ASKED_SCOPE));
    }
    if is_well_formed(&scope) { Ok(Some(scope)) } else { Err(malformed(TOKEN_SCOPE)) }
}

/// The longest scope that a refusal repeats, in bytes. Documented scopes are shorter. Secrets, codes and tokens are
/// longer, and one may have come in the wrong parameter.
const LONGEST_SHOWN: usize = 48;

/// A refused scope as the refusal names it. Of a longer one only the start is shown, which is no part of a secret.
fn shown(scope: &str) -> String {
    if scope.len() <= LONGEST_SHOWN {
        return scope.to_owned();
    }
    scope.chars().take(4).chain("...".chars()).collect()
}

/// The refusal of text that is not a list of scopes. `place` is where Mithril's body has it.
pub const fn malformed(place: &'static str) -> OAuthRefusal {
    OAuthRefusal::ScopeMalformed(place, SCOPE_LIST_PATTERN)
}

/// The bounds of a grant: only a scope that all of them hold is granted. A bound that does not apply is `None`.
///
/// The SQL macros `within!` and `parts!` apply the same bounds inside the batch. This code names the bound that a
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
    /// - [`OAuthRefusal::ScopeExceeded`] with every bound that does not allow a requested scope
    /// - [`OAuthRefusal::ScopeEmpty`] when nothing is left to grant
    pub fn grant(&self, requested: Option<&str>) -> Result<String, OAuthRefusal> {
        if requested.is_some_and(|text| !is_well_formed(text)) {
            return Err(malformed(TOKEN_SCOPE));
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
        let is_allowed = |item: &str| self.in_order().iter().all(|(_, bound)| bound.holds_item(item));
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
        let mut items: Vec<&str> = Vec::new();
        for item in requested.items() {
            if !items.contains(&item) {
                items.push(item);
            }
        }
        let strays = requested.strays();
        let exceeded: Vec<ExceededBound> = self
            .in_order()
            .into_iter()
            .map(|(bound, held)| {
                // No bound holds a name that no scope has. The client's type speaks for all.
                let strays = strays.iter().filter(|_| bound == ScopeBound::ClientType);
                let refused = items.iter().filter(|item| !held.holds_item(item)).chain(strays);
                ExceededBound { bound, scopes: refused.map(|item| shown(item)).collect() }
            })
            .filter(|exceeded| !exceeded.scopes.is_empty())
            .collect();
        if exceeded.is_empty() { Ok(items.join(" ")) } else { Err(OAuthRefusal::ScopeExceeded(TOKEN_SCOPE, exceeded)) }
    }

    /// The bounds that apply. The first one that a request exceeds decides what it is told.
    fn in_order(&self) -> Vec<(ScopeBound, &Scopes)> {
        let approved = self.approved.iter().map(|scopes| (ScopeBound::Grant, scopes));
        let broker = self.broker.iter().map(|scopes| (ScopeBound::Broker, scopes));
        let roles = self.roles.iter().map(|scopes| (ScopeBound::Role, scopes));
        approved.chain([(ScopeBound::ClientType, &self.ceiling)]).chain(broker).chain(roles).collect()
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

    /// The bounds that refuse, each with its scopes.
    fn refused(bounds: &Bounds, asked: &str) -> Vec<(&'static str, String)> {
        let Err(OAuthRefusal::ScopeExceeded(_, exceeded)) = bounds.grant(Some(asked)) else { panic!("{asked}") };
        exceeded.into_iter().map(|one| (one.bound.name(), one.scopes.join(" "))).collect()
    }

    #[test]
    fn more_than_a_bound_is_refused_and_every_bound_names_what_it_refuses() {
        let all = bounds(None, None, None);
        for text in ["a:read  a:write", " a:read", "a:read ", "a:\"", "a\\b", "ä", "a\tb"] {
            assert_eq!(all.grant(Some(text)), Err(malformed(TOKEN_SCOPE)), "{text:?}");
        }
        let told = |bound, scopes: &str| vec![(bound, scopes.to_owned())];
        assert_eq!(refused(&all, "a:rea"), told("client_type", "a:rea"));
        assert_eq!(refused(&all, "a:read b:read c:read b:read"), told("client_type", "b:read c:read"));
        assert_eq!(refused(&bounds(None, Some("a:read"), None), "a:write"), told("broker", "a:write"));
        assert_eq!(refused(&bounds(Some("a:read"), None, None), "a:write a:read"), told("role", "a:write"));
        assert_eq!(refused(&bounds(None, None, Some("a:read")), "a:write"), told("grant", "a:write"));
        let narrow = bounds(Some("a:read"), Some("a:read"), None);
        let three = [("client_type", "b:read"), ("broker", "a:write b:read"), ("role", "a:write b:read")];
        assert_eq!(refused(&narrow, "a:write b:read a:read"), three.map(|(bound, scopes)| (bound, scopes.to_owned())));
        assert_eq!(bounds(Some(""), None, None).grant(None), Err(OAuthRefusal::ScopeEmpty));
        for (broker, asked) in [("", None), (" ", None), ("", Some("a:read"))] {
            assert_eq!(bounds(None, Some(broker), None).grant(asked), Err(OAuthRefusal::BrokerScope));
        }
        let secret = format!("mes_{}", "x".repeat(49));
        assert_eq!(refused(&all, &secret), told("client_type", "mes_..."));
        assert_eq!(refused(&all, "A:Create,"), told("client_type", "A:Create,"));
        assert_eq!(refused(&all, "a:read A:Create, a:write Update"), told("client_type", "Update A:Create,"));
    }

    #[test]
    fn a_list_is_read_with_any_white_space_and_openid_counts_only_where_it_is_not_documented() {
        let of = |list: &str, address| requested(Some(list), address);
        let some = |text: &str| Ok(Some(text.to_owned()));
        for address in [Address::Standard, Address::Mithril, Address::Endpoint] {
            assert_eq!(of(" a\t b\r\n", address), some("a b"));
            assert_eq!(of("A:Create,  Update", address), some("A:Create, Update"));
            assert_eq!((of(" \n", address), requested(None, address)), (Ok(None), Ok(None)));
            assert_eq!(of("a\"", address), Err(malformed(TOKEN_SCOPE)));
            let long = "a".repeat(MAX_ASKED_SCOPE + 1);
            assert_eq!(of(&long, address), Err(OAuthRefusal::ScopeTooLong(TOKEN_SCOPE, MAX_ASKED_SCOPE)));
        }
        for list in ["openid profile name", "name", "*", " openid  * "] {
            assert_eq!(of(list, Address::Endpoint), Ok(None), "{list}");
            assert_eq!(of(list, Address::Standard), some(&normalized(list)), "{list}");
        }
        assert_eq!(of("openid a profile b:name", Address::Endpoint), some("a b:name"));
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
