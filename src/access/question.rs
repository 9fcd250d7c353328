//! What a caller asks: subject, action, resource (AuthZEN Authorization API 1.0 §5). Members that the specification does
//! not have are ignored, as it demands.

use serde_json::{Map, Value, json};

use crate::base::failure::Failure;
use crate::identity::scope::{self, Scopes};
use crate::ports::{Ports, id};
use crate::request::call::Call;

/// The longest id, type or name, in characters.
const MAX_TEXT: usize = 255;

/// The parts of a question that a request must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `subject`.
    Subject,
    /// `action`.
    Action,
    /// `resource`.
    Resource,
}

impl Part {
    /// The name of the part.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Action => "action",
            Self::Resource => "resource",
        }
    }
}

/// 400 that names a member and says what it must be.
pub fn unfit(member: &str, rule: &str) -> Failure {
    Failure::Unfit(format!("{member} {rule}"))
}

/// A question as the SQL reads it. `place` is where it stands in the body, for refusals. The value is taken from
/// `object`, otherwise from `defaults`. `searched` is the part whose id is looked for; it need not be there.
///
/// | member | what it is |
/// |---|---|
/// | `subject_type`, `subject_id` | the subject |
/// | `client_id` | the client of a `user`: `subject.properties.client_id` |
/// | `action` | the name of the action |
/// | `resource_type`, `ids` | the resource, its id in the spellings of a GUID |
/// | `names` | a scope's two forms that sets are searched for |
///
/// # Errors
/// 400 for a part or a member that is missing or of another type.
pub fn read(
    place: &str,
    object: &Map<String, Value>,
    defaults: &Map<String, Value>,
    searched: Option<Part>,
) -> Result<Value, Failure> {
    let part = |part: Part| {
        let found = object.get(part.name()).or_else(|| defaults.get(part.name()));
        entity(place, part, found.unwrap_or(&Value::Null))
    };
    if let Some(other) = object.get("context").or_else(|| defaults.get("context"))
        && !other.is_object()
    {
        return Err(unfit(&format!("{place}context"), "must be an object."));
    }
    let text = |entity: &Map<String, Value>, of: Part, name: &str| text(place, entity, of, name);
    let id_of = |entity: &Map<String, Value>, of: Part| {
        if searched == Some(of) { Ok(String::new()) } else { text(entity, of, "id") }
    };

    let subject = part(Part::Subject)?;
    let subject_type = text(subject, Part::Subject, "type")?;
    let subject_id = id::canonical(id_of(subject, Part::Subject)?);
    let client = subject.get("properties").and_then(|properties| properties.get("client_id")).and_then(Value::as_str);
    let client = client.map(|client| id::canonical(client.to_owned()));
    let action = match searched {
        Some(Part::Action) => String::new(),
        _ => text(part(Part::Action)?, Part::Action, "name")?,
    };
    let resource = part(Part::Resource)?;
    let resource_type = text(resource, Part::Resource, "type")?;
    let resource_id = id_of(resource, Part::Resource)?;
    Ok(json!({
        "subject_type": subject_type, "subject_id": subject_id, "client_id": client, "action": action,
        "resource_type": resource_type, "names": forms(&resource_id), "ids": spellings(resource_id),
    }))
}

/// Checks the parts of `object` that are there, as the defaults of several questions: one that each question replaces is read
/// by none.
///
/// # Errors
/// 400 for a part or a member of another type.
pub fn check_defaults(object: &Map<String, Value>) -> Result<(), Failure> {
    for part in [Part::Subject, Part::Action, Part::Resource] {
        let Some(value) = object.get(part.name()) else { continue };
        let found = entity("", part, value)?;
        let members: &[&str] = if part == Part::Action { &["name"] } else { &["type", "id"] };
        members.iter().try_for_each(|name| text("", found, part, name).map(drop))?;
    }
    match object.get("context") {
        Some(context) if !context.is_object() => Err(unfit("context", "must be an object.")),
        _ => Ok(()),
    }
}

/// A text of a part.
fn text(place: &str, entity: &Map<String, Value>, of: Part, name: &str) -> Result<String, Failure> {
    match entity.get(name) {
        Some(Value::String(text)) if !text.contains('\0') && text.chars().count() <= MAX_TEXT => Ok(text.clone()),
        _ => {
            let member = format!("{place}{}.{name}", of.name());
            Err(unfit(&member, "must be a string of at most 255 characters without NUL."))
        }
    }
}

/// A part as an object, with its `properties`.
fn entity<'a>(place: &str, part: Part, value: &'a Value) -> Result<&'a Map<String, Value>, Failure> {
    let name = part.name();
    let Value::Object(entity) = value else { return Err(unfit(&format!("{place}{name}"), "must be an object.")) };
    match entity.get("properties") {
        None => Ok(entity),
        Some(Value::Object(properties))
            if part != Part::Subject || properties.get("client_id").is_none_or(Value::is_string) =>
        {
            Ok(entity)
        }
        Some(Value::Object(_)) => Err(unfit(&format!("{place}{name}.properties.client_id"), "must be a string.")),
        Some(_) => Err(unfit(&format!("{place}{name}.properties"), "must be an object.")),
    }
}

/// The two forms of a scope that sets are searched for: the scope, and the vendor's pair that it is a half of, otherwise the
/// scope again. Empty for a text that is not one scope.
pub fn forms(name: &str) -> Vec<String> {
    if name.contains(' ') || !scope::is_well_formed(name) || Scopes::new(name).has_stray() {
        return Vec::new();
    }
    // The SQL searches the pair with a tab in it (`searched!`).
    let pair = scope::pair_with(name).map_or_else(|| name.to_owned(), |pair| pair.replace(' ', "\t"));
    vec![format!(" {name} "), format!(" {pair} ")]
}

/// The spellings of an id in Endpoint's tables. A GUID is the same in upper and lower case.
fn spellings(id: String) -> Vec<String> {
    let others = if id::is_guid(&id) { vec![id.to_ascii_lowercase(), id.to_ascii_uppercase()] } else { Vec::new() };
    [id].into_iter().chain(others).collect()
}

/// What the SQL must know of the caller, with which [`read`]'s questions are bound: `own`, `type`, `via`, `directory`.
pub fn caller<P: Ports>(call: &Call<'_, P>) -> Map<String, Value> {
    let principal = &call.principal;
    let caller = json!({
        "own": principal.client_id, "type": principal.client_type, "via": principal.connection_id,
        "directory": principal.scopes.holds("AccessManager:Read"),
    });
    match caller {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
