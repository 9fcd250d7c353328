//! The properties of a JSON body, each read by its rule. Broken rules are collected, so that a caller learns of all its
//! mistakes at once (422, `error.invalid[]`).
//!
//! A property that no reader has asked for is a mistake too: it may be a misspelt wish, and a request is never half
//! understood. Only what the API itself shows of a record may come back unread ([`Fields::repeats`]).

use serde_json::{Map, Value};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::base::json::json;
use crate::base::json_value::{integer, is_integer};
use crate::base::text::short;
use crate::http::body::type_name;
use crate::identity::scope;
use crate::ports::id;

/// The longest set of scopes that a record keeps: twice the documents' 2048. A token has no room for more.
pub const MAX_KEPT_SCOPE: usize = 4096;
/// The pattern of a text without NUL.
const NO_NUL: &str = "^[^\\u0000]*$";

/// The most unknown properties that one answer lists.
const MOST_UNKNOWN: usize = 20;

/// The properties of one JSON object, and the rules that they broke so far.
pub struct Fields {
    object: Map<String, Value>,
    /// The properties that were asked for.
    asked: Vec<&'static str>,
    /// The other properties that a body may have; they are not read.
    repeated: Vec<&'static str>,
    invalid: Vec<Invalid>,
}

impl Fields {
    /// The properties of this object.
    pub const fn new(object: Map<String, Value>) -> Self {
        Self { object, asked: Vec::new(), repeated: Vec::new(), invalid: Vec::new() }
    }

    /// The properties of the body's one record. It stands under `wrapper` (`{"role": {…}}`), as Mithril's source wraps
    /// it, or is the body itself.
    ///
    /// # Errors
    /// 422 when the wrapper holds anything that is not an object, or is not alone.
    pub fn of(mut body: Map<String, Value>, wrapper: &'static str) -> Result<Self, Failure> {
        match body.remove(wrapper) {
            None => Ok(Self::new(body)),
            Some(Value::Object(inner)) => {
                let mut outer = Self::new(body);
                outer.asked.push(wrapper);
                outer.finish().map(|()| Self::new(inner))
            }
            Some(other) => {
                let rule = Rule::Cast { expected: "object", actual: type_name(&other) };
                Err(Failure::invalid(format!("$.{wrapper}"), rule))
            }
        }
    }

    /// Names the properties that the API shows of the record, so that a caller can send back what it has read. They are
    /// not read here, unless a reader asks for them.
    pub fn repeats(&mut self, names: impl IntoIterator<Item = &'static str>) {
        self.repeated.extend(names);
    }

    /// Whether the object has a property of this name, null included.
    pub fn has(&mut self, name: &'static str) -> bool {
        self.get(name).is_some()
    }

    /// A property as it was sent, for rules that only one kind of record has.
    pub fn get(&mut self, name: &'static str) -> Option<&Value> {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
        self.object.get(name)
    }

    /// A property as it was sent, taken out of the object.
    pub fn take(&mut self, name: &'static str) -> Option<Value> {
        self.get(name)?;
        self.object.remove(name)
    }

    /// Notes a rule that a property broke. `name` may be a path: `settings.allowed_grant_types`.
    pub fn refuse(&mut self, name: &str, rule: Rule) {
        self.invalid.push(Invalid { entry: format!("$.{name}"), rule });
    }

    /// Whether a property broke a rule already.
    pub fn has_refused(&self, name: &str) -> bool {
        self.invalid.iter().any(|invalid| invalid.entry.strip_prefix("$.") == Some(name))
    }

    /// Notes `required` when a property is absent. A null passes.
    pub fn require(&mut self, name: &'static str) {
        if !self.has(name) {
            self.refuse(name, Rule::Required { property: name });
        }
    }

