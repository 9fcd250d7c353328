//! The examples as they stand in `data/`: one file for each section of a document.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

const FOLDER: &str = "tests/documents/data";
const STEPS: &str = "tests/documents/steps.json";

/// One section of a document.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The file's path under `data/`.
    #[serde(skip)]
    pub file: String,
    /// The document's name.
    pub document: String,
    /// The heading, and the tag of the source.
    pub heading: String,
    /// Everything that the section prints: a short name, and what it says.
    pub printed: BTreeMap<String, String>,
    /// What is not sent, by the same names, and why.
    #[serde(default)]
    pub left_out: BTreeMap<String, String>,
    pub examples: Vec<Example>,
}

/// A call that the document describes, with what it needs and what shows its effect.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub name: String,
    /// The names of what is printed that this example shows.
    pub shows: Vec<String>,
    /// Settings beside those of all tests.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Rows beside those of `state.sql`.
    #[serde(default)]
    pub state: Vec<String>,
    /// What goes wrong under the service.
    pub fault: Option<Fault>,
    /// Calls of `steps.json` that come first, by their names.
    #[serde(default)]
    pub given: Vec<String>,
    /// More calls that come first.
    #[serde(default)]
    pub before: Vec<Call>,
    pub call: Call,
    #[serde(default)]
    pub after: Vec<Call>,
    /// Where it is sent, when that is not everywhere.
    pub only: Option<Only>,
    /// Why the service does not answer so yet. An example with it fails when it passes.
    pub pending: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    /// The built Worker: its static files answer, and `handle` never sees the call.
    Worker,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The database cannot be reached.
    Unreachable,
    /// A defect of the service itself.
    Defect,
    /// The caller has made too many calls.
    RateLimit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Who calls; without it the call has no `Authorization` header.
    pub caller: Option<Caller>,
    /// Method and path, separated by a space.
    pub send: String,
    /// Query parameters; the runner encodes them.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// A JSON body.
    pub json: Option<Value>,
    /// A form; the runner encodes it.
    pub form: Option<BTreeMap<String, String>>,
    /// A body as it is, sent as JSON.
    pub text: Option<String>,
    /// So many seconds pass before the call.
    #[serde(default)]
    pub seconds_later: i64,
    pub answer: Answer,
    /// Values of the answer that later texts name as `{name}`: a name, and a JSON pointer.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
}

/// Who calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// The type of the token's client.
    #[serde(rename = "type")]
    pub client_type: Option<String>,
    pub client: Option<String>,
    pub user: Option<String>,
    pub scope: Option<String>,
    /// What is wrong with the token.
    pub broken: Option<Broken>,
    /// A bearer token that an earlier call gave, in place of one that is made.
    pub bearer: Option<String>,
    /// `id:secret`, sent by HTTP Basic.
    pub basic: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Broken {
    /// It has expired.
    Expired,
    /// A key that nobody trusts has signed it.
    Stranger,
}

/// The documented answer. `matching.rs` says how a body is compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub status: u16,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Without it, only the status and the headers are compared.
    pub body: Option<Value>,
    /// What a JWT in the body says: a JSON pointer, and its `header` and `claims`.
    #[serde(default)]
    pub jwt: BTreeMap<String, Value>,
}

/// The calls that examples begin with, by name.
pub fn steps() -> BTreeMap<String, Call> {
    let text = fs::read_to_string(STEPS).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{STEPS}: {error}"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}

/// Every file under `data/`, in the order of their names.
pub fn sections() -> Vec<Section> {
    let root = Path::new(FOLDER);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let mut section: Section = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        section.file = path.strip_prefix(root).unwrap().display().to_string();
        section
    };
    files(root).into_iter().map(read).collect()
}
