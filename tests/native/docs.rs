//! The documents and the route table agree. `UPDATE=1 cargo test docs` writes the table of docs/api.md anew, from
//! the route table and what each resource says of its operations (`docs.rs`).

use std::fs;

use mithril_edge::identity::access::Access;
use mithril_edge::routes::{Operation, ROUTES, Route};
use mithril_openapi as openapi;
use mithril_openapi::scopes;

const API: &str = "docs/api.md";
const START: &str = "<!-- routes: made by tests/native/docs.rs, UPDATE=1 -->";
const END: &str = "<!-- /routes -->";
const HEAD: &str = "| method | path | scope | who | statuses | what |\n|---|---|---|---|---|---|\n";

fn scopes(route: &Route) -> String {
    let quote = |set: &Vec<&str>| set.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(" and ");
    let sets: Vec<String> = scopes::scope_sets(route.access).iter().map(quote).collect();
    if sets.iter().all(String::is_empty) { "none".to_owned() } else { sets.join(" or ") }
}

/// 500 and 503 can always be.
fn statuses(route: &Route) -> String {
    let all = openapi::statuses(route).into_iter().filter(|status| *status < 500);
    all.map(|status| status.to_string()).collect::<Vec<_>>().join(" ")
}

fn row(route: &Route) -> String {
    let who = match route.access {
        Access::Public => "anybody",
        Access::OwnClient(_) => "own client",
        Access::AnyClient(_) => "administration",
        Access::Unbounded(_) => "administration itself",
        Access::AnyToken | Access::Scope(_) | Access::Endpoint(_) => "any client",
        Access::User(_) => "a user",
    };
    let (method, path) = (route.method.as_str(), route.path);
    let what = openapi::entry(route.operation).summary;
    format!("| {method} | `{path}` | {} | {who} | {} | {what} |\n", scopes(route), statuses(route))
}

#[test]
fn the_api_docs_list_every_route_as_it_is() {
    let text = fs::read_to_string(API).unwrap();
    let table = format!("{START}\n\n{HEAD}{}\n{END}", ROUTES.iter().map(row).collect::<String>());
    let (before, rest) = text.split_once(START).expect("the markers");
    let (_, after) = rest.split_once(END).expect("the markers");
    let made = format!("{before}{table}{after}");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(API, &made).unwrap();
    } else {
        assert!(made == text, "the table of {API} is not what the routes make: UPDATE=1 cargo test docs");
    }
}

#[test]
fn the_readme_lists_the_documented_five() {
    let text = fs::read_to_string("README.md").unwrap();
    let five = [
        Operation::DeleteConnection,
        Operation::UpdateConnection,
        Operation::RefreshConnectionSecret,
        Operation::ShowRole,
        Operation::DeletePermission,
    ];
    for operation in five {
        let route = ROUTES.iter().find(|route| route.operation == operation).expect("a documented route");
        let (method, path) = (route.method.as_str(), route.path);
        let row = format!("| {method} `{path}` | {} | {} |", scopes(route), statuses(route));
        assert!(text.contains(&row), "README.md lacks {row}");
    }
}

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    let folders = [".", "docs", "docs/decisions"];
    for folder in folders {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let text = fs::read_to_string(&entry).unwrap();
            for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let file = target.split('#').next().unwrap_or_default();
                let is_elsewhere = file.is_empty() || file.contains("://");
                assert!(is_elsewhere || entry.parent().unwrap().join(file).exists(), "{}: {target}", entry.display());
            }
        }
    }
}
