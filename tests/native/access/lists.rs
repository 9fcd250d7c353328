//! The lists of rights as plain loops make them, for the oracle.

use std::collections::BTreeSet;

use mithril_edge::http::Header;
use mithril_edge::http::Method::Get;
use serde_json::Value;

use crate::access::state::{SCOPES, State};
use crate::support::Service;

/// Every list of rights about a state, with the oracle's entries in short.
pub fn lists(state: &State) -> Vec<(String, BTreeSet<String>)> {
    let mut all = Vec::new();
    let names = || SCOPES.into_iter().filter(|scope| !scope.contains(' '));
    // What is usable of a role: its own scopes at every client, otherwise those that the client may use.
    let usable = |role: usize, client: Option<usize>| {
        let held = names().chain(["z"]).filter(|scope| State::holds(&state.roles[role].scope, scope));
        held.filter(|scope| client.is_none_or(|at| state.client_may(at, scope))).collect::<Vec<_>>().join(" ")
    };
    let filters = [None, Some(0), Some(1), Some(2)];
    for (sub, filter) in ["user-0", "user-1", "nobody"].into_iter().flat_map(|sub| filters.map(|filter| (sub, filter)))
    {
        let mut found = BTreeSet::new();
        for (at, (user, role, client)) in state.user_roles.iter().enumerate() {
            if user == sub && (filter.is_none() || client.is_none() || *client == filter) {
                found.insert(format!("role held-{at} {}", usable(*role, client.or(filter))));
            }
        }
        if let Some(user) = state.user_of(sub).filter(|user| state.users[*user].1) {
            for (at, (group, role, _, is_active)) in state.permissions.iter().enumerate() {
                if !is_active || !state.groups[*group] || !state.role_counts(*role) {
                    continue;
                }
                if state.members.contains(&(*group, user)) {
                    found.insert(format!("permission {} null", at + 1));
                }
                for (_, through) in state.links.iter().filter(|(of, _)| of == group) {
                    if state.inside.contains(&(*through, user)) {
                        found.insert(format!("permission {} {}", at + 1, through + 1));
                    }
                }
            }
        }
        let query = filter.map_or(String::new(), |at| format!("&client_id={}", state.clients[at].id));
        all.push((format!("/admin/users/{sub}/access?limit=2{query}"), found));
    }
    for scope in names() {
        let users = state.user_roles.iter().filter(|(_, role, client)| {
            State::holds(&state.roles[*role].scope, scope) && client.is_none_or(|at| state.client_may(at, scope))
        });
        let shown = |(user, role, client): &(String, usize, Option<usize>)| {
            let client = client.map_or("null".to_owned(), |at| state.clients[at].id.clone());
            format!("user {user} {client} {}", state.roles[*role].id)
        };
        all.push((format!("/admin/scopes/{scope}/holders?limit=2"), users.map(shown).collect()));
        let clients = (0..state.clients.len()).filter(|at| state.client_may(*at, scope));
        let found = clients.map(|at| format!("client {}", state.clients[at].id)).collect();
        all.push((format!("/admin/scopes/{scope}/holders?limit=2&type=client"), found));
        let links = state.connections.iter().filter(|link| state.connection_may(**link, scope));
        let found = links.map(|(client, consumer)| format!("connection link-{client}-{consumer}")).collect();
        all.push((format!("/admin/scopes/{scope}/holders?limit=2&type=connection"), found));
    }
    for (at, client) in state.clients.iter().enumerate() {
        let mut found: BTreeSet<String> = [format!("client {}", client.id)].into();
        for (of, consumer) in state.connections.iter().filter(|(of, _)| *of == at) {
            found.insert(format!("connection link-{of}-{consumer}"));
        }
        for (held, (_, role, of)) in state.user_roles.iter().enumerate() {
            if of.is_none_or(|of| of == at) {
                found.insert(format!("role held-{held} {}", usable(*role, Some(at))));
            }
        }
        all.push((format!("/admin/clients/{}/access?limit=2", client.id), found));
    }
    all
}

/// An entry of a list of rights in short, as [`lists`] has it.
fn in_short(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().map_or_else(|| entry[name].to_string(), str::to_owned);
    let sorted = |scope: String| {
        let order = |name: &&str| SCOPES.iter().position(|known| known == name).unwrap_or(SCOPES.len());
        let mut names: Vec<&str> = scope.split(' ').filter(|name| !name.is_empty()).collect();
        names.sort_by_key(order);
        names.dedup();
        names.join(" ")
    };
    match entry["kind"].as_str().expect("a kind") {
        "role" => {
            // At every client without a filter, a role shows its set as it is kept, pairs included.
            let scope = text("scope").replace("M:Create, Update", "M:Create M:Update");
            format!("role {} {}", text("id"), sorted(scope))
        }
        "permission" => format!("permission {} {}", text("id"), text("user_group_id")),
        "user" => format!("user {} {} {}", text("id"), text("client_id"), text("role_id")),
        kind => format!("{kind} {}", text("id")),
    }
}

/// All entries of a list, portion by portion.
pub fn listed(service: &Service, token: &str, path: &str) -> Vec<String> {
    let (mut found, mut path) = (Vec::new(), path.to_owned());
    loop {
        let response = service.raw(Get, &path, &[(Header::Authorization, token)], b"");
        let text = response.body.unwrap_or_default();
        assert_eq!(response.status, 200, "{path} {text}");
        let body: Value = serde_json::from_str(&text).expect("JSON");
        let entries = body["data"].as_array().expect("entries");
        assert!(entries.len() <= 2, "{path}");
        found.extend(entries.iter().map(in_short));
        match response.headers.iter().find(|(name, _)| *name == "link") {
            None => return found,
            Some((_, link)) => path = link.split(['<', '>']).nth(1).expect("an address").to_owned(),
        }
    }
}
