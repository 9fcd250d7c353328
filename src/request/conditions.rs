//! Conditional requests (RFC 9110 §8.8.3, §13): entity tags, `If-Match`, `If-None-Match`.
//!
//! A tag is made by SQL of the versions of all rows that an answer shows, so it changes exactly when one of them
//! does. Reads compare it with what they answer. Changes let the database compare it in the change's own batch: a
//! statement before the others ends the batch when a condition does not hold, so nothing can come in between.

use serde::Serialize;

use crate::base::failure::Failure;
use crate::db::statement::{Param, Statement};
use crate::http::{Answer, Header, Request};

/// `*`, or the tags themselves without quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Tags {
    Any(&'static str),
    Listed(Vec<String>),
}

/// What a caller makes its request depend on; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Conditions {
    /// `If-Match`: only strong tags count.
    r#match: Option<Tags>,
    /// `If-None-Match`: weak tags count as strong ones.
    none: Option<Tags>,
}

/// A record with an entity tag, as the database finds it.
#[derive(Debug)]
pub struct TaggedRow {
    /// SQL of its tag.
    pub tag: &'static str,
    /// SQL of the record as JSON.
    pub data: &'static str,
    /// SQL: its table and WHERE, with `ids` from `?1` on.
    pub from: &'static str,
    pub ids: Vec<Param>,
    /// Whether the change makes the record where there is none. Otherwise 404 comes before 412.
    pub may_be_new: bool,
}

impl TaggedRow {
    /// Selects what is kept of it for a repeated call: `{"tag", "data"}`.
    pub fn kept(&self) -> Statement {
        let Self { tag, data, from, ids, .. } = self;
        Statement::new(format!("SELECT json_object('tag', {tag}, 'data', {data}) FROM {from}"), ids.clone())
    }
}

impl Conditions {
    /// # Errors
    /// 400 for a header that is neither `*` nor a list of entity tags.
    pub fn read(request: &Request) -> Result<Self, Failure> {
        let read = |header, is_weak_enough| {
            let text = request.header(header);
            text.map(|text| Tags::parse(text, is_weak_enough).ok_or(Failure::Header(header.label()))).transpose()
        };
        Ok(Self { r#match: read(Header::IfMatch, false)?, none: read(Header::IfNoneMatch, true)? })
    }

    pub const fn is_empty(&self) -> bool {
        self.r#match.is_none() && self.none.is_none()
    }

    /// What becomes of the answer to a read: 304 for what the caller has already.
    ///
    /// # Errors
    /// 412 for what the caller did not ask for.
    pub fn of_read(&self, answer: Answer) -> Result<Answer, Failure> {
        let Some(tag) = answer.tag() else { return Ok(answer) };
        if self.r#match.as_ref().is_some_and(|tags| !tags.hold(tag)) {
            return Err(Failure::Precondition);
        }
        if self.none.as_ref().is_some_and(|tags| tags.hold(tag)) {
            return Ok(answer.not_modified());
        }
        Ok(answer)
    }

    /// The statement that ends the batch of a change whose conditions do not hold. A record that is not there is left to
    /// the change itself, so that 404 comes before 412.
    pub fn guard(&self, record: &TaggedRow) -> Statement {
        let TaggedRow { tag, from, ids, may_be_new, .. } = record;
        let (at, may_be_new) = (ids.len() + 1, i32::from(*may_be_new));
        let holds = |member: &str, absent: i32| {
            format!(
                "CASE json_type(?{at}, '$.{member}') WHEN 'text' THEN tag IS NOT NULL
    WHEN 'array' THEN COALESCE(tag IN (SELECT value FROM json_each(?{at}, '$.{member}')), 0) ELSE {absent} END"
            )
        };
        let sql = format!(
            "INSERT INTO preconditions (failed)
SELECT 1 FROM (SELECT (SELECT {tag} FROM {from}) AS tag)
WHERE (tag IS NOT NULL OR {may_be_new}) AND ({} = 0 OR {} = 1)",
            holds("match", 1),
            holds("none", 0)
        );
        Statement::new(sql, [ids.as_slice(), &[Param::json(self)]].concat())
    }
}

impl Tags {
    /// `None` for what is no such list. Weak tags are left out unless `with_weak`.
    fn parse(text: &str, with_weak: bool) -> Option<Self> {
        let mut rest = text.trim_matches([' ', '\t']);
        if rest == "*" {
            return Some(Self::Any("*"));
        }
        let (mut tags, mut is_empty) = (Vec::new(), true);
        loop {
            // Empty members of a list are nothing (RFC 9110 §5.6.1).
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                return (!is_empty).then_some(Self::Listed(tags));
            }
            let (is_weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
            let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
            if tag.chars().any(|letter| letter <= ' ' || letter == '\u{7f}') {
                return None;
            }
            is_empty = false;
            if with_weak || !is_weak {
                tags.push(tag.to_owned());
            }
            rest = after.trim_start_matches([' ', '\t']);
            if !(rest.is_empty() || rest.starts_with(',')) {
                return None;
            }
        }
    }

    /// Whether a record with this tag is meant.
    fn hold(&self, tag: &str) -> bool {
        match self {
            Self::Any(_) => true,
            Self::Listed(tags) => tags.iter().any(|listed| listed == tag),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(tags: &[&str]) -> Option<Tags> {
        Some(Tags::Listed(tags.iter().map(|tag| (*tag).to_owned()).collect()))
    }

    #[test]
    fn lists_of_tags_are_read_and_weak_ones_never_match_strongly() {
        for (text, strong, weak) in [
            ("\"3\"", listed(&["3"]), listed(&["3"])),
            ("  \"3\" ,\"w5-1\",, \"\"\t", listed(&["3", "w5-1", ""]), listed(&["3", "w5-1", ""])),
            ("W/\"3\"", listed(&[]), listed(&["3"])),
            ("W/\"3\", \"4\"", listed(&["4"]), listed(&["3", "4"])),
            ("\"a,b\"", listed(&["a,b"]), listed(&["a,b"])),
            ("\"*\"", listed(&["*"]), listed(&["*"])),
            (" * ", Some(Tags::Any("*")), Some(Tags::Any("*"))),
        ] {
            assert_eq!((Tags::parse(text, false), Tags::parse(text, true)), (strong, weak), "{text}");
        }
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for text in [
            "",
            ",",
            "3",
            "\"3",
            "3\"",
            "\"3\" \"4\"",
            "\"3\"x",
            "w/\"3\"",
            "W/3",
            "*, \"3\"",
            "\"3\", *",
            "\"a b\"",
            "**",
        ] {
            assert_eq!(Tags::parse(text, true), None, "{text}");
        }
    }
}
