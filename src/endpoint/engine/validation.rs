//! The vendor's `ListValidation` (spec/newer.md §2.3): what `Extra` of a bulk change asks of one property of every row.
//! The rows are checked before they are read, so a row that fails changes nothing.

use std::cmp::Ordering;
use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::base::failure::{Failure, Invalid, Rule};
use crate::base::json::json;
use crate::base::text::short;
use crate::endpoint::engine::entity::Kind;
use crate::endpoint::engine::pattern::Pattern;
use crate::endpoint::engine::value;

/// The most mistakes of one body that an answer lists.
pub const MOST_MISTAKES: usize = 20;
/// The time that stands for none (spec/newer.md §2.3).
const NO_TIME: &str = "1900-01-01T00:00:00Z";

/// What is asked of one property of every row.
#[derive(Debug)]
pub struct Validation {
    /// The property.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// It may not be empty.
    pub is_required: bool,
    /// No two rows may have the same value.
    pub is_unique: bool,
    /// What its text must match somewhere.
    pub pattern: Option<Pattern>,
    /// The largest and the smallest value.
    pub bounds: [Option<Bound>; 2],
    /// What an empty property gets.
    pub default: Option<Value>,
}

/// A largest or smallest value. Of a text it is a number of characters.
#[derive(Debug)]
pub struct Bound(Value);

impl Bound {
    /// Reads `Max` or `Min` of a property of this kind.
    ///
    /// # Errors
    /// A sentence for the caller, when the text is no such value.
    pub fn new(kind: Kind, text: &str) -> Result<Self, String> {
        match kind {
            Kind::Flag => Err("true and false have none".to_owned()),
            Kind::Text | Kind::Id => value::single(Kind::Integer, text).map(Self),
            Kind::Integer | Kind::Time => value::single(kind, text).map(Self),
        }
    }

    /// How a value compares with the bound. `None` when the value is not of the kind.
    fn compared(&self, kind: Kind, text: &str) -> Option<Ordering> {
        let measured = match kind {
            Kind::Text | Kind::Id => Value::from(text.chars().count()),
            _ => value::single(kind, text).ok()?,
        };
        match (&measured, &self.0) {
            (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
            (one, other) => Some(one.as_i64()?.cmp(&other.as_i64()?)),
        }
    }
}

/// The value that `DefaultValue` means. `None` when it does not fit the kind: the property then stays empty.
pub fn default_value(kind: Kind, text: &str) -> Option<Value> {
    match (kind, value::single(kind, text).ok()?) {
        (Kind::Flag, flag) => Some(Value::Bool(flag == 1)),
        (Kind::Integer, number) => Some(number),
        _ => Some(text.into()),
    }
}

/// Gives empty properties their defaults, and checks every row. `collection` is the property of the body that holds the
/// rows. What is no list of objects is left to the reader of the rows.
///
/// # Errors
/// 400 with the mistakes of every row, up to [`MOST_MISTAKES`].
pub fn check(rows: &mut Option<Value>, collection: &str, validations: &[Validation]) -> Result<(), Failure> {
    let Some(Value::Array(rows)) = rows else { return Ok(()) };
    let mut mistakes = Vec::new();
    for validation in validations {
        let mut seen = HashSet::new();
        for (at, row) in rows.iter_mut().enumerate() {
            let Value::Object(row) = row else { continue };
            if let Some(rule) = validation.broken(row, &mut seen) {
                mistakes.push(Invalid { entry: format!("$.{collection}[{at}].{}", validation.name), rule });
            }
            if mistakes.len() >= MOST_MISTAKES {
                return Err(Failure::Invalid(mistakes));
            }
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Failure::Invalid(mistakes)) }
}

impl Validation {
    /// The rule that a row breaks. `seen` has the values of the rows before it.
    fn broken(&self, row: &mut Map<String, Value>, seen: &mut HashSet<String>) -> Option<Rule> {
        if let (None, Some(default)) = (self.text(row), &self.default) {
            row.insert(self.name.to_owned(), default.clone());
        }
        let Some(text) = self.text(row) else { return self.is_required.then_some(Rule::Blank) };
        let form = |sentence| Some(Rule::Form { sentence });
        let is = |bound: &Option<Bound>, order| {
            bound.as_ref().and_then(|bound| bound.compared(self.kind, &text)) == Some(order)
        };
        let [max, min] = &self.bounds;
        if is(max, Ordering::Greater) {
            form("is over the Max of Extra")
        } else if is(min, Ordering::Less) {
            form("is under the Min of Extra")
        } else if self.pattern.as_ref().is_some_and(|pattern| !pattern.is_in(&text)) {
            form("does not match the Pattern of Extra")
        } else if self.is_unique && !seen.insert(text) {
            form("an earlier row has the same value")
        } else {
            None
        }
    }

    /// The property of a row as text. `None` when it is empty: absent, null, an empty text, or the default of its kind.
    fn text(&self, row: &Map<String, Value>) -> Option<String> {
        let text = match row.get(self.name)? {
            Value::String(text) => text.clone(),
            value @ (Value::Number(_) | Value::Bool(_)) => json(value),
            _ => return None,
        };
        let default = match self.kind {
            Kind::Integer => "0",
            Kind::Time => NO_TIME,
            _ => "",
        };
        (!text.is_empty() && text != default).then_some(text)
    }
}

/// 400 for a member of `Extra` that cannot be used.
pub fn unusable(member: &str, property: &str, why: &str) -> Failure {
    Failure::Unfit(format!("Extra: {member} of {} cannot be used: {why}", short(property)))
}
