//! Parses the language of `Filters` (spec/esystems.md §3) and writes it as SQL.
//!
//! ```text
//! filters    = any
//! any        = all { "OR" all }                  AND binds closer than OR
//! all        = one { "AND" one }
//! one        = "(" any ")" | comparison
//! comparison = field operator value
//! field      = a name of the record, or one of a relation with a dot: AccessRoleId.Name
//! operator   = "=" | "<>" | ">" | ">=" | "<" | "<=" | "In" | "NotIn" | "Like"
//! value      = text up to the next " AND ", " OR ", bracket or end, without the spaces around it
//! ```
//!
//! The language has no quotes. `AND` and `OR` are upper case and stand between spaces or brackets. `In`, `NotIn` and
//! `Like` may be in any case. The kind of the field decides what its values are: any text, a whole number of 64 bits,
//! `True` or `False` in any case, or a time (`2024-10-22T08:00:00Z`, or `2024-10-22` for its midnight in UTC). `In`
//! and `NotIn` take several values, separated by `,` for numbers and by `;` for everything else. `Like` has the
//! wildcard `%`, ignores the case of a to z, and takes patterns of up to 50 bytes.
//!
//! No text of the caller reaches the SQL. A field name becomes an expression of the [`Entity`]; values go into one
//! JSON array that the statement binds ([`VALUES`]). The length, the nesting and the number of comparisons have
//! limits, so that D1 accepts the SQL.

use std::borrow::Cow;

use serde_json::Value;

use crate::base::text::short;
use crate::endpoint::engine::entity::{Entity, Field, Kind, Operand};
use crate::endpoint::engine::value;

/// The parameter of a list statement that binds the values of its filter.
pub const VALUES: &str = "?2";

/// The longest filter, in bytes.
const LONGEST: usize = 16 * 1024;
/// The most comparisons of one filter.
const MOST_COMPARISONS: usize = 40;
/// The most brackets within each other.
const DEEPEST: usize = 8;

/// The condition that every record meets.
pub const ALL: &str = "1";

/// A filter as a statement needs it.
#[derive(Debug, Default, PartialEq)]
pub struct Filter {
    /// The condition as SQL; [`ALL`] for an empty filter.
    pub sql: String,
    /// The values of the comparisons, in their order: an array for a comparison of several values.
    pub values: Vec<Value>,
    /// The names of the fields that every match has one of the given values of: those compared with `=` or `In`,
    /// outside of any OR. An index of one of them finds all matches.
    pub fixed: Vec<Cow<'static, str>>,
}

/// A part of a filter: its SQL, and its fields as [`Filter::fixed`] has them.
struct Part {
    sql: String,
    fixed: Vec<Cow<'static, str>>,
}

/// The operator of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    /// An order; the text is its sign in SQL.
    Compare(&'static str),
    Equal,
    NotEqual,
    In,
    NotIn,
    Like,
}

/// The operators that are signs. Longer signs come first: `>` is the start of `>=`.
const SIGNS: [(&str, Operator); 6] = [
    ("<>", Operator::NotEqual),
    (">=", Operator::Compare(">=")),
    ("<=", Operator::Compare("<=")),
    ("=", Operator::Equal),
    (">", Operator::Compare(">")),
    ("<", Operator::Compare("<")),
];
/// The operators that are words.
const WORDS: [(&str, Operator); 3] = [("In", Operator::In), ("NotIn", Operator::NotIn), ("Like", Operator::Like)];

/// Parses a filter of records that have a `link` to a parent, or none. Every record passes an empty filter.
///
/// # Errors
/// A sentence for the caller that says what is wrong.
pub fn parse(text: &str, entity: &'static Entity, link: &'static [Field]) -> Result<Filter, String> {
    if text.trim().is_empty() {
        return Ok(Filter { sql: ALL.to_owned(), ..Filter::default() });
    }
    if text.len() > LONGEST {
        return Err(format!("a filter has at most {LONGEST} bytes"));
    }
    let mut parser = Parser { rest: text, entity, link, values: Vec::new(), depth: 0 };
    let Part { sql, fixed } = parser.any()?;
    if parser.rest.trim().is_empty() {
        Ok(Filter { sql, values: parser.values, fixed })
    } else {
        Err(format!("expected AND, OR or the end, found `{}`", short(parser.rest.trim())))
    }
}

