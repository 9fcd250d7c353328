//! The language of `Filters` (spec/esystems.md §3), as a parser that writes SQL.
//!
//! ```text
//! filters    = any
//! any        = all { "OR" all }                  AND binds closer than OR
//! all        = one { "AND" one }
//! one        = "(" any ")" | comparison
//! comparison = field op value
//! field      = a name of the record, or one of a relation with a dot: AccessRoleId.Name
//! op         = "=" | "<>" | ">" | ">=" | "<" | "<=" | "In" | "NotIn" | "Like"
//! value      = text up to the next " AND ", " OR ", bracket or end, without the spaces around it
//! ```
//!
//! There are no quotes. The words `AND` and `OR` are upper case and stand between spaces or brackets; the three
//! word operators are read in any case. What a value may be depends on the field: text as it is, a whole number
//! of 64 bits, `True` or `False` in any case, a date (`2024-10-22`, its midnight in UTC) or a time
//! (`2024-10-22T08:00:00Z`). `In` and `NotIn` take several, separated by `;`, for numbers by `,`. `%` is the
//! wildcard of `Like`, which does not tell upper from lower case of a to z and takes patterns up to 50 bytes.
//!
//! Of the caller's text nothing reaches the SQL: field names become expressions of the [`Entity`], values go
//! into one JSON array that the statement binds ([`VALUES`]). Length, nesting and the number of comparisons are
//! bounded, so that the SQL stays within what D1 takes.

use serde_json::Value;

use crate::endpoint::engine::entity::{Entity, Field, Kind};
use crate::endpoint::engine::value;
use crate::endpoint::engine::value::short;

/// The parameter of a list statement that holds the values of its filter.
pub const VALUES: &str = "?2";

const LONGEST: usize = 16 * 1024;
const MOST_COMPARISONS: usize = 40;
const DEEPEST: usize = 8;

/// What every record meets.
pub const ALL: &str = "1";

/// A condition and the values that it binds.
#[derive(Debug, Default, PartialEq)]
pub struct Filter {
    /// A condition; [`ALL`] where none is asked for.
    pub sql: String,
    pub values: Vec<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Compare(&'static str),
    Equal,
    NotEqual,
    In,
    NotIn,
    Like,
}

/// The longer signs first.
const SIGNS: [(&str, Op); 6] = [
    ("<>", Op::NotEqual),
    (">=", Op::Compare(">=")),
    ("<=", Op::Compare("<=")),
    ("=", Op::Equal),
    (">", Op::Compare(">")),
    ("<", Op::Compare("<")),
];
const WORDS: [(&str, Op); 3] = [("In", Op::In), ("NotIn", Op::NotIn), ("Like", Op::Like)];

/// Reads a filter; an empty text is the filter that everything passes.
///
/// # Errors
/// A sentence for the caller.
pub fn parse(text: &str, entity: &'static Entity) -> Result<Filter, String> {
    if text.trim().is_empty() {
        return Ok(Filter { sql: ALL.to_owned(), values: Vec::new() });
    }
    if text.len() > LONGEST {
        return Err(format!("a filter has at most {LONGEST} bytes"));
    }
    let mut parser = Parser { rest: text, entity, values: Vec::new(), depth: 0 };
    let sql = parser.any()?;
    if parser.rest.trim().is_empty() {
        Ok(Filter { sql, values: parser.values })
    } else {
        Err(format!("`{}` was not expected: AND, OR or the end was", short(parser.rest.trim())))
    }
}

struct Parser<'a> {
    rest: &'a str,
    entity: &'static Entity,
    values: Vec<Value>,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<String, String> {
        let mut parts = vec![self.all()?];
        while self.keyword("OR") {
            parts.push(self.all()?);
        }
        Ok(joined(&parts, " OR "))
    }

    fn all(&mut self) -> Result<String, String> {
        let mut parts = vec![self.one()?];
        while self.keyword("AND") {
            parts.push(self.one()?);
        }
        Ok(joined(&parts, " AND "))
    }

