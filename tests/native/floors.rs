//! The house has one direction (docs/architecture.md): a room imports rooms below it, and no two files import each
//! other in a circle. The imports are read from the source: `use crate::…`, `crate::…` and `$crate::…`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the top to the ground. Rooms of one floor do not import each other.
const FLOORS: [&[&str]; 17] = [
    &["edge"],
    &["lib"],
    &["routes"],
    &["health", "reviews"],
    &["access"],
    &["mithril", "endpoint", "oauth"],
    &["request"],
    &["auth"],
    &["memory"],
    &["log"],
    &["http"],
    &["settings"],
    &["secrets"],
    &["ports"],
    &["db"],
    &["identity"],
    &["base"],
];

/// Each file's module path with the module paths of the files that it imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn files(folder: &Path, kind: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("node_modules") {
            files(&path, kind, found);
        } else if path.extension().is_some_and(|extension| extension == kind) {
            found.push(path);
        }
    }
}

/// `src/http/mod.rs` is `http`, `src/http/body.rs` is `http::body`.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix("src").expect("below src").with_extension("");
    let names: Vec<_> = inside.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    names.join("::").trim_end_matches("::mod").to_owned()
}

/// The paths below `crate` that a source names, braces taken apart.
fn paths(source: &str) -> Vec<String> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || "_:".contains(letter))).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(end);
        match tail.strip_prefix('{').and_then(|tail| tail.split_once('}')) {
            Some((names, _)) if head.is_empty() || head.ends_with("::") => {
                found.extend(names.split(',').map(|name| format!("{head}{}", name.trim())));
            }
            _ => found.push(head.to_owned()),
        }
    }
    found
}

fn imports() -> Imports {
    let mut sources = Vec::new();
    files(Path::new("src"), "rs", &mut sources);
    let known: BTreeSet<String> = sources.iter().map(|path| module(path)).collect();
    let file_of = |path: &str| {
        let mut path = path.trim_end_matches(':');
        loop {
            if known.contains(path) {
                return Some(path.to_owned());
            }
            path = path.rsplit_once("::")?.0;
        }
    };
    let of_one = |path: &PathBuf| {
        let own = module(path);
        let text = fs::read_to_string(path).expect("a source file");
        // lib.rs and the faces of rooms name their own modules without `crate::`.
        let inside = if own == "lib" { String::new() } else { format!("{own}::") };
        let text = text
            .replace("\nuse ", &format!("\nuse crate::{inside}"))
            .replace("\npub use ", &format!("\nuse crate::{inside}"))
            + &text;
        let named: BTreeSet<String> = paths(&text).iter().filter_map(|path| file_of(path)).collect();
        (own.clone(), named.into_iter().filter(|name| *name != own).collect())
    };
    sources.iter().map(of_one).collect()
}

fn floor(module: &str) -> Option<usize> {
    let room = module.split("::").next().unwrap_or_default();
    FLOORS.iter().rev().position(|rooms| rooms.contains(&room))
}

/// Imports that run up, or along a floor into another room.
fn wrong_arrows(imports: &Imports) -> Vec<String> {
    let arrows = imports.iter().flat_map(|(from, all)| all.iter().map(move |to| (from, to)));
    let room = |module: &str| module.split("::").next().map(str::to_owned);
    arrows
        .filter(|(from, to)| room(from) != room(to) && floor(from) <= floor(to))
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect()
}

/// What is left when files that import nothing, and files that nothing imports, are taken away again and again.
fn circle(imports: &Imports) -> Vec<String> {
    let mut left = imports.clone();
    loop {
        let imported: BTreeSet<String> = left.values().flatten().cloned().collect();
        let is_tied =
            |of: &String, to: &BTreeSet<String>| imported.contains(of) && to.iter().any(|to| left.contains_key(to));
        let Some(free) = left.iter().find(|(of, to)| !is_tied(of, to)).map(|(of, _)| of.clone()) else {
            return left.into_keys().collect();
        };
        left.remove(&free);
    }
}

#[test]
fn every_room_has_a_floor_and_no_import_runs_up() {
    let imports = imports();
    let homeless: Vec<_> = imports.keys().filter(|module| floor(module).is_none()).collect();
    assert!(homeless.is_empty(), "no floor for {homeless:?}");
    assert_eq!(wrong_arrows(&imports), Vec::<String>::new());
    assert!(imports.values().map(BTreeSet::len).sum::<usize>() > 300, "the imports were not read");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    assert_eq!(circle(&imports()), Vec::<String>::new());
}

#[test]
fn a_turned_arrow_is_noticed() {
    let mut imports = imports();
    imports.get_mut("base::failure").expect("a file").insert("http::body".to_owned());
    assert_eq!(wrong_arrows(&imports), ["base::failure -> http::body"]);
    assert!(circle(&imports).contains(&"base::failure".to_owned()));
}

/// The folders of the tools, each with those that it may import.
const TOOLS: [(&str, &[&str]); 4] =
    [("scripts", &[]), ("bench", &["scripts"]), ("cost", &["bench", "scripts"]), ("cli", &["scripts"])];

/// The folder at the top that a source at `path` imports by `target`.
fn folder_of(path: &Path, target: &str) -> String {
    let mut names: Vec<&str> = path.parent().expect("a folder").iter().filter_map(|name| name.to_str()).collect();
    for name in target.split('/') {
        match name {
            "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.first().copied().unwrap_or_default().to_owned()
}

#[test]
fn no_tool_imports_one_that_stands_on_it() {
    let mut seen = BTreeSet::new();
    for (tool, below) in TOOLS {
        let mut sources = Vec::new();
        files(Path::new(tool), "mjs", &mut sources);
        for path in sources {
            let text = fs::read_to_string(&path).expect("a source file");
            for mark in ["from '.", "from \".", "import('.", "import(\".", "import(`."] {
                for rest in text.split(mark).skip(1) {
                    let target = rest.split(['\'', '"', '`']).next().unwrap_or_default();
                    let folder = folder_of(&path, &format!(".{target}"));
                    assert!(folder == tool || below.contains(&&*folder), "{} imports {folder}/", path.display());
                    seen.insert((tool, folder));
                }
            }
        }
    }
    // Each import that is allowed is there, so the imports were read.
    assert!(TOOLS.iter().all(|(tool, below)| below.iter().all(|folder| seen.contains(&(*tool, (*folder).to_owned())))));
}
