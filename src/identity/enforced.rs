//! The scopes that this service enforces itself. Other scopes mean something to other systems only.

use crate::identity::scope::Scopes;

/// Every scope of the table of routes, each once. A native test compares the two.
pub const ENFORCED: [&str; 33] = [
    "AccessManager:Create",
    "AccessManager:Delete",
    "AccessManager:Import",
    "AccessManager:Read",
    "AccessManager:Update",
    "AccessUser:Create",
    "AccessUser:Delete",
    "AccessUser:Import",
    "AccessUser:Read",
    "AccessUser:Update",
    "access:evaluate",
    "access:review",
    "access:search",
    "app:authorize",
    "app:delete_pis",
    "app:read_pis",
    "audit:read",
    "client:delete",
    "client:read",
    "client:write",
    "client_type:delete",
    "client_type:read",
    "client_type:write",
    "connection:delete",
    "connection:read",
    "connection:refresh_secret",
    "connection:write",
    "role:delete",
    "role:read",
    "role:write",
    "secret:refresh",
    "user:read",
    "user:write",
];

/// The enforced scopes that a set does not hold.
pub fn not_held(held: &Scopes) -> Vec<&'static str> {
    ENFORCED.into_iter().filter(|scope| !held.holds(scope)).collect()
}

/// The names that give a scope when they are in a set: the scope itself, and for a half of the vendor's pair
/// (`AccessManager:Create, Update`) also the first name of the pair. That name counts even when `Update` does not follow
/// it, because sets are joined: what one role begins, the next one could complete.
pub fn names_giving(scope: &str) -> Vec<String> {
    let mut names = vec![scope.to_owned()];
    if let Some((role, "Create" | "Update")) = scope.split_once(':') {
        names.push(format!("{role}:Create,"));
    }
    names
}

/// Those of the scopes `wanted` that a set gives.
pub fn given_of(wanted: &[&'static str], given: &Scopes) -> Vec<&'static str> {
    let gives =
        |scope: &str| names_giving(scope).iter().any(|name| given.as_str().split(' ').any(|given| given == name));
    wanted.iter().copied().filter(|scope| gives(scope)).collect()
}

#[cfg(test)]
mod tests {
    use super::{given_of, not_held};
    use crate::identity::scope::Scopes;

    fn missing(held: &str, given: &str) -> Vec<&'static str> {
        given_of(&not_held(&Scopes::new(held)), &Scopes::new(given))
    }

    #[test]
    fn what_is_given_and_not_held_is_missing_also_as_a_half_of_the_vendors_pair() {
        let (pair, create, update) = ("AccessUser:Create, Update", "AccessUser:Create", "AccessUser:Update");
        for (held, given, expected) in [
            ("", "role:write", vec!["role:write"]),
            ("role:read role:writes", "a role:write", vec!["role:write"]),
            ("", pair, vec![create, update]),
            (create, pair, vec![update]),
            (create, "AccessUser:Create,", vec![update]),
            ("AccessManager:Create, Update", update, vec![update]),
        ] {
            assert_eq!(missing(held, given), expected, "{held} gives {given}");
        }
    }

    #[test]
    fn what_is_held_or_is_not_this_services_is_not_missing() {
        for (held, given) in [
            ("role:write", "role:write"),
            ("", "declaration:read role:writer Role:write role:write,"),
            ("AccessUser:Create, Update", "AccessUser:Update AccessUser:Create"),
            ("AccessUser:Update AccessUser:Create", "AccessUser:Create, Update"),
        ] {
            assert_eq!(missing(held, given), Vec::<&str>::new(), "{held} gives {given}");
        }
    }
}