    fn one(&mut self) -> Result<String, String> {
        self.rest = self.rest.trim_start();
        let Some(inside) = self.rest.strip_prefix('(') else { return self.comparison() };
        if self.depth == DEEPEST {
            return Err(format!("brackets go at most {DEEPEST} deep"));
        }
        self.depth += 1;
        self.rest = inside;
        let sql = self.any()?;
        self.rest = self.rest.trim_start();
        self.rest = self.rest.strip_prefix(')').ok_or("a closing bracket is missing")?;
        self.depth -= 1;
        Ok(sql)
    }

    fn comparison(&mut self) -> Result<String, String> {
        let at = self.values.len();
        if at == MOST_COMPARISONS {
            return Err(format!("a filter has at most {MOST_COMPARISONS} comparisons"));
        }
        let field = self.field()?;
        let op = self.op(field)?;
        let text = self.value();
        let values = match op {
            Op::Compare(_) => value::single(field.kind, text),
            Op::Equal | Op::NotEqual => value::equal_to(field.kind, text),
            Op::In | Op::NotIn => value::several(field.kind, text),
            Op::Like => value::pattern(field.kind, text),
        };
        self.values.push(values.map_err(|why| format!("{}: {why}", field.name))?);
        Ok(condition(field, op, at))
    }

    fn field(&mut self) -> Result<&'static Field, String> {
        let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
        let end = self.rest.find(|character| !is_name(character)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        if name.is_empty() {
            return Err(match self.rest.trim_end() {
                "" => "a field is missing at the end".to_owned(),
                other => format!("`{}` was not expected: a field was", short(other)),
            });
        }
        self.rest = rest;
        self.entity.field(name).ok_or_else(|| unknown_field(name, self.entity))
    }

    fn op(&mut self, field: &Field) -> Result<Op, String> {
        self.rest = self.rest.trim_start();
        for (sign, op) in SIGNS {
            if let Some(rest) = self.rest.strip_prefix(sign) {
                self.rest = rest;
                return Ok(op);
            }
        }
        let end = self.rest.find(|character: char| !character.is_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        let known = WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        let (_, op) = known.ok_or_else(|| {
            format!("{}: an operator is missing: one of =, <>, >, >=, <, <=, In, NotIn, Like", field.name)
        })?;
        self.rest = rest;
        Ok(*op)
    }

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

/// The parts in brackets of two, halves of halves: D1 takes expressions 100 deep, and a plain chain is as deep as
/// it is long.
fn joined(parts: &[String], joint: &str) -> String {
    match parts {
        [] => "1".to_owned(),
        [part] => part.clone(),
        parts => {
            let (left, right) = parts.split_at(parts.len() / 2);
            format!("({}{joint}{})", joined(left, joint), joined(right, joint))
        }
    }
}

/// What follows the word, if the text begins with it and a space or a bracket comes after.
fn after_keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word).filter(|rest| rest.starts_with(|next: char| next.is_whitespace() || next == '('))
}

/// The comparison as SQL; its value is element `at` of [`VALUES`].
fn condition(field: &Field, op: Op, at: usize) -> String {
    let column = field.sql;
    let list = format!("(SELECT value FROM json_each({VALUES}, '$[{at}]'))");
    match op {
        Op::Compare(sign) => format!("{column} {sign} {VALUES} ->> {at}"),
        Op::Equal if field.kind == Kind::Id => format!("{column} IN {list}"),
        Op::NotEqual if field.kind == Kind::Id => format!("{column} NOT IN {list}"),
        Op::Equal => format!("{column} = {VALUES} ->> {at}"),
        Op::NotEqual => format!("{column} <> {VALUES} ->> {at}"),
        Op::In => format!("{column} IN {list}"),
        Op::NotIn => format!("{column} NOT IN {list}"),
        Op::Like => format!("{column} LIKE {VALUES} ->> {at} ESCAPE '\\'"),
    }
}

pub fn unknown_field(name: &str, entity: &Entity) -> String {
    let names: Vec<&str> = entity.fields.iter().map(|field| field.name).collect();
    format!("{} has no field `{}`; it has {}", entity.name, short(name), names.join(", "))
}