    /// A string of at most `max` characters, without NUL. `None` when it is absent, null or refused.
    pub fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        match self.get(name)? {
            Value::Null => None,
            // SQLite's text functions stop at a NUL.
            Value::String(text) if text.contains('\0') => self.refused(name, Rule::Format { pattern: NO_NUL }),
            Value::String(text) if text.chars().count() <= max => Some(text.clone()),
            Value::String(_) => self.refused(name, Rule::Length { max }),
            other => {
                let actual = type_name(other);
                self.refused(name, Rule::Cast { expected: "string", actual })
            }
        }
    }

    /// A string that must be there and hold more than spaces. `None` when it is refused.
    pub fn required_text(&mut self, name: &'static str, max: usize) -> Option<String> {
        let before = self.invalid.len();
        let text = self.text(name, max).filter(|text| !text.trim().is_empty());
        if text.is_none() && self.invalid.len() == before {
            self.refuse(name, Rule::Required { property: name });
        }
        text
    }

    /// A set of scopes that must be there, with one space between two names. `None` when it is refused.
    pub fn required_scope(&mut self, name: &'static str) -> Option<String> {
        let scope = scope::normalized(&self.required_text(name, MAX_KEPT_SCOPE)?);
        if scope::is_well_formed(&scope) {
            Some(scope)
        } else {
            self.refused(name, Rule::Format { pattern: scope::SCOPE_LIST_PATTERN })
        }
    }

    /// An id: a string of at most `max` characters, a UUID in lower case. `None` when it is absent, null or refused.
    pub fn id(&mut self, name: &'static str, max: usize) -> Option<String> {
        self.text(name, max).map(id::canonical)
    }

    /// An id that must be there. `None` when it is refused.
    pub fn required_id(&mut self, name: &'static str, max: usize) -> Option<String> {
        self.required_text(name, max).map(id::canonical)
    }

    /// A UUID, put in lower case. `None` when it is absent, null or refused.
    pub fn uuid(&mut self, name: &'static str) -> Option<String> {
        let text = self.text(name, usize::MAX)?;
        if id::is_guid(&text) {
            return Some(text.to_ascii_lowercase());
        }
        self.refused(name, Rule::Cast { expected: "uuid", actual: "string" })
    }

    /// One of a closed list of strings. `None` when it is absent, null or refused.
    pub fn one_of(&mut self, name: &'static str, values: &'static [&'static str]) -> Option<String> {
        let text = self.text(name, usize::MAX)?;
        if values.contains(&text.as_str()) { Some(text) } else { self.refused(name, Rule::Inclusion { values }) }
    }

    /// One of a closed list of strings, or the abstract object that a record shows in its place: `{"Id": "…"}`. `None`
    /// when it is absent, null, empty or refused.
    pub fn key_of(&mut self, name: &'static str, values: &'static [&'static str]) -> Option<String> {
        if let Some(id) = self.get(name).and_then(|shown| shown.get("Id")).cloned() {
            self.object.insert(name.to_owned(), id);
        }
        match self.get(name) {
            Some(Value::String(text)) if text.is_empty() => None,
            _ => self.one_of(name, values),
        }
    }

    /// One of a closed list of strings that must be there. `None` when it is refused.
    pub fn required_one_of(&mut self, name: &'static str, values: &'static [&'static str]) -> Option<String> {
        let before = self.invalid.len();
        let text = self.one_of(name, values);
        if text.is_none() && self.invalid.len() == before {
            self.refuse(name, Rule::Required { property: name });
        }
        text
    }

    /// `true` or `false`. `None` when it is absent, null or refused.
    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        match self.get(name)? {
            Value::Null => None,
            Value::Bool(flag) => Some(*flag),
            other => {
                let actual = type_name(other);
                self.refused(name, Rule::Cast { expected: "boolean", actual })
            }
        }
    }

    /// A whole number from `min` to `max`. `None` when it is absent, null or refused.
    pub fn integer(&mut self, name: &'static str, min: i64, max: i64) -> Option<i64> {
        match self.get(name)? {
            Value::Null => None,
            Value::Number(number) if is_integer(number) => match integer(number) {
                Some(value) if (min..=max).contains(&value) => Some(value),
                _ => self.refused(name, Rule::Range { min, max }),
            },
            other => {
                let actual = type_name(other);
                self.refused(name, Rule::Cast { expected: "integer", actual })
            }
        }
    }

    /// A JSON object, as text. `None` when it is absent, null or refused.
    pub fn object(&mut self, name: &'static str) -> Option<String> {
        match self.get(name)? {
            Value::Null => None,
            value @ Value::Object(_) => Some(json(&value)),
            other => {
                let actual = type_name(other);
                self.refused(name, Rule::Cast { expected: "object", actual })
            }
        }
    }

    /// The properties of an object that must be there.
    ///
    /// # Errors
    /// 422 when it is absent, and for anything that is not an object.
    pub fn nested(&mut self, name: &'static str) -> Result<Self, Failure> {
        match self.get(name) {
            Some(Value::Object(inner)) => Ok(Self::new(inner.clone())),
            None => Err(Failure::invalid(format!("$.{name}"), Rule::Required { property: name })),
            Some(other) => {
                let rule = Rule::Cast { expected: "object", actual: type_name(other) };
                Err(Failure::invalid(format!("$.{name}"), rule))
            }
        }
    }

    /// Notes a broken rule; there is no value then.
    fn refused<T>(&mut self, name: &str, rule: Rule) -> Option<T> {
        self.refuse(name, rule);
        None
    }

    /// A UUID that must be there, put in lower case. `None` when it is refused.
    pub fn required_uuid(&mut self, name: &'static str) -> Option<String> {
        self.required_text(name, usize::MAX)?;
        self.uuid(name)
    }

    /// The failure for all rules that were broken here, and one that another reader of the body found.
    pub fn refusal(self, other: Option<Invalid>) -> Failure {
        let mut broken = self.broken();
        broken.extend(other);
        Failure::Invalid(broken)
    }

    /// Ends the reading of the body.
    ///
    /// # Errors
    /// 422 with every rule that was broken.
    pub fn finish(self) -> Result<(), Failure> {
        let broken = self.broken();
        if broken.is_empty() { Ok(()) } else { Err(Failure::Invalid(broken)) }
    }

    /// Every rule that was broken, unknown properties last.
    fn broken(self) -> Vec<Invalid> {
        let Self { object, asked, repeated, mut invalid } = self;
        let is_known = |name: &str| asked.contains(&name) || repeated.contains(&name);
        let unknown = object.keys().filter(|name| !is_known(name)).take(MOST_UNKNOWN);
        invalid.extend(unknown.map(|name| Invalid {
            entry: format!("$.{}", short(name)),
            rule: Rule::Additional { properties: asked.clone() },
        }));
        invalid
    }
}
