//! The documents and the route table agree. `UPDATE=1 cargo test docs` rewrites the table of docs/api.md: it
//! keeps what people wrote in it (statuses, what it does), adds new routes, drops those that are gone.

use std::fs;

use mithril_edge::auth::access::Access;
use mithril_edge::http::Method;
use mithril_edge::routes::{Operation, ROUTES, Route};

const API: &str = "docs/api.md";
const START: &str = "<!-- routes: kept by tests/native/docs.rs, UPDATE=1 -->";
const END: &str = "<!-- /routes -->";
const HEAD: &str = "| method | path | scope | who | statuses | what |\n|---|---|---|---|---|---|\n";

/// The four columns that the route table decides.
fn decided(route: &Route) -> String {
    let scopes: Vec<String> = route.access.scopes().iter().map(|scope| format!("`{scope}`")).collect();
    let who = match route.access {
        Access::Public => "anybody",
        Access::OwnClient(_) => "own client",
        Access::AnyClient(_) => "administration",
        _ => "any client",
    };
    let scopes = if scopes.is_empty() { "none".to_owned() } else { scopes.join(" or ") };
    format!("| {} | `{}` | {scopes} | {who} |", route.method.as_str(), route.path)
}

/// What a route of this kind answers at least; 500 and 503 can always be.
fn usual_statuses(route: &Route) -> String {
    let mut statuses = vec![if route.method == Method::Post { "201" } else { "200" }];
    if !route.access.scopes().is_empty() {
        statuses.extend(["401", "403"]);
    }
    if route.path.contains('{') {
        statuses.push("404");
    }
    statuses.join(" ")
}

fn table(text: &str) -> &str {
    text.split_once(START)
        .and_then(|(_, rest)| rest.split_once(END))
        .map(|(table, _)| table.trim())
        .expect("the markers")
}

/// The columns that people write, of the row that starts as `decided` says.
fn written<'a>(table: &'a str, decided: &str) -> Option<Vec<&'a str>> {
    let row = table.lines().find_map(|line| line.strip_prefix(decided))?;
    Some(row.trim().trim_end_matches('|').split(" | ").map(str::trim).collect())
}

#[test]
fn the_api_docs_list_every_route_and_no_other() {
    let text = fs::read_to_string(API).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        let rows = ROUTES.iter().map(|route| {
            let start = decided(route);
            let rest = match written(table(&text), &start).as_deref() {
                Some([statuses, what]) => format!("{statuses} | {what}"),
                _ => format!("{} | ", usual_statuses(route)),
            };
            format!("{start} {rest} |\n")
        });
        let fresh = format!("{START}\n\n{HEAD}{}\n{END}", rows.collect::<String>());
        let (before, rest) = text.split_once(START).unwrap();
        fs::write(API, format!("{before}{fresh}{}", rest.split_once(END).unwrap().1)).unwrap();
        return;
    }
    let table = table(&text);
    for route in ROUTES {
        let start = decided(route);
        let columns = written(table, &start).unwrap_or_else(|| panic!("{API} lacks {start}: run with UPDATE=1"));
        let [statuses, what] = columns.as_slice() else { panic!("{API}: {start} has not six columns") };
        assert!(!what.is_empty(), "{API} does not say what {start} does");
        for status in usual_statuses(route).split(' ').skip(1) {
            assert!(statuses.split(' ').any(|one| one == status), "{API}: {start} lacks {status}");
        }
        assert!(
            statuses.split(' ').all(|one| one.parse::<u16>().is_ok_and(|code| (200..600).contains(&code))),
            "{statuses}"
        );
    }
    assert_eq!(table.lines().count(), ROUTES.len() + 2, "{API} lists a route that is gone: run with UPDATE=1");
}

#[test]
fn the_readme_lists_the_documented_five() {
    let text = fs::read_to_string("README.md").unwrap();
    let five = [
        (Operation::DeleteConnection, "200 401 403 404"),
        (Operation::UpdateConnection, "200 400 401 403 404 413 415 422"),
        (Operation::RefreshConnectionSecret, "200 401 403 404"),
        (Operation::ShowRole, "200 401 403 404"),
        (Operation::DeletePermission, "200 400 401 403 404"),
    ];
    for (operation, statuses) in five {
        let route = ROUTES.iter().find(|route| route.operation == operation).expect("a documented route");
        let scopes: Vec<String> = route.access.scopes().iter().map(|scope| format!("`{scope}`")).collect();
        let row = format!("| {} `{}` | {} | {statuses} |", route.method.as_str(), route.path, scopes.join(" or "));
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