/// A filter that is being parsed. Its methods `any`, `all`, `one` and `comparison` are the rules of the grammar; each
/// answers its [`Part`].
struct Parser<'a> {
    /// The text that is not parsed yet.
    rest: &'a str,
    entity: &'static Entity,
    link: &'static [Field],
    values: Vec<Value>,
    /// How many brackets are open.
    depth: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Part, String> {
        let mut parts = vec![self.all()?];
        while self.keyword("OR") {
            parts.push(self.all()?);
        }
        // An OR fixes no field: a match need only meet one side.
        let fixed = if let [part] = parts.as_slice() { part.fixed.clone() } else { Vec::new() };
        Ok(Part { sql: joined(&parts, " OR "), fixed })
    }

    fn all(&mut self) -> Result<Part, String> {
        let mut parts = vec![self.one()?];
        while self.keyword("AND") {
            parts.push(self.one()?);
        }
        Ok(Part { sql: joined(&parts, " AND "), fixed: parts.iter().flat_map(|part| part.fixed.clone()).collect() })
    }

    fn one(&mut self) -> Result<Part, String> {
        self.rest = self.rest.trim_start();
        let Some(inside) = self.rest.strip_prefix('(') else { return self.comparison() };
        if self.depth == DEEPEST {
            return Err(format!("brackets go at most {DEEPEST} deep"));
        }
        self.depth += 1;
        self.rest = inside;
        let part = self.any()?;
        self.rest = self.rest.trim_start();
        self.rest = self.rest.strip_prefix(')').ok_or("a closing bracket is missing")?;
        self.depth -= 1;
        Ok(part)
    }

    fn comparison(&mut self) -> Result<Part, String> {
        let at = self.values.len();
        if at == MOST_COMPARISONS {
            return Err(format!("a filter has at most {MOST_COMPARISONS} comparisons"));
        }
        let field = self.field()?;
        let operator = self.operator(&field)?;
        let text = self.value();
        let values = match operator {
            Operator::Compare(_) => value::single(field.kind, text),
            Operator::Equal | Operator::NotEqual => value::equal_to(field.kind, text),
            Operator::In | Operator::NotIn => value::several(field.kind, text),
            Operator::Like => value::pattern(field.kind, text),
        };
        self.values.push(values.map_err(|why| format!("{}: {why}", field.name))?);
        let is_fixed = matches!(operator, Operator::Equal | Operator::In);
        let sql = condition(&field, operator, at);
        Ok(Part { sql, fixed: is_fixed.then_some(field.name).into_iter().collect() })
    }

    fn field(&mut self) -> Result<Operand, String> {
        let is_name = |character: char| is_of_word(character) || matches!(character, '0'..='9' | '_' | '.');
        let end = self.rest.find(|character| !is_name(character)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        if name.is_empty() {
            return Err(match self.rest.trim_end() {
                "" => "a field is missing at the end".to_owned(),
                other => format!("expected a field, found `{}`", short(other)),
            });
        }
        self.rest = rest;
        self.entity.operand(self.link, name).ok_or_else(|| unknown_field(name, self.entity, self.link))
    }

    fn operator(&mut self, field: &Operand) -> Result<Operator, String> {
        self.rest = self.rest.trim_start();
        for (sign, operator) in SIGNS {
            if let Some(rest) = self.rest.strip_prefix(sign) {
                self.rest = rest;
                return Ok(operator);
            }
        }
        let end = self.rest.find(|character| !is_of_word(character)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        let known = WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        let (_, operator) = known.ok_or_else(|| {
            format!("{}: an operator is missing: one of =, <>, >, >=, <, <=, In, NotIn, Like", field.name)
        })?;
        self.rest = rest;
        Ok(*operator)
    }

    /// Takes a value, without the spaces around it.
    fn value(&mut self) -> &'a str {
        let ends = |(at, character): (usize, char)| {
            let ended = match character {
                '(' | ')' => true,
                _ if character.is_whitespace() => {
                    let next = self.rest.get(at + character.len_utf8()..).unwrap_or_default();
                    after_keyword(next, "AND").or_else(|| after_keyword(next, "OR")).is_some()
                }
                _ => false,
            };
            ended.then_some(at)
        };
        let end = self.rest.char_indices().find_map(ends).unwrap_or(self.rest.len());
        let (value, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        value.trim()
    }

    /// Takes a word, if the text goes on with it.
    fn keyword(&mut self, word: &str) -> bool {
        match after_keyword(self.rest.trim_start(), word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// Joins conditions as a balanced tree of pairs in brackets. A plain chain is an expression as deep as it is long, and
/// D1 takes a depth of 100.
fn joined(parts: &[Part], joint: &str) -> String {
    match parts {
        [] => ALL.to_owned(),
        [part] => part.sql.clone(),
        parts => {
            let (left, right) = parts.split_at(parts.len() / 2);
            format!("({}{joint}{})", joined(left, joint), joined(right, joint))
        }
    }
}

/// The text after a word, if the text starts with the word and a space or an opening bracket follows.
fn after_keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word).filter(|rest| rest.starts_with(|next: char| next.is_whitespace() || next == '('))
}

/// Whether a word may hold the character. Outside of ASCII all but spaces count as letters: no field and no operator has
/// one, so telling letters apart there needs tables for nothing.
const fn is_of_word(character: char) -> bool {
    character.is_ascii_alphabetic() || !(character.is_ascii() || character.is_whitespace())
}

/// A comparison as SQL. Its value is the element `at` of [`VALUES`].
fn condition(field: &Operand, operator: Operator, at: usize) -> String {
    let column = &field.sql;
    let list = format!("(SELECT value FROM json_each({VALUES}, '$[{at}]'))");
    match operator {
        Operator::Compare(sign) => format!("{column} {sign} {VALUES} ->> {at}"),
        Operator::Equal if field.kind == Kind::Id => format!("{column} IN {list}"),
        Operator::NotEqual if field.kind == Kind::Id => format!("{column} NOT IN {list}"),
        Operator::Equal => format!("{column} = {VALUES} ->> {at}"),
        Operator::NotEqual => format!("{column} <> {VALUES} ->> {at}"),
        Operator::In => format!("{column} IN {list}"),
        Operator::NotIn => format!("{column} NOT IN {list}"),
        Operator::Like => format!("{column} LIKE {VALUES} ->> {at} ESCAPE '\\'"),
    }
}

/// The sentence for a caller that names a field which the records and their link do not have.
pub fn unknown_field(name: &str, entity: &Entity, link: &[Field]) -> String {
    let names: Vec<&str> = entity.fields.iter().chain(link).map(|field| field.name).collect();
    format!("{} has no field `{}`; it has {}", entity.name, short(name), names.join(", "))
}
