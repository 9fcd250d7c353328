//! The properties of a JSON body, each read by its rule. Broken rules are collected, so that a caller learns of all its
//! mistakes at once (422, `error.invalid[]`).

use serde_json::{Map, Value};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::http::body::type_name;
use crate::identity::scope;
use crate::ports::id;

/// The longest set of scopes that a record keeps: twice the documents' 2048. A token has no room for more.
pub const MAX_KEPT_SCOPE: usize = 4096;
/// The pattern of a text without NUL.
const NO_NUL: &str = "^[^\\u0000]*$";

/// The properties of one JSON object, and the rules that they broke so far.
pub struct Fields {
    object: Map<String, Value>,
    invalid: Vec<Invalid>,
}

impl Fields {
    /// The properties of this object.
    pub const fn new(object: Map<String, Value>) -> Self {
        Self { object, invalid: Vec::new() }
    }

    /// The properties of the body's one record. It stands under `wrapper` (`{"role": {…}}`), as Mithril's source wraps
    /// it, or is the body itself.
    ///
    /// # Errors
    /// 422 when the wrapper holds anything that is not an object.
    pub fn of(mut body: Map<String, Value>, wrapper: &str) -> Result<Self, Failure> {
        match body.remove(wrapper) {
            None => Ok(Self::new(body)),
            Some(Value::Object(inner)) => Ok(Self::new(inner)),
            Some(other) => {
                let rule = Rule::Cast { expected: "object", actual: type_name(&other) };
                Err(Failure::invalid(format!("$.{wrapper}"), rule))
            }
        }
    }

    /// Whether the object has a property of this name, null included.
    pub fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// A property as it was sent, for rules that only one kind of record has.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.object.get(name)
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
        match self.object.get(name)? {
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

    /// A set of scopes that must be there. `None` when it is refused.
    pub fn required_scope(&mut self, name: &'static str) -> Option<String> {
        let scope = self.required_text(name, MAX_KEPT_SCOPE)?;
        if scope::is_well_formed(&scope) {
            Some(scope)
        } else {
            self.refused(name, Rule::Format { pattern: scope::SCOPE_PATTERN })
        }
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
        match self.object.get(name)? {
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
        match self.object.get(name)? {
            Value::Null => None,
            Value::Number(number) if !number.is_f64() => match number.as_i64() {
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
        match self.object.get(name)? {
            Value::Null => None,
            value @ Value::Object(_) => Some(value.to_string()),
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
    pub fn nested(&self, name: &'static str) -> Result<Self, Failure> {
        match self.object.get(name) {
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
    pub fn refusal(mut self, other: Option<Invalid>) -> Failure {
        self.invalid.extend(other);
        Failure::Invalid(self.invalid)
    }

    /// Ends the reading of the body.
    ///
    /// # Errors
    /// 422 with every rule that was broken.
    pub fn finish(self) -> Result<(), Failure> {
        if self.invalid.is_empty() { Ok(()) } else { Err(Failure::Invalid(self.invalid)) }
    }
}
