//! What a review lists is what plain loops over the same rows find, on random states; and of a scope, what the lists of
//! its holders say.

use std::collections::BTreeSet;

use mithril_edge::http::Method::Get;
use serde_json::{Value, json};

use super::{everything, ids, items, taken};
use crate::access::state::{SCOPES, State};
use crate::support::random::Random;
use crate::support::{Service, mint};

const STATES: u64 = 60;

/// The ids of all items, by loops. Access groups are named by their place.
fn all(state: &State) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    found.extend((0..state.user_roles.len()).map(|at| format!("role.held-{at}")));
    for (group, user) in &state.members {
        if state.groups[*group] && state.users[*user].1 {
            found.insert(format!("member.{}.group-{group}", user + 1));
        }
    }
    for (user_group, user) in &state.inside {
        let leads_on = state.links.iter().any(|(group, inside)| inside == user_group && state.groups[*group]);
        if leads_on && state.users[*user].1 {
            found.insert(format!("group_member.{}.{}", user_group + 1, user + 1));
        }
    }
    for (group, user_group) in &state.links {
        if state.groups[*group] {
            found.insert(format!("user_group.{}.group-{group}", user_group + 1));
        }
    }
    for (at, (group, role, _, is_active)) in state.permissions.iter().enumerate() {
        let role = &state.roles[*role];
        let counts = role.is_active && role.application.is_none_or(|at| state.applications[at]);
        if *is_active && counts && state.groups[*group] {
            found.insert(format!("permission.{}.group-{group}", at + 1));
        }
    }
    found
        .extend(state.clients.iter().filter(|client| !client.is_blocked).map(|client| format!("client.{}", client.id)));
    let is_open = |link: &&(usize, usize)| [link.0, link.1].iter().all(|at| !state.clients[*at].is_blocked);
    found.extend(state.connections.iter().filter(is_open).map(|link| format!("connection.link-{}-{}", link.0, link.1)));
    found
}

fn service(seed: u64) -> (State, Service) {
    let state = State::random(&mut Random::seeded(seed));
    let service = Service::default();
    service.platform.load(&state.sql());
    (state, service)
}

#[test]
fn everything_is_what_plain_loops_find() {
    for seed in 1..=STATES {
        let (state, service) = service(seed);
        let administration = |id: &String| !id.ends_with(crate::support::tokens::ADMIN);
        let found: BTreeSet<String> = ids(&service, &everything(&service)).into_iter().filter(administration).collect();
        assert_eq!(found, all(&state), "seed {seed}");
    }
}

#[test]
fn of_a_role_and_of_a_group_are_those_of_everything_that_belong_to_it() {
    for seed in 1..=STATES {
        let (state, service) = service(seed);
        let of = |target: Value| ids(&service, &taken(&service, &target)).into_iter().collect::<BTreeSet<_>>();
        for group in 0..state.groups.len() {
            let belongs = |id: &String| {
                let inside = id.strip_prefix("group_member.").and_then(|rest| rest.split('.').next());
                let number = inside.and_then(|number| number.parse::<usize>().ok());
                id.ends_with(&format!(".group-{group}"))
                    || number.is_some_and(|number| state.links.contains(&(group, number - 1)) && state.groups[group])
            };
            let expected: BTreeSet<String> = all(&state).into_iter().filter(belongs).collect();
            assert_eq!(of(json!({ "access_group_id": format!("group-{group}") })), expected, "seed {seed}");
        }
        for (at, role) in state.roles.iter().enumerate() {
            let found = of(json!({ "role_id": role.id }));
            let gives = |group: &str| {
                state.permissions.iter().any(|one| one.1 == at && one.3 && format!("group-{}", one.0) == group)
            };
            for id in all(&state) {
                let parts: Vec<&str> = id.splitn(3, '.').collect();
                let expected = match parts[0] {
                    "role" => state.user_roles[parts[1][5..].parse::<usize>().unwrap()].1 == at,
                    "permission" => state.permissions[parts[1].parse::<usize>().unwrap() - 1].1 == at,
                    "member" | "user_group" => gives(parts[2]),
                    "group_member" => {
                        let inside = parts[1].parse::<usize>().unwrap() - 1;
                        let leads = |link: &&(usize, usize)| link.1 == inside && state.groups[link.0];
                        state.links.iter().filter(leads).any(|link| gives(&format!("group-{}", link.0)))
                    }
                    _ => false,
                };
                assert_eq!(found.contains(&id), expected, "{id} of {} seed {seed}", role.id);
            }
        }
    }
}

#[test]
fn of_a_scope_are_its_holders() {
    for seed in 1..=STATES {
        let (_, service) = service(seed);
        for scope in SCOPES.into_iter().filter(|scope| !scope.contains(' ')) {
            let mut expected = BTreeSet::new();
            for kind in ["user", "client", "connection"] {
                let path = format!("/admin/scopes/{scope}/holders?type={kind}");
                let reply = service.call(Get, &path, &mint("access:search"), "");
                for one in reply.json["data"].as_array().expect("holders") {
                    expected.insert(match kind {
                        "user" => json!([one["id"], one["role_id"], one["client_id"]]).to_string(),
                        _ => json!([kind, one["id"]]).to_string(),
                    });
                }
            }
            let found: BTreeSet<String> = items(&service, &taken(&service, &json!({ "scope": scope })))
                .iter()
                .map(|item| {
                    let right = &item["right"];
                    match right["kind"].as_str() {
                        Some("role") => json!([right["user_id"], right["role_id"], right["client_id"]]).to_string(),
                        _ => json!([right["kind"], right["id"]]).to_string(),
                    }
                })
                .collect();
            assert_eq!(found, expected, "{scope} seed {seed}");
        }
    }
}
